//! Who may publish what: what a refusal says, in which order things are refused, and what somebody tries who wants more than theirs.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may panic")]

mod support;

use halyard_core::Json;
use halyard_edge::{Node, Response};
use support::{World, at, current, from_app, get, json, merge, publish, publish_request, send, text, trouble};

/// What somebody with this token is told who publishes production with a patch.
fn try_patch(world: &mut World, node: &mut Node, token: &str, patch: &str, query: &str) -> Response {
    let (document, etag) = current(world, node);
    let mut document = Json::parse(document.as_bytes()).unwrap();
    merge(&mut document, &Json::parse(patch.as_bytes()).unwrap());
    world.ask(node, publish_request(token, &document.canonical(), &etag, query))
}

/// The kinds of the changes that a 403 refuses.
fn refused(response: &Response) -> Vec<String> {
    let told = trouble(response, 403);
    let kind = |refusal: &Json| at(refusal.get("change").or(refusal.get("edit")).unwrap(), &["kind"]).as_str().unwrap().to_owned();
    at(&told, &["refusals"]).as_array().unwrap().iter().map(kind).collect()
}

const OFF: &str = r#"{"flags": {"checkout": {"enabled": false}}}"#;

#[test]
fn a_refusal_names_the_change_why_and_who_may() {
    let mut world = World::acme();
    let mut node = world.node();
    let token = world.token_with(&mut node, "ci", r#"{"production": ["releaser", "operator"]}"#);
    let patch = r#"{"flags": {"checkout": {"enabled": false, "otherwise": "new"}, "banner": {"owner": "x"}}}"#;
    let response = try_patch(&mut world, &mut node, &token, patch, "");
    let told = trouble(&response, 403);
    assert_eq!(at(&told, &["type"]).as_str(), Some("/problems/not-allowed"));
    assert_eq!(
        at(&told, &["detail"]).as_str(),
        Some("nothing was published: 2 of its 3 changes are not yours to make; each says why, and who may")
    );
    let refusals = at(&told, &["refusals"]).as_array().unwrap();
    let sentences: Vec<&str> = refusals.iter().map(|refusal| at(refusal, &["change", "sentence"]).as_str().unwrap()).collect();
    assert_eq!(sentences, ["flag `banner`: owner is now `x` (was `o`)", "flag `checkout` serves otherwise: `new` (was `old`)"]);
    assert_eq!(at(&refusals[1], &["why"]).as_str(), Some("your roles do not include `flag.otherwise`"));
    assert_eq!(
        at(&refusals[1], &["who"]).canonical(),
        r#"["ann@acme.example (admin)","bo@acme.example (editor)","first (admin)"]"#,
        "and not whoever only looks"
    );
    assert_eq!(world.version(), 1);
    // Of one change, the detail says it all.
    let one = trouble(&try_patch(&mut world, &mut node, &token, r#"{"retired": ["x"]}"#, ""), 403);
    assert_eq!(
        at(&one, &["detail"]).as_str(),
        Some("nothing was published, for you may not make this change: key `x` is retired: your roles do not include `retired.change`")
    );
}

#[test]
fn a_refusal_names_eight_who_may_and_counts_the_others() {
    let mut world = World::acme();
    let mut node = world.node();
    let people: String =
        (0..20).map(|n| format!(r#""p{n:02}@acme.example": {{"name": "P", "roles": {{"production": ["editor"]}}}},"#)).collect();
    world.edit_project(&mut node, &format!(r#"{{"people": {{{}}}}}"#, people.trim_end_matches(',')));
    let cy = world.token_like(&mut node, "cy@acme.example");
    let told = trouble(&try_patch(&mut world, &mut node, &cy, OFF, ""), 403);
    let who = at(&told, &["refusals", "0", "who"]).as_array().unwrap();
    assert_eq!((who.len(), who[0].as_str(), who[8].as_str()), (9, Some("ann@acme.example (admin)"), Some("and 15 more")));
}

#[test]
fn nobody_who_may_is_said_as_an_empty_list_and_an_expired_token_is_nobody() {
    let mut world = World::acme();
    let mut node = world.node();
    let ci = world.token_with(&mut node, "ci", r#"{"production": ["viewer"]}"#);
    world.edit_project(
        &mut node,
        r#"{"tokens": {"first": {"expires": "2026-12-01T00:00:00Z"}}, "people": {"bo@acme.example": {"roles": {"production": ["viewer"]}}}}"#,
    );
    let (document, etag) = current(&mut world, &mut node);
    world.pass(24 * 60 * 60 * 1000);
    let request = publish_request(&ci, &document.replace("\"team\":\"shop\"", "\"team\":\"web\""), &etag, "");
    let told = trouble(&world.ask(&mut node, request), 403);
    assert_eq!(at(&told, &["refusals", "0", "who"]).canonical(), r#"["ann@acme.example (admin)"]"#);
}

#[test]
fn what_is_refused_first() {
    let mut world = World::acme();
    let mut node = world.node();
    let cy = world.token_like(&mut node, "cy@acme.example");
    let (document, etag) = current(&mut world, &mut node);
    let changed = document.replace("\"team\":\"shop\"", "\"team\":\"web\"");
    let mut ask = |request| world.ask(&mut node, request);
    // A lost race, before anything; what cannot be read or has errors, before rights; rights, before limits and scenarios and a message.
    trouble(&ask(publish_request(&cy, "{", "\"00000009-never\"", "")), 412);
    trouble(&ask(publish_request(&cy, "{", &etag, "")), 400);
    trouble(&ask(publish_request(&cy, "{\"format\":1,\"flagz\":{}}", &etag, "")), 422);
    let failing = document.replace("\"serve\":\"new\"", "\"serve\":\"old\"");
    assert_eq!(refused(&ask(publish_request(&cy, &failing, &etag, ""))), ["flag.rules"]);
    assert_eq!(refused(&ask(publish_request(&cy, &changed, &etag, "&dryRun=true"))), ["flag.describe"], "a dry run says the same");
    let silent = send("PUT", "/api/environments/production/document", &cy, changed).with_header("If-Match", &*etag);
    assert_eq!(refused(&ask(silent)), ["flag.describe"]);
    // What changes nothing is refused to nobody.
    assert_eq!(ask(publish_request(&cy, &document, &etag, "")).status, 200);
}

#[test]
fn to_take_exposure_away_passes_scenarios_and_not_whoever_does_it() {
    let mut world = World::acme();
    let mut node = world.node();
    let (cy, operator) = (world.token_like(&mut node, "cy@acme.example"), world.token_with(&mut node, "op", r#"{"*": ["operator"]}"#));
    assert_eq!(refused(&try_patch(&mut world, &mut node, &cy, OFF, "")), ["flag.disable"]);
    let off = try_patch(&mut world, &mut node, &operator, OFF, "");
    assert_eq!(off.status, 200, "{}", text(&off));
    assert!(text(&off).contains("passed over: scenario"), "{}", text(&off));
    let on = try_patch(&mut world, &mut node, &operator, r#"{"flags": {"checkout": {"enabled": null}}}"#, "");
    assert_eq!(on.status, 200, "operational flags come back: {}", text(&on));
}

#[test]
fn a_roll_back_is_judged_by_its_difference() {
    let mut world = World::acme();
    let mut node = world.node();
    let operator = world.token_with(&mut node, "op", r#"{"production": ["operator"]}"#);
    let patches = [OFF, r#"{"flags": {"checkout": {"enabled": null}}}"#, r#"{"flags": {"banner": {"owner": "x"}}}"#];
    for patch in patches {
        let token = world.token();
        let response = try_patch(&mut world, &mut node, &token, patch, "");
        assert_eq!(response.status, 200, "{}", text(&response));
    }
    let mut back = |world: &mut World, body: &str| {
        let (_, etag) = current(world, &mut node);
        let request = send("POST", "/api/environments/production/rollback", &operator, body).with_header("If-Match", etag);
        world.ask(&mut node, request)
    };
    // To version 2 the flag goes off, which is theirs, and the owner goes back, which is not.
    assert_eq!(refused(&back(&mut world, r#"{"version": 2, "message": "x"}"#)), ["flag.describe"]);
    let part = back(&mut world, r#"{"version": 2, "message": "x", "only": {"flag": "checkout"}}"#);
    assert_eq!(part.status, 200, "{}", text(&part));
    assert_eq!(at(&json(&part), &["marks", "0"]).as_str(), Some("flag `checkout` rolled back to version 2"));
    assert_eq!(refused(&back(&mut world, r#"{"version": 1, "message": "x", "only": {"flag": "banner"}}"#)), ["flag.describe"]);
}

#[test]
fn a_role_of_ones_own_is_held_to_its_flags() {
    let mut world = World::acme();
    let mut node = world.node();
    world.edit_project(&mut node, r#"{"roles": {"shop": {"may": [{"changes": ["flag.*", "segment.*"], "owners": ["team-shop"]}]}}}"#);
    let shop = world.token_with(&mut node, "shop", r#"{"production": ["shop"]}"#);
    let new = r#"{"flags": {"mine": {"purpose": "release", "owner": "OWNER", "created": "2026-11-01", "variants": {"on": true}}}}"#;
    assert_eq!(refused(&try_patch(&mut world, &mut node, &shop, &new.replace("OWNER", "o"), "")), ["flag.create"]);
    let made = try_patch(&mut world, &mut node, &shop, &new.replace("OWNER", "team-shop"), "");
    assert_eq!(made.status, 200, "{}", text(&made));
    // The segment that `checkout` rests on, whose owner is another.
    let segment = r#"{"segments": {"staff": {"when": {"endsWith": ["@"]}}}}"#;
    let told = trouble(&try_patch(&mut world, &mut node, &shop, segment, ""), 403);
    assert_eq!(at(&told, &["refusals", "0", "flag"]).as_str(), Some("checkout"));
    // Made theirs and changed in one go: it was another's.
    let mine = r#"{"flags": {"banner": {"owner": "team-shop", "otherwise": "off"}}}"#;
    assert_eq!(refused(&try_patch(&mut world, &mut node, &shop, mine, "")), ["flag.otherwise", "flag.describe"]);
}

#[test]
fn whoever_was_taken_out_is_refused_within_ten_seconds_on_every_node() {
    let mut world = World::acme();
    let (mut node, mut other) = (world.node(), world.node());
    let cookie = world.session_of("bo@acme.example");
    let me = || from_app(get("/api/session", ""), &cookie);
    for node in [&mut node, &mut other] {
        assert_eq!(world.ask(node, me()).status, 200);
    }
    world.edit_project(&mut node, r#"{"people": {"bo@acme.example": null}}"#);
    trouble(&world.ask(&mut node, me()), 401);
    world.pass(10_000);
    trouble(&world.ask(&mut other, me()), 401);
}

#[test]
fn whose_roles_were_taken_away_loses_them_within_ten_seconds_on_every_node() {
    let mut world = World::acme();
    let (mut node, mut other) = (world.node(), world.node());
    let bo = world.token_like(&mut node, "bo@acme.example");
    assert_eq!(world.ask(&mut other, get("/api/session", &bo)).status, 200);
    world.edit_project(&mut node, r#"{"tokens": {"bo": {"roles": {"production": ["viewer"]}}}}"#);
    world.pass(10_000);
    assert_eq!(refused(&try_patch(&mut world, &mut other, &bo, OFF, "")), ["flag.disable"]);
}

#[test]
fn an_admin_who_was_taken_out_does_not_put_themselves_back_through_a_node_that_has_not_heard() {
    let mut world = World::acme();
    let (mut node, mut other) = (world.node(), world.node());
    world.edit_project(&mut node, r#"{"people": {"eve@acme.example": {"name": "Eve", "roles": {"*": ["admin"]}}}}"#);
    let cookie = world.session_of("eve@acme.example");
    assert_eq!(world.ask(&mut other, from_app(get("/api/session", ""), &cookie)).status, 200);
    let (before, _) = world.project(&mut node);
    world.edit_project(&mut node, r#"{"people": {"eve@acme.example": null}}"#);
    // The other node still takes her for an admin, and gives her the newest ETag.
    let got = world.ask(&mut other, from_app(get("/api/project/document", ""), &cookie));
    assert_eq!(got.status, 200);
    let put = send("PUT", "/api/project/document?message=x", "", before.canonical()).with_header("If-Match", got.header("etag").unwrap());
    assert_eq!(refused(&world.ask(&mut other, from_app(put, &cookie))), ["person.add"]);
}

#[test]
fn nobody_gives_themselves_what_they_do_not_have() {
    let mut world = World::acme();
    let mut node = world.node();
    let setting = r#"{"roles": {"keeper": {"may": [{"changes": ["*", "key.*"]}]}}, "environments": {"next": {"name": "Next"}},
        "keys": {"n": {"environment": "next", "kind": "server", "hash": "HASH", "created": "2026-11-30"}}}"#;
    world.edit_project(&mut node, &setting.replace("HASH", &"0c".repeat(32)));
    let keeper = world.token_with(&mut node, "keeper", r#"{"production": ["keeper", "admin"], "staging": ["admin"]}"#);
    let hash = "0b".repeat(32);
    let cases = [
        (r#"{"tokens": {"keeper": {"roles": {"*": ["admin"]}}}}"#.to_owned(), "token.change"),
        (r#"{"roles": {"keeper": {"may": [{"changes": ["*"], "reach": "anything"}]}}}"#.to_owned(), "role.change"),
        (r#"{"people": {"cy@acme.example": {"roles": {"*": ["admin"]}}}}"#.to_owned(), "person.roles"),
        (r#"{"people": {"eve@acme.example": {"name": "Eve", "roles": {"*": ["admin"]}}}}"#.to_owned(), "person.add"),
        (
            format!(
                r#"{{"tokens": {{"more": {{"roles": {{"*": ["admin"]}}, "hash": "{hash}", "created": "2026-11-30", "createdBy": "x", "expires": "2030-01-01T00:00:00Z"}}}}}}"#
            ),
            "token.add",
        ),
        (r#"{"limits": {"variants": 60}}"#.to_owned(), "project.limits"),
        // A key of an environment that is not theirs, and one moved there or away from there.
        (
            format!(r#"{{"keys": {{"k": {{"environment": "next", "kind": "server", "hash": "{hash}", "created": "2026-11-30"}}}}}}"#),
            "key.add",
        ),
        (r#"{"keys": {"production-server": {"environment": "next"}}}"#.to_owned(), "key.change"),
        (r#"{"keys": {"n": {"environment": "production"}}}"#.to_owned(), "key.change"),
        (r#"{"keys": {"n": null}}"#.to_owned(), "key.revoke"),
    ];
    for (patch, kind) in cases {
        assert_eq!(refused(&world.try_to_edit_project(&mut node, &keeper, &patch)), [kind], "{patch}");
    }
    let told = trouble(&world.try_to_edit_project(&mut node, &keeper, r#"{"keys": {"n": null}}"#), 403);
    assert_eq!(at(&told, &["refusals", "0", "why"]).as_str(), Some("your roles do not include `key.revoke` in `next`"));
    let cy = world.token_like(&mut node, "cy@acme.example");
    let told = trouble(&world.try_to_edit_project(&mut node, &cy, r#"{"keys": {"production-server": null}}"#), 403);
    assert_eq!(
        at(&told, &["refusals", "0", "who"]).canonical(),
        r#"["ann@acme.example (admin)","first (admin)","keeper (keeper of production, admin of production, admin of staging)"]"#
    );
    // Theirs and not theirs at once: nothing of it is done, and only what is not theirs is named.
    let both = format!(
        r#"{{"keys": {{"k": {{"environment": "staging", "kind": "server", "hash": "{hash}", "created": "2026-11-30"}}}}, "name": "Mine"}}"#
    );
    assert_eq!(refused(&world.try_to_edit_project(&mut node, &keeper, &both)), ["project.rename"]);
    let own = format!(r#"{{"keys": {{"k": {{"environment": "staging", "kind": "server", "hash": "{hash}", "created": "2026-11-30"}}}}}}"#);
    assert_eq!(world.try_to_edit_project(&mut node, &keeper, &own).status, 200);
    let moved = world.try_to_edit_project(&mut node, &keeper, r#"{"keys": {"k": {"environment": "production"}}}"#);
    assert_eq!(moved.status, 200, "both environments are theirs: {}", text(&moved));
}

#[test]
fn somebody_stays_an_admin() {
    let mut world = World::acme();
    let mut node = world.node();
    let token = world.token();
    for patch in [
        r#"{"people": {"ann@acme.example": null}}"#,
        r#"{"people": {"ann@acme.example": {"roles": {"*": ["editor"], "production": ["admin"]}}}}"#,
    ] {
        // A token that is an admin does not count: it expires.
        let told = trouble(&world.try_to_edit_project(&mut node, &token, patch), 422);
        assert_eq!(at(&told, &["problems", "0", "message"]).as_str(), Some("nobody is an admin of the project"));
    }
}

#[test]
fn the_stores_owner_needs_no_role() {
    let mut world = World::acme();
    let mut node = world.node();
    let (project, etag) = world.project(&mut node);
    let put = halyard_edge::Request::new("PUT", format!("{}/api/project/document?message=x", support::BASE))
        .with_header("If-Match", etag)
        .with_body(project.canonical().replace("\"name\":\"Acme\"", "\"name\":\"Acme Shop\""));
    assert_eq!(world.ask_as_owner(&mut node, put).status, 200);
    assert_eq!(publish(&mut world, &mut node, "\"team\":\"shop\"", "\"team\":\"web\"").status, 200);
}
