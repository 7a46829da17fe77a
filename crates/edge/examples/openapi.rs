//! Writes `schemas/openapi.json`; with `--check`, fails when it is not what the code says.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command for people")]

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas/openapi.json");
    let fresh = halyard_edge::describe::openapi();
    if std::fs::read_to_string(&file).is_ok_and(|found| found == fresh) {
        return ExitCode::SUCCESS;
    }
    if std::env::args().any(|argument| argument == "--check") {
        eprintln!("schemas/openapi.json is not what the code says (run `cargo run -p halyard-edge --features schema --example openapi`)");
        return ExitCode::FAILURE;
    }
    if let Err(error) = std::fs::write(&file, fresh) {
        eprintln!("cannot write schemas/openapi.json: {error}");
        return ExitCode::FAILURE;
    }
    println!("wrote schemas/openapi.json");
    ExitCode::SUCCESS
}
