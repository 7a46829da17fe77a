//! Publishing: the draft, or one action by itself.

use std::sync::Arc;

use halyard_core::Document;
use halyard_edge::wire::{Published, Review};
use leptos::prelude::*;

use crate::api::Failure;
use crate::draft::{Base, Workspace};

/// An action that waits to be confirmed: "open `checkout-revamp` to beta".
#[derive(Clone)]
pub(crate) struct Proposal {
    /// What it does, as the dialog's heading.
    pub(crate) title: String,
    /// What that means, in a sentence or two.
    pub(crate) lead: String,
    /// More to know, as term and text.
    pub(crate) facts: Vec<(String, String)>,
    /// What ought to be thought of before.
    pub(crate) warnings: Vec<String>,
    /// The message that is offered for the record.
    pub(crate) message: String,
    /// Whether it takes something away from users.
    pub(crate) danger: bool,
    /// Whether it goes out by itself even past a draft, because it cannot wait.
    pub(crate) urgent: bool,
    /// The edit.
    pub(crate) apply: Arc<dyn Fn(&mut Document) + Send + Sync>,
}

/// One try to publish something: tried again, it must be the same publish.
pub(super) struct Attempt {
    what: String,
    id: String,
}

impl Workspace {
    /// Asks for an action to be confirmed.
    pub(crate) fn propose(&self, proposal: Proposal) {
        self.proposal.set(Some(proposal));
    }

    /// The published document with this action done, and nothing else.
    pub(crate) fn alone(&self, proposal: &Proposal) -> Option<Document> {
        let base = self.base.get()?;
        let mut document = (*base.document).clone();
        (proposal.apply)(&mut document);
        Some(document)
    }

    /// What publishing `document` would mean.
    pub(crate) async fn review(&self, document: &Document) -> Result<Review, Failure> {
        self.api.check(&self.environment.get_untracked(), document.canonical()).await
    }

    /// Publishes the draft.
    pub(crate) async fn publish_draft(&self, message: &str) -> Result<Published, Failure> {
        let Some(edited) = self.edited.get_untracked() else { return Err(Failure::Unreachable) };
        let environment = self.environment.get_untracked();
        let published = self.put(&edited, message).await?;
        self.left_behind.set(Vec::new());
        self.adopt(environment, &published, edited.clone(), edited);
        Ok(published)
    }

    /// Publishes one action on top of what is published; a draft keeps its other changes.
    pub(crate) async fn publish_alone(&self, proposal: &Proposal, message: &str) -> Result<Published, Failure> {
        let (Some(document), Some(edited)) = (self.alone(proposal), self.edited.get_untracked()) else { return Err(Failure::Unreachable) };
        let environment = self.environment.get_untracked();
        let document = Arc::new(document);
        let published = self.put(&document, message).await?;
        let mut draft = edited;
        if self.is_clean() {
            draft = document.clone();
        } else {
            (proposal.apply)(Arc::make_mut(&mut draft));
        }
        self.adopt(environment, &published, document, draft);
        Ok(published)
    }

    async fn put(&self, document: &Document, message: &str) -> Result<Published, Failure> {
        let Some(base) = self.base.get_untracked() else { return Err(Failure::Unreachable) };
        let text = document.canonical();
        let what = format!("{}\n{}\n{message}\n{text}", base.environment, base.etag);
        let id =
            self.attempt.with_value(|attempt| attempt.as_ref().filter(|attempt| attempt.what == what).map(|attempt| attempt.id.clone()));
        let id = id.unwrap_or_else(fresh_id);
        self.attempt.set_value(Some(Attempt { what, id: id.clone() }));
        let published = self.api.publish(&base.environment, &base.etag, text, message, &id).await?;
        self.attempt.set_value(None);
        Ok(published)
    }

    /// What was published is the base from now on.
    fn adopt(&self, environment: String, published: &Published, document: Arc<Document>, draft: Arc<Document>) {
        self.toasts.good(format!("Version {} is live.", published.version));
        if self.environment.get_untracked() != environment {
            return;
        }
        self.edited.set(Some(draft));
        self.base.set(Some(Base { environment, version: published.version, etag: published.etag.clone(), document }));
        self.newer.set(None);
        self.settle();
        self.load_records();
    }
}

/// A name for an attempt that no other has.
fn fresh_id() -> String {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "any 32 bits will do")]
    let part = || format!("{:08x}", (js_sys::Math::random() * f64::from(u32::MAX)) as u32);
    format!("app-{}{}{}{}", part(), part(), part(), part())
}
