//! What is served: a variant, or a split.

use halyard_core::{Json, Pointer};
use leptos::prelude::*;

use super::condition::{Bucketing, Wrong};
use super::fields::id;
use super::form;
use super::kinds::object;
use super::split::Split;

/// What the place serves.
#[component]
pub(crate) fn Serve(
    at: Pointer,
    #[prop(into)] label: String,
    /// The word for serving nothing, where that may be chosen.
    #[prop(optional)]
    nothing: Option<&'static str>,
    /// Whether only a variant may stand here, no split.
    #[prop(optional)]
    plain: bool,
    /// How the sentence goes on before the choice.
    #[prop(default = "they get ")]
    verb: &'static str,
) -> impl IntoView {
    let form = form();
    let place = StoredValue::new(at.clone());
    let variants = Memo::new(move |_| {
        let json = form.json.read();
        json.get("variants").and_then(Json::as_object).map(|variants| variants.keys().cloned().collect::<Vec<_>>()).unwrap_or_default()
    });
    let is_split = Memo::new(move |_| place.with_value(|at| form.get(at)).is_some_and(|serve| serve.get("split").is_some()));
    let chosen = Memo::new(move |_| place.with_value(|at| form.get(at)).and_then(|serve| serve.as_str().map(str::to_owned)));
    let choose = move |event| {
        let value = event_target_value(&event);
        place.with_value(|at| match value.as_str() {
            "=split" => {
                let all = variants.get_untracked();
                let parts = all.iter().map(|variant| object([("variant", Json::from(variant.as_str())), ("weight", Json::from(1.0))]));
                form.put(at, object([("split", Json::Array(parts.collect()))]));
            }
            "=nothing" => form.put(at, None),
            _ => form.put(at, Json::from(value.strip_prefix('/').unwrap_or_default())),
        });
    };
    // A variant may have any name: in the list it stands behind a slash, apart from the other choices.
    let options = move || {
        let now = chosen.get();
        let stray = now.clone().filter(|now| !variants.read().contains(now));
        let none = now.is_none() && !is_split.get();
        view! {
            {(none && nothing.is_none()).then(|| view! { <option value="" selected=true>"choose…"</option> })}
            {nothing.map(|word| view! { <option value="=nothing" selected=none>{word}</option> })}
            {stray.map(|stray| view! { <option value=format!("/{stray}") selected=true>{format!("{stray} (not a variant)")}</option> })}
            {variants.get().into_iter().map(|variant| view! { <option value=format!("/{variant}") selected=now.as_deref() == Some(&variant)>{variant.clone()}</option> }).collect_view()}
            {(!plain).then(|| view! { <option value="=split" selected=is_split.get()>"a split …"</option> })}
        }
    };
    view! {
        <div class="serve">
            <span class="line">
                {verb}<select id=id(&at) class="word" aria-label=label disabled=move || form.locked.get() on:change=choose>{options}</select>
            </span>
            {move || is_split.get().then(|| {
                let at = place.get_value();
                view! { <Split at=at.clone() variants /><Bucketing at /> }
            })}
            <Wrong at />
        </div>
    }
}
