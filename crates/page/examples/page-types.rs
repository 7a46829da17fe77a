//! Writes the words of answers for the package from the Rust types, so that nobody writes them twice.
//!
//! ```text
//! cargo run -p halyard-page --example page-types             writes crates/page/npm/src/generated.ts
//! cargo run -p halyard-page --example page-types -- --check  fails where that file is not fresh
//! ```
#![allow(clippy::disallowed_methods, reason = "a shell: it reads its arguments and writes a file")]

use std::path::Path;
use std::process::ExitCode;

use halyard_core::image::FORMAT;
use halyard_core::image::layout::{TEXT, WORDS};
use halyard_core::{ErrorCode, Reason};
use ts_rs::TS;

const COMMAND: &str = "cargo run -p halyard-page --example page-types";

fn main() -> ExitCode {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("npm/src/generated.ts");
    let fresh = types();
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    if written == fresh {
        return ExitCode::SUCCESS;
    }
    if std::env::args().any(|argument| argument == "--check") {
        eprintln!("crates/page/npm/src/generated.ts is not what the Rust types say; run `{COMMAND}`");
        return ExitCode::FAILURE;
    }
    if let Err(error) = std::fs::write(&path, fresh) {
        eprintln!("crates/page/npm/src/generated.ts cannot be written: {error}");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

fn types() -> String {
    let config = ts_rs::Config::default();
    let (reason, error) = (Reason::decl(&config), ErrorCode::decl(&config));
    // As an answer in one number counts them; `Reason::Error` is told by its code.
    let reasons = [Reason::Static, Reason::Default, Reason::TargetingMatch, Reason::Split, Reason::Disabled].map(Reason::as_str);
    let errors = [ErrorCode::FlagNotFound, ErrorCode::TargetingKeyMissing].map(ErrorCode::as_str);
    let words: String = WORDS.iter().map(|(name, word)| format!("  {name} = {word},\n")).collect();
    format!(
        "// The words of answers, generated from the Rust types in crates/core: `{COMMAND}`. Not to be edited.\n\
         \n/** OpenFeature's reasons. */\nexport {reason}\n\
         \n/** OpenFeature's error codes, as far as evaluating can give them. */\nexport {error}\n\
         \n/** As an answer in one number counts them: first these. */\nexport const REASONS: readonly Reason[] = {reasons:?};\n\
         \n/** And behind them these. */\nexport const ERRORS: readonly ErrorCode[] = {errors:?};\n\
         \n/** The format of images that the evaluator reads. */\nexport const FORMAT = {FORMAT};\n\
         \n/** Words of an image's rows, as `halyard_core::image::layout` says: section × 256 + words of a row × 16 + the word. */\n\
         export const enum Word {{\n  Text = {TEXT},\n{words}}}\n"
    )
}
