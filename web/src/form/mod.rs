//! Rules, conditions and splits as forms. A form and its JSON are two views of one value: whatever is typed is kept as it is,
//! and as soon as the whole document can take it, it is on the draft.

pub(crate) mod at;
mod condition;
mod details;
mod fields;
mod fit;
mod json_view;
mod kinds;
mod known;
mod members;
mod moves;
mod operand;
mod order;
mod place;
mod readiness;
mod requires;
mod rules;
mod serve;
mod shares;
mod split;
mod stages;
mod tokens;
mod variants;
mod views;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use halyard_core::document::Document;
use halyard_core::{Json, Pointer, Problem};
use leptos::prelude::*;

use crate::draft::{Reading, Workspace, workspace};
use crate::ui::later::Later;
use fit::{Place, about, fit, placed, saved};
use known::Known;

pub(crate) use condition::{Condition, Wrong};
pub(crate) use details::{Detail, Details, How, none};
pub(crate) use fields::{Suggestions, local_field, picked};
pub(crate) use kinds::{object, scalar, text_of};
pub(crate) use members::{CONTEXT, EXPECT, METADATA, Members};
pub(crate) use moves::Moves;
pub(crate) use readiness::ReadinessItems;
pub(crate) use requires::{Require, Requires};
pub(crate) use rules::Rules;
pub(crate) use serve::Serve;
pub(crate) use stages::{Stages, StartsAt};
pub(crate) use variants::Variants;
pub(crate) use views::{HeldBack, Views};

/// How long after the last key the document is checked.
const PAUSE: Duration = Duration::from_millis(150);

/// One part of the document while it is edited: a flag, a segment, a plan, a release.
#[derive(Clone, Copy)]
pub(crate) struct Form {
    workspace: Workspace,
    /// Where it is in the document: `/flags/new-cart`.
    here: StoredValue<Pointer>,
    /// What has been typed.
    pub(crate) json: RwSignal<Json>,
    /// A text that cannot be read as JSON, or says something twice, and why; `json` is what it was before.
    pub(crate) unread: RwSignal<Option<(String, Vec<Problem>)>>,
    /// What is wrong with it, by places from its own root, and what it breaks elsewhere.
    pub(crate) problems: RwSignal<Vec<(Place, Problem)>>,
    /// What the draft had when this last looked or wrote.
    seen: StoredValue<Option<Json>>,
    /// The document that it put on the draft last.
    wrote: StoredValue<Option<Arc<Document>>>,
    waiting: Later,
    /// The field that was typed into last: for undo, all that is typed there in one go is one step.
    field: StoredValue<Option<String>>,
    /// Whether what is not on the draft is kept by the workspace, so that it outlives this page.
    kept: StoredValue<bool>,
    /// What the rest of the document says about attributes.
    pub(crate) known: StoredValue<Known>,
    /// Whether each condition held for the user that is being asked about, by places from the form's root.
    pub(crate) verdicts: RwSignal<BTreeMap<Pointer, bool>>,
    /// Whether this person may only look.
    pub(crate) locked: Signal<bool>,
    stage: StoredValue<Stage>,
}

/// How far a form has come.
#[derive(Clone, Copy, PartialEq)]
enum Stage {
    /// Of something new, and nobody has asked yet to put it on the draft: nothing is said to be wrong.
    New,
    /// Of something new that did not fit yet.
    Asked,
    /// Of something on the draft.
    Live,
}

impl Form {
    /// The form of `/part/key`.
    pub(crate) fn of(part: &str, key: &str) -> Form {
        let form = Form::bare(part, key, None);
        form.follow();
        form.watch();
        form
    }

    fn bare(part: &str, key: &str, json: Option<Json>) -> Form {
        let workspace = workspace();
        let here = Pointer::root().at(part).at(key);
        let start = workspace.document();
        let saved = start.as_ref().and_then(|document| saved(document, &here));
        let known = start.map(|document| Known::of(&document, &here)).unwrap_or_default();
        // What was typed here before and never fitted is still what somebody wrote.
        let typed = workspace.typed.read_untracked().get(&about(&here)).cloned();
        let (read, unread) = match typed.map(|text| (Json::parse_leniently(text.as_bytes()), text)) {
            Some(((Some(json), problems), _)) if problems.is_empty() => (Some(json), None),
            Some(((_, problems), text)) => (None, Some((text, problems))),
            None => (None, None),
        };
        let kept = read.is_some() || unread.is_some();
        // Kinds of change are named `flag.…`, but `scenarios.…`.
        let group = format!("{}.", if part == "scenarios" { part } else { part.trim_end_matches('s') });
        Form {
            workspace,
            here: StoredValue::new(here),
            json: RwSignal::new(json.or(read).or_else(|| saved.clone()).unwrap_or_default()),
            unread: RwSignal::new(unread),
            problems: RwSignal::new(Vec::new()),
            seen: StoredValue::new(saved),
            wrote: StoredValue::new(None),
            waiting: Later::new(),
            field: StoredValue::new(None),
            kept: StoredValue::new(kept),
            known: StoredValue::new(known),
            verdicts: RwSignal::new(BTreeMap::new()),
            locked: Memo::new(move |_| !workspace.may(&group)).into(),
            stage: StoredValue::new(Stage::Live),
        }
    }

