//! What pages hold: public flags answer as they do in the whole document, and nothing private is left.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test that fails may panic")]

mod support;

use halyard_core::check::{Cap, check, check_json};
use halyard_core::document::Visibility;
use halyard_core::{Code, Context, Document, Json, Timestamp, compile, read};
use halyard_reference::generate;
use proptest::prelude::*;
use serde_json::{Value, json};

/// Makes some flags public, and then whatever these need, as `check` asks for it.
fn published(mut document: Value, chosen: &[bool]) -> Value {
    let keys: Vec<String> = document["flags"].as_object().unwrap().keys().cloned().collect();
    for (key, public) in keys.iter().zip(chosen) {
        document["flags"][key]["visibility"] = json!(if *public { "public" } else { "private" });
    }
    loop {
        let report = check_json(&Json::from(document.clone()));
        let needs: Vec<String> = report.errors().map(|problem| problem.pointer.as_str().to_owned()).collect();
        assert!(report.errors().all(|problem| problem.code == Code::PublicNeedsPrivate), "{:?}", report.problems);
        if needs.is_empty() {
            return document;
        }
        for place in needs {
            let key = document.pointer(&place).unwrap().as_str().unwrap().to_owned();
            let part = if place.ends_with("/segment") { "segments" } else { "flags" };
            document[part][&key]["visibility"] = json!("public");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 800, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_public_flag_answers_as_it_does_in_the_whole_document(
        document in generate::document(), chosen in proptest::collection::vec(any::<bool>(), 6),
        requests in proptest::collection::vec((generate::context(), generate::time()), 1..12)
    ) {
        let whole = support::ruleset(&published(document, &chosen).to_string());
        let public = whole.document.public();
        prop_assert!(check(&public).errors().next().is_none(), "{:?}", check(&public).problems);
        prop_assert_eq!(&public.public(), &public, "of what is public nothing is left out");
        let ruleset = compile(&public);
        for (key, flag) in &whole.document.flags {
            prop_assert_eq!(public.flags.contains_key(key), flag.visibility == Visibility::Public);
        }
        for (context, now) in requests {
            let (context, now) = (Context::from_json(Json::from(context)).unwrap(), Timestamp(now));
            for key in public.flags.keys() {
                let (here, there) = (ruleset.evaluate(key, &context, now), whole.evaluate(key, &context, now));
                prop_assert_eq!(here.to_json(), there.to_json(), "{} at {}\n{}", key, now, whole.document.canonical());
            }
        }
    }
}

const PRIVATE: &str = r#"{"format": 1,
    "segments": {
        "staff": {"description": "PRIVATE", "when": {"attribute": "email", "is": ["PRIVATE@acme.example"]}},
        "unused": {"visibility": "public", "when": {"attribute": "PRIVATE", "exists": true}},
        "cities": {"description": "PRIVATE", "visibility": "public", "when": {"attribute": "city", "is": ["Delft"]}},
        "dutch": {"description": "PRIVATE", "visibility": "public", "when": {"any": [{"attribute": "country", "is": ["NL"]}, {"segment": "cities"}]}}},
    "plans": {"PRIVATE": {"stages": [{"name": "PRIVATE", "audience": {"all": []}}]}},
    "flags": {
        "PRIVATE": {"purpose": "operational", "owner": "PRIVATE", "created": "2026-11-01", "variants": {"on": true}},
        "banner": {"description": "PRIVATE", "purpose": "release", "owner": "PRIVATE", "tags": ["PRIVATE"], "created": "2026-11-01",
            "expires": "2027-01-31", "visibility": "public", "metadata": {"jira": "SHOP-1"}, "variants": {"on": true, "off": false},
            "rules": [{"id": "near", "description": "PRIVATE", "when": {"segment": "dutch"}, "serve": "on"}], "otherwise": "off"}},
    "releases": {
        "launch": {"title": "PRIVATE", "description": "PRIVATE", "owner": "PRIVATE", "target": "2026-12-01", "plan": "PRIVATE",
            "flags": [{"flag": "banner", "variant": "on"}, {"flag": "PRIVATE", "variant": "on"}], "stage": "first",
            "stages": [{"name": "first", "audience": {"percent": 5}, "needs": ["PRIVATE"], "startsAt": "2026-12-01T00:00:00Z"},
                {"name": "second", "audience": {"percent": 50}, "startsAt": "2026-12-02T00:00:00Z", "needs": ["PRIVATE done"]},
                {"name": "PRIVATE", "audience": {"all": []}, "startsAt": "2026-12-03T00:00:00Z", "needs": ["PRIVATE"]},
                {"name": "PRIVATE2", "audience": {"all": []}, "startsAt": "2026-12-04T00:00:00Z"}],
            "readiness": [{"item": "PRIVATE", "done": false, "by": "PRIVATE"}, {"item": "PRIVATE done", "done": true}],
            "contingency": "PRIVATE", "announcement": "PRIVATE"},
        "PRIVATE": {"title": "PRIVATE", "owner": "PRIVATE", "flags": [{"flag": "banner", "variant": "on"}], "closed": true,
            "stages": [{"name": "PRIVATE", "audience": {"all": []}}]}},
    "scenarios": [{"name": "PRIVATE", "context": {"email": "PRIVATE"}, "expect": {"banner": "off"}}],
    "retired": ["PRIVATE-too"]}"#;

#[test]
fn nothing_private_is_left() {
    let report = read(PRIVATE.as_bytes(), Cap::Publisher);
    let public = report.checked.unwrap_or_else(|| panic!("{:?}", report.problems)).public();
    let expected = r#"{"format": 1,
        "segments": {
            "cities": {"visibility": "public", "when": {"attribute": "city", "is": ["Delft"]}},
            "dutch": {"visibility": "public", "when": {"any": [{"attribute": "country", "is": ["NL"]}, {"segment": "cities"}]}}},
        "flags": {"banner": {"purpose": "operational", "owner": "-", "created": "1970-01-01", "visibility": "public",
            "metadata": {"jira": "SHOP-1"}, "variants": {"on": true, "off": false},
            "rules": [{"id": "near", "when": {"segment": "dutch"}, "serve": "on"}], "otherwise": "off"}},
        "releases": {"launch": {"title": "-", "owner": "-", "flags": [{"flag": "banner", "variant": "on"}], "stage": "first",
            "stages": [{"name": "first", "audience": {"percent": 5}},
                {"name": "second", "audience": {"percent": 50}, "startsAt": "2026-12-02T00:00:00Z"}]}}}"#;
    assert_eq!(public.canonical(), serde_json::from_str::<Document>(expected).unwrap().canonical());
    let image = compile(&public).to_image(&[0; 32]);
    for bytes in [public.canonical().into_bytes(), image] {
        assert!(!bytes.windows(7).any(|window| window == b"PRIVATE"), "{}", String::from_utf8_lossy(&bytes));
    }
}

