//! The project's own commands: `cargo xtask setup|build|serve|test|tidy`.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test may stop at what should not be"))]
#![allow(clippy::disallowed_methods, reason = "this is a shell: it reads the environment, waits and measures time")]

mod fail;
mod place;
mod run;
mod setup;
mod ui;

fn main() {
    let t = setup::wasm_target::ensure();
    println!("{t:?}");
}
