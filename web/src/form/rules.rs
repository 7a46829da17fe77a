//! A flag's rules: a list of sentences in the order in which they are asked, each of which opens into its form.

use halyard_core::check::{decode_condition, decode_serve};
use halyard_core::{Json, Pointer, phrase};
use leptos::ev::{KeyboardEvent, PointerEvent};
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use web_sys::Element;

use super::condition::{Condition, Verdict, Wrong, focus_later};
use super::fields::{Add, Field, Writes, id};
use super::kinds::{What, object, text_of};
use super::order::moved;
use super::serve::Serve;
use super::{at, form};
use crate::releases::stages::capital;
use crate::ui::rich::Rich;

/// A name for a new rule that no other has.
fn fresh_id(rules: &[Json]) -> String {
    let taken = |name: &str| rules.iter().any(|rule| rule.get("id").and_then(Json::as_str) == Some(name));
    (1..).map(|number| format!("rule-{number}")).find(|name| !taken(name)).unwrap_or_default()
}

/// The rules, and a button for another.
#[component]
pub(crate) fn Rules(
    /// What stands beside that button.
    #[prop(optional, into)]
    beside: ViewFn,
) -> impl IntoView {
    let form = form();
    let list = Pointer::root().at("rules");
    let list = StoredValue::new(list);
    // By place, not by name: while a name is typed, the row stays.
    let len = Memo::new(move |_| list.with_value(|list| at::len(&form.json.read(), list)));
    let open = RwSignal::new(None::<usize>);
    let dragged = RwSignal::new(None::<usize>);
    let over = RwSignal::new(None::<usize>);

    let shift = move |from: usize, to: usize| {
        list.with_value(|list| form.change(|json| at::shift(json, list, from, to)));
        // The open row goes along.
        open.update(|open| {
            *open = open.map(|row| {
                if row == from {
                    to
                } else {
                    let without = if row > from { row - 1 } else { row };
                    if without >= to { without + 1 } else { without }
                }
            });
        });
    };
    let add = move |()| {
        let variant = form
            .json
            .with_untracked(|json| json.get("variants").and_then(Json::as_object).and_then(|variants| variants.keys().next().cloned()));
        let count = len.get_untracked();
        list.with_value(|list| {
            form.change(|json| {
                let name = fresh_id(at::get(json, list).and_then(Json::as_array).unwrap_or_default());
                let rule = object([
                    ("id", Json::from(name.as_str())),
                    ("when", What::Attribute.fresh()),
                    ("serve", Json::from(variant.unwrap_or_default().as_str())),
                ]);
                at::insert(json, list, count, rule);
            });
        });
        open.set(Some(count));
        focus_later(list.with_value(|list| id(&list.at(count).at("when").at("attribute"))));
    };
    view! {
        <ol class="rule-rows">
            <For each=move || 0..len.get() key=|index| *index let(index)>
                <Row index list len open dragged over shift=Callback::new(move |(from, to)| shift(from, to)) />
            </For>
        </ol>
        <div class="row actions"><Add word="Rule" add />{beside.run()}</div>
    }
}

/// The row under a point of the window.
fn row_at(x: i32, y: i32) -> Option<usize> {
    #[expect(clippy::cast_precision_loss, reason = "a window has few pixels")]
    let element = document().element_from_point(x as f32, y as f32)?;
    element.closest("[data-row]").ok()??.get_attribute("data-row")?.parse().ok()
}

/// What a rule says, as a sentence; while it cannot be read, that.
fn sentence(rule: &Json) -> (String, String) {
    let when = rule.get("when").map(decode_condition);
    let serve = rule.get("serve").map(decode_serve);
    let when = match when {
        Some(Ok(when)) => capital(&phrase::condition(&when)),
        _ => "A condition that is not whole yet".to_owned(),
    };
    let serve = match serve {
        Some(Ok(serve)) => phrase::serve(&serve),
        _ => "nothing yet".to_owned(),
    };
    (when, serve)
}

