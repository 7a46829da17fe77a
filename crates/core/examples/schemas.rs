//! Writes the JSON Schemas into `schemas/`; with `--check`, fails when they are not what the types say.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command for people")]

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let check = std::env::args().any(|argument| argument == "--check");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas");
    let mut stale = Vec::new();
    for (name, text) in halyard_core::schema::all() {
        let file = folder.join(name);
        if std::fs::read_to_string(&file).is_ok_and(|found| found == text) {
            continue;
        }
        if check {
            stale.push(name);
        } else if let Err(error) = std::fs::write(&file, text) {
            eprintln!("cannot write schemas/{name}: {error}");
            return ExitCode::FAILURE;
        } else {
            println!("wrote schemas/{name}");
        }
    }
    if stale.is_empty() {
        return ExitCode::SUCCESS;
    }
    eprintln!("not what the types say: {} (run `cargo run -p halyard-core --features schema --example schemas`)", stale.join(", "));
    ExitCode::FAILURE
}
