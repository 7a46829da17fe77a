//! The draft in the browser's storage, so that an ended session, a closed tab or a cut network loses nothing that was typed.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use halyard_core::{Document, Json, check};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use web_sys::Storage;

use crate::draft::publish::Sent;
use crate::draft::{Choice, Reading, Workspace};
use crate::ui::later::Later;

/// Whether the draft is safe in this browser.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Keeping {
    /// It is, or there is none.
    #[default]
    Kept,
    /// There is no room for it.
    Full,
    /// This browser keeps nothing for this page.
    Refused,
}

/// A draft as it is kept, with everything that was typed for it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Kept {
    /// The version that it began with.
    pub(super) version: u64,
    /// That version's ETag.
    pub(super) etag: String,
    /// The edited document.
    pub(super) document: Arc<Document>,
    /// The message for the history, as far as it is written.
    pub(super) message: String,
    /// What is in editors and not on the draft.
    pub(super) typed: BTreeMap<String, String>,
    /// What has been chosen of the clashes.
    pub(super) choices: BTreeMap<String, Choice>,
    /// A publish of which nobody knows yet what became of it.
    pub(super) sent: Option<Sent>,
}

/// The same as JSON.
#[derive(Serialize, Deserialize)]
struct Text<'j> {
    version: u64,
    #[serde(default)]
    etag: String,
    document: Cow<'j, Json>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    message: String,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    typed: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    choices: BTreeMap<String, Choice>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sent: Option<SentText>,
}

#[derive(Serialize, Deserialize)]
struct SentText {
    id: String,
    etag: String,
    message: String,
    /// Absent: what is on the draft.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    document: Option<Json>,
}

// Decoded but not checked: a draft may have errors, and still is what somebody wrote.
fn decoded(json: &Json) -> Option<Arc<Document>> {
    check::decode_document(json).ok().map(Arc::new)
}

impl Kept {
    /// As text; `json` is the document's own.
    pub(super) fn to_text(&self, json: &Json) -> String {
        let sent = self.sent.as_ref().map(|sent| SentText {
            id: sent.id.clone(),
            etag: sent.etag.clone(),
            message: sent.message.clone(),
            document: (*sent.document != *self.document).then(|| sent.document.to_json()),
        });
        let text = Text {
            version: self.version,
            etag: self.etag.clone(),
            document: Cow::Borrowed(json),
            message: self.message.clone(),
            typed: self.typed.clone(),
            choices: self.choices.clone(),
            sent,
        };
        serde_json::to_string(&text).unwrap_or_default()
    }

    pub(super) fn parse(text: &str) -> Option<Kept> {
        let text: Text<'_> = serde_json::from_str(text).ok()?;
        let document = decoded(&text.document)?;
        let sent = text.sent.and_then(|sent| {
            let document = sent.document.map_or_else(|| Some(document.clone()), |json| decoded(&json))?;
            Some(Sent { id: sent.id, etag: sent.etag, message: sent.message, document, alone: false, refused: false })
        });
        Some(Kept {
            version: text.version,
            etag: text.etag,
            document,
            message: text.message,
            typed: text.typed,
            choices: text.choices,
            sent,
        })
    }
}

pub(super) fn storage() -> Option<Storage> {
    window().local_storage().ok().flatten()
}

/// Drafts are a person's own, also where several share a browser.
pub(super) fn name(person: &str, environment: &str) -> String {
    format!("halyard-draft-{person}-{environment}")
}

impl Workspace {
    /// The name of this person's draft of this environment in the storage.
    pub(super) fn kept_name(&self) -> String {
        name(&self.person.read_value(), &self.environment.read_untracked())
    }

