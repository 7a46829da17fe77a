//! A project's own limits.

use halyard_core::Document;
use halyard_core::check::{ProjectLimits, policy};
use serde_json::{Value, json};

use crate::{cut, edited, set, told};

fn document(value: &Value) -> Document {
    serde_json::from_value(value.clone()).unwrap()
}

#[track_caller]
fn refuses(next: &Value, before: Option<&Value>, limits: ProjectLimits, expected: &[&str]) {
    let problems = policy(&document(next), before.map(document).as_ref(), &limits);
    let found: Vec<String> = problems.iter().map(told).collect();
    let fits = found.len() == expected.len() && found.iter().zip(expected).all(|(found, expected)| found.starts_with(expected));
    assert!(fits, "found:\n  {}\nexpected:\n  {}", found.join("\n  "), expected.join("\n  "));
}

const DEFAULT: ProjectLimits = ProjectLimits { temporary_flags: 50, variants: 8, segments: 30, live_releases: 10 };

#[test]
fn the_defaults_are_small_and_partly_overridable() {
    assert_eq!(ProjectLimits::default(), DEFAULT);
    assert_eq!(
        serde_json::from_value::<ProjectLimits>(json!({ "liveReleases": 3 })).unwrap(),
        ProjectLimits { live_releases: 3, ..DEFAULT }
    );
    assert!(serde_json::from_value::<ProjectLimits>(json!({ "releases": 3 })).is_err());
    assert_eq!(serde_json::to_value(DEFAULT).unwrap(), json!({ "temporaryFlags": 50, "variants": 8, "segments": 30, "liveReleases": 10 }));
    refuses(&edited(&[]), None, DEFAULT, &[]);
}

#[test]
fn only_a_publish_that_makes_it_worse_is_refused() {
    let limits = ProjectLimits { segments: 1, ..DEFAULT };
    let (two, three) = (edited(&[]), edited(&[set("/segments/more", json!({ "when": { "all": [] } }))]));
    let message = "error project-limit /segments: this would make 3 segments, and the project allows 1 (remove segments that little depends on; \
                   first in line: `more` (unused), `dutch` (used once), `staff` (used 2 times))";
    refuses(&three, Some(&two), limits, &[message]);
    refuses(&two, Some(&three), limits, &[]);
    refuses(&two, Some(&two), limits, &[]);
    refuses(&two, None, limits, &["error project-limit /segments: this would make 2 segments"]);
}

#[test]
fn temporary_flags_that_should_be_gone_are_first_in_line() {
    let flag = |created: &str, expires: Option<&str>| json!({ "purpose": "experiment", "owner": "o", "created": created, "expires": expires, "variants": { "on": true } });
    let before = edited(&[
        set("/flags/ageing", flag("2026-02-01", None)),
        set("/flags/ancient", flag("2026-01-01", None)),
        set("/flags/late", flag("2026-01-01", Some("2026-03-01"))),
    ]);
    let mut next = before.clone();
    next["flags"]["new"] = flag("2020-01-01", Some("2020-01-02"));
    refuses(
        &next,
        Some(&before),
        ProjectLimits { temporary_flags: 4, ..DEFAULT },
        &[
            "error project-limit /flags: this would make 5 flags with the purposes `release` and `experiment`, and the project allows 4 (take flags that are \
           done out of the code, and then out of the document; first in line: `late` (expires 2026-03-01), `a` (expires 2026-12-20), `ancient` (created 2026-01-01))",
        ],
    );
}

#[test]
fn variants_and_releases() {
    let limits = ProjectLimits { variants: 2, live_releases: 1, ..DEFAULT };
    let release = json!({ "title": "t", "owner": "o", "target": "2026-11-20", "flags": [{ "flag": "b", "variant": "x" }],
                          "stages": [{ "name": "s", "audience": { "all": [] } }] });
    let before = edited(&[set("/releases/launch/stage", json!("everyone"))]);
    let mut next = before.clone();
    next["flags"]["c"]["variants"]["huge"] = json!(9);
    next["releases"]["other"] = release.clone();
    refuses(
        &next,
        Some(&before),
        limits,
        &[
            "error project-limit /flags/c/variants: this would make 3 variants of the flag `c`, and the project allows 2 (no rule serves `huge`, `large` or `small`)",
            "error project-limit /releases: this would make 2 live releases, and the project allows 1 (close releases that have reached everyone; \
             first in line: `launch` (at its last stage))",
        ],
    );
    let mut closed = release;
    closed["closed"] = json!(true);
    refuses(&edited(&[set("/releases/other", closed), cut("/retired")]), Some(&before), limits, &[]);
}
