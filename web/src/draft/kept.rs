//! The draft in the browser's storage, so that an ended session or a closed tab loses nothing that was typed.

use halyard_core::{Document, Json, check, json::Object};
use leptos::prelude::*;
use web_sys::Storage;

use crate::draft::Workspace;

/// A draft as it was kept.
pub(super) struct Kept {
    /// The version that it began with.
    pub(super) version: u64,
    /// The edited document.
    pub(super) document: Document,
}

fn storage() -> Option<Storage> {
    window().local_storage().ok().flatten()
}

/// Drafts are a person's own, also where several share a browser.
fn name(person: &str, environment: &str) -> String {
    format!("halyard-draft-{person}-{environment}")
}

/// The draft that a person kept for an environment, if there is one that can be read.
pub(super) fn kept(person: &str, environment: &str) -> Option<Kept> {
    let text = storage()?.get_item(&name(person, environment)).ok()??;
    let json = Json::parse(text.as_bytes()).ok()?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a version that this app wrote")]
    let version = json.get("version")?.as_f64()? as u64;
    // Decoded but not checked: a draft may have errors, and still is what somebody wrote.
    let document = check::decode_document(json.get("document")?).ok()?;
    Some(Kept { version, document })
}

impl Workspace {
    /// Keeps the draft as it is now, or forgets it where there is none. Runs again whenever it changes.
    pub(super) fn keep(&self) {
        let changes = !self.changes.read().is_empty();
        let (Some(base), Some(edited)) = (self.base.get(), self.document()) else { return };
        let Some(storage) = storage() else { return };
        let name = name(&self.person.read_value(), &base.environment);
        if !changes {
            let _ = storage.remove_item(&name);
            return;
        }
        #[expect(clippy::cast_precision_loss, reason = "versions stay far below 2^53")]
        let version = Json::Number(base.version as f64);
        let kept = Json::Object(Object::from([("version".to_owned(), version), ("document".to_owned(), edited.to_json())]));
        if storage.set_item(&name, &kept.canonical()).is_err() {
            self.toasts.bad("This browser has no room left to keep your draft. Publish it before you close the page.");
        }
    }
}
