//! The administration API over the node: every route, who may, and every way to be told no.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may panic")]

mod support;

use halyard_core::{Json, Timestamp};
use halyard_edge::store::{Head, RecordObject};
use halyard_edge::wire::Told;
use halyard_edge::{Config, Node, Request, Surface};
use support::{BASE, HEAD, World, at, current, get, json, publish, publish_request, send, text, trouble};

#[test]
fn a_person_sees_who_they_are_and_where_they_may_publish() {
    let mut world = World::acme();
    let (mut node, token) = (world.node(), world.token());
    let session = json(&world.ask(&mut node, get("/api/session", &token)));
    assert_eq!(
        session.canonical(),
        r#"{"admin":true,"environments":[{"authority":[{"changes":["*","key.*"]}],"key":"production","mayPublish":true,"name":"Production","roles":["admin"]},{"authority":[{"changes":["*","key.*"]}],"key":"staging","mayPublish":true,"name":"Staging","roles":["admin"]}],"manageKeys":["production","staging"],"name":"Made with the project","person":"first","project":"Acme","via":"token"}"#
    );
    let bo = world.token_like(&mut node, "bo@acme.example");
    let environments = json(&world.ask(&mut node, get("/api/environments", &bo)));
    assert_eq!(
        environments.canonical(),
        r#"[{"authority":[{"changes":["*"]}],"key":"production","mayPublish":true,"name":"Production","roles":["editor"]},{"authority":[],"key":"staging","mayPublish":false,"name":"Staging","roles":["viewer"]}]"#
    );
}

#[test]
fn a_document_is_read_with_its_etag_and_published_over_it() {
    let mut world = World::acme();
    let (mut node, token) = (world.node(), world.token());
    let (document, etag) = current(&mut world, &mut node);
    assert_eq!(document, support::document(), "as it is stored: canonical");
    let same = world.ask(&mut node, get("/api/environments/production/document", &token).with_header("If-None-Match", &*etag));
    assert_eq!((same.status, same.body.len()), (304, 0));

    let response = publish(&mut world, &mut node, "\"team\":\"shop\"", "\"team\":\"web\"");
    assert_eq!(response.status, 200, "{}", text(&response));
    let told = json(&response);
    assert_eq!(at(&told, &["version"]).as_f64(), Some(2.0));
    assert!(at(&told, &["changes", "0", "sentence"]).as_str().unwrap().contains("checkout"));
    let (newer, newer_etag) = current(&mut world, &mut node);
    assert_eq!(at(&told, &["etag"]).as_str(), Some(newer_etag.as_str()));
    assert_eq!(response.header("etag"), Some(newer_etag.as_str()));
    assert_eq!(response.header("halyard-version"), Some("2"));
    assert_ne!(newer, document);
    let old = world.ask(&mut node, get("/api/environments/production/document?version=1", &token));
    assert_eq!((text(&old), old.header("etag"), old.header("halyard-version")), (document, Some(etag.as_str()), Some("1")));
    assert_eq!(world.whole_chain(), 2);
    let head = world.ask(&mut node, Request { method: "HEAD".to_owned(), ..get("/api/environments/production/document", &token) });
    assert_eq!((head.status, head.body.len(), head.header("etag")), (200, 0, Some(newer_etag.as_str())));
}

#[test]
fn a_publish_that_changes_nothing_makes_no_version() {
    let mut world = World::acme();
    let mut node = world.node();
    let response = publish(&mut world, &mut node, "{", "  {  ");
    let told = json(&response);
    assert_eq!((response.status, at(&told, &["version"]).as_f64()), (200, Some(1.0)));
    assert_eq!(at(&told, &["changes"]).as_array().unwrap().len(), 0);
    assert_eq!(world.whole_chain(), 1);
}

