//! The stages of a plan or a release: a list of names, each of which opens into for whom, when and behind what.

use halyard_core::check::decode_condition;
use halyard_core::{Json, Pointer, Timestamp, phrase};
use leptos::prelude::*;

use super::condition::{Condition, Wrong, focus_later};
use super::fields::{Add, Field, Instant, id};
use super::kinds::object;
use super::order::{Handle, Order};
use super::tokens::Tokens;
use super::{at, form};
use crate::releases::stages::capital;
use crate::ui::rich::Rich;
use crate::ui::time::exact;

/// A name for a new stage that no other has.
fn fresh_name(stages: &[Json]) -> String {
    let taken = |name: &str| stages.iter().any(|stage| stage.get("name").and_then(Json::as_str) == Some(name));
    (stages.len() + 1..).map(|number| format!("stage-{number}")).find(|name| !taken(name)).unwrap_or_default()
}

/// The list.
#[component]
pub(crate) fn Stages() -> impl IntoView {
    let form = form();
    let list = StoredValue::new(Pointer::root().at("stages"));
    let len = Memo::new(move |_| list.with_value(|list| at::len(&form.json.read(), list)));
    let open = RwSignal::new(None::<usize>);
    let order = Order::of(list.get_value(), len, Some(open));
    let add = move |()| {
        let count = len.get_untracked();
        list.with_value(|list| {
            form.change(|json| {
                let name = fresh_name(at::get(json, list).and_then(Json::as_array).unwrap_or_default());
                at::insert(
                    json,
                    list,
                    count,
                    object([("name", Json::from(name.as_str())), ("audience", object([("percent", Json::from(10.0))]))]),
                );
            });
        });
        open.set(Some(count));
        focus_later(list.with_value(|list| id(&list.at(count).at("name"))));
    };
    view! {
        <div class="card">
            <ol class="rule-rows">
                <For each=move || 0..len.get() key=|index| *index let(index)><Row index list order open /></For>
            </ol>
            <div class="row actions"><Add word="Stage" add /></div>
        </div>
    }
}

#[component]
fn Row(index: usize, list: StoredValue<Pointer>, order: Order, open: RwSignal<Option<usize>>) -> impl IntoView {
    let form = form();
    let at = list.with_value(|list| list.at(index));
    let place = StoredValue::new(at.clone());
    let name = Memo::new(move |_| place.with_value(|at| form.text(&at.at("name"))));
    let said = Memo::new(move |_| {
        let audience = place.with_value(|at| form.get(&at.at("audience")));
        match audience.as_ref().map(decode_condition) {
            Some(Ok(audience)) => capital(&phrase::condition(&audience)),
            _ => "An audience that is not whole yet".to_owned(),
        }
    });
    let start = Memo::new(move |_| place.with_value(|at| Timestamp::parse(&form.text(&at.at("startsAt")))));
    let wrong = Memo::new(move |_| place.with_value(|at| form.is_wrong(at)));
    let is_open = Memo::new(move |_| open.get() == Some(index));
    let toggle = move |_| open.update(|open| *open = if *open == Some(index) { None } else { Some(index) });
    let gone = move |_| {
        open.set(None);
        place.with_value(|at| form.put(at, None));
    };
    // The readiness items that there are, each of which a stage may need.
    let items = move || {
        let json = form.json.read();
        let items = json.get("readiness").and_then(Json::as_array).unwrap_or_default();
        items
            .iter()
            .filter_map(|item| item.as_str().or_else(|| item.get("item").and_then(Json::as_str)))
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    view! {
        <li class:open=move || is_open.get() class:wrong=move || wrong.get() class:over=move || order.is_over(index) data-list=order.name() data-row=index.to_string()>
            <div class="rule-head">
                <Handle order index what="Stage"><span class="number">{index + 1}</span></Handle>
                <button type="button" class="sentence" aria-expanded=move || if is_open.get() { "true" } else { "false" } on:click=toggle>
                    <span><strong>{move || name.get()}</strong>": "{move || view! { <Rich text=said.get() /> }}</span>
                    <span class="small muted">{move || start.get().map(|at| format!("opens by itself {}", exact(at)))}
                        {move || (wrong.get() && !is_open.get()).then(|| view! { <span class="bad-ink">"has an error"</span> })}</span>
                </button>
            </div>
            <div class="rule-body">
                {move || is_open.get().then(|| {
                    let at = place.get_value();
                    view! {
                        <div class="when"><span class="label">"Name"</span><span class="line"><Field at=at.at("name") label="The stage’s name" width=12 /></span></div>
                        <div class="when"><span class="label">"For"</span><Condition at=at.at("audience") label=format!("Audience of stage {}", index + 1) /></div>
                        <div class="when"><span class="label">"From"</span><StartsAt at=at.at("startsAt") /></div>
                        <div class="when"><span class="label">"Needs"</span><span class="line"><Tokens at=at.at("needs") label="Readiness that it needs" offered=items() texts=true /></span></div>
                        <Wrong at=at.clone() />
                        <div class="actions">
                            <button type="button" class="button small quiet danger" disabled=move || form.locked.get() on:click=gone>"Remove this stage"</button>
                            <button type="button" class="button small" on:click=toggle>"Done"</button>
                        </div>
                    }
                })}
            </div>
        </li>
    }
}

/// When a stage opens by itself, or that a person opens it.
#[component]
pub(crate) fn StartsAt(
    at: Pointer,
    #[prop(default = "When it opens by itself")] label: &'static str,
    /// What it is without a time.
    #[prop(default = "opened by hand")]
    never: &'static str,
) -> impl IntoView {
    let form = form();
    let place = StoredValue::new(at);
    let timed = Memo::new(move |_| place.with_value(|at| form.get(at)).is_some());
    let other = move |word: String, value: Option<Json>| {
        let choose = move |_| place.with_value(|at| form.put(at, value.clone()));
        (!form.locked.get()).then(|| view! { <button type="button" class="linkish small" on:click=choose>{word}</button> })
    };
    move || {
        let at = place.get_value();
        if timed.get() {
            view! {
                <span class="line"><Instant at label />{other(format!("{never} instead"), None)}</span>
            }
            .into_any()
        } else {
            view! {
                <span class="line soft">{never}" "{other("at a time instead".to_owned(), Some(Json::from("")))}</span>
            }
            .into_any()
        }
    }
}
