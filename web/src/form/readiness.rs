//! What must be ready before a release's stages: a line each.

use halyard_core::{Json, Pointer};
use leptos::prelude::*;

use super::condition::{Wrong, focus_later};
use super::fields::{Add, Field, Remove, id};
use super::kinds::object;
use super::{at, form};

/// The items, and a button for another. Whether they are done is ticked off elsewhere.
#[component]
pub(crate) fn ReadinessItems() -> impl IntoView {
    let form = form();
    let list = StoredValue::new(Pointer::root().at("readiness"));
    let len = Memo::new(move |_| list.with_value(|list| at::len(&form.json.read(), list)));
    let add = move |()| {
        let count = len.get_untracked();
        list.with_value(|list| {
            form.change(|json| at::insert(json, list, count, object([("item", Json::from("")), ("done", Json::Bool(false))])));
            focus_later(id(&list.at(count).at("item")));
        });
    };
    view! {
        <div class="card">
            <For each=move || 0..len.get() key=|index| *index children=move |index| {
                let at = list.with_value(|list| list.at(index));
                let gone = at.clone();
                view! {
                    <div class="row line">
                        <Field at=at.at("item") label=format!("Item {}", index + 1) width=32 placeholder="Runbook reviewed" />
                        <Remove label=format!("Remove item {}", index + 1) gone=move |()| form.put(&gone, None) />
                        <Wrong at />
                    </div>
                }
            } />
            <div class="row actions"><Add word="Item" add /></div>
        </div>
    }
}
