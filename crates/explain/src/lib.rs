//! Why a flag has its value in a page: `core`'s own `explain` behind wasm-bindgen.
//!
//! It is a module of its own, loaded on demand: it brings the reader and the words, which the page's evaluator does without.
//! The page hands it the public part of the document as JSON; what is private it never sees.

use halyard_core::check::{Cap, Checked};
use halyard_core::{Context, Ruleset, Timestamp, compile, read};
use wasm_bindgen::prelude::wasm_bindgen;

/// The latest instant of JavaScript's `Date`, in milliseconds since 1970, and with a minus the earliest.
const MOST_MS: f64 = 8.64e15;

/// A document that can say why.
#[wasm_bindgen]
pub struct Explainer {
    document: Checked,
    ruleset: Ruleset,
}

#[wasm_bindgen]
impl Explainer {
    /// Reads and compiles a document's JSON.
    ///
    /// ```
    /// use halyard_explain::Explainer;
    /// assert!(Explainer::new(br#"{"format": 1}"#).is_ok());
    /// ```
    ///
    /// # Errors
    /// In plain words, when it is no document.
    #[wasm_bindgen(constructor)]
    pub fn new(document: &[u8]) -> Result<Explainer, String> {
        let report = read(document, Cap::Reader);
        match report.checked {
            Some(document) => Ok(Explainer { ruleset: compile(&document), document }),
            None => {
                Err(format!("the document cannot be read: {}", report.errors().map(ToString::to_string).collect::<Vec<_>>().join("; ")))
            }
        }
    }

    /// Evaluates `flag` for a context (its JSON) at `now` (milliseconds since 1970, by the clock of the server) and says
    /// what was looked at: an `Explanation` as JSON.
    ///
    /// ```
    /// use halyard_explain::Explainer;
    /// let explainer = Explainer::new(br#"{"format": 1, "flags": {"new-cart": {
    ///     "purpose": "operational", "owner": "team-cart", "created": "2026-11-01",
    ///     "variants": {"on": true, "off": false}, "otherwise": "on"}}}"#).unwrap();
    /// let explanation = explainer.explain("new-cart", "{}", 0.0).unwrap();
    /// assert!(explanation.contains("`on`, because everyone gets it"), "{explanation}");
    /// ```
    ///
    /// # Errors
    /// In plain words, when the context is no JSON object, or the time is none.
    pub fn explain(&self, flag: &str, context: &str, now: f64) -> Result<String, String> {
        let context = Context::parse(context.as_bytes())
            .map_err(|problems| problems.first().map_or_else(String::new, |problem| problem.message.clone()))?;
        if now.is_nan() || now.abs() > MOST_MS {
            return Err("the time is no number of milliseconds since 1970".to_owned());
        }
        #[expect(clippy::cast_possible_truncation, reason = "within ±8.64e15, where every whole number of milliseconds is exact")]
        let now = Timestamp(now.floor() as i64);
        serde_json::to_string(&self.ruleset.explain(&self.document, flag, &context, now)).map_err(|error| error.to_string())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that fails may panic")]
mod tests {
    use super::*;

    fn refused(document: &str) -> String {
        Explainer::new(document.as_bytes()).err().unwrap()
    }

    #[test]
    fn what_is_no_document_is_refused_in_words() {
        assert!(refused("[]").starts_with("the document cannot be read: /: "), "{}", refused("[]"));
        assert!(refused(r#"{"format": 99}"#).contains("/format"));
    }

    #[test]
    fn what_is_no_context_and_no_time_is_refused_in_words() {
        let explainer = Explainer::new(br#"{"format": 1}"#).unwrap();
        assert!(explainer.explain("a", "[]", 0.0).unwrap_err().contains("the context must be an object"));
        for now in [f64::NAN, f64::INFINITY, -1e16] {
            assert!(explainer.explain("a", "{}", now).unwrap_err().contains("milliseconds"), "{now}");
        }
        assert!(explainer.explain("a", "{}", -1.5).unwrap().contains("FLAG_NOT_FOUND"));
    }
}
