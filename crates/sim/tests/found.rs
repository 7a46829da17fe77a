//! What the simulator has found, each as the shortest story that shows it: one publisher, one store, one thing that goes wrong.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may panic")]

use halyard_core::{Json, Timestamp};
use halyard_edge::init::{self, NewEnvironment, NewPerson, Options};
use halyard_edge::{Config, Effect, EffectResult, Moment, Node, Principal, Request, Response, Step};
use halyard_sim::store::Store;

const HEAD: &str = "environments/production/head.json";
const DOCUMENT: &str = "https://flags.example/api/environments/production/document";

/// A store with a project in it, and a clock.
struct World {
    store: Store,
    moments: i64,
}

impl World {
    fn new() -> World {
        let environments = vec![NewEnvironment::empty("production", "Production")];
        let people = vec![NewPerson::admin("ann@acme.example", "Ann")];
        let options = Options { name: "Acme".to_owned(), people, environments };
        let mut store = Store::new(false);
        let made = init::init(&options, Moment { now: Timestamp(0), random: [1; 32] }).unwrap();
        made.objects.into_iter().for_each(|(key, bytes)| {
            store.write(&key, bytes);
        });
        World { store, moments: 0 }
    }

    /// A moment later than any before.
    fn moment(&mut self) -> Moment {
        self.moments += 1;
        let mut random = [0; 32];
        random[..8].copy_from_slice(&self.moments.to_le_bytes());
        Moment { now: Timestamp(self.moments * 10), random }
    }

    fn start(&mut self, request: Request) -> Step {
        let principal = Principal { by: "root".to_owned(), via: "cli".to_owned() };
        let moment = self.moment();
        Node::new(Config::default()).start_as(principal, request, moment)
    }

    /// Has all effects carried out, as `host` does it: it may answer for the store.
    fn finish(&mut self, mut step: Step, mut host: impl FnMut(&mut Store, &Effect) -> Option<EffectResult>) -> Response {
        loop {
            match step {
                Step::Answer { response, .. } => return response,
                Step::Effect { effect, continuation, .. } => {
                    let result = host(&mut self.store, &effect).unwrap_or_else(|| self.store.perform(&effect, 0));
                    let moment = self.moment();
                    step = Node::new(Config::default()).resume(&continuation, result, moment);
                }
            }
        }
    }

    fn ask(&mut self, request: Request) -> Response {
        let step = self.start(request);
        self.finish(step, |_, _| None)
    }

    /// The ETag of the newest version.
    fn etag(&mut self) -> String {
        self.ask(Request::new("GET", DOCUMENT)).header("etag").unwrap().to_owned()
    }
}

/// Publishes a document with one flag.
fn publish(flag: &str, etag: &str, id: &str) -> Request {
    let body = format!(
        r#"{{"format":1,"flags":{{"{flag}":{{"purpose":"operational","owner":"o","created":"2026-11-01","variants":{{"x":1}}}}}}}}"#
    );
    Request::new("PUT", format!("{DOCUMENT}?message=because{id}")).with_header("If-Match", etag).with_body(body)
}

fn is_commit(effect: &Effect) -> bool {
    matches!(effect, Effect::Put { key, .. } if key == HEAD)
}

fn lost() -> EffectResult {
    EffectResult::Failed { message: "connection reset".to_owned() }
}

fn kind(response: &Response) -> String {
    let body = Json::parse(&response.body).unwrap();
    body.get("type").and_then(Json::as_str).unwrap_or_default().to_owned()
}

#[test]
fn a_publish_whose_history_cannot_be_read_is_not_told_that_nothing_has_changed() {
    let mut world = World::new();
    let etag = world.etag();
    let step = world.start(publish("a", &etag, ""));
    let mut has_committed = false;
    let told = world.finish(step, |store, effect| match effect {
        effect if is_commit(effect) => {
            store.perform(effect, 0);
            has_committed = true;
            Some(lost())
        }
        Effect::Get { key, .. } if has_committed && key.contains("/records/") => Some(lost()),
        _ => None,
    });
    assert_eq!((told.status, kind(&told).as_str()), (503, "/problems/unknown-outcome"));
    let id = format!("&publish={}", told.header("halyard-publish").unwrap());
    let again = world.ask(publish("a", &etag, &id));
    assert_eq!((again.status, again.header("halyard-version")), (200, Some("2")));
}

#[test]
fn of_two_calls_with_one_publish_id_both_are_told_the_record_that_there_is() {
    let mut world = World::new();
    let etag = world.etag();
    let slow = world.start(publish("a", &etag, "&publish=mine"));
    let mut fast = None;
    let mut elsewhere = World { store: Store::new(false), moments: 1_000 };
    let told = world.finish(slow, |store, effect| {
        if is_commit(effect) && fast.is_none() {
            // The client has given up waiting, and asks another node.
            std::mem::swap(store, &mut elsewhere.store);
            fast = Some(elsewhere.ask(publish("a", &etag, "&publish=mine")));
            std::mem::swap(store, &mut elsewhere.store);
        }
        None
    });
    let fast = fast.unwrap();
    assert_eq!((fast.status, told.status), (200, 200));
    assert_eq!(fast.header("etag"), told.header("etag"));
    assert_eq!(told.header("etag").unwrap(), world.etag());
}

#[test]
fn a_head_that_is_read_late_does_not_make_a_success_a_conflict() {
    let mut world = World::new();
    let first = world.etag();
    assert_eq!(world.ask(publish("a", &first, "")).status, 200);
    let etag = world.etag();
    // The acknowledgement is lost, and the head is read as it was before the publisher's own base.
    let step = world.start(publish("b", &etag, "&publish=mine"));
    let mut late = 0;
    let told = world.finish(step, |store, effect| match effect {
        effect if is_commit(effect) && late == 0 => {
            store.perform(effect, 0);
            late = 1;
            Some(lost())
        }
        Effect::Get { key, .. } if key == HEAD && late == 1 => {
            late = 2;
            Some(store.perform(effect, 2))
        }
        _ => None,
    });
    assert_eq!((told.status, told.header("halyard-version")), (200, Some("3")), "{}", String::from_utf8_lossy(&told.body));
    // The same where it is asked again.
    let step = world.start(publish("b", &etag, "&publish=mine"));
    let mut is_first = true;
    let told = world.finish(step, |store, effect| match effect {
        Effect::Get { key, .. } if key == HEAD && std::mem::take(&mut is_first) => Some(store.perform(effect, 2)),
        _ => None,
    });
    assert_eq!((told.status, told.header("halyard-version")), (200, Some("3")), "{}", String::from_utf8_lossy(&told.body));
}

#[test]
fn nobody_is_sent_on_from_a_head_that_is_another_historys() {
    let mut world = World::new();
    let stranger = world.store.body("project/head.json").unwrap().to_vec();
    let named = String::from_utf8(stranger.clone()).unwrap();
    // A base newer than any head that the store reads out: the publisher has seen version 2, and this read is of something else.
    let base = format!("\"00000002-{}\"", "0f".repeat(32));
    let step = world.start(publish("a", &base, ""));
    let answer = world.finish(step, |_, effect| match effect {
        Effect::Get { key, .. } if key == HEAD => Some(EffectResult::Found { etag: "e".to_owned(), body: stranger.clone() }),
        _ => None,
    });
    assert!(answer.status >= 500, "{}", String::from_utf8_lossy(&answer.body));
    let etag = answer.header("etag").unwrap_or_default().trim_matches('"');
    assert!(etag.is_empty() || !named.contains(etag), "{etag}");
}
