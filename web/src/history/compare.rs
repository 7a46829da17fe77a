//! Two versions beside each other: what lies between them.

use halyard_edge::wire::Edit;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::{Api, Failure, Subject};
use crate::app::route::Navigation;
use crate::history::row::NotLoaded;
use crate::history::told::Edits;
use crate::ui::rich::count;
use crate::ui::{Bones, Empty};

/// The page.
#[component]
pub(crate) fn Compare(subject: Subject, from: u64, to: u64) -> impl IntoView {
    let api = expect_context::<Api>();
    let navigation = expect_context::<Navigation>();
    let subject = StoredValue::new(subject);
    let edits = RwSignal::new(None::<Result<Vec<Edit>, Failure>>);
    let load = Callback::new(move |()| {
        edits.set(None);
        spawn_local(async move {
            let outcome = api.difference(&subject.get_value(), from, to).await;
            edits.try_set(Some(outcome));
        });
    });
    load.run(());
    let other = move |name: &'static str| {
        move |event: leptos::ev::Event| {
            let Ok(version) = event_target_value(&event).parse::<u64>() else { return };
            let (from, to) = if name == "from" { (version, to) } else { (from, version) };
            navigation.go(&subject.read_value().comparison(from, to));
        }
    };
    view! {
        <div class="page-head">
            <div><h1>{format!("Version {from} to version {to}")}</h1>
                <p class="lead">{move || match edits.get() {
                    Some(Ok(edits)) if !edits.is_empty() => format!("{} from the one to the other.", count(edits.len(), "difference", "differences")),
                    _ => String::new(),
                }}</p>
            </div>
            <a class="button" href=subject.read_value().comparison(to, from)>"The other way round"</a>
        </div>
        <div class="versus">
            <div class="field"><label for="from">"From version"</label>
                <input id="from" class="input" type="number" min="1" prop:value=from on:change=other("from") /></div>
            <div class="field"><label for="to">"To version"</label>
                <input id="to" class="input" type="number" min="1" prop:value=to on:change=other("to") /></div>
            <p class="small"><a href=subject.read_value().version(from)>{format!("Look at version {from}")}</a>" · "<a href=subject.read_value().version(to)>{format!("Look at version {to}")}</a></p>
        </div>
        {move || match edits.get() {
            None => view! { <div class="card pad"><Bones lines=5 /></div> }.into_any(),
            Some(Err(failure)) if failure.status() == Some(404) => view! {
                <div class="card"><Empty icon="compass" title="There is no such version"><p>{failure.to_string()}</p></Empty></div>
            }.into_any(),
            Some(Err(failure)) => view! { <NotLoaded failure again=load /> }.into_any(),
            Some(Ok(edits)) if edits.is_empty() => view! {
                <div class="card"><Empty icon="good" title="They say the same"><p>"Whatever was changed between them was changed back."</p></Empty></div>
            }.into_any(),
            Some(Ok(edits)) => view! { <section class="card pad section gap" aria-label="Differences"><Edits edits subject=subject.get_value() /></section> }.into_any(),
        }}
    }
}
