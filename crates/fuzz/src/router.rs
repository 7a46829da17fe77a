//! Requests as text, one after the other, to a node over a store that works: always an answer, never a 5xx, nothing lost.
//!
//! ```text
//! PUT /api/environments/production/document?message=why
//! Authorization: Bearer $TOKEN
//! If-Match: "$ETAG"
//!
//! $DOCUMENT
//! ====
//! WAIT 12000
//! ====
//! GET /health
//! ```

use std::collections::BTreeSet;

use halyard_core::Json;
use halyard_core::document::digest;
use halyard_edge::store::{RecordObject, Scope, is_key};
use halyard_edge::{Request, Response};

use crate::host::{BASE, Calm, Host, is_json_where_it_says_so, is_sound, production};

/// Requests of one input that are sent.
const REQUESTS: usize = 12;

/// Any bytes as requests.
pub fn router(input: &[u8]) {
    let mut host = Host::new();
    let mut version = 1;
    for part in split(input, b"\n====\n").into_iter().take(REQUESTS) {
        let (head, body) = match split(part, b"\n\n").first() {
            Some(head) => (String::from_utf8_lossy(head).into_owned(), part.get(head.len() + 2..).unwrap_or_default()),
            None => continue,
        };
        if let Some(ms) = head.strip_prefix("WAIT ") {
            host.now += ms.trim().parse::<u32>().map_or(0, i64::from);
            continue;
        }
        let request = request(&host, &head, body);
        let response = host.ask(request.clone(), &mut Calm);
        is_sound(&request, &response);
        is_json_where_it_says_so(&request, &response);
        let told = || format!("{request:?}\n{response:?}\n{}", String::from_utf8_lossy(&response.body));
        assert!(response.status < 500, "the store works: {}", told());
        assert!(!is_open(&response) || may_pass(&request), "nobody asked, and it was answered: {}", told());
        let now = chain(&host, &production());
        assert!(now >= version, "the version went back: {}", told());
        version = now;
        chain(&host, &Scope::Project);
    }
    as_a_new_one_answers(&mut host);
}

fn split<'i>(input: &'i [u8], border: &[u8]) -> Vec<&'i [u8]> {
    let mut parts = Vec::new();
    let mut rest = input;
    while let Some(end) = rest.windows(border.len()).position(|window| window == border) {
        parts.push(&rest[..end]);
        rest = &rest[end + border.len()..];
    }
    parts.push(rest);
    parts
}

fn request(host: &Host, head: &str, body: &[u8]) -> Request {
    let head = host.fill(head);
    let mut lines = head.split('\n');
    let (method, target) = lines.next().unwrap_or_default().split_once(' ').unwrap_or(("GET", "/"));
    let url = if target.contains("://") { target.to_owned() } else { format!("{BASE}{target}") };
    let headers = lines.filter_map(|line| line.split_once(':')).map(|(name, value)| (name.to_owned(), value.trim().to_owned())).collect();
    let body = match std::str::from_utf8(body) {
        Ok(text) => host.fill(text).into_bytes(),
        Err(_) => body.to_vec(),
    };
    Request { method: method.to_owned(), url, headers, body }
}

fn is_open(response: &Response) -> bool {
    matches!(response.status, 200..=299 | 304)
}

/// Whether a request carries something that may be a secret, or asks for what anyone may know.
fn may_pass(request: &Request) -> bool {
    let has = |name: &str| request.headers.iter().any(|(known, _)| known.eq_ignore_ascii_case(name));
    let path = request.path();
    let is_for_anyone = matches!(path, "/health" | "/version" | "/api/openapi.json") || request.method == "OPTIONS";
    let has_link = path == "/api/session" && request.body.windows(13).any(|window| window == b"halyard_link_");
    has("authorization") || has("x-api-key") || has("cookie") || is_for_anyone || has_link
}

/// The version of a history, all of whose records and documents are there and are what their names say.
fn chain(host: &Host, scope: &Scope) -> u64 {
    let head = host.head(scope).expect("a head that can be read");
    let (mut name, mut version) = (Some(head.record), head.version);
    let mut seen = BTreeSet::new();
    while let Some(own) = name {
        let bytes = host.store.body(&scope.record(&own)).expect("every record is there");
        let record = RecordObject::<Json>::parse(&own, bytes).expect("a record that can be read");
        let stored = host.store.body(&scope.document(&record.document)).expect("every document is there");
        assert_eq!(digest(stored), record.document);
        assert_eq!(record.version, version, "versions follow each other");
        assert!(seen.insert(own));
        version -= 1;
        name = record.parent;
    }
    assert_eq!(version, 0, "it begins with version 1");
    for key in host.store.keys() {
        let is_plain = key.split('/').all(|part| is_key(part.strip_suffix(".json").unwrap_or(part)));
        assert!(is_plain, "an object at `{key}`");
    }
    head.version
}

/// When all is quiet, the node that answered all of this answers as one does that has just begun.
fn as_a_new_one_answers(host: &mut Host) {
    host.now += 60_000;
    let ask = |host: &mut Host| {
        let request = request(
            host,
            "POST /ofrep/v1/evaluate/flags\nX-API-Key: $SERVER",
            br#"{"context":{"targetingKey":"u1","email":"x@acme.example"}}"#,
        );
        host.ask(request.clone(), &mut Calm);
        let response = host.ask(request, &mut Calm);
        (response.status, response.header("halyard-version").map(str::to_owned), response.body)
    };
    let warm = ask(host);
    host.kept.clear();
    host.restart();
    assert_eq!(ask(host), warm, "a new node answers otherwise");
}
