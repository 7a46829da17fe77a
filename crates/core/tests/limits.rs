//! The deepest document that `check` lets through fits the smallest stack that evaluating runs on.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test that fails may panic")]

mod support;

use halyard_core::limits::{CONDITION_DEPTH, FLAG_CHAIN, SEGMENT_CHAIN};
use halyard_core::{Context, Timestamp};

/// What wasm gives us, in bytes.
const STACK: usize = 1024 * 1024;

/// A chain of flags; each asks through a chain of segments whether the next is on, each segment nested as deeply as may be.
fn deepest() -> String {
    let nested = |inner: String| {
        (0..CONDITION_DEPTH).fold(inner, |inner, level| match level % 2 {
            0 => format!(r#"{{"all": [{inner}]}}"#),
            _ => format!(r#"{{"any": [{inner}]}}"#),
        })
    };
    let (mut flags, mut segments) = (Vec::new(), Vec::new());
    for flag in 0..FLAG_CHAIN {
        for segment in 0..SEGMENT_CHAIN {
            let inner = match (flag + 1 < FLAG_CHAIN, segment + 1 < SEGMENT_CHAIN) {
                (_, true) => format!(r#"{{"segment": "s{flag}-{}"}}"#, segment + 1),
                (true, false) => format!(r#"{{"flag": "f{}", "is": ["on"]}}"#, flag + 1),
                (false, false) => r#"{"attribute": "country", "is": ["NL"]}"#.to_owned(),
            };
            segments.push(format!(r#""s{flag}-{segment}": {{"when": {}}}"#, nested(inner)));
        }
        let when = nested(format!(r#"{{"segment": "s{flag}-0"}}"#));
        flags.push(format!(
            r#""f{flag}": {{"purpose": "operational", "owner": "o", "created": "2026-11-01", "variants": {{"on": true, "off": false}},
                "rules": [{{"id": "r", "when": {when}, "serve": "on"}}], "otherwise": "off"}}"#
        ));
    }
    format!(r#"{{"format": 1, "segments": {{{}}}, "flags": {{{}}}}}"#, segments.join(","), flags.join(","))
}

#[test]
fn the_deepest_document_is_evaluated_and_explained_on_a_small_stack() {
    let small = std::thread::Builder::new().stack_size(STACK).spawn(|| {
        let ruleset = support::ruleset(&deepest());
        for (country, variant) in [("NL", "on"), ("DE", "off")] {
            let context = Context::parse(format!(r#"{{"country": "{country}"}}"#).as_bytes()).unwrap();
            assert_eq!(ruleset.evaluate("f0", &context, Timestamp(0)).variant, Some(variant));
            let deepest = ruleset.explain("f0", &context, Timestamp(0)).steps.iter().map(|step| step.depth).max().unwrap();
            assert!(deepest >= FLAG_CHAIN * SEGMENT_CHAIN * CONDITION_DEPTH, "{deepest}");
        }
        assert_eq!(ruleset.next_change(Timestamp(0)), None);
    });
    small.unwrap().join().unwrap();
}
