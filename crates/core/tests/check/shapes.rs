//! Fields: missing, unknown, of the wrong type, out of bounds.

use serde_json::json;

use crate::{check, check_document, cut, set};

#[test]
fn a_document_is_an_object_of_format_1() {
    check_document(&json!([]), &["error wrong-type /: the document must be an object, not a list"]);
    check(&[cut("/format")], &["error missing-field /: the document has no `format` (add \"format\": 1)"]);
    check(&[set("/format", json!("1"))], &["error wrong-type /format: `format` must be the number 1, not a string (`1`)"]);
    for bad in [json!(0), json!(-1), json!(1.5)] {
        check(&[set("/format", bad)], &["error bad-value /format: there is no document format"]);
    }
}

#[test]
fn a_newer_format_is_one_problem_however_strange_the_rest_is() {
    check(
        &[set("/format", json!(2)), set("/flags/a", json!(7)), set("/planets", json!({}))],
        &["error newer-format /format: this document has format 2, and this version of Halyard reads format 1 (upgrade Halyard here"],
    );
}

#[test]
fn unknown_fields_are_refused_everywhere_and_the_nearest_word_is_named() {
    for (place, message) in [
        ("/flgs", "`flgs` is not a field of the document (did you mean `flags`?)"),
        ("/segments/staff/desciption", "`desciption` is not a field of a segment (did you mean `description`?)"),
        ("/plans/standard/stage", "`stage` is not a field of a plan (did you mean `stages`?)"),
        ("/plans/standard/stages/0/starts_at", "`starts_at` is not a field of a stage (did you mean `startsAt`?)"),
        ("/flags/a/OffVariant", "`OffVariant` is not a field of a flag (did you mean `offVariant`?)"),
        ("/flags/a/zzz", "`zzz` is not a field of a flag (it can have `description`, `purpose`,"),
        ("/flags/a/requires/0/variants", "`variants` is not a field of a requirement (it can have `flag` and `is`)"),
        ("/flags/a/rules/0/wen", "`wen` is not a field of a rule (did you mean `when`?)"),
        ("/flags/b/rules/0/serve/sead", "`sead` is not a field of a split (did you mean `seed`?)"),
        ("/flags/b/rules/0/serve/split/0/wieght", "`wieght` is not a field of a share of a split (did you mean `weight`?)"),
        ("/releases/launch/rolled-back", "`rolled-back` is not a field of a release (did you mean `rolledBack`?)"),
        ("/releases/launch/flags/0/vairant", "`vairant` is not a field of a flag of a release (did you mean `variant`?)"),
        ("/releases/launch/stages/0/need", "`need` is not a field of a stage (did you mean `needs`?)"),
        ("/releases/launch/readiness/0/don", "`don` is not a field of a readiness item (did you mean `done`?)"),
        ("/scenarios/0/expects", "`expects` is not a field of a scenario (did you mean `expect`?)"),
    ] {
        check(&[set(place, json!(1))], &[&format!("error unknown-field {place}: {message}")]);
    }
}

#[test]
fn missing_fields_are_named_with_an_example() {
    for (place, parent, message) in [
        ("/segments/staff/when", "/segments/staff", "a segment has no `when` (add \"when\": a condition)"),
        ("/plans/standard/stages", "/plans/standard", "a plan has no `stages`"),
        ("/flags/b/purpose", "/flags/b", "a flag has no `purpose` (add \"purpose\": \"release\", \"experiment\","),
        ("/flags/b/owner", "/flags/b", "a flag has no `owner`"),
        ("/flags/b/created", "/flags/b", "a flag has no `created`"),
        ("/flags/b/variants", "/flags/b", "a flag has no `variants` (add \"variants\": {\"on\": true, \"off\": false})"),
        ("/flags/a/requires/0/is", "/flags/a/requires/0", "a requirement has no `is`"),
        ("/flags/a/rules/0/id", "/flags/a/rules/0", "a rule has no `id`"),
        ("/flags/b/rules/0/when", "/flags/b/rules/0", "a rule has no `when`"),
        ("/flags/a/rules/0/serve", "/flags/a/rules/0", "a rule has no `serve`"),
        ("/flags/b/rules/0/serve/split/1/weight", "/flags/b/rules/0/serve/split/1", "a share of a split has no `weight`"),
        ("/flags/b/rules/0/serve/split/1/variant", "/flags/b/rules/0/serve/split/1", "a share of a split has no `variant`"),
        ("/flags/b/rules/0/serve/split", "/flags/b/rules/0/serve", "a split has no `split`"),
        ("/releases/launch/title", "/releases/launch", "a release has no `title`"),
        ("/releases/launch/owner", "/releases/launch", "a release has no `owner`"),
        ("/releases/launch/flags", "/releases/launch", "a release has no `flags`"),
        ("/releases/launch/stages", "/releases/launch", "a release has no `stages`"),
        ("/releases/launch/flags/0/variant", "/releases/launch/flags/0", "a flag of a release has no `variant`"),
        ("/releases/launch/stages/1/audience", "/releases/launch/stages/1", "a stage has no `audience`"),
        ("/releases/launch/stages/1/name", "/releases/launch/stages/1", "a stage has no `name`"),
        ("/releases/launch/readiness/0/done", "/releases/launch/readiness/0", "a readiness item has no `done`"),
        ("/scenarios/0/name", "/scenarios/0", "a scenario has no `name`"),
        ("/scenarios/0/context", "/scenarios/0", "a scenario has no `context`"),
        ("/scenarios/0/expect", "/scenarios/0", "a scenario has no `expect`"),
    ] {
        check(&[cut(place)], &[&format!("error missing-field {parent}: {message}")]);
    }
}

