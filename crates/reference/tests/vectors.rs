//! The reference gives the answers of the vectors: the project's own, and those from outside it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test may fail loudly, and finds its cases by the environment"
)]

use halyard_reference::{evaluate, parse_time};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// Runs the cases of a file of vectors; the number that ran, and a line for each that differs.
fn run(file: &Path) -> (usize, Vec<String>) {
    let groups: Vec<Value> = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
    let (mut ran, mut wrong) = (0, Vec::new());
    for (group_number, group) in groups.iter().enumerate() {
        for (case_number, case) in group["cases"].as_array().unwrap().iter().enumerate() {
            let request = &case["request"];
            let now = parse_time(request["at"].as_str().unwrap()).unwrap();
            let answer = evaluate(&group["document"], request["flag"].as_str().unwrap(), &request["context"], now);
            if answer != case["answer"] {
                let name = case["name"].as_str().unwrap_or("");
                wrong.push(format!(
                    "{} {group_number}/{case_number} {name}\n  {request}\n  expected {}\n  got      {answer}",
                    file.display(),
                    case["answer"]
                ));
            }
            ran += 1;
        }
    }
    (ran, wrong)
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[test]
fn the_reference_gives_the_answers_of_the_conformance_vectors() {
    let folder = std::env::var_os("HALYARD_CONFORMANCE").map_or_else(|| root().join("../shared/conformance"), PathBuf::from);
    let file = folder.join("evaluation/vectors.json");
    if !file.exists() {
        println!("skipped: no conformance vectors at ../shared/conformance; name their folder in HALYARD_CONFORMANCE");
        return;
    }
    let (ran, wrong) = run(&file);
    assert!(wrong.is_empty(), "{} of {ran} differ:\n{}", wrong.len(), wrong.join("\n"));
    assert!(ran > 0);
}

#[test]
fn the_reference_gives_the_answers_of_the_projects_own_vectors() {
    let mut files: Vec<PathBuf> = std::fs::read_dir(root().join("tests/vectors")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "json"));
    files.sort();
    let results: Vec<(usize, Vec<String>)> = files.iter().map(|file| run(file)).collect();
    let wrong: Vec<&String> = results.iter().flat_map(|(_, wrong)| wrong).collect();
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.iter().map(|line| line.as_str()).collect::<Vec<_>>().join("\n"));
    assert!(!results.is_empty() && results.iter().all(|(ran, _)| *ran > 0));
}

#[test]
fn every_one_of_the_projects_own_vectors_has_a_name_of_its_own() {
    for entry in std::fs::read_dir(root().join("tests/vectors")).unwrap() {
        let file = entry.unwrap().path();
        if file.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let groups: Vec<Value> = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
        let mut names = std::collections::BTreeSet::new();
        for case in groups.iter().flat_map(|group| group["cases"].as_array().unwrap()) {
            let name = case["name"].as_str().unwrap_or_else(|| panic!("{}: a case has no name: {case}", file.display()));
            assert!(names.insert(name.to_owned()), "{}: two cases are named {name}", file.display());
        }
    }
}
