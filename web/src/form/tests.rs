//! Laws of forms that need no browser.

use std::sync::Arc;

use halyard_core::check::Cap;
use halyard_core::document::{Document, Plan, Scenario};
use halyard_core::{Json, Pointer, read};
use proptest::prelude::*;

use super::fields::Writes;
use super::fit::{Place, fit, saved};
use super::kinds::{Op, Operand, What, chip, number, scalar, text_of};
use super::{Reading, at, changed_member};

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
    let before = Reading::of(Arc::new(document()));
    let document = &before.document;
    let here = pointer("/flags/f");
    let mut json = saved(document, &here).unwrap();
    let (problems, fitting) = fit(&before, &here, &json);
    assert_eq!((problems, fitting.unwrap().document), (Vec::new(), before.document.clone()));

    // A shape that cannot be read.
    at::set(&mut json, &pointer("/rules/0/when/is"), Some(Json::Array(Vec::new())));
    let (problems, fitting) = fit(&before, &here, &json);
    assert!(fitting.is_none());
    assert_eq!(problems[0].0, Place::Here(pointer("/rules/0/when/is")));

    // A name that nobody has chosen yet is not one that is written wrongly.
    for (part, place, message) in [("/flags/f", "/rules/0/serve", "choose a variant"), ("/flags/g", "/requires/0/flag", "choose a flag")] {
        let mut json = saved(document, &pointer(part)).unwrap();
        at::set(&mut json, &pointer(place), Some(Json::from("")));
        let (problems, _) = fit(&before, &pointer(part), &json);
        assert_eq!(problems.iter().map(|(_, problem)| problem.message.as_str()).collect::<Vec<_>>(), [message]);
    }

    // What another flag rests on.
    let mut json = saved(document, &here).unwrap();
    at::set(&mut json, &pointer("/variants"), Some(Json::parse(br#"{"yes": true, "off": false}"#).unwrap()));
    at::set(&mut json, &pointer("/rules"), None);
    let (problems, fitting) = fit(&before, &here, &json);
    assert!(fitting.is_none());
    assert_eq!(
        problems.iter().map(|(place, _)| place.clone()).collect::<Vec<_>>(),
        [Place::Elsewhere(pointer("/flags/g/requires/0/is/0"))]
    );

    // What was wrong elsewhere before is not this form's business.
    let known = problems.into_iter().map(|(_, problem)| problem).collect::<Vec<_>>();
    let before = Reading { problems: Arc::new(known), ..before };
    assert_eq!(fit(&before, &here, &json).0, []);
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

/// Some lines of fields: a value as it comes out when it is typed anew as it is shown.
fn retyped(writes: Writes, value: &Json) -> Option<Json> {
    writes.made(&writes.shown(value))
}

fn texts(list: &Json) -> Json {
    Json::Array(list.as_array().unwrap().iter().map(|item| Json::from(text_of(item))).collect())
}

/// A plan or a release's stages, typed anew.
fn stages_typed_anew(stages: &Json) -> Json {
    let stage = |stage: &Json| {
        let mut stage = stage.as_object().unwrap().clone();
        for (name, value) in &mut stage {
            *value = match name.as_str() {
                "audience" => typed_anew(value),
                "needs" => texts(value),
                _ => retyped(Writes::Text, value).unwrap(),
            };
        }
        Json::Object(stage)
    };
    Json::Array(stages.as_array().unwrap().iter().map(stage).collect())
}

/// A plan, a scenario, or what a flag has beside its rules, with every field of its form typed anew.
fn part_typed_anew(part: &Json) -> Json {
    let mut members = part.as_object().unwrap().clone();
    let all = |object: &Json, writes: &dyn Fn(&Json) -> Writes| {
        let retype = |(name, value): (&String, &Json)| (name.clone(), retyped(writes(value), value).unwrap());
        Json::Object(object.as_object().unwrap().iter().map(retype).collect())
    };
    for (name, value) in &mut members {
        *value = match name.as_str() {
            "stages" => stages_typed_anew(value),
            "tags" | "readiness" => texts(value),
            "context" | "metadata" => all(value, &|_| Writes::Value { texts: false }),
            "variants" => all(value, &|value| match value {
                Json::Number(_) => Writes::Number,
                Json::String(_) => Writes::Text,
                Json::Bool(_) => Writes::Value { texts: false },
                _ => Writes::Json,
            }),
            "description" | "expires" => retyped(Writes::Optional, value).unwrap(),
            "name" | "owner" | "purpose" | "visibility" | "created" | "at" => retyped(Writes::Text, value).unwrap(),
            // Chosen, not typed.
            "expect" | "enabled" | "offVariant" | "otherwise" | "requires" | "rules" => value.clone(),
            other => panic!("no form has the member {other}"),
        };
    }
    Json::Object(members)
}

/// Any value that an attribute of a context can have.
fn any_value() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::Bool),
        (-1e15..1e15f64).prop_map(Json::from),
        any::<i32>().prop_map(|number| Json::from(f64::from(number))),
        any::<String>().prop_map(Json::from),
        "[-+\\[\\]{}\"0-9.etrufalsn ]{0,8}".prop_map(Json::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Json::Array),
            proptest::collection::btree_map(any::<String>(), inner, 0..4).prop_map(|members| Json::Object(members.into_iter().collect())),
        ]
    })
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
    fn a_value_that_is_typed_anew_as_it_is_shown_is_the_same(value in any_value(), texts in any::<bool>()) {
        // Where texts are known to be meant, a number cannot be typed: that is what it is for.
        let meant = texts && matches!(value, Json::Number(_) | Json::Bool(_));
        let writes = Writes::Value { texts };
        prop_assert!(meant || retyped(writes, &value) == Some(value.clone()), "{} is shown as {}", value, writes.shown(&value));
        if !value.is_scalar() {
            prop_assert_eq!(retyped(Writes::Json, &value), Some(value));
        }
    }

    #[test]
    fn plans_scenarios_and_variants_come_out_of_their_forms_as_they_went_in(document in halyard_reference::generate::document(), contexts in proptest::collection::vec(any_value(), 4)) {
        let mut document = halyard_core::check::decode_document(&Json::from(document)).unwrap();
        // A plan for every release, and a scenario for every flag.
        for (key, release) in &document.releases {
            let readiness = release.readiness.iter().map(|item| item.item.clone()).collect();
            let plan = Plan { description: release.title.clone(), visibility: Default::default(), stages: release.stages.clone(), readiness };
            document.plans.insert(key.clone(), plan);
        }
        for (key, flag) in &document.flags {
            let context = contexts.iter().enumerate().map(|(index, value)| (format!("attribute-{index}"), value.clone())).collect();
            let expect = [(key.clone(), flag.variants.keys().next().cloned())].into_iter().collect();
            document.scenarios.push(Scenario { name: key.clone(), context, at: None, expect });
        }
        let plans = document.plans.values().map(Json::from_value);
        let scenarios = document.scenarios.iter().map(Json::from_value);
        let flags = document.flags.values().map(Json::from_value);
        for part in plans.chain(scenarios).chain(flags) {
            prop_assert_eq!(part_typed_anew(&part), part);
        }
    }

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
