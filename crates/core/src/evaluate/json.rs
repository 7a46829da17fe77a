//! Answers as JSON values.

use super::Evaluation;
use crate::json::{Json, Object};

impl Evaluation<'_> {
    /// The answer as docs/evaluation.md writes it: `{"flag", "variant"?, "value"?, "reason", "errorCode"?, "metadata"?}`.
    ///
    /// ```
    /// use halyard_core::evaluate::{Detail, Evaluation, Metadata, Reason};
    /// let answer = Evaluation {
    ///     flag: "new-cart", variant: Some("on"), value: Some("true"), reason: Reason::Split, error: None, metadata: Metadata::default(),
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
            put("value", json(value));
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
    ///
    /// ```
    /// # use halyard_core::{check::Cap, compile, read, Context, Timestamp};
    /// # let ruleset = compile(&read(br#"{"format": 1, "flags": {"new-cart": {
    /// #     "purpose": "operational", "owner": "team-cart", "created": "2026-11-01", "variants": {"on": true, "off": false},
    /// #     "metadata": {"page": "cart"}, "rules": [{"id": "dutch", "when": {"attribute": "country", "is": ["NL"]}, "serve": "on"}],
    /// #     "otherwise": "off"}}}"#, Cap::Reader).checked.unwrap());
    /// let context = Context::parse(br#"{"country": "NL"}"#).unwrap();
    /// let metadata = ruleset.evaluate("new-cart", &context, Timestamp(0)).merged_metadata();
    /// assert_eq!(metadata["page"].as_str(), Some("cart"));
    /// assert_eq!(metadata["rule"].as_str(), Some("dutch"));
    /// ```
    pub fn merged_metadata(&self) -> Object {
        let mut metadata: Object = self.metadata.iter().map(|(key, value)| (key.to_owned(), json(value))).collect();
        for (key, value) in self.detail.entries().into_iter().flatten() {
            metadata.insert(key.to_owned(), Json::from(value));
        }
        metadata
    }
}

/// A value that was written as canonical JSON.
fn json(text: &str) -> Json {
    Json::parse(text.as_bytes()).unwrap_or(Json::Null)
}
