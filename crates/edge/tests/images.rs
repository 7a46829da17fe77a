//! Images: publishing writes them, nodes serve from them, and where one is missing or damaged the document is compiled.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may panic")]

mod support;

use halyard_core::check::Cap;
use halyard_core::evaluate::Audience;
use halyard_core::{Ruleset, read};
use halyard_edge::store::{Head, Scope};
use halyard_edge::{Effect, Request, follow, image};
use support::{BASE, Fault, HEAD, World, at, json, publish, publish_directly, publish_request, served, text, version_served};

const FOLDER: &str = "environments/production/images/";

fn scope() -> Scope {
    Scope::Environment("production".to_owned())
}

fn head(world: &World) -> Head {
    Head::parse(world.store.body(HEAD)).unwrap()
}

/// The key of the image of what is live.
fn key(world: &World, audience: Audience) -> String {
    scope().image(&head(world).document, audience)
}

/// The keys of environments' documents that have been read.
fn documents_read(world: &World) -> usize {
    let is_one =
        |effect: &&Effect| matches!(effect, Effect::Get { key, .. } if key.starts_with("environments/") && key.contains("/documents/"));
    world.effects.iter().filter(is_one).count()
}

fn health(world: &mut World, node: &mut halyard_edge::Node) -> halyard_core::Json {
    let response = world.ask(node, Request::new("GET", format!("{BASE}/health")));
    assert_eq!(response.status, 200, "{}", text(&response));
    json(&response)
}

