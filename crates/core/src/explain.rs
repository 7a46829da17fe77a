//! Why a user gets what they get: the same evaluation, with a trace that a person can read.

mod sentence;
mod tracer;

use serde::Serialize;

use crate::compile::Ruleset;
use crate::context::Context;
use crate::document::Document;
use crate::evaluate::Evaluation;
use crate::evaluate::bind::Binding;
use crate::evaluate::run::{Given, Run};
use crate::json::Json;
use crate::time::Timestamp;

use tracer::Tracer;

/// An answer and how it came about.
///
/// ```
/// # use halyard_core::{check::Cap, compile, read, Context, Timestamp};
/// # let document = read(br#"{"format": 1, "flags": {"new-cart": {"purpose": "operational", "owner": "team-cart",
/// #     "created": "2026-11-01", "variants": {"on": true, "off": false},
/// #     "rules": [{"id": "dutch", "when": {"attribute": "country", "is": ["NL"]}, "serve": "on"}], "otherwise": "off"}}}"#,
/// #     Cap::Reader).checked.unwrap();
/// # let ruleset = compile(&document);
/// # let context = Context::parse(br#"{"country": "NL"}"#).unwrap();
/// let explanation = ruleset.explain(&document, "new-cart", &context, Timestamp(0));
/// assert_eq!(explanation.summary, "`on`, because rule `dutch` holds");
/// assert_eq!(explanation.answer, ruleset.evaluate("new-cart", &context, Timestamp(0)).to_json());
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Explanation {
    /// The answer, as [`crate::Evaluation::to_json`] writes it.
    #[cfg_attr(feature = "ts", ts(type = "Answer"))]
    pub answer: Json,
    /// One sentence that sums it up: "`on`, because rule `half-of-nl` holds".
    pub summary: String,
    /// What was looked at, in order.
    pub steps: Vec<Step>,
}

/// One thing that was looked at.
///
/// ```
/// # use halyard_core::{check::Cap, compile, read, Context, Timestamp};
/// use halyard_core::Pointer;
/// # let document = read(br#"{"format": 1, "flags": {"new-cart": {"purpose": "operational", "owner": "team-cart",
/// #     "created": "2026-11-01", "variants": {"on": true, "off": false},
/// #     "rules": [{"id": "dutch", "when": {"attribute": "country", "is": ["NL"]}, "serve": "on"}], "otherwise": "off"}}}"#,
/// #     Cap::Reader).checked.unwrap();
/// # let ruleset = compile(&document);
/// # let context = Context::parse(br#"{"country": "NL"}"#).unwrap();
/// let explanation = ruleset.explain(&document, "new-cart", &context, Timestamp(0));
/// let lines: Vec<_> = explanation.steps.iter().map(|step| format!("{}{}", "  ".repeat(step.depth), step.text)).collect();
/// assert_eq!(lines, ["rule `dutch`", "  `country` is `NL` — it is `NL`"]);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Step {
    /// How deep it is nested: 0 for what stands on the flag itself.
    pub depth: usize,
    /// How it came out.
    pub outcome: Outcome,
    /// A sentence: "`country` is any of `NL`, `BE` — it is `DE`".
    pub text: String,
    /// Where in the document it is written (JSON pointer).
    pub pointer: String,
}

/// How a step came out.
///
/// ```
/// # use halyard_core::{check::Cap, compile, read, Context, Timestamp};
/// use halyard_core::explain::Outcome;
/// # let document = read(br#"{"format": 1, "flags": {"new-cart": {"purpose": "operational", "owner": "team-cart",
/// #     "created": "2026-11-01", "variants": {"on": true, "off": false},
/// #     "rules": [{"id": "dutch", "when": {"attribute": "country", "is": ["NL"]}, "serve": "on"}], "otherwise": "off"}}}"#,
/// #     Cap::Reader).checked.unwrap();
/// # let ruleset = compile(&document);
/// # let context = Context::parse(br#"{"country": "NL"}"#).unwrap();
/// let abroad = Context::parse(br#"{"country": "DE"}"#).unwrap();
/// let [rule, condition, ..] = &ruleset.explain(&document, "new-cart", &abroad, Timestamp(0)).steps[..] else { unreachable!() };
/// assert_eq!((rule.outcome, condition.outcome), (Outcome::Fails, Outcome::Fails));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum Outcome {
    /// It holds.
    Holds,
    /// It does not.
    Fails,
    /// It says something without holding or failing.
    Note,
}

impl Ruleset {
    /// Evaluates `flag` as [`Ruleset::evaluate`] does, and says what was looked at: what was not needed for the answer is not
    /// there. `document` is the one that this was compiled from: it has the words.
    ///
    /// ```
    /// # use halyard_core::{check::Cap, compile, read, Context, Timestamp};
    /// let report = read(br#"{"format": 1, "flags": {"new-cart": {
    ///     "purpose": "release", "owner": "team-cart", "created": "2026-11-01", "expires": "2027-01-31",
    ///     "variants": {"on": true, "off": false},
    ///     "rules": [{"id": "benelux", "when": {"attribute": "country", "is": ["NL", "BE"]}, "serve": "on"}],
    ///     "otherwise": "off"}}}"#, Cap::Reader);
    /// let document = report.checked.unwrap();
    /// let ruleset = compile(&document);
    /// let context = Context::parse(br#"{"country": "DE"}"#).unwrap();
    /// let explanation = ruleset.explain(&document, "new-cart", &context, Timestamp(0));
    /// assert_eq!(explanation.summary, "`off`, because no rule or release applies");
    /// let texts: Vec<_> = explanation.steps.iter().map(|step| step.text.as_str()).collect();
    /// assert_eq!(texts, ["rule `benelux`", "`country` is any of `NL`, `BE` — it is `DE`", "everyone else gets `off`"]);
    /// assert_eq!(explanation.steps[1].pointer, "/flags/new-cart/rules/0/when");
    /// ```
    pub fn explain(&self, document: &Document, flag: &str, context: &Context, now: Timestamp) -> Explanation {
        let image = self.image();
        let binding = Binding::new(image, context.values());
        let Some(index) = image.flag(flag.as_bytes()) else {
            let answer = Evaluation::not_found(flag).to_json();
            return Explanation { answer, summary: format!("an error: there is no flag `{flag}` in the document"), steps: Vec::new() };
        };
        let given = Given::new(image, binding.slots());
        let mut run = Run::new(&given, Tracer::new(document, given, context));
        let outcome = run.flag(index, now);
        let evaluation = self.told(self.key(index), index, (outcome, run.cause));
        let summary = run.trace.summary(&evaluation);
        Explanation { answer: evaluation.to_json(), summary, steps: run.trace.into_steps(now) }
    }
}
