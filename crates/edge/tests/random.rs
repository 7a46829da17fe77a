//! No input makes the node panic, hang or forget itself: random requests over random stores, and random bytes at the border.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may panic")]

mod support;

use halyard_edge::{Effect, EffectResult, Request, Step, frame};
use proptest::prelude::*;
use support::{BASE, Fault, World, flags, text};

fn path() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        8 => prop::sample::select(vec![
            "api", "ofrep", "v1", "evaluate", "flags", "session", "environments", "production", "staging", "document", "check", "diff",
            "records", "rollback", "project", "health", "version", "banner", "checkout", "1", "2", "0", "999", "..", "", "%2e%2e",
        ])
        .prop_map(str::to_owned),
        1 => "[ -~]{0,12}",
        1 => "\\PC{0,6}",
    ];
    let whole = prop::sample::select(vec![
        "/ofrep/v1/evaluate/flags",
        "/ofrep/v1/evaluate/flags/banner",
        "/v1/document",
        "/v1/document?as=json",
        "/v1/overrides/halyard_override_x",
        "/api/environments/production/overrides",
        "/api/session",
        "/api/environments",
        "/api/environments/production/document",
        "/api/environments/production/check",
        "/api/environments/production/rollback",
        "/api/environments/production/records",
        "/api/environments/production/diff",
        "/api/project/document",
        "/api/project/records",
        "/health",
    ]);
    let query = prop_oneof![
        Just(String::new()),
        Just("?message=x".to_owned()),
        Just("?message=x&publish=p&dryRun=true".to_owned()),
        Just("?from=1&to=1&before=2&limit=1&version=1".to_owned()),
        "\\?[ -~]{0,20}",
    ];
    let free = prop::collection::vec(part, 0..6).prop_map(|parts| format!("/{}", parts.join("/")));
    (prop_oneof![1 => free, 2 => whole.prop_map(str::to_owned)], query).prop_map(|(path, query)| path + &query)
}

fn body() -> impl Strategy<Value = Vec<u8>> {
    let known = prop::sample::select(vec![
        String::new(),
        "{}".to_owned(),
        "null".to_owned(),
        "{\"format\":1}".to_owned(),
        "{\"context\":{\"targetingKey\":\"u1\"}}".to_owned(),
        "{\"context\":{\"email\":[\"a\",{\"b\":null}],\"targetingKey\":5}}".to_owned(),
        "{\"version\":1,\"message\":\"x\"}".to_owned(),
        "{\"link\":\"halyard_link_x\"}".to_owned(),
        support::document(),
        support::document().replace("shop", "web"),
        "[".repeat(5000),
    ]);
    prop_oneof![4 => known.prop_map(String::into_bytes), 1 => prop::collection::vec(any::<u8>(), 0..200)]
}

fn headers() -> impl Strategy<Value = Vec<(String, String)>> {
    let names = prop::sample::select(vec!["Authorization", "X-API-Key", "If-Match", "If-None-Match", "Cookie", "Origin", "X-Halyard"]);
    let values = prop_oneof![
        3 => prop::sample::select(vec![
            "SERVER", "BROWSER", "TOKEN", "Bearer SERVER", "Bearer BROWSER", "Bearer TOKEN", "*", "\"x\"", "W/\"", "ETAG", "app", BASE,
            "halyard_session=halyard_session_x", "Bearer halyard_token_x",
        ])
        .prop_map(str::to_owned),
        1 => "[ -~]{0,30}",
    ];
    prop::collection::vec((names.prop_map(str::to_owned), values), 0..5)
}