#[test]
fn every_version_has_its_images_before_it_is_live() {
    let mut world = World::acme();
    let mut node = world.node();
    publish_directly(&mut world);
    let roll_back = support::send("POST", "/api/environments/production/rollback", &world.token(), r#"{"version":1,"message":"back"}"#);
    let etag = support::current(&mut world, &mut node).1;
    assert_eq!(world.ask(&mut node, roll_back.with_header("If-Match", etag)).status, 200);
    let documents = world.store.objects.keys().filter(|key| key.starts_with("environments/production/documents/")).count();
    let images = world.store.objects.keys().filter(|key| key.starts_with(FOLDER)).count();
    assert_eq!((documents, images), (2, 4), "of each document two, whoever has published it and how often");
    let puts: Vec<&str> =
        world.effects.iter().filter_map(|effect| if let Effect::Put { key, .. } = effect { Some(&**key) } else { None }).collect();
    let places: Vec<usize> = ["/documents/", "/images/", ".public", "/records/", "/head.json"]
        .iter()
        .map(|part| puts.iter().position(|key| key.contains(part)).unwrap())
        .collect();
    assert!(places.is_sorted(), "{puts:?}");
    for (name, public) in [(Audience::Server, false), (Audience::Page, true)] {
        let object = world.store.body(&key(&world, name)).to_vec();
        let document = head(&world).document;
        let (ruleset, _) = Ruleset::from_image(image::open(&object, &document, name).unwrap()).unwrap();
        let checked = read(world.store.body(&scope().document(&document)), Cap::Reader).checked.unwrap();
        assert_eq!(object, image::object(&checked, &document, name));
        let flags: Vec<&str> = ruleset
            .evaluate_all(Audience::Server, &halyard_core::Context::default(), halyard_core::Timestamp(0))
            .map(|answer| answer.flag)
            .collect();
        assert_eq!(flags, if public { vec!["banner", "price"] } else { vec!["banner", "checkout", "price", "quiet"] });
    }
}

#[test]
fn a_node_that_evaluates_needs_no_document() {
    let mut world = World::acme();
    let mut node = world.node();
    let good = served(&mut world, &mut node);
    assert_eq!(documents_read(&world), 0);
    let (_, _, _, kept) = follow::unpack(&world.kept["environments/production"]).unwrap();
    assert_eq!(kept, world.store.body(&key(&world, Audience::Server)), "the image is what is kept");
    let mut rebuilt = world.rebuilt();
    world.break_down();
    assert_eq!(served(&mut world, &mut rebuilt), good);
}

#[test]
fn a_version_without_an_image_is_compiled() {
    let mut world = World::acme();
    let mut node = world.node();
    let good = served(&mut world, &mut node);
    world.kept.clear();
    world.effects.clear();
    let object = key(&world, Audience::Server);
    world.store.objects.remove(&object);
    let mut node = world.node();
    assert_eq!(served(&mut world, &mut node), good);
    assert_eq!(documents_read(&world), 1);
    assert!(world.store.objects.keys().all(|key| *key != object), "a node that evaluates writes nothing");
    assert!(health(&mut world, &mut node).get("trouble").is_none(), "that is no trouble");
}

/// Promises 1 and 2: cut at any place, a bit turned over at any place, another version's, another environment's, the public one, one
/// with what was never compiled from a document behind a good seal of something else.
#[test]
fn promise_1_an_image_that_is_not_the_heads_is_never_served() {
    let mut world = World::acme();
    let mut node = world.node();
    let good = served(&mut world, &mut node);
    let image_key = key(&world, Audience::Server);
    let object = world.store.body(&image_key).to_vec();
    let mut bad: Vec<Vec<u8>> = (0..object.len()).step_by(97).map(|length| object[..length].to_vec()).collect();
    bad.extend((0..object.len()).step_by(31).map(|place| {
        let mut flipped = object.clone();
        flipped[place] ^= 1 << (place % 8);
        flipped
    }));
    bad.push([&object[..], b"\0"].concat());
    bad.push(world.store.body(&key(&world, Audience::Page)).to_vec());
    let empty = Head::parse(world.store.body("environments/staging/head.json")).unwrap();
    bad.push(world.store.body(&Scope::Environment("staging".to_owned()).image(&empty.document, Audience::Server)).to_vec());
    bad.push(world.store.body(&scope().document(&head(&world).document)).to_vec());
    bad.extend([b"".to_vec(), b"null".to_vec(), b"<html>404</html>".to_vec(), b"HLYD\x01\0\0\0".to_vec()]);
    for (place, body) in bad.into_iter().enumerate() {
        world.store.put(&image_key, body);
        world.kept.clear();
        let mut cold = world.node();
        assert_eq!(served(&mut world, &mut cold), good, "{place}");
        let told = health(&mut world, &mut cold);
        let image = "the image of the version that is served is damaged, and its document was compiled instead";
        assert_eq!(at(&told, &["trouble", "image"]).as_str(), Some(image), "{place}");
    }
    // The trouble is over with the next version.
    let mut cold = world.node();
    served(&mut world, &mut cold);
    publish_directly(&mut world);
    world.pass(20_000);
    assert_eq!(version_served(&mut world, &mut cold), 2);
    assert!(health(&mut world, &mut cold).get("trouble").is_none());
}

#[test]
fn a_cache_with_a_damaged_image_is_passed_by() {
    let mut world = World::acme();
    let mut node = world.node();
    world.faults = Box::new(|effect, _| match effect {
        Effect::Get { immutable: true, key, .. } if key.contains("/images/") => Fault::Body(b"HLYD".to_vec()),
        _ => Fault::None,
    });
    assert_eq!(version_served(&mut world, &mut node), 1);
    assert_eq!(documents_read(&world), 0, "the store itself has a good one");
    assert!(health(&mut world, &mut node).get("trouble").is_none());
}

#[test]
fn promise_6_a_publish_does_not_fail_for_its_images() {
    for fault in [Fault::Failed, Fault::TimedOut, Fault::LostAck, Fault::Conflict, Fault::Missing] {
        let mut world = World::acme();
        let mut node = world.node();
        let spoilt = fault.clone();
        world.faults = Box::new(move |effect, _| match effect {
            Effect::Put { key, .. } if key.contains("/images/") => spoilt.clone(),
            _ => Fault::None,
        });
        let response = publish(&mut world, &mut node, "\"team\":\"shop\"", "\"team\":\"web\"");
        assert_eq!(response.status, 200, "{fault:?}: {}", text(&response));
        world.mend();
        world.kept.clear();
        let mut cold = world.node();
        assert_eq!(version_served(&mut world, &mut cold), 2, "{fault:?}");
        assert_eq!(world.whole_chain(), 2);
    }
}

/// Killed behind each effect of a publish: what is live has its images or needs none, and trying again finishes the work.
#[test]
fn promise_6_killed_between_any_two_effects_a_publish_leaves_the_old_or_the_new() {
    for effects in 1..20 {
        let mut world = World::acme();
        let mut node = world.node();
        let (document, etag) = support::current(&mut world, &mut node);
        let changed = document.replace("\"team\":\"shop\"", "\"team\":\"web\"");
        let (began, token) = (world.effects.len(), world.token());
        let moment = world.moment();
        let request = publish_request(&token, &changed, &etag, "&publish=p1");
        let mut step = node.start(request.clone(), moment);
        let mut is_over = false;
        while world.effects.len() - began < effects {
            match step {
                halyard_edge::Step::Effect { effect, continuation, .. } => {
                    let result = world.carry_out(&effect);
                    let moment = world.moment();
                    step = node.resume(&continuation, result, moment);
                }
                halyard_edge::Step::Answer { .. } => {
                    is_over = true;
                    break;
                }
            }
        }
        world.kept.clear();
        let version = world.version();
        let mut cold = world.node();
        assert_eq!(version_served(&mut world, &mut cold), version, "behind {effects} effects");
        let response = world.ask(&mut cold, request);
        assert_eq!(response.status, 200, "{}", text(&response));
        assert_eq!(world.whole_chain(), 2);
        assert!(world.store.objects.contains_key(&key(&world, Audience::Server)));
        if is_over {
            assert!(effects > 6);
            return;
        }
    }
    panic!("a publish of twenty effects");
}