#[test]
fn null_is_the_same_as_absent_where_a_field_may_be_left_out() {
    for place in [
        "/retired",
        "/scenarios/0/at",
        "/flags/a/description",
        "/flags/a/metadata",
        "/flags/a/requires",
        "/flags/a/enabled",
        "/flags/a/offVariant",
        "/flags/a/otherwise",
        "/flags/a/tags",
        "/flags/b/rules",
        "/flags/b/visibility",
        "/flags/b/expires",
        "/flags/b/rules/0/description",
        "/flags/b/rules/0/serve/by",
        "/flags/b/rules/0/serve/seed",
        "/segments/dutch/visibility",
        "/plans/standard/description",
        "/releases/launch/hold",
        "/releases/launch/plan",
        "/releases/launch/target",
        "/releases/launch/closed",
        "/releases/launch/contingency",
        "/releases/launch/stages/0/startsAt",
        "/releases/launch/stages/0/needs",
        "/releases/launch/readiness/0/by",
    ] {
        check(&[set(place, json!(null))], &[]);
    }
    check(&[set("/flags/a/owner", json!(null))], &["error wrong-type /flags/a/owner: `owner` must be a string, not null"]);
    check(
        &[set("/flags/a/rules/0/serve", json!(null))],
        &["error wrong-type /flags/a/rules/0/serve: `serve` must be a variant's name or a split, not null"],
    );
}

#[test]
fn wrong_types_say_what_was_expected_and_what_was_found() {
    for (place, value, message) in [
        ("/flags", json!([]), "`flags` must be an object, not a list"),
        ("/flags/b", json!("on"), "a flag must be an object, not a string (`on`)"),
        ("/flags/b/description", json!(5), "`description` must be a string, not a number (`5`)"),
        (
            "/flags/b/enabled",
            json!("true"),
            "`enabled` must be `true` or `false`, not a string (`true`) (write true or false, without quotes)",
        ),
        ("/flags/b/tags", json!("x"), "`tags` must be a list, not a string (`x`) (put it in square brackets: [\"x\"])"),
        ("/flags/b/tags", json!([1]), "element 1 of `tags` must be a string, not a number (`1`)"),
        ("/flags/b/rules", json!({ "id": "r" }), "`rules` must be a list, not an object"),
        ("/flags/b/rules/0", json!([]), "a rule must be an object, not a list"),
        ("/flags/b/rules/0/id", json!(1), "`id` must be a key as text, not a number (`1`)"),
        ("/flags/b/rules/0/serve", json!(true), "`serve` must be a variant's name or a split, not a boolean (`true`)"),
        ("/flags/b/otherwise", json!(1), "`otherwise` must be a variant's name or a split, not a number (`1`)"),
        ("/flags/b/metadata", json!([]), "`metadata` must be an object, not a list"),
        ("/flags/b/metadata", json!({ "k": null }), "`k` must be a string, a number or a boolean, not null (leave it out instead)"),
        ("/flags/b/metadata", json!({ "k": {} }), "`k` must be a string, a number or a boolean, not an object"),
        ("/flags/c/variants", json!([1]), "`variants` must be an object, not a list"),
        ("/flags/c/variants/small", json!(null), "the variant `small` has no value: it is null"),
        ("/flags/b/created", json!(20261101), "`created` must be a date as text, not a number (`20261101`)"),
        ("/releases/launch/flags", json!({}), "`flags` must be a list, not an object"),
        ("/releases/launch/hold", json!(true), "`hold` must be a time as text, not a boolean (`true`)"),
        ("/releases/launch/readiness", json!(["Runbook"]), "a readiness item must be an object, not a string (`Runbook`)"),
        ("/scenarios", json!({}), "`scenarios` must be a list, not an object"),
        ("/scenarios/0/context", json!([]), "`context` must be an object, not a list"),
        ("/scenarios/0/expect", json!({ "a": true }), "`a` must be a key as text, not a boolean (`true`)"),
        ("/retired", json!("x"), "`retired` must be a list, not a string (`x`)"),
    ] {
        let deeper = if value.is_array() && !message.starts_with('`') && !message.contains("must be an object") { "/0" } else { "" };
        let pointer = match message {
            message if message.starts_with("`k`") => format!("{place}/k"),
            message if message.starts_with("`a`") => format!("{place}/a"),
            message if message.starts_with("a readiness item") => format!("{place}/0"),
            _ => format!("{place}{deeper}"),
        };
        check(&[set(place, value)], &[&format!("error wrong-type {pointer}: {message}")]);
    }
}

