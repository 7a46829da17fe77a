//! What is being edited: per environment the published document that the edits began with, and the document as it would be.
//!
//! Changes are never kept as such: they are what `core::diff` finds between the two. What somebody else publishes meanwhile is merged
//! by `core::merge`; what that cannot decide is left for a person to choose.

mod follow;
mod kept;
mod meet;
mod publish;
mod reading;
mod rights;
mod steps;
mod tabs;
mod take_out;

use std::collections::BTreeMap;
use std::sync::Arc;

use halyard_core::merge::Merge;
use halyard_core::{Document, Problem, check};
use halyard_edge::wire::{Record, Told};
use leptos::prelude::*;

use crate::api::{Api, Failure};
use crate::app::route::{Navigation, Page, Place};
use crate::draft::take_out::take_out;
use crate::ui::rich::count;
use crate::ui::time::now;
use crate::ui::toast::Toasts;

pub(crate) use kept::Keeping;
pub(crate) use meet::{Choice, Met, chosen, pointer, story, who_published};
pub(crate) use publish::Proposal;
pub(crate) use reading::{Reading, differences};
pub(crate) use steps::Steps;

/// A published document.
#[derive(Clone, Debug)]
pub(crate) struct Base {
    /// Of this environment.
    pub(crate) environment: String,
    /// Its version.
    pub(crate) version: u64,
    /// What a publish on top of it names.
    pub(crate) etag: String,
    /// The document itself.
    pub(crate) document: Arc<Document>,
}

/// Where a draft was at some moment: what undo goes back to.
#[derive(Clone)]
pub(crate) struct State {
    base: Base,
    edited: Arc<Document>,
}

/// One environment as this person sees and edits it. Every page works on this.
#[derive(Clone, Copy)]
pub(crate) struct Workspace {
    pub(crate) api: Api,
    pub(crate) toasts: Toasts,
    /// The environment's key, from the address.
    pub(crate) environment: Memo<String>,
    /// What the draft began with; without a draft, what is live. None while it loads.
    pub(crate) base: RwSignal<Option<Base>>,
    /// What is live, as far as is known. Newer than `base` only while a draft clashes with it.
    pub(crate) live: RwSignal<Option<Base>>,
    /// What the document would be.
    edited: RwSignal<Option<Arc<Document>>>,
    /// Why it could not be loaded.
    pub(crate) failure: RwSignal<Option<Failure>>,
    /// What became of the draft when somebody else published, until it has been read.
    pub(crate) met: RwSignal<Option<Met>>,
    /// Where the draft clashes with what is live: what core could merge, and what a person has to choose.
    pub(crate) clashing: Memo<Option<Arc<Merge>>>,
    /// What has been chosen of the clashes, by the place that they are about.
    pub(crate) choices: RwSignal<BTreeMap<String, Choice>>,
    /// The newest records; none while they load.
    pub(crate) records: RwSignal<Option<Result<Arc<Vec<Record>>, Failure>>>,
    /// The action that is being confirmed in the dialog.
    pub(crate) proposal: RwSignal<Option<Proposal>>,
    /// `edited`, read by core.
    pub(crate) read: Memo<Option<Reading>>,
    /// What whoever edited last has read already, so that nobody reads it again.
    read_before: StoredValue<Option<Reading>>,
    /// The draft, as changes.
    pub(crate) changes: Memo<Vec<Told>>,
    /// What can be undone and done again.
    pub(crate) steps: RwSignal<Steps<State>>,
    /// The message that the draft is going to be published with.
    pub(crate) message: RwSignal<String>,
    /// What has been typed into editors and is not on the draft yet, by what it is about: `flags/new-cart`.
    pub(crate) typed: RwSignal<BTreeMap<String, String>>,
    /// Whether the draft is safe in this browser.
    pub(crate) keeping: RwSignal<Keeping>,
    /// The publish that was sent last, until its outcome is known.
    sent: RwSignal<Option<publish::Sent>>,
    /// What this tab wrote into the browser's storage last.
    written: StoredValue<Option<String>>,
    /// Whose draft it is.
    person: StoredValue<String>,
}

