//! What an explanation says, line by line.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test that fails may panic")]

mod support;

use halyard_core::explain::Outcome;
use halyard_core::{Context, Timestamp};

const DOCUMENT: &str = r#"{
  "format": 1,
  "segments": {"staff": {"when": {"attribute": "email", "endsWith": ["@acme.example"]}}},
  "flags": {
    "new-cart": {"purpose": "operational", "owner": "o", "created": "2026-11-01", "variants": {"v1": 1, "v2": 2}, "enabled": false, "offVariant": "v1"},
    "benelux": {"purpose": "operational", "owner": "o", "created": "2026-11-01", "variants": {"on": true, "off": false},
      "rules": [
        {"id": "few", "when": {"all": [{"attribute": "country", "is": ["NL", "BE"]}, {"not": {"attribute": "app", "version": "<2.1"}}]}, "serve": "on"},
        {"id": "some", "when": {"any": [{"segment": "staff"}, {"percent": 10}]}, "serve": "on"},
        {"id": "halves", "when": {"attribute": "country", "exists": true},
         "serve": {"split": [{"variant": "on", "weight": 1}, {"variant": "off", "weight": 1}], "by": "company.id"}}],
      "otherwise": "off"},
    "blocked": {"purpose": "operational", "owner": "o", "created": "2026-11-01", "variants": {"on": true, "off": false}, "offVariant": "off",
      "requires": [{"flag": "new-cart", "is": ["v2"]}], "otherwise": "on"},
    "keyed": {"purpose": "operational", "owner": "o", "created": "2026-11-01", "variants": {"on": true, "off": false},
      "otherwise": {"split": [{"variant": "on", "weight": 1}, {"variant": "off", "weight": 1}]}},
    "asks-keyed": {"purpose": "operational", "owner": "o", "created": "2026-11-01", "variants": {"on": true, "off": false},
      "rules": [{"id": "r", "when": {"not": {"flag": "keyed", "is": ["on"]}}, "serve": "on"}]},
    "launched": {"purpose": "operational", "owner": "o", "created": "2026-11-01", "variants": {"on": true, "off": false}, "otherwise": "off"},
    "held": {"purpose": "operational", "owner": "o", "created": "2026-11-01", "variants": {"on": true, "off": false}, "otherwise": "off"},
    "waits": {"purpose": "operational", "owner": "o", "created": "2026-11-01", "variants": {"on": true, "off": false}, "otherwise": "off"},
    "static": {"purpose": "operational", "owner": "o", "created": "2026-11-01", "variants": {"on": true, "off": false}, "otherwise": "on"}
  },
  "releases": {
    "launch": {"title": "t", "owner": "o", "flags": [{"flag": "launched", "variant": "on"}], "stage": "internal",
      "stages": [{"name": "internal", "audience": {"segment": "staff"}},
        {"name": "canary", "audience": {"percent": 5}, "startsAt": "2026-12-01T09:00:00Z"},
        {"name": "everyone", "audience": {"all": []}, "startsAt": "2026-12-05T09:00:00+01:00"}]},
    "slow": {"title": "t", "owner": "o", "flags": [{"flag": "held", "variant": "on"}], "hold": "2026-11-28T00:00:00Z", "stage": "week",
      "stages": [{"name": "week", "audience": {"ramp": [{"at": "2026-11-27T00:00:00Z", "percent": 0}, {"at": "2026-11-29T00:00:00Z", "percent": 1}], "shape": "linear"}},
        {"name": "everyone", "audience": {"all": []}, "startsAt": "2026-11-29T00:00:00Z"}]},
    "unready": {"title": "t", "owner": "o", "flags": [{"flag": "waits", "variant": "on"}], "stage": "internal",
      "readiness": [{"item": "Runbook reviewed", "done": false}],
      "stages": [{"name": "internal", "audience": {"any": []}}, {"name": "beta", "audience": {"all": []}, "startsAt": "2026-11-01T00:00:00Z", "needs": ["Runbook reviewed"]}]}
  }
}"#;

/// The summary, and a line a step: how it came out, its words, and where it is written.
fn explained(flag: &str, context: &str) -> String {
    let ruleset = support::ruleset(DOCUMENT);
    let context = Context::parse(context.as_bytes()).unwrap();
    let explanation = ruleset.explain(flag, &context, Timestamp::parse("2026-12-02T00:00:00Z").unwrap());
    let mut lines = explanation.summary;
    for step in explanation.steps {
        let mark = match step.outcome {
            Outcome::Holds => '+',
            Outcome::Fails => '-',
            Outcome::Note => '·',
        };
        lines.push_str(&format!("\n{}{mark} {} {}", "  ".repeat(step.depth), step.text, step.pointer));
    }
    lines
}

