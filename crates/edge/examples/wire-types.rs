//! Writes the TypeScript types of the wasm border from the Rust types, so that nobody writes them twice.
//!
//! ```text
//! cargo run -p halyard-edge --features ts --example wire-types             writes worker/host/wire.d.ts
//! cargo run -p halyard-edge --features ts --example wire-types -- --check  fails where that file is not fresh
//! ```
#![allow(clippy::disallowed_methods, reason = "a shell: it reads its arguments and writes a file")]

use std::path::Path;
use std::process::ExitCode;

use halyard_edge::frame::{AnswerMeta, ConditionMeta, EffectMeta, FrameHeader, ResultMeta};
use halyard_edge::{Config, Surface};
use ts_rs::TS;

fn main() -> ExitCode {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../worker/host/wire.d.ts");
    let fresh = types();
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    if std::env::args().any(|argument| argument == "--check") {
        if written == fresh {
            return ExitCode::SUCCESS;
        }
        eprintln!(
            "worker/host/wire.d.ts is not what the Rust types say; run `cargo run -p halyard-edge --features ts --example wire-types`"
        );
        return ExitCode::FAILURE;
    }
    if written != fresh
        && let Err(error) = std::fs::write(&path, fresh)
    {
        eprintln!("worker/host/wire.d.ts cannot be written: {error}");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

fn types() -> String {
    let config = ts_rs::Config::default();
    let declarations = [
        ResultMeta::decl(&config),
        FrameHeader::decl(&config),
        AnswerMeta::decl(&config),
        EffectMeta::decl(&config),
        ConditionMeta::decl(&config),
        Surface::decl(&config),
        Config::decl(&config),
    ];
    let mut text = String::from(
        "// What crosses the wasm border, generated from the Rust types in crates/edge/src/frame.rs:\n\
         // `cargo run -p halyard-edge --features ts --example wire-types`. Not to be edited.\n",
    );
    for declaration in declarations {
        text.push_str("\nexport ");
        for line in declaration.lines() {
            text.push_str(line.trim_end());
            text.push('\n');
        }
    }
    text
}
