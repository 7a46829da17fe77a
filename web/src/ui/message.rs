//! The message for the history: why something is published.

use leptos::prelude::*;

/// The field, wherever something is about to be published.
#[component]
pub(crate) fn MessageField(message: RwSignal<String>) -> impl IntoView {
    view! {
        <div class="field">
            <label for="message">"Message for the history"</label>
            <textarea id="message" class="text" rows="2" required placeholder="Why this change?" aria-describedby="message-note"
                prop:value=move || message.get() on:input=move |event| message.set(event_target_value(&event))></textarea>
            <p id="message-note" class="small muted">"Whoever reads the history will want to know why."</p>
        </div>
    }
}
