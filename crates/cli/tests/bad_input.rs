//! Bad documents through every command that reads one: a clear error, exit code 1, nothing on stdout but what the command promises.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test that fails may panic")]

mod common;

use common::{DOCUMENT, Ran, files, halyard, halyard_with, text};

/// A name, a bad document, and words that its error must have.
fn bad_documents() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let flag = |fields: &str| format!(r#"{{"format": 1, "flags": {{"f": {{{fields}}}}}}}"#).into_bytes();
    let good = r#""purpose": "operational", "owner": "t", "created": "2026-11-01", "variants": {"on": true, "off": false}"#;
    let mut nested = r#"{"all": []}"#.to_owned();
    for _ in 0..40 {
        nested = format!(r#"{{"not": {nested}}}"#);
    }
    vec![
        ("empty", Vec::new(), "not JSON"),
        ("null", b"null".to_vec(), "/: "),
        ("truncated", DOCUMENT.as_bytes()[..DOCUMENT.len() / 2].to_vec(), "not JSON"),
        ("two values", b"{\"format\": 1} {}".to_vec(), "not JSON"),
        ("duplicate key", br#"{"format": 1, "flags": {}, "flags": {}}"#.to_vec(), "/flags: "),
        (
            "duplicate flag",
            br#"{"format": 1, "segments": {"s": {"when": {"all": []}}, "s": {"when": {"all": []}}}}"#.to_vec(),
            "/segments/s: ",
        ),
        ("no format", b"{}".to_vec(), "format"),
        ("newer format", br#"{"format": 2}"#.to_vec(), "/format: "),
        ("wrong type", br#"{"format": 1, "flags": []}"#.to_vec(), "/flags: "),
        ("unknown field", br#"{"format": 1, "flgas": {}}"#.to_vec(), "flgas"),
        ("unknown field of a flag", flag(&format!("{good}, \"enable\": true")), "/flags/f"),
        ("a number as text", flag(&good.replace("\"t\"", "5")), "/flags/f/owner: "),
        ("mixed variants", flag(&good.replace("false", "\"no\"")), "/flags/f/variants"),
        ("unknown variant", flag(&format!("{good}, \"otherwise\": \"maybe\"")), "/flags/f/otherwise: "),
        ("number beyond 2^53", flag(&format!("{good}, \"metadata\": {{\"n\": 9007199254740993}}")), "/flags/f/metadata/n: "),
        ("deep condition", format!(r#"{{"format": 1, "segments": {{"s": {{"when": {nested}}}}}}}"#).into_bytes(), "/segments/s/when"),
        ("deep nesting", format!("{{\"format\": 1, \"flags\": {}", "[".repeat(200_000)).into_bytes(), "not JSON"),
        ("invalid UTF-8", b"{\"format\": 1, \"owner\": \"\xff\"}".to_vec(), "UTF-8"),
        ("UTF-16", "\u{feff}{\"format\": 1}".encode_utf16().flat_map(u16::to_le_bytes).collect(), "UTF-8"),
        ("9 MiB", format!(r#"{{"format": 1, "x": "{}"}}"#, "x".repeat(9 * 1024 * 1024)).into_bytes(), "at most"),
    ]
}

#[track_caller]
fn is_clear(name: &str, ran: &Ran, text: &str, words: &str) {
    assert_eq!(ran.code, 1, "{name}: {ran:#?}");
    assert!(text.contains(words), "{name}: `{words}` is not in {ran:#?}");
    for trace in ["panicked", "Error(", "Err(", "core::", "RUST_BACKTRACE"] {
        assert!(!ran.err.contains(trace) && !ran.out.contains(trace), "{name}: {ran:#?}");
    }
}

#[test]
fn check_prints_what_is_wrong_with_each() {
    for (name, bytes, words) in bad_documents() {
        let ran = halyard_with(&["check", "-"], &bytes);
        is_clear(name, &ran, &ran.out, words);
        let json = halyard_with(&["check", "-", "--json"], &bytes).exits(1).json();
        assert!(json.as_array().unwrap().iter().any(|problem| problem["level"] == "error"), "{name}: {json}");
    }
}

#[test]
fn every_other_command_refuses_each_on_stderr() {
    let folder = files(&[("good.json", DOCUMENT), ("requests.ndjson", "{\"flag\": \"search\", \"context\": {}}\n")]);
    let (good, requests) = (text(&folder.path().join("good.json")), text(&folder.path().join("requests.ndjson")));
    for (name, bytes, words) in bad_documents() {
        for args in [
            &["eval", "-", "--requests", &requests][..],
            &["explain", "-", "search", "--context", "{}"],
            &["diff", "-", &good],
            &["diff", &good, "-"],
            &["test", "-"],
            &["publish", "-", "--store", "file:nowhere", "--env", "production", "--message", "x"],
        ] {
            let ran = halyard_with(args, &bytes);
            is_clear(&format!("{name}, {}", args[0]), &ran, &ran.err, words);
            assert_eq!(ran.out, "", "{name}");
        }
    }
}

#[test]
fn every_truncation_of_a_good_document_is_refused() {
    let whole = DOCUMENT.trim_end();
    // Each process is a few milliseconds: a prime step visits every kind of place.
    for end in (0..whole.len()).step_by(37) {
        halyard_with(&["check", "-"], &whole.as_bytes()[..end]).exits(1);
    }
    halyard_with(&["check", "-"], whole.as_bytes()).exits(0);
}

#[test]
fn an_input_that_cannot_be_read_is_the_calls_fault() {
    let folder = files(&[("good.json", DOCUMENT)]);
    let good = text(&folder.path().join("good.json"));
    halyard(&["eval", &good, "--requests", "none.ndjson"]).exits(2).says("`none.ndjson` cannot be read");
    halyard(&["test", &good, "none.json"]).exits(2).says("`none.json` cannot be read");
    halyard(&["diff", &good, "none.json"]).exits(2).says("`none.json` cannot be read");
}
