//! Prints the TypeScript types of an explanation, from the Rust types, so that nobody writes them twice:
//! `crates/page/npm/src/explain/types.ts`, which `cargo xtask tidy --fix` writes.
#![allow(clippy::print_stdout, reason = "what it is for")]

use halyard_core::explain::{Explanation, Outcome, Step};
use ts_rs::TS;

const HEAD: &str = "// Why a flag has its value, generated from the Rust types in crates/core/src/explain.rs:\n\
    // `cargo xtask tidy --fix`. Not to be edited.\n\
    import type { ErrorCode, Json, Reason } from \"../types.js\";\n\n\
    /** An answer, as the node gives it. */\nexport type Answer = { flag: string; variant?: string; value?: Json; reason: Reason; errorCode?: ErrorCode; \
    metadata?: { [name: string]: string | number | boolean } };\n";

fn main() {
    let config = ts_rs::Config::default();
    let mut text = String::from(HEAD);
    for declaration in [Explanation::decl(&config), Step::decl(&config), Outcome::decl(&config)] {
        text.push_str("\nexport ");
        for line in declaration.lines() {
            text.push_str(line.trim_end());
            text.push('\n');
        }
    }
    print!("{text}");
}
