//! Prints the TypeScript types of the wasm border, from the Rust types, so that nobody writes them twice: `worker/host/wire.d.ts`, which
//! `cargo xtask tidy --fix` writes.
#![allow(clippy::print_stdout, reason = "what it is for")]

use halyard_edge::frame::{Afterwards, ConditionMeta, EffectHead, EffectMeta, ResultMeta};
use halyard_edge::{Config, Surface};
use ts_rs::TS;

fn main() {
    let config = ts_rs::Config::default();
    let declarations = [
        ResultMeta::decl(&config),
        Afterwards::decl(&config),
        EffectHead::decl(&config),
        EffectMeta::decl(&config),
        ConditionMeta::decl(&config),
        Surface::decl(&config),
        Config::decl(&config),
    ];
    let mut text = String::from(
        "// What crosses the wasm border, generated from the Rust types in crates/edge/src/frame.rs:\n\
         // `cargo xtask tidy --fix`. Not to be edited.\n",
    );
    for declaration in declarations {
        text.push_str("\nexport ");
        for line in declaration.lines() {
            text.push_str(line.trim_end());
            text.push('\n');
        }
    }
    print!("{text}");
}
