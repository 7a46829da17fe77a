//! Conditions: exactly one kind, exactly one operator, and what each of them takes.

use serde_json::{Value, json};

use crate::{check, set};

const WHEN: &str = "/flags/b/rules/0/when";

#[track_caller]
fn says(when: Value, expected: &[&str]) {
    let expected: Vec<String> = expected.iter().map(|line| line.replace("WHEN", WHEN)).collect();
    check(&[set(WHEN, when)], &expected.iter().map(String::as_str).collect::<Vec<_>>());
}

#[test]
fn a_condition_is_an_object_of_one_kind() {
    says(json!([]), &["error wrong-type WHEN: a condition must be an object, not a list (write {\"all\": […]} or {\"any\": […]})"]);
    says(json!(true), &["error wrong-type WHEN: a condition must be an object, not a boolean (`true`) ({\"all\": []} holds for everyone)"]);
    says(json!({}), &["error missing-field WHEN: this condition is empty ({\"all\": []} holds for everyone, {\"any\": []} for nobody)"]);
    says(
        json!({ "atribute": "country", "is": ["NL"] }),
        &["error unknown-field WHEN/atribute: `atribute` is not a field of a condition (did you mean `attribute`?)"],
    );
    says(json!({ "or": [] }), &["error unknown-field WHEN/or: `or` is not a field of a condition (it can have `attribute`, `segment`,"]);
    says(json!({ "is": ["NL"] }), &["error missing-field WHEN: this condition has `is`, but no `attribute` to apply it to"]);
    says(
        json!({ "by": "email" }),
        &["error missing-field WHEN: this condition does not say what it asks for (it needs one of `attribute`, `segment`,"],
    );
    says(
        json!({ "after": "2026-12-01T00:00:00Z", "before": "2026-12-02T00:00:00Z" }),
        &[
            "error bad-value WHEN: a condition asks for one thing, but this one has `after` and `before` (to ask for all of them, write a condition each in {\"all\": […]})",
        ],
    );
    says(
        json!({ "attribute": "country", "is": ["NL"], "percent": 5 }),
        &["error bad-value WHEN: a condition asks for one thing, but this one has `attribute` and `percent`"],
    );
    says(json!({ "percent": 5, "is": ["x"] }), &["error unknown-field WHEN/is: `is` is not a field of a percentage"]);
    says(json!({ "not": { "segment": 1 } }), &["error wrong-type WHEN/not/segment: `segment` must be a key as text, not a number (`1`)"]);
    says(
        json!({ "all": { "segment": "staff" } }),
        &["error wrong-type WHEN/all: `all` must be a list, not an object (put square brackets around it"],
    );
    says(json!({ "not": [] }), &["error wrong-type WHEN/not: a condition must be an object, not a list"]);
}

#[test]
fn an_attribute_has_exactly_one_operator() {
    says(
        json!({ "attribute": "country" }),
        &["error missing-field WHEN: the condition on `country` has no operator (add one of `is`, `contains`,"],
    );
    says(
        json!({ "attribute": "country", "is": ["NL"], "startsWith": ["N"] }),
        &["error bad-value WHEN: the condition on `country` has `is` and `startsWith`, and only one operator is allowed"],
    );
    says(json!({ "attribute": 5, "is": ["NL"] }), &["error wrong-type WHEN/attribute: `attribute` must be a string, not a number (`5`)"]);
    for (operator, meant) in [
        ("startWith", "did you mean `startsWith`?"),
        ("equals", "did you mean `is`?"),
        ("IN", "did you mean `is`?"),
        ("regex", "did you mean `matches`?"),
        ("gte", "did you mean `atLeast`?"),
        ("isNot", "write {\"not\": {\"attribute\": …, \"is\": […]}}"),
        ("xyzzy", "it can be `is`, `contains`,"),
    ] {
        says(
            json!({ "attribute": "country", operator: ["NL"] }),
            &[&format!("error unknown-field WHEN/{operator}: there is no operator `{operator}` ({meant}")],
        );
    }
}

