//! One-time links and sessions, and what a cookie alone may not do.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may panic")]

mod support;

use halyard_edge::{Effect, Node, Request, Response};
use support::{BASE, Fault, World, at, current, json, text, trouble};

fn sign_in(world: &mut World, node: &mut Node, link: &str) -> Response {
    let request = Request::new("POST", format!("{BASE}/api/session")).with_body(format!("{{\"link\":\"{link}\"}}"));
    world.ask(node, request)
}

fn with_cookie(method: &str, path: &str, cookie: &str) -> Request {
    Request::new(method, format!("{BASE}{path}")).with_header("Cookie", format!("other=1; {cookie}"))
}

#[test]
fn a_link_signs_in_once_and_the_session_ends() {
    let mut world = World::acme();
    let (mut node, link) = (world.node(), world.link());
    for bad in ["", "halyard_link_x", &world.token(), &format!("halyard_link_{}", "A".repeat(43))] {
        trouble(&sign_in(&mut world, &mut node, bad), 401);
    }
    let response = sign_in(&mut world, &mut node, &link);
    assert_eq!(response.status, 200, "{}", text(&response));
    let line = response.header("set-cookie").unwrap().to_owned();
    assert!(line.contains("; HttpOnly; SameSite=Strict; Secure") && line.contains("; Path=/; Max-Age=43200"), "{line}");
    let cookie = line.split(';').next().unwrap().to_owned();
    assert!(!text(&response).contains(cookie.split('=').nth(1).unwrap()));
    assert!(!world.store.objects.keys().any(|key| key.contains("halyard_")), "only hashes are stored");
    trouble(&sign_in(&mut world, &mut node, &link), 401);
    assert_eq!(world.ask(&mut node, with_cookie("GET", "/api/session", &cookie)).status, 200);

    let out = |cookie: &str| with_cookie("DELETE", "/api/session", cookie).with_header("X-Halyard", "app");
    let again = world.clone_store();
    let left = world.ask(&mut node, out(&cookie));
    assert_eq!(left.status, 204);
    assert!(left.header("set-cookie").unwrap().starts_with("halyard_session=; Path=/; Max-Age=0"));
    trouble(&world.ask(&mut node, with_cookie("GET", "/api/session", &cookie)), 401);

    world.store = again;
    world.pass(12 * 60 * 60 * 1000 - 60_000);
    assert_eq!(world.ask(&mut node, with_cookie("GET", "/api/session", &cookie)).status, 200);
    world.pass(60_001);
    trouble(&world.ask(&mut node, with_cookie("GET", "/api/session", &cookie)), 401);
}

#[test]
fn a_link_lasts_a_day_and_is_for_the_projects_people() {
    let mut world = World::acme();
    let mut node = world.node();
    let link = |world: &mut World, person: &str| {
        let moment = world.moment();
        let made = halyard_edge::init::link(person, moment);
        world.store.put(&made.key, made.object.into_bytes());
        made.link.split('#').nth(1).unwrap().to_owned()
    };
    let cy = link(&mut world, "cy@acme.example");
    let eve = link(&mut world, "eve@acme.example");
    trouble(&sign_in(&mut world, &mut node, &eve), 403);
    world.pass(24 * 60 * 60 * 1000 + 1);
    trouble(&sign_in(&mut world, &mut node, &cy), 401);
    let cy = link(&mut world, "cy@acme.example");
    assert_eq!(sign_in(&mut world, &mut node, &cy).status, 200);
}

