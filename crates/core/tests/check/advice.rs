//! Warnings: they never refuse.

use halyard_core::{Timestamp, check as core_check};
use serde_json::{Value, json};

use crate::{check, cut, set};

const RULES: &str = "/flags/b/rules";

fn rule(id: &str, when: Value, serve: &str) -> Value {
    json!({ "id": id, "when": when, "serve": serve })
}

fn split(id: &str, when: Value, by: &str) -> Value {
    json!({ "id": id, "when": when, "serve": { "split": [{ "variant": "x", "weight": 1 }], "by": by } })
}

#[test]
fn temporary_flags_should_expire() {
    check(
        &[cut("/flags/a/expires")],
        &["warning no-expiry /flags/a: a flag with the purpose `release` is temporary, but this one has no `expires`"],
    );
    check(
        &[set("/flags/b/purpose", json!("experiment"))],
        &["warning no-expiry /flags/b: a flag with the purpose `experiment` is temporary"],
    );
    // Parts with errors get no advice.
    check(&[cut("/flags/a/expires"), set("/flags/a/owner", json!(5))], &["error wrong-type /flags/a/owner"]);
}

#[test]
fn flags_past_their_day_are_told_where_the_time_is_known() {
    let document = crate::report(&crate::good()).checked.unwrap();
    let expired = |now: &str| core_check::expired(&document, Timestamp::parse(now).unwrap());
    assert!(expired("2026-12-20T23:59:59Z").is_empty());
    assert_eq!(
        crate::told(&expired("2026-12-21T00:00:00Z")[0]),
        "warning expired /flags/a/expires: the flag `a` should have been gone by 2026-12-20 \
        (take it out of the code and the document and retire its key, or give it more time)"
    );
}

#[test]
fn rules_that_nobody_reaches() {
    let other = || json!({ "attribute": "x", "exists": true });
    for always in [
        json!({ "all": [] }),
        json!({ "percent": [0, 100] }),
        json!({ "percent": 100 }),
        json!({ "not": { "any": [] } }),
        json!({ "any": [other(), { "all": [] }] }),
    ] {
        check(
            &[set(RULES, json!([rule("first", always, "x"), rule("second", other(), "y")]))],
            &[
                "warning unreachable-rule /flags/b/rules/1: the rule `second` is never reached: `first` before it holds for everyone (move it up, or remove it)",
            ],
        );
    }
    check(
        &[set(RULES, json!([rule("first", other(), "x"), rule("second", json!({ "all": [other()] }), "x"), rule("third", other(), "y")]))],
        &["warning unreachable-rule /flags/b/rules/2/when: the rule `third` is never reached: it asks for the same as `first` before it"],
    );
    // A split passes over those who have nothing to be hashed by.
    check(&[set(RULES, json!([split("first", json!({ "all": [] }), "email"), rule("second", other(), "y")]))], &[]);
    check(&[set(RULES, json!([split("first", other(), "email"), rule("second", other(), "y")]))], &[]);
    check(
        &[set(RULES, json!([split("first", other(), "email"), split("second", other(), "email")]))],
        &["warning unreachable-rule /flags/b/rules/1/when: the rule `second` is never reached"],
    );
    check(&[set(RULES, json!([rule("first", json!({ "percent": [0, 99.999] }), "x"), rule("second", other(), "y")]))], &[]);
}

#[test]
fn percentages_of_one_flag_share_their_users() {
    let percent = |value: Value| json!({ "percent": value });
    let both = |first: Value, second: Value| [set(RULES, json!([rule("first", first, "x"), rule("second", second, "y")]))];
    let nobody = "warning percent-reaches-nobody /flags/b/rules/1/when: the percentage of the rule `second` reaches nobody: `first` before it has the same users already";
    check(&both(percent(json!(10)), percent(json!(5))), &[nobody]);
    check(&both(percent(json!([10, 30])), percent(json!([20, 30]))), &[nobody]);
    check(&both(percent(json!(10)), json!({ "all": [{ "attribute": "x", "exists": true }, { "percent": 10 }] })), &[nobody]);
    for fine in [
        percent(json!(11)),
        percent(json!([10, 20])),
        percent(json!(0)),
        json!({ "percent": 5, "seed": "s" }),
        json!({ "percent": 5, "by": "email" }),
    ] {
        check(&both(percent(json!(10)), fine), &[]);
    }
    check(&both(json!({ "percent": 10, "seed": "b" }), percent(json!(5))), &[nobody]);
    check(&both(json!({ "percent": 10, "by": "targetingKey" }), percent(json!(5))), &[nobody]);
    check(&both(json!({ "all": [{ "percent": 10 }, { "attribute": "x", "exists": true }] }), percent(json!(5))), &[]);
    // Two ranges together take a third.
    check(
        &[set(
            RULES,
            json!([
                rule("r1", percent(json!(10)), "x"),
                rule("r2", percent(json!([10, 20])), "y"),
                rule("r3", percent(json!([5, 15])), "x")
            ]),
        )],
        &["warning percent-reaches-nobody /flags/b/rules/2/when: the percentage of the rule `r3` reaches nobody: `r2` before it"],
    );
    check(&[set(RULES, json!([split("first", percent(json!(10)), "email"), rule("second", percent(json!(5)), "y")]))], &[]);
}

