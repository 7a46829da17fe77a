//! Overrides for testers: who makes a link, of what, and what it is good for.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may panic")]

mod support;

use halyard_edge::{Node, Request, Response};
use support::{World, at, get, json, publish, send, text, trouble};

const PATH: &str = "/api/environments/production/overrides";
const BANNER_OFF: &str = r#"{"variants": {"banner": "off", "price": "b"}, "message": "Try it without"}"#;
const HOUR: i64 = 3_600_000;

/// A project that allows overrides in production.
fn world() -> (World, Node) {
    let mut world = World::acme();
    let mut node = world.node();
    world.edit_project(&mut node, r#"{"environments": {"production": {"overrides": true}}}"#);
    (world, node)
}

fn make(world: &mut World, node: &mut Node, token: &str, body: &str) -> Response {
    world.ask(node, send("POST", PATH, token, body))
}

fn made(world: &mut World, node: &mut Node, body: &str) -> String {
    let token = world.token();
    let response = make(world, node, &token, body);
    assert_eq!(response.status, 200, "{}", text(&response));
    at(&json(&response), &["token"]).as_str().unwrap().to_owned()
}

fn read(world: &mut World, node: &mut Node, link: &str) -> Response {
    let key = world.browser_key();
    world.ask(node, get(&format!("/v1/overrides/{link}"), &key))
}

#[test]
fn a_link_brings_its_variants_to_a_page_until_it_is_over() {
    let (mut world, mut node) = world();
    let link = made(&mut world, &mut node, BANNER_OFF);
    assert!(link.starts_with("halyard_override_"));
    let stored: Vec<&String> = world.store.objects.keys().filter(|key| key.starts_with("overrides/")).collect();
    assert_eq!(stored.len(), 1);
    assert!(world.store.objects.values().all(|(_, body)| !String::from_utf8_lossy(body).contains(&link)), "only its hash is kept");
    let got = read(&mut world, &mut node, &link);
    assert_eq!(got.status, 200, "{}", text(&got));
    assert_eq!(at(&json(&got), &["variants"]).canonical(), r#"{"banner":"off","price":"b"}"#);
    let until = at(&json(&got), &["until"]).as_f64().unwrap() as i64;
    assert!((world.now + 8 * HOUR - 1_000..=world.now + 8 * HOUR).contains(&until));
    assert_eq!((got.header("access-control-allow-origin"), got.header("cache-control")), (Some("*"), Some("no-store")));
    let server = world.server_key();
    assert_eq!(world.ask(&mut node, get(&format!("/v1/overrides/{link}"), &server)).status, 200);
    world.now = until - 10;
    assert_eq!(read(&mut world, &mut node, &link).status, 404, "it is over while it is read");
    let short = made(&mut world, &mut node, r#"{"variants": {"banner": "off"}, "message": "m", "hours": 1}"#);
    world.pass(HOUR - 1_000);
    assert_eq!(read(&mut world, &mut node, &short).status, 200);
    world.pass(1_000);
    trouble(&read(&mut world, &mut node, &short), 404);
}

#[test]
fn a_link_that_is_none_or_of_elsewhere_or_not_allowed_any_more_is_not_found() {
    let (mut world, mut node) = world();
    let link = made(&mut world, &mut node, BANNER_OFF);
    let asked = world.effects.len();
    for bad in ["x", "halyard_server_x", &link.to_uppercase(), "..%2f..%2fproject"] {
        trouble(&read(&mut world, &mut node, bad), 404);
    }
    assert_eq!(world.effects.len(), asked, "the store is not asked for what cannot be one");
    trouble(&read(&mut world, &mut node, &format!("{link}x")), 404);
    let staging = world.told().sdk_keys["staging"].browser.clone();
    world.edit_project(&mut node, r#"{"environments": {"staging": {"overrides": true}}}"#);
    world.pass(20_000);
    trouble(&world.ask(&mut node, get(&format!("/v1/overrides/{link}"), &staging)), 404);
    trouble(&world.ask(&mut node, Request::new("GET", format!("{}/v1/overrides/{link}", support::BASE))), 401);
    world.edit_project(&mut node, r#"{"environments": {"production": {"overrides": false}}}"#);
    world.pass(20_000);
    trouble(&read(&mut world, &mut node, &link), 404);
}

#[test]
fn a_flag_that_has_become_private_is_left_out() {
    let (mut world, mut node) = world();
    let link = made(&mut world, &mut node, BANNER_OFF);
    let from = r#""variants":{"a":1,"b":2},"visibility":"public""#;
    assert_eq!(publish(&mut world, &mut node, from, &from.replace("public", "private")).status, 200);
    world.pass(20_000);
    assert_eq!(at(&json(&read(&mut world, &mut node, &link)), &["variants"]).canonical(), r#"{"banner":"off"}"#);
}

#[test]
fn whoever_may_publish_makes_one_and_a_viewer_does_not() {
    let (mut world, mut node) = world();
    let (bo, cy) = (world.token_like(&mut node, "bo@acme.example"), world.token_like(&mut node, "cy@acme.example"));
    assert_eq!(make(&mut world, &mut node, &bo, BANNER_OFF).status, 200);
    trouble(&make(&mut world, &mut node, &cy, BANNER_OFF), 403);
    let key = world.browser_key();
    trouble(&make(&mut world, &mut node, &key, BANNER_OFF), 403);
    let token = world.token();
    trouble(&world.ask(&mut node, send("POST", "/api/environments/staging/overrides", &token, BANNER_OFF)), 403);
    trouble(&world.ask(&mut node, send("POST", "/api/environments/nowhere/overrides", &token, BANNER_OFF)), 404);
}

#[test]
fn only_variants_that_there_are_of_public_flags() {
    let (mut world, mut node) = world();
    let token = world.token();
    let body = r#"{"variants": {"checkout": "new", "banner": "of", "nope": "on"}, "message": "m"}"#;
    let told = trouble(&make(&mut world, &mut node, &token, body), 422);
    let problems: Vec<String> = at(&told, &["problems"])
        .as_array()
        .unwrap()
        .iter()
        .map(|problem| format!("{}: {}", at(problem, &["pointer"]).as_str().unwrap(), at(problem, &["message"]).as_str().unwrap()))
        .collect();
    assert_eq!(
        problems,
        [
            "/variants/banner: the flag `banner` has no variant `of`",
            "/variants/checkout: there is no public flag `checkout`",
            "/variants/nope: there is no public flag `nope`"
        ]
    );
    for (body, status) in [
        (r#"{"variants": {}, "message": "m"}"#, 422),
        (r#"{"variants": {"banner": "off"}, "message": " "}"#, 422),
        (r#"{"variants": {"banner": "off"}, "message": "m", "hours": 73}"#, 422),
        (r#"{"variants": {"banner": "off"}, "message": "m", "hours": 0}"#, 422),
        (r#"{"variants": {"banner": "off"}}"#, 422),
        (r#"{"variants": {"banner": "off"}, "message": "m", "days": 1}"#, 422),
        ("{", 400),
    ] {
        trouble(&make(&mut world, &mut node, &token, body), status);
    }
    assert!(world.store.objects.keys().all(|key| !key.starts_with("overrides/")));
}

#[test]
fn whether_testers_may_is_a_change_of_the_project_like_any() {
    let (mut world, mut node) = world();
    let token = world.token();
    let records = json(&world.ask(&mut node, get("/api/project/records?kind=environment.overrides", &token)));
    let sentence = at(&records, &["records", "0", "changes", "0", "sentence"]).as_str().unwrap();
    assert_eq!(sentence, "testers may now override public flags in environment `production`");
    let told = trouble(&world.try_to_edit_project(&mut node, &token, r#"{"environments": {"production": {"overrides": "yes"}}}"#), 422);
    assert_eq!(at(&told, &["problems", "0", "pointer"]).as_str(), Some("/environments/production/overrides"));
}
