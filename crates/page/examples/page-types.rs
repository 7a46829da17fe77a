//! Prints the words of answers for the package, from the Rust types, so that nobody writes them twice:
//! `crates/page/npm/src/generated.ts`, which `cargo xtask tidy --fix` writes.
#![allow(clippy::print_stdout, reason = "what it is for")]

use halyard_core::image::FORMAT;
use halyard_core::image::layout::{TEXT, WORDS};
use halyard_core::{ErrorCode, Reason};
use ts_rs::TS;

fn main() {
    let config = ts_rs::Config::default();
    let (reason, error) = (Reason::decl(&config), ErrorCode::decl(&config));
    // As an answer in one number counts them; `Reason::Error` is told by its code.
    let reasons = [Reason::Static, Reason::Default, Reason::TargetingMatch, Reason::Split, Reason::Disabled].map(Reason::as_str);
    let errors = [ErrorCode::FlagNotFound, ErrorCode::TargetingKeyMissing].map(ErrorCode::as_str);
    let words: String = WORDS.iter().map(|(name, word)| format!("  {name} = {word},\n")).collect();
    print!(
        "// The words of answers and of images, generated from the Rust types in crates/core: `cargo xtask tidy --fix`. Not to be edited.\n\
         \n/** OpenFeature's reasons. */\nexport {reason}\n\
         \n/** OpenFeature's error codes, as far as evaluating can give them. */\nexport {error}\n\
         \n/** As an answer in one number counts them: first these. */\nexport const REASONS: readonly Reason[] = {reasons:?};\n\
         \n/** And behind them these. */\nexport const ERRORS: readonly ErrorCode[] = {errors:?};\n\
         \n/** The format of images that the evaluator reads. */\nexport const FORMAT = {FORMAT};\n\
         \n/** Words of an image's rows, as `halyard_core::image::layout` says: section × 256 + words of a row × 16 + the word. */\n\
         export const enum Word {{\n  Text = {TEXT},\n{words}}}\n"
    );
}