impl Workspace {
    /// The workspace of the environment that the address names, followed from then on.
    pub(crate) fn start() -> Workspace {
        let api: Api = expect_context();
        let place = expect_context::<Navigation>().place();
        let environment = Memo::new(move |before: Option<&String>| match place.get() {
            Place::Environment { environment, .. } => environment,
            // On the project's pages, and on the way out: keep what there is, rather than load something for a moment.
            _ => before.cloned().or_else(|| crate::shell::home(api)).unwrap_or_default(),
        });
        let base: RwSignal<Option<Base>> = RwSignal::new(None);
        let live: RwSignal<Option<Base>> = RwSignal::new(None);
        let edited: RwSignal<Option<Arc<Document>>> = RwSignal::new(None);
        let read_before = StoredValue::new(None::<Reading>);
        let reading = move |document: Arc<Document>| {
            let before = read_before.try_update_value(Option::take).flatten();
            before.filter(|before| Arc::ptr_eq(&before.document, &document)).unwrap_or_else(|| Reading::of(document))
        };
        let read = Memo::new_with_compare(move |_| edited.get().map(reading), |before, now| !same(before, now));
        let changes = Memo::new(move |_| match (&*base.read(), &*edited.read()) {
            (Some(base), Some(edited)) if !Arc::ptr_eq(&base.document, edited) => {
                differences(&base.document, edited).into_iter().map(Told::from).collect()
            }
            _ => Vec::new(),
        });
        let clashing = Memo::new(move |_| match (&*base.read(), &*edited.read(), &*live.read()) {
            (Some(base), Some(edited), Some(live)) if base.etag != live.etag => meet::clashing(base, edited, live).map(Arc::new),
            _ => None,
        });
        let workspace = Workspace {
            api,
            toasts: expect_context(),
            environment,
            base,
            live,
            edited,
            failure: RwSignal::new(None),
            met: RwSignal::new(None),
            clashing,
            choices: RwSignal::default(),
            records: RwSignal::new(None),
            proposal: RwSignal::new(None),
            read,
            read_before,
            changes,
            steps: RwSignal::default(),
            message: RwSignal::default(),
            typed: RwSignal::default(),
            keeping: RwSignal::default(),
            sent: RwSignal::new(None),
            written: StoredValue::new(None),
            person: StoredValue::new(api.session.read_untracked().person().map(|session| session.person.clone()).unwrap_or_default()),
        };
        Effect::new(move |_| {
            environment.track();
            workspace.open();
        });
        workspace.keep_on();
        workspace.follow();
        workspace.heed_other_tabs();
        workspace
    }

    /// The edited document, tracked.
    pub(crate) fn document(&self) -> Option<Arc<Document>> {
        self.edited.get()
    }

    /// Whether nothing has been edited.
    pub(crate) fn is_clean(&self) -> bool {
        self.changes.read_untracked().is_empty()
    }

    /// Changes the draft.
    pub(crate) fn edit(&self, change: impl FnOnce(&mut Document)) {
        let Some(mut document) = self.edited.get_untracked() else { return };
        change(Arc::make_mut(&mut document));
        self.make(document, None, None);
    }

    /// Replaces the edited document by one that has been read. All that is typed into one field in one go is one step for undo.
    pub(crate) fn take(&self, reading: Reading, field: Option<&str>) {
        let document = reading.document.clone();
        self.read_before.set_value(Some(reading));
        self.make(document, field, None);
    }

    /// Throws the draft away; undo brings it back.
    pub(crate) fn discard(&self) {
        let (Some(before), Some(live)) = (self.state(), self.live.get_untracked()) else { return };
        self.steps.update(|steps| steps.done(&before, None, 0, |_| Some("your draft is thrown away".to_owned())));
        self.typed.update(BTreeMap::clear);
        self.met.set(None);
        self.edited.set(Some(live.document.clone()));
        self.base.set(Some(live));
    }