#[component]
fn Row(
    index: usize,
    list: StoredValue<Pointer>,
    len: Memo<usize>,
    open: RwSignal<Option<usize>>,
    dragged: RwSignal<Option<usize>>,
    over: RwSignal<Option<usize>>,
    shift: Callback<(usize, usize)>,
) -> impl IntoView {
    let form = form();
    let at = list.with_value(|list| list.at(index));
    let place = StoredValue::new(at.clone());
    // Typing in one of a hundred rules is to say one of them anew.
    let rule = Memo::new(move |_| place.with_value(|at| form.get(at)).unwrap_or_default());
    let said = Memo::new(move |_| rule.with(sentence));
    let text = move |member: &str| rule.with(|rule| rule.get(member).map(text_of).unwrap_or_default());
    let name = Memo::new(move |_| text("id"));
    let described = Memo::new(move |_| text("description"));
    let wrong = Memo::new(move |_| place.with_value(|at| form.is_wrong(at)));
    let is_open = Memo::new(move |_| open.get() == Some(index));
    let toggle = move |_| open.update(|open| *open = if *open == Some(index) { None } else { Some(index) });
    let handle = format!("{}-handle", id(&at));
    let keys = move |event: KeyboardEvent| {
        if let Some(to) = moved(&event, index, len.get_untracked())
            && !form.locked.get_untracked()
        {
            event.prevent_default();
            shift.run((index, to));
            focus_later(list.with_value(|list| format!("{}-handle", id(&list.at(to)))));
        }
    };
    let gone = move |_| {
        open.set(None);
        place.with_value(|at| form.put(at, None));
    };
    let twice = move |_| {
        list.with_value(|list| {
            form.change(|json| {
                let rules = at::get(json, list).and_then(Json::as_array).unwrap_or_default();
                let (Some(copy), name) = (rules.get(index).cloned(), fresh_id(rules)) else { return };
                at::insert(json, list, index + 1, copy);
                at::set(json, &list.at(index + 1).at("id"), Some(Json::from(name.as_str())));
            });
        });
        open.set(Some(index + 1));
    };
    // By pointer events, not by the browser's own dragging: those work with a finger too.
    let hold = move |event: PointerEvent| {
        if event.button() == 0 && !form.locked.get_untracked() {
            dragged.set(Some(index));
            drop(
                event
                    .target()
                    .and_then(|target| target.dyn_into::<Element>().ok())
                    .map(|handle| handle.set_pointer_capture(event.pointer_id())),
            );
        }
    };
    let drag = move |event: PointerEvent| {
        if dragged.get_untracked() == Some(index) {
            over.set(row_at(event.client_x(), event.client_y()));
        }
    };
    let let_go = move |_| {
        let (from, to) = (dragged.get_untracked(), over.get_untracked());
        dragged.set(None);
        over.set(None);
        if let (Some(from), Some(to)) = (from, to)
            && from != to
        {
            shift.run((from, to));
        }
    };
    let give_up = move |_| {
        dragged.set(None);
        over.set(None);
    };
    let body = format!("{}-body", id(&at));
    let controls = body.clone();
    view! {
        <li class:open=move || is_open.get() class:wrong=move || wrong.get() class:over=move || over.get() == Some(index) && dragged.get().is_some_and(|from| from != index) data-row=index.to_string()>
            <div class="rule-head">
                <button type="button" class="handle" id=handle disabled=move || form.locked.get()
                    aria-label=move || format!("Rule {} of {}: drag, or Alt with arrow up or down, to move it", index + 1, len.get())
                    on:pointerdown=hold on:pointermove=drag on:pointerup=let_go on:pointercancel=give_up on:keydown=keys>
                    <span class="number">{index + 1}</span>
                </button>
                <Verdict at=at.at("when") />
                <button type="button" class="sentence" aria-expanded=move || if is_open.get() { "true" } else { "false" } aria-controls=controls on:click=toggle>
                    <span>{move || { let (when, serve) = said.get(); view! { <Rich text=when />" → "<span class="serves"><Rich text=serve /></span> } }}</span>
                    <span class="small muted"><code>{move || name.get()}</code>{move || Some(described.get()).filter(|text| !text.is_empty()).map(|text| view! { " · "<Rich text /> })}
                        {move || (wrong.get() && !is_open.get()).then(|| view! { " · "<span class="bad-ink">"has an error"</span> })}</span>
                </button>
            </div>
            <div class="rule-body" id=body>
                {move || is_open.get().then(|| {
                    let at = place.get_value();
                    view! {
                        <div class="line soft">
                            "Rule "<Field at=at.at("id") label="The rule’s name" width=8 mono=true />
                            " "<Field at=at.at("description") label="What it is for" writes=Writes::Optional width=24 placeholder="what it is for" />
                        </div>
                        <div class="when"><span class="label">"When"</span><Condition at=at.at("when") label=format!("When rule {} holds", index + 1) /></div>
                        <div class="when"><span class="label">"Then"</span><Serve at=at.at("serve") label=format!("What rule {} serves", index + 1) /></div>
                        <WrongElsewhere at=at.clone() />
                        <div class="actions">
                            <button type="button" class="button small quiet" disabled=move || form.locked.get() on:click=twice>"Duplicate"</button>
                            <button type="button" class="button small quiet danger" disabled=move || form.locked.get() on:click=gone>"Remove this rule"</button>
                            <button type="button" class="button small" on:click=toggle>"Done"</button>
                        </div>
                    }
                })}
            </div>
        </li>
    }
}

/// What is wrong with a rule beside its condition and what it serves: its name, a field that no form has.
#[component]
fn WrongElsewhere(at: Pointer) -> impl IntoView {
    let form = form();
    let shown = [at.at("when"), at.at("serve")];
    let place = StoredValue::new(at.clone());
    let outside = Memo::new(move |_| {
        let problems = form.problems.read();
        problems.iter().any(|(where_, _)| matches!(where_, super::Place::Here(found) if place.with_value(|at| found.is_within(at)) && !shown.iter().any(|shown| found.is_within(shown))))
    });
    move || outside.get().then(|| view! { <Wrong at=at.clone() /> })
}