    /// What changes the draft from outside (undo, a merge, another page) comes in; what was typed here goes out.
    fn follow(self) {
        let kept = Memo::new(move |_| self.here.with_value(|here| self.workspace.typed.read().contains_key(&about(here))));
        Effect::new(move |before: Option<Option<Arc<Document>>>| {
            // A draft that was thrown away takes along what had not come onto it.
            let thrown = !kept.get() && self.kept.get_value();
            let reading = self.workspace.read.get()?;
            let is_it = |document: Arc<Document>| Arc::ptr_eq(&document, &reading.document);
            // What this form has just put there itself it has judged. When undo brings it back one day, it comes from outside.
            let wrote = self.wrote.try_update_value(Option::take).flatten();
            if !thrown && (before.flatten().is_some_and(is_it) || wrote.is_some_and(is_it)) {
                return Some(reading.document);
            }
            let now = self.here.with_value(|here| saved(&reading.document, here));
            if thrown || self.seen.with_value(|seen| *seen != now) {
                self.seen.set_value(now.clone());
                self.kept.set_value(false);
                self.unread.set(None);
                self.json.set(now.clone().unwrap_or_default());
            }
            if now.is_some_and(|now| now == *self.json.read_untracked()) {
                self.tell(self.here.with_value(|here| placed(&reading.problems, &reading.problems, here)));
            } else {
                self.judge();
            }
            Some(reading.document)
        });
        Effect::new(move |_| {
            let held = self.is_held_back();
            if !held && !self.kept.get_value() {
                return;
            }
            let text = self.unread.get().map_or_else(|| self.json.read().pretty(), |(text, _)| text);
            let about = self.here.with_value(about);
            self.kept.set_value(held);
            self.workspace
                .typed
                .maybe_update(|typed| if held { typed.insert(about, text.clone()) != Some(text) } else { typed.remove(&about).is_some() });
        });
    }

    /// Some time after the last key, what was typed is judged.
    fn watch(self) {
        Effect::new(move |before: Option<()>| {
            self.json.track();
            if before.is_some() && self.stage.get_value() != Stage::New {
                self.later();
            }
        });
        on_cleanup(move || {
            if self.stop() {
                self.settle();
            }
        });
    }

    /// A form of something that is not there yet: nothing is on the draft, or said to be wrong, until `add`.
    pub(crate) fn fresh(part: &str, json: Json) -> Form {
        let form = Form::bare(part, "", Some(json));
        form.stage.set_value(Stage::New);
        form.watch();
        form
    }

    /// Puts it on the draft under this key, if the document takes it; says what is wrong if not.
    pub(crate) fn add(self, key: &str) -> bool {
        self.here.update_value(|here| *here = at::split(here).0.at(key));
        self.stage.set_value(Stage::Asked);
        let Some(reading) = self.judge() else { return false };
        self.workspace.take(reading, None);
        true
    }

    /// Whether it is of something that is not there yet.
    fn is_new(self) -> bool {
        self.stage.get_value() != Stage::Live
    }

    /// The key of what it is about.
    pub(crate) fn key(self) -> String {
        self.here.with_value(|here| here.segments().nth(1)).unwrap_or_default()
    }

    fn later(self) {
        self.waiting.ask(PAUSE, move || self.settle());
    }

    /// Stops the clock; whether it was running. What is about to go away is not to be put back.
    pub(crate) fn stop(self) -> bool {
        self.waiting.stop()
    }

    /// Puts what was typed on the draft, if the document takes it.
    pub(crate) fn settle(self) {
        let Some(reading) = self.judge() else { return };
        let saved = |document: &Document| self.here.with_value(|here| saved(document, here));
        let now = saved(&reading.document);
        // What has changed below this form comes into it first.
        let current = untrack(|| self.workspace.document()).and_then(|document| saved(&document));
        if !self.is_new() && self.seen.with_value(|seen| *seen == current && *seen != now) {
            self.seen.set_value(now);
            self.wrote.set_value(Some(reading.document.clone()));
            self.workspace.take(reading, self.field.get_value().as_deref());
        }
    }