#[test]
fn who_was_added_through_another_node_a_moment_ago_signs_in_at_once() {
    let mut world = World::acme();
    let (mut near, mut far) = (world.node(), world.node());
    let link = |world: &mut World, person: &str| {
        let made = halyard_edge::init::link(person, world.moment());
        world.store.put(&made.key, made.object.into_bytes());
        made.link.split('#').nth(1).unwrap().to_owned()
    };
    let reads_of_the_head = |world: &World| {
        let is_read = |effect: &&Effect| matches!(effect, Effect::Get { key, .. } if key == "project/head.json");
        world.effects.iter().filter(is_read).count()
    };
    let token = world.token();
    world.ask(&mut far, support::get("/api/session", &token)); // Its copy is fresh, and of before.
    world.edit_project(&mut near, r#"{"people": {"dee@acme.example": {"name": "Dee", "roles": {"production": ["viewer"]}}}}"#);
    let dee = link(&mut world, "dee@acme.example");
    let response = sign_in(&mut world, &mut far, &dee);
    assert_eq!(response.status, 200, "{}", text(&response));
    assert_eq!(at(&json(&response), &["name"]).as_str(), Some("Dee"));

    // So does who has just signed in at that other node.
    world.edit_project(&mut near, r#"{"people": {"eli@acme.example": {"name": "Eli", "roles": {"production": ["viewer"]}}}}"#);
    let eli = link(&mut world, "eli@acme.example");
    let cookie = sign_in(&mut world, &mut near, &eli).header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
    let known = world.ask(&mut far, with_cookie("GET", "/api/session", &cookie));
    assert_eq!(known.status, 200, "{}", text(&known));

    // Whom the project does not have is refused after one more look, with a store that answers and with one that does not.
    let eve = link(&mut world, "eve@acme.example");
    let before = reads_of_the_head(&world);
    trouble(&sign_in(&mut world, &mut far, &eve), 403);
    assert_eq!(reads_of_the_head(&world), before + 1);
    world.faults = Box::new(|effect, _| match effect {
        Effect::Get { key, .. } if key.starts_with("project/") => Fault::TimedOut,
        _ => Fault::None,
    });
    let began = world.now;
    trouble(&sign_in(&mut world, &mut far, &eve), 403);
    assert!(world.now - began < 5_000, "{} ms", world.now - began);
    // A stranger's secrets never make a node ask.
    world.mend();
    world.pass(20_000);
    world.ask(&mut far, support::get("/api/session", &token));
    let before = reads_of_the_head(&world);
    trouble(&world.ask(&mut far, support::get("/api/session", &format!("halyard_token_{}", "A".repeat(43)))), 401);
    trouble(&world.ask(&mut far, with_cookie("GET", "/api/session", &format!("halyard_session=halyard_session_{}", "A".repeat(43)))), 401);
    assert_eq!(reads_of_the_head(&world), before);
}

#[test]
fn a_cookie_alone_changes_nothing() {
    let mut world = World::acme();
    let (mut node, link) = (world.node(), world.link());
    let signed_in = sign_in(&mut world, &mut node, &link);
    let cookie = signed_in.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
    let (document, etag) = current(&mut world, &mut node);
    let changed = document.replace("\"team\":\"shop\"", "\"team\":\"web\"");
    let put = || {
        with_cookie("PUT", "/api/environments/production/document?message=x", &cookie)
            .with_header("If-Match", &*etag)
            .with_body(changed.clone())
    };
    trouble(&world.ask(&mut node, put()), 403);
    trouble(&world.ask(&mut node, put().with_header("X-Halyard", "")), 403);
    trouble(&world.ask(&mut node, put().with_header("X-Halyard", "yes")), 403);
    for origin in
        ["https://evil.example", "null", "http://flags.example", "https://flags.example.evil.example", "https://flags.example:444"]
    {
        trouble(&world.ask(&mut node, put().with_header("X-Halyard", "app").with_header("Origin", origin)), 403);
        let read = with_cookie("GET", "/api/session", &cookie).with_header("Origin", origin);
        trouble(&world.ask(&mut node, read), 403);
    }
    trouble(&world.ask(&mut node, with_cookie("DELETE", "/api/session", &cookie)), 403);
    let evil = Request::new("POST", format!("{BASE}/api/session"))
        .with_header("Origin", "https://evil.example")
        .with_body("{\"link\":\"halyard_link_\"}");
    trouble(&world.ask(&mut node, evil), 403);
    let response = world.ask(&mut node, put().with_header("X-Halyard", "app").with_header("Origin", BASE));
    assert_eq!(response.status, 200, "{}", text(&response));
    let record = json(&world.ask(&mut node, with_cookie("GET", "/api/environments/production/records/2", &cookie)));
    assert_eq!(at(&record, &["via"]).as_str(), Some("app"));
}

#[test]
fn a_sign_in_link_is_used_once_whatever_happens_on_the_way() {
    for fault in [Fault::Failed, Fault::LostAck, Fault::TimedOut, Fault::Conflict] {
        for place in 0..8 {
            let mut world = World::acme();
            let mut node = world.node();
            let request = || {
                let body = format!("{{\"link\":\"{}\"}}", world_link());
                halyard_edge::Request::new("POST", format!("{}/api/session", support::BASE)).with_body(body)
            };
            let wrong = fault.clone();
            world.faults = Box::new(move |_, count| if count == place { wrong.clone() } else { Fault::None });
            let first = world.ask(&mut node, request());
            world.mend();
            world.pass(10_000);
            let second = world.ask(&mut node, request());
            let signed_in = [&first, &second].iter().filter(|response| response.status == 200).count();
            assert!(signed_in <= 1, "{fault:?} at {place}: twice");
            if first.status == 401 {
                continue; // A conflict that was not there: nobody has it, an admin makes a new link.
            }
            assert_eq!(signed_in, 1, "{fault:?} at {place}: {} {}", text(&first), text(&second));
        }
    }
}

/// The link that every world of [`World::acme`] begins with.
fn world_link() -> String {
    World::acme().link()
}