#[test]
fn a_dry_run_says_what_it_would_do_and_does_nothing() {
    let mut world = World::acme();
    let (mut node, token) = (world.node(), world.token());
    let (document, etag) = current(&mut world, &mut node);
    let stored = world.store.objects.clone();
    let changed = document.replace("\"team\":\"shop\"", "\"team\":\"web\"");
    let response = world.ask(&mut node, publish_request(&token, &changed, &etag, "&dryRun=true"));
    assert_eq!(at(&json(&response), &["changes"]).as_array().unwrap().len(), 1, "{}", text(&response));
    assert_eq!(response.header("etag"), Some(etag.as_str()));
    assert_eq!(world.store.objects, stored);
    // Who meant yes is not taken to have said no.
    for unclear in ["&dryRun", "&dryRun=1", "&dryRun=True", "&dryRun=yes"] {
        trouble(&world.ask(&mut node, publish_request(&token, &changed, &etag, unclear)), 400);
        assert_eq!(world.store.objects, stored, "{unclear}");
    }
    // Its troubles are those of a publish.
    let bad = world.ask(&mut node, publish_request(&token, "{\"format\":1,\"flagz\":{}}", &etag, "&dryRun=true"));
    trouble(&bad, 422);
}

#[test]
fn what_cannot_be_published_says_why_and_changes_nothing() {
    let mut world = World::acme();
    let (mut node, token) = (world.node(), world.token());
    let (document, etag) = current(&mut world, &mut node);
    let stored = world.store.objects.clone();
    let url = "/api/environments/production/document?message=x";
    let put = |body: Vec<u8>| send("PUT", url, &token, body).with_header("If-Match", &*etag);
    let changed = document.replace("\"team\":\"shop\"", "\"team\":\"web\"");
    let flags: String = (0..51)
        .map(|n| {
            format!(
                "\"t{n}\":{{\"purpose\":\"release\",\"owner\":\"o\",\"created\":\"2026-11-01\",\"expires\":\"2027-11-01\",\"variants\":{{\"on\":true}}}},"
            )
        })
        .collect();
    let cases: [(Request, u16); 15] = [
        (put(document.as_bytes()[..document.len() / 2].to_vec()), 400),
        (put(Vec::new()), 400),
        (put(b"{\"format\":1,\"retired\":[\"\xc3\x28\"]}".to_vec()), 400),
        (put(b"{\"format\":1,\"flags\":{},\"flags\":{}}".to_vec()), 422),
        (put(b"{\"format\":1,\"flagz\":{}}".to_vec()), 422),
        (put(vec![b' '; 9 << 20]), 413),
        (
            put(format!("{{\"format\":1,\"scenarios\":[{{\"name\":\"{}\",\"context\":{{}},\"expect\":{{}}}}]}}", "x".repeat(5 << 20))
                .into_bytes()),
            413,
        ),
        (put(document.replace("\"serve\":\"new\"", "\"serve\":\"old\"").into_bytes()), 422),
        (put(document.replace("\"flags\":{", &format!("\"flags\":{{{flags}")).into_bytes()), 422),
        (send("PUT", url, &token, changed.clone()), 428),
        (send("PUT", url, &token, changed.clone()).with_header("If-Match", "*"), 428),
        (send("PUT", url, &token, changed.clone()).with_header("If-Match", "\"never\""), 412),
        (send("PUT", url, &token, changed.clone()).with_header("If-Match", "\"a\", \"b\""), 400),
        (send("PUT", "/api/environments/production/document", &token, changed.clone()).with_header("If-Match", &*etag), 400),
        (publish_request(&token, &changed, &etag, "&publish=no%20key"), 400),
    ];
    for (request, status) in cases {
        let start: String = String::from_utf8_lossy(&request.body).chars().take(60).collect();
        let response = world.ask(&mut node, request);
        let told = trouble(&response, status);
        if status == 422 {
            let said = told.get("problems").or(told.get("scenarios")).and_then(Json::as_array).map(<[Json]>::len);
            assert!(said > Some(0), "{start}: {}", text(&response));
        }
        assert_eq!(world.store.objects, stored, "{start}");
    }
}

