//! Vectors from outside the project: 90 random documents and the answers of an independent implementation.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test that fails may panic, and finds its cases by the environment"
)]

mod support;

#[test]
fn core_gives_the_answers_of_the_conformance_vectors() {
    let folder = std::env::var_os("HALYARD_CONFORMANCE").map_or_else(|| support::root().join("../shared/conformance"), Into::into);
    let file = folder.join("evaluation/vectors.json");
    if !file.exists() {
        println!("skipped: no conformance vectors at ../shared/conformance; name their folder in HALYARD_CONFORMANCE");
        return;
    }
    assert!(support::hold_to(&file) > 0);
}
