//! Short notes that something happened. They are read out, and go by themselves.

use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::ui::icon::Icon;

#[derive(Clone, PartialEq)]
struct Toast {
    id: u64,
    text: String,
    good: bool,
}

/// Where any part of the app leaves a note.
#[derive(Clone, Copy)]
pub(crate) struct Toasts(RwSignal<Vec<Toast>>, StoredValue<u64>);

impl Toasts {
    pub(crate) fn new() -> Toasts {
        Toasts(RwSignal::new(Vec::new()), StoredValue::new(0))
    }

    /// Something went well.
    pub(crate) fn good(self, text: impl Into<String>) {
        self.say(text.into(), true);
    }

    /// Something did not.
    pub(crate) fn bad(self, text: impl Into<String>) {
        self.say(text.into(), false);
    }

    fn say(self, text: String, good: bool) {
        let id = self.1.get_value();
        self.1.set_value(id + 1);
        self.0.update(|toasts| {
            // The same again takes the place of what was said before.
            toasts.retain(|toast| toast.text != text);
            toasts.push(Toast { id, text, good });
        });
        spawn_local(async move {
            TimeoutFuture::new(if good { 6_000 } else { 12_000 }).await;
            self.drop(id);
        });
    }

    fn drop(self, id: u64) {
        self.0.update(|toasts| toasts.retain(|toast| toast.id != id));
    }
}

/// The notes of now.
#[component]
pub(crate) fn ToastList() -> impl IntoView {
    let toasts = expect_context::<Toasts>();
    view! {
        <div class="toasts" role="status" aria-live="polite">
            <For each=move || toasts.0.get() key=|toast| toast.id children=move |toast| view! {
                <div class="toast" class:bad=!toast.good>
                    <Icon name=if toast.good { "good" } else { "alert" } />
                    <span>{toast.text}</span>
                    <button type="button" aria-label="Dismiss" on:click=move |_| toasts.drop(toast.id)><Icon name="close" size=16 /></button>
                </div>
            } />
        </div>
    }
}