    /// Finds the problems; the document with what was typed, if it has no errors.
    fn judge(self) -> Option<Reading> {
        let before = self.workspace.read.get_untracked()?;
        let (problems, reading) = self.here.with_value(|here| fit(&before, here, &self.json.read_untracked()));
        self.tell(problems);
        reading
    }

    fn tell(self, problems: Vec<(Place, Problem)>) {
        if *self.problems.read_untracked() != problems {
            self.problems.set(problems);
        }
    }

    /// The keys of the flags that may be named here.
    fn flags(self) -> Vec<String> {
        self.known.with_value(|known| known.flags.keys().cloned().collect())
    }

    /// The variants of one of them.
    fn variants_of(self, flag: &str) -> Vec<String> {
        self.known.with_value(|known| known.flags.get(flag).cloned().unwrap_or_default())
    }

    /// The value at a place, tracked.
    pub(crate) fn get(self, at: &Pointer) -> Option<Json> {
        at::get(&self.json.read(), at).cloned()
    }

    /// The text at a place, tracked, as a field shows it.
    pub(crate) fn text(self, at: &Pointer) -> String {
        at::get(&self.json.read(), at).map(kinds::text_of).unwrap_or_default()
    }

    /// Puts a value at a place; none takes it away.
    pub(crate) fn put(self, at: &Pointer, value: impl Into<Option<Json>>) {
        self.change(|json| at::set(json, at, value.into()));
        self.field.set_value(Some(self.here.with_value(|here| format!("{here}{at}"))));
    }

    /// Replaces the whole, as somebody typed it: a step for undo is what was typed into one of its members.
    pub(crate) fn type_whole(self, json: Json) {
        let member = self.json.with_untracked(|before| changed_member(before, &json));
        self.change(|value| *value = json);
        self.field.set_value(member.map(|member| self.here.with_value(|here| here.at(&member).to_string())));
    }

    /// Throws away what is typed and not on the draft.
    pub(crate) fn reset(self) {
        self.unread.set(None);
        self.json.set(self.seen.get_value().unwrap_or_default());
    }

    /// Changes it.
    pub(crate) fn change(self, change: impl FnOnce(&mut Json)) {
        if !self.locked.get_untracked() {
            self.unread.set(None);
            self.field.set_value(None);
            self.json.update(change);
        }
    }

    /// The problems within a place, tracked.
    pub(crate) fn problems_in(self, at: &Pointer) -> Vec<Problem> {
        let problems = self.problems.read();
        let within = problems.iter().filter(|(place, _)| matches!(place, Place::Here(place) if place.is_within(at)));
        within.map(|(_, problem)| problem.clone()).collect()
    }

    /// The problems of a place itself, tracked.
    pub(crate) fn problems_at(self, at: &Pointer) -> Vec<Problem> {
        let problems = self.problems.read();
        problems
            .iter()
            .filter(|(place, _)| matches!(place, Place::Here(place) if place == at))
            .map(|(_, problem)| problem.clone())
            .collect()
    }

    /// Whether a place has an error within, tracked.
    pub(crate) fn is_wrong(self, at: &Pointer) -> bool {
        self.problems.read().iter().any(|(place, problem)| problem.is_error() && matches!(place, Place::Here(place) if place.is_within(at)))
    }

    /// What this person may put on the draft here but not publish, tracked.
    pub(crate) fn refused(self) -> Vec<halyard_core::authority::Refusal> {
        let Some(document) = self.workspace.document() else { return Vec::new() };
        let mut refusals = self.workspace.refused(&document);
        refusals.retain(|refusal| {
            let (part, key) = refusal.change.subject();
            self.here.with_value(|here| Pointer::root().at(part).at(key) == *here)
        });
        refusals
    }

    /// Whether what was typed is not on the draft because it has errors, tracked.
    pub(crate) fn is_held_back(self) -> bool {
        self.unread.read().is_some() || self.problems.read().iter().any(|(_, problem)| problem.is_error())
    }
}

/// The one member in which two objects differ.
fn changed_member(before: &Json, after: &Json) -> Option<String> {
    let (before, after) = (before.as_object()?, after.as_object()?);
    let mut changed = before.keys().chain(after.keys()).filter(|key| before.get(*key) != after.get(*key));
    let first = changed.next()?;
    changed.all(|key| key == first).then(|| first.clone())
}

/// The form around.
pub(crate) fn form() -> Form {
    expect_context()
}

#[cfg(test)]
mod tests;
