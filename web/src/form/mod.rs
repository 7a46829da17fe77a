//! Rules, conditions and splits as forms. A form and its JSON are two views of one value: whatever is typed is kept as it is,
//! and as soon as the whole document can take it, it is on the draft.

mod at;
mod condition;
mod fields;
mod json_view;
mod kinds;
mod known;
mod moves;
mod operand;
mod order;
mod place;
mod requires;
mod rules;
mod serve;
mod shares;
mod split;
mod stages;
mod tokens;
mod views;

use std::collections::BTreeMap;
use std::time::Duration;

use halyard_core::check::{check, decode_flag, decode_plan, decode_release, decode_segment};
use halyard_core::document::Document;
use halyard_core::{Json, Pointer, Problem};
use leptos::prelude::*;

use crate::draft::{Workspace, workspace};
use known::Known;

pub(crate) use condition::Condition;
pub(crate) use fields::{Field, Writes, picked};
pub(crate) use json_view::JsonView;
pub(crate) use moves::Moves;
pub(crate) use requires::{Require, Requires};
pub(crate) use rules::Rules;
pub(crate) use serve::Serve;
pub(crate) use stages::Stages;
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
    waiting: StoredValue<Option<TimeoutHandle>>,
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
}

/// Where a problem is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Place {
    /// In this form.
    Here(Pointer),
    /// Elsewhere in the document.
    Elsewhere(Pointer),
}

impl Form {
    /// The form of `/part/key`.
    pub(crate) fn of(part: &str, key: &str) -> Form {
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
        let group = format!("{}.", part.trim_end_matches('s'));
        let form = Form {
            workspace,
            here: StoredValue::new(here),
            json: RwSignal::new(read.or_else(|| saved.clone()).unwrap_or_default()),
            unread: RwSignal::new(unread),
            problems: RwSignal::new(Vec::new()),
            seen: StoredValue::new(saved),
            waiting: StoredValue::new(None),
            field: StoredValue::new(None),
            kept: StoredValue::new(kept),
            known: StoredValue::new(known),
            verdicts: RwSignal::new(BTreeMap::new()),
            locked: Memo::new(move |_| !workspace.may(&group)).into(),
        };
        form.follow();
        form
    }

    /// What changes the draft from outside (undo, a merge, another page) comes in; what was typed here goes out.
    fn follow(self) {
        Effect::new(move |_| {
            let Some(document) = self.workspace.document() else { return };
            let now = self.here.with_value(|here| saved(&document, here));
            // A draft that was thrown away takes along what had not come onto it.
            let thrown = self.kept.get_value() && !self.here.with_value(|here| self.workspace.typed.read().contains_key(&about(here)));
            if thrown || self.seen.with_value(|seen| *seen != now) {
                self.seen.set_value(now.clone());
                self.kept.set_value(false);
                self.unread.set(None);
                self.json.set(now.unwrap_or_default());
            }
            self.judge();
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
        Effect::new(move |before: Option<()>| {
            self.json.track();
            if before.is_some() {
                self.later();
            }
        });
        on_cleanup(move || {
            if self.stop() {
                self.settle();
            }
        });
    }

    fn later(self) {
        self.stop();
        let ring = move || {
            // Only while the form is still there: what goes away settles by itself.
            if self.waiting.try_update_value(Option::take).is_some() {
                self.settle();
            }
        };
        self.waiting.set_value(set_timeout_with_handle(ring, PAUSE).ok());
    }

    /// Stops the clock; whether it was running.
    fn stop(self) -> bool {
        let handle = self.waiting.try_update_value(Option::take).flatten();
        handle.inspect(TimeoutHandle::clear).is_some()
    }

    /// Puts what was typed on the draft, if the document takes it.
    pub(crate) fn settle(self) {
        let fit = self.judge();
        if let Some(document) = fit
            && self.seen.with_value(|seen| seen.as_ref() != self.here.with_value(|here| saved(&document, here)).as_ref())
        {
            self.seen.set_value(self.here.with_value(|here| saved(&document, here)));
            match self.field.get_value() {
                Some(field) => self.workspace.type_in(&field, |draft| *draft = document),
                None => self.workspace.replace(document),
            }
        }
    }

    /// Finds the problems; the document with what was typed, if it has no errors.
    fn judge(self) -> Option<Document> {
        let document = untrack(|| self.workspace.document())?;
        let known = self.workspace.read.get_untracked().map(|read| read.problems).unwrap_or_default();
        let (problems, document) = self.here.with_value(|here| fit(&document, &known, here, &self.json.read_untracked()));
        if *self.problems.read_untracked() != problems {
            self.problems.set(problems);
        }
        document
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

/// What is typed at `here`, by the name that the workspace keeps it under: `flags/new-cart`.
fn about(here: &Pointer) -> String {
    here.segments().collect::<Vec<_>>().join("/")
}

/// The part at `here` as the document has it.
fn saved(document: &Document, here: &Pointer) -> Option<Json> {
    let mut segments = here.segments();
    let (part, key) = (segments.next()?, segments.next()?);
    match part.as_str() {
        "flags" => document.flags.get(&key).map(Json::from_value),
        "segments" => document.segments.get(&key).map(Json::from_value),
        "plans" => document.plans.get(&key).map(Json::from_value),
        "releases" => document.releases.get(&key).map(Json::from_value),
        _ => None,
    }
}

/// The problems of the document with `json` at `here`: all that are within, and those elsewhere that it brings about; and the
/// document itself, if it has no errors.
fn fit(document: &Document, known: &[Problem], here: &Pointer, json: &Json) -> (Vec<(Place, Problem)>, Option<Document>) {
    let mut segments = here.segments();
    let (Some(part), Some(key)) = (segments.next(), segments.next()) else { return (Vec::new(), None) };
    let mut next = document.clone();
    let decoded = match part.as_str() {
        "flags" => decode_flag(json).map(|flag| drop(next.flags.insert(key, flag))),
        "segments" => decode_segment(json).map(|segment| drop(next.segments.insert(key, segment))),
        "plans" => decode_plan(json).map(|plan| drop(next.plans.insert(key, plan))),
        _ => decode_release(json).map(|release| drop(next.releases.insert(key, release))),
    };
    if let Err(problems) = decoded {
        return (problems.into_iter().map(|problem| (Place::Here(problem.pointer.clone()), problem)).collect(), None);
    }
    let report = check(&next);
    let placed = report.problems.into_iter().filter_map(|problem| {
        if problem.pointer.is_within(here) {
            let inner: Vec<String> = problem.pointer.segments().skip(2).collect();
            return Some((Place::Here(Pointer::from_segments(inner.iter().map(String::as_str))), problem));
        }
        (!known.contains(&problem)).then(|| (Place::Elsewhere(problem.pointer.clone()), problem))
    });
    (placed.collect(), report.checked.map(halyard_core::Checked::into_inner))
}

/// The form around.
pub(crate) fn form() -> Form {
    expect_context()
}

#[cfg(test)]
mod tests;
