//! A flag's rules: a list of sentences in the order in which they are asked, each of which opens into its form.

use halyard_core::check::{decode_condition, decode_serve};
use halyard_core::{Json, Pointer, phrase};
use leptos::prelude::*;

use super::condition::{Condition, Verdict, Wrong, focus_later};
use super::fields::{Add, Field, Writes, id};
use super::kinds::{What, object, text_of};
use super::order::{Handle, Order};
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
    let order = Order::of(list.get_value(), len, Some(open));
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
                <Row index list order open />
            </For>
        </ol>
        <div class="row actions"><Add word="Rule" add />{beside.run()}</div>
    }
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
fn Row(index: usize, list: StoredValue<Pointer>, order: Order, open: RwSignal<Option<usize>>) -> impl IntoView {
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
    let body = format!("{}-body", id(&at));
    let controls = body.clone();
    view! {
        <li class:open=move || is_open.get() class:wrong=move || wrong.get() class:over=move || order.is_over(index) data-list=order.name() data-row=index.to_string()>
            <div class="rule-head">
                <Handle order index what="Rule"><span class="number">{index + 1}</span></Handle>
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
