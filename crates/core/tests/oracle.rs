//! Core is held to the obvious evaluator, and to laws, on random documents, contexts and times.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test that fails may panic")]

mod support;

use halyard_core::{Context, Json, Ruleset, Timestamp};
use halyard_reference::generate;
use proptest::prelude::*;
use serde_json::Value;

fn context(json: &Value) -> Context {
    Context::from_json(Json::from(json.clone())).unwrap()
}

fn all_answers(ruleset: &Ruleset, context: &Context, now: Timestamp) -> Vec<Json> {
    ruleset.evaluate_all(halyard_core::evaluate::Audience::Server, context, now).map(|answer| answer.to_json()).collect()
}

/// Somewhere in the document, a release held, or a time near an edge, is what makes the difference: many cases, each small.
fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(cases(1500))]

    /// Also: checked documents always compile, for `ruleset` compiles them.
    #[test]
    fn evaluate_evaluate_all_and_explain_answer_as_the_reference_does((document, requests) in generate::document_and_requests()) {
        let ruleset = support::ruleset(&document.to_string());
        for request in requests {
            let expected = Json::from(halyard_reference::evaluate(&document, &request.flag, &request.context, request.now_ms));
            let actual = support::answer(&ruleset, &request.flag, &context(&request.context), Timestamp(request.now_ms));
            prop_assert_eq!(actual, expected, "{:?}\n{}", request, document);
        }
    }
}

proptest! {
    #![proptest_config(cases(400))]

    #[test]
    fn no_answer_changes_before_next_change(
        document in generate::document(), contexts in proptest::collection::vec(generate::context(), 1..6), now in generate::time(),
        parts in proptest::collection::vec(0.0..1.0_f64, 6)
    ) {
        let ruleset = support::ruleset(&document.to_string());
        let next = ruleset.next_change(Timestamp(now));
        if let Some(next) = next {
            prop_assert!(next.0 > now);
        }
        let last = next.map_or(i64::MAX / 4, |next| next.0 - 1);
        // The last instant before it, and some on the way there: near now, near the end, and anywhere.
        let mut times = vec![last, now.saturating_add(1).min(last)];
        times.extend(parts.iter().map(|part| now + ((last - now) as f64 * part.powi(6)) as i64));
        for context in contexts.iter().map(context) {
            let answers = all_answers(&ruleset, &context, Timestamp(now));
            for time in &times {
                prop_assert_eq!(&all_answers(&ruleset, &context, Timestamp(*time)), &answers, "{} changed by {} before {:?}", now, time, next);
            }
        }
    }

    #[test]
    fn the_ends_of_time_are_times_like_others(document in generate::document(), context in generate::context()) {
        let ruleset = support::ruleset(&document.to_string());
        let context = self::context(&context);
        for now in [i64::MIN, i64::MAX].map(Timestamp) {
            for flag in all_answers(&ruleset, &context, now).iter().filter_map(|answer| answer.get("flag")?.as_str()) {
                support::answer(&ruleset, flag, &context, now);
            }
        }
        prop_assert_eq!(ruleset.next_change(Timestamp(i64::MAX)), None);
        // Whatever can change after the beginning of time can change after a moment that is before every document's.
        prop_assert_eq!(ruleset.next_change(Timestamp(i64::MIN)), ruleset.next_change(Timestamp(-70_000_000_000_000)));
    }

    #[test]
    fn raising_a_percentage_puts_nobody_out(step in generate::raised(), requests in proptest::collection::vec((generate::context(), generate::time()), 1..8)) {
        puts_nobody_out(&step, &requests)?;
    }

    #[test]
    fn opening_a_stage_puts_nobody_out(step in generate::opened(), requests in proptest::collection::vec((generate::context(), generate::time()), 1..8)) {
        puts_nobody_out(&step, &requests)?;
    }
}

fn puts_nobody_out(step: &generate::Step, requests: &[(Value, i64)]) -> Result<(), TestCaseError> {
    let (before, after) = (support::ruleset(&step.before.to_string()), support::ruleset(&step.after.to_string()));
    for (attributes, now) in requests {
        let context = context(attributes);
        let has = |ruleset: &Ruleset| ruleset.evaluate(&step.flag, &context, Timestamp(*now)).variant == Some(step.variant.as_str());
        prop_assert!(!has(&before) || has(&after), "{attributes} at {now}\n{}\n{}", step.before, step.after);
    }
    Ok(())
}