#[test]
fn keys_have_a_shape() {
    for (place, key, message) in [
        ("/flags", "my flag", "the key `my flag` has a space in it (write `my-flag`; keys"),
        ("/flags", "", "a key cannot be empty (keys"),
        ("/segments", "-x", "the key `-x` starts with `-` (keys"),
        ("/plans", "caf\u{e9}", "the key `caf\u{e9}` has `\u{e9}` in it (keys"),
    ] {
        let value = match place {
            "/flags" => json!({ "purpose": "permission", "owner": "o", "created": "2026-11-01", "variants": { "on": true } }),
            "/segments" => json!({ "when": { "all": [] } }),
            _ => json!({ "stages": [] }),
        };
        check(
            &[set(&format!("{place}/{key}"), value)],
            &[&format!("error bad-key {place}/{key}: {message} are 1 to 128 of the characters")],
        );
    }
    check(&[set("/flags/c/variants/a b", json!(1))], &["error bad-key /flags/c/variants/a b: the key `a b` has a space in it"]);
    check(&[set("/flags/b/rules/0/id", json!("a/b"))], &["error bad-key /flags/b/rules/0/id: the key `a/b` has `/` in it"]);
    check(&[set("/retired/-", json!("x y"))], &["error bad-key /retired/1: the key `x y` has a space in it"]);
    check(
        &[set("/retired/-", json!("x".repeat(129)))],
        &["error bad-key /retired/1: the key `xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…` has 129 characters"],
    );
}

#[test]
fn words_dates_and_times() {
    check(
        &[set("/flags/b/purpose", json!("relaese"))],
        &["error bad-value /flags/b/purpose: `purpose` cannot be `relaese` (did you mean `release`?)"],
    );
    check(
        &[set("/flags/b/purpose", json!("toggle"))],
        &[
            "error bad-value /flags/b/purpose: `purpose` cannot be `toggle` (it can be `release`, `experiment`, `operational` or `permission`)",
        ],
    );
    check(
        &[set("/flags/b/visibility", json!("Public"))],
        &["error bad-value /flags/b/visibility: `visibility` cannot be `Public` (did you mean `public`?)"],
    );
    check(
        &[set("/flags/b/created", json!("2026-02-30"))],
        &["error bad-value /flags/b/created: `2026-02-30` is a day that the calendar does not have"],
    );
    check(&[set("/flags/a/expires", json!("20 Dec"))], &["error bad-value /flags/a/expires: `20 Dec` is not a date"]);
    check(
        &[set("/releases/launch/hold", json!("2026-12-01"))],
        &["error bad-value /releases/launch/hold: `2026-12-01` is a date without a time (write the instant"],
    );
    check(
        &[set("/releases/launch/stages/1/startsAt", json!("2026-12-01 09:00:00Z"))],
        &["error bad-value /releases/launch/stages/1/startsAt: `2026-12-01 09:00:00Z` has a space where a `T` belongs"],
    );
    check(
        &[set("/scenarios/0/at", json!("2026-12-01T09:00:00"))],
        &["error bad-value /scenarios/0/at: `2026-12-01T09:00:00` does not say which time zone"],
    );
}

#[test]
fn weights_are_whole_numbers_with_a_sum() {
    let weight = "/flags/b/rules/0/serve/split/0/weight";
    for bad in [json!(0.5), json!(-1), json!(2_147_483_648_u64)] {
        check(
            &[set(weight, bad.clone())],
            &[&format!("error bad-value {weight}: the weight `{bad}` is not a whole number from 0 to 2147483647")],
        );
    }
    check(
        &[set(weight, json!("1"))],
        &[&format!("error wrong-type {weight}: `weight` must be a number, not a string (`1`) (write it without quotes)")],
    );
    check(
        &[set(weight, json!(0)), set("/flags/b/rules/0/serve/split/1/weight", json!(0))],
        &["error bad-value /flags/b/rules/0/serve/split: every weight is 0, so that nobody could get any of these variants"],
    );
    check(&[set(weight, json!(2_147_483_647))], &["error bad-value /flags/b/rules/0/serve/split: the weights sum to 2147483650"]);
    check(&[set("/flags/b/rules/0/serve/split", json!([]))], &["error bad-value /flags/b/rules/0/serve/split: `split` is an empty list"]);
}

