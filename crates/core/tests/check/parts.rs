//! One flag, segment, release, … on its own, as an editor has it.

use halyard_core::check::{decode_condition, decode_flag, decode_plan, decode_release, decode_scenario, decode_segment, decode_serve};
use halyard_core::{Document, Json, Problem};
use serde_json::{Value, json};

use crate::{good, told};

fn part(pointer: &str) -> Json {
    Json::from(good().pointer(pointer).unwrap().clone())
}

fn first<T: std::fmt::Debug>(found: Result<T, Vec<Problem>>) -> String {
    told(&found.unwrap_err()[0])
}

#[test]
fn parts_of_the_good_document_are_what_the_document_has() {
    let document: Document = serde_json::from_value(good()).unwrap();
    assert_eq!(decode_flag(&part("/flags/a")).as_ref(), Ok(&document.flags["a"]));
    assert_eq!(decode_segment(&part("/segments/staff")).as_ref(), Ok(&document.segments["staff"]));
    assert_eq!(decode_plan(&part("/plans/standard")).as_ref(), Ok(&document.plans["standard"]));
    assert_eq!(decode_release(&part("/releases/launch")).as_ref(), Ok(&document.releases["launch"]));
    assert_eq!(decode_scenario(&part("/scenarios/0")).as_ref(), Ok(&document.scenarios[0]));
    assert_eq!(decode_condition(&part("/segments/staff/when")).as_ref(), Ok(&document.segments["staff"].when));
    assert_eq!(decode_serve(&part("/flags/b/rules/0/serve")).as_ref(), Ok(&document.flags["b"].rules[0].serve));
}

#[test]
fn their_problems_have_pointers_from_their_own_root() {
    let mut flag = good()["flags"]["a"].clone();
    flag["rules"][0]["when"] = json!({ "segmnt": "x" });
    assert_eq!(
        first(decode_flag(&Json::from(flag))),
        "error unknown-field /rules/0/when/segmnt: `segmnt` is not a field of a condition (did you mean `segment`?)"
    );
    assert_eq!(first(decode_flag(&Json::Null)).split(" (").next(), Some("error wrong-type /: a flag must be an object, not null"));
    assert_eq!(
        first(decode_condition(&Json::from(json!({ "percent": 500 })))),
        "error bad-value /percent: a percentage is from 0 to 100, not `500` (100 is everyone)"
    );
    assert_eq!(
        first(decode_condition(&Json::from("staff"))).split(" (").next(),
        Some("error wrong-type /: a condition must be an object, not a string")
    );
    // What it names is the whole document's business.
    assert!(decode_condition(&Json::from(json!({ "segment": "nobody-knows" }))).is_ok());
}

#[test]
fn serde_reads_documents_and_says_the_first_problem() {
    let error = serde_json::from_value::<Document>(json!({ "format": 1, "flags": { "a": 5 } })).unwrap_err();
    assert!(error.to_string().starts_with("/flags/a: a flag must be an object, not a number (`5`)"), "{error}");
    let error = serde_json::from_str::<Document>("{\"format\": 1, \"format\": 1}").unwrap_err();
    assert!(error.to_string().contains("the key `format` is written twice"), "{error}");
    assert!(serde_json::from_value::<Vec<halyard_core::document::Flag>>(json!([good()["flags"]["a"]])).is_ok());
    let _: Value = serde_json::to_value(serde_json::from_value::<Document>(good()).unwrap()).unwrap();
}
