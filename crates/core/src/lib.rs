//! The evaluator: a JSON document of flags, segments, plans and releases becomes answers.
//!
//! ```text
//! bytes ─ read ─▶ Report { problems, Checked<Document> } ─ compile ─▶ Ruleset ─ evaluate(flag, context, now) ─▶ Evaluation
//! ```
//!
//! The crate is pure: it reads no clock, no random number, no file and no socket, so the same inputs give the same bytes
//! natively, in an edge worker, in a page and in the admin app. Evaluating never panics, whatever the context holds.
#![cfg_attr(
    test,
    allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test that fails may panic")
)]

pub mod authority;
pub mod check;
pub mod compile;
pub mod context;
pub mod diff;
pub mod document;
pub mod evaluate;
pub mod explain;
pub mod json;
pub mod limits;
pub mod locate;
pub mod merge;
mod operators;
pub mod phrase;
pub mod problem;
pub mod scenario;
#[cfg(feature = "schema")]
pub mod schema;
pub mod time;

pub use check::{Checked, Report, read};
pub use compile::{Ruleset, compile};
pub use context::Context;
pub use diff::{Change, apply, diff};
pub use document::Document;
pub use evaluate::{ErrorCode, Evaluation, Reason};
pub use json::Json;
pub use merge::{Merge, merge};
pub use problem::{Code, Level, Pointer, Problem};
pub use time::{Date, Time, Timestamp};
