//! Rolling back only one flag or one release: as it was, put into what is there now.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may panic")]

mod support;

use halyard_core::Json;
use halyard_edge::{Node, Response};
use support::{World, at, current, json, play, send, text, trouble};

const RELEASE: &str = r#"{"releases": {"launch": {"title": "Launch", "owner": "o", "flags": [{"flag": "checkout", "variant": "new"}], "stage": "in",
    "stages": [{"name": "in", "audience": {"segment": "staff"}}, {"name": "out", "audience": {"all": []}}]}}}"#;

fn back(world: &mut World, node: &mut Node, version: u64, only: &str) -> Response {
    let (_, etag) = current(world, node);
    let body = format!(r#"{{"version": {version}, "message": "as it was", "only": {only}}}"#);
    let token = world.token();
    world.ask(node, send("POST", "/api/environments/production/rollback", &token, body).with_header("If-Match", etag))
}

/// The kinds of what was changed.
fn kinds(response: &Response) -> Vec<String> {
    assert_eq!(response.status, 200, "{}", text(response));
    let kind = |change: &Json| at(change, &["kind"]).as_str().unwrap().to_owned();
    at(&json(response), &["changes"]).as_array().unwrap().iter().map(kind).collect()
}

#[test]
fn one_flag_goes_back_and_what_else_was_changed_since_stays() {
    let mut world = World::acme();
    let mut node = world.node();
    play(
        &mut world,
        &mut node,
        &[r#"{"flags": {"banner": {"otherwise": "off"}}}"#, r#"{"flags": {"banner": {"owner": "x"}, "quiet": {"owner": "y"}}}"#],
    );
    let response = back(&mut world, &mut node, 1, r#"{"flag": "banner"}"#);
    assert_eq!(kinds(&response), ["flag.otherwise", "flag.describe"]);
    assert_eq!(at(&json(&response), &["marks"]).canonical(), r#"["flag `banner` rolled back to version 1"]"#);
    let (document, _) = current(&mut world, &mut node);
    let document = Json::parse(document.as_bytes()).unwrap();
    assert_eq!(at(&document, &["flags", "quiet", "owner"]).as_str(), Some("y"));
    assert_eq!(at(&document, &["flags", "banner", "owner"]).as_str(), Some("o"));
    // As it is already: no version.
    assert_eq!(kinds(&back(&mut world, &mut node, 1, r#"{"flag": "banner"}"#)), Vec::<String>::new());
    assert_eq!(world.whole_chain(), 4);
}

#[test]
fn a_flag_that_is_gone_comes_back_and_is_no_longer_retired() {
    let mut world = World::acme();
    let mut node = world.node();
    play(&mut world, &mut node, &[r#"{"flags": {"banner": null}, "retired": ["banner", "older"]}"#]);
    let response = back(&mut world, &mut node, 1, r#"{"flag": "banner"}"#);
    assert_eq!(kinds(&response), ["flag.create", "retired.change"]);
    let (document, _) = current(&mut world, &mut node);
    assert!(document.contains(r#""retired":["older"]"#), "{document}");
}

#[test]
fn one_release_goes_back() {
    let mut world = World::acme();
    let mut node = world.node();
    play(
        &mut world,
        &mut node,
        &[
            RELEASE,
            r#"{"releases": {"launch": {"stage": "out"}}, "flags": {"quiet": {"owner": "y"}}}"#,
            r#"{"releases": {"launch": null}}"#,
        ],
    );
    assert_eq!(kinds(&back(&mut world, &mut node, 3, r#"{"release": "launch"}"#)), ["release.create"]);
    assert_eq!(kinds(&back(&mut world, &mut node, 2, r#"{"release": "launch"}"#)), ["release.narrow"]);
    let (document, _) = current(&mut world, &mut node);
    assert!(document.contains(r#""owner":"y""#), "{document}");
}

#[test]
fn what_was_not_there_cannot_come_back() {
    let mut world = World::acme();
    let mut node = world.node();
    play(&mut world, &mut node, &[RELEASE]);
    for (version, only, status, words) in [
        (1, r#"{"release": "launch"}"#, 422, "there was no release `launch` in version 1"),
        (1, r#"{"flag": "nope"}"#, 422, "there was no flag `nope` in version 1"),
        (9, r#"{"flag": "banner"}"#, 404, "there is no version 9"),
        (1, r#"{"segment": "staff"}"#, 422, "the body must be"),
        (1, r#"{"flag": 7}"#, 422, "the body must be"),
    ] {
        let told = trouble(&back(&mut world, &mut node, version, only), status);
        assert!(at(&told, &["detail"]).as_str().unwrap().contains(words), "{}", told.canonical());
    }
    assert_eq!(world.version(), 2);
}

#[test]
fn a_part_is_judged_as_a_publish_is_and_the_whole_is_not() {
    let mut world = World::acme();
    let mut node = world.node();
    // In version 2 the flag served the old checkout, and there was no scenario that asks for the new one.
    play(
        &mut world,
        &mut node,
        &[
            r#"{"scenarios": [], "flags": {"checkout": {"rules": []}}}"#,
            r#"{"scenarios": [{"name": "new", "context": {"email": "a@acme.example"}, "expect": {"checkout": "new"}}],
                "flags": {"checkout": {"rules": [{"id": "staff", "when": {"segment": "staff"}, "serve": "new"}]}}}"#,
        ],
    );
    let told = trouble(&back(&mut world, &mut node, 2, r#"{"flag": "checkout"}"#), 422);
    assert_eq!(at(&told, &["scenarios", "0", "name"]).as_str(), Some("new"));
    // A reference that is gone is an error, as in any document.
    play(&mut world, &mut node, &[r#"{"segments": {"staff": null}, "scenarios": [], "flags": {"checkout": {"rules": []}}}"#]);
    let told = trouble(&back(&mut world, &mut node, 1, r#"{"flag": "checkout"}"#), 422);
    assert_eq!(at(&told, &["problems", "0", "code"]).as_str(), Some("unknown-reference"));
    assert_eq!(kinds(&back(&mut world, &mut node, 1, "null")).len(), 3, "all of it");
}

#[test]
fn a_part_that_only_takes_exposure_away_passes_whatever_a_scenario_says() {
    let mut world = World::acme();
    let mut node = world.node();
    play(&mut world, &mut node, &[r#"{"flags": {"checkout": {"enabled": false}}}"#, r#"{"flags": {"checkout": {"enabled": null}}}"#]);
    let response = back(&mut world, &mut node, 2, r#"{"flag": "checkout"}"#);
    assert_eq!(kinds(&response), ["flag.disable"]);
    let marks = at(&json(&response), &["marks"]).canonical();
    assert!(marks.contains("flag `checkout` rolled back to version 2") && marks.contains("passed over: scenario"), "{marks}");
}