/// A release that nobody is in yet, and a stage that a hold keeps shut for ever, tell nothing of whom they are for.
#[test]
fn of_stages_that_cannot_open_nothing_is_told() {
    let public = |release: &str| {
        let text = format!(
            r#"{{"format": 1, "flags": {{"banner": {{"purpose": "operational", "owner": "o", "created": "2026-11-01", "visibility": "public",
                "variants": {{"on": true, "off": false}}, "otherwise": "off"}}}},
                "releases": {{"launch": {{"title": "t", "owner": "o", "flags": [{{"flag": "banner", "variant": "on"}}], {release}}}}}}}"#
        );
        read(text.as_bytes(), Cap::Publisher).checked.unwrap().public().releases["launch"].stages.clone()
    };
    let names = |release: &str| public(release).into_iter().map(|stage| stage.name).collect::<Vec<_>>();
    assert_eq!(names(r#""stages": [{"name": "vip", "audience": {"attribute": "email", "is": ["a@b.example"]}}]"#), ["shut"]);
    let held = |hold: &str| {
        format!(
            r#""stage": "in", "hold": "{hold}", "stages": [{{"name": "in", "audience": {{"percent": 5}}}},
            {{"name": "all", "audience": {{"all": []}}, "startsAt": "2026-12-02T00:00:00Z"}}]"#
        )
    };
    assert_eq!(names(&held("2026-12-01T23:59:59Z")), ["in"]);
    assert_eq!(names(&held("2026-12-02T00:00:00Z")), ["in", "all"]);
}
