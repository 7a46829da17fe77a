//! What an operator compares an attribute with.

use halyard_core::{Json, Pointer};
use leptos::prelude::*;

use super::fields::{Field, Instant, Writes};
use super::form;
use super::kinds::{Op, Operand};
use super::tokens::Tokens;

/// The fields behind an operator, for the condition at a place. What is offered follows the attribute; the fields stay, for somebody
/// may be in them already when the attribute's name is told to be whole.
#[component]
pub(crate) fn Compared(at: Pointer, op: Op, #[prop(into)] attribute: Signal<String>) -> impl IntoView {
    let form = form();
    let operand = at.at(op.member());
    let offered = Signal::derive(move || form.known.with_value(|known| known.values(&attribute.read()).cloned().collect::<Vec<String>>()));
    let numbers_are_texts = Signal::derive(move || form.known.with_value(|known| known.is_text(&attribute.read())));
    let label = Signal::derive(move || format!("Values of {}", attribute.read()));
    match op.operand() {
        Operand::Scalars => view! { <Tokens at=operand label offered numbers_are_texts /> }.into_any(),
        Operand::Texts => view! { <Tokens at=operand label offered texts=true /><IgnoreCase at /> }.into_any(),
        Operand::Networks => view! { <Tokens at=operand label="Networks" texts=true /> }.into_any(),
        Operand::Pattern => view! { <Field at=operand label="Pattern" width=16 placeholder="^[a-z]+$" mono=true /> }.into_any(),
        Operand::Number => {
            view! { <Field at=operand label="Number that it is compared with" writes=Writes::Number width=5 placeholder="18" /> }.into_any()
        }
        Operand::Range => view! { <Field at=operand label="Range of versions" width=10 placeholder=">=2.1 <3" mono=true /> }.into_any(),
        Operand::Time => view! { <Instant at=operand label="Time" /> }.into_any(),
        Operand::Nothing => ().into_any(),
    }
}

#[component]
fn IgnoreCase(at: Pointer) -> impl IntoView {
    let form = form();
    let at = StoredValue::new(at.at("ignoreCase"));
    let on = Memo::new(move |_| at.with_value(|at| form.get(at)) == Some(Json::Bool(true)));
    let turn = move |event| at.with_value(|at| form.put(at, event_target_checked(&event).then_some(Json::Bool(true))));
    view! { <label class="tick small"><input type="checkbox" prop:checked=move || on.get() disabled=move || form.locked.get() on:change=turn />"ignoring case"</label> }
}
