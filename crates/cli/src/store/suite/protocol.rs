//! Publishing through the node over every store: what the protocol makes of the properties.

use std::collections::BTreeSet;
use std::sync::Arc;

use halyard_core::{Json, Timestamp};
use halyard_edge::init::{self, NewEnvironment, NewPerson, Options};
use halyard_edge::{Moment, Principal, Request, Response};

use super::Store;
use crate::store::local::{Local, ORIGIN};
use crate::store::objects::{Demand, Object, Objects};
use crate::store::percent_encode;

const PUBLISHERS: usize = 4;
const ROUNDS: usize = 3;
const HEAD: &str = "environments/production/head.json";
const NOW: Timestamp = Timestamp(1_795_000_000_000);

/// Makes a project with one environment.
fn make_project(objects: &dyn Objects) {
    let options = Options {
        name: "Acme".to_owned(),
        people: vec![NewPerson::admin("ann@acme.example", "Ann")],
        environments: vec![NewEnvironment { key: "production".to_owned(), name: "Production".to_owned(), document: None }],
    };
    for (key, body) in init::init(&options, Moment { now: NOW, random: [7; 32] }).unwrap().objects {
        objects.put(&key, &body, Demand::Absent).unwrap();
    }
}

fn ask(node: &Local, request: Request) -> Response {
    let owner = Principal { by: "tester".to_owned(), via: "cli".to_owned() };
    node.send_as(&owner, request, None).unwrap()
}

fn document() -> String {
    format!("{ORIGIN}/api/environments/production/document")
}

/// Adds a flag to the document as it is now, if nobody publishes meanwhile.
fn add(node: &Local, flag: &str) -> Response {
    let current = ask(node, Request::new("GET", document()));
    let mut next: serde_json::Value = serde_json::from_slice(&current.body).unwrap();
    next["flags"][flag] = serde_json::json!({
        "purpose": "operational", "owner": "team", "created": "2026-11-01", "variants": { "on": true, "off": false }, "otherwise": "on"
    });
    put(node, &current, next.to_string().as_bytes(), &format!("add {flag}"))
}

fn put(node: &Local, over: &Response, body: &[u8], message: &str) -> Response {
    let request = Request::new("PUT", format!("{}?message={}", document(), percent_encode(message)));
    ask(node, request.with_header("if-match", over.header("etag").unwrap()).with_header("content-type", "application/json").with_body(body))
}

/// What compare-and-swap by ETag needs, where an ETag names bytes: a head that comes back would let a publisher overwrite what came
/// between. It never does, for its record's name is a hash over the version, the parent and the publish's own name.
pub(super) fn no_two_heads_of_a_history_are_alike(store: &Store) {
    make_project(&*store.objects);
    let node = Local::over(Arc::clone(&store.objects));
    let head = || store.other.object(HEAD).unwrap().unwrap();
    let mut heads: Vec<Object> = vec![head()];
    let first = ask(&node, Request::new("GET", document()));
    for round in 0..3 {
        // There, and back to the very bytes of the first document.
        assert_eq!(add(&node, "checkout").status, 200, "round {round}");
        heads.push(head());
        let current = ask(&node, Request::new("GET", document()));
        assert_eq!(put(&node, &current, &first.body, "back").status, 200, "round {round}");
        heads.push(head());
    }
    let documents: BTreeSet<String> = heads.iter().map(|head| text(head, "document")).collect();
    assert_eq!(documents.len(), 2, "the documents come back");
    assert_eq!(heads.iter().map(|head| &head.etag).collect::<BTreeSet<_>>().len(), 7, "{heads:#?}");
    assert_eq!(heads.iter().map(|head| &head.body).collect::<BTreeSet<_>>().len(), 7);
}

fn text(head: &Object, name: &str) -> String {
    Json::parse(&head.body).unwrap().get(name).and_then(Json::as_str).unwrap().to_owned()
}

pub(super) fn publishers_at_once_lose_nothing(store: &Store) {
    make_project(&*store.objects);
    let lost: usize = std::thread::scope(|scope| {
        let publishers: Vec<_> = (0..PUBLISHERS)
            .map(|publisher| {
                let objects = if publisher.is_multiple_of(2) { &store.objects } else { &store.other };
                scope.spawn(move || {
                    let node = Local::over(Arc::clone(objects));
                    let mut lost = 0;
                    for round in 0..ROUNDS {
                        loop {
                            match add(&node, &format!("flag-{publisher}-{round}")).status {
                                200 => break,
                                412 => lost += 1,
                                status => panic!("publisher {publisher}: {status}"),
                            }
                        }
                    }
                    lost
                })
            })
            .collect();
        publishers.into_iter().map(|publisher| publisher.join().unwrap()).sum()
    });
    let node = Local::over(Arc::clone(&store.other));
    let last = ask(&node, Request::new("GET", document()));
    let flags: serde_json::Value = serde_json::from_slice(&last.body).unwrap();
    assert_eq!(flags["flags"].as_object().unwrap().len(), PUBLISHERS * ROUNDS, "{lost} races were lost");
    assert_eq!(last.header("halyard-version"), Some((PUBLISHERS * ROUNDS + 1).to_string().as_str()));
}
