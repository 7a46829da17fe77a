//! Figures: what is measured, how, and the tables and plots that tell it. `cargo xtask bench` runs it.
//!
//! Times depend on what else the machine does; counts of instructions do not. Where a figure is compared, it is the counts.
#![cfg_attr(
    test,
    allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test that fails may panic")
)]

pub mod bench;
pub mod configuration;
pub mod count;
pub mod evaluators;
pub mod inputs;
pub mod kinds;
pub mod load;
pub mod native;
pub mod page;
pub mod plot;
pub mod requests;
pub mod run;
pub mod table;
pub mod targets;

/// Errors are sentences for the person who runs a bench.
pub type Result<T> = std::result::Result<T, String>;
