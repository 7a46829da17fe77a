//! Writes the TypeScript types of an explanation from the Rust types, so that nobody writes them twice.
//!
//! ```text
//! cargo run -p halyard-explain --example explain-types             writes crates/page/npm/src/explain/types.ts
//! cargo run -p halyard-explain --example explain-types -- --check  fails where that file is not fresh
//! ```
#![allow(clippy::disallowed_methods, reason = "a shell: it reads its arguments and writes a file")]

use std::path::Path;
use std::process::ExitCode;

use halyard_core::explain::{Explanation, Outcome, Step};
use ts_rs::TS;

const HEAD: &str = "// Why a flag has its value, generated from the Rust types in crates/core/src/explain.rs:\n\
    // `cargo run -p halyard-explain --example explain-types`. Not to be edited.\n\
    import type { ErrorCode, Json, Reason } from \"../types.js\";\n\n\
    /** An answer, as the node gives it. */\nexport type Answer = { flag: string; variant?: string; value?: Json; reason: Reason; errorCode?: ErrorCode; \
    metadata?: { [name: string]: string | number | boolean } };\n";

fn main() -> ExitCode {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../page/npm/src/explain/types.ts");
    let fresh = types();
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    if written == fresh {
        return ExitCode::SUCCESS;
    }
    if std::env::args().any(|argument| argument == "--check") {
        eprintln!(
            "crates/page/npm/src/explain/types.ts is not what the Rust types say; run `cargo run -p halyard-explain --example explain-types`"
        );
        return ExitCode::FAILURE;
    }
    if let Err(error) = std::fs::write(&path, fresh) {
        eprintln!("crates/page/npm/src/explain/types.ts cannot be written: {error}");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

fn types() -> String {
    let config = ts_rs::Config::default();
    let mut text = String::from(HEAD);
    for declaration in [Explanation::decl(&config), Step::decl(&config), Outcome::decl(&config)] {
        text.push_str("\nexport ");
        for line in declaration.lines() {
            text.push_str(line.trim_end());
            text.push('\n');
        }
    }
    text
}