#[test]
fn stages_add_up() {
    let stages =
        |second: u32| json!([{ "name": "one", "audience": { "percent": 10 } }, { "name": "two", "audience": { "percent": second } }]);
    let edits = |second| [set("/releases/launch/stages", stages(second)), cut("/releases/launch/stage")];
    check(&edits(20), &[]);
    check(
        &edits(5),
        &[
            "warning percent-reaches-nobody /releases/launch/stages/1/audience: the stage `two` adds nobody: its percentage is within that of `one` before it",
        ],
    );
}

#[test]
fn long_lists() {
    let list = |size: u32| set("/flags/b/rules/0/when/is", json!((0..size).collect::<Vec<_>>()));
    check(&[list(100)], &[]);
    check(
        &[list(101)],
        &["warning long-list /flags/b/rules/0/when/is: the list for `country` has 101 values; more than 100 are hard to keep right"],
    );
}

#[test]
fn a_date_behind_an_undated_stage_opens_nothing() {
    let place = "warning stage-behind-undated /releases/launch/stages/1/startsAt: the stage `everyone` cannot open at 2026-12-01T09:00:00Z: `internal` before it has no date and is not open";
    check(&[cut("/releases/launch/stage")], &[place]);
    check(&[cut("/releases/launch/stage"), set("/releases/launch/stages/0/startsAt", json!("2026-11-01T00:00:00Z"))], &[]);
    check(&[set("/releases/launch/stage", json!("everyone"))], &[]);
    check(&[cut("/releases/launch/stage"), set("/releases/launch/rolledBack", json!(true))], &[]);
}

#[test]
fn not_over_an_attribute_that_may_be_missing() {
    let when = |when: Value| [set("/flags/b/rules/0/when", when)];
    let country = || json!({ "attribute": "country", "is": ["NL"] });
    let exists = || json!({ "attribute": "country", "exists": true });
    check(
        &when(json!({ "not": country() })),
        &[
            "warning not-over-missing /flags/b/rules/0/when: this `not` also holds for everyone whose `country` is unknown (to leave them out, write \
           {\"all\": [{\"attribute\": \"country\", \"exists\": true}, {\"not\": …}]})",
        ],
    );
    check(
        &when(json!({ "all": [{ "not": { "any": [country(), { "attribute": "plan", "is": ["pro"] }] } }, exists()] })),
        &["warning not-over-missing /flags/b/rules/0/when/all/0: this `not` also holds for everyone whose `plan` is unknown"],
    );
    for fine in [
        json!({ "all": [exists(), { "not": country() }] }),
        json!({ "any": [{ "attribute": "country", "exists": false }, { "not": country() }] }),
        json!({ "not": exists() }),
        json!({ "not": { "not": country() } }),
        json!({ "not": { "attribute": "targetingKey", "is": ["u1"] } }),
        json!({ "not": { "segment": "dutch" } }),
    ] {
        check(&when(fine), &[]);
    }
}

#[test]
fn needs_that_are_not_listed_are_never_met() {
    check(
        &[set("/releases/launch/readiness", json!([]))],
        &[
            "warning unknown-reference /releases/launch/stages/1/needs/0: the stage `everyone` cannot open by the clock: it needs `Runbook`, which is no readiness item (add it to `readiness`)",
        ],
    );
    check(
        &[set("/plans/standard/stages/0/needs/0", json!("Runbok"))],
        &[
            "warning unknown-reference /plans/standard/stages/0/needs/0: the stage `everyone` cannot open by the clock: it needs `Runbok`, which is no readiness item (did you mean `Runbook`?)",
        ],
    );
}

#[test]
fn segments_that_nothing_uses() {
    check(&[set("/segments/vip", json!({ "when": { "all": [] } }))], &["warning unused /segments/vip: nothing uses the segment `vip`"]);
    check(&[set("/segments/vip", json!({ "when": { "all": [] } })), set("/flags/b", json!(5))], &["error wrong-type /flags/b"]);
}
