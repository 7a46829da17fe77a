//! Good documents: no errors, and the same document again from what was written.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test that fails may panic")]

use halyard_core::check::{Cap, check, decode_document, read};
use halyard_core::{Document, Json};
use proptest::prelude::*;

/// The documents of a file of cases `[{"document": …}, …]`; none where the file is not there.
fn documents_of(path: &std::path::Path) -> Option<Vec<String>> {
    let text = std::fs::read(path).ok()?;
    let cases = Json::parse(&text).unwrap();
    let documents: Vec<String> = cases.as_array().unwrap().iter().filter_map(|case| case.get("document")).map(Json::canonical).collect();
    assert!(!documents.is_empty(), "{} holds no document", path.display());
    Some(documents)
}

fn is_good(text: &str) {
    let report = read(text.as_bytes(), Cap::Publisher);
    assert_eq!(report.errors().map(ToString::to_string).collect::<Vec<_>>(), Vec::<String>::new(), "{text}");
    let document = report.checked.expect("it has no errors").into_inner();
    round_trips(&document);
}

fn round_trips(document: &Document) {
    let written = document.canonical();
    let json = Json::parse(written.as_bytes()).unwrap();
    assert_eq!(json.canonical(), written);
    assert_eq!(&decode_document(&json).unwrap(), document);
    assert_eq!(Json::parse(json.pretty().as_bytes()).unwrap(), json);
    assert!(check(document).checked.is_some());
    assert_eq!(&serde_json::from_str::<Document>(&written).unwrap(), document);
}

#[test]
fn conformance_documents_have_no_errors() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/conformance/evaluation/vectors.json");
    match documents_of(&path) {
        Some(documents) => documents.iter().for_each(|document| is_good(document)),
        None => println!("skipped: the conformance vectors are not here"),
    }
}

#[test]
fn our_own_vectors_have_no_errors() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors");
    let mut files: Vec<_> = std::fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    files.sort();
    for file in files {
        documents_of(&file).unwrap().iter().for_each(|document| is_good(document));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn generated_documents_have_no_errors(document in halyard_reference::generate::document()) {
        is_good(&document.to_string());
    }
}
