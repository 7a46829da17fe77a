//! A flag's variants: names and values of one type. A new name follows wherever the old one stood, and what is used does not go.

use halyard_core::{Json, Pointer};
use leptos::prelude::*;

use super::condition::{Wrong, focus_later};
use super::fields::{Field, Remove, Writes, id};
use super::kinds::{number, object, text_of};
use super::members::{Kind, Members, take_away};
use super::{Form, at, form};
use crate::draft::workspace;
use crate::ui::field::name_fault;
use crate::uses::{Thing, Use, Uses, renamed, uses};

/// What the values of a flag can be.
const TYPES: [(&str, &str); 4] =
    [("boolean", "true or false"), ("string", "texts"), ("number", "numbers"), ("object", "JSON objects or lists")];

/// The type of a value, one of `TYPES`.
fn type_of(value: &Json) -> &'static str {
    match value {
        Json::Bool(_) => "boolean",
        Json::Number(_) => "number",
        Json::Object(_) | Json::Array(_) => "object",
        Json::String(_) | Json::Null => "string",
    }
}

/// A value as one of another type, as far as that can be.
pub(crate) fn cast(value: &Json, to: &str) -> Json {
    match to {
        now if now == type_of(value) => value.clone(),
        "boolean" => Json::Bool(matches!(text_of(value).as_str(), "true" | "on" | "yes" | "1")),
        "number" => Some(number(&text_of(value))).filter(|value| value.as_f64().is_some()).unwrap_or(Json::from(0.0)),
        "string" => Json::from(text_of(value)),
        _ => object([("value", value.clone())]),
    }
}

/// What the values are just now, one of `TYPES`.
#[derive(Clone, Copy)]
struct Values(RwSignal<&'static str>);

const VARIANT: Kind = Kind {
    one: "variant",
    offered: |_| Vec::new(),
    fresh: |form, name| match name_fault(name, false) {
        Some(fault) => Err(fault),
        None => Ok(cast(&Json::from(""), type_of(&first(form)))),
    },
    line: |name, at| view! { <Line name at /> }.into_any(),
};

/// The value of the first variant, tracked: all are of its type.
fn first(form: Form) -> Json {
    form.get(&Pointer::root().at("variants")).and_then(|variants| variants.as_object()?.values().next().cloned()).unwrap_or_default()
}

/// The lines, under the type of their values.
#[component]
pub(crate) fn Variants() -> impl IntoView {
    let form = form();
    let now = RwSignal::new(untrack(|| type_of(&first(form))));
    provide_context(Values(now));
    // The type of all of them. JSON that is being typed is a text for a while, and is not meant as one.
    Effect::new(move |_| {
        let json = form.json.read();
        let values = json.get("variants").and_then(Json::as_object).into_iter().flat_map(|variants| variants.values());
        let mut types = values.map(type_of);
        let first = types.next();
        if let Some(first) = first.filter(|first| types.all(|kind| kind == *first) && (*first, now.get_untracked()) != ("string", "object"))
        {
            now.maybe_update(|now| std::mem::replace(now, first) != first);
        }
    });
    let change = move |event| {
        let to = event_target_value(&event);
        now.set(TYPES.iter().map(|(kind, _)| *kind).find(|kind| *kind == to).unwrap_or("string"));
        form.change(|json| {
            if let Json::Object(members) = json
                && let Some(Json::Object(variants)) = members.get_mut("variants")
            {
                variants.values_mut().for_each(|value| *value = cast(value, &to));
            }
        });
    };
    view! {
        <div class="card pad section tight">
            <p class="line soft">"They are "<select class="word" aria-label="Type of the variants’ values" disabled=move || form.locked.get() on:change=change>
                {TYPES.iter().map(|(kind, words)| view! { <option value=*kind selected=move || now.get() == *kind>{*words}</option> }).collect_view()}
            </select></p>
            <Members at=Pointer::root().at("variants") kind=VARIANT />
            <Wrong at=Pointer::root().at("variants") own=true />
        </div>
    }
}

#[component]
fn Line(name: String, at: Pointer) -> impl IntoView {
    let form = form();
    let workspace = workspace();
    let place = StoredValue::new(at.clone());
    let Values(now) = expect_context();
    let name = StoredValue::new(name);
    let fault = RwSignal::new(None::<&'static str>);
    let used = RwSignal::new(None::<Vec<Use>>);
    let flag = StoredValue::new(form.key());
    let rename = move |event| {
        let new = event_target_value(&event).trim().to_owned();
        if new.is_empty() || new == name.get_value() {
            return;
        }
        // What the form holds back would not follow.
        form.settle();
        let taken = form.json.with_untracked(|json| json.get("variants").and_then(|variants| variants.get(&new)).is_some());
        fault.set(if untrack(|| form.is_held_back()) {
            Some("Mend the errors first: a new name goes everywhere at once.")
        } else {
            name_fault(&new, taken)
        });
        if fault.get_untracked().is_none() {
            workspace.edit(|document| {
                if let Some(after) = renamed(document, &flag.read_value(), &name.read_value(), &new) {
                    *document = after;
                }
            });
            focus_later(format!("{}-name", id(&place.with_value(|at| at::split(at).0.at(&new)))));
        }
    };
    let gone = move |()| {
        form.settle();
        let found = untrack(|| workspace.document())
            .map(|document| uses(&document, Thing::Variant(&flag.read_value(), &name.read_value())))
            .unwrap_or_default();
        if found.is_empty() {
            place.with_value(|at| take_away(form, at));
        } else {
            used.set(Some(found));
        }
    };
    let value = move || {
        let at = place.get_value();
        let label = format!("Value of {}", name.read_value());
        match now.get() {
            "boolean" => view! { <Truth at label /> }.into_any(),
            "number" => view! { <Field at label writes=Writes::Number width=8 /> }.into_any(),
            "object" => view! { <Field at label writes=Writes::Json lines=true mono=true /> }.into_any(),
            _ => view! { <Field at label width=16 /> }.into_any(),
        }
    };
    let own_name = format!("{}-name", id(&at));
    view! {
        <li class="line">
            <input id=own_name class="word mono" type="text" size="8" aria-label=format!("Name of {}", name.get_value()) autocomplete="off" autocapitalize="off" spellcheck="false"
                aria-invalid=move || fault.get().map(|_| "true") readonly=move || form.locked.get() prop:value=name.get_value() on:change=rename />" is "
            {value}
            <Remove label=format!("Remove {}", name.get_value()) gone />
            {move || fault.get().map(|fault| view! { <p class="wrong-lines small bad-ink" role="alert">{fault}</p> })}
            {move || used.get().map(|uses| view! { <div class="wrong-lines"><Uses uses of=name.get_value() /></div> })}
            <Wrong at />
        </li>
    }
}

#[component]
fn Truth(at: Pointer, label: String) -> impl IntoView {
    let form = form();
    let place = StoredValue::new(at.clone());
    let on = Memo::new(move |_| place.with_value(|at| form.get(at)) == Some(Json::Bool(true)));
    let choose = move |event| place.with_value(|at| form.put(at, Json::Bool(event_target_value(&event) == "true")));
    view! {
        <select id=id(&at) class="word" aria-label=label disabled=move || form.locked.get() on:change=choose>
            <option value="true" selected=move || on.get()>"true"</option>
            <option value="false" selected=move || !on.get()>"false"</option>
        </select>
    }
}
