//! Every input that is kept, through the function that libFuzzer calls: the corpus, and what was found once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that fails may panic")]

use std::fs;
use std::path::{Path, PathBuf};

fn inputs(folder: &str, target: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder).join(target);
    let entries = fs::read_dir(folder).into_iter().flatten();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

/// Replays a target's inputs; how many there were.
fn replay(target: &str) -> usize {
    let (_, holds) = halyard_fuzz::TARGETS.into_iter().find(|(name, _)| *name == target).unwrap();
    let files: Vec<PathBuf> = ["corpus", "findings"].into_iter().flat_map(|folder| inputs(folder, target)).collect();
    for file in &files {
        let input = fs::read(file).unwrap();
        let held = std::panic::catch_unwind(|| holds(&input));
        assert!(held.is_ok(), "`{target}` does not hold for {}", file.display());
    }
    files.len()
}

#[test]
fn json_reads_and_writes_as_it_should() {
    assert!(replay("canonical") > 20);
}

#[test]
fn evaluating_agrees_with_the_reference() {
    assert!(replay("evaluate") > 20);
}

#[test]
fn an_image_is_refused_or_answers_soon() {
    assert!(replay("image") > 20);
}

#[test]
fn merging_keeps_its_laws() {
    assert!(replay("merge") > 20);
}

#[test]
fn whatever_the_store_has_the_node_serves_what_is_good() {
    assert!(replay("objects") > 20);
}

#[test]
fn whatever_is_asked_is_answered() {
    assert!(replay("router") > 20);
}
