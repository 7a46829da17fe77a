//! When the clock can change an answer, to the millisecond.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test that fails may panic")]

mod support;

use halyard_core::Timestamp;

/// A document of one flag with one rule, a segment, and a live release with these fields.
fn document(when: &str, segment: &str, release: &str) -> String {
    format!(
        r#"{{"format": 1, "segments": {{"s": {{"when": {segment}}}}},
        "flags": {{"f": {{"purpose": "operational", "owner": "o", "created": "2026-11-01", "variants": {{"on": true, "off": false}},
            "rules": [{{"id": "r", "when": {when}, "serve": "on"}}], "otherwise": "off"}}}},
        "releases": {{"launch": {{"title": "t", "owner": "o", "flags": [{{"flag": "f", "variant": "on"}}], {release}}}}}}}"#
    )
}

const NOBODY: &str = r#"{"any": []}"#;
const NO_STAGES: &str = r#""stages": [{"name": "s", "audience": {"any": []}}]"#;

/// All instants from `from` on at which an answer can change: times of day on 2026-12-01, which the JSON writes as `@09:00`.
#[track_caller]
fn changes(document: &str, from: &str, expected: &[&str]) {
    let time = |text: &str| format!("2026-12-01T{text}{}Z", if text.len() == 5 { ":00" } else { "" });
    let mut document = document.to_owned();
    while let Some(at) = document.find('@') {
        let text = document[at + 1..at + 6].to_owned();
        document.replace_range(at..at + 6, &time(&text));
    }
    let ruleset = support::ruleset(&document);
    let mut found = Vec::new();
    let mut now = Timestamp::parse(&time(from)).unwrap();
    while let Some(next) = ruleset.next_change(now) {
        assert!(next > now && found.len() < 20, "{found:?}");
        found.push(next.to_string());
        now = next;
    }
    assert_eq!(found, expected.iter().map(|text| time(text)).collect::<Vec<_>>());
}