#[test]
fn numbers_beyond_two_to_the_53_are_refused_at_their_place() {
    let message = "`, is beyond ±2^53, where readers of JSON no longer agree on its digits (write it as text, in double quotes)";
    for (edit, place, number) in [
        (set("/flags/c/variants/small", json!(9_007_199_254_740_994_u64)), "/flags/c/variants/small", "9007199254740994"),
        (set("/flags/c/variants/small", json!(9_007_199_254_740_993_u64)), "/flags/c/variants/small", "9007199254740993"),
        (set("/flags/c/variants/small", json!(-9_007_199_254_740_993_i64)), "/flags/c/variants/small", "9007199254740993"),
        (set("/flags/c/metadata", json!({ "n": 1e300 })), "/flags/c/metadata/n", "1e+300"),
        (set("/flags/b/rules/0/when", json!({ "attribute": "n", "atMost": 1e16 })), "/flags/b/rules/0/when/atMost", "10000000000000000"),
        (set("/flags/b/rules/0/when", json!({ "attribute": "n", "is": [1, -1e16] })), "/flags/b/rules/0/when/is/1", "-10000000000000000"),
        (set("/flags/b/rules/0/serve/split/0/weight", json!(1e300)), "/flags/b/rules/0/serve/split/0/weight", "1e+300"),
    ] {
        check(&[edit], &[&format!("error unsafe-number {place}: this number, about `{number}{message}")]);
    }
    check(&[set("/flags/c/variants", json!({ "small": 9_007_199_254_740_992_u64, "large": -9_007_199_254_740_992_i64 }))], &[]);
    // An application's numbers are doubles of any size, and so are those of a scenario.
    check(&[set("/scenarios/0/context/n", json!(1e21)), set("/scenarios/0/context/m", json!(9_007_199_254_740_993_u64))], &[]);
}

#[test]
fn limits() {
    let values: Vec<u32> = (0..65).collect();
    let variants: serde_json::Map<_, _> = values.iter().map(|n| (format!("v{n}"), json!("x"))).collect();
    check(
        &[set("/flags/b/variants", json!(variants)), set("/flags/b/rules", json!([]))],
        &["error over-limit /flags/b/variants: `variants` has 65 variants, and at most 64 are allowed"],
    );
    let rules: Vec<_> = (0..101).map(|n| json!({ "id": format!("r{n}"), "when": { "attribute": "n", "is": [n] }, "serve": "x" })).collect();
    check(&[set("/flags/b/rules", json!(rules))], &["error over-limit /flags/b/rules: `rules` has 101 rules, and at most 100 are allowed"]);
    let stages: Vec<_> = (0..101).map(|n| json!({ "name": format!("s{n}"), "audience": { "attribute": "n", "is": [n] } })).collect();
    check(
        &[set("/releases/launch/stages", json!(stages)), cut("/releases/launch/stage")],
        &["error over-limit /releases/launch/stages: `stages` has 101 stages, and at most 100 are allowed"],
    );
    let many: Vec<u32> = (0..10_001).collect();
    check(
        &[set("/flags/b/rules/0/when/is", json!(many))],
        &["error over-limit /flags/b/rules/0/when/is: `is` has 10001 values, and at most 10000 are allowed"],
    );
    let mut deep = json!(1);
    for _ in 0..65 {
        deep = json!([deep]);
    }
    let place = format!("/flags/c/variants/small{}", "/0".repeat(65));
    check(
        &[set("/flags/c/variants", json!({ "small": deep, "large": [] }))],
        &[&format!("error too-deep {place}: this value is nested deeper than 64 levels")],
    );
}

#[test]
fn lists_that_must_name_something_are_not_empty() {
    check(
        &[set("/flags/b/variants", json!({})), set("/flags/b/rules", json!([]))],
        &["error bad-value /flags/b/variants: a flag needs at least one variant"],
    );
    check(
        &[set("/flags/a/requires/0/is", json!([]))],
        &["error bad-value /flags/a/requires/0/is: `is` is an empty list, which nothing can match"],
    );
    check(&[set("/releases/launch/flags", json!([]))], &["error bad-value /releases/launch/flags: a release needs at least one flag"]);
    check(
        &[set("/releases/launch/stages", json!([])), cut("/releases/launch/stage")],
        &["error bad-value /releases/launch/stages: a release needs at least one stage"],
    );
}
