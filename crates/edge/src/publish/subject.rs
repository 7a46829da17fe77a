//! What is published: the flags of an environment, or the project. One way of publishing serves both.

use halyard_core::check::{Cap, Checked, expired, policy};
use halyard_core::document::Scenario;
use halyard_core::evaluate::Audience;
use halyard_core::scenario::{self, ScenarioResult};
use halyard_core::{Change, Code, Document, Level, Pointer, Problem, Timestamp, compile};
use serde::Serialize;

use crate::api::session::Who;
use crate::effect::Moment;
use crate::image;
use crate::init;
use crate::io::Stop;
use crate::project::{self, Limits, Project};
use crate::store::{self, Moves, Scope};
use crate::wire::{Edit, Only, Refusal, Told, Trouble};

/// A kind of document with a history.
pub(crate) trait Subject {
    /// Whom its documents are compiled for when they are published.
    const IMAGES: &'static [Audience] = &[];
    /// The checked document.
    type Content;
    /// A difference between two.
    type Change: Serialize;

    fn read(bytes: &[u8], cap: Cap) -> Reading<Self::Content>;
    fn canonical(content: &Self::Content) -> String;
    /// The object of an image of a document that has this digest.
    fn image(_content: &Self::Content, _digest: &str, _audience: Audience) -> Vec<u8> {
        Vec::new()
    }
    fn diff(from: &Self::Content, to: &Self::Content) -> Vec<Self::Change>;
    /// Whether a change may pass whatever a scenario or a limit says.
    fn takes_exposure_away(change: &Self::Change) -> bool;
    /// What the project's policy says of the change.
    fn judge(base: &Self::Content, next: &Self::Content, limits: Limits, now: Timestamp) -> Judgement;
    /// The changes that somebody may not make, why, and who may.
    fn refusals(base: &Self::Content, next: &Self::Content, changes: &[Self::Change], asker: &Asker<'_>) -> Vec<Refusal>;
    /// A document with one part of it as it was in an earlier one, as bytes; nothing is checked yet.
    fn with_part(base: &Self::Content, then: &Self::Content, only: &Only, version: u64) -> Result<Vec<u8>, Stop>;
    /// What the record tells of changed releases' flags.
    fn moves(_base: &Self::Content, _next: &Self::Content, _changes: &[Self::Change]) -> Moves {
        Moves::new()
    }
    /// What the record of a roll back notes.
    fn roll_back_marks(_changes: &[Self::Change]) -> Vec<String> {
        Vec::new()
    }
    /// Objects that must be in the store before the next version is.
    fn before(base: &Self::Content, next: &Self::Content, who: &Who, moment: Moment) -> Vec<(String, Vec<u8>)>;
    /// A trouble that tells changes.
    fn with_changes(trouble: Trouble, changes: Vec<Self::Change>) -> Trouble;
}

/// Who asks, and what is needed to say whether they may.
pub(crate) struct Asker<'a> {
    pub(crate) who: &'a Who,
    pub(crate) scope: &'a Scope,
    /// The project as this node has it: who else may.
    pub(crate) project: Option<&'a Project>,
    pub(crate) now: Timestamp,
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
    const IMAGES: &'static [Audience] = &[Audience::Server, Audience::Page];
    type Content = Checked;
    type Change = Told;

    fn read(bytes: &[u8], cap: Cap) -> Reading<Checked> {
        let report = halyard_core::read(bytes, cap);
        Reading { problems: report.problems, content: report.checked }
    }

    fn canonical(content: &Checked) -> String {
        content.canonical()
    }

    fn image(content: &Checked, digest: &str, audience: Audience) -> Vec<u8> {
        image::object(content, digest, audience)
    }

    fn diff(from: &Checked, to: &Checked) -> Vec<Told> {
        halyard_core::diff(from, to).into_iter().map(Told::from).collect()
    }

    fn takes_exposure_away(change: &Told) -> bool {
        change.change.takes_exposure_away()
    }

    fn judge(base: &Checked, next: &Checked, limits: Limits, now: Timestamp) -> Judgement {
        let problems = policy(next, Some(base), &limits.effective());
        let run = |document: &Checked, scenarios: &[Scenario]| match scenarios {
            [] => Vec::new(), // Nothing to compile for.
            scenarios => scenario::run(document, &compile(document), scenarios, now),
        };
        let scenarios = run(next, &next.scenarios);
        // A scenario is excused only where the same one, word for word, failed before.
        let same: Vec<_> = next.scenarios.iter().filter(|scenario| base.scenarios.contains(scenario)).cloned().collect();
        let before = run(base, &same);
        let failed_before = before.into_iter().filter(|result| !result.passed()).map(|result| result.name).collect();
        Judgement { problems, scenarios, failed_before, advice: expired(next, now) }
    }

