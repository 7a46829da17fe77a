//! `GET /v1/document`: what pages load to evaluate for themselves, and that nothing private is in it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may panic")]

mod support;

use halyard_core::check::Cap;
use halyard_core::evaluate::Audience;
use halyard_core::{Context, Ruleset, Timestamp, read};
use halyard_edge::store::{Head, Scope};
use halyard_edge::{Config, Node, Request, Response, Surface};
use support::{BASE, Fault, HEAD, World, at, get, json, publish, text, trouble};

fn keys(response: &Response) -> Vec<String> {
    assert_eq!(
        (response.status, response.header("content-type")),
        (200, Some("application/vnd.halyard.image")),
        "{}",
        String::from_utf8_lossy(&response.body)
    );
    let (ruleset, _) = Ruleset::from_image(&response.body).unwrap();
    ruleset.evaluate_all(Audience::Server, &Context::default(), Timestamp(0)).map(|answer| answer.flag.to_owned()).collect()
}

#[test]
fn a_page_gets_the_image_of_the_public_flags() {
    let mut world = World::acme();
    let mut node = world.node();
    let browser = world.browser_key();
    let got = world.ask(&mut node, get("/v1/document?format=2", &browser));
    assert_eq!(keys(&got), ["banner", "price"]);
    let header = |name: &str| got.header(name).unwrap_or_else(|| panic!("no {name}"));
    assert_eq!(
        (header("halyard-version"), header("cache-control"), header("access-control-allow-origin")),
        ("1", "private, no-cache", "*")
    );
    let now: i64 = header("halyard-time").parse().unwrap();
    assert!((world.now - 100..=world.now).contains(&now), "{now}");
    let exposed = header("access-control-expose-headers");
    for name in ["ETag", "Halyard-Version", "Halyard-Time", "Retry-After"] {
        assert!(exposed.contains(name), "{name}");
    }
    // It comes from the store once, and is at hand from then on.
    world.break_down();
    let asked = world.effects.len();
    assert_eq!(world.ask(&mut node, get("/v1/document", &browser)).body, got.body);
    assert_eq!(world.effects.len(), asked);
    world.mend();
    let same = world.ask(&mut node, get("/v1/document?format=2", &browser).with_header("If-None-Match", header("etag")));
    assert_eq!((same.status, same.body.len(), same.header("etag")), (304, 0, Some(header("etag"))));
    let head = world.ask(&mut node, Request { method: "HEAD".to_owned(), ..get("/v1/document", &browser) });
    assert_eq!((head.status, head.body.len(), head.header("etag")), (200, 0, Some(header("etag"))));
    let server = world.server_key();
    let server = world.ask(&mut node, get("/v1/document", &server));
    assert_eq!(server.body, got.body, "a server as well");
    assert_eq!(server.header("access-control-allow-origin"), None, "but no page reads what a server key opened");
}

#[test]
fn a_server_gets_all_flags_where_it_says_so_and_a_page_does_not() {
    let mut world = World::acme();
    let mut node = world.node();
    let (browser, server) = (world.browser_key(), world.server_key());
    assert_eq!(keys(&world.ask(&mut node, get("/v1/document?all=true", &server))), ["banner", "checkout", "price", "quiet"]);
    assert_eq!(keys(&world.ask(&mut node, get("/v1/document?all=false", &server))), ["banner", "price"]);
    trouble(&world.ask(&mut node, get("/v1/document?all=true", &browser)), 403);
    trouble(&world.ask(&mut node, get("/v1/document?all=true&as=json", &browser)), 403);
    let json = world.ask(&mut node, get("/v1/document?all=true&as=json", &server));
    assert_eq!((json.status, json.header("content-type"), json.header("halyard-version")), (200, Some("application/json"), Some("1")));
    let all = read(&json.body, Cap::Reader).checked.unwrap();
    assert_eq!(all.flags.keys().collect::<Vec<_>>(), ["banner", "checkout", "price", "quiet"]);
    assert!(all.scenarios.is_empty() && all.flags.values().all(|flag| flag.owner == "-"), "no people, and no words for them");
}

#[test]
fn another_format_is_refused_with_those_that_there_are() {
    let mut world = World::acme();
    let mut node = world.node();
    let browser = world.browser_key();
    for format in ["1", "0", "", "x", "2.0", "18446744073709551616"] {
        let told = trouble(&world.ask(&mut node, get(&format!("/v1/document?format={format}"), &browser)), 406);
        assert!(at(&told, &["detail"]).as_str().unwrap().contains("format 2"), "{format}");
    }
    trouble(&world.ask(&mut node, get("/v1/document?as=yaml", &browser)), 400);
    trouble(&world.ask(&mut node, get("/v1/document?all=maybe", &browser)), 400);
}

