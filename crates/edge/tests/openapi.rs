//! The API's own description and what the node answers are one: each route is described, and each description is a route.
//! That every answer is one that is described, `support::described` sees to in every test here; that bodies are, `tests/http`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may panic")]

mod support;

use halyard_core::Json;
use halyard_edge::{Config, Node, Request, Surface};
use support::described::description;
use support::{BASE, World, get, text, trouble};

#[test]
fn the_description_is_served_to_anyone_wherever_the_api_is() {
    let mut world = World::acme();
    let mut node = world.node();
    let read = || Request::new("GET", format!("{BASE}/api/openapi.json"));
    let got = world.ask(&mut node, read());
    assert_eq!((got.status, got.header("content-type")), (200, Some("application/json")));
    assert_eq!(text(&got), include_str!("../../../schemas/openapi.json"));
    let etag = got.header("etag").unwrap().to_owned();
    for known in [etag.clone(), format!("W/{etag}"), format!("\"other\", {etag}")] {
        let same = world.ask(&mut node, read().with_header("If-None-Match", &*known));
        assert_eq!((same.status, same.body.len(), same.header("etag")), (304, 0, Some(etag.as_str())), "{known}");
    }
    assert_eq!(world.ask(&mut node, read().with_header("If-None-Match", "\"other\"")).status, 200);
    assert!(world.effects.is_empty(), "nothing is asked of the store");
    for (surface, status) in [(Surface::Administration, 200), (Surface::Evaluation, 404)] {
        let mut node = Node::new(Config { surface, ..Config::default() });
        assert_eq!(world.ask(&mut node, read()).status, status, "{surface:?}");
    }
}

#[test]
fn every_described_path_takes_the_described_methods_and_no_other() {
    let mut world = World::acme();
    let (mut node, token) = (world.node(), world.token());
    for (template, methods) in description().get("paths").and_then(Json::as_object).unwrap() {
        let path = template.replace("{env}", "production").replace("{version}", "1").replace("{key}", "banner");
        let described: Vec<String> = methods.as_object().unwrap().keys().map(|method| method.to_uppercase()).collect();
        for method in ["GET", "PUT", "POST", "DELETE", "PATCH"] {
            let response = world.ask(&mut node, Request { method: method.to_owned(), ..get(&path, &token) });
            if described.iter().any(|known| known == method) {
                assert!(![404, 405].contains(&response.status), "{method} {path}: {}", text(&response));
                continue;
            }
            assert_eq!(response.status, 405, "{method} {path}");
            let allow = response.header("allow").unwrap();
            let mut allowed: Vec<&str> = allow.split(", ").filter(|name| !["HEAD", "OPTIONS"].contains(name)).collect();
            allowed.sort_unstable();
            assert_eq!(allowed, described, "{method} {path}");
            assert_eq!(allow.contains("HEAD"), allow.contains("GET"), "{method} {path}");
        }
    }
}

#[test]
fn each_operation_has_a_name_of_its_own_and_names_only_what_there_is() {
    let description = description();
    let text = description.canonical();
    let mut names = std::collections::BTreeSet::new();
    let mut last = 0;
    for methods in description.get("paths").and_then(Json::as_object).unwrap().values() {
        for operation in methods.as_object().unwrap().values() {
            assert!(names.insert(operation.get("operationId").and_then(Json::as_str).unwrap()), "{}", operation.canonical());
        }
    }
    while let Some(place) = text[last..].find("\"$ref\":\"#/") {
        let start = last + place + "\"$ref\":\"#/".len();
        let reference = text[start..].split('"').next().unwrap();
        let found = reference.split('/').try_fold(description, |json, part| json.get(part));
        assert!(found.is_some(), "{reference}");
        last = start;
    }
    assert!(last > 0 && !text.contains("$defs"));
    let mut world = World::acme();
    let mut node = world.node();
    trouble(&world.ask(&mut node, Request::new("POST", format!("{BASE}/api/openapi.json"))), 405);
}
