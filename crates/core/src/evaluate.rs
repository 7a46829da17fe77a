//! Answers: what a flag is for a context at a time, and why.

pub(crate) mod attribute;
pub(crate) mod next_change;
pub(crate) mod run;
pub(crate) mod trace;

use std::collections::BTreeMap;

use serde::Serialize;

use crate::json::{Json, Object};

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

impl Reason {
    /// The word in answers: `STATIC`, `TARGETING_MATCH`, …
    pub fn as_str(self) -> &'static str {
        match self {
            Reason::Static => "STATIC",
            Reason::Default => "DEFAULT",
            Reason::TargetingMatch => "TARGETING_MATCH",
            Reason::Split => "SPLIT",
            Reason::Disabled => "DISABLED",
            Reason::Error => "ERROR",
        }
    }
}

/// OpenFeature's error codes, as far as evaluating can give them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "OpenFeature's words; EVALUATION.md says when each applies")]
pub enum ErrorCode {
    FlagNotFound,
    TargetingKeyMissing,
}

impl ErrorCode {
    /// The word in answers: `FLAG_NOT_FOUND` or `TARGETING_KEY_MISSING`.
    pub fn as_str(self) -> &'static str {
        match self {
            ErrorCode::FlagNotFound => "FLAG_NOT_FOUND",
            ErrorCode::TargetingKeyMissing => "TARGETING_KEY_MISSING",
        }
    }
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
    ///
    /// ```
    /// use halyard_core::evaluate::{Detail, Evaluation, Reason};
    /// let value = halyard_core::Json::from(true);
    /// let answer = Evaluation {
    ///     flag: "new-cart", variant: Some("on"), value: Some(&value), reason: Reason::Split, error: None, metadata: None,
    ///     detail: Detail::Release { release: "cart-launch", stage: "canary" },
    /// };
    /// assert_eq!(
    ///     answer.to_json().canonical(),
    ///     r#"{"flag":"new-cart","metadata":{"release":"cart-launch","stage":"canary"},"reason":"SPLIT","value":true,"variant":"on"}"#
    /// );
    /// ```
    pub fn to_json(&self) -> Json {
        let mut answer = Object::new();
        let mut put = |key: &str, value: Json| answer.insert(key.to_owned(), value);
        put("flag", Json::from(self.flag));
        put("reason", Json::from(self.reason.as_str()));
        if let Some(variant) = self.variant {
            put("variant", Json::from(variant));
        }
        if let Some(value) = self.value {
            put("value", value.clone());
        }
        if let Some(error) = self.error {
            put("errorCode", Json::from(error.as_str()));
        }
        let metadata = self.merged_metadata();
        if !metadata.is_empty() {
            put("metadata", Json::Object(metadata));
        }
        Json::Object(answer)
    }

    /// The flag's own metadata with what decided over it: `rule`, `release` and `stage`, or `blockedBy`.
    pub fn merged_metadata(&self) -> Object {
        let mut metadata = self.metadata.cloned().unwrap_or_default();
        let mut put = |key: &str, value: &str| metadata.insert(key.to_owned(), Json::from(value));
        match self.detail {
            Detail::None => {}
            Detail::Rule(rule) => {
                put("rule", rule);
            }
            Detail::Release { release, stage } => {
                put("release", release);
                put("stage", stage);
            }
            Detail::BlockedBy(flag) => {
                put("blockedBy", flag);
            }
        }
        metadata
    }
}
