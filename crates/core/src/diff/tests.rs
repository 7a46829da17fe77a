//! What diff and apply promise, on documents made for it and on random ones.

use proptest::prelude::*;

use super::{Kind, apply, diff};
use crate::check::decode_document;
use crate::document::Document;
use crate::json::Json;

fn document(parts: &str) -> Document {
    decode_document(&Json::parse(format!("{{\"format\": 1, {parts}}}").as_bytes()).unwrap()).unwrap()
}

fn flag(parts: &str) -> Document {
    document(&format!(
        r#""flags": {{"f": {{"purpose": "release", "owner": "o", "created": "2026-11-01", "variants": {{"on": true, "off": false}} {parts}}}}}"#
    ))
}

fn release(parts: &str) -> Document {
    document(&format!(
        r#""releases": {{"r": {{"title": "R", "owner": "o", "flags": [{{"flag": "f", "variant": "on"}}],
           "stages": [{{"name": "in", "audience": {{"all": []}}}}, {{"name": "out", "audience": {{"all": []}}}}] {parts}}}}}"#
    ))
}

/// The kinds and sentences of the diff, which must also apply, both ways.
fn told(from: &Document, to: &Document) -> Vec<(Kind, String)> {
    let changes = diff(from, to);
    assert_eq!(apply(from, &changes).as_ref(), Ok(to));
    assert_eq!(apply(to, &diff(to, from)).as_ref(), Ok(from));
    changes.iter().map(|change| (change.kind, change.sentence())).collect()
}