fn check(flag: &str, context: &str, expected: &str) {
    let lines: Vec<&str> = expected.trim().lines().map(|line| line.strip_prefix("        ").unwrap_or(line)).collect();
    assert_eq!(explained(flag, context), lines.join("\n"), "\n{}", explained(flag, context));
}

#[test]
fn a_rule_that_holds_shows_each_comparison_and_its_value() {
    check(
        "benelux",
        r#"{"country": "NL", "app": "2.1"}"#,
        "
        `on`, because rule `few` holds
        + rule `few` /flags/benelux/rules/0
          + all of these /flags/benelux/rules/0/when
            + `country` is any of `NL`, `BE` — it is `NL` /flags/benelux/rules/0/when/all/0
            + not this /flags/benelux/rules/0/when/all/1
              - `app` is a version in `<2.1` — it is `2.1` /flags/benelux/rules/0/when/all/1/not
        ",
    );
}

#[test]
fn what_failed_says_on_what_value_and_a_split_says_the_place() {
    check(
        "benelux",
        r#"{"country": "DE", "email": 5, "app": "2.x", "targetingKey": "u1", "company": {"id": "c"}}"#,
        "
        `on`, because rule `halves` holds
        - rule `few` /flags/benelux/rules/0
          - all of these /flags/benelux/rules/0/when
            - `country` is any of `NL`, `BE` — it is `DE` /flags/benelux/rules/0/when/all/0
        - rule `some` /flags/benelux/rules/1
          - any of these /flags/benelux/rules/1/when
            - in segment `staff` /flags/benelux/rules/1/when/any/0
              - `email` ends with `@acme.example` — it is `5`, which is no text /segments/staff/when
            - in 10% of users — place 66.255% by `targetingKey`, needs below 10% /flags/benelux/rules/1/when/any/1
        + rule `halves` /flags/benelux/rules/2
          + `country` is known — it is `DE` /flags/benelux/rules/2/when
          · `on` for 50% and `off` for 50% — place 0 of 2 by `company.id` gets `on` /flags/benelux/rules/2/serve
        ",
    );
}

#[test]
fn a_value_of_the_wrong_kind_is_called_so() {
    check(
        "benelux",
        r#"{"country": "BE", "app": "2.x", "targetingKey": ""}"#,
        "
        `on`, because rule `few` holds
        + rule `few` /flags/benelux/rules/0
          + all of these /flags/benelux/rules/0/when
            + `country` is any of `NL`, `BE` — it is `BE` /flags/benelux/rules/0/when/all/0
            + not this /flags/benelux/rules/0/when/all/1
              - `app` is a version in `<2.1` — it is `2.x`, which is no version /flags/benelux/rules/0/when/all/1/not
        ",
    );
}

#[test]
fn what_is_missing_is_called_missing_and_a_split_without_text_passes_the_rule_over() {
    check(
        "benelux",
        r#"{"country": "DE", "targetingKey": ""}"#,
        "
        `off`, because no rule or release applies
        - rule `few` /flags/benelux/rules/0
          - all of these /flags/benelux/rules/0/when
            - `country` is any of `NL`, `BE` — it is `DE` /flags/benelux/rules/0/when/all/0
        - rule `some` /flags/benelux/rules/1
          - any of these /flags/benelux/rules/1/when
            - in segment `staff` /flags/benelux/rules/1/when/any/0
              - `email` ends with `@acme.example` — `email` is missing /segments/staff/when
            - in 10% of users — `targetingKey` is empty /flags/benelux/rules/1/when/any/1
        + rule `halves` /flags/benelux/rules/2
          + `country` is known — it is `DE` /flags/benelux/rules/2/when
          · `on` for 50% and `off` for 50% — `company.id` is missing, so the rule is passed over /flags/benelux/rules/2/serve
        · everyone else gets `off` /flags/benelux/otherwise
        ",
    );
}

#[test]
fn a_blocked_flag_names_what_it_requires() {
    check(
        "blocked",
        r#"{}"#,
        "
        `off`, because it requires that flag `new-cart` is `v2` — it is `v1`
        - it requires that flag `new-cart` is `v2` — it is `v1` /flags/blocked/requires/0
          · the flag is disabled: everyone gets `v1` /flags/new-cart/enabled
        ",
    );
}

#[test]
fn a_split_for_everyone_else_says_the_place() {
    check(
        "keyed",
        r#"{"targetingKey": "u1"}"#,
        "
        `on`, because no rule or release applies, and the split has a place for this user there
        · everyone else gets a split /flags/keyed/otherwise
        · `on` for 50% and `off` for 50% — place 0 of 2 by `targetingKey` gets `on` /flags/keyed/otherwise
        ",
    );
}

