//! Writes `schemas/project.schema.json`; with `--check`, fails when it is not what the types say.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command for people")]

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas/project.schema.json");
    let fresh = halyard_edge::project::schema::project();
    if std::fs::read_to_string(&file).is_ok_and(|found| found == fresh) {
        return ExitCode::SUCCESS;
    }
    if std::env::args().any(|argument| argument == "--check") {
        eprintln!(
            "schemas/project.schema.json is not what the types say (run `cargo run -p halyard-edge --features schema --example project-schema`)"
        );
        return ExitCode::FAILURE;
    }
    if let Err(error) = std::fs::write(&file, fresh) {
        eprintln!("cannot write schemas/project.schema.json: {error}");
        return ExitCode::FAILURE;
    }
    println!("wrote schemas/project.schema.json");
    ExitCode::SUCCESS
}
