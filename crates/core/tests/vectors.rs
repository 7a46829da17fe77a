//! The project's own vectors: what every sentence of docs/evaluation.md comes to.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test that fails may panic")]

mod support;

#[test]
fn core_gives_the_answers_of_the_projects_vectors() {
    let folder = support::root().join("tests/vectors");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "json"));
    files.sort();
    assert!(!files.is_empty());
    for file in files {
        assert!(support::hold_to(&file) > 0, "{}", file.display());
    }
}