    /// Takes one change out of the draft, and what cannot stand without it; undo puts it back.
    pub(crate) fn take_out(&self, told: &Told) {
        let (Some(base), Some(edited)) = (self.base.get_untracked(), self.edited.get_untracked()) else { return };
        let Some(out) = take_out(&base.document, &edited, &told.change) else {
            self.toasts.bad("The other changes do not fit without this one. Undo or discard takes them all out.");
            return;
        };
        let errors = |document: &Document| check::check(document).problems.into_iter().filter(Problem::is_error).collect::<Vec<_>>();
        let before = errors(&edited);
        let news = errors(&out.document).into_iter().filter(|problem| !before.contains(problem)).count();
        self.make(Arc::new(out.document), None, Some(format!("taken out: {}", told.sentence)));
        if !out.with_it.is_empty() {
            let with = out.with_it.iter().map(|change| format!("“{}”", plain(&change.sentence()))).collect::<Vec<_>>().join(", ");
            self.toasts.bad(format!("Taken out, and with it what could not stand without it: {with}. Undo puts all of it back."));
        } else if news > 0 {
            self.toasts.bad(format!("Taken out, but what is left rests on it: {}. Undo puts it back.", count(news, "problem", "problems")));
        }
    }

    /// Undoes what was done last.
    pub(crate) fn undo(&self) {
        self.step(Steps::undo);
    }

    /// Does again what was undone last.
    pub(crate) fn redo(&self) {
        self.step(Steps::redo);
    }

    fn step(&self, take: fn(&mut Steps<State>, State) -> Option<State>) {
        let Some(now) = self.state() else { return };
        let Some(state) = self.steps.try_update(|steps| take(steps, now)).flatten() else { return };
        self.base.set(Some(state.base));
        self.edited.set(Some(state.edited));
        self.settle();
        self.meet();
    }

    /// Forgets what could be undone.
    pub(crate) fn forget_steps(&self) {
        self.steps.set(Steps::default());
    }

    fn state(&self) -> Option<State> {
        Some(State { base: self.base.get_untracked()?, edited: self.edited.get_untracked()? })
    }

    /// Makes `document` the edited one, as a step that can be undone; `words` where the changes themselves do not say it.
    fn make(&self, document: Arc<Document>, field: Option<&str>, words: Option<String>) {
        let Some(before) = self.state() else { return };
        self.steps.update(|steps| {
            steps.done(&before, field, now().0, |from| said(&from.edited, &document).map(|said| words.unwrap_or(said)));
        });
        self.edited.set(Some(document));
        self.settle();
    }

    /// A page's address in this environment.
    pub(crate) fn href(&self, page: &Page) -> String {
        page.href(&self.environment.get())
    }

    /// A draft that has come back to what is published is no draft.
    fn settle(&self) {
        let unchanged =
            self.base.read_untracked().as_ref().zip(self.edited.get_untracked()).is_some_and(|(base, edited)| *base.document == *edited);
        if unchanged {
            self.edited.set(self.base.read_untracked().as_ref().map(|base| base.document.clone()));
        }
    }
}

/// What lies between two documents, in a few words; none: nothing.
fn said(from: &Document, to: &Document) -> Option<String> {
    let changes = differences(from, to);
    let first = changes.first()?;
    if changes.len() == 1 {
        return Some(first.sentence());
    }
    let number = changes.len();
    let (part, key) = first.subject();
    let is_one = changes.iter().all(|change| change.subject() == (part, key));
    let what = match part {
        "flags" => "flag",
        "releases" => "release",
        "segments" => "segment",
        _ => "plan",
    };
    Some(if is_one && !key.is_empty() { format!("{number} changes of {what} `{key}`") } else { format!("{number} changes") })
}

/// A sentence without the marks around names, for where they cannot be set as code.
pub(crate) fn plain(sentence: &str) -> String {
    sentence.replace('`', "")
}

fn same(before: Option<&Option<Reading>>, now: Option<&Option<Reading>>) -> bool {
    match (before, now) {
        (Some(Some(before)), Some(Some(now))) => Arc::ptr_eq(&before.document, &now.document),
        (Some(None), Some(None)) => true,
        _ => false,
    }
}

/// The workspace of the page around.
pub(crate) fn workspace() -> Workspace {
    expect_context()
}
