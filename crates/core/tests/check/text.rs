//! Bytes: sizes, UTF-8, JSON, keys written twice.

use halyard_core::Code;
use halyard_core::check::{Cap, read};
use halyard_core::limits::{PROBLEMS, PUBLISH_BYTES, READ_BYTES};
use serde_json::json;

use crate::{edited, good, set, told};

fn says(bytes: &[u8], cap: Cap) -> Vec<String> {
    let report = read(bytes, cap);
    assert_eq!(report.checked.is_none(), report.errors().next().is_some());
    report.problems.iter().map(told).collect()
}

#[test]
fn every_truncation_of_a_good_document_is_one_clear_error() {
    let text = serde_json::to_string_pretty(&good()).unwrap();
    for end in 0..text.len() {
        let problems = says(&text.as_bytes()[..end], Cap::Reader);
        assert_eq!(problems.len(), 1, "{end}: {problems:?}");
        assert!(problems[0].starts_with("error syntax /: this is not JSON: it "), "{}", problems[0]);
        assert!(end == 0 || problems[0].contains("line"), "{}", problems[0]);
    }
}

#[test]
fn bytes_that_are_no_text_and_text_that_is_no_json() {
    assert!(
        says(b"{\"format\": 1, \"x\": \"\xff\"}", Cap::Reader)[0]
            .starts_with("error syntax /: the text is not UTF-8: line 1 has the byte 0xFF behind `{\"format\": 1, \"x\": \"`")
    );
    for bad in ["", "null x", "{'format': 1}", "{\"format\": 1,}", "\u{feff}{\"format\": 1}", "{\"format\": NaN}", "{\"format\": 01}"] {
        let problems = says(bad.as_bytes(), Cap::Reader);
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert!(problems[0].starts_with("error syntax /: this is not JSON:"), "{}", problems[0]);
    }
    assert_eq!(says("[".repeat(1_000_000).as_bytes(), Cap::Reader).len(), 1);
}

#[test]
fn every_key_that_is_written_twice_is_told_beside_the_rest() {
    let text = br#"{"format": 1, "flags": {}, "flags": {"a": {"purpose": "permission", "purpose": "release", "owner": 5,
        "created": "2026-11-01", "expires": "2026-12-01", "variants": {"on": 1, "on": 2}}}}"#;
    let expected = [
        "error duplicate-key /flags: the key `flags` is written twice",
        "error duplicate-key /flags/a/purpose: the key `purpose` is written twice",
        "error wrong-type /flags/a/owner: `owner` must be a string, not a number (`5`)",
        "error duplicate-key /flags/a/variants/on: the key `on` is written twice",
    ];
    let found = says(text, Cap::Reader);
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    assert!(found.iter().zip(expected).all(|(found, expected)| found.starts_with(expected)), "{found:#?}");
}

#[test]
fn what_may_be_published_is_smaller_than_what_is_read() {
    let large = |bytes: usize| edited(&[set("/flags/c/description", json!("x".repeat(bytes)))]).to_string();
    let just_too_large = large(PUBLISH_BYTES);
    assert!(read(just_too_large.as_bytes(), Cap::Reader).checked.is_some());
    let found = says(just_too_large.as_bytes(), Cap::Publisher);
    assert!(
        found[0].starts_with("error too-large /: the document has ") && found[0].contains("at most 4194304 are allowed"),
        "{}",
        found[0]
    );
    // What counts is what would be stored: blanks do not.
    let spaced = format!("{}{}", good(), " ".repeat(PUBLISH_BYTES));
    assert!(read(spaced.as_bytes(), Cap::Publisher).checked.is_some());
    let found = says(large(READ_BYTES).as_bytes(), Cap::Reader);
    assert!(found[0].contains("at most 8388608 are allowed"), "{}", found[0]);
}

#[test]
fn a_flood_of_problems_is_counted_not_listed() {
    let many: Vec<u32> = vec![0; 50_000];
    let document = edited(&[set("/flags/b/tags", json!(many)), set("/retired", json!(many))]);
    let report = read(document.to_string().as_bytes(), Cap::Reader);
    assert_eq!(report.problems.len(), PROBLEMS + 1);
    let last = report.problems.iter().find(|problem| problem.code == Code::More).unwrap();
    assert_eq!(last.message, format!("{} more problems are not listed", 100_000 - PROBLEMS));
    assert!(report.checked.is_none());
}
