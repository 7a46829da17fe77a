//! Projects in folders, on the real binary: init, log, get, publish, rollback, link.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test that fails may panic")]

mod common;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use common::{DOCUMENT, halyard, halyard_with, text};
use serde_json::Value;

/// A store in a folder of its own.
struct Store {
    folder: tempfile::TempDir,
    url: String,
    made: Value,
}

impl Store {
    fn new(more: &[&str]) -> Store {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("file://{}", text(&folder.path().join("a store")).replace(' ', "%20"));
        let args = [&["init", "--store", &url, "--name", "Acme", "--admin", "ann@acme.example", "--json"], more].concat();
        let made = halyard(&args).exits(0).json();
        Store { folder, url, made }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("a store")
    }

    fn args<'a>(&'a self, args: &[&'a str], environment: &'a str) -> Vec<&'a str> {
        [args, &["--store", &self.url, "--env", environment]].concat()
    }

    fn log(&self, environment: &str) -> Vec<Value> {
        halyard(&self.args(&["log", "--json", "--limit", "1000"], environment)).exits(0).lines()
    }

    /// The text of every object, for looking for secrets.
    fn everything(&self) -> String {
        fn walk(folder: &Path, out: &mut String) {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    walk(&path, out);
                } else {
                    out.push_str(&String::from_utf8_lossy(&std::fs::read(&path).unwrap())); // Images are no texts.
                }
            }
        }
        let mut out = String::new();
        walk(&self.path(), &mut out);
        out
    }
}

/// The first document with a flag's description changed, so that it differs.
fn edited(description: &str) -> String {
    DOCUMENT.replacen("\"purpose\": \"operational\"", &format!("\"description\": \"{description}\", \"purpose\": \"operational\""), 1)
}

#[test]
fn init_makes_a_project_and_tells_its_secrets_once() {
    let store = Store::new(&["--env", "production", "--env", "staging"]);
    let keys = store.made["sdkKeys"].as_object().unwrap();
    assert_eq!(keys.keys().collect::<Vec<_>>(), ["production", "staging"]);
    let everything = store.everything();
    for (secret, prefix) in [
        (&keys["production"]["server"], "halyard_server_production_"),
        (&keys["staging"]["browser"], "halyard_browser_staging_"),
        (&store.made["token"], "halyard_token_"),
        (&store.made["link"], "/sign-in#halyard_link_"),
    ] {
        let secret = secret.as_str().unwrap();
        assert!(secret.starts_with(prefix) && secret.len() == prefix.len() + 43, "{secret}");
        assert!(!everything.contains(&secret[prefix.len()..]), "a secret is stored in the clear");
    }
    assert_eq!(store.made["people"], serde_json::json!(["ann@acme.example"]));
    for environment in ["production", "staging"] {
        assert_eq!(store.log(environment).len(), 1);
        assert_eq!(halyard(&store.args(&["get"], environment)).exits(0).out, "{\n  \"format\": 1\n}\n");
    }
}

#[test]
fn init_in_words_says_what_to_do_next() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("file://{}", text(folder.path()));
    let said = halyard(&["init", "--store", &url, "--name", "Acme", "--admin", "ann@acme.example"]).exits(0).out;
    for words in ["Acme", "halyard_server_", "halyard_browser_", "halyard_token_", "/sign-in#halyard_link_", "halyard log --store"] {
        assert!(said.contains(words), "`{words}` is not in {said}");
    }
    assert!(!said.contains('\u{1b}'));
}

#[test]
fn init_leaves_a_project_as_it_is() {
    let store = Store::new(&[]);
    let before = store.everything();
    halyard(&["init", "--store", &store.url, "--name", "Other", "--admin", "eve@else.example", "--demo"]).exits(3).says("already");
    assert_eq!(store.everything(), before);
}

#[test]
fn init_mends_what_an_init_that_was_cut_off_left() {
    let store = Store::new(&[]);
    std::fs::remove_file(store.path().join("project/head.json")).unwrap();
    halyard(&store.args(&["log"], "production")).exits(3).says("no project");
    halyard(&["init", "--store", &store.url, "--name", "Acme", "--admin", "ann@acme.example"]).exits(0);
    assert_eq!(store.log("production").len(), 1);
}

#[test]
fn init_refuses_calls_that_make_no_sense() {
    let folder = tempfile::tempdir().unwrap();
    let store = text(&folder.path().join("store"));
    let refused = |args: &[&str], words: &str| {
        halyard(&[&["init", "--store", &store, "--name", "Acme"], args].concat()).exits(2).says(words);
    };
    refused(&["--admin", "ann"], "no e-mail address");
    refused(&["--admin", "ann@acme.example", "--env", "pro duction"], "`pro duction`");
    refused(&["--admin", "ann@acme.example", "--env", "../x"], "`../x`");
    refused(&["--admin", "ann@acme.example", "--env", "a", "--env", "a"], "twice");
    refused(&["--admin", "ann@acme.example", "--env", "qa", "--demo"], "production and staging");
    halyard(&["init", "--store", "https://flags.example", "--name", "A", "--admin", "a@b.example"]).exits(2).says("file:///dir");
    assert!(!folder.path().join("store").exists(), "nothing was made");
}

