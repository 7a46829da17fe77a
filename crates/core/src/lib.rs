//! The evaluator: a JSON document of flags, segments, plans and releases becomes answers.
//!
//! ```text
//! bytes ─ read ─▶ Report { problems, Checked<Document> } ─ compile ─▶ Ruleset ─ evaluate(flag, context, now) ─▶ Evaluation
//! ```
//!
//! The crate is pure: it reads no clock, no random number, no file and no socket, so the same inputs give the same bytes
//! natively, in an edge worker, in a page and in the admin app. Evaluating never panics, whatever the context holds.
//!
//! ```
//! use halyard_core::{Context, Timestamp, check::Cap, compile, read};
//!
//! let report = read(
//!     br#"{"format": 1, "flags": {"new-cart": {
//!         "purpose": "release", "owner": "team-cart", "created": "2026-11-01", "expires": "2027-01-31",
//!         "variants": {"on": true, "off": false},
//!         "rules": [{"id": "dutch", "when": {"attribute": "country", "is": ["NL"]}, "serve": "on"}],
//!         "otherwise": "off"}}}"#,
//!     Cap::Publisher,
//! );
//! let document = report.checked.expect("a document without errors");
//! let ruleset = compile(&document);
//!
//! let context = Context::parse(br#"{"targetingKey": "ann", "country": "NL"}"#).unwrap();
//! let now = Timestamp::parse("2026-11-22T12:00:00Z").unwrap();
//! let answer = ruleset.evaluate("new-cart", &context, now);
//! assert_eq!(answer.variant, Some("on"));
//! assert_eq!(ruleset.explain(&document, "new-cart", &context, now).summary, "`on`, because rule `dutch` holds");
//! ```
#![cfg_attr(
    not(feature = "document"),
    no_std,
    allow(dead_code, reason = "what an evaluation tells is for `explain`, which asks documents")
)]
#![cfg_attr(
    test,
    allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test that fails may panic")
)]

extern crate alloc;

pub mod evaluate;
pub mod image;
pub mod limits;
mod operators;
pub mod time;

// What knows documents: an evaluator of finished images does without. (Line by line: what stands in a macro, cargo-mutants and rustfmt
// do not find.)
#[cfg(feature = "document")]
pub mod authority;
#[cfg(feature = "document")]
pub mod check;
#[cfg(feature = "document")]
pub mod compile;
#[cfg(feature = "document")]
pub mod context;
#[cfg(feature = "document")]
pub mod diff;
#[cfg(feature = "document")]
pub mod document;
#[cfg(feature = "document")]
pub mod explain;
#[cfg(feature = "document")]
pub mod json;
#[cfg(feature = "document")]
pub mod locate;
#[cfg(feature = "document")]
pub mod merge;
#[cfg(feature = "document")]
mod pattern;
#[cfg(feature = "document")]
pub mod phrase;
#[cfg(feature = "document")]
pub mod problem;
#[cfg(feature = "document")]
pub mod scenario;
#[cfg(feature = "schema")]
pub mod schema;

#[cfg(feature = "document")]
pub use check::{Checked, Report, read};
#[cfg(feature = "document")]
pub use compile::{Bound, Ruleset, compile};
#[cfg(feature = "document")]
pub use context::Context;
#[cfg(feature = "document")]
pub use diff::{Change, apply, diff};
#[cfg(feature = "document")]
pub use document::Document;
#[cfg(feature = "document")]
pub use json::Json;
#[cfg(feature = "document")]
pub use merge::{Merge, merge};
#[cfg(feature = "document")]
pub use problem::{Code, Level, Pointer, Problem};
#[cfg(feature = "document")]
pub use time::{Date, Time};

#[cfg(feature = "document")]
pub use evaluate::Evaluation;
pub use evaluate::{ErrorCode, Reason};
pub use time::Timestamp;