#[test]
fn ignore_case_belongs_to_three_operators() {
    for operator in ["contains", "startsWith", "endsWith"] {
        says(json!({ "attribute": "name", operator: ["x"], "ignoreCase": true }), &[]);
    }
    says(
        json!({ "attribute": "name", "is": ["x"], "ignoreCase": true }),
        &["error unknown-field WHEN/ignoreCase: `ignoreCase` belongs to `contains`, `startsWith` and `endsWith`, not to `is`"],
    );
    says(
        json!({ "attribute": "name", "matches": "x", "ignoreCase": false }),
        &[
            "error unknown-field WHEN/ignoreCase: `ignoreCase` belongs to `contains`, `startsWith` and `endsWith`, not to `matches` (start the pattern with (?i) instead)",
        ],
    );
    says(
        json!({ "attribute": "name", "contains": ["x"], "ignoreCase": "yes" }),
        &["error wrong-type WHEN/ignoreCase: `ignoreCase` must be `true` or `false`, not a string (`yes`)"],
    );
}

#[test]
fn operators_take_what_they_take() {
    for (operator, value, expected) in [
        ("is", json!("NL"), "error wrong-type WHEN/is: `is` must be a list, not a string (`NL`) (put it in square brackets: [\"NL\"])"),
        ("is", json!([]), "error bad-value WHEN/is: `is` is an empty list, which nothing can match (name at least one value)"),
        ("is", json!(["NL", null]), "error wrong-type WHEN/is/1: element 2 of `is` must be a string, a number or a boolean, not null"),
        (
            "hasAll",
            json!([["x"]]),
            "error wrong-type WHEN/hasAll/0: element 1 of `hasAll` must be a string, a number or a boolean, not a list",
        ),
        ("contains", json!([1]), "error wrong-type WHEN/contains/0: element 1 of `contains` must be a string, not a number (`1`)"),
        ("contains", json!("x"), "error wrong-type WHEN/contains: `contains` must be a list, not a string"),
        ("startsWith", json!([]), "error bad-value WHEN/startsWith: `startsWith` is an empty list"),
        ("endsWith", json!({}), "error wrong-type WHEN/endsWith: `endsWith` must be a list, not an object"),
        ("matches", json!(["x"]), "error wrong-type WHEN/matches: `matches` must be a string, not a list"),
        ("matches", json!("(x"), "error bad-value WHEN/matches: the pattern `(x` cannot be read: "),
        ("matches", json!("(?=x)"), "error bad-value WHEN/matches: the pattern `(?=x)` cannot be read: "),
        ("matches", json!("x".repeat(257)), "error bad-value WHEN/matches: the pattern has 257 bytes, and at most 256 are allowed"),
        (
            "greaterThan",
            json!("5"),
            "error wrong-type WHEN/greaterThan: `greaterThan` must be a number, not a string (`5`) (write it without quotes)",
        ),
        ("atLeast", json!([5]), "error wrong-type WHEN/atLeast: `atLeast` must be a number, not a list"),
        ("after", json!(0), "error wrong-type WHEN/after: `after` must be a time as text, not a number (`0`)"),
        ("before", json!("soon"), "error bad-value WHEN/before: `soon` is not an RFC 3339 time"),
        ("version", json!("latest"), "error bad-value WHEN/version: `latest` in the version range is no version: `latest` is not a number"),
        ("version", json!(""), "error bad-value WHEN/version: the version range is empty"),
        ("network", json!("10.0.0.0/8"), "error wrong-type WHEN/network: `network` must be a list, not a string"),
        (
            "network",
            json!(["10.0.0.0/8", "10.0.0.0/33"]),
            "error bad-value WHEN/network/1: `10.0.0.0/33` has the prefix length `33`: it must be a number from 0 to 32",
        ),
        ("exists", json!("yes"), "error wrong-type WHEN/exists: `exists` must be `true` or `false`, not a string (`yes`)"),
    ] {
        says(json!({ "attribute": "x", operator: value }), &[expected]);
    }
}