#[test]
fn whoever_has_no_sdk_key_gets_nothing() {
    let mut world = World::acme();
    let mut node = world.node();
    let ask = |world: &mut World, node: &mut Node, request: Request| {
        let response = world.ask(node, request);
        assert_eq!(response.header("access-control-allow-origin"), Some("*"), "a page can read why");
        trouble(&response, response.status);
        response.status
    };
    let token = world.token();
    assert_eq!(ask(&mut world, &mut node, Request::new("GET", format!("{BASE}/v1/document"))), 401);
    assert_eq!(ask(&mut world, &mut node, get("/v1/document", "halyard_browser_x")), 401);
    assert_eq!(ask(&mut world, &mut node, get("/v1/document", &token)), 403);
    let browser = world.browser_key();
    assert_eq!(ask(&mut world, &mut node, Request { method: "POST".to_owned(), ..get("/v1/document", &browser) }), 405);
    let preflight =
        world.ask(&mut node, Request::new("OPTIONS", format!("{BASE}/v1/document")).with_header("Origin", "https://shop.example"));
    assert_eq!((preflight.status, preflight.header("access-control-allow-methods")), (204, Some("GET, HEAD, OPTIONS")));
    assert_eq!(world.ask(&mut node, get("/v1/documents", &browser)).status, 404);
    let mut other = Node::new(Config { surface: Surface::Administration, ..Config::default() });
    assert_eq!(world.ask(&mut other, get("/v1/document", &browser)).status, 404);
}

#[test]
fn what_changes_in_private_does_not_change_what_a_page_has() {
    let mut world = World::acme();
    let mut node = world.node();
    let browser = world.browser_key();
    let first = world.ask(&mut node, get("/v1/document", &browser));
    assert_eq!(publish(&mut world, &mut node, "\"team\":\"shop\"", "\"team\":\"web\"").status, 200);
    world.pass(20_000);
    let second = world.ask(&mut node, get("/v1/document", &browser).with_header("If-None-Match", first.header("etag").unwrap()));
    assert_eq!((second.status, second.header("halyard-version")), (304, Some("2")));
    assert_eq!(publish(&mut world, &mut node, "\"a\":1", "\"a\":10").status, 200);
    world.pass(20_000);
    let third = world.ask(&mut node, get("/v1/document", &browser).with_header("If-None-Match", first.header("etag").unwrap()));
    assert_eq!((third.status, third.header("halyard-version")), (200, Some("3")));
    assert_ne!(third.header("etag"), first.header("etag"));
}

/// A version from before there were images, and one whose image was damaged: the public part is made there and then.
#[test]
fn without_a_good_image_the_public_part_is_made_from_the_document() {
    let mut world = World::acme();
    let browser = world.browser_key();
    let good = world.ask(&mut { Node::new(Config::default()) }, get("/v1/document", &browser));
    let head = Head::parse(world.store.body(HEAD)).unwrap();
    let key = Scope::Environment("production".to_owned()).image(&head.document, Audience::Page);
    for damage in [None, Some(good.body[..70].to_vec()), Some(b"null".to_vec()), Some(good.body.clone())] {
        match damage {
            None => drop(world.store.objects.remove(&key)),
            Some(bytes) => drop(world.store.put(&key, bytes)),
        }
        let mut node = world.node();
        let got = world.ask(&mut node, get("/v1/document", &browser));
        assert_eq!((got.body, got.headers), (good.body.clone(), world.ask(&mut node, get("/v1/document", &browser)).headers));
    }
}

#[test]
fn promise_8_a_page_gets_the_last_good_version_while_the_store_is_down() {
    let mut world = World::acme();
    let mut node = world.node();
    let browser = world.browser_key();
    let good = world.ask(&mut node, get("/v1/document", &browser));
    support::publish_directly(&mut world);
    world.pass(60_000);
    // The new version is found, and its image and document cannot be had.
    world.faults = Box::new(|effect, _| match effect {
        halyard_edge::Effect::Get { key, .. } if key.ends_with(".public") || key.contains("/documents/") => Fault::Failed,
        _ => Fault::None,
    });
    let got = world.ask(&mut node, get("/v1/document", &browser));
    assert_eq!((got.status, &got.body, got.header("halyard-version")), (200, &good.body, Some("1")));
    let mut cold = world.node();
    world.kept.clear();
    let got = world.ask(&mut cold, get("/v1/document", &browser));
    trouble(&got, 503);
    assert_eq!(got.header("retry-after"), Some("5"));
    world.mend();
    world.pass(5_000);
    assert_eq!(world.ask(&mut cold, get("/v1/document", &browser)).header("halyard-version"), Some("2"));
}

#[test]
fn the_public_part_comes_as_json_for_whoever_explains() {
    let mut world = World::acme();
    let mut node = world.node();
    let browser = world.browser_key();
    let image = world.ask(&mut node, get("/v1/document", &browser));
    let got = world.ask(&mut node, get("/v1/document?as=json", &browser));
    assert_eq!((got.status, got.header("content-type")), (200, Some("application/json")));
    let checked = read(&got.body, Cap::Reader).checked.unwrap();
    assert_eq!(checked.flags.keys().collect::<Vec<_>>(), ["banner", "price"]);
    assert_eq!(text(&got), read(support::document().as_bytes(), Cap::Reader).checked.unwrap().public().canonical());
    let (_, of) = Ruleset::from_image(&image.body).unwrap();
    let hex: String = of.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(checked.digest(), format!("sha256-{hex}"), "the image says which document it is of, and it is this one");
    assert_eq!(got.header("etag"), Some(format!("\"{hex}\"").as_str()));
    assert_eq!(
        world.ask(&mut node, get("/v1/document?as=json", &browser).with_header("If-None-Match", got.header("etag").unwrap())).status,
        304
    );
    assert!(json(&got).get("segments").is_none(), "nothing public rests on it");
}
