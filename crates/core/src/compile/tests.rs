//! What comes of a document as a whole: who is told of which flags, and what is written once.

use crate::check::Cap;
use crate::evaluate::Audience;
use crate::image::Section;
use crate::{Context, Ruleset, Timestamp, compile, read};

fn ruleset(flags: &str) -> Ruleset {
    let report = read(format!(r#"{{"format": 1, "flags": {{{flags}}}}}"#).as_bytes(), Cap::Publisher);
    compile(&report.checked.unwrap_or_else(|| panic!("{:?}", report.problems)))
}

fn flag(key: &str, rest: &str) -> String {
    format!(r#""{key}": {{"purpose": "operational", "owner": "o", "created": "2026-11-01", "variants": {{"on": true}}{rest}}}"#)
}

#[test]
fn pages_are_told_of_public_flags_alone() {
    let ruleset = ruleset(&[flag("a", ""), flag("b", r#", "visibility": "public""#), flag("c", "")].join(","));
    assert_eq!(["a", "b", "c", "ghost"].map(|flag| ruleset.is_public(flag)), [false, true, false, false]);
    let context = Context::default();
    for (audience, keys) in [(Audience::Page, &["b"][..]), (Audience::Server, &["a", "b", "c"])] {
        let bound = ruleset.bind(&context);
        let told: Vec<&str> = bound.evaluate_all(audience, Timestamp(0)).map(|answer| answer.flag).collect();
        assert_eq!(told, keys);
        let told: Vec<&str> = ruleset.evaluate_all(audience, &context, Timestamp(0)).map(|answer| answer.flag).collect();
        assert_eq!(told, keys);
    }
}

#[test]
fn what_is_written_alike_is_there_once() {
    let when =
        r#"{"all": [{"attribute": "a", "is": ["x", 1]}, {"attribute": "a", "matches": "^x+$"}, {"attribute": "a", "version": ">=1"}]}"#;
    let rules = format!(r#", "rules": [{{"id": "r", "when": {when}, "serve": "on"}}, {{"id": "s", "when": {when}, "serve": "on"}}]"#);
    let ruleset = ruleset(&flag("f", &rules));
    let count = |section| ruleset.image().count(section);
    assert_eq!([Section::Scalars, Section::Numbers, Section::Patterns, Section::Comparators, Section::Rules].map(count), [1, 1, 1, 1, 2]);
}
