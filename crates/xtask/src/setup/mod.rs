//! Everything that is missing on a machine, from package registries only. Each step looks first, then does.

mod apt;
pub(crate) mod wasm_target;
