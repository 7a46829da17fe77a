//! What the generators make is worth testing with, and the two careful edits put nobody out by the reference.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail loudly")]

use halyard_reference::evaluate;
use halyard_reference::generate::{self, Step};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::Value;
use std::collections::BTreeMap;

fn has_it(document: &Value, step: &Step, context: &Value, now: i64) -> bool {
    evaluate(document, &step.flag, context, now)["variant"] == step.variant.as_str()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn raising_a_percentage_puts_nobody_out(step in generate::raised(), people in prop::collection::vec((generate::context(), generate::time()), 20)) {
        for (context, now) in people {
            prop_assert!(!has_it(&step.before, &step, &context, now) || has_it(&step.after, &step, &context, now), "{context} at {now}");
        }
    }

    #[test]
    fn opening_a_stage_puts_nobody_out(step in generate::opened(), people in prop::collection::vec((generate::context(), generate::time()), 20)) {
        for (context, now) in people {
            prop_assert!(!has_it(&step.before, &step, &context, now) || has_it(&step.after, &step, &context, now), "{context} at {now}");
        }
    }
}

#[test]
fn random_requests_come_by_every_reason_and_every_kind_of_condition() {
    let mut runner = TestRunner::deterministic();
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut count = |what: String| *seen.entry(what).or_default() += 1;
    for _ in 0..300 {
        let (document, requests) = generate::document_and_requests().new_tree(&mut runner).unwrap().current();
        let text = document.to_string();
        for name in KINDS {
            if text.contains(&format!("\"{name}\":")) {
                count(name.to_owned());
            }
        }
        for request in requests {
            let answer = evaluate(&document, &request.flag, &request.context, request.now_ms);
            count(format!("{} {}", answer["reason"], answer["errorCode"]));
            for name in ["rule", "stage", "blockedBy"] {
                if answer["metadata"].get(name).is_some_and(|value| *value != "mine" && *value != 0) {
                    count(format!("metadata {name}"));
                }
            }
        }
    }
    let expected = ["STATIC", "DEFAULT", "TARGETING_MATCH", "SPLIT", "DISABLED"].map(|reason| format!("\"{reason}\" null"));
    let errors = ["FLAG_NOT_FOUND", "TARGETING_KEY_MISSING"].map(|code| format!("\"ERROR\" \"{code}\""));
    let metadata = ["rule", "stage", "blockedBy"].map(|name| format!("metadata {name}"));
    let kinds = KINDS.map(str::to_owned);
    for what in expected.iter().chain(&errors).chain(&metadata).chain(&kinds) {
        assert!(seen.get(what).is_some_and(|&times| times >= 10), "{what} is too rare: {seen:#?}");
    }
}

const KINDS: [&str; 40] = [
    "is",
    "contains",
    "startsWith",
    "endsWith",
    "ignoreCase",
    "matches",
    "greaterThan",
    "atLeast",
    "lessThan",
    "atMost",
    "after",
    "before",
    "version",
    "network",
    "exists",
    "hasAll",
    "segment",
    "percent",
    "ramp",
    "shape",
    "by",
    "seed",
    "all",
    "any",
    "not",
    "split",
    "requires",
    "startsAt",
    "needs",
    "readiness",
    "hold",
    "closed",
    "rolledBack",
    "stage",
    "scenarios",
    "retired",
    "plans",
    "metadata",
    "tags",
    "expires",
];

#[test]
fn an_edited_document_mostly_stays_as_it_was() {
    let mut runner = TestRunner::deterministic();
    let (mut same, mut kept, mut all) = (0, 0, 0);
    for _ in 0..200 {
        let (document, later) = generate::edited().new_tree(&mut runner).unwrap().current();
        same += usize::from(document == later);
        for (key, flag) in document["flags"].as_object().unwrap() {
            all += 1;
            kept += usize::from(later["flags"][key] == *flag);
        }
    }
    assert!(same < 40, "{same} of 200 are not edited at all");
    assert!(kept * 2 > all && kept < all, "{kept} of {all} flags stay as they were");
}
