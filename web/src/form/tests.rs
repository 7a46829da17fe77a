//! Laws of forms that need no browser.

use halyard_core::check::Cap;
use halyard_core::document::Document;
use halyard_core::{Json, Pointer, read};
use proptest::prelude::*;

use super::kinds::{Op, Operand, What, chip, number, scalar, text_of};
use super::{Place, at, changed_member, fit, saved};

fn document() -> Document {
    let text = br#"{"format": 1, "flags": {
        "f": {"purpose": "operational", "owner": "o", "created": "2026-11-01", "variants": {"on": true, "off": false},
              "rules": [{"id": "r", "when": {"attribute": "country", "is": ["NL"]}, "serve": "on"}], "otherwise": "off"},
        "g": {"purpose": "operational", "owner": "o", "created": "2026-11-01", "variants": {"on": true, "off": false}, "requires": [{"flag": "f", "is": ["on"]}]}}}"#;
    read(text, Cap::Reader).checked.unwrap().into_inner()
}

fn pointer(text: &str) -> Pointer {
    Pointer::parse(text).unwrap()
}

#[test]
fn what_fits_is_the_document_and_what_does_not_says_where() {
    let document = document();
    let here = pointer("/flags/f");
    let mut json = saved(&document, &here).unwrap();
    assert_eq!(fit(&document, &[], &here, &json), (Vec::new(), Some(document.clone())));

    // A shape that cannot be read.
    at::set(&mut json, &pointer("/rules/0/when/is"), Some(Json::Array(Vec::new())));
    let (problems, fitting) = fit(&document, &[], &here, &json);
    assert_eq!(fitting, None);
    assert_eq!(problems[0].0, Place::Here(pointer("/rules/0/when/is")));

    // What another flag rests on.
    let mut json = saved(&document, &here).unwrap();
    at::set(&mut json, &pointer("/variants"), Some(Json::parse(br#"{"yes": true, "off": false}"#).unwrap()));
    at::set(&mut json, &pointer("/rules"), None);
    let (problems, fitting) = fit(&document, &[], &here, &json);
    assert_eq!(fitting, None);
    assert_eq!(
        problems.iter().map(|(place, _)| place.clone()).collect::<Vec<_>>(),
        [Place::Elsewhere(pointer("/flags/g/requires/0/is/0"))]
    );

    // What was wrong elsewhere before is not this form's business.
    let known = problems.into_iter().map(|(_, problem)| problem).collect::<Vec<_>>();
    assert_eq!(fit(&document, &known, &here, &json).0, []);
}

#[test]
fn typing_in_one_member_is_told_from_changing_several() {
    let json = |text: &str| Json::parse(text.as_bytes()).unwrap();
    let changed = |after: &str| changed_member(&json(r#"{"a": 1, "b": 2}"#), &json(after));
    assert_eq!(changed(r#"{"a": 1, "b": 3}"#), Some("b".to_owned()));
    assert_eq!(changed(r#"{"a": 1}"#), Some("b".to_owned()));
    assert_eq!(changed(r#"{"a": 2, "b": 3}"#), None);
    assert_eq!(changed("[]"), None);
}

/// A condition as it comes out when every field of its form is typed anew as it stands there.
fn typed_anew(condition: &Json) -> Json {
    let what = What::of(condition).unwrap_or_else(|| panic!("no form fits {condition}"));
    let mut members = condition.as_object().unwrap().clone();
    let text = |value: &Json| Json::from(text_of(value));
    let list = |value: &Json, retype: &dyn Fn(&Json) -> Json| Json::Array(value.as_array().unwrap().iter().map(retype).collect());
    for (name, value) in &mut members {
        *value = match (what, name.as_str()) {
            (What::All | What::Any, _) => list(value, &typed_anew),
            (What::Not, _) => typed_anew(value),
            (What::Flag, "is") => list(value, &text),
            (What::Percent, "percent") if value.as_array().is_some() => list(value, &|percent| number(&text_of(percent))),
            (What::Percent, "percent") => number(&text_of(value)),
            (What::Ramp, "ramp") => list(value, &|point| {
                let mut point = point.as_object().unwrap().clone();
                let percent = number(&text_of(&point["percent"]));
                point.insert("percent".to_owned(), percent);
                Json::Object(point)
            }),
            (What::Attribute, member) if member != "attribute" && member != "ignoreCase" => {
                let op = Op::of(condition).unwrap_or_else(|| panic!("no operator in {condition}"));
                assert_eq!(op.member(), member);
                match op.operand() {
                    Operand::Scalars => list(value, &|item| scalar(&chip(item), false)),
                    Operand::Texts | Operand::Networks => list(value, &text),
                    Operand::Number => number(&text_of(value)),
                    Operand::Pattern | Operand::Range | Operand::Time => text(value),
                    Operand::Nothing => Json::Bool(op == Op::Known),
                }
            }
            (_, "ignoreCase") => value.clone(),
            _ => text(value),
        };
    }
    Json::Object(members)
}

proptest! {
    #[test]
    fn every_condition_has_a_form_and_typing_it_anew_changes_nothing(document in halyard_reference::generate::document()) {
        let document = halyard_core::check::decode_document(&Json::from(document)).unwrap();
        let segments = document.segments.values().map(|segment| &segment.when);
        let rules = document.flags.values().flat_map(|flag| flag.rules.iter().map(|rule| &rule.when));
        let stages = document.releases.values().flat_map(|release| release.stages.iter().map(|stage| &stage.audience));
        for condition in segments.chain(rules).chain(stages) {
            let json = Json::from_value(condition);
            prop_assert_eq!(typed_anew(&json), json);
        }
    }
}