#[test]
fn a_scenario_refuses_what_breaks_it_but_not_what_found_it_broken() {
    let mut world = World::acme();
    let mut node = world.node();
    let response = publish(&mut world, &mut node, "\"serve\":\"new\"", "\"serve\":\"old\"");
    let told = trouble(&response, 422);
    assert_eq!(at(&told, &["scenarios", "0", "name"]).as_str(), Some("staff see the new checkout"));
    assert_eq!(at(&told, &["type"]).as_str(), Some("/problems/scenarios"));
    // Switching off only takes exposure away: it passes, and the record notes what it passed over.
    let (document, etag) = current(&mut world, &mut node);
    let token = world.token();
    let disabled = document.replace("\"checkout\":{\"created\"", "\"checkout\":{\"enabled\":false,\"created\"");
    assert_ne!(disabled, document);
    let response = world.ask(&mut node, publish_request(&token, &disabled, &etag, ""));
    assert_eq!(response.status, 200, "{}", text(&response));
    assert!(text(&response).contains("passed over: scenario `staff see the new checkout` fails"));
    let record = json(&world.ask(&mut node, get("/api/environments/production/records/2", &token)));
    assert!(at(&record, &["marks", "0"]).as_str().unwrap().contains("staff see the new checkout"));
    // From now on it fails already: other changes are warned, not refused.
    let response = publish(&mut world, &mut node, "\"team\":\"shop\"", "\"team\":\"web\"");
    assert_eq!(response.status, 200, "{}", text(&response));
    let told = json(&response);
    let warnings = at(&told, &["problems"]).as_array().unwrap();
    assert!(
        warnings.iter().any(|problem| at(problem, &["level"]).as_str() == Some("warning") && text(&response).contains("as it did before"))
    );
}

#[test]
fn a_check_reviews_a_draft_against_the_head() {
    let mut world = World::acme();
    let (mut node, token) = (world.node(), world.token());
    let (document, _) = current(&mut world, &mut node);
    let mut check = |body: &str| {
        let response = world.ask(&mut node, send("POST", "/api/environments/production/check", &token, body));
        assert_eq!(response.status, 200, "{}", text(&response));
        json(&response)
    };
    let good = check(&document.replace("\"team\":\"shop\"", "\"team\":\"web\""));
    assert_eq!((at(&good, &["version"]).as_f64(), at(&good, &["publishable"]).as_bool()), (Some(1.0), Some(true)));
    assert_eq!(at(&good, &["changes"]).as_array().unwrap().len(), 1);
    assert_eq!(at(&good, &["scenarios"]).as_array().unwrap().len(), 1);
    let failing = check(&document.replace("\"serve\":\"new\"", "\"serve\":\"old\""));
    assert_eq!(at(&failing, &["publishable"]).as_bool(), Some(false));
    assert_eq!(at(&failing, &["problems", "0", "pointer"]).as_str(), Some("/scenarios/0"));
    for bad in ["{", "{\"format\":1,\"flagz\":{}}", ""] {
        let review = check(bad);
        assert_eq!(at(&review, &["publishable"]).as_bool(), Some(false), "{bad}");
        assert!(!at(&review, &["problems"]).as_array().unwrap().is_empty());
    }
    let cy = world.token_like(&mut node, "cy@acme.example");
    let changed = document.replace("\"team\":\"shop\"", "\"team\":\"web\"");
    let review = json(&world.ask(&mut node, send("POST", "/api/environments/production/check", &cy, changed)));
    assert_eq!(at(&review, &["publishable"]).as_bool(), Some(false), "who may not publish may still look");
}

