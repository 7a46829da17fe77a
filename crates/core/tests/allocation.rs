//! Evaluating allocates nothing. A binary of its own, because it counts what its allocator is asked for.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test that fails may panic")]

mod support;

use halyard_core::evaluate::Audience;
use halyard_core::{Context, Reason, Ruleset, Timestamp};

const DOCUMENT: &str = r#"{
  "format": 1,
  "segments": {
    "staff": {"when": {"attribute": "email", "endsWith": ["@ACME.example"], "ignoreCase": true}},
    "insiders": {"when": {"any": [{"segment": "staff"}, {"percent": 20}]}}
  },
  "flags": {
    "boolean": {"purpose": "operational", "owner": "o", "created": "2026-11-01", "variants": {"on": true, "off": false}, "otherwise": "on"},
    "operators": {"purpose": "operational", "owner": "o", "created": "2026-11-01", "variants": {"on": true, "off": false}, "metadata": {"team": "x"},
      "rules": [{"id": "r", "when": {"all": [
        {"attribute": "country", "is": ["NL", "BE"]},
        {"attribute": "plan", "is": ["a", "b", "c", "d", "e", "f", "g", "h", "i", "pro"]},
        {"attribute": "n", "is": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]},
        {"attribute": "name", "contains": ["LAN"], "ignoreCase": true},
        {"attribute": "name", "startsWith": ["é"]},
        {"attribute": "app", "version": ">=2.1 <3, !=2.2.0"},
        {"attribute": "ip", "network": ["10.0.0.0/8", "2001:db8::/32"]},
        {"attribute": "signup", "after": "2026-01-01T00:00:00Z"},
        {"attribute": "tags", "hasAll": ["x", 7]},
        {"attribute": "company.size", "atLeast": 10},
        {"attribute": "nothing", "exists": false},
        {"not": {"attribute": "email", "matches": "^\\d"}},
        {"after": "2026-11-01T00:00:00Z"}
      ]}, "serve": "on"}], "otherwise": "off"},
    "required": {"purpose": "operational", "owner": "o", "created": "2026-11-01", "variants": {"on": true, "off": false},
      "requires": [{"flag": "operators", "is": ["on"]}, {"flag": "boolean", "is": ["on"]}],
      "rules": [{"id": "seg", "when": {"segment": "insiders"}, "serve": {"split": [{"variant": "on", "weight": 1}, {"variant": "off", "weight": 1}], "by": "n"}}],
      "otherwise": "off"},
    "released": {"purpose": "operational", "owner": "o", "created": "2026-11-01", "variants": {"on": true, "off": false}, "otherwise": "off"},
    "staff-only": {"purpose": "operational", "owner": "o", "created": "2026-11-01", "variants": {"on": true, "off": false},
      "rules": [{"id": "r", "when": {"segment": "staff"}, "serve": "on"}], "otherwise": "off"},
    "keyless": {"purpose": "operational", "owner": "o", "created": "2026-11-01", "variants": {"on": true, "off": false},
      "otherwise": {"split": [{"variant": "on", "weight": 1}]}}
  },
  "releases": {
    "launch": {"title": "t", "owner": "o", "flags": [{"flag": "released", "variant": "on"}], "stage": "asked",
      "stages": [
        {"name": "asked", "audience": {"all": [{"flag": "required", "is": ["on", "off"]}, {"percent": [0, 0.001]}]}},
        {"name": "ramp", "audience": {"ramp": [{"at": "2026-11-01T00:00:00Z", "percent": 0}, {"at": "2027-11-01T00:00:00Z", "percent": 100}], "shape": "linear", "by": "n"},
         "startsAt": "2026-11-02T00:00:00Z"}]}
  }
}"#;

fn now() -> Timestamp {
    Timestamp::parse("2026-12-01T00:00:00Z").unwrap()
}

/// What evaluating every flag for a bound context asks of the allocator.
fn allocations(ruleset: &Ruleset, context: &Context) -> u64 {
    let bound = ruleset.bind(context);
    let measured = allocation_counter::measure(|| {
        let reasons = bound.evaluate_all(Audience::Server, now()).filter(|answer| answer.reason != Reason::Error).count();
        for flag in ["boolean", "operators", "required", "released", "keyless", "ghost"] {
            std::hint::black_box(bound.evaluate(flag, now()));
        }
        std::hint::black_box(reasons);
    });
    measured.count_total
}

#[test]
fn evaluating_allocates_nothing() {
    let ruleset = support::ruleset(DOCUMENT);
    let full = r#"{"targetingKey": "u1", "country": "NL", "plan": "pro", "n": 7.5, "name": "Élan vital", "app": "v2.5.0-rc.1", "ip": "10.1.2.3",
        "signup": "2026-06-01T00:00:00+02:00", "tags": ["y", 7, "x"], "company": {"size": 12}, "email": "ann@acme.EXAMPLE"}"#;
    for context in [
        &full.replace("7.5", "7").replace("Élan", "élan"),
        full,
        &full.replace("targetingKey", "someone"),
        &full.replace("ann@", "Σ@"),
        "{}",
        r#"{"n": [1, [2], {"a": 3}]}"#,
    ] {
        let context = Context::parse(context.as_bytes()).unwrap();
        assert_eq!(allocations(&ruleset, &context), 0, "{context:?}");
    }
    // The first of these contexts gets everywhere, or the test would prove little.
    let context = Context::parse(full.replace("7.5", "7").replace("Élan", "élan").as_bytes()).unwrap();
    assert_eq!(ruleset.evaluate("operators", &context, now()).reason, Reason::TargetingMatch);
    assert_eq!(ruleset.evaluate("required", &context, now()).reason, Reason::Split);
}
