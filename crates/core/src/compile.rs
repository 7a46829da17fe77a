//! From a checked document to index-based tables that are evaluated.

use crate::check::Checked;
use crate::context::Context;
use crate::evaluate::{Evaluation, Reason};
use crate::time::Timestamp;

/// A compiled document: what [`Ruleset::evaluate`] runs on.
#[derive(Clone, Debug)]
pub struct Ruleset {}

/// Compiles a checked document. Cannot fail.
pub fn compile(document: &Checked) -> Ruleset {
    let _ = document;
    Ruleset {}
}

impl Ruleset {
    /// Evaluates one flag.
    pub fn evaluate<'r>(&'r self, flag: &'r str, context: &Context, now: Timestamp) -> Evaluation<'r> {
        let _ = (context, now);
        Evaluation {
            flag,
            variant: None,
            value: None,
            reason: Reason::Error,
            error: None,
            metadata: None,
            detail: crate::evaluate::Detail::None,
        }
    }

    /// Evaluates every flag (or only the public ones), in the order of their keys.
    pub fn evaluate_all<'r>(
        &'r self,
        audience: crate::evaluate::Audience,
        context: &Context,
        now: Timestamp,
    ) -> impl Iterator<Item = Evaluation<'r>> {
        let _ = (audience, context, now);
        std::iter::empty()
    }

    /// Whether `flag` is there and may be sent to pages.
    pub fn is_public(&self, flag: &str) -> bool {
        let _ = flag;
        false
    }

    /// The next instant after `now` at which the clock alone can change an answer.
    pub fn next_change(&self, now: Timestamp) -> Option<Timestamp> {
        let _ = now;
        None
    }
}
