//! The node: HTTP and the store protocol as a sans-IO state machine.
#![cfg_attr(
    test,
    allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test that fails may panic")
)]

pub mod wire;
