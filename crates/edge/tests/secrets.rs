//! Tokens of programs and SDK keys over their lives: made, used, rotated, revoked, brought back.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may panic")]

mod support;

use halyard_edge::secrets::{Kind, Secret};
use halyard_edge::{Config, Effect, Node, Request, Surface};
use support::{BASE, Fault, World, at, flags, get, json, publish, send, text, trouble};

const DAY: i64 = 24 * 60 * 60 * 1000;

fn status(world: &mut World, node: &mut Node, request: Request) -> u16 {
    world.ask(node, request).status
}

#[test]
fn a_token_is_the_one_who_published() {
    let mut world = World::acme();
    let mut node = world.node();
    let ci = world.token_with(&mut node, "ci-deploy", r#"{"production": ["editor"]}"#);
    let session = json(&world.ask(&mut node, get("/api/session", &ci)));
    assert_eq!((at(&session, &["person"]).as_str(), at(&session, &["via"]).as_str()), (Some("ci-deploy"), Some("token")));
    assert_eq!(at(&session, &["environments"]).as_array().unwrap().len(), 1, "staging is not theirs to see");
    let got = world.ask(&mut node, get("/api/environments/production/document", &ci));
    let put = send("PUT", "/api/environments/production/document?message=x", &ci, text(&got).replace("\"shop\"", "\"web\""));
    assert_eq!(status(&mut world, &mut node, put.with_header("If-Match", got.header("etag").unwrap())), 200);
    let record = json(&world.ask(&mut node, get("/api/environments/production/records/2", &ci)));
    assert_eq!((at(&record, &["by"]).as_str(), at(&record, &["via"]).as_str()), (Some("ci-deploy"), Some("token")));
}

#[test]
fn a_revoked_token_is_unknown_to_every_node_within_ten_seconds() {
    let mut world = World::acme();
    let (mut node, mut other) = (world.node(), world.node());
    let ci = world.token_with(&mut node, "ci", r#"{"production": ["viewer"]}"#);
    assert_eq!(status(&mut world, &mut other, get("/api/session", &ci)), 200);
    let told = world.edit_project(&mut node, r#"{"tokens": {"ci": null}}"#);
    assert_eq!(at(&told, &["changes", "0", "sentence"]).as_str(), Some("token `ci` is revoked (it was viewer of `production`)"));
    trouble(&world.ask(&mut node, get("/api/session", &ci)), 401);
    world.pass(10_000);
    trouble(&world.ask(&mut other, get("/api/session", &ci)), 401);
}

#[test]
fn a_rotated_key_has_two_secrets_until_the_old_one_is_revoked_on_every_node() {
    let mut world = World::acme();
    let (mut node, mut other) = (world.node(), world.node());
    let old = world.server_key();
    let new = Secret::derive(Kind::Server, &[5; 32], "rotated");
    for node in [&mut node, &mut other] {
        assert_eq!(status(&mut world, node, flags(&old, "{}")), 200);
        assert_eq!(status(&mut world, node, flags(new.reveal(), "{}")), 401);
    }
    let (project, _) = world.project(&mut node);
    let key = at(&project, &["keys", "production-server"]).clone();
    let (hash, created) = (at(&key, &["hash"]).as_str().unwrap(), at(&key, &["created"]).as_str().unwrap());
    let rotate = format!(
        r#"{{"keys": {{"production-server": {{"hash": "{}", "created": "2026-12-01", "previous": {{"hash": "{hash}", "created": "{created}"}}}}}}}}"#,
        new.hash().as_str()
    );
    let told = world.edit_project(&mut node, &rotate);
    let sentence =
        "server key `production-server` of `production` is rotated: it has a new secret, and the one before works until it is revoked";
    assert_eq!(at(&told, &["changes", "0", "sentence"]).as_str(), Some(sentence));
    world.pass(10_000);
    for node in [&mut node, &mut other] {
        assert_eq!(status(&mut world, node, flags(&old, "{}")), 200, "the old one still works");
        assert_eq!(status(&mut world, node, flags(new.reveal(), "{}")), 200, "and the new one does");
    }
    let told = world.edit_project(&mut node, r#"{"keys": {"production-server": {"previous": null}}}"#);
    assert_eq!(at(&told, &["changes", "0", "kind"]).as_str(), Some("key.revoke"));
    world.pass(10_000);
    for node in [&mut node, &mut other] {
        assert_eq!(status(&mut world, node, flags(&old, "{}")), 401);
        assert_eq!(status(&mut world, node, flags(new.reveal(), "{}")), 200);
    }
    // A browser's secret does not become a server's by being put there: what it begins with says what it is.
    let browser = world.browser_key();
    let (project, _) = world.project(&mut node);
    let hash = at(&project, &["keys", "production-browser", "hash"]).as_str().unwrap();
    world.edit_project(
        &mut node,
        &format!(r#"{{"keys": {{"production-browser": null, "production-server": {{"previous": {{"hash": "{hash}", "created": "2026-11-30"}}}}}}}}"#),
    );
    assert_eq!(status(&mut world, &mut node, flags(&browser, "{}")), 401);
}

#[test]
fn a_roll_back_of_the_project_that_lets_a_secret_in_again_says_so() {
    let mut world = World::acme();
    let mut node = world.node();
    let (key, token) = (world.server_key(), world.token());
    let ci = world.token_with(&mut node, "ci", r#"{"production": ["viewer"]}"#);
    let keeper = world.token_with(&mut node, "keeper", r#"{"production": ["admin"]}"#);
    assert_eq!(status(&mut world, &mut node, flags(&key, "{}")), 200);
    world.edit_project(&mut node, r#"{"keys": {"production-server": null}, "tokens": {"ci": null}}"#);
    trouble(&world.ask(&mut node, get("/api/session", &ci)), 401);
    assert_eq!(status(&mut world, &mut node, flags(&key, "{}")), 401);
    let mut back = |world: &mut World, token: &str, body: &str| {
        let (_, etag) = world.project(&mut node);
        world.ask(&mut node, send("POST", "/api/project/rollback", token, body).with_header("If-Match", etag))
    };
    let to_before = r#"{"version": 3, "message": "it was a mistake"}"#;
    // An admin of production may bring back its key, and not a token.
    let told = trouble(&back(&mut world, &keeper, to_before), 403);
    assert_eq!(at(&told, &["refusals", "0", "edit", "kind"]).as_str(), Some("token.add"));
    trouble(&back(&mut world, &token, r#"{"version": 3, "message": "x", "only": {"flag": "banner"}}"#), 422);
    let done = back(&mut world, &token, to_before);
    assert_eq!(done.status, 200, "{}", text(&done));
    let kinds: Vec<String> =
        at(&json(&done), &["changes"]).as_array().unwrap().iter().map(|edit| at(edit, &["kind"]).as_str().unwrap().to_owned()).collect();
    assert_eq!(kinds, ["key.add", "token.add"]);
    let marks = at(&json(&done), &["marks"]).canonical();
    assert!(
        marks.contains("rolled back to version 3") && marks.contains("lets a secret in again: server key `production-server`"),
        "{marks}"
    );
    assert_eq!(status(&mut world, &mut node, get("/api/session", &ci)), 200);
    assert_eq!(status(&mut world, &mut node, flags(&key, "{}")), 200);
    // And the record keeps it.
    let record = json(&world.ask(&mut node, get("/api/project/records/5", &token)));
    assert_eq!(at(&record, &["marks"]).canonical(), marks);
}

#[test]
fn the_project_is_reviewed_compared_and_told_like_an_environment() {
    let mut world = World::acme();
    let (mut node, token) = (world.node(), world.token());
    let cy = world.token_like(&mut node, "cy@acme.example");
    let (project, _) = world.project(&mut node);
    let renamed = project.canonical().replace("\"name\":\"Acme\"", "\"name\":\"Acme Shop\"");
    let check = |token: &str| send("POST", "/api/project/check", token, renamed.clone());
    let review = json(&world.ask(&mut node, check(&token)));
    assert_eq!((at(&review, &["publishable"]).as_bool(), at(&review, &["version"]).as_f64()), (Some(true), Some(2.0)));
    assert_eq!(at(&review, &["changes", "0", "sentence"]).as_str(), Some("the project is called `Acme Shop` (was `Acme`)"));
    let review = json(&world.ask(&mut node, check(&cy)));
    assert_eq!(at(&review, &["publishable"]).as_bool(), Some(false));
    assert_eq!(at(&review, &["refusals", "0", "who"]).canonical(), r#"["ann@acme.example (admin)","first (admin)"]"#);
    let broken = json(&world.ask(&mut node, send("POST", "/api/project/check", &token, renamed.replace("[\"admin\"]", "[\"boss\"]"))));
    assert_eq!(at(&broken, &["publishable"]).as_bool(), Some(false));
    assert!(!at(&broken, &["problems"]).as_array().unwrap().is_empty());
    world.edit_project(&mut node, r#"{"name": "Acme Shop"}"#);
    let told = json(&world.ask(&mut node, get("/api/project/diff?from=3&to=2", &token)));
    assert_eq!(at(&told, &["0", "sentence"]).as_str(), Some("the project is called `Acme` (was `Acme Shop`)"));
    let record = json(&world.ask(&mut node, get("/api/project/records/3", &cy)));
    assert_eq!((at(&record, &["by"]).as_str(), at(&record, &["version"]).as_f64()), (Some("first"), Some(3.0)));
    trouble(&world.ask(&mut node, send("DELETE", "/api/project/records/3", &token, "")), 405);
    trouble(&world.ask(&mut node, send("POST", "/api/project/rollback", "", "{}")), 401);
}

/// How often the store was written to or read from under `tokens/used/`.
fn uses(world: &World) -> (usize, usize) {
    let is_use = |key: &str| key.starts_with("tokens/used/");
    let count = |found: fn(&Effect) -> Option<&str>| world.effects.iter().filter(|effect| found(effect).is_some_and(is_use)).count();
    let gets = count(|effect| if let Effect::Get { key, .. } = effect { Some(key) } else { None });
    let puts = count(|effect| if let Effect::Put { key, .. } = effect { Some(key) } else { None });
    (gets, puts)
}

#[test]
fn the_day_of_a_tokens_last_use_is_noted_once_a_day_after_the_answer() {
    let mut world = World::acme();
    let (mut node, mut other) = (world.node(), world.node());
    let ci = world.token_with(&mut node, "ci", r#"{"production": ["viewer"]}"#);
    let told = |world: &mut World, node: &mut Node| {
        let token = world.token();
        json(&world.ask(node, get("/api/project/tokens", &token))).canonical()
    };
    assert_eq!(told(&mut world, &mut node), r#"[{"name":"ci"},{"lastUsed":"2026-11-30","name":"first"}]"#);
    world.effects.clear();
    let response = world.ask_only(&mut node, get("/api/session", &ci));
    assert_eq!((response.status, uses(&world)), (200, (0, 0)), "not before the answer");
    world.work(&mut node);
    assert_eq!(uses(&world), (1, 1));
    for _ in 0..3 {
        world.ask(&mut node, get("/api/environments/production/document", &ci));
    }
    assert_eq!(uses(&world), (1, 1), "once a day");
    world.ask(&mut other, get("/api/session", &ci));
    assert_eq!(uses(&world), (2, 1), "another node sees that it is noted");
    assert_eq!(told(&mut world, &mut node), r#"[{"lastUsed":"2026-11-30","name":"ci"},{"lastUsed":"2026-11-30","name":"first"}]"#);
    world.pass(2 * DAY);
    world.ask(&mut other, get("/api/session", &ci));
    // What asks is itself noted behind its answer only.
    assert_eq!(told(&mut world, &mut node), r#"[{"lastUsed":"2026-12-02","name":"ci"},{"lastUsed":"2026-11-30","name":"first"}]"#);
    // Only whoever looks after tokens is told.
    trouble(&world.ask(&mut node, get("/api/project/tokens", &ci)), 403);
    trouble(&world.ask(&mut node, get("/api/project/tokens", "")), 401);
    trouble(&world.ask(&mut node, send("PUT", "/api/project/tokens", &ci, "[]")), 405);
}

#[test]
fn a_use_that_cannot_be_noted_delays_and_fails_nothing() {
    for fault in [Fault::Failed, Fault::TimedOut, Fault::LostAck, Fault::Conflict, Fault::Body(b"null".to_vec()), Fault::Body(Vec::new())] {
        let mut world = World::acme();
        let mut node = world.node();
        let (told, token) = (fault.clone(), world.token());
        world.faults = Box::new(move |effect, _| match effect {
            Effect::Get { key, .. } | Effect::Put { key, .. } if key.starts_with("tokens/used/") => fault.clone(),
            _ => Fault::None,
        });
        for _ in 0..3 {
            assert_eq!(publish(&mut world, &mut node, "{", " {").status, 200, "{told:?}");
            assert_eq!(status(&mut world, &mut node, get("/api/session", &token)), 200, "{told:?}");
        }
        world.mend();
        world.pass(DAY);
        world.ask(&mut node, get("/api/session", &token));
        let uses = json(&world.ask(&mut node, get("/api/project/tokens", &token)));
        assert_eq!(at(&uses, &["0", "lastUsed"]).as_str(), Some("2026-12-01"), "{told:?}");
    }
}

#[test]
fn evaluating_writes_nothing() {
    let mut world = World::acme();
    let mut node = Node::new(Config { surface: Surface::Evaluation, ..Config::default() });
    let (key, token) = (world.server_key(), world.token());
    for secret in [&key, &token] {
        world.ask(&mut node, flags(secret, "{}"));
        world.ask(&mut node, get("/api/session", secret));
        world.ask(&mut node, Request::new("GET", format!("{BASE}/health")));
    }
    assert!(!world.effects.iter().any(|effect| matches!(effect, Effect::Put { .. })), "{:?}", world.effects);
}
