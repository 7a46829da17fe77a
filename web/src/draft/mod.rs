//! What is being edited: per environment the published document that the edits began with, and the document as it would be.
//!
//! Changes are never kept as such: they are what `core::diff` finds between the two.

mod follow;
mod kept;
mod publish;
mod rebase;

use std::sync::Arc;

use halyard_core::{Document, Problem, Ruleset, check, compile, diff};
use halyard_edge::wire::{Record, Told};
use leptos::prelude::*;

use crate::api::{Api, Failure};
use crate::app::route::{Navigation, Page, Place};
use crate::ui::toast::Toasts;

pub(crate) use publish::Proposal;
pub(crate) use rebase::Rebased;

/// A published document.
#[derive(Clone)]
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

/// A version that somebody published while there was a draft on an older one.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Newer {
    /// The version.
    pub(crate) version: u64,
    /// Who published it, as soon as that is known.
    pub(crate) by: Option<String>,
}

/// A document and what core finds out about it.
#[derive(Clone)]
pub(crate) struct Reading {
    /// The document.
    pub(crate) document: Arc<Document>,
    /// Its problems.
    pub(crate) problems: Arc<Vec<Problem>>,
    /// What answers evaluations; none while it has errors.
    pub(crate) ruleset: Option<Arc<Ruleset>>,
}

impl Reading {
    fn of(document: Arc<Document>) -> Reading {
        let report = check::check(&document);
        Reading { document, problems: Arc::new(report.problems), ruleset: report.checked.map(|checked| Arc::new(compile(&checked))) }
    }
}

/// One environment as this person sees and edits it. Every page works on this.
#[derive(Clone, Copy)]
pub(crate) struct Workspace {
    pub(crate) api: Api,
    pub(crate) toasts: Toasts,
    /// The environment's key, from the address.
    pub(crate) environment: Memo<String>,
    /// What is published, as far as this draft knows; none while it loads.
    pub(crate) base: RwSignal<Option<Base>>,
    /// What it would be.
    edited: RwSignal<Option<Arc<Document>>>,
    /// Why it could not be loaded.
    pub(crate) failure: RwSignal<Option<Failure>>,
    /// A newer version that the draft has not been brought onto.
    pub(crate) newer: RwSignal<Option<Newer>>,
    /// Changes that did not fit when the draft was brought onto a newer version: kept for their author to look at.
    pub(crate) left_behind: RwSignal<Vec<Told>>,
    /// The newest records; none while they load.
    pub(crate) records: RwSignal<Option<Result<Arc<Vec<Record>>, Failure>>>,
    /// The action that is being confirmed in the dialog.
    pub(crate) proposal: RwSignal<Option<Proposal>>,
    /// `edited`, read by core.
    pub(crate) read: Memo<Option<Reading>>,
    /// The draft, as changes.
    pub(crate) changes: Memo<Vec<Told>>,
    attempt: StoredValue<Option<publish::Attempt>>,
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
            // On the way out: keep what there is, rather than load something for a moment.
            _ => before.cloned().unwrap_or_default(),
        });
        let base: RwSignal<Option<Base>> = RwSignal::new(None);
        let edited: RwSignal<Option<Arc<Document>>> = RwSignal::new(None);
        let read = Memo::new_with_compare(move |_| edited.get().map(Reading::of), |before, now| !same(before, now));
        let changes = Memo::new(move |_| match (&*base.read(), &*edited.read()) {
            (Some(base), Some(edited)) if !Arc::ptr_eq(&base.document, edited) => {
                diff(&base.document, edited).into_iter().map(Told::from).collect()
            }
            _ => Vec::new(),
        });
        let workspace = Workspace {
            api,
            toasts: expect_context(),
            environment,
            base,
            edited,
            failure: RwSignal::new(None),
            newer: RwSignal::new(None),
            left_behind: RwSignal::new(Vec::new()),
            records: RwSignal::new(None),
            proposal: RwSignal::new(None),
            read,
            changes,
            attempt: StoredValue::new(None),
            person: StoredValue::new(api.session.read_untracked().person().map(|session| session.person.clone()).unwrap_or_default()),
        };
        Effect::new(move |_| {
            environment.track();
            workspace.open();
        });
        Effect::new(move |_| workspace.keep());
        workspace.follow();
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
        self.edited.update(|edited| {
            if let Some(document) = edited {
                change(Arc::make_mut(document));
            }
        });
        self.settle();
    }

    /// Replaces the edited document.
    pub(crate) fn replace(&self, document: Document) {
        self.edited.set(Some(Arc::new(document)));
        self.settle();
    }

    /// Throws the draft away.
    pub(crate) fn discard(&self) {
        self.left_behind.set(Vec::new());
        self.edited.set(self.base.read_untracked().as_ref().map(|base| base.document.clone()));
        if self.newer.read_untracked().is_some() {
            self.open();
        }
    }

    /// Whether this person may publish here.
    pub(crate) fn may_publish(&self) -> bool {
        let environment = self.environment.get();
        self.api
            .session
            .read()
            .person()
            .is_some_and(|session| session.environments.iter().any(|known| known.key == environment && known.may_publish))
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
