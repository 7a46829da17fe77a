//! What `halyard check` says of documents as people break them: each file of `tests/blobs/bad`, with the answer frozen beside it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that fails may panic")]

mod common;

use std::fs;
use std::path::{Path, PathBuf};

use common::halyard;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/blobs/bad")
}

/// The files with this ending, sorted.
fn files(ending: &str) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|found| found == ending));
    files.sort();
    files
}

#[test]
fn each_mistake_gets_the_answer_that_was_read_and_found_plain() {
    let freeze = std::env::var_os("HALYARD_FREEZE").is_some();
    let mut differ = Vec::new();
    for file in files("json") {
        let ran = halyard(&["check", file.to_str().unwrap()]);
        assert_eq!(ran.code, 1, "{}: {ran:#?}", file.display());
        let said = format!("{}{}", ran.out, ran.err);
        let frozen = file.with_extension("txt");
        if freeze {
            fs::write(&frozen, said).unwrap();
        } else if fs::read_to_string(&frozen).unwrap_or_default() != said {
            differ.push(format!("{}\n{said}", file.file_name().unwrap().display()));
        }
    }
    assert!(
        differ.is_empty(),
        "read these as those who made the mistake; if they are plain, run this again with HALYARD_FREEZE=1\n\n{}",
        differ.join("\n")
    );
}

#[test]
fn there_are_thirty_mistakes_at_least_and_no_answer_without_one() {
    let (mistakes, answers) = (files("json"), files("txt"));
    assert!(mistakes.len() >= 30, "{}", mistakes.len());
    let expected: Vec<PathBuf> = mistakes.iter().map(|file| file.with_extension("txt")).collect();
    assert_eq!(answers, expected);
}

/// People read the first line first: it says where, what and how to mend it, without a word that only we know.
#[test]
fn every_answer_says_where_what_and_how() {
    for file in files("txt") {
        for line in fs::read_to_string(&file).unwrap().lines().filter(|line| line.starts_with('/')) {
            assert!(line.contains(": "), "where? {line}");
            assert!(line.ends_with(')') || line.ends_with(") [warning]"), "how? {line}");
            assert!(line.chars().count() <= 330, "{} characters are not read in one go: {line}", line.chars().count());
            for ours in ["serde", "EOF", "ident", "enum", "Option", "usize", "struct", "parse"] {
                assert!(!line.contains(ours), "`{ours}`? {line}");
            }
        }
    }
}