#[test]
fn a_missing_targeting_key_is_an_error_that_says_what_needs_it() {
    check(
        "keyed",
        r#"{}"#,
        "
        an error: the context has no `targetingKey`, and its split needs one
        · everyone else gets a split /flags/keyed/otherwise
        · `on` for 50% and `off` for 50% — `targetingKey` is missing /flags/keyed/otherwise
        ",
    );
}

#[test]
fn an_error_of_another_flag_says_whose_it_is() {
    check(
        "asks-keyed",
        r#"{}"#,
        "
        an error: the context has no `targetingKey`, and the split of flag `keyed` needs one
        · rule `r` — an error ends it /flags/asks-keyed/rules/0
          · not this — an error ends it /flags/asks-keyed/rules/0/when
            · flag `keyed` is `on` — an error ends it /flags/asks-keyed/rules/0/when/not
              · everyone else gets a split /flags/keyed/otherwise
              · `on` for 50% and `off` for 50% — `targetingKey` is missing /flags/keyed/otherwise
        ",
    );
}

#[test]
fn a_flag_that_is_asked_about_is_explained_too() {
    check(
        "asks-keyed",
        r#"{"targetingKey": "u1"}"#,
        "
        the application's own default, because no rule or release applies
        - rule `r` /flags/asks-keyed/rules/0
          - not this /flags/asks-keyed/rules/0/when
            + flag `keyed` is `on` — it is `on` /flags/asks-keyed/rules/0/when/not
              · everyone else gets a split /flags/keyed/otherwise
              · `on` for 50% and `off` for 50% — place 0 of 2 by `targetingKey` gets `on` /flags/keyed/otherwise
        · everyone else gets the application's own default /flags/asks-keyed/otherwise
        ",
    );
}

#[test]
fn stages_that_are_not_open_yet_say_when() {
    check(
        "launched",
        r#"{"targetingKey": "u1"}"#,
        "
        `off`, because no rule or release applies
        - stage `internal` of release `launch` /releases/launch/stages/0
          - in segment `staff` /releases/launch/stages/0/audience
            - `email` ends with `@acme.example` — `email` is missing /segments/staff/when
        - stage `canary` of release `launch` /releases/launch/stages/1
          - in 5% of users — place 75.715% by `targetingKey`, needs below 5% /releases/launch/stages/1/audience
        · stage `everyone` opens at 2026-12-05T08:00:00Z; not yet /releases/launch/stages/2
        · everyone else gets `off` /flags/launched/otherwise
        ",
    );
}

#[test]
fn a_stage_that_has_the_user_ends_the_search() {
    check(
        "launched",
        r#"{"email": "x@acme.example"}"#,
        "
        `on`, because stage `internal` of release `launch` is open and has this user
        + stage `internal` of release `launch` /releases/launch/stages/0
          + in segment `staff` /releases/launch/stages/0/audience
            + `email` ends with `@acme.example` — it is `x@acme.example` /segments/staff/when
        ",
    );
}

#[test]
fn a_held_release_stands_at_its_hold() {
    check(
        "held",
        r#"{"targetingKey": "u1"}"#,
        "
        `off`, because no rule or release applies
        · release `slow` is held since 2026-11-28T00:00:00Z: its clock stands /releases/slow/hold
        - stage `week` of release `slow` /releases/slow/stages/0
          - in a share of users that grows evenly: 0% at 2026-11-27T00:00:00Z, 1% at 2026-11-29T00:00:00Z — now at 0.5%; place 79.806% by `targetingKey`, needs below 0.5% /releases/slow/stages/0/audience
        · stage `everyone` would open at 2026-11-29T00:00:00Z; not while the release is held /releases/slow/stages/1
        · everyone else gets `off` /flags/held/otherwise
        ",
    );
}

#[test]
fn a_stage_waits_for_what_it_needs() {
    check(
        "waits",
        r#"{}"#,
        "
        `off`, because no rule or release applies
        - stage `internal` of release `unready` /releases/unready/stages/0
          - nobody /releases/unready/stages/0/audience
        · stage `beta` is not open: `Runbook reviewed` is not done /releases/unready/stages/1
        · everyone else gets `off` /flags/waits/otherwise
        ",
    );
}

#[test]
fn a_flag_for_everyone_says_so() {
    check(
        "static",
        r#"{}"#,
        "
        `on`, because everyone gets it
        · everyone else gets `on` /flags/static/otherwise
        ",
    );
}

#[test]
fn a_disabled_flag_says_so() {
    check(
        "new-cart",
        r#"{}"#,
        "
        `v1`, because the flag is disabled
        · the flag is disabled: everyone gets `v1` /flags/new-cart/enabled
        ",
    );
}

#[test]
fn an_unknown_flag_is_an_error_without_steps() {
    check(
        "ghost",
        r#"{}"#,
        "
        an error: there is no flag `ghost` in the document
        ",
    );
}