#[test]
fn each_step_of_a_release_has_its_own_kind_and_sentence() {
    for (from, to, kind, sentence) in [
        ("", r#", "stage": "in""#, Kind::ReleaseOpen, "release `r` opens to `in` (nobody had opened it)"),
        (r#", "stage": "in""#, r#", "stage": "out""#, Kind::ReleaseOpen, "release `r` opens to `out` (it was at `in`)"),
        (r#", "stage": "out""#, r#", "stage": "in""#, Kind::ReleaseNarrow, "release `r` goes back to `in` (it was at `out`)"),
        (r#", "stage": "in""#, "", Kind::ReleaseNarrow, "release `r` goes back to nobody (it was at `in`)"),
        ("", r#", "hold": "2026-12-01T00:00:00Z""#, Kind::ReleaseHold, "release `r` is held as it was at 2026-12-01T00:00:00Z"),
        ("", r#", "rolledBack": true"#, Kind::ReleaseRollBack, "release `r` is rolled back"),
        (r#", "rolledBack": true"#, "", Kind::ReleaseRestore, "release `r` is no longer rolled back"),
        ("", r#", "closed": true"#, Kind::ReleaseClose, "release `r` is closed"),
        (
            r#", "readiness": [{"item": "Runbook", "done": false}]"#,
            r#", "readiness": [{"item": "Runbook", "done": true, "by": "ann"}]"#,
            Kind::ReleaseReadiness,
            "release `r`: `Runbook` is done",
        ),
    ] {
        assert_eq!(told(&release(from), &release(to)), [(kind, sentence.to_owned())]);
    }
}

#[test]
fn a_stage_is_further_by_the_order_that_the_stages_come_to_have() {
    let release = |stages: &[&str], stage: &str| {
        let stages: Vec<String> = stages.iter().map(|name| format!(r#"{{"name": "{name}", "audience": {{"all": []}}}}"#)).collect();
        document(&format!(
            r#""releases": {{"r": {{"title": "R", "owner": "o", "flags": [{{"flag": "f", "variant": "on"}}], "stages": [{}], "stage": "{stage}"}}}}"#,
            stages.join(",")
        ))
    };
    let moves = |from: &Document, to: &Document| {
        let kinds: Vec<Kind> = told(from, to).into_iter().map(|(kind, _)| kind).collect();
        (kinds.contains(&Kind::ReleaseOpen), kinds.contains(&Kind::ReleaseNarrow))
    };
    assert_eq!(moves(&release(&["in", "out"], "in"), &release(&["out", "in"], "out")), (false, true));
    assert_eq!(moves(&release(&["out", "in"], "in"), &release(&["in", "out"], "out")), (true, false));
    assert_eq!(moves(&release(&["beta", "out"], "beta"), &release(&["out"], "out")), (true, false), "a stage that is gone came before");
}

#[test]
fn a_kind_is_known_by_its_word_and_whether_answers_can_change_by_it() {
    assert_eq!(Kind::parse("flag.explode"), None);
    for kind in Kind::ALL {
        assert_eq!(Kind::parse(kind.as_str()), Some(kind));
    }
    let idle: Vec<&str> = Kind::ALL.into_iter().filter(|kind| !kind.can_change_answers()).map(Kind::as_str).collect();
    assert_eq!(
        idle,
        [
            "flag.describe",
            "flag.purpose",
            "flag.visibility",
            "segment.describe",
            "plan.create",
            "plan.delete",
            "plan.change",
            "release.describe",
            "scenarios.change",
            "retired.change",
        ]
    );
}

#[test]
fn each_change_of_a_flag_has_its_own_kind_and_sentence() {
    for (from, to, kind, sentence) in [
        ("", r#", "enabled": false"#, Kind::FlagDisable, "flag `f` is switched off for everyone"),
        (r#", "enabled": false"#, "", Kind::FlagEnable, "flag `f` is switched on"),
        ("", r#", "otherwise": "on""#, Kind::FlagOtherwise, "flag `f` serves otherwise: `on` (was the application's own default)"),
        ("", r#", "tags": ["a"]"#, Kind::FlagDescribe, "flag `f`: tags is now `[\"a\"]`"),
        ("", r#", "metadata": {"jira": "S-1"}"#, Kind::FlagDescribe, "metadata `jira` of flag `f` is new: `S-1`"),
        (
            "",
            r#", "rules": [{"id": "nl", "when": {"attribute": "country", "is": ["NL"]}, "serve": "on"}]"#,
            Kind::FlagRules,
            "rule `nl` of flag `f` is new: `country` is `NL` → `on`",
        ),
        (
            r#", "rules": [{"id": "p", "when": {"percent": 5}, "serve": "on"}]"#,
            r#", "rules": [{"id": "p", "when": {"percent": 50}, "serve": "on"}]"#,
            Kind::FlagRules,
            "rule `p` of flag `f` is now: in 50% of users → `on` (was: in 5% of users → `on`)",
        ),
    ] {
        assert_eq!(told(&flag(from), &flag(to)), [(kind, sentence.to_owned())]);
    }
}

#[test]
fn rules_are_compared_by_id_and_their_order_is_one_change() {
    let rules = |ids: &[&str]| {
        let rules: Vec<String> = ids.iter().map(|id| format!(r#"{{"id": "{id}", "when": {{"all": []}}, "serve": "on"}}"#)).collect();
        flag(&format!(r#", "rules": [{}]"#, rules.join(",")))
    };
    let names = ["a", "b", "c", "d"];
    // Every ordered choice of up to four rules, against every other.
    let mut lists: Vec<Vec<&str>> = vec![vec![]];
    for _ in 0..4 {
        for list in lists.clone() {
            for name in names.iter().filter(|name| !list.contains(name)) {
                let longer: Vec<&str> = list.iter().copied().chain([*name]).collect();
                if !lists.contains(&longer) {
                    lists.push(longer);
                }
            }
        }
    }
    for from in &lists {
        for to in &lists {
            told(&rules(from), &rules(to));
        }
    }
    assert_eq!(diff(&rules(&["a", "b", "c"]), &rules(&["c", "a", "b"])).len(), 1);
    assert_eq!(diff(&rules(&["a", "b"]), &rules(&["a", "c", "b"])).len(), 1);
}

#[test]
fn changes_of_two_steps_apply_at_once() {
    let rule = |id: &str| format!(r#"{{"id": "{id}", "when": {{"all": []}}, "serve": "on"}}"#);
    let rules = |ids: &[&str]| flag(&format!(r#", "rules": [{}]"#, ids.iter().map(|id| rule(id)).collect::<Vec<_>>().join(",")));
    // Two rules of one id are compared as a whole: in place of a list that the changes before have emptied.
    let steps = [rules(&["a"]), flag(""), rules(&["b", "b"]), flag(""), rules(&["a", "b"])];
    let changes: Vec<_> = steps.windows(2).flat_map(|pair| diff(&pair[0], &pair[1])).collect();
    assert_eq!(apply(&steps[0], &changes).as_ref(), Ok(&steps[4]));
}

#[test]
fn what_does_not_fit_is_named_and_nothing_else() {
    let base = flag("");
    let mut later = flag(r#", "enabled": false"#);
    later.retired.push("old".to_owned());
    let misfits = apply(&Document::default(), &diff(&base, &later)).unwrap_err();
    assert_eq!(misfits.iter().map(|misfit| misfit.change.kind).collect::<Vec<_>>(), [Kind::FlagDisable]);
}

#[test]
fn an_order_applies_around_what_somebody_else_put_in_between() {
    let retired = |names: &[&str]| Document { retired: names.iter().map(|name| (*name).to_owned()).collect(), ..Document::default() };
    let merged = apply(&retired(&["a", "z", "b"]), &diff(&retired(&["a", "b"]), &retired(&["b", "a"])));
    assert_eq!(merged, Ok(retired(&["b", "z", "a"])));
}

#[test]
fn changes_of_two_people_to_one_flag_apply_over_each_other() {
    let base = flag(r#", "rules": [{"id": "a", "when": {"all": []}, "serve": "on"}]"#);
    let mine = flag(r#", "rules": [{"id": "a", "when": {"all": []}, "serve": "on"}, {"id": "b", "when": {"all": []}, "serve": "on"}]"#);
    let theirs = flag(
        r#", "enabled": false, "rules": [{"id": "z", "when": {"all": []}, "serve": "on"}, {"id": "a", "when": {"all": []}, "serve": "on"}]"#,
    );
    let merged = apply(&theirs, &diff(&base, &mine)).unwrap();
    let ids: Vec<_> = merged.flags["f"].rules.iter().map(|rule| rule.id.as_str()).collect();
    assert_eq!((ids, merged.flags["f"].enabled), (vec!["z", "a", "b"], false));
}

#[test]
fn what_does_not_fit_is_told_and_nothing_is_applied() {
    let changes = diff(&flag(r#", "otherwise": "off""#), &flag(r#", "otherwise": "on", "enabled": false"#));
    let misfits = apply(&flag(r#", "otherwise": "on""#), &changes).unwrap_err();
    assert_eq!(misfits.len(), 1);
    assert_eq!((misfits[0].change.kind, &misfits[0].found), (Kind::FlagOtherwise, &Some(Json::from("on"))));
    assert!(apply(&document(r#""retired": []"#), &changes).is_err(), "the flag is gone");
}

#[test]
fn lists_in_which_a_name_stands_twice_are_replaced_as_a_whole() {
    told(&document(r#""retired": ["a", "a", "b"]"#), &document(r#""retired": ["b", "a"]"#));
    told(&document(r#""retired": ["b", "a"]"#), &document(r#""retired": ["a", "a", "b"]"#));
    let twice = r#", "rules": [{"id": "a", "when": {"all": []}, "serve": "on"}, {"id": "a", "when": {"any": []}, "serve": "on"}]"#;
    told(&flag(twice), &flag(""));
    told(&flag(twice), &flag(r#", "rules": [{"id": "a", "when": {"all": []}, "serve": "off"}]"#));
}

#[test]
fn only_what_takes_exposure_away_says_so() {
    let all = |from: &Document, to: &Document| diff(from, to).iter().all(super::Change::takes_exposure_away);
    assert!(all(&flag(""), &flag(r#", "enabled": false"#)));
    assert!(!all(&flag(r#", "enabled": false"#), &flag("")));
    assert!(all(&release(r#", "stage": "out""#), &release(r#", "stage": "in", "hold": "2026-12-01T00:00:00Z""#)));
    assert!(!all(&release(""), &release(r#", "stage": "in""#)));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn applying_the_diff_of_any_two_documents_gives_the_second(
        a in halyard_reference::generate::document(),
        b in halyard_reference::generate::document(),
    ) {
        let (a, b) = (decode_document(&Json::from(a)).unwrap(), decode_document(&Json::from(b)).unwrap());
        let changes = diff(&a, &b);
        prop_assert_eq!(apply(&a, &changes), Ok(b.clone()));
        prop_assert!(diff(&b, &b).is_empty());
        for change in &changes {
            prop_assert!(!change.sentence().is_empty());
            let text = serde_json::to_string(change).unwrap();
            prop_assert_eq!(&serde_json::from_str::<super::Change>(&text).unwrap(), change);
        }
    }
}
