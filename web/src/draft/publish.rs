//! Publishing: the draft, or one action by itself.

use std::sync::Arc;

use halyard_core::Document;
use halyard_edge::wire::{Published, Review, Trouble};
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

/// A publish that was sent. What it is called is what the history knows it by: sent again under the same name, it is the same publish.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Sent {
    /// Its name.
    pub(super) id: String,
    /// What it was to be published on top of.
    pub(super) etag: String,
    /// Its message.
    pub(super) message: String,
    /// What was to be published.
    pub(super) document: Arc<Document>,
    /// Whether it was one action by itself, not the draft.
    pub(super) alone: bool,
    /// Whether it is certain that it did not happen and never will: its name is free for what becomes of it.
    pub(super) refused: bool,
}

/// The name for publishing `document` on top of `etag`, if what was sent before gives it one: the same publish after an answer that
/// never came, or what became of one that was refused. While its outcome is unknown, anything else must not go under its name: the
/// answer would be about the other document.
fn name_again(sent: Option<&Sent>, etag: &str, document: &Document) -> Option<String> {
    sent.filter(|sent| sent.refused || sent.etag == etag && *sent.document == *document).map(|sent| sent.id.clone())
}

/// Whether an answer means that nothing was published, and that this very request never will be.
fn is_final(failure: &Failure) -> bool {
    failure.status().is_some_and(|status| (400..500).contains(&status)) || *failure == Failure::SignedOut
}

impl Workspace {
    /// Asks for an action to be confirmed.
    pub(crate) fn propose(&self, proposal: Proposal) {
        self.proposal.set(Some(proposal));
    }

    /// The live document with this action done, and nothing else.
    pub(crate) fn alone(&self, proposal: &Proposal) -> Option<Document> {
        let live = self.live.get()?;
        let mut document = (*live.document).clone();
        (proposal.apply)(&mut document);
        Some(document)
    }

    /// What publishing `document` would mean.
    pub(crate) async fn review(&self, document: &Document) -> Result<Review, Failure> {
        self.api.check(&self.environment.get_untracked(), document.canonical()).await
    }

    /// Publishes the draft. What is edited while that is under way stays a draft.
    pub(crate) async fn publish_draft(&self) -> Result<Published, Failure> {
        let (Some(edited), Some(base)) = (self.edited.get_untracked(), self.base.get_untracked()) else { return Err(Failure::Unreachable) };
        let message = self.message.get_untracked().trim().to_owned();
        let published = self.put(&base, &edited, message, false).await?;
        self.toasts.good(format!("Version {} is live.", published.version));
        if self.environment.get_untracked() == base.environment {
            self.it_is_live(&published, edited);
        }
        Ok(published)
    }

    /// Publishes one action on top of what is live; a draft keeps its other changes.
    pub(crate) async fn publish_alone(&self, proposal: &Proposal, message: &str) -> Result<Published, Failure> {
        let (Some(document), Some(live)) = (self.alone(proposal), self.live.get_untracked()) else { return Err(Failure::Unreachable) };
        let document = Arc::new(document);
        let published = self.put(&live, &document, message.to_owned(), true).await?;
        self.toasts.good(format!("Version {} is live.", published.version));
        if self.environment.get_untracked() == live.environment {
            if !self.is_clean() {
                // On the draft too: it is not to take back what was just done.
                self.edited.update(|edited| {
                    if let Some(edited) = edited {
                        (proposal.apply)(Arc::make_mut(edited));
                    }
                });
            }
            let (version, etag) = (published.version, published.etag.clone());
            self.live.set(Some(Base { environment: live.environment, version, etag, document }));
            self.meet();
            self.met.set(None);
            self.load_records();
        }
        Ok(published)
    }

    /// What was on the draft is live: the draft goes on from there.
    fn it_is_live(&self, published: &Published, document: Arc<Document>) {
        let environment = self.environment.get_untracked();
        let base = Base { environment, version: published.version, etag: published.etag.clone(), document };
        self.message.set(String::new());
        self.met.set(None);
        self.forget_steps();
        self.live.set(Some(base.clone()));
        self.base.set(Some(base));
        self.settle();
        self.load_records();
    }

