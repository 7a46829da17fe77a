//! A form and its JSON behind one switch, and what holds it back.

use halyard_core::Pointer;
use leptos::prelude::*;

use super::json_view::JsonView;
use super::{Place, form};
use crate::shell::publish_dialog::core_refusal;
use crate::ui::icon::Icon;
use crate::ui::problems::Problems;
use crate::ui::refusals::Refusals;

/// The section of a page: a heading, the switch, the one view or the other.
#[component]
pub(crate) fn Views(
    /// Empty where what is around has one.
    title: &'static str,
    /// The heading's id.
    id: &'static str,
    /// The accessible name of the JSON.
    json: &'static str,
    children: ChildrenFn,
) -> impl IntoView {
    let as_json = RwSignal::new(false);
    let children = StoredValue::new(children);
    let button = move |json: bool, word: &'static str| {
        view! { <button type="button" aria-pressed=move || if as_json.get() == json { "true" } else { "false" } on:click=move |_| as_json.set(json)>{word}</button> }
    };
    view! {
        <section class="section" aria-labelledby=(!title.is_empty()).then_some(id)>
            <div class="section-head">
                {if title.is_empty() { view! { <span></span> }.into_any() } else { view! { <h2 id=id>{title}</h2> }.into_any() }}
                <div class="form-views" role="group" aria-label="Show it as">{button(false, "Form")}{button(true, "JSON")}</div>
            </div>
            {move || if as_json.get() { view! { <JsonView label=json /> }.into_any() } else { children.with_value(|children| children()).into_any() }}
            <HeldBack />
        </section>
    }
}

/// Says so while what was typed is not on the draft, or may not be published.
#[component]
pub(crate) fn HeldBack() -> impl IntoView {
    let form = form();
    let held = Memo::new(move |_| form.is_held_back());
    let new = form.is_new();
    let refused = Memo::new(move |_| form.refused());
    // What no field can show: it is wrong elsewhere, or with the whole.
    let beyond = Memo::new(move |_| {
        let problems = form.problems.read();
        let beyond =
            problems.iter().filter(|(place, problem)| problem.is_error() && !matches!(place, Place::Here(at) if *at != Pointer::root()));
        beyond.map(|(_, problem)| problem.clone()).collect::<Vec<_>>()
    });
    view! {
        {move || held.get().then(|| view! {
            <div class="callout warn small"><div>
                <p role="status">{if new { "This is not whole yet: mend what is marked, and add it then." } else { "What you typed is kept here, and goes on your draft as soon as its errors are mended." }}</p>
                {move || Some(beyond.get()).filter(|beyond| !beyond.is_empty()).map(|problems| view! { <Problems problems places=true /> })}
                {(!new).then(|| view! { <p><button type="button" class="linkish" on:click=move |_| form.reset()>"Undo my typing"</button></p> })}
            </div></div>
        })}
        {move || Some(refused.get()).filter(|refused| !refused.is_empty()).map(|refused| view! {
            <div class="callout warn"><Icon name="lock" /><div>
                <p>"This is on your draft, but you may not publish it:"</p>
                <Refusals refusals=refused.into_iter().map(core_refusal).collect() changes=true own=true />
            </div></div>
        })}
    }
}
