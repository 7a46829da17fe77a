//! Scenario tests: what a document must answer before it may be published.

use serde::{Deserialize, Serialize};

use crate::compile::Ruleset;
use crate::context::Context;
use crate::document::{Document, Scenario};
use crate::time::{Time, Timestamp};

/// What came of one scenario.
///
/// ```
/// use halyard_core::{check::Cap, compile, read, scenario, Timestamp};
/// # let document = read(br#"{"format": 1,
/// #     "flags": {"new-cart": {"purpose": "operational", "owner": "team-cart", "created": "2026-11-01",
/// #         "variants": {"on": true, "off": false}, "otherwise": "off"}},
/// #     "scenarios": [{"name": "everyone sees the new cart", "context": {}, "expect": {"new-cart": "on"}}]}"#, Cap::Reader).checked.unwrap();
/// let result = &scenario::run(&document, &compile(&document), &document.scenarios, Timestamp(0))[0];
/// assert_eq!((result.name.as_str(), result.failures.len()), ("everyone sees the new cart", 1));
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ScenarioResult {
    /// The scenario's name.
    pub name: String,
    /// Each expectation that was not met; none: it passes.
    pub failures: Vec<Failure>,
}

/// An expectation that was not met.
///
/// ```
/// use halyard_core::{check::Cap, compile, read, scenario, Timestamp};
/// # let document = read(br#"{"format": 1,
/// #     "flags": {"new-cart": {"purpose": "operational", "owner": "team-cart", "created": "2026-11-01",
/// #         "variants": {"on": true, "off": false}, "otherwise": "off"}},
/// #     "scenarios": [{"name": "everyone sees the new cart", "context": {}, "expect": {"new-cart": "on"}}]}"#, Cap::Reader).checked.unwrap();
/// let failure = &scenario::run(&document, &compile(&document), &document.scenarios, Timestamp(0))[0].failures[0];
/// assert_eq!((failure.expected.as_deref(), failure.actual.as_deref()), (Some("on"), Some("off")));
/// assert_eq!(failure.because, "`off`, because everyone gets it");
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Failure {
    /// The flag.
    pub flag: String,
    /// The variant that it should have; none: the application's own default.
    pub expected: Option<String>,
    /// The variant that it has.
    pub actual: Option<String>,
    /// Why, in one sentence.
    pub because: String,
}

impl ScenarioResult {
    /// Whether every expectation was met.
    ///
    /// ```
    /// use halyard_core::scenario::ScenarioResult;
    /// assert!(ScenarioResult { name: "everyone sees it".to_owned(), failures: vec![] }.passed());
    /// ```
    pub fn passed(&self) -> bool {
        self.failures.is_empty()
    }
}

/// Runs scenarios against a document and its ruleset; one without a time of its own runs at `now`.
///
/// ```
/// use halyard_core::{check::Cap, compile, read, scenario, Timestamp};
/// let document = read(br#"{"format": 1,
///     "flags": {"new-cart": {"purpose": "operational", "owner": "team-cart", "created": "2026-11-01",
///         "variants": {"on": true, "off": false}, "otherwise": "off"}},
///     "scenarios": [{"name": "everyone sees the new cart", "context": {}, "expect": {"new-cart": "on"}}]}"#, Cap::Reader).checked.unwrap();
/// let results = scenario::run(&document, &compile(&document), &document.scenarios, Timestamp(0));
/// assert!(!results[0].passed());
/// assert_eq!(results[0].failures[0].actual.as_deref(), Some("off"));
/// ```
pub fn run(document: &Document, ruleset: &Ruleset, scenarios: &[Scenario], now: Timestamp) -> Vec<ScenarioResult> {
    scenarios.iter().map(|scenario| run_one(document, ruleset, scenario, now)).collect()
}

fn run_one(document: &Document, ruleset: &Ruleset, scenario: &Scenario, now: Timestamp) -> ScenarioResult {
    let context = Context::new(scenario.context.clone());
    let now = scenario.at.as_ref().map_or(now, Time::at);
    let mut failures = Vec::new();
    for (flag, expected) in &scenario.expect {
        let actual = ruleset.evaluate(flag, &context, now).variant;
        if actual != expected.as_deref() {
            failures.push(Failure {
                flag: flag.clone(),
                expected: expected.clone(),
                actual: actual.map(str::to_owned),
                because: ruleset.explain(document, flag, &context, now).summary,
            });
        }
    }
    ScenarioResult { name: scenario.name.clone(), failures }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{Cap, read};
    use crate::compile::compile;

    const DOCUMENT: &str = r#"{"format": 1,
        "flags": {
            "sale": {"purpose": "operational", "owner": "o", "created": "2026-11-01", "variants": {"on": true, "off": false},
                "rules": [{"id": "week", "when": {"after": "2026-12-01T00:00:00Z"}, "serve": "on"}], "otherwise": "off"},
            "plain": {"purpose": "operational", "owner": "o", "created": "2026-11-01", "variants": {"on": true, "off": false},
                "rules": [{"id": "dutch", "when": {"attribute": "country", "is": ["NL"]}, "serve": "on"}]}},
        "scenarios": [
            {"name": "the sale has not begun", "context": {}, "at": "2026-11-30T23:59:59Z", "expect": {"sale": "off"}},
            {"name": "the sale has begun", "context": {}, "expect": {"sale": "on"}},
            {"name": "the Dutch have it, and others what the application says", "context": {"country": "NL"}, "expect": {"plain": "on", "sale": null}},
            {"name": "others have what the application says", "context": {}, "expect": {"plain": null}}]}"#;

    #[test]
    fn a_scenario_runs_at_its_own_time_or_at_the_one_given() {
        let document = read(DOCUMENT.as_bytes(), Cap::Publisher).checked.unwrap();
        let ruleset = compile(&document);
        let passed = |now: &str| -> Vec<bool> {
            let results = run(&document, &ruleset, &document.scenarios, Timestamp::parse(now).unwrap());
            results.iter().map(ScenarioResult::passed).collect()
        };
        assert_eq!(passed("2026-11-01T00:00:00Z"), [true, false, false, true]);
        assert_eq!(passed("2026-12-01T00:00:00Z"), [true, true, false, true]);
    }

    #[test]
    fn a_failure_says_what_is_there_instead_and_why() {
        let document = read(DOCUMENT.as_bytes(), Cap::Publisher).checked.unwrap();
        let results = run(&document, &compile(&document), &document.scenarios, Timestamp::parse("2026-12-01T00:00:00Z").unwrap());
        assert_eq!(results[2].name, "the Dutch have it, and others what the application says");
        assert_eq!(
            results[2].failures,
            [Failure {
                flag: "sale".to_owned(),
                expected: None,
                actual: Some("on".to_owned()),
                because: "`on`, because rule `week` holds".to_owned()
            }]
        );
    }
}
