//! What a document names, and whether its parts fit together.

use halyard_core::{Context, Timestamp, compile};
use serde_json::{Value, json};

use crate::{check, check_document, cut, set};

#[test]
fn names_of_what_is_not_there() {
    for (place, value, expected) in [
        (
            "/flags/a/rules/0/when",
            json!({ "segment": "staf" }),
            "unknown-reference /flags/a/rules/0/when/segment: there is no segment `staf` (did you mean `staff`?)",
        ),
        (
            "/flags/a/rules/0/when",
            json!({ "any": [{ "segment": "vip" }, { "segment": "staff" }] }),
            "unknown-reference /flags/a/rules/0/when/any/0/segment: there is no segment `vip` (add it to `segments`",
        ),
        (
            "/flags/b/rules/0/when",
            json!({ "flag": "ghost", "is": ["on"] }),
            "unknown-reference /flags/b/rules/0/when/flag: there is no flag `ghost`",
        ),
        (
            "/flags/b/rules/0/when",
            json!({ "flag": "a", "is": ["on", "of"] }),
            "unknown-variant /flags/b/rules/0/when/is/1: the flag `a` has no variant `of` (did you mean `off`?)",
        ),
        ("/flags/a/requires/0/flag", json!("ghost"), "unknown-reference /flags/a/requires/0/flag: there is no flag `ghost`"),
        (
            "/flags/a/requires/0/is/0",
            json!("huge"),
            "unknown-variant /flags/a/requires/0/is/0: the flag `c` has no variant `huge` (it has `large` and `small`)",
        ),
        ("/flags/a/offVariant", json!("of"), "unknown-variant /flags/a/offVariant: the flag `a` has no variant `of` (did you mean `off`?)"),
        ("/flags/a/otherwise", json!("no"), "unknown-variant /flags/a/otherwise: the flag `a` has no variant `no`"),
        ("/flags/a/rules/0/serve", json!("x"), "unknown-variant /flags/a/rules/0/serve: the flag `a` has no variant `x`"),
        (
            "/flags/b/rules/0/serve/split/1/variant",
            json!("z"),
            "unknown-variant /flags/b/rules/0/serve/split/1/variant: the flag `b` has no variant `z`",
        ),
        (
            "/releases/launch/flags/0/flag",
            json!("aa"),
            "unknown-reference /releases/launch/flags/0/flag: there is no flag `aa` (add it to `flags`, or name another one)",
        ),
        (
            "/releases/launch/flags/0/variant",
            json!("v2"),
            "unknown-variant /releases/launch/flags/0/variant: the flag `a` has no variant `v2`",
        ),
        (
            "/releases/launch/plan",
            json!("standart"),
            "unknown-reference /releases/launch/plan: there is no plan `standart` (did you mean `standard`?)",
        ),
        (
            "/releases/launch/stage",
            json!("beta"),
            "unknown-reference /releases/launch/stage: the release has no stage `beta` (it has `internal` and `everyone`)",
        ),
        (
            "/releases/launch/stages/1/audience",
            json!({ "segment": "ghost" }),
            "unknown-reference /releases/launch/stages/1/audience/segment: there is no segment `ghost`",
        ),
        (
            "/plans/standard/stages/0/audience",
            json!({ "all": [{ "segment": "dutch" }, { "segment": "ghost" }] }),
            "unknown-reference /plans/standard/stages/0/audience/all/1/segment: there is no segment `ghost`",
        ),
        ("/scenarios/0/expect/ghost", json!("on"), "unknown-reference /scenarios/0/expect/ghost: there is no flag `ghost`"),
        ("/scenarios/0/expect/a", json!("maybe"), "unknown-variant /scenarios/0/expect/a: the flag `a` has no variant `maybe`"),
    ] {
        check(&[set(place, value)], &[&format!("error {expected}")]);
    }
}

#[test]
fn what_could_not_be_read_is_there_all_the_same() {
    check(&[set("/segments/staff", json!(5))], &["error wrong-type /segments/staff: a segment must be an object"]);
    check(&[set("/segments", json!(5))], &["error wrong-type /segments: `segments` must be an object"]);
    check(&[set("/flags/c", json!(5))], &["error wrong-type /flags/c: a flag must be an object"]);
    check(&[set("/flags/c/variants", json!(5))], &["error wrong-type /flags/c/variants: `variants` must be an object"]);
    check(&[set("/releases/launch/stages/0", json!(5))], &["error wrong-type /releases/launch/stages/0: a stage must be an object"]);
    check(&[set("/releases/launch/readiness", json!(5))], &["error wrong-type /releases/launch/readiness: `readiness` must be a list"]);
    check(&[set("/plans/standard", json!(5))], &["error wrong-type /plans/standard: a plan must be an object"]);
}

