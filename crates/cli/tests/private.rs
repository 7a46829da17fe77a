//! Nothing private leaves: whatever a page receives of the demo is searched for all that the demo keeps to itself.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test that fails may panic")]

mod common;

use std::collections::BTreeSet;

use common::{halyard, text};
use halyard_edge::{Request, Response};
use serde_json::Value;

/// Every text in it, keys included.
fn texts(value: &Value, out: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => drop(out.insert(text.clone())),
        Value::Array(list) => list.iter().for_each(|item| texts(item, out)),
        Value::Object(object) => object.iter().for_each(|(key, value)| {
            out.insert(key.clone());
            texts(value, out);
        }),
        _ => {}
    }
}

/// What pages may see, told by hand from what a document is: of public flags what is answered and what decides; of their releases
/// the stages; the public segments.
fn public(document: &Value) -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    let object = |value: &Value| value.as_object().cloned().unwrap_or_default();
    let is_public = |value: &Value| value["visibility"] == "public";
    for (key, segment) in object(&document["segments"]).iter().filter(|(_, segment)| is_public(segment)) {
        out.insert(key.clone());
        texts(&segment["when"], &mut out);
    }
    let flags = object(&document["flags"]);
    for (key, flag) in flags.iter().filter(|(_, flag)| is_public(flag)) {
        out.insert(key.clone());
        for field in ["variants", "metadata", "otherwise", "offVariant", "requires"] {
            texts(&flag[field], &mut out);
        }
        for rule in flag["rules"].as_array().into_iter().flatten() {
            for field in ["id", "when", "serve"] {
                texts(&rule[field], &mut out);
            }
        }
    }
    for (key, release) in object(&document["releases"]) {
        let members = release["flags"].as_array().unwrap();
        let is_live = release["closed"] != true && release["rolledBack"] != true;
        if is_live && members.iter().any(|member| flags.get(member["flag"].as_str().unwrap()).is_some_and(is_public)) {
            out.insert(key);
            for stage in release["stages"].as_array().unwrap() {
                texts(&stage["name"], &mut out);
                texts(&stage["audience"], &mut out);
            }
        }
    }
    out
}

/// The texts of a document that are private: not public, and no part of something public or of the format's own words.
fn private(document: &Value) -> BTreeSet<String> {
    let (mut all, public) = (BTreeSet::new(), public(document));
    texts(document, &mut all);
    // The names of fields and the like: they are of the format, and say nothing.
    let words = "format segments plans flags releases scenarios retired visibility public private purpose owner created variants enabled offVariant \
        requires rules otherwise metadata when serve id split weight variant title stages stage name audience flag closed operational attribute is all \
        any startsAt hold segment percent expect context description tags expires readiness needs item done by at target plan rolledBack \
        announcement contingency not release experiment permission hasAll ramp shape linear seed version after before targetingKey exists";
    let words: BTreeSet<&str> = words.split_whitespace().collect();
    all.retain(|text| text.len() > 2 && !words.contains(text.as_str()) && !public.iter().any(|public| public.contains(text)));
    all
}

fn received(response: &Response) -> String {
    let headers: String = response.headers.iter().map(|(name, value)| format!("{name}: {value}\n")).collect();
    format!("{headers}\n{}", String::from_utf8_lossy(&response.body))
}

#[test]
fn nothing_that_a_page_receives_of_the_demo_is_private() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("file://{}", text(folder.path()));
    let told = halyard(&["init", "--store", &url, "--name", "Acme", "--admin", "ann@acme.example", "--demo", "--json"]).exits(0).json();
    let mut ask = common::node::node(folder.path().to_owned());
    let mut looked_at = 0;
    for environment in ["production", "staging"] {
        let document = halyard(&["get", "--store", &url, "--env", environment]).exits(0).json();
        let mut private = private(&document);
        for told in ["@acme.example", "team-checkout", "payments-provider-fallback", "beta-customers", "payments-primary", "betaProgram"] {
            assert!(private.contains(told), "{environment}: the demo has `{told}`, which is private");
        }
        private.extend(told["people"].as_array().unwrap().iter().map(|person| person.as_str().unwrap().to_owned()));
        let key = told["sdkKeys"][environment]["browser"].as_str().unwrap();
        let mut ask = |method: &str, path: &str, body: &str| {
            let request =
                Request::new(method, format!("https://flags.example{path}")).with_header("Authorization", format!("Bearer {key}"));
            received(&ask(request.with_header("Origin", "https://shop.example").with_body(body)))
        };
        let ann = r#"{"context": {"targetingKey": "u1", "country": "NL"}}"#;
        for (method, path, body) in [
            ("GET", "/v1/document?format=2", ""),
            ("GET", "/v1/document?as=json", ""),
            ("HEAD", "/v1/document?format=2", ""),
            ("GET", "/v1/document?all=true", ""),
            ("GET", "/v1/document?format=9", ""),
            ("GET", "/v1/overrides/halyard_override_x", ""),
            ("POST", "/ofrep/v1/evaluate/flags", ann),
            ("POST", "/ofrep/v1/evaluate/flags", "{}"),
            ("POST", "/ofrep/v1/evaluate/flags/search-autocomplete", ann),
        ] {
            let received = ask(method, path, body);
            looked_at += received.len();
            for secret in &private {
                assert!(!received.contains(secret), "{environment}: {method} {path} tells `{secret}`:\n{received}");
            }
        }
        // A flag that is not public is as if it were not there: the answer has no more than the key that was asked for.
        let asked = ask("POST", "/ofrep/v1/evaluate/flags/payments-provider-fallback", ann).replace("payments-provider-fallback", "");
        assert!(private.iter().all(|secret| !asked.contains(secret)), "{asked}");
    }
    assert!(looked_at > 10_000, "{looked_at}");
}
