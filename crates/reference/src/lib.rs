//! The obvious evaluator: docs/evaluation.md read aloud over plain JSON values, slow and without surprises.
//!
//! It is the oracle that tests hold `halyard-core` to, so it shares no evaluation code with it and has no other use.
//! [`evaluate`] expects a document that passes `check`.
#![allow(clippy::indexing_slicing, reason = "indexing a JSON value gives null where there is nothing; nothing else is indexed")]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail loudly"))]

mod bucket;
mod evaluate;
pub mod generate;
mod network;
mod operators;
mod time;
mod value;
mod version;

pub use bucket::{bucket, murmur3_x86_32};
pub use evaluate::evaluate;
pub use time::parse_time;
pub use value::number_text;