#[test]
fn everything_is_said_at_once_in_the_order_of_the_text() {
    let text = br#"{"zzz": 1, "retired": [5], "format": 1, "flags": {"b": {"x": 1, "purpose": "permission", "owner": "o",
        "created": "never", "variants": {}}, "a": {"purpose": "release", "owner": 1}}}"#;
    let report = halyard_core::read(text, halyard_core::check::Cap::Reader);
    let places: Vec<_> = report.problems.iter().map(|problem| problem.pointer.to_string()).collect();
    let expected = ["/zzz", "/retired/0", "/flags/b/x", "/flags/b/created", "/flags/b/variants", "/flags/a", "/flags/a", "/flags/a/owner"];
    assert_eq!(places, expected);
}

/// A document of flags that require one another: `"a": ["b"]`.
fn requiring(links: &[(&str, &[&str])]) -> Value {
    let flags: serde_json::Map<String, Value> = links
        .iter()
        .map(|(key, needs)| {
            let requires: Vec<_> = needs.iter().map(|need| json!({ "flag": need, "is": ["on"] })).collect();
            let flag =
                json!({ "purpose": "permission", "owner": "o", "created": "2026-11-01", "variants": { "on": true }, "requires": requires });
            ((*key).to_owned(), flag)
        })
        .collect();
    json!({ "format": 1, "flags": flags })
}

#[test]
fn cycles_name_the_way_round() {
    let circle = "flags depend on each other in a circle:";
    check_document(&requiring(&[("a", &["a"])]), &[&format!("error cycle /flags/a/requires/0/flag: {circle} `a` → `a`")]);
    check_document(
        &requiring(&[("a", &["c", "b"]), ("b", &["a"]), ("c", &[])]),
        &[&format!("error cycle /flags/b/requires/0/flag: {circle} `a` → `b` → `a`")],
    );
    // Two circles, two problems; what merely leads to one is none.
    check_document(
        &requiring(&[("a", &["b"]), ("b", &["a"]), ("c", &["d"]), ("d", &["d"]), ("e", &["a"])]),
        &[
            &format!("error cycle /flags/b/requires/0/flag: {circle} `a` → `b` → `a`"),
            &format!("error cycle /flags/d/requires/0/flag: {circle} `d` → `d`"),
        ],
    );
}

#[test]
fn cycles_go_through_conditions_segments_and_stages() {
    check(
        &[set("/segments/dutch/when", json!({ "not": { "segment": "dutch" } }))],
        &["error cycle /segments/dutch/when/not/segment: segments depend on each other in a circle: `dutch` → `dutch`"],
    );
    check(
        &[set("/segments/dutch/when", json!({ "flag": "b", "is": ["x"] })), set("/flags/b/rules/0/when", json!({ "segment": "dutch" }))],
        &["error cycle /segments/dutch/when/flag: flags depend on each other in a circle: `b` → segment `dutch` → `b`"],
    );
    // A release's stages belong to each of its flags: `a` requires `c`, and the release of `c` asks for `a`.
    let release = json!({ "title": "t", "owner": "o", "flags": [{ "flag": "c", "variant": "large" }],
                          "stages": [{ "name": "s", "audience": { "flag": "a", "is": ["on"] } }] });
    check(
        &[set("/releases/size", release.clone())],
        &["error cycle /releases/size/stages/0/audience/flag: flags depend on each other in a circle: `a` → `c` → release `size` → `a`"],
    );
    for over in ["closed", "rolledBack"] {
        let mut release = release.clone();
        release[over] = json!(true);
        check(&[set("/releases/size", release)], &[]);
    }
}

#[test]
fn chains_of_flags_are_eight_long_at_most() {
    let names: Vec<String> = (0..11).map(|n| format!("f{n:02}")).collect();
    let links = |length: usize| -> Vec<(&str, Vec<&str>)> {
        (0..length).map(|n| (names[n].as_str(), if n + 1 < length { vec![names[n + 1].as_str()] } else { vec![] })).collect()
    };
    let document = |length: usize| {
        let links = links(length);
        requiring(&links.iter().map(|(key, needs)| (*key, needs.as_slice())).collect::<Vec<_>>())
    };
    check_document(&document(8), &[]);
    check_document(&document(9), &["error too-deep /flags/f00: a chain of 9 flags starts here, and at most 8 may depend on each other"]);
    check_document(&document(11), &["error too-deep /flags/f00: a chain of 11 flags starts here"]);
}