    /// Keeps the draft whenever it changes: behind the picture that the change makes, for a large one takes a while to write.
    pub(super) fn keep_on(&self) {
        let workspace = *self;
        let later = Later::new();
        Effect::new(move |_| {
            workspace.changes.track();
            workspace.typed.track();
            workspace.base.track();
            workspace.read.track();
            workspace.message.track();
            workspace.choices.track();
            workspace.sent.track();
            later.ask(Duration::ZERO, move || workspace.keep());
        });
        // Who closes the page at once loses nothing.
        let hiding = window_event_listener(leptos::ev::pagehide, move |_| {
            if later.stop() {
                workspace.keep();
            }
        });
        on_cleanup(move || hiding.remove());
    }

    /// Keeps the draft as it is now, or forgets it where there is none.
    fn keep(&self) {
        let something = !self.changes.read_untracked().is_empty() || !self.typed.read_untracked().is_empty();
        let (Some(base), Some(Reading { document, json, .. })) = (self.base.get_untracked(), self.read.get_untracked()) else { return };
        let name = name(&self.person.read_value(), &base.environment);
        let (message, typed, choices) = (self.message.get_untracked(), self.typed.get_untracked(), self.choices.get_untracked());
        let sent = self.sent.get_untracked().filter(|sent| !sent.alone && !sent.refused);
        let kept = Kept { version: base.version, etag: base.etag, document, message, typed, choices, sent };
        let text = something.then(|| kept.to_text(&json));
        self.written.set_value(text.clone());
        let Some(storage) = storage() else {
            self.keeping.set(if something { Keeping::Refused } else { Keeping::Kept });
            return;
        };
        let outcome = match text {
            Some(text) => storage.set_item(&name, &text),
            None => storage.remove_item(&name),
        };
        let keeping = if outcome.is_err() { Keeping::Full } else { Keeping::Kept };
        if self.keeping.get_untracked() != keeping {
            self.keeping.set(keeping);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use halyard_core::merge::Side;

    fn document(key: &str) -> Arc<Document> {
        Arc::new(Document { retired: vec![key.to_owned()], ..Document::default() })
    }

    fn kept() -> Kept {
        Kept {
            version: 42,
            etag: "\"00000042-ab\"".to_owned(),
            document: document("mine"),
            message: "Why “not”?\n".to_owned(),
            typed: BTreeMap::from([("flags/a".to_owned(), "{ half".to_owned())]),
            choices: BTreeMap::from([("/flags/a".to_owned(), Choice { side: Side::Mine, theirs: Some(Json::Bool(true)) })]),
            sent: None,
        }
    }

    fn text(kept: &Kept) -> String {
        kept.to_text(&kept.document.to_json())
    }

    #[test]
    fn a_draft_comes_back_as_it_was_kept() {
        assert_eq!(Kept::parse(&text(&kept())), Some(kept()));
    }

    #[test]
    fn a_publish_whose_answer_never_came_comes_back_to_be_asked_for_again() {
        let sent = |document| Sent {
            id: "app-1".to_owned(),
            etag: "\"e\"".to_owned(),
            message: "m".to_owned(),
            document,
            alone: false,
            refused: false,
        };
        let same = Kept { sent: Some(sent(document("mine"))), ..kept() };
        assert_eq!(Kept::parse(&text(&same)), Some(same.clone()));
        assert!(!text(&same).contains(r#""sent":{"document""#), "a document is not kept twice");
        let edited_since = Kept { sent: Some(sent(document("before"))), ..kept() };
        assert_eq!(Kept::parse(&text(&edited_since)), Some(edited_since));
    }

    #[test]
    fn a_draft_of_an_older_app_is_read_and_nonsense_is_none() {
        let old = Kept::parse(r#"{"version":7,"document":{"format":1,"retired":["mine"]}}"#).unwrap();
        assert_eq!((old.version, old.document), (7, document("mine")));
        for nonsense in ["", "null", "{}", r#"{"version":7,"document":[]}"#, r#"{"version":-1,"document":{"format":1}}"#] {
            assert_eq!(Kept::parse(nonsense), None, "{nonsense}");
        }
    }
}
