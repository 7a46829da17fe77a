//! Prints `schemas/openapi.json`, which `cargo xtask tidy --fix` writes.
#![allow(clippy::print_stdout, reason = "what it is for")]

fn main() {
    print!("{}", halyard_edge::describe::openapi());
}