fn fault() -> impl Strategy<Value = Fault> {
    prop_oneof![
        6 => Just(Fault::None),
        1 => Just(Fault::Failed),
        1 => Just(Fault::LostAck),
        1 => Just(Fault::TimedOut),
        1 => Just(Fault::Conflict),
        1 => Just(Fault::Missing),
        1 => prop::collection::vec(any::<u8>(), 0..40).prop_map(Fault::Body),
        1 => Just(Fault::Body(b"null".to_vec())),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_asked_of_whatever_store_is_answered(
        requests in prop::collection::vec(
            (prop::sample::select(vec!["GET", "POST", "PUT", "DELETE", "OPTIONS", "HEAD", "PATCH", ""]), path(), headers(), body(), 0_i64..40_000),
            1..6,
        ),
        faults in prop::collection::vec(fault(), 1..8),
        traps in any::<bool>(),
    ) {
        let mut world = World::acme();
        world.always_trap = traps;
        let etag = format!("\"{}\"", world.head().get("record").unwrap().as_str().unwrap());
        world.faults = Box::new(move |_, count| faults[count % faults.len()].clone());
        let mut node = world.node();
        for (method, path, headers, body, pause) in requests {
            let fill = |value: String| {
                value
                    .replace("SERVER", &world.server_key())
                    .replace("BROWSER", &world.browser_key())
                    .replace("TOKEN", &world.token())
                    .replace("ETAG", &etag)
            };
            let headers = headers.into_iter().map(|(name, value)| (name, fill(value))).collect();
            let request = Request { method: method.to_owned(), url: format!("{BASE}{path}"), headers, body };
            let response = world.ask(&mut node, request);
            prop_assert!((200..600).contains(&response.status));
            world.pass(pause);
        }
        // And the node is none the worse for it.
        world.mend();
        world.pass(60_000);
        let key = world.server_key();
        world.ask(&mut node, flags(&key, "{}"));
        let response = world.ask(&mut node, flags(&key, "{\"targetingKey\":\"u1\"}"));
        prop_assert_eq!(response.status, 200, "{}", text(&response));
        prop_assert_eq!(world.whole_chain(), world.version());
    }

    #[test]
    fn whatever_crosses_the_border_is_read_or_refused(meta in "\\PC{0,60}", bytes in prop::collection::vec(any::<u8>(), 0..120), name in "[a-z/.]{0,30}") {
        prop_assert!(frame::request(&meta, bytes.clone()).is_err());
        prop_assert!(frame::result(&meta, bytes.clone()).is_err());
        prop_assert_eq!(frame::moment(1.0, &bytes).is_ok(), bytes.len() == 32);
        let mut world = World::acme();
        let mut node = world.node();
        for name in [name.as_str(), "project", "environments/production"] {
            node.restore(name, &bytes);
        }
        let moment = world.moment();
        let Step::Answer { response, .. } = node.resume(&bytes, EffectResult::Missing, moment) else { panic!("random bytes are no continuation") };
        prop_assert_eq!(response.status, 503);
        let _ = frame::read(&bytes);
    }
}

#[test]
fn every_kind_of_step_crosses_the_border_and_back() {
    let mut world = World::acme();
    let mut node = world.node();
    let (key, moment) = (world.server_key(), world.moment());
    let head = format!("POST\n{BASE}/ofrep/v1/evaluate/flags\nauthorization\nBearer {key}");
    let request = frame::request(&head, b"{\"context\":{}}".to_vec()).unwrap();
    assert_eq!((request.bearer(), request.body.as_slice()), (Some(key.as_str()), &b"{\"context\":{}}"[..]));
    let same = frame::moment(moment.now.0 as f64, &moment.random).unwrap();
    assert_eq!((same.now, same.random), (moment.now, moment.random));
    let mut step = node.start(request, moment);
    loop {
        let bytes = frame::write(step.clone());
        assert_eq!(frame::read(&bytes), Some(step.clone()));
        let text = String::from_utf8_lossy(&bytes[4..]).into_owned();
        match &step {
            Step::Effect { effect, continuation, .. } => {
                if let Effect::Get { key, .. } = effect {
                    assert!(text.contains("\"kind\":\"get\"") && text.contains("\"ifNoneMatch\":null"), "{text}");
                    assert!(text.contains(&format!("\"key\":\"{key}\"")), "{text}");
                }
                let result = world.carry_out(effect);
                let (kind, body) = match &result {
                    EffectResult::Found { body, .. } => ("{\"kind\":\"found\",\"etag\":\"x\"}", body.clone()),
                    other => panic!("{other:?}"),
                };
                let moment = world.moment();
                step = node.resume(continuation, frame::result(kind, body).unwrap(), moment);
            }
            Step::Answer { response, keep, .. } => {
                assert!(text.starts_with(&format!("{}\n{{", response.body.len())) && text.contains("}\n200\ncontent-type\n"), "{text}");
                assert_eq!(keep.len(), 2);
                break;
            }
        }
    }
}
