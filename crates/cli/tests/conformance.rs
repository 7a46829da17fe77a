//! The cases from outside the project, through the real binary. Skipped where they are not there.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, clippy::print_stdout, reason = "a test that fails may panic")]

mod common;

use std::path::Path;

use common::{files, halyard_with, text};
use serde_json::Value;

#[test]
fn eval_gives_the_answers_of_an_independent_implementation() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/conformance/evaluation/vectors.json");
    let Ok(vectors) = std::fs::read(&path) else {
        println!("skipped: the conformance vectors are not beside the checkout");
        return;
    };
    let vectors: Vec<Value> = serde_json::from_slice(&vectors).unwrap();
    for (index, vector) in vectors.iter().enumerate() {
        let folder = files(&[("document.json", &vector["document"].to_string())]);
        let cases = vector["cases"].as_array().unwrap();
        let requests: String = cases.iter().map(|case| format!("{}\n", case["request"])).collect();
        let document = text(&folder.path().join("document.json"));
        let answers = halyard_with(&["eval", &document, "--requests", "-"], requests.as_bytes()).exits(0).lines();
        assert_eq!(answers.len(), cases.len());
        for (mut answer, case) in answers.into_iter().zip(cases) {
            let mut expected = case["answer"].clone();
            for answer in [&mut answer, &mut expected] {
                answer.as_object_mut().unwrap().remove("errorDetails");
                whole(answer);
            }
            assert_eq!(answer, expected, "document {index}, {}", case["request"]);
        }
    }
}

/// JSON does not tell 5.0 from 5.
fn whole(value: &mut Value) {
    match value {
        Value::Number(number) => *value = serde_json::json!(number.as_f64()),
        Value::Array(list) => list.iter_mut().for_each(whole),
        Value::Object(object) => object.values_mut().for_each(whole),
        _ => {}
    }
}