#[test]
fn a_store_that_cannot_be_used_is_the_stores_fault() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("file"), "").unwrap();
    for (name, words) in [("none", "no project"), ("file", "no project")] {
        let url = format!("file://{}/{name}", text(folder.path()));
        halyard(&["log", "--store", &url, "--env", "production"]).exits(3).says(words);
        halyard(&["get", "--store", &url, "--env", "production"]).exits(3).says(words);
    }
    let into_a_file = format!("file://{}/file/store", text(folder.path()));
    halyard(&["init", "--store", &into_a_file, "--name", "A", "--admin", "a@b.example"]).exits(3).says("cannot be used as a store");
    let store = Store::new(&[]);
    halyard(&store.args(&["log"], "qa")).exits(2).says("no environment `qa`").says("it has `production`");
    halyard(&store.args(&["log"], "../project")).exits(2).says("no environment");
    halyard(&store.args(&["get", "--version", "99"], "production")).exits(2);
    std::fs::write(store.path().join("environments/production/head.json"), "null").unwrap();
    halyard(&store.args(&["get"], "production")).exits(3);
}

#[test]
fn what_is_published_is_got_back_and_logged() {
    let store = Store::new(&[]);
    let publish = |document: &str, more: &[&str]| {
        halyard_with(&[&store.args(&["publish", "-"], "production")[..], more].concat(), document.as_bytes())
    };
    let ran = publish(DOCUMENT, &["--message", "Our first flags"]).exits(0).says("version 2 of production");
    assert!(ran.out.contains("new-checkout"), "{}", ran.out);
    let published = publish(&edited("Search & find"), &["--message", "Say what \"search\" is", "--json"]).exits(0).json();
    assert_eq!((&published["version"], published["changes"].as_array().unwrap().len()), (&3.into(), 1));

    let got = halyard(&store.args(&["get"], "production")).exits(0).out;
    let file = store.folder.path().join("got.json");
    let ran = halyard(&store.args(&["get", "--version", "2", "--output", &text(&file)], "production")).exits(0).says("version 2");
    assert_eq!(ran.out, "2\n");
    let older = std::fs::read_to_string(&file).unwrap();
    assert!(got.contains("Search & find") && !older.contains("Search & find"));
    assert_eq!(halyard_with(&["diff", &text(&file), "-"], got.as_bytes()).exits(0).out.lines().count(), 1);
    halyard_with(&["check", "-"], got.as_bytes()).exits(0);

    let log = store.log("production");
    assert_eq!(log.iter().map(|record| record["version"].as_u64().unwrap()).collect::<Vec<_>>(), [3, 2, 1]);
    assert_eq!(log[0]["message"], "Say what \"search\" is");
    assert_eq!((&log[0]["by"], &log[0]["via"]), (&"tester".into(), &"cli".into()));
    assert!(log[0]["changes"][0]["sentence"].as_str().unwrap().contains("search"), "{}", log[0]);
    assert_eq!(halyard(&store.args(&["log", "--json", "--limit", "1"], "production")).exits(0).lines(), log[..1]);
    let said = halyard(&store.args(&["log"], "production")).exits(0).out;
    for words in ["version 3", "version 1", "tester", "just now", "Our first flags", "search"] {
        assert!(said.contains(words), "`{words}` is not in {said}");
    }
}

#[test]
fn publish_refuses_bad_documents_failing_scenarios_and_stale_ones() {
    let store = Store::new(&[]);
    let publish = |document: &str, more: &[&str]| {
        halyard_with(&[&store.args(&["publish", "-", "--message", "m"], "production")[..], more].concat(), document.as_bytes())
    };
    publish("{}", &[]).exits(1).says("format");
    halyard_with(&store.args(&["publish", "-", "--message", " "], "production"), DOCUMENT.as_bytes()).exits(2).says("--message");
    let failing = DOCUMENT.replace("\"expect\": { \"new-checkout\": \"on\" }", "\"expect\": { \"new-checkout\": \"off\" }");
    publish(&failing, &[]).exits(1).says("Staff see the new checkout");
    publish(DOCUMENT, &["--dry-run"]).exits(0).says("nothing was published");
    assert_eq!(store.log("production").len(), 1);
    publish(DOCUMENT, &["--from", "1"]).exits(0);
    publish(&edited("x"), &["--from", "1"]).exits(3).says("version 2 is the current one");
    assert_eq!(store.log("production").len(), 2);
}

#[test]
fn rollback_publishes_an_older_document_as_a_new_version() {
    let store = Store::new(&[]);
    for (document, message) in [(DOCUMENT.to_owned(), "one"), (edited("two"), "two")] {
        let args = store.args(&["publish", "-", "--message", message], "production");
        halyard_with(&args, document.as_bytes()).exits(0);
    }
    halyard(&store.args(&["rollback", "--to", "2", "--message", "Two was wrong"], "production")).exits(0).says("version 4");
    let get = |version| halyard(&store.args(&["get", "--version", version], "production")).exits(0).out;
    assert_eq!(get("4"), get("2"));
    assert_eq!(store.log("production")[0]["message"], "Two was wrong");
    halyard(&store.args(&["rollback", "--to", "99"], "production")).exits(2);
}

