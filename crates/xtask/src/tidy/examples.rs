//! Every public item of `core` and `edge` has an example in its documentation, and those that no test runs are run.
//!
//! rustdoc tells what is public, as JSON: as an item is reached from outside, wherever it is written. A field, a variant and a
//! constant are shown where they are used; of a module its first line is asked for, not an example.

use std::fs;

use serde_json::Value;

use crate::fail::{Doing, Result};
use crate::{place, run};

/// The crates that others build on.
const CRATES: [&str; 2] = ["core", "edge"];
/// What must have an example.
const KINDS: [&str; 7] = ["struct", "union", "enum", "trait", "trait_alias", "function", "macro"];

/// Each has one that runs.
pub(crate) fn check() -> Result<()> {
    let mut findings = Vec::new();
    for name in CRATES {
        let told = told(name)?;
        if asked(&told).next().is_none() {
            findings.push(format!("of `{name}` rustdoc's JSON tells nothing that is understood here: has its form changed?"));
        }
        findings.extend(without_example(&told));
    }
    super::settle(findings, "show in a few lines what it is for: an example in its documentation, which `cargo test --doc` runs")?;
    run_behind_features()
}

/// What rustdoc tells of a crate. It writes JSON for `RUSTC_BOOTSTRAP` only; this has a target folder of its own, because the build
/// scripts of dependencies would run anew whenever that variable comes or goes.
fn told(name: &str) -> Result<Value> {
    let target = place::target().join("examples");
    let package = format!("halyard-{name}");
    let mut cargo = run::command("cargo");
    cargo.args(["rustdoc", "--quiet", "--lib", "--all-features", "-p", &package, "--target-dir"]).arg(&target);
    cargo.args(["--", "-Zunstable-options", "--output-format=json"]).env("RUSTC_BOOTSTRAP", "1");
    run::captured(&mut cargo)?;
    let path = target.join(format!("doc/halyard_{name}.json"));
    let text = fs::read_to_string(&path).doing(|| format!("read `{}`", path.display()))?;
    serde_json::from_str(&text).doing(|| format!("read `{}`", path.display()))
}

/// The examples of what is there with the feature `schema` alone: `cargo test --workspace` is without it. As `generated` builds them.
fn run_behind_features() -> Result<()> {
    for name in CRATES {
        let package = format!("halyard-{name}");
        let log = place::target().join(format!("examples/{package}.log"));
        run::logged(run::command("cargo").args(["test", "--quiet", "--doc", "-p", &package, "--features", "schema"]), &log)?;
    }
    Ok(())
}

/// The crate's own public items without an example: where each is, and its name.
fn without_example(told: &Value) -> Vec<String> {
    let mut findings: Vec<(&str, u64, String)> = asked(told).filter_map(finding).collect();
    findings.sort();
    findings.into_iter().map(|(.., finding)| finding).collect()
}

/// The crate's own public items that must have an example, each with its kind.
fn asked(told: &Value) -> impl Iterator<Item = (&'static str, &Value)> {
    let items = told.get("index").and_then(Value::as_object).into_iter().flat_map(|index| index.values());
    items.filter_map(|item| {
        let is_ours = item.get("crate_id")?.as_u64() == Some(0) && item.get("visibility")?.as_str() == Some("public");
        let kind = KINDS.into_iter().find(|kind| item.get("inner").is_some_and(|inner| inner.get(kind).is_some()))?;
        is_ours.then_some((kind, item))
    })
}

/// An item's file, its line, and what is to be said of it.
fn finding<'t>((kind, item): (&str, &'t Value)) -> Option<(&'t str, u64, String)> {
    let text = |name: &str| item.get(name).and_then(Value::as_str);
    if has_example(text("docs").unwrap_or_default()) {
        return None;
    }
    let file = item.pointer("/span/filename")?.as_str()?;
    let line = item.pointer("/span/begin/0")?.as_u64()?;
    Some((file, line, format!("{file}:{line}: the {kind} `{}` has no example", text("name")?)))
}

/// Whether a block of code in these docs is Rust, and runs.
fn has_example(docs: &str) -> bool {
    let fences = docs.lines().filter_map(|line| line.trim_start().strip_prefix("```"));
    fences.step_by(2).any(|language| matches!(language.trim(), "" | "rust" | "should_panic"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn item(kind: &str, name: &str, docs: &str) -> Value {
        json!({
            "crate_id": 0, "visibility": "public", "name": name, "docs": docs, "inner": { kind: {} },
            "span": { "filename": "crates/core/src/a.rs", "begin": [7, 1] },
        })
    }

    fn findings(item: Value) -> Vec<String> {
        without_example(&json!({ "index": { "1": item } }))
    }

    #[test]
    fn what_is_public_and_has_no_example_is_named() {
        assert_eq!(findings(item("struct", "Flag", "A flag.")), ["crates/core/src/a.rs:7: the struct `Flag` has no example"]);
        assert_eq!(findings(item("function", "read", "Reads.\n\n```\nread();\n```")), [""; 0]);
        assert_eq!(findings(item("constant", "FLAGS", "How many.")), [""; 0]);
    }

    #[test]
    fn what_is_not_public_or_not_ours_needs_none() {
        for (field, value) in [("visibility", json!("default")), ("crate_id", json!(3))] {
            let mut item = item("struct", "Flag", "");
            item[field] = value;
            assert_eq!(findings(item), [""; 0]);
        }
    }

    #[test]
    fn an_example_is_rust_that_runs() {
        for docs in ["```\na\n```", "```text\na\n```\n```rust\nb\n```", "```should_panic\na\n```"] {
            assert!(has_example(docs), "{docs}");
        }
        for docs in ["`a`", "```text\na\n```", "```ignore\na\n```", "```no_run\na\n```"] {
            assert!(!has_example(docs), "{docs}");
        }
    }
}
