//! Several tabs of one person have one draft: each shows what the others do to it. Who signs in as somebody else changes them all.

use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::draft::kept::{Kept, storage};
use crate::draft::{Keeping, Workspace, follow::base_of};

/// Who is signed in, for other tabs to notice that it is somebody else now.
const PERSON: &str = "halyard-person";

impl Workspace {
    /// Listens to what other tabs write, for as long as the shell lives.
    pub(super) fn heed_other_tabs(&self) {
        let workspace = *self;
        if let Some(storage) = storage() {
            let _ = storage.set_item(PERSON, &self.person.read_value());
        }
        let wrote = window_event_listener(ev::storage, move |event| match event.key() {
            Some(key) if key == PERSON && event.new_value().is_some_and(|person| person != *workspace.person.read_value()) => {
                // This tab still shows the other person's draft, and would publish it under this one's name.
                let _ = window().location().reload();
            }
            Some(key) if key == workspace.kept_name() => workspace.heed(event.new_value(), event.old_value()),
            _ => {}
        });
        // A tab that slept may have missed it.
        let woke = window_event_listener(ev::visibilitychange, move |_| {
            if !document().hidden()
                && let Some(storage) = storage()
            {
                let now = storage.get_item(&workspace.kept_name()).ok().flatten();
                let wrote = workspace.written.get_value();
                workspace.heed(now, wrote);
            }
        });
        // Only what no storage keeps is worth stopping somebody who leaves.
        let leaving = window_event_listener(ev::beforeunload, move |event| {
            if workspace.keeping.get_untracked() != Keeping::Kept {
                event.prevent_default();
            }
        });
        on_cleanup(move || {
            wrote.remove();
            woke.remove();
            leaving.remove();
        });
    }

    /// Another tab kept this draft as `now`, over `before`. Its draft is this tab's from now on; what was here can be undone to.
    fn heed(&self, now: Option<String>, before: Option<String>) {
        let written = self.written.get_value();
        // Where nothing can be kept, what the storage has is no news.
        if now == written || self.base.read_untracked().is_none() || self.keeping.get_untracked() != Keeping::Kept {
            return;
        }
        // The other one did not know what was done here: nothing of it may go without a word.
        let is_news = written.is_some() && before != written;
        let Some(text) = now else {
            if let Some(base) = self.base.get_untracked() {
                self.make(base.document, None, Some("what another tab did: it published or discarded the draft".to_owned()));
            }
            self.typed.update(std::collections::BTreeMap::clear);
            self.message.set(String::new());
            let workspace = *self;
            spawn_local(async move { workspace.look().await });
            return;
        };
        let Some(kept) = Kept::parse(&text) else { return };
        let workspace = *self;
        spawn_local(async move {
            if workspace.take_over(kept).await && is_news {
                workspace
                    .toasts
                    .bad("You edited this in two tabs at once. Both show the last one’s draft now; Undo brings back what was here.");
            }
        });
    }

    async fn take_over(&self, kept: Kept) -> bool {
        let environment = self.environment.get_untracked();
        let known = [self.base.get_untracked(), self.live.get_untracked()].into_iter().flatten().find(|known| known.etag == kept.etag);
        let base = match known {
            Some(base) => base,
            None => match self.api.document_of(&environment, kept.version).await.and_then(|old| base_of(&environment, old)) {
                Ok((base, _)) => base,
                Err(_) => return false,
            },
        };
        let Some(before) = self.state().filter(|_| self.environment.get_untracked() == environment) else { return false };
        if *before.edited != *kept.document || before.base.etag != base.etag {
            self.steps.update(|steps| steps.done(&before, Some("another tab"), 0, |_| Some("what another tab did".to_owned())));
            self.base.set(Some(base));
            self.edited.set(Some(kept.document));
        }
        self.message.set(kept.message);
        self.typed.set(kept.typed);
        self.choices.set(kept.choices);
        self.sent.set(kept.sent);
        self.settle();
        if self
            .live
            .read_untracked()
            .as_ref()
            .is_some_and(|live| self.base.read_untracked().as_ref().is_some_and(|base| base.version > live.version))
        {
            self.look().await;
        } else {
            self.meet();
        }
        true
    }
}
