//! Built-in role × kind of change, each cell over the API: what docs/roles.md says is what the node does.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may panic")]

mod support;

use std::collections::BTreeMap;

use halyard_core::diff::Kind;
use halyard_core::document::Purpose;
use halyard_core::{Document, Json, diff};
use halyard_edge::Node;
use halyard_edge::init::{self, NewEnvironment, NewPerson, Options};
use halyard_edge::project::KINDS;
use support::{World, at, get, json, merge, send, text};

const ROLES: [&str; 5] = ["viewer", "releaser", "operator", "editor", "admin"];

/// A table of docs/roles.md: the cells behind each kind of change.
fn table(name: &str) -> BTreeMap<String, Vec<String>> {
    let text = include_str!("../../../docs/roles.md");
    let start = format!("<!-- table {name} -->");
    let rows = text.split_once(&start).unwrap().1.split_once(&format!("<!-- end {name} -->")).unwrap().0;
    let cells = |row: &str| row.trim_matches(['|', ' ']).split(" | ").map(|cell| cell.trim().to_owned()).collect::<Vec<_>>();
    let rows = rows.trim().lines().skip(2).map(cells);
    rows.map(|row| (row[0].trim_matches('`').to_owned(), row[1..].to_vec())).collect()
}

/// A document in which every kind of change can be made to flags of one purpose.
fn document(purpose: &str) -> String {
    let flag = format!(
        r#"{{"purpose": "{purpose}", "owner": "o", "created": "2026-11-01", "variants": {{"on": true, "off": false}}, "otherwise": "off"}}"#
    );
    let stages = r#"[{"name": "in", "audience": {"segment": "used"}}, {"name": "out", "audience": {"all": []}}]"#;
    format!(
        r#"{{"format": 1,
        "segments": {{"used": {{"when": {{"attribute": "a", "is": [1]}}}}, "idle": {{"when": {{"attribute": "b", "is": [1]}}}}}},
        "plans": {{"plan": {{"stages": {stages}}}}},
        "flags": {{"main": {flag}, "other": {flag}, "spare": {flag}}},
        "releases": {{"launch": {{"title": "Launch", "owner": "o", "flags": [{{"flag": "main", "variant": "on"}}], "stages": {stages},
            "stage": "in", "readiness": [{{"item": "told", "done": false}}]}}}},
        "scenarios": [{{"name": "old", "context": {{}}, "expect": {{"other": "off"}}}}]}}"#
    )
}

