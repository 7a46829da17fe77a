//! Loading an environment, and noticing when somebody publishes.

use std::sync::Arc;

use gloo_timers::future::TimeoutFuture;
use halyard_core::check::{Cap, read};
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::{Failure, Fetched};
use crate::draft::{Base, Newer, Workspace, kept};

/// How often the head is looked at while the page is visible, in milliseconds.
const EVERY: u32 = 10_000;

impl Workspace {
    /// Loads the environment anew, with the draft that was kept for it.
    pub(crate) fn open(&self) {
        let workspace = *self;
        let environment = self.environment.get_untracked();
        self.base.set(None);
        self.edited.set(None);
        self.failure.set(None);
        self.newer.set(None);
        self.records.set(None);
        self.left_behind.set(Vec::new());
        if environment.is_empty() {
            return;
        }
        crate::shell::remember(&environment);
        spawn_local(async move {
            let outcome = workspace.load(&environment).await;
            if workspace.environment.get_untracked() != environment {
                return;
            }
            match outcome {
                Ok(()) => workspace.load_records(),
                Err(failure) => workspace.failure.set(Some(failure)),
            }
        });
    }

    async fn load(&self, environment: &str) -> Result<(), Failure> {
        let Some(fetched) = self.api.document(environment, None).await? else {
            return Err(Failure::Unreadable("no document".to_owned()));
        };
        let head = base_of(environment, fetched)?;
        let kept = kept::kept(&self.person.get_value(), environment);
        let stale = kept.as_ref().is_some_and(|kept| kept.version != head.version);
        let (base, newer) = match &kept {
            Some(kept) if stale => match self.api.document_of(environment, kept.version).await.and_then(|old| base_of(environment, old)) {
                // The ETag of an old version would lose every publish: that is what brings the draft onto the new one first.
                Ok(old) => (old, Some(Newer { version: head.version, by: None })),
                Err(_) => (head, None),
            },
            _ => (head, None),
        };
        if self.environment.get_untracked() != environment {
            return Ok(());
        }
        let edited = kept.map_or_else(|| base.document.clone(), |kept| Arc::new(kept.document));
        self.base.set(Some(base));
        self.edited.set(Some(edited));
        self.settle();
        if newer.is_some() && !self.is_clean() {
            self.newer.set(newer);
            self.name_the_publisher().await;
        }
        Ok(())
    }

    /// Reads the newest records.
    pub(crate) fn load_records(&self) {
        let workspace = *self;
        let environment = self.environment.get_untracked();
        spawn_local(async move {
            let outcome = workspace.api.records(&environment, None, 50).await;
            if workspace.environment.get_untracked() == environment {
                workspace.records.set(Some(outcome.map(|page| Arc::new(page.records))));
            }
        });
    }

    /// Looks at the head now and then, for as long as the shell lives.
    pub(super) fn follow(&self) {
        let workspace = *self;
        let alive = StoredValue::new(true);
        on_cleanup(move || alive.dispose());
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

    /// Looks at the head once: takes a newer version over where there is no draft, and says so where there is one.
    pub(crate) async fn look(&self) {
        let Some(base) = self.base.try_get_untracked().flatten() else {
            if self.failure.try_get_untracked().flatten() == Some(Failure::Unreachable) {
                let environment = self.environment.get_untracked();
                if self.load(&environment).await.is_ok() {
                    self.failure.set(None);
                    self.load_records();
                }
            }
            return;
        };
        let Ok(Some(fetched)) = self.api.document(&base.environment, Some(&base.etag)).await else { return };
        // The answer may come after the person has gone on: to another environment, or to a publish of their own.
        let unmoved =
            self.base.try_get_untracked().flatten().is_some_and(|now| now.environment == base.environment && now.version == base.version);
        if !unmoved || fetched.version == base.version {
            return;
        }
        if self.is_clean() {
            let Ok(head) = base_of(&base.environment, fetched) else { return };
            self.take(head);
        } else if self.newer.get_untracked().is_none_or(|newer| newer.version != fetched.version) {
            self.newer.set(Some(Newer { version: fetched.version, by: None }));
            self.name_the_publisher().await;
        }
    }

    /// Shows this document from now on, without a draft.
    pub(super) fn take(&self, head: Base) {
        self.edited.set(Some(head.document.clone()));
        self.base.set(Some(head));
        self.newer.set(None);
        self.load_records();
    }

    async fn name_the_publisher(&self) {
        let Some(newer) = self.newer.get_untracked() else { return };
        let environment = self.environment.get_untracked();
        if let Ok(record) = self.api.record(&environment, newer.version).await {
            self.newer.update(|now| {
                if let Some(now) = now.as_mut().filter(|now| now.version == record.version) {
                    now.by = Some(record.by);
                }
            });
        }
    }
}

/// A fetched document, read. A node never publishes one that has errors, so such a one comes from a newer Halyard.
pub(super) fn base_of(environment: &str, fetched: Fetched) -> Result<Base, Failure> {
    let report = read(fetched.text.as_bytes(), Cap::Reader);
    let problem = report.errors().next().map(ToString::to_string);
    let Some(checked) = report.checked else {
        return Err(Failure::Unreadable(problem.unwrap_or_else(|| "a document with errors".to_owned())));
    };
    Ok(Base { environment: environment.to_owned(), version: fetched.version, etag: fetched.etag, document: Arc::new(checked.into_inner()) })
}
