//! The flags that a flag requires.

use halyard_core::{Json, Pointer};
use leptos::prelude::*;

use super::condition::{Wrong, focus_later};
use super::fields::{Add, Choice, Remove, id};
use super::kinds::object;
use super::tokens::Tokens;
use super::{at, form};

fn list() -> Pointer {
    Pointer::root().at("requires")
}

/// A line each.
#[component]
pub(crate) fn Requires() -> impl IntoView {
    let form = form();
    let len = Memo::new(move |_| at::len(&form.json.read(), &list()));
    view! { <For each=move || 0..len.get() key=|index| *index let(index)><Requirement at=list().at(index) /></For> }
}

/// The button for another.
#[component]
pub(crate) fn Require() -> impl IntoView {
    let form = form();
    let add = move |()| {
        let count = at::len(&form.json.read_untracked(), &list());
        form.change(|json| at::insert(json, &list(), count, object([("flag", Json::from("")), ("is", Json::Array(Vec::new()))])));
        focus_later(id(&list().at(count).at("flag")));
    };
    view! { <Add word="Require another flag" add /> }
}

#[component]
fn Requirement(at: Pointer) -> impl IntoView {
    let form = form();
    let place = StoredValue::new(at.clone());
    let flag = Memo::new(move |_| place.with_value(|at| form.text(&at.at("flag"))));
    view! {
        <div class="row line">
            "Only where flag "<Choice at=at.at("flag") label="Required flag" options=form.flags() />
            " is any of "
            {move || {
                let offered = form.variants_of(&flag.read());
                view! { <Tokens at=place.with_value(|at| at.at("is")) label="Variants that it must have" offered texts=true /> }
            }}
            <Remove label="Remove this requirement" gone=move |()| place.with_value(|at| form.put(at, None)) />
            <Wrong at />
        </div>
    }
}
