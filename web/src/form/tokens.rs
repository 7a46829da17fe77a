//! A list of values as chips that are typed, pasted and taken away; a long one as a text with a value a line.

use halyard_core::{Json, Pointer};
use leptos::html::Input;
use leptos::prelude::*;

use super::fields::{Suggestions, id};
use super::kinds::{chip, scalar, text_of};
use super::{at, form};
use crate::ui::icon::Icon;
use crate::ui::rich::count;

/// A list longer than this is shown as a text: so many chips say nothing.
const CHIPS: usize = 40;

/// The values of a text with one a line, or several between commas.
fn values(typed: &str, make: impl Fn(&str) -> Json) -> Vec<Json> {
    let mut values: Vec<Json> = Vec::new();
    for word in typed.split(['\n', ',', '\t']).map(str::trim).filter(|word| !word.is_empty()) {
        let value = make(word);
        if !values.contains(&value) {
            values.push(value);
        }
    }
    values
}

/// The list at a place.
#[component]
pub(crate) fn Tokens(
    at: Pointer,
    /// What its values are: its accessible name.
    #[prop(into)]
    label: Signal<String>,
    /// Values to offer.
    #[prop(optional, into)]
    offered: Signal<Vec<String>>,
    /// Whether every value is a text, whatever it looks like.
    #[prop(optional)]
    texts: bool,
    /// Whether every other JSON scalar is only offered as what it is: whether unquoted numbers are texts, because the attribute's are.
    #[prop(optional, into)]
    numbers_are_texts: Signal<bool>,
) -> impl IntoView {
    let form = form();
    let place = StoredValue::new(at.clone());
    let items =
        Memo::new(move |_| place.with_value(|at| form.get(at)).and_then(|list| list.as_array().map(<[Json]>::to_vec)).unwrap_or_default());
    let wrong = Memo::new(move |_| place.with_value(|at| form.is_wrong(at)));
    let long = Memo::new(move |before: Option<&bool>| items.read().len() > if before == Some(&true) { CHIPS / 2 } else { CHIPS });
    let make = move |word: &str| if texts { Json::from(word) } else { scalar(word, numbers_are_texts.get_untracked()) };
    let shown = move |value: &Json| if texts { text_of(value) } else { chip(value) };
    let list = format!("{}-offered", id(&at));
    let input: NodeRef<Input> = NodeRef::new();

    let add = move |typed: &str| {
        let new = values(typed, make);
        place.with_value(|at| {
            form.change(|json| {
                for value in new {
                    let known = at::get(json, at).and_then(Json::as_array).is_some_and(|items| items.contains(&value));
                    if !known {
                        let end = at::len(json, at);
                        at::insert(json, at, end, value);
                    }
                }
            });
        });
    };
    let take = move |index: usize| place.with_value(|at| form.put(&at.at(index), None));
    let commit = move || {
        // The cursor may leave a field because that is taken away.
        if let Some(input) = input.try_get_untracked().flatten().filter(|input| !input.value().trim().is_empty()) {
            add(&input.value());
            input.set_value("");
        }
    };
    let typed = move |event: leptos::ev::Event| {
        let text = event_target_value(&event);
        // A comma ends a value, and so does a choice from the list, which arrives whole.
        if text.contains([',', '\n', '\t']) {
            commit();
        }
    };
    let key = move |event: leptos::ev::KeyboardEvent| {
        let empty = input.get_untracked().is_none_or(|input| input.value().is_empty());
        match event.key().as_str() {
            "Enter" => {
                event.prevent_default();
                commit();
            }
            "Backspace" if empty && !items.read_untracked().is_empty() => take(items.read_untracked().len() - 1),
            _ => {}
        }
    };
    let chips = move || {
        items
            .get()
            .into_iter()
            .enumerate()
            .map(|(index, value)| {
                let text = shown(&value);
                let name = format!("Remove {text}");
                view! {
                    <li class="chip mono">{text}
                        {move || (!form.locked.get()).then(|| view! {
                            <button type="button" aria-label=name.clone() on:click=move |_| { take(index); drop(input.get_untracked().map(|input| input.focus())); }><Icon name="close" size=12 /></button>
                        })}
                    </li>
                }
            })
            .collect_view()
    };
    let field = id(&at);
    let as_lines = move || items.read().iter().map(shown).collect::<Vec<_>>().join("\n");
    let lines = move |event| {
        let list = values(&event_target_value(&event), make);
        place.with_value(|at| form.put(at, Json::Array(list)));
    };
    view! {
        {
            let list = list.clone();
            move || view! { <Suggestions id=list.clone() words=offered.get() /> }
        }
        {move || if long.get() {
            view! {
                <span class="many">
                    <span class="small muted">{move || count(items.read().len(), "value", "values")}", one a line"</span>
                    <textarea class="text mono" rows="8" aria-label=move || label.get() spellcheck="false" readonly=move || form.locked.get() prop:value=as_lines on:change=lines></textarea>
                </span>
            }.into_any()
        } else {
            let (field, list) = (field.clone(), list.clone());
            view! {
                <span class="tokens" class:wrong=move || wrong.get() class:locked=move || form.locked.get()>
                    <ul aria-label=move || label.get()>{chips}</ul>
                    <input node_ref=input id=field type="text" size="8" list=list aria-label=move || format!("Add to {}", label.read()) placeholder=move || if items.read().is_empty() { "value, value…" } else { "" }
                        autocomplete="off" autocapitalize="off" spellcheck="false" aria-invalid=move || wrong.get().then_some("true") readonly=move || form.locked.get()
                        on:input=typed on:keydown=key on:change=move |_| commit() on:blur=move |_| commit() />
                </span>
            }.into_any()
        }}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_pasted_becomes_values_once_each() {
        let make = |word: &str| scalar(word, false);
        let list = Json::Array(values("NL, BE\nNL,, 5\t\"6\"\n", make));
        assert_eq!(list.canonical(), r#"["NL","BE",5,"6"]"#);
    }
}
