//! Every hard limit, in one table. A reader's cap lies above the publisher's, so that whatever was published loads.
//!
//! ```
//! use halyard_core::{check::Cap, limits, read};
//! let rule = |nth| format!(r#"{{"id": "r{nth}", "when": {{"attribute": "plan", "is": ["a"]}}, "serve": "on"}}"#);
//! let rules: Vec<String> = (0..=limits::RULES).map(rule).collect();
//! let text = format!(
//!     r#"{{"format": 1, "flags": {{"new-cart": {{"purpose": "operational", "owner": "team-cart", "created": "2026-11-01",
//!         "variants": {{"on": true}}, "rules": [{}]}}}}}}"#,
//!     rules.join(", ")
//! );
//! let report = read(text.as_bytes(), Cap::Publisher);
//! assert_eq!(report.errors().next().unwrap().pointer.as_str(), "/flags/new-cart/rules");
//! ```

/// The largest document that a node reads, in bytes.
pub const READ_BYTES: usize = 8 * 1024 * 1024;
/// The largest document that is published, in bytes of canonical JSON.
pub const PUBLISH_BYTES: usize = 4 * 1024 * 1024;
/// Flags in a document.
pub const FLAGS: usize = 10_000;
/// Variants of a flag.
pub const VARIANTS: usize = 64;
/// Rules of a flag.
pub const RULES: usize = 100;
/// Stages of a release or a plan.
pub const STAGES: usize = 100;
/// Values in a list of a condition.
pub const LIST: usize = 10_000;
/// Values in a list of a condition beyond which `check` advises against it.
pub const LONG_LIST: usize = 100;
/// Bytes of a `matches` pattern.
pub const PATTERN_BYTES: usize = 256;
/// Characters of a key: `[A-Za-z0-9][A-Za-z0-9._-]{0,127}`.
pub const KEY: usize = 128;
/// Levels of `all`, `any` and `not` within one condition.
pub const CONDITION_DEPTH: usize = 8;
/// Flags in a chain of `requires` and `flag` conditions.
pub const FLAG_CHAIN: usize = 8;
/// Segments in a chain of segments that use segments. Together with the two above it bounds the evaluator's recursion.
pub const SEGMENT_CHAIN: usize = 16;
/// Condition steps of a flag's worst case.
pub const STEPS: usize = 10_000;
/// The largest whole number that every JSON reader agrees on, 2⁵³; greater magnitudes are refused in documents.
pub const SAFE_INTEGER: f64 = 9_007_199_254_740_992.0;
/// The greatest sum of a split's weights, 2³¹ − 1.
pub const WEIGHTS: u64 = 2_147_483_647;
/// Levels of lists and objects within a variant's value or a scenario's context. Records nest a document's values deeper than
/// the document does, and JSON readers stop at 128.
pub const VALUE_DEPTH: usize = 64;
/// Problems that `check` lists; the rest are counted.
pub const PROBLEMS: usize = 1_000;
/// Bytes of a request's body other than a document.
pub const REQUEST_BYTES: usize = 256 * 1024;
