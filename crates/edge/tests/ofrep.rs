//! OFREP 0.3 over the node: answers, failures, keys, caching, pages of other origins.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may panic")]

mod support;

use support::{ANN, World, at, flag, flags, json, send, text};

#[test]
fn one_flag_is_answered_in_the_protocols_words() {
    let mut world = World::acme();
    let (mut node, key) = (world.node(), world.server_key());
    let cases = [
        (
            "checkout",
            ANN,
            200,
            r#"{"key":"checkout","metadata":{"rule":"staff","team":"shop"},"reason":"TARGETING_MATCH","value":"new","variant":"new"}"#,
        ),
        ("checkout", "{}", 200, r#"{"key":"checkout","metadata":{"team":"shop"},"reason":"DEFAULT","value":"old","variant":"old"}"#),
        ("banner", "{}", 200, r#"{"key":"banner","reason":"STATIC","value":true,"variant":"on"}"#),
        ("quiet", "{}", 200, r#"{"key":"quiet","reason":"DEFAULT"}"#),
    ];
    for (name, context, status, body) in cases {
        let response = world.ask(&mut node, flag(&key, name, context));
        assert_eq!((response.status, json(&response).canonical().as_str()), (status, body), "{name}");
        assert_eq!(response.header("content-type"), Some("application/json"));
        assert_eq!(response.header("halyard-version"), Some("1"));
        assert_eq!(response.header("cache-control"), Some("no-store"));
    }
}

#[test]
fn failures_name_the_flag_the_code_and_what_to_do() {
    let mut world = World::acme();
    let (mut node, key) = (world.node(), world.server_key());
    let path = "/ofrep/v1/evaluate/flags/price";
    let cases: [(&str, &[u8], u16, &str); 12] = [
        (path, b"{\"context\":{}}", 400, "TARGETING_KEY_MISSING"),
        ("/ofrep/v1/evaluate/flags/nope", b"{\"context\":{}}", 404, "FLAG_NOT_FOUND"),
        ("/ofrep/v1/evaluate/flags/caf%C3%A9", b"{\"context\":{}}", 404, "FLAG_NOT_FOUND"),
        ("/ofrep/v1/evaluate/flags/%ff", b"{\"context\":{}}", 404, "FLAG_NOT_FOUND"),
        (path, b"", 400, "PARSE_ERROR"),
        (path, b"{\"context\":{}", 400, "PARSE_ERROR"),
        (path, b"{\"context\":{\"a\":1,\"a\":2}}", 400, "PARSE_ERROR"),
        (path, b"{\"context\":{\"a\":\"\xff\"}}", 400, "PARSE_ERROR"),
        (path, b"[]", 400, "INVALID_CONTEXT"),
        (path, b"{}", 400, "INVALID_CONTEXT"),
        (path, b"{\"context\":null}", 400, "INVALID_CONTEXT"),
        (path, b"{\"context\":\"u1\"}", 400, "INVALID_CONTEXT"),
    ];
    for (path, body, status, code) in cases {
        let response = world.ask(&mut node, send("POST", path, &key, body));
        let told = json(&response);
        assert_eq!((response.status, at(&told, &["errorCode"]).as_str()), (status, Some(code)), "{path} {}", text(&response));
        assert!(at(&told, &["errorDetails"]).as_str().unwrap().len() > 10);
        assert!(at(&told, &["key"]).as_str().is_some());
        assert!(told.get("reason").is_none());
    }
    let huge = format!("{{\"context\":{{\"a\":\"{}\"}}}}", "x".repeat(300_000));
    assert_eq!(world.ask(&mut node, send("POST", path, &key, huge)).status, 413);
}

#[test]
fn only_an_sdk_key_of_the_project_opens_flags() {
    let mut world = World::acme();
    let mut node = world.node();
    let stranger = format!("halyard_server_{}", "A".repeat(43));
    let half = world.server_key()[..30].to_owned();
    let cases = [
        (stranger, 401),
        (half, 401),
        (String::new(), 401),
        ("Bearer".to_owned(), 401),
        (world.token(), 403),
        (world.link(), 403),
        (format!("halyard_session_{}", "A".repeat(43)), 403),
    ];
    for (secret, status) in cases {
        let response = world.ask(&mut node, flags(&secret, "{}"));
        assert_eq!(response.status, status, "{secret}");
        assert_eq!(response.header("www-authenticate").is_some(), status == 401);
        assert!(!text(&response).contains("halyard_token_") && (secret.len() < 10 || !text(&response).contains(&secret)));
    }
    let mut without = flags("", "{}");
    without.headers.clear();
    let asked = world.effects.len();
    assert_eq!(world.ask(&mut node, without.clone()).status, 401);
    assert_eq!(world.effects.len(), asked, "nobody without a key makes the node ask the store");
    let with = without.with_header("x-api-key", world.server_key());
    assert_eq!(world.ask(&mut node, with).status, 200);
    // An environment's key opens that environment.
    let staging = world.told().sdk_keys["staging"].server.clone();
    assert_eq!(world.ask(&mut node, flag(&staging, "banner", "{}")).status, 404);
}

#[test]
fn all_flags_come_with_the_failures_among_them_and_an_etag_of_the_answer() {
    let mut world = World::acme();
    let (mut node, key) = (world.node(), world.server_key());
    let response = world.ask(&mut node, flags(&key, "{}"));
    assert_eq!(response.status, 200);
    let told = json(&response);
    let keys: Vec<_> = at(&told, &["flags"]).as_array().unwrap().iter().map(|flag| at(flag, &["key"]).as_str().unwrap()).collect();
    assert_eq!(keys, ["banner", "checkout", "price", "quiet"]);
    assert_eq!(at(&told, &["flags", "2", "errorCode"]).as_str(), Some("TARGETING_KEY_MISSING"));
    let etag = response.header("etag").unwrap().to_owned();
    for line in [etag.clone(), format!("W/{etag}"), format!("\"other\", {etag}"), "*".to_owned(), etag.trim_matches('"').to_owned()] {
        let again = world.ask(&mut node, flags(&key, "{}").with_header("If-None-Match", &*line));
        assert_eq!((again.status, again.body.len()), (304, 0), "{line}");
        assert_eq!(again.header("etag"), Some(etag.as_str()));
    }
    let other = world.ask(&mut node, flags(&key, ANN).with_header("If-None-Match", &*etag));
    assert_eq!(other.status, 200);
    assert_ne!(other.header("etag"), Some(etag.as_str()), "the context counts");
}

#[test]
fn a_browser_key_sees_public_flags_from_any_origin() {
    let mut world = World::acme();
    let (mut node, browser, server) = (world.node(), world.browser_key(), world.server_key());
    let response = world.ask(&mut node, flags(&browser, ANN));
    let told = json(&response);
    let keys: Vec<_> = at(&told, &["flags"]).as_array().unwrap().iter().map(|flag| at(flag, &["key"]).as_str().unwrap()).collect();
    assert_eq!(keys, ["banner", "price"]);
    assert_eq!(response.header("access-control-allow-origin"), Some("*"));
    assert!(response.header("access-control-expose-headers").unwrap().contains("ETag"));
    let private = world.ask(&mut node, flag(&browser, "checkout", ANN));
    let unknown = world.ask(&mut node, flag(&browser, "chickout", ANN));
    assert_eq!((private.status, unknown.status), (404, 404));
    assert_eq!(text(&private).replace("checkout", "chickout"), text(&unknown), "a private flag is as if it were not there");
    let same = world.ask(&mut node, flags(&browser, ANN).with_header("If-None-Match", response.header("etag").unwrap()));
    assert_eq!((same.status, same.header("access-control-allow-origin")), (304, Some("*")));
    for (secret, origin) in [(server, None), ("halyard_browser_unknown".to_owned(), Some("*"))] {
        let response = world.ask(&mut node, flags(&secret, "{}"));
        assert_eq!(response.header("access-control-allow-origin"), origin, "{}", response.status);
    }
}

#[test]
fn a_page_may_ask_beforehand() {
    let mut world = World::acme();
    let mut node = world.node();
    for path in ["/ofrep/v1/evaluate/flags", "/ofrep/v1/evaluate/flags/banner"] {
        let mut request = send("OPTIONS", path, "", "").with_header("Origin", "https://shop.example");
        request.headers.retain(|(name, _)| name != "Authorization");
        let response = world.ask(&mut node, request);
        assert_eq!(response.status, 204);
        assert_eq!(response.header("access-control-allow-origin"), Some("*"));
        let headers = response.header("access-control-allow-headers").unwrap().to_lowercase();
        for header in ["authorization", "content-type", "if-none-match", "x-api-key"] {
            assert!(headers.contains(header), "{header}");
        }
    }
    assert!(world.effects.is_empty());
}

#[test]
fn other_methods_and_paths_are_refused() {
    let mut world = World::acme();
    let (mut node, key) = (world.node(), world.server_key());
    for method in ["GET", "PUT", "DELETE", "HEAD"] {
        let response = world.ask(&mut node, send(method, "/ofrep/v1/evaluate/flags/banner", &key, ""));
        assert_eq!((response.status, response.header("allow")), (405, Some("POST, OPTIONS")));
    }
    for path in ["/ofrep", "/ofrep/v1/evaluate/flags/", "/ofrep/v1/evaluate/flags/a/b", "/ofrep/v2/evaluate/flags", "/ofrep/v1/evaluate"] {
        assert_eq!(world.ask(&mut node, send("POST", path, &key, "{\"context\":{}}")).status, 404, "{path}");
    }
}

/// Good keys are remembered, and forgotten with the project that they were good in.
#[test]
fn a_key_that_was_just_used_is_refused_when_it_is_revoked() {
    let mut world = World::acme();
    let mut node = world.node();
    let (server, browser) = (world.server_key(), world.browser_key());
    for _ in 0..3 {
        assert_eq!(world.ask(&mut node, flags(&server, "{}")).status, 200);
        assert_eq!(world.ask(&mut node, flag(&browser, "checkout", "{}")).status, 404, "whoever came before");
        assert_eq!(world.ask(&mut node, flags(&format!("{server}x"), "{}")).status, 401);
        assert_eq!(world.ask(&mut node, flags(&server[..server.len() - 1], "{}")).status, 401);
    }
    world.edit_project(&mut node, r#"{"keys": {"production-server": null}}"#);
    world.pass(20_000);
    assert_eq!(world.ask(&mut node, flags(&server, "{}")).status, 401);
    assert_eq!(world.ask(&mut node, flags(&browser, "{}")).status, 200);
}