/// What makes a change of this kind, as merge patches: what must be there before, and the change itself.
fn patches(kind: Kind) -> (&'static str, String) {
    let flag = |field: &str| format!(r#"{{"flags": {{"spare": {{{field}}}}}}}"#);
    let release = |field: &str| format!(r#"{{"releases": {{"launch": {{{field}}}}}}}"#);
    let new = r#"{"purpose": "PURPOSE", "owner": "o", "created": "2026-11-01", "variants": {"on": true}}"#;
    match kind {
        Kind::FlagCreate => ("{}", format!(r#"{{"flags": {{"new": {new}}}}}"#)),
        Kind::FlagDelete => ("{}", r#"{"flags": {"spare": null}}"#.to_owned()),
        Kind::FlagDescribe => ("{}", flag(r#""description": "x""#)),
        Kind::FlagPurpose => ("{}", flag(r#""purpose": "OTHER""#)),
        Kind::FlagVisibility => ("{}", flag(r#""visibility": "public""#)),
        Kind::FlagVariants => ("{}", flag(r#""variants": {"also": true}"#)),
        Kind::FlagEnable => (r#"{"flags": {"spare": {"enabled": false}}}"#, flag(r#""enabled": true"#)),
        Kind::FlagDisable => ("{}", flag(r#""enabled": false"#)),
        Kind::FlagRequires => ("{}", flag(r#""requires": [{"flag": "other", "is": ["on"]}]"#)),
        Kind::FlagRules => ("{}", flag(r#""rules": [{"id": "r", "when": {"segment": "used"}, "serve": "on"}]"#)),
        Kind::FlagOtherwise => ("{}", flag(r#""otherwise": "on""#)),
        Kind::SegmentCreate => ("{}", r#"{"segments": {"new": {"when": {"attribute": "c", "is": [1]}}}}"#.to_owned()),
        Kind::SegmentDelete => ("{}", r#"{"segments": {"idle": null}}"#.to_owned()),
        Kind::SegmentDescribe => ("{}", r#"{"segments": {"used": {"description": "x"}}}"#.to_owned()),
        Kind::SegmentWhen => ("{}", r#"{"segments": {"used": {"when": {"is": [2]}}}}"#.to_owned()),
        Kind::PlanCreate => ("{}", r#"{"plans": {"new": {"stages": [{"name": "in", "audience": {"all": []}}]}}}"#.to_owned()),
        Kind::PlanDelete => ("{}", r#"{"plans": {"plan": null}}"#.to_owned()),
        Kind::PlanChange => ("{}", r#"{"plans": {"plan": {"description": "x"}}}"#.to_owned()),
        Kind::ReleaseCreate => (
            "{}",
            r#"{"releases": {"new": {"title": "N", "owner": "o", "flags": [{"flag": "other", "variant": "on"}],
                "stages": [{"name": "in", "audience": {"all": []}}]}}}"#
                .to_owned(),
        ),
        Kind::ReleaseDelete => ("{}", r#"{"releases": {"launch": null}}"#.to_owned()),
        Kind::ReleaseDescribe => ("{}", release(r#""title": "x""#)),
        Kind::ReleaseFlags => ("{}", release(r#""flags": [{"flag": "main", "variant": "on"}, {"flag": "spare", "variant": "on"}]"#)),
        Kind::ReleaseStages => {
            ("{}", release(r#""stages": [{"name": "in", "audience": {"percent": 1}}, {"name": "out", "audience": {"all": []}}]"#))
        }
        Kind::ReleaseOpen => ("{}", release(r#""stage": "out""#)),
        Kind::ReleaseNarrow => ("{}", release(r#""stage": null"#)),
        Kind::ReleaseHold => ("{}", release(r#""hold": "2026-11-20T00:00:00Z""#)),
        Kind::ReleaseResume => (r#"{"releases": {"launch": {"hold": "2026-11-20T00:00:00Z"}}}"#, release(r#""hold": null"#)),
        Kind::ReleaseRollBack => ("{}", release(r#""rolledBack": true"#)),
        Kind::ReleaseRestore => (r#"{"releases": {"launch": {"rolledBack": true}}}"#, release(r#""rolledBack": false"#)),
        Kind::ReleaseClose => ("{}", release(r#""closed": true"#)),
        Kind::ReleaseReopen => (r#"{"releases": {"launch": {"closed": true}}}"#, release(r#""closed": false"#)),
        Kind::ReleaseReadiness => ("{}", release(r#""readiness": [{"item": "told", "done": true}]"#)),
        Kind::Scenarios => ("{}", r#"{"scenarios": [{"name": "new", "context": {}, "expect": {"other": "off"}}]}"#.to_owned()),
        Kind::Retired => ("{}", r#"{"retired": ["gone"]}"#.to_owned()),
    }
}

/// The two documents between which there is a change of this kind and of no other, to flags of one purpose.
fn pair(kind: Kind, purpose: Purpose) -> (String, String) {
    let other = if purpose == Purpose::Permission { "operational" } else { "permission" };
    let (before, change) = patches(kind);
    let mut document = Json::parse(document(purpose.as_str()).as_bytes()).unwrap();
    let mut patch = |patch: &str| {
        let patch = patch.replace("PURPOSE", purpose.as_str()).replace("OTHER", other);
        merge(&mut document, &Json::parse(patch.as_bytes()).unwrap());
        let read: Document = serde_json::from_str(&document.canonical()).unwrap();
        read
    };
    let (from, to) = (patch(before), patch(&change));
    let kinds: Vec<Kind> = diff(&from, &to).into_iter().map(|change| change.kind).collect();
    assert!(!kinds.is_empty() && kinds.iter().all(|found| *found == kind), "{kind:?}: {kinds:?}");
    (from.canonical(), to.canonical())
}

/// A world whose production begins with a document, and a token for each role: built-in ones in production, and one admin everywhere.
fn world(document: &str) -> (World, Node, Vec<String>) {
    let mut world = World::empty();
    let production =
        NewEnvironment { key: "production".to_owned(), name: "Production".to_owned(), document: Some(document.as_bytes().to_vec()) };
    let options = Options {
        name: "Acme".to_owned(),
        people: vec![NewPerson::admin("ann@acme.example", "Ann")],
        environments: vec![production, NewEnvironment::empty("staging", "Staging")],
    };
    let made = init::init(&options, world.moment()).unwrap_or_else(|problems| panic!("{problems:?}"));
    made.objects.into_iter().for_each(|(key, bytes)| drop(world.store.put(&key, bytes)));
    world.told = Some(made.told);
    let mut node = world.node();
    let mut tokens: Vec<String> =
        ROLES.iter().map(|role| world.token_with(&mut node, role, &format!(r#"{{"production": ["{role}"]}}"#))).collect();
    tokens.push(world.token_with(&mut node, "everywhere", r#"{"*": ["admin"]}"#));
    (world, node, tokens)
}

/// Publishes, sees whether it was allowed, and puts everything back. Whoever is refused is told of each change, why, and who may.
fn is_allowed(world: &mut World, path: &str, token: &str, document: &str) -> bool {
    let before = world.clone_store();
    let mut node = world.node();
    let got = world.ask(&mut node, get(path, token));
    assert_eq!(got.status, 200, "{}", text(&got));
    let put = send("PUT", &format!("{path}?message=x"), token, document).with_header("If-Match", got.header("etag").unwrap());
    let response = world.ask(&mut node, put);
    let review = world.ask(&mut node, send("POST", &path.replace("document", "check"), token, document));
    let is_published = world.ask(&mut node, get(path, token)).header("etag") != got.header("etag");
    world.store = before;
    match response.status {
        200 => assert!(is_published),
        403 => {
            assert!(!is_published);
            let told = json(&response);
            assert_eq!(at(&told, &["type"]).as_str(), Some("/problems/not-allowed"), "{}", text(&response));
            let refusals = at(&told, &["refusals"]).as_array().unwrap();
            assert!(!refusals.is_empty());
            for refusal in refusals {
                let change = refusal.get("change").or(refusal.get("edit")).unwrap();
                assert!(!at(change, &["sentence"]).as_str().unwrap().is_empty());
                assert!(at(refusal, &["why"]).as_str().unwrap().len() > 15, "{}", text(&response));
                let who = at(refusal, &["who"]).as_array().unwrap();
                assert!(who.contains(&Json::from("ann@acme.example (admin)")), "{}", text(&response));
            }
            let review = json(&review);
            assert_eq!(at(&review, &["refusals"]).as_array(), Some(refusals), "a check says the same");
            assert_eq!(at(&review, &["publishable"]).as_bool(), Some(false));
        }
        _ => panic!("{}", text(&response)),
    }
    response.status == 200
}

#[test]
fn the_documents_table_is_what_the_node_does() {
    let table = table("document");
    assert_eq!(table.len(), Kind::ALL.len());
    for kind in Kind::ALL {
        // The first cell says what the kind is.
        let cells = &table[kind.as_str()][1..];
        assert_eq!(cells.len(), ROLES.len());
        for purpose in Purpose::ALL {
            let (from, to) = pair(kind, purpose);
            let (mut world, _, tokens) = world(&from);
            for ((role, cell), token) in ROLES.iter().zip(cells).zip(&tokens) {
                let expected = match cell.split_once(" only") {
                    None if cell == "yes" => true,
                    None if cell == "no" => false,
                    Some((purposes, _)) => purposes.split(", ").any(|word| word == purpose.as_str()),
                    None => panic!("{cell}"),
                };
                let allowed = is_allowed(&mut world, "/api/environments/production/document", token, &to);
                assert_eq!(allowed, expected, "`{role}` and `{}` of a flag of purpose {purpose:?}", kind.as_str());
            }
        }
    }
}

/// What makes a change of the project of this kind: what must be there before, and the change itself.
fn project_patches(kind: &str) -> (&'static str, &'static str) {
    match kind {
        "project.rename" => ("{}", r#"{"name": "x"}"#),
        "project.limits" => ("{}", r#"{"limits": {"variants": 4}}"#),
        "environment.add" => ("{}", r#"{"environments": {"next": {"name": "Next"}}}"#),
        "environment.remove" => (r#"{"environments": {"old": {"name": "Old"}}}"#, r#"{"environments": {"old": null}}"#),
        "environment.rename" => ("{}", r#"{"environments": {"production": {"name": "x"}}}"#),
        "environment.overrides" => ("{}", r#"{"environments": {"production": {"overrides": true}}}"#),
        "role.add" => ("{}", r#"{"roles": {"r": {"may": []}}}"#),
        "role.remove" => (r#"{"roles": {"r": {"may": []}}}"#, r#"{"roles": {"r": null}}"#),
        "role.change" => (r#"{"roles": {"r": {"may": []}}}"#, r#"{"roles": {"r": {"may": [{"changes": ["*"]}]}}}"#),
        "person.add" => ("{}", r#"{"people": {"bo@acme.example": {"name": "Bo"}}}"#),
        "person.remove" => (r#"{"people": {"bo@acme.example": {"name": "Bo"}}}"#, r#"{"people": {"bo@acme.example": null}}"#),
        "person.rename" => ("{}", r#"{"people": {"ann@acme.example": {"name": "x"}}}"#),
        "person.roles" => ("{}", r#"{"people": {"ann@acme.example": {"roles": {"production": ["viewer"]}}}}"#),
        "key.add" => {
            ("{}", r#"{"keys": {"new": {"environment": "production", "kind": "server", "created": "2026-11-30", "hash": "HASH"}}}"#)
        }
        "key.rotate" => (
            "{}",
            r#"{"keys": {"production-server": {"hash": "HASH", "created": "2026-12-01", "previous": {"hash": "OLD", "created": "2026-11-30"}}}}"#,
        ),
        "key.revoke" => ("{}", r#"{"keys": {"production-server": null}}"#),
        "key.change" => ("{}", r#"{"keys": {"production-server": {"hash": "HASH"}}}"#),
        "token.add" => {
            ("{}", r#"{"tokens": {"new": {"hash": "HASH", "created": "2026-11-30", "createdBy": "x", "expires": "2027-01-01T00:00:00Z"}}}"#)
        }
        "token.revoke" => ("{}", r#"{"tokens": {"first": null}}"#),
        "token.change" => ("{}", r#"{"tokens": {"first": {"roles": {"staging": ["viewer"]}}}}"#),
        other => panic!("`{other}` has no pair of documents"),
    }
}

#[test]
fn the_projects_table_is_what_the_node_does() {
    let table = table("project");
    assert_eq!(table.len(), KINDS.len());
    let (mut world, mut node, tokens) = world("{\"format\": 1}");
    let elsewhere = world.token_with(&mut node, "elsewhere", r#"{"staging": ["admin"]}"#);
    for kind in KINDS {
        let cells = &table[kind];
        assert_eq!(cells.len(), tokens.len());
        let (before, change) = project_patches(kind);
        let stored = world.clone_store();
        let mut node = world.node();
        if before != "{}" {
            world.edit_project(&mut node, before);
        }
        let (mut project, _) = world.project(&mut node);
        let old = project.get("keys").and_then(|keys| keys.get("production-server")?.get("hash")?.as_str()).unwrap();
        let change = change.replace("HASH", &"0a".repeat(32)).replace("OLD", old);
        merge(&mut project, &Json::parse(change.as_bytes()).unwrap());
        let review = json(&world.ask(&mut node, send("POST", "/api/project/check", &tokens[5], project.canonical())));
        let kinds: Vec<&str> =
            at(&review, &["changes"]).as_array().unwrap().iter().map(|edit| at(edit, &["kind"]).as_str().unwrap()).collect();
        assert_eq!(kinds, [kind], "{}", review.canonical());
        for (place, (token, cell)) in tokens.iter().zip(cells).enumerate() {
            let expected = match cell.as_str() {
                "yes" | "keys of that environment" => true,
                "no" => false,
                other => panic!("{other}"),
            };
            let allowed = is_allowed(&mut world, "/api/project/document", token, &project.canonical());
            assert_eq!(allowed, expected, "`{}` and `{kind}`", ROLES.get(place).unwrap_or(&"admin everywhere"));
        }
        // Who has everything in another environment has nothing of this one's keys.
        assert!(!is_allowed(&mut world, "/api/project/document", &elsewhere, &project.canonical()), "{kind}");
        world.store = stored;
    }
}
