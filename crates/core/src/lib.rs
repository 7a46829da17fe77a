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
pub mod image;
pub mod json;
pub mod limits;
pub mod locate;
pub mod merge;
mod operators;
mod pattern;
pub mod phrase;
pub mod problem;
pub mod scenario;
#[cfg(feature = "schema")]
pub mod schema;
pub mod time;

pub use check::{Checked, Report, read};
pub use compile::{Bound, Ruleset, compile};
pub use context::Context;
pub use diff::{Change, apply, diff};
pub use document::Document;
pub use evaluate::{ErrorCode, Evaluation, Reason};
pub use json::Json;
pub use merge::{Merge, merge};
pub use problem::{Code, Level, Pointer, Problem};
pub use time::{Date, Time, Timestamp};
