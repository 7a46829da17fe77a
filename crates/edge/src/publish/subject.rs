//! What is published: the flags of an environment, or the project. One way of publishing serves both.

use halyard_core::check::{Cap, Checked, expired, policy};
use halyard_core::scenario::{self, ScenarioResult};
use halyard_core::{Code, Level, Pointer, Problem, Timestamp, compile};
use serde::Serialize;

use crate::api::session::Who;
use crate::effect::Moment;
use crate::init;
use crate::project::{self, Limits, Project};
use crate::wire::{Edit, Told, Trouble};

/// A kind of document with a history.
pub(crate) trait Subject {
    /// The checked document.
    type Content;
    /// A difference between two.
    type Change: Serialize;

    fn read(bytes: &[u8], cap: Cap) -> Reading<Self::Content>;
    fn canonical(content: &Self::Content) -> String;
    fn diff(from: &Self::Content, to: &Self::Content) -> Vec<Self::Change>;
    /// Whether a change may pass whatever a scenario or a limit says.
    fn takes_exposure_away(change: &Self::Change) -> bool;
    /// What the project's policy says of the change.
    fn judge(base: &Self::Content, next: &Self::Content, limits: Limits, now: Timestamp) -> Judgement;
    /// Objects that must be in the store before the next version is.
    fn before(base: &Self::Content, next: &Self::Content, who: &Who, moment: Moment) -> Vec<(String, Vec<u8>)>;
    /// A trouble that tells changes.
    fn with_changes(trouble: Trouble, changes: Vec<Self::Change>) -> Trouble;
}

/// A document that was read.
pub(crate) struct Reading<T> {
    pub(crate) problems: Vec<Problem>,
    pub(crate) content: Option<T>,
}

/// What the project's policy says of a change.
#[derive(Default)]
pub(crate) struct Judgement {
    /// Limits that it would pass.
    pub(crate) problems: Vec<Problem>,
    /// The scenarios, as they come out now.
    pub(crate) scenarios: Vec<ScenarioResult>,
    /// The names of those that failed before the change already.
    failed_before: Vec<String>,
    /// Warnings that only the time of publishing can give.
    advice: Vec<Problem>,
}

impl Judgement {
    /// Whether it would be refused.
    pub(crate) fn refuses(&self) -> bool {
        !self.problems.is_empty() || self.newly_failing().next().is_some()
    }

    /// The scenarios that this change makes fail.
    pub(crate) fn newly_failing(&self) -> impl Iterator<Item = &ScenarioResult> {
        self.scenarios.iter().filter(|scenario| !scenario.passed() && !self.failed_before.contains(&scenario.name))
    }

    /// What the record notes: everything that would have refused another change.
    pub(crate) fn marks(&self) -> Vec<String> {
        let limits = self.problems.iter().map(|problem| format!("passed over: {}", problem.message));
        let scenarios = self.newly_failing().map(|scenario| format!("passed over: scenario `{}` fails", scenario.name));
        limits.chain(scenarios).collect()
    }

    /// The problems as the publisher is told them: warnings where they do not refuse.
    pub(crate) fn told(&self, is_passed_over: bool) -> Vec<Problem> {
        let limits = self.problems.iter().cloned().map(|problem| {
            let level = if is_passed_over { Level::Warning } else { problem.level };
            Problem { level, ..problem }
        });
        let scenarios = self.scenarios.iter().enumerate().filter(|(_, scenario)| !scenario.passed()).map(|(index, scenario)| {
            let is_old = self.failed_before.contains(&scenario.name);
            let why = scenario.failures.first().map(|failure| failure.because.clone()).unwrap_or_default();
            let when = if is_old { " (as it did before this change)" } else { "" };
            Problem {
                level: if is_old || is_passed_over { Level::Warning } else { Level::Error },
                code: Code::ScenarioFails,
                pointer: Pointer::root().at("scenarios").at(index),
                message: format!("scenario `{}` fails{when}: {why}", scenario.name),
                hint: "mend the change, or the scenario if it is wrong".to_owned(),
            }
        });
        limits.chain(scenarios).chain(self.advice.iter().cloned()).collect()
    }
}

/// The flags of an environment.
pub(crate) struct Flags;

impl Subject for Flags {
    type Content = Checked;
    type Change = Told;

    fn read(bytes: &[u8], cap: Cap) -> Reading<Checked> {
        let report = halyard_core::read(bytes, cap);
        Reading { problems: report.problems, content: report.checked }
    }

    fn canonical(content: &Checked) -> String {
        content.canonical()
    }

    fn diff(from: &Checked, to: &Checked) -> Vec<Told> {
        halyard_core::diff(from, to).into_iter().map(Told::from).collect()
    }

    fn takes_exposure_away(change: &Told) -> bool {
        change.change.takes_exposure_away()
    }

    fn judge(base: &Checked, next: &Checked, limits: Limits, now: Timestamp) -> Judgement {
        let problems = policy(next, Some(base), &limits.effective());
        let scenarios = scenario::run(&compile(next), &next.scenarios, now);
        // A scenario is excused only where the same one, word for word, failed before.
        let same: Vec<_> = next.scenarios.iter().filter(|scenario| base.scenarios.contains(scenario)).cloned().collect();
        let before = scenario::run(&compile(base), &same, now);
        let failed_before = before.into_iter().filter(|result| !result.passed()).map(|result| result.name).collect();
        Judgement { problems, scenarios, failed_before, advice: expired(next, now) }
    }

    fn before(_base: &Checked, _next: &Checked, _who: &Who, _moment: Moment) -> Vec<(String, Vec<u8>)> {
        Vec::new()
    }

    fn with_changes(trouble: Trouble, changes: Vec<Told>) -> Trouble {
        Trouble { changes, ..trouble }
    }
}

/// The project: its people, keys, environments and limits.
pub(crate) struct People;

impl Subject for People {
    type Content = Project;
    type Change = Edit;

    fn read(bytes: &[u8], _cap: Cap) -> Reading<Project> {
        match Project::read(bytes) {
            Ok(project) => Reading { problems: Vec::new(), content: Some(project) },
            Err(problems) => Reading { problems, content: None },
        }
    }

    fn canonical(content: &Project) -> String {
        content.canonical()
    }

    fn diff(from: &Project, to: &Project) -> Vec<Edit> {
        project::diff(from, to)
    }

    fn takes_exposure_away(_change: &Edit) -> bool {
        false
    }

    fn judge(_base: &Project, _next: &Project, _limits: Limits, _now: Timestamp) -> Judgement {
        Judgement::default()
    }

    /// A new environment begins with a document without flags, or goes on with the history that it had.
    fn before(base: &Project, next: &Project, who: &Who, moment: Moment) -> Vec<(String, Vec<u8>)> {
        let new = next.environments.keys().filter(|key| !base.environments.contains_key(*key));
        new.flat_map(|key| init::environment(key, &who.person, &who.via, moment)).collect()
    }

    fn with_changes(trouble: Trouble, changes: Vec<Edit>) -> Trouble {
        Trouble { edits: changes, ..trouble }
    }
}