#[test]
fn conditions_on_the_time_change_at_their_instants() {
    let when = r#"{"all": [{"after": "@09:00"}, {"not": {"before": "@10:00"}}, {"any": [{"segment": "s"}, {"attribute": "a", "after": "@12:00"}]}]}"#;
    let document = document(when, r#"{"before": "@11:00"}"#, NO_STAGES);
    changes(&document, "08:00", &["09:00", "10:00", "11:00"]);
    changes(&document, "10:00", &["11:00"]);
    changes(&document, "11:00", &[]);
}

#[test]
fn a_ramp_in_steps_changes_where_its_share_does() {
    let when = r#"{"ramp": [{"at": "@09:00", "percent": 0}, {"at": "@10:00", "percent": 5}, {"at": "@11:00", "percent": 5}, {"at": "@12:00", "percent": 6}]}"#;
    changes(&document(when, NOBODY, NO_STAGES), "08:00", &["10:00", "12:00"]);
}

#[test]
fn a_linear_ramp_changes_with_every_thousandth_of_a_percent() {
    let when = r#"{"ramp": [{"at": "@09:00", "percent": 0.001}, {"at": "@10:00", "percent": 0.001}, {"at": "@11:00", "percent": 0.004}], "shape": "linear"}"#;
    changes(&document(when, NOBODY, NO_STAGES), "08:00", &["09:00", "10:20", "10:40", "11:00"]);
}

#[test]
fn a_linear_ramp_of_a_stage_counts_from_when_it_opens_to_the_hold() {
    let ramp = r#"{"ramp": [{"at": "@09:00", "percent": 0}, {"at": "@10:00", "percent": 0.004}], "shape": "linear"}"#;
    let stages = format!(r#""stages": [{{"name": "a", "audience": {ramp}, "startsAt": "@09:20"}}]"#);
    changes(&document(NOBODY, NOBODY, &stages), "08:00", &["09:20", "09:30", "09:45", "10:00"]);
    changes(&document(NOBODY, NOBODY, &format!(r#"{stages}, "stage": "a""#)), "08:00", &["09:15", "09:30", "09:45", "10:00"]);
    changes(&document(NOBODY, NOBODY, &format!(r#"{stages}, "hold": "@09:45""#)), "08:00", &["09:20", "09:30", "09:45"]);
    changes(&document(NOBODY, NOBODY, &format!(r#"{stages}, "hold": "@09:44""#)), "08:00", &["09:20", "09:30"]);
    changes(&document(NOBODY, NOBODY, &format!(r#"{stages}, "hold": "@09:10""#)), "08:00", &[]);
}

/// Whichever of them is written first.
#[test]
fn of_two_ramps_the_one_that_moves_first_counts() {
    let ramp =
        |to: &str| format!(r#"{{"ramp": [{{"at": "@09:00", "percent": 0}}, {{"at": "@10:00", "percent": {to}}}], "shape": "linear"}}"#);
    for when in [[ramp("0.002"), ramp("0.003")], [ramp("0.003"), ramp("0.002")]] {
        let document = document(&format!(r#"{{"any": [{}, {{"after": "@09:25"}}]}}"#, when.join(", ")), NOBODY, NO_STAGES);
        changes(&document, "08:00", &["09:20", "09:25", "09:30", "09:40", "10:00"]);
    }
}

#[test]
fn stages_open_by_the_clock_behind_opened_ones() {
    let stages = r#""stages": [
        {"name": "a", "audience": {"before": "@20:00"}}, {"name": "b", "audience": {"after": "@12:00"}, "startsAt": "@10:00"},
        {"name": "c", "audience": {"percent": 5}, "startsAt": "@09:00"}, {"name": "d", "audience": {"percent": 6}}, {"name": "e", "audience": {"after": "@15:00"}, "startsAt": "@14:00"}]"#;
    // Nobody has opened the first, and it has no date: nothing can happen.
    changes(&document(NOBODY, NOBODY, stages), "08:00", &[]);
    // b opens at 10, and c with it; d never does, so e does not either. What b asks counts once it is open.
    changes(&document(NOBODY, NOBODY, &format!(r#"{stages}, "stage": "a""#)), "08:00", &["10:00", "12:00", "20:00"]);
    changes(&document(NOBODY, NOBODY, &format!(r#"{stages}, "stage": "d""#)), "08:00", &["12:00", "14:00", "15:00", "20:00"]);
}

#[test]
fn a_stage_that_lacks_something_does_not_open_by_the_clock() {
    let stages = |done: bool| {
        format!(
            r#""readiness": [{{"item": "x", "done": {done}}}], "stage": "a",
            "stages": [{{"name": "a", "audience": {{"any": []}}}}, {{"name": "b", "audience": {{"all": []}}, "startsAt": "@10:00", "needs": ["x"]}}]"#
        )
    };
    changes(&document(NOBODY, NOBODY, &stages(true)), "08:00", &["10:00"]);
    changes(&document(NOBODY, NOBODY, &stages(false)), "08:00", &[]);
}

#[test]
fn behind_its_hold_a_release_changes_nothing() {
    let stages = r#""stage": "a", "stages": [{"name": "a", "audience": {"after": "@10:00"}}, {"name": "b", "audience": {"all": []}, "startsAt": "@11:00"}]"#;
    let held = |hold: &str| document(r#"{"after": "@12:00"}"#, NOBODY, &format!(r#"{stages}, "hold": "{hold}""#));
    changes(&held("@09:00"), "08:00", &["12:00"]);
    changes(&held("@10:00"), "08:00", &["10:00", "12:00"]);
    changes(&held("@11:00"), "08:00", &["10:00", "11:00", "12:00"]);
}

#[test]
fn what_nobody_reaches_does_not_count() {
    let dated = r#""stage": "a", "stages": [{"name": "a", "audience": {"after": "@10:00"}}]"#;
    changes(&document(r#"{"all": []}"#, NOBODY, dated), "08:00", &[]);
    changes(&document(r#"{"percent": 100}"#, NOBODY, dated), "08:00", &[]);
    changes(&document(r#"{"percent": 99}"#, NOBODY, dated), "08:00", &["10:00"]);
    changes(&document(NOBODY, r#"{"after": "@09:00"}"#, dated), "08:00", &["10:00"]);
    let disabled = document(r#"{"after": "@09:00"}"#, NOBODY, dated).replace(r#""rules""#, r#""enabled": false, "rules""#);
    changes(&disabled, "08:00", &[]);
    let ended = document(NOBODY, NOBODY, &format!(r#"{dated}, "rolledBack": true"#));
    changes(&ended, "08:00", &[]);
    let everyone_first =
        r#""stage": "b", "stages": [{"name": "a", "audience": {"all": []}}, {"name": "b", "audience": {"after": "@10:00"}}]"#;
    changes(&document(NOBODY, NOBODY, everyone_first), "08:00", &[]);
}