#[test]
fn percentages() {
    for good in [json!(0), json!(100), json!(12.345), json!(0.001), json!([0, 100]), json!([5, 5]), json!([33.333, 66.5])] {
        crate::check(&[set("/segments/dutch/when", json!({ "percent": good }))], &[]);
    }
    for (bad, expected) in [
        (json!(101), "error bad-value WHEN/percent: a percentage is from 0 to 100, not `101`"),
        (json!(-0.5), "error bad-value WHEN/percent: a percentage is from 0 to 100, not `-0.5`"),
        (
            json!(0.0005),
            "error bad-value WHEN/percent: the percentage `0.0005` has more than three decimals (places are counted in thousandths of a percent: write 0.001)",
        ),
        (json!("5"), "error wrong-type WHEN/percent: `percent` must be a number from 0 to 100, or a list of two, not a string (`5`)"),
        (json!([5]), "error wrong-type WHEN/percent: `percent` must be a number from 0 to 100, or a list of two, not a list"),
        (json!([10, 5]), "error bad-value WHEN/percent: the percentage ends before it starts: `[10,5]`"),
        (json!([0, 100.5]), "error bad-value WHEN/percent/1: a percentage is from 0 to 100, not `100.5`"),
        (json!(["a", 100]), "error wrong-type WHEN/percent/0: element 1 of `percent` must be a number, not a string (`a`)"),
    ] {
        says(json!({ "percent": bad }), &[expected]);
    }
    says(json!({ "percent": 5, "by": 1 }), &["error wrong-type WHEN/by: `by` must be a string, not a number (`1`)"]);
}

#[test]
fn ramps() {
    let point = |at: &str, percent: f64| json!({ "at": at, "percent": percent });
    let (first, second) = ("2026-12-01T00:00:00Z", "2026-12-02T00:00:00Z");
    says(json!({ "ramp": [point(first, 5.0), point(second, 5.0)], "shape": "linear" }), &[]);
    for (bad, expected) in [
        (json!([]), "error bad-value WHEN/ramp: `ramp` is an empty list"),
        (
            json!([point(second, 5.0), point(first, 6.0)]),
            "error bad-value WHEN/ramp/1/at: the ramp reaches this point at 2026-12-01T00:00:00Z, not after the one before it",
        ),
        (
            json!([point(first, 5.0), point("2026-12-01T01:00:00+01:00", 6.0)]),
            "error bad-value WHEN/ramp/1/at: the ramp reaches this point",
        ),
        (json!([point(first, 5.0), point(second, 4.0)]), "error bad-value WHEN/ramp/1/percent: the ramp falls here, from 5 to 4"),
        (json!([point(first, 0.0001)]), "error bad-value WHEN/ramp/0/percent: the percentage `0.0001` has more than three decimals"),
        (json!([point("now", 1.0)]), "error bad-value WHEN/ramp/0/at: `now` is not an RFC 3339 time"),
        (json!([{ "at": first }]), "error missing-field WHEN/ramp/0: a point of a ramp has no `percent`"),
        (json!([{ "at": first, "percent": 1, "x": 1 }]), "error unknown-field WHEN/ramp/0/x: `x` is not a field of a point of a ramp"),
    ] {
        says(json!({ "ramp": bad }), &[expected]);
    }
    says(
        json!({ "ramp": [point(first, 5.0)], "shape": "straight" }),
        &["error bad-value WHEN/shape: `shape` cannot be `straight` (it can be `steps` or `linear`)"],
    );
}

#[test]
fn conditions_nest_eight_deep() {
    let nested = |levels: usize| (0..levels).fold(json!({ "segment": "staff" }), |inner, _| json!({ "all": [inner] }));
    says(nested(8), &[]);
    let place = format!("{WHEN}{}", "/all/0".repeat(8));
    says(
        nested(9),
        &[&format!("error too-deep {place}: conditions are nested deeper than 8 levels here (move the inner condition into a segment")],
    );
    says(nested(40), &[&format!("error too-deep {place}: conditions are nested deeper than 8 levels here")]);
}
