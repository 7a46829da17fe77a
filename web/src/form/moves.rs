//! The flags that a release moves, and the variant that each comes to.

use halyard_core::{Json, Pointer};
use leptos::prelude::*;

use super::condition::{Wrong, focus_later};
use super::fields::{Add, Choice, Remove, id};
use super::kinds::object;
use super::{at, form};

/// A line each, and a button for another.
#[component]
pub(crate) fn Moves() -> impl IntoView {
    let form = form();
    let list = StoredValue::new(Pointer::root().at("flags"));
    let len = Memo::new(move |_| list.with_value(|list| at::len(&form.json.read(), list)));
    let add = move |()| {
        let count = len.get_untracked();
        list.with_value(|list| {
            form.change(|json| at::insert(json, list, count, object([("flag", Json::from("")), ("variant", Json::from(""))])))
        });
        focus_later(list.with_value(|list| id(&list.at(count).at("flag"))));
    };
    view! {
        <div class="card">
            <For each=move || 0..len.get() key=|index| *index let(index)><Move at=list.with_value(|list| list.at(index)) /></For>
            <div class="row actions"><Add word="Flag" add /></div>
        </div>
    }
}

#[component]
fn Move(at: Pointer) -> impl IntoView {
    let form = form();
    let place = StoredValue::new(at.clone());
    let flag = Memo::new(move |_| place.with_value(|at| form.text(&at.at("flag"))));
    view! {
        <div class="row line move">
            <Choice at=at.at("flag") label="Flag" options=form.flags() />
            " becomes "
            {move || {
                let variants = form.variants_of(&flag.read());
                view! { <Choice at=place.with_value(|at| at.at("variant")) label="Variant" options=variants /> }
            }}
            <Remove label="Remove this flag" gone=move |()| place.with_value(|at| form.put(at, None)) />
            <Wrong at />
        </div>
    }
}
