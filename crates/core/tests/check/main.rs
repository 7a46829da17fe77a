//! What `check` says: a table of bad documents, each a good one with something changed, and everything that is said about it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test that fails may panic")]

mod advice;
mod conditions;
mod fits;
mod parts;
mod policy;
mod robust;
mod shapes;
mod text;

use halyard_core::check::{Cap, Report, read};
use halyard_core::{Level, Problem};
use serde_json::{Value, json};

/// A document about which there is nothing to say.
fn good() -> Value {
    json!({
        "format": 1,
        "segments": {
            "staff": { "description": "People who work here", "visibility": "public", "when": { "attribute": "email", "endsWith": ["@acme.example"] } },
            "dutch": { "when": { "attribute": "country", "is": ["NL"] } }
        },
        "plans": { "standard": { "stages": [{ "name": "everyone", "audience": { "segment": "dutch" }, "needs": ["Runbook"] }], "readiness": ["Runbook"] } },
        "flags": {
            "a": {
                "purpose": "release", "owner": "team", "created": "2026-11-01", "expires": "2026-12-20", "visibility": "public",
                "metadata": { "jira": "SHOP-12" }, "variants": { "on": true, "off": false }, "offVariant": "off",
                "requires": [{ "flag": "c", "is": ["small", "large"] }],
                "rules": [{ "id": "staff", "when": { "segment": "staff" }, "serve": "on" }],
                "otherwise": "off"
            },
            "b": {
                "purpose": "permission", "owner": "team", "created": "2026-11-01", "variants": { "x": "x", "y": "y" },
                "rules": [{ "id": "r", "when": { "attribute": "country", "is": ["NL"] },
                            "serve": { "split": [{ "variant": "x", "weight": 1 }, { "variant": "y", "weight": 3 }] } }]
            },
            "c": { "purpose": "operational", "owner": "team", "created": "2026-11-01", "visibility": "public", "variants": { "small": 1, "large": 2.5 } }
        },
        "releases": {
            "launch": {
                "title": "Launch", "owner": "team", "plan": "standard", "flags": [{ "flag": "a", "variant": "on" }],
                "stages": [{ "name": "internal", "audience": { "segment": "staff" } },
                           { "name": "everyone", "audience": { "all": [] }, "startsAt": "2026-12-01T09:00:00Z", "needs": ["Runbook"] }],
                "stage": "internal", "readiness": [{ "item": "Runbook", "done": true }]
            }
        },
        "scenarios": [{ "name": "Others see nothing", "context": { "targetingKey": "u" }, "expect": { "a": "off", "b": null } }],
        "retired": ["old-banner"]
    })
}

/// A change to the good document: the value at a pointer is set, or removed.
type Edit<'a> = (&'a str, Option<Value>);

fn set(pointer: &str, value: Value) -> Edit<'_> {
    (pointer, Some(value))
}

fn cut(pointer: &str) -> Edit<'_> {
    (pointer, None)
}

fn edited(edits: &[Edit<'_>]) -> Value {
    let mut document = good();
    for (pointer, value) in edits {
        apply(&mut document, pointer, value.clone());
    }
    document
}

fn apply(document: &mut Value, pointer: &str, value: Option<Value>) {
    let (parent, key) = pointer.rsplit_once('/').expect("a pointer");
    let key = key.replace("~1", "/").replace("~0", "~");
    match (document.pointer_mut(parent).unwrap_or_else(|| panic!("{parent} is in the good document")), value) {
        (Value::Object(object), Some(value)) => drop(object.insert(key, value)),
        (Value::Object(object), None) => drop(object.remove(&key).expect("it is there")),
        (Value::Array(list), Some(value)) if key == "-" => list.push(value),
        (Value::Array(list), Some(value)) => list[key.parse::<usize>().unwrap()] = value,
        (Value::Array(list), None) => drop(list.remove(key.parse().unwrap())),
        (other, _) => panic!("{other} has no members"),
    }
}

fn report(document: &Value) -> Report {
    read(document.to_string().as_bytes(), Cap::Publisher)
}

/// `error unknown-field /flags/a/onwer: message (hint)`.
fn told(problem: &Problem) -> String {
    let level = if problem.level == Level::Error { "error" } else { "warning" };
    let code = serde_json::to_value(problem.code).unwrap();
    assert!(!problem.hint.is_empty(), "{problem} says how to mend it");
    assert!(!problem.message.ends_with('.') && !problem.hint.ends_with('.'), "{problem}: no full stop");
    for word in ["u32", "f64", "Vec", "Option", "BTreeMap", "usize", "struct", "enum "] {
        assert!(!problem.to_string().contains(word), "{problem} names a type of Rust");
    }
    format!("{level} {} {problem}", code.as_str().unwrap())
}

/// Everything that is said about the good document with these changes, in order: each line must start as expected, and there are no others.
#[track_caller]
fn check(edits: &[Edit<'_>], expected: &[&str]) {
    check_document(&edited(edits), expected);
}

#[track_caller]
fn check_document(document: &Value, expected: &[&str]) {
    let report = report(document);
    let found: Vec<String> = report.problems.iter().map(told).collect();
    let fits = found.len() == expected.len() && found.iter().zip(expected).all(|(found, expected)| found.starts_with(expected));
    assert!(fits, "found:\n  {}\nexpected:\n  {}", found.join("\n  "), expected.join("\n  "));
    assert_eq!(report.checked.is_none(), report.errors().next().is_some(), "only errors refuse");
}

#[test]
fn there_is_nothing_to_say_about_the_good_document() {
    check(&[], &[]);
}