#[test]
fn chains_of_segments_are_sixteen_long_at_most() {
    let document = |length: usize| {
        let segments: serde_json::Map<String, Value> = (0..length)
            .map(|n| {
                (
                    format!("s{n:05}"),
                    if n + 1 < length {
                        json!({ "when": { "segment": format!("s{:05}", n + 1) } })
                    } else {
                        json!({ "when": { "all": [] } })
                    },
                )
            })
            .collect();
        let mut document = requiring(&[("a", &[])]);
        document["segments"] = json!(segments);
        document["flags"]["a"]["rules"] = json!([{ "id": "r", "when": { "segment": "s00000" }, "serve": "on" }]);
        document
    };
    check_document(&document(16), &[]);
    check_document(
        &document(17),
        &["error too-deep /segments/s00000: a chain of 17 segments starts here, and at most 16 may use each other"],
    );
    // However long: no stack is used up, and the flag that uses it all costs too much besides.
    let found = crate::report(&document(20_000));
    let codes: Vec<_> = found.errors().map(|problem| (problem.code, problem.pointer.to_string())).collect();
    assert_eq!(
        codes,
        [(halyard_core::Code::TooExpensive, "/flags/a".to_owned()), (halyard_core::Code::TooDeep, "/segments/s00000".to_owned()),]
    );
}

#[test]
fn a_large_release_is_counted_once_not_for_each_of_its_flags() {
    let names: Vec<String> = (0..5_000).map(|n| format!("f{n}")).collect();
    let links: Vec<(&str, &[&str])> = names.iter().map(|name| (name.as_str(), &[][..])).collect();
    let mut document = requiring(&links);
    let flags: Vec<_> = names.iter().map(|name| json!({ "flag": name, "variant": "on" })).collect();
    let asks: Vec<_> = (0..9_000).map(|_| json!({ "segment": "all" })).collect();
    document["segments"] = json!({ "all": { "when": { "all": [] } } });
    document["releases"] =
        json!({ "r": { "title": "t", "owner": "o", "flags": flags, "stages": [{ "name": "s", "audience": { "any": asks } }] } });
    let report = crate::report(&document);
    assert_eq!(report.errors().count(), halyard_core::limits::PROBLEMS + 1, "each of its flags costs 18,001 steps");
}

#[test]
fn a_flag_costs_ten_thousand_steps_at_most() {
    // A segment of 99 conditions and its `any` is 100 steps; a rule that asks for it 100 times is 1 + 100 × (1 + 100).
    let parts: Vec<_> = (0..99).map(|n| json!({ "attribute": "n", "is": [n] })).collect();
    let asks = |times: usize| json!({ "any": vec![json!({ "segment": "dutch" }); times] });
    let cost = |times| [set("/segments/dutch/when", json!({ "any": parts })), set("/flags/b/rules/0/when", asks(times))];
    check(&cost(98), &[]);
    check(
        &cost(100),
        &["error too-expensive /flags/b: evaluating this flag can take 10101 condition steps, and at most 10000 are allowed"],
    );
    // Whoever depends on such a flag costs too much as well, which is not worth saying.
    let mut dependent = cost(100).to_vec();
    dependent.push(set("/flags/c/rules", json!([{ "id": "r", "when": { "segment": "costly" }, "serve": "large" }])));
    dependent.push(set("/segments/costly", json!({ "visibility": "public", "when": { "flag": "b", "is": ["x"] } })));
    dependent.push(set("/flags/b/visibility", json!("public")));
    dependent.push(set("/segments/dutch/visibility", json!("public")));
    check(&dependent, &["error too-expensive /flags/b: evaluating this flag can take 10101 condition steps"]);
    // Ten segments, each asking twelve times for the next: 12^10 steps, counted without walking them.
    let segments: serde_json::Map<String, Value> = (0..10)
        .map(|n| (format!("s{n}"), json!({ "when": { "any": vec![if n < 9 { json!({ "segment": format!("s{}", n + 1) }) } else { json!({ "percent": 1 }) }; 12] } })))
        .collect();
    let mut document = requiring(&[("a", &[])]);
    document["segments"] = json!(segments);
    document["flags"]["a"]["rules"] = json!([{ "id": "r", "when": { "segment": "s0" }, "serve": "on" }]);
    check_document(&document, &["error too-expensive /flags/a: evaluating this flag can take "]);
}