    async fn put(&self, base: &Base, document: &Arc<Document>, message: String, alone: bool) -> Result<Published, Failure> {
        let mut sent = self.sent.get_untracked();
        if name_again(sent.as_ref(), &base.etag, document).is_none() && sent.is_some() {
            // Something else is on its way, or was: what became of it comes first.
            self.look().await;
            sent = self.sent.get_untracked();
            if self.live.read_untracked().as_ref().is_some_and(|live| live.etag != base.etag) {
                return Err(conflict());
            }
        }
        let id = name_again(sent.as_ref(), &base.etag, document).unwrap_or_else(fresh_id);
        let sent = Sent { id, etag: base.etag.clone(), message, document: document.clone(), alone, refused: false };
        self.sent.set(Some(sent.clone()));
        let outcome = self.api.publish(&base.environment, &sent.etag, document.canonical(), &sent.message, &sent.id).await;
        match &outcome {
            Ok(_) => self.sent.set(None),
            Err(failure) if is_final(failure) => {
                self.sent.set(Some(Sent { refused: true, ..sent }));
                if failure.status() == Some(412) {
                    self.look().await;
                }
            }
            Err(_) => {}
        }
        outcome
    }

    /// A publish was sent and no answer came; now `head` is live. Sent again it cannot happen any more, as it was on top of an older
    /// version: the node only says whether it did.
    pub(super) async fn ask_what_became_of_it(&self, head: &Base) {
        let Some(sent) = self.sent.get_untracked().filter(|sent| !sent.refused && sent.etag != head.etag) else { return };
        let outcome = self.api.publish(&head.environment, &sent.etag, sent.document.canonical(), &sent.message, &sent.id).await;
        if self.environment.get_untracked() != head.environment {
            return;
        }
        match outcome {
            Ok(published) => {
                self.sent.set(None);
                self.toasts
                    .good(format!("Your publish had gone through, though its answer was lost: it is version {}.", published.version));
                if !sent.alone {
                    self.it_is_live(&published, sent.document);
                }
            }
            Err(failure) if is_final(&failure) => self.sent.set(Some(Sent { refused: true, ..sent })),
            Err(_) => {}
        }
    }
}

/// The answer that the node would give: somebody else was first.
fn conflict() -> Failure {
    Failure::Refused(Box::new(Trouble { status: 412, title: "somebody else published first".to_owned(), ..Trouble::default() }))
}

/// A name for an attempt that no other has.
fn fresh_id() -> String {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "any 32 bits will do")]
    let part = || format!("{:08x}", (js_sys::Math::random() * f64::from(u32::MAX)) as u32);
    format!("app-{}{}{}{}", part(), part(), part(), part())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(key: &str) -> Arc<Document> {
        Arc::new(Document { retired: vec![key.to_owned()], ..Document::default() })
    }

    fn sent(refused: bool) -> Sent {
        Sent { id: "app-1".to_owned(), etag: "e".to_owned(), message: String::new(), document: document("a"), alone: false, refused }
    }

    #[test]
    fn while_nobody_knows_what_became_of_a_publish_only_the_very_same_one_goes_under_its_name() {
        let name = |etag, key| name_again(Some(&sent(false)), etag, &document(key));
        assert_eq!(name("e", "a").as_deref(), Some("app-1"));
        assert_eq!(name("e", "b"), None, "its answer could be about another document");
        assert_eq!(name("newer", "a"), None);
        assert_eq!(name_again(None, "e", &document("a")), None);
    }

    #[test]
    fn what_was_refused_keeps_its_name_whatever_becomes_of_it() {
        assert_eq!(name_again(Some(&sent(true)), "newer", &document("merged")).as_deref(), Some("app-1"));
    }

    #[test]
    fn only_a_refusal_is_final() {
        let refused = |status| Failure::Refused(Box::new(Trouble { status, ..Trouble::default() }));
        assert!([400, 401, 403, 412, 422, 428].map(refused).iter().all(is_final));
        assert!(is_final(&Failure::SignedOut));
        assert!(![500, 503].map(refused).iter().any(is_final), "nobody knows yet");
        assert!(!is_final(&Failure::Unreachable));
        assert!(!is_final(&Failure::Unreadable(String::new())));
    }
}
