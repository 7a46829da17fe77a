//! Loading an environment, and noticing when somebody publishes.

use std::sync::Arc;

use gloo_timers::future::TimeoutFuture;
use halyard_core::{Json, Problem};
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::{Failure, Fetched};
use crate::draft::{Base, Reading, Steps, Workspace, kept};

/// How often the head is looked at while the page is visible, in milliseconds.
const EVERY: u32 = 10_000;
/// How many records are read at once: what others published while a draft lay is told from these.
const RECORDS: u32 = 50;

impl Workspace {
    /// Loads the environment anew, with the draft that was kept for it.
    pub(crate) fn open(&self) {
        let workspace = *self;
        let environment = self.environment.get_untracked();
        self.base.set(None);
        self.live.set(None);
        self.edited.set(None);
        self.failure.set(None);
        self.met.set(None);
        self.records.set(None);
        self.steps.set(Steps::default());
        self.sent.set(None);
        if environment.is_empty() {
            return;
        }
        crate::shell::remember(&environment);
        spawn_local(async move {
            let outcome = workspace.load(&environment).await;
            if let (Err(failure), true) = (outcome, workspace.environment.get_untracked() == environment) {
                workspace.failure.set(Some(failure));
            }
        });
    }

    async fn load(&self, environment: &str) -> Result<(), Failure> {
        let Some(fetched) = self.api.document(environment, None).await? else {
            return Err(Failure::Unreadable("no document".to_owned()));
        };
        let (head, reading) = base_of(environment, fetched)?;
        let kept = kept::storage().and_then(|storage| storage.get_item(&self.kept_name()).ok().flatten());
        let kept = kept.and_then(|text| kept::Kept::parse(&text));
        let base = match &kept {
            Some(kept) if kept.version != head.version || !kept.etag.is_empty() && kept.etag != head.etag => {
                match self.api.document_of(environment, kept.version).await.and_then(|old| base_of(environment, old)) {
                    Ok((old, _)) if kept.etag.is_empty() || kept.etag == old.etag => old,
                    // The environment was made anew: there is nothing left to compare with but what is live.
                    Ok(_) => self.lost_its_base(&head),
                    Err(failure) if failure.status() == Some(404) => self.lost_its_base(&head),
                    Err(failure) => return Err(failure),
                }
            }
            _ => head.clone(),
        };
        if self.environment.get_untracked() != environment {
            return Ok(());
        }
        self.read_before.set_value(Some(reading));
        self.edited.set(Some(kept.as_ref().map_or_else(|| base.document.clone(), |kept| kept.document.clone())));
        self.message.set(kept.as_ref().map(|kept| kept.message.clone()).unwrap_or_default());
        self.typed.set(kept.as_ref().map(|kept| kept.typed.clone()).unwrap_or_default());
        self.choices.set(kept.as_ref().map(|kept| kept.choices.clone()).unwrap_or_default());
        self.sent.set(kept.and_then(|kept| kept.sent));
        self.live.set(Some(base.clone()));
        self.base.set(Some(base));
        self.settle();
        self.advance(head).await;
        Ok(())
    }

    fn lost_its_base(&self, head: &Base) -> Base {
        self.toasts.bad(
            "The version that your draft began with is gone: this environment was made anew. Look at every change before you publish.",
        );
        head.clone()
    }

    /// Reads the newest records.
    pub(crate) fn load_records(&self) {
        let workspace = *self;
        spawn_local(async move { workspace.read_records().await });
    }

    async fn read_records(&self) {
        let environment = self.environment.get_untracked();
        let outcome = self.api.records(&environment, None, RECORDS).await;
        if self.environment.get_untracked() == environment {
            self.records.set(Some(outcome.map(|page| Arc::new(page.records))));
        }
    }

    /// Looks at the head now and then, and when the network is back, for as long as the shell lives.
    pub(super) fn follow(&self) {
        let workspace = *self;
        let alive = StoredValue::new(true);
        let online = window_event_listener(leptos::ev::online, move |_| spawn_local(async move { workspace.look().await }));
        on_cleanup(move || {
            alive.dispose();
            online.remove();
        });
        spawn_local(async move {
            loop {
                TimeoutFuture::new(EVERY).await;
                if alive.try_get_value().is_none() {
                    return;
                }
                let hidden = document().hidden();
                if !hidden && workspace.proposal.try_get_untracked().is_some_and(|proposal| proposal.is_none()) {
                    workspace.look().await;
                }
            }
        });
    }

    /// Looks at the head once, and goes on from what is live there.
    pub(crate) async fn look(&self) {
        let Some(live) = self.live.try_get_untracked().flatten() else {
            if self.failure.try_get_untracked().flatten() == Some(Failure::Unreachable) {
                let environment = self.environment.get_untracked();
                if self.load(&environment).await.is_ok() {
                    self.failure.set(None);
                }
            }
            return;
        };
        let Ok(Some(fetched)) = self.api.document(&live.environment, Some(&live.etag)).await else { return };
        // The answer may come after the person has gone on: to another environment, or to a publish of their own.
        if !self.live.try_get_untracked().flatten().is_some_and(|now| now.environment == live.environment && now.etag == live.etag) {
            return;
        }
        let Ok((head, reading)) = base_of(&live.environment, fetched) else { return };
        self.read_before.set_value(Some(reading));
        self.advance(head).await;
    }

    /// `head` is live now: takes it over, brings the draft onto it, or leaves both for a person to choose.
    async fn advance(&self, head: Base) {
        self.ask_what_became_of_it(&head).await;
        self.read_records().await;
        if self.environment.get_untracked() != head.environment {
            return;
        }
        self.live.set(Some(head));
        self.meet();
    }
}

/// A fetched document, read. A node never publishes one that has errors, so such a one comes from a newer Halyard.
pub(super) fn base_of(environment: &str, fetched: Fetched) -> Result<(Base, Reading), Failure> {
    let told = |problems: &[Problem]| problems.iter().find(|problem| problem.is_error()).map(ToString::to_string);
    let read = Json::parse(fetched.text.as_bytes()).map_err(|problems| told(&problems)).and_then(|json| {
        let (problems, reading) = Reading::of_json(json);
        reading.ok_or_else(|| told(&problems))
    });
    let reading = read.map_err(|problem| Failure::Unreadable(problem.unwrap_or_else(|| "a document with errors".to_owned())))?;
    let document = reading.document.clone();
    Ok((Base { environment: environment.to_owned(), version: fetched.version, etag: fetched.etag, document }, reading))
}