#[test]
fn a_link_is_for_people_of_the_project() {
    let store = Store::new(&[]);
    let link = halyard(&["link", "--store", &store.url, "--person", "ann@acme.example", "--json"]).exits(0).json();
    assert!(link["link"].as_str().unwrap().starts_with("/sign-in#halyard_link_"));
    let stored = std::fs::read_to_string(store.path().join(link["key"].as_str().unwrap())).unwrap();
    assert_eq!(stored, link["object"].as_str().unwrap());
    halyard(&["link", "--store", &store.url, "--person", "eve@else.example"]).exits(2).says("ann@acme.example");
    // Without a store: the object to put.
    let link = halyard(&["link", "--person", "ann@acme.example", "--json"]).exits(0).json();
    assert_eq!(link.as_object().unwrap().keys().collect::<Vec<_>>(), ["key", "link", "object"]);
    assert!(halyard(&["link", "--person", "ann@acme.example"]).exits(0).out.contains("sign-in/links/"));
    halyard(&["link", "--person", "ann"]).exits(2).says("no e-mail address");
}

#[test]
fn the_demo_is_a_shop_with_a_history() {
    let store = Store::new(&["--demo"]);
    let log = store.log("production");
    assert_eq!(log.iter().map(|record| record["version"].as_u64().unwrap()).collect::<Vec<_>>(), [8, 7, 6, 5, 4, 3, 2, 1]);
    let people: BTreeSet<&str> = log.iter().map(|record| record["by"].as_str().unwrap()).collect();
    assert_eq!(people.len(), 4, "{people:?}");
    assert!(log.is_sorted_by(|newer, older| newer["at"].as_i64() > older["at"].as_i64()));
    assert!(log.iter().all(|record| !record["message"].as_str().unwrap().is_empty()), "{log:#?}");
    assert!(store.log("staging").len() >= 3);

    for environment in ["production", "staging"] {
        let document = halyard(&store.args(&["get"], environment)).exits(0).out;
        let problems = halyard_with(&["check", "-", "--json"], document.as_bytes()).exits(0).json();
        let count = problems.as_array().unwrap().len();
        assert!((1..=2).contains(&count), "{environment} should have a warning or two to show: {problems:#}");
        halyard_with(&["test", "-"], document.as_bytes()).exits(0);
    }

    let document: Value = serde_json::from_str(&halyard(&store.args(&["get"], "production")).out).unwrap();
    let flags = document["flags"].as_object().unwrap();
    assert!((12..=14).contains(&flags.len()));
    for purpose in ["release", "experiment", "operational", "permission"] {
        assert!(flags.values().any(|flag| flag["purpose"] == purpose), "{purpose}");
    }
    assert!(flags.values().any(|flag| flag["visibility"] == "public"));
    assert_eq!(document["segments"].as_object().unwrap().len(), 5);
    assert_eq!(document["plans"].as_object().unwrap().len(), 2);
    let releases = document["releases"].as_object().unwrap();
    assert_eq!(releases.len(), 3);
    assert!(releases["checkout-revamp"].get("stage").is_none(), "nobody has opened it");
    assert_eq!(releases["gift-wrapping"]["rolledBack"], true);
}

#[test]
fn the_demos_ramp_is_half_way_now() {
    let store = Store::new(&["--demo"]);
    let document = store.folder.path().join("production.json");
    halyard(&store.args(&["get", "--output", &text(&document)], "production")).exits(0);
    let requests: String =
        (0..4000).map(|user| format!("{{\"flag\": \"new-search\", \"context\": {{\"targetingKey\": \"shopper-{user}\"}}}}\n")).collect();
    let ran = halyard_with(&["eval", &text(&document), "--requests", "-"], requests.as_bytes()).exits(0);
    let on = ran.lines().iter().filter(|answer| answer["value"] == true).count();
    assert!((1700..2300).contains(&on), "{on} of 4000 are in");
    // The planned release is open to nobody; opening its first stage lets staff in.
    let planned = std::fs::read_to_string(&document).unwrap();
    let staff = r#"{"flag": "new-checkout", "context": {"targetingKey": "u1", "email": "ann@acme.example"}}"#;
    let value = |document: &str| {
        std::fs::write(store.folder.path().join("draft.json"), document).unwrap();
        let draft = text(&store.folder.path().join("draft.json"));
        halyard_with(&["eval", &draft, "--requests", "-"], staff.as_bytes()).exits(0).lines()[0]["value"].clone()
    };
    assert_eq!(value(&planned), false);
    let mut opened: Value = serde_json::from_str(&planned).unwrap();
    opened["releases"]["checkout-revamp"]["stage"] = "internal".into();
    assert_eq!(value(&opened.to_string()), true);
}