#[test]
fn ids_stand_for_one_thing() {
    let rule = json!({ "id": "staff", "when": { "attribute": "x", "exists": true }, "serve": "on" });
    check(
        &[set("/flags/a/rules/-", rule)],
        &["error duplicate-id /flags/a/rules/1/id: a second rule is called `staff`; the first is number 1"],
    );
    let stage = json!({ "name": "internal", "audience": { "attribute": "x", "exists": true } });
    check(
        &[set("/releases/launch/stages/-", stage.clone())],
        &["error duplicate-id /releases/launch/stages/2/name: a second stage is called `internal`"],
    );
    check(
        &[
            set("/plans/standard/stages/-", json!({ "name": "everyone", "audience": { "all": [] } })),
            set("/plans/standard/readiness/-", json!("Runbook")),
        ],
        &[
            "error duplicate-id /plans/standard/readiness/1: a second readiness item is called `Runbook`",
            "error duplicate-id /plans/standard/stages/1/name: a second stage is called `everyone`",
        ],
    );
    check(
        &[set("/releases/launch/flags/-", json!({ "flag": "a", "variant": "off" }))],
        &["error duplicate-id /releases/launch/flags/1/flag: a second flag is called `a`"],
    );
    check(
        &[set("/releases/launch/readiness/-", json!({ "item": "Runbook", "done": false }))],
        &["error duplicate-id /releases/launch/readiness/1/item: a second readiness item is called `Runbook`"],
    );
    check(
        &[set("/scenarios/-", json!({ "name": "Others see nothing", "context": {}, "expect": {} }))],
        &["error duplicate-id /scenarios/1/name: a second scenario is called `Others see nothing`"],
    );
}

#[test]
fn variants_have_one_type() {
    check(
        &[set("/flags/c/variants/other", json!("big"))],
        &[
            "error mixed-types /flags/c/variants: the variants have different types: `large` and `small` are each a number, `other` is a string",
        ],
    );
    check(
        &[set("/flags/c/variants", json!({ "small": [], "large": {} }))],
        &["error mixed-types /flags/c/variants: the variants have different types: `small` is a list, `large` is an object"],
    );
    check(&[set("/flags/c/variants", json!({ "small": { "x": null }, "large": {} }))], &[]);
}

#[test]
fn retired_keys_stay_retired() {
    check(&[set("/retired/-", json!("b"))], &["error retired-key /flags/b: the key `b` was retired and must not be used again"]);
}

#[test]
fn a_flag_is_in_one_live_release_at_most() {
    let release = json!({ "title": "t", "owner": "o", "flags": [{ "flag": "b", "variant": "x" }, { "flag": "a", "variant": "off" }],
                          "stages": [{ "name": "s", "audience": { "all": [] } }] });
    check(
        &[set("/releases/other", release.clone())],
        &[
            "error two-live-releases /releases/other/flags/1/flag: the flag `a` is already in the live release `launch` (close `launch` or roll it back first",
        ],
    );
    for over in ["closed", "rolledBack"] {
        check(&[set("/releases/other", release.clone()), set(&format!("/releases/launch/{over}"), json!(true))], &[]);
    }
}

#[test]
fn public_flags_and_segments_need_nothing_private() {
    check(
        &[cut("/segments/staff/visibility")],
        &[
            "error public-needs-private /flags/a/rules/0/when/segment: the public flag `a` needs the private segment `staff` (make the segment public as well",
            "error public-needs-private /releases/launch/stages/0/audience/segment: the public flag `a` of this release needs the private segment `staff`",
        ],
    );
    check(
        &[cut("/flags/c/visibility")],
        &["error public-needs-private /flags/a/requires/0/flag: the public flag `a` needs the private flag `c`"],
    );
    check(
        &[set("/flags/c/rules", json!([{ "id": "r", "when": { "any": [{ "flag": "b", "is": ["x"] }] }, "serve": "large" }]))],
        &["error public-needs-private /flags/c/rules/0/when/any/0/flag: the public flag `c` needs the private flag `b`"],
    );
    check(
        &[set("/segments/staff/when", json!({ "segment": "dutch" }))],
        &["error public-needs-private /segments/staff/when/segment: the public segment `staff` needs the private segment `dutch`"],
    );
    check(
        &[set("/segments/staff/when", json!({ "flag": "b", "is": ["x"] }))],
        &["error public-needs-private /segments/staff/when/flag: the public segment `staff` needs the private flag `b`"],
    );
}

#[test]
fn a_closed_release_may_outlive_its_flags_and_its_plan() {
    let closed =
        [set("/releases/launch/closed", json!(true)), set("/releases/launch/flags/0/flag", json!("old-banner")), cut("/plans/standard")];
    // The plan was the only one to use the segment.
    check(&closed, &["warning unused /segments/dutch: nothing uses the segment `dutch`"]);
    let ruleset = compile(&crate::report(&crate::edited(&closed)).checked.unwrap());
    assert_eq!(ruleset.evaluate("a", &Context::default(), Timestamp(0)).variant, Some("off"));
    let live = [set("/releases/launch/flags/0/flag", json!("old-banner"))];
    check(&live, &["error unknown-reference /releases/launch/flags/0/flag: there is no flag `old-banner`"]);
}