#[test]
fn history_is_told_in_pages_and_compared() {
    let mut world = World::acme();
    let (mut node, token) = (world.node(), world.token());
    for version in 2..=120 {
        let (from, to) = (format!("\"team\":\"{}\"", if version == 2 { "shop".to_owned() } else { (version - 1).to_string() }), version);
        let response = publish(&mut world, &mut node, &from, &format!("\"team\":\"{to}\""));
        assert_eq!(response.status, 200, "{}", text(&response));
    }
    assert_eq!(world.whole_chain(), 120);
    let mut seen = Vec::new();
    let mut path = "/api/environments/production/records".to_owned();
    for _ in 0..20 {
        let page = json(&world.ask(&mut node, get(&path, &token)));
        for record in at(&page, &["records"]).as_array().unwrap() {
            seen.push(at(record, &["version"]).as_f64().unwrap() as u64);
            assert!(!at(record, &["changes"]).as_array().unwrap().is_empty());
        }
        match page.get("before").and_then(Json::as_f64) {
            Some(before) => path = format!("/api/environments/production/records?before={before}"),
            None => break,
        }
    }
    assert_eq!(seen, (1..=120).rev().collect::<Vec<_>>());
    let few = json(&world.ask(&mut node, get("/api/environments/production/records?limit=3", &token)));
    assert_eq!((at(&few, &["records"]).as_array().unwrap().len(), at(&few, &["before"]).as_f64()), (3, Some(118.0)));
    let third = json(&world.ask(&mut node, get("/api/environments/production/records/3", &token)));
    assert_eq!(at(&third, &["by"]).as_str(), Some("first"), "a token's own name");
    assert_eq!((at(&third, &["via"]).as_str(), at(&third, &["message"]).as_str()), (Some("token"), Some("because")));
    let told = json(&world.ask(&mut node, get("/api/environments/production/diff?from=3&to=1", &token)));
    assert_eq!(at(&told, &["0", "from"]).canonical(), "\"3\"");
    assert_eq!(at(&told, &["0", "to"]).canonical(), "\"shop\"");
    let cases = [
        ("document?version=999", 404),
        ("document?version=abc", 400),
        ("document?version=-1", 400),
        ("document?version=", 400),
        ("document?version=99999999999999999999999", 400),
        ("records/999", 404),
        ("records/0", 404),
        ("records/abc", 400),
        ("records?limit=-1", 400),
        ("records?before=x", 400),
        ("diff", 400),
        ("diff?from=1", 400),
        ("diff?from=1&to=999", 404),
    ];
    for (path, status) in cases {
        trouble(&world.ask(&mut node, get(&format!("/api/environments/production/{path}"), &token)), status);
    }
    let none = json(&world.ask(&mut node, get("/api/environments/production/records?before=1", &token)));
    assert_eq!(none.canonical(), r#"{"records":[]}"#);
}

#[test]
fn rolling_back_publishes_an_earlier_document_anew() {
    let mut world = World::acme();
    let (mut node, token) = (world.node(), world.token());
    publish(&mut world, &mut node, "\"team\":\"shop\"", "\"team\":\"web\"");
    let (_, etag) = current(&mut world, &mut node);
    let url = "/api/environments/production/rollback";
    let back = |body: &str| send("POST", url, &token, body).with_header("If-Match", &*etag);
    for (request, status) in [
        (send("POST", url, &token, "{\"version\":1,\"message\":\"x\"}"), 428),
        (back("{"), 400),
        (back("[]"), 422),
        (back("{\"version\":\"1\",\"message\":\"x\"}"), 422),
        (back("{\"version\":-1,\"message\":\"x\"}"), 422),
        (back("{\"version\":1}"), 422),
        (back("{\"version\":99,\"message\":\"x\"}"), 404),
        (send("POST", url, &token, "{\"version\":1,\"message\":\"x\"}").with_header("If-Match", "\"no\""), 412),
    ] {
        trouble(&world.ask(&mut node, request), status);
    }
    assert_eq!(world.version(), 2);
    let response = world.ask(&mut node, back("{\"version\":1,\"message\":\"it was better\"}"));
    assert_eq!(response.status, 200, "{}", text(&response));
    assert_eq!(current(&mut world, &mut node).0, support::document());
    assert_eq!(world.whole_chain(), 3);
    let record = json(&world.ask(&mut node, get("/api/environments/production/records/3", &token)));
    assert_eq!(at(&record, &["marks", "0"]).as_str(), Some("rolled back to version 1"));
}

#[test]
fn roles_say_who_may_look_and_who_may_publish() {
    let mut world = World::acme();
    let mut node = world.node();
    let (bo, cy) = (world.token_like(&mut node, "bo@acme.example"), world.token_like(&mut node, "cy@acme.example"));
    let (document, etag) = current(&mut world, &mut node);
    let changed = document.replace("\"team\":\"shop\"", "\"team\":\"web\"");
    trouble(&world.ask(&mut node, publish_request(&cy, &changed, &etag, "")), 403);
    assert_eq!(world.ask(&mut node, get("/api/environments/production/records", &cy)).status, 200);
    trouble(&world.ask(&mut node, get("/api/environments/staging/document", &cy)), 404);
    assert_eq!(world.ask(&mut node, get("/api/environments/staging/document", &bo)).status, 200);
    let etag_of = |world: &mut World, node: &mut Node, path: &str| world.ask(node, get(path, &bo)).header("etag").unwrap().to_owned();
    let staging = etag_of(&mut world, &mut node, "/api/environments/staging/document");
    let put = send("PUT", "/api/environments/staging/document?message=x", &bo, r#"{"format":1,"retired":["a"]}"#);
    trouble(&world.ask(&mut node, put.with_header("If-Match", staging)), 403);
    assert_eq!(world.ask(&mut node, publish_request(&bo, &changed, &etag, "")).status, 200);
    trouble(&world.try_to_edit_project(&mut node, &bo, r#"{"name": "Mine"}"#), 403);
    for key in ["nope", "..", "%2e%2e", "production%00", "..%2f..%2fproject", "__proto__"] {
        trouble(&world.ask(&mut node, get(&format!("/api/environments/{key}/document"), &world.token())), 404);
    }
}

#[test]
fn nothing_answers_without_a_person() {
    let mut world = World::acme();
    let mut node = world.node();
    let paths = [
        ("GET", "/api/session"),
        ("GET", "/api/environments"),
        ("GET", "/api/environments/production/document"),
        ("PUT", "/api/environments/production/document?message=x"),
        ("POST", "/api/environments/production/check"),
        ("GET", "/api/environments/production/diff?from=1&to=1"),
        ("GET", "/api/environments/production/records"),
        ("GET", "/api/environments/production/records/1"),
        ("POST", "/api/environments/production/rollback"),
        ("GET", "/api/project/document"),
        ("PUT", "/api/project/document?message=x"),
        ("GET", "/api/project/records"),
    ];
    let stored = world.store.objects.clone();
    let secrets = [
        (String::new(), 401),
        (format!("halyard_token_{}", "A".repeat(43)), 401),
        (world.token()[..40].to_owned(), 401),
        (world.link(), 401),
        (world.server_key(), 403),
        (world.browser_key(), 403),
    ];
    for (secret, status) in secrets {
        for (method, path) in paths {
            let response = world.ask(&mut node, send(method, path, &secret, "{\"format\":1}"));
            let told = trouble(&response, status);
            assert!(!told.canonical().contains("acme.example"));
        }
    }
    assert_eq!(world.store.objects, stored);
}

#[test]
fn a_token_is_over_at_its_time() {
    let mut world = World::acme();
    let (mut node, admin) = (world.node(), world.token());
    world.edit_project(&mut node, r#"{"tokens": {"first": {"expires": "2026-12-01T00:00:00Z"}}}"#);
    assert_eq!(world.ask(&mut node, get("/api/session", &admin)).status, 200);
    world.pass(24 * 60 * 60 * 1000);
    let told = trouble(&world.ask(&mut node, get("/api/session", &admin)), 401);
    let detail = at(&told, &["detail"]).as_str().unwrap();
    assert_eq!(detail, "the token `first` expired at 2026-12-01T00:00:00Z; an admin of the project can make a new one");
}

#[test]
fn the_project_is_published_in_the_same_way() {
    let mut world = World::acme();
    let (mut node, token) = (world.node(), world.token());
    let got = world.ask(&mut node, get("/api/project/document", &token));
    let etag = got.header("etag").unwrap().to_owned();
    let put = |body: String| send("PUT", "/api/project/document?message=x", &token, body).with_header("If-Match", &*etag);
    let told = trouble(&world.ask(&mut node, put(text(&got).replace("[\"admin\"]", "[\"viewer\"]"))), 422);
    assert_eq!(at(&told, &["problems", "0", "pointer"]).as_str(), Some("/people"));
    trouble(&world.ask(&mut node, put("{".to_owned())), 400);
    let response = world.ask(&mut node, put(text(&got).replace("\"name\":\"Cy\"", "\"name\":\"Cyd\"")));
    assert_eq!(at(&json(&response), &["changes", "0", "kind"]).as_str(), Some("person.rename"), "{}", text(&response));
    let lost = trouble(&world.ask(&mut node, put(text(&got).replace("\"name\":\"Bo\"", "\"name\":\"Bob\""))), 412);
    assert_eq!(at(&lost, &["edits", "0", "sentence"]).as_str(), Some("`cy@acme.example` is called `Cyd` (was `Cy`)"));
    let records = json(&world.ask(&mut node, get("/api/project/records", &token)));
    assert_eq!(at(&records, &["records", "0", "changes", "0", "kind"]).as_str(), Some("person.rename"));
    assert_eq!(at(&records, &["records", "1", "version"]).as_f64(), Some(1.0));
    let old = world.ask(&mut node, get("/api/project/document?version=1", &token));
    assert_eq!(text(&old), text(&got));
}

#[test]
fn a_new_environment_begins_with_a_document_without_flags() {
    let mut world = World::acme();
    let (mut node, token) = (world.node(), world.token());
    let mut put = |world: &mut World, from: &str, to: &str| {
        let got = world.ask(&mut node, get("/api/project/document", &token));
        let body = text(&got);
        assert!(body.contains(from));
        let request = send("PUT", "/api/project/document?message=x", &token, body.replacen(from, to, 1));
        let response = world.ask(&mut node, request.with_header("If-Match", got.header("etag").unwrap()));
        assert_eq!(response.status, 200, "{}", text(&response));
    };
    let (without, with) = ("\"environments\":{", "\"environments\":{\"next\":{\"name\":\"Next\"},");
    put(&mut world, without, with);
    let path = "/api/environments/next/document";
    let mut elsewhere = world.node();
    let got = world.ask(&mut elsewhere, get(path, &token));
    assert_eq!((got.status, text(&got).as_str(), got.header("halyard-version")), (200, "{\"format\":1}", Some("1")));
    assert_eq!(world.ask(&mut elsewhere, get("/health", "")).status, 200);
    let publish = send("PUT", "/api/environments/next/document?message=x", &token, "{\"format\":1,\"retired\":[\"a\"]}");
    assert_eq!(world.ask(&mut elsewhere, publish.with_header("If-Match", got.header("etag").unwrap())).status, 200);
    // Taken out and put back, it goes on where it was.
    put(&mut world, with, without);
    put(&mut world, without, with);
    let mut third = world.node();
    assert_eq!(world.ask(&mut third, get(path, &token)).header("halyard-version"), Some("2"));
}

#[test]
fn the_stores_owner_may_do_everything() {
    let mut world = World::acme();
    let mut node = world.node();
    let path = "/api/environments/production/document";
    let got = world.ask_as_owner(&mut node, Request::new("GET", format!("{BASE}{path}")));
    assert_eq!(got.status, 200);
    let body = text(&got).replace("\"team\":\"shop\"", "\"team\":\"web\"");
    let put =
        Request::new("PUT", format!("{BASE}{path}?message=by+hand")).with_header("If-Match", got.header("etag").unwrap()).with_body(body);
    let response = world.ask_as_owner(&mut node, put);
    assert_eq!(response.status, 200, "{}", text(&response));
    let record = json(&world.ask_as_owner(&mut node, Request::new("GET", format!("{BASE}/api/environments/production/records/2"))));
    assert_eq!((at(&record, &["by"]).as_str(), at(&record, &["via"]).as_str()), (Some("root@store"), Some("cli")));
    trouble(&world.ask_as_owner(&mut node, Request::new("GET", format!("{BASE}/api/environments/nope/document"))), 404);
}

#[test]
fn a_node_answers_only_its_surface() {
    let mut world = World::acme();
    let (token, key) = (world.token(), world.server_key());
    let ask = |world: &mut World, surface: Surface, request: Request| {
        let mut node = Node::new(Config { surface, ..Config::default() });
        world.ask(&mut node, request)
    };
    assert_eq!(ask(&mut world, Surface::Evaluation, support::flags(&key, "{}")).status, 200);
    let hidden = ask(&mut world, Surface::Evaluation, get("/api/session", &token));
    assert_eq!((hidden.status, hidden.header("halyard-route")), (404, Some("none")));
    assert_eq!(ask(&mut world, Surface::Administration, support::flags(&key, "{}")).status, 404);
    assert_eq!(ask(&mut world, Surface::Administration, get("/api/session", &token)).status, 200);
    for surface in [Surface::All, Surface::Evaluation, Surface::Administration] {
        assert_eq!(ask(&mut world, surface, get("/health", "")).status, 200);
        assert_eq!(ask(&mut world, surface, get("/version", "")).status, 200);
    }
}

#[test]
fn methods_and_paths_that_there_are_not() {
    let mut world = World::acme();
    let (mut node, token) = (world.node(), world.token());
    let methods = [
        ("DELETE", "/api/environments/production/document", "GET, HEAD, PUT"),
        ("POST", "/api/environments", "GET, HEAD"),
        ("PUT", "/api/environments/production/check", "POST"),
        ("GET", "/api/environments/production/rollback", "POST"),
        ("PATCH", "/api/project/document", "GET, HEAD, PUT"),
        ("PUT", "/api/session", "GET, HEAD, POST, DELETE"),
        ("POST", "/health", "GET, HEAD"),
        ("POST", "/version", "GET, HEAD"),
    ];
    for (method, path, allow) in methods {
        let response = world.ask(&mut node, send(method, path, &token, "{}"));
        trouble(&response, 405);
        assert_eq!(response.header("allow"), Some(allow), "{path}");
    }
    for path in [
        "/",
        "/api",
        "/api/",
        "/api/nope",
        "/api/environments//document",
        "/api/environments/%ff/document",
        "/api//environments",
        "/health/x",
        "/v1/documents",
    ] {
        trouble(&world.ask(&mut node, get(path, &token)), 404);
    }
}

#[test]
fn health_tells_neither_names_nor_secrets() {
    let mut world = World::acme();
    let mut node = world.node();
    let well = world.ask(&mut node, Request::new("GET", format!("{BASE}/health")));
    assert_eq!(well.status, 200);
    let told = json(&well);
    assert_eq!(at(&told, &["ready"]).as_bool(), Some(true));
    assert_eq!(at(&told, &["environments"]).as_array().unwrap().len(), 2);
    world.break_down();
    world.pass(20_000);
    world.ask(&mut node, Request::new("GET", format!("{BASE}/health")));
    let ill = world.ask(&mut node, Request::new("GET", format!("{BASE}/health")));
    assert_eq!(ill.status, 200, "it still serves");
    assert!(text(&ill).contains("the store fails"), "{}", text(&ill));
    world.kept.clear();
    let mut cold = world.node();
    let unready = world.ask(&mut cold, Request::new("GET", format!("{BASE}/health")));
    assert_eq!((unready.status, at(&json(&unready), &["ready"]).as_bool()), (503, Some(false)));
    for response in [well, ill, unready] {
        for secret in ["production", "acme", "Acme", "halyard_", "secret-name"] {
            assert!(!text(&response).contains(secret), "{}", text(&response));
        }
    }
}

#[test]
fn a_record_names_its_own_bytes_and_tells_of_those_before() {
    let mut world = World::acme();
    let mut node = world.node();
    publish(&mut world, &mut node, "\"team\":\"shop\"", "\"team\":\"web\"");
    let head = Head::parse(world.store.body(HEAD)).unwrap();
    let bytes = world.store.body(&format!("environments/production/records/{}.json", head.record)).to_vec();
    let record = RecordObject::<Told>::parse(&head.record, &bytes).unwrap();
    assert_eq!((record.version, record.recent.len(), record.recent[0].version), (2, 1, 1));
    assert!(record.at >= Timestamp(support::START));
    for (place, byte) in bytes.iter().enumerate() {
        let mut altered = bytes.clone();
        altered[place] = byte.wrapping_add(1);
        assert!(RecordObject::<Told>::parse(&head.record, &altered).is_err(), "byte {place}");
    }
    assert!(matches!(Json::parse(&bytes), Ok(json) if json.canonical().as_bytes() == bytes));
    let token = world.token();
    assert_eq!(world.ask(&mut node, get("/api/environments/production/records/2", &token)).status, 200);
}