    fn refusals(base: &Checked, next: &Checked, changes: &[Told], asker: &Asker<'_>) -> Vec<Refusal> {
        let Scope::Environment(key) = asker.scope else { return Vec::new() };
        let all: Vec<Change> = changes.iter().map(|told| told.change.clone()).collect();
        let refused = asker.who.authority(key).unwrap_or_default().refusals(base, next, &all);
        if refused.is_empty() {
            return Vec::new();
        }
        let changes: Vec<Change> = refused.iter().map(|refusal| refusal.change.clone()).collect();
        let who = asker.project.map(|project| {
            project::holders(project, Some(key), asker.now, changes.len(), |roles| {
                let authority = project.authority(roles, key).unwrap_or_default();
                authority.judge(base, next, &changes).iter().map(Option::is_none).collect()
            })
        });
        let who = who.into_iter().flatten().chain(std::iter::repeat(Vec::new()));
        let told = refused.into_iter().zip(who).map(|(refusal, who)| Refusal {
            change: Some(refusal.change.into()),
            flag: refusal.flag,
            why: refusal.why,
            who,
            edit: None,
        });
        told.collect()
    }

    fn with_part(base: &Checked, then: &Checked, only: &Only, version: u64) -> Result<Vec<u8>, Stop> {
        let mut next: Document = (**base).clone();
        let (what, key, was_there) = match only {
            Only::Flag(key) => {
                let flag = then.flags.get(key).map(|flag| next.flags.insert(key.clone(), flag.clone()));
                // A flag that comes back takes back what its going away had said.
                next.retired.retain(|retired| retired != key || then.retired.contains(key));
                ("flag", key, flag.is_some())
            }
            Only::Release(key) => {
                let release = then.releases.get(key).map(|release| next.releases.insert(key.clone(), release.clone()));
                ("release", key, release.is_some())
            }
        };
        if was_there {
            return Ok(next.canonical().into_bytes());
        }
        let detail = format!("there was no {what} `{key}` in version {version}; the history says in which versions there was");
        Err(Trouble::new(422, "not in that version", detail).into())
    }

    fn moves(base: &Checked, next: &Checked, changes: &[Told]) -> Moves {
        store::moves(base, next, changes.iter().map(|told| &told.change))
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

    /// Judged by the project as it is, not by this node's copy: who was taken out of it a moment ago does not put themselves back.
    fn refusals(base: &Project, next: &Project, edits: &[Edit], asker: &Asker<'_>) -> Vec<Refusal> {
        if asker.who.owner {
            return Vec::new();
        }
        let nobody = project::Roles::new();
        let roles = base.roles_of(&asker.who.name, asker.now).unwrap_or(&nobody);
        let why = project::judge(base, next, roles, edits).into_iter().zip(edits);
        let (refused, why): (Vec<Edit>, Vec<String>) = why.filter_map(|(why, edit)| Some((edit.clone(), why?))).unzip();
        if refused.is_empty() {
            return Vec::new();
        }
        let who = project::holders(base, None, asker.now, refused.len(), |roles| {
            project::judge(base, next, roles, &refused).iter().map(Option::is_none).collect()
        });
        let told = refused.into_iter().zip(why).zip(who);
        told.map(|((edit, why), who)| Refusal { edit: Some(edit), why, who, ..Refusal::default() }).collect()
    }

    fn with_part(_base: &Project, _then: &Project, _only: &Only, _version: u64) -> Result<Vec<u8>, Stop> {
        let detail = "the project is rolled back as a whole; to bring back a part of it, publish the document with that part in it";
        Err(Trouble::new(422, "the project has no such part", detail).into())
    }

    /// Secrets that were taken away work again: whoever reads the history must see that.
    fn roll_back_marks(edits: &[Edit]) -> Vec<String> {
        let back = edits.iter().filter(|edit| matches!(edit.kind.as_str(), "key.add" | "key.change" | "token.add" | "token.change"));
        back.map(|edit| format!("lets a secret in again: {}", edit.sentence)).collect()
    }

    /// A new environment begins with a document without flags, or goes on with the history that it had.
    fn before(base: &Project, next: &Project, who: &Who, moment: Moment) -> Vec<(String, Vec<u8>)> {
        let new = next.environments.keys().filter(|key| !base.environments.contains_key(*key));
        new.flat_map(|key| init::environment(key, &who.name, &who.via, moment)).collect()
    }

    fn with_changes(trouble: Trouble, changes: Vec<Edit>) -> Trouble {
        Trouble { edits: changes, ..trouble }
    }
}
