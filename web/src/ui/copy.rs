//! A button that copies a text.

use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen_futures::JsFuture;

use crate::ui::icon::Icon;

/// Copies the text, and says so.
#[component]
pub(crate) fn Copy(text: String, what: &'static str, copied: RwSignal<bool>) -> impl IntoView {
    let failed = RwSignal::new(false);
    let now = RwSignal::new(false);
    let copy = move |_| {
        let navigator = window().navigator();
        // Pages without https, localhost apart, have no clipboard.
        let has = js_sys::Reflect::get(&navigator, &"clipboard".into()).is_ok_and(|clipboard| !clipboard.is_undefined());
        let promise = has.then(|| navigator.clipboard().write_text(&text));
        spawn_local(async move {
            let went_well = match promise {
                Some(promise) => JsFuture::from(promise).await.is_ok(),
                None => false,
            };
            failed.try_set(!went_well);
            if went_well {
                copied.try_set(true);
                now.try_set(true);
                TimeoutFuture::new(2_500).await;
                now.try_set(false);
            }
        });
    };
    view! {
        <button type="button" class="button small" on:click=copy><Icon name="copy" size=16 /><span role="status">{move || match (now.get(), failed.get()) {
            (true, _) => "Copied",
            (_, true) => "Select and copy it yourself",
            _ => what,
        }}</span></button>
    }
}
