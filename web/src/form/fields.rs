//! Fields that stand in a sentence, each bound to a place of the form's value.

use halyard_core::{Json, Pointer, Timestamp};
use leptos::prelude::*;

use super::form;
use super::kinds::{number, scalar, text_of};
use crate::ui::icon::Icon;
use crate::ui::time::exact;

/// A place as the id of its field.
pub(crate) fn id(at: &Pointer) -> String {
    format!("at{}", at.as_str().replace(|character: char| !character.is_ascii_alphanumeric(), "-"))
}

/// What a text field writes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Writes {
    /// The text.
    Text,
    /// A number, where it is one.
    Number,
    /// The text; nothing where it is empty.
    Optional,
    /// Any JSON value as one types it; whether what looks like a number is a text.
    Value { texts: bool },
    /// JSON, as far as it is.
    Json,
}

impl Writes {
    /// What a typed text is.
    pub(crate) fn made(self, typed: &str) -> Option<Json> {
        let structure = || Json::parse(typed.as_bytes()).ok().filter(|json| !json.is_scalar());
        match self {
            Writes::Text => Some(Json::from(typed)),
            Writes::Number => Some(number(typed)),
            Writes::Optional => (!typed.is_empty()).then(|| Json::from(typed)),
            Writes::Value { .. } if typed.trim() == "null" => Some(Json::Null),
            Writes::Value { texts } => Some(structure().unwrap_or_else(|| scalar(typed, texts))),
            Writes::Json => Some(structure().unwrap_or_else(|| Json::from(typed))),
        }
    }

    /// How a value is shown.
    pub(crate) fn shown(self, value: &Json) -> String {
        match self {
            // A text that would read as something else, or that a line cannot show, keeps its quotes.
            Writes::Value { .. } => {
                let plain = text_of(value);
                let reads_back = self.made(&plain).as_ref() == Some(value) && !plain.contains(char::is_control);
                if reads_back { plain } else { value.canonical() }
            }
            Writes::Json if !value.is_scalar() => value.pretty().trim_end().to_owned(),
            _ => text_of(value),
        }
    }
}

/// A text field.
#[component]
pub(crate) fn Field(
    at: Pointer,
    /// Its accessible name.
    #[prop(into)]
    label: String,
    #[prop(default = Writes::Text)] writes: Writes,
    /// How many characters it is wide at least.
    #[prop(default = 8)]
    width: u32,
    #[prop(optional)] placeholder: &'static str,
    /// The id of a list of suggestions.
    #[prop(optional)]
    list: Option<String>,
    #[prop(optional)] mono: bool,
    /// Whether it has several lines.
    #[prop(optional)]
    lines: bool,
    /// Another type than text, where the browser helps to write it: `date`.
    #[prop(default = "text")]
    kind: &'static str,
) -> impl IntoView {
    let form = form();
    let at = StoredValue::new(at);
    // What was typed stays as it was typed for as long as it means what is there: "1.0" on the way to "1.05".
    let typed = StoredValue::new(String::new());
    let text = Memo::new(move |_| {
        let value = at.with_value(|at| form.get(at));
        let typed = typed.get_value();
        if writes.made(&typed) == value { typed } else { value.map(|value| writes.shown(&value)).unwrap_or_default() }
    });
    let wrong = Memo::new(move |_| at.with_value(|at| form.is_wrong(at)));
    let write = move |event| {
        let new = event_target_value(&event);
        let made = writes.made(&new);
        typed.set_value(new);
        at.with_value(|at| form.put(at, made));
    };
    let id = at.with_value(id);
    if lines {
        let rows = move || text.read().lines().count().clamp(2, 16).to_string();
        return view! {
            <textarea id=id class="text" class:mono=mono rows=rows placeholder=placeholder aria-label=label autocomplete="off" spellcheck=if mono { "false" } else { "true" }
                aria-invalid=move || wrong.get().then_some("true") readonly=move || form.locked.get() prop:value=move || text.get() on:input=write></textarea>
        }
        .into_any();
    }
    // A field grows with what is in it, within bounds: a sentence has no boxes of one size.
    let size = move || text.read().chars().count().clamp(width as usize, 44).to_string();
    view! {
        <input id=id class="word" class:mono=mono type=kind size=size placeholder=placeholder list=list aria-label=label autocomplete="off" autocapitalize="off" spellcheck="false"
            inputmode=(writes == Writes::Number).then_some("decimal") aria-invalid=move || wrong.get().then_some("true") readonly=move || form.locked.get()
            prop:value=move || text.get() on:input=write />
    }
    .into_any()
}

/// An instant: as the document writes it, with a picker, and said in the reader's own time.
#[component]
pub(crate) fn Instant(at: Pointer, #[prop(into)] label: String) -> impl IntoView {
    let form = form();
    let place = StoredValue::new(at.clone());
    let text = Memo::new(move |_| place.with_value(|at| form.text(at)));
    let local = move || Timestamp::parse(&text.read()).map(local_field).unwrap_or_default();
    let pick = move |event| {
        if let Some(picked) = picked(&event_target_value(&event)) {
            place.with_value(|at| form.put(at, Json::from(picked.to_string().as_str())));
        }
    };
    view! {
        <span class="instant">
            <Field at label=label.clone() width=20 placeholder="2026-12-01T09:00:00Z" mono=true />
            {move || (!form.locked.get()).then(|| view! { <input class="picker" type="datetime-local" aria-label=format!("{label}, picked in your own time") prop:value=local on:change=pick /> })}
            <span class="small muted">{move || Timestamp::parse(&text.read()).map(|at| format!("{} your time", exact(at)))}</span>
        </span>
    }
}

/// An instant as the browser's date field writes it, in the reader's own time zone.
pub(crate) fn picked(text: &str) -> Option<Timestamp> {
    let at = js_sys::Date::new(&text.into()).get_time();
    #[expect(clippy::cast_possible_truncation, reason = "milliseconds since 1970 fit")]
    at.is_finite().then_some(Timestamp(at as i64))
}

/// An instant as the browser's date field shows it.
pub(crate) fn local_field(at: Timestamp) -> String {
    #[expect(clippy::cast_precision_loss, reason = "the years 0001 to 9999 lie within 2^53 ms")]
    let date = js_sys::Date::new(&(at.0 as f64).into());
    let (year, month, day) = (date.get_full_year(), date.get_month() + 1, date.get_date());
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}", date.get_hours(), date.get_minutes())
}

/// More than these to choose from are offered while one types, not as a list to look through.
const CHOICES: usize = 100;

/// A choice among texts that is written as it is.
#[component]
pub(crate) fn Choice(
    at: Pointer,
    #[prop(into)] label: String,
    /// What there is to choose from.
    options: Vec<String>,
    /// The word for nothing, where that may be chosen: it takes the member away.
    #[prop(optional)]
    nothing: Option<&'static str>,
) -> impl IntoView {
    if options.len() > CHOICES {
        let list = format!("{}-choices", id(&at));
        let writes = if nothing.is_some() { Writes::Optional } else { Writes::Text };
        return view! { <Suggestions id=list.clone() words=options /><Field at label writes width=16 placeholder=nothing.unwrap_or("choose…") list mono=true /> }.into_any();
    }
    let form = form();
    let at = StoredValue::new(at);
    let text = Memo::new(move |_| at.with_value(|at| form.text(at)));
    let wrong = Memo::new(move |_| at.with_value(|at| form.is_wrong(at)));
    let options = StoredValue::new(options);
    // What stands there and is none of them is shown too: a choice never changes what it only shows.
    let stray = Memo::new(move |_| {
        Some(text.get()).filter(|text| options.with_value(|options| !options.contains(text)) && (nothing.is_none() || !text.is_empty()))
    });
    let choose = move |event| {
        let chosen = event_target_value(&event);
        at.with_value(|at| form.put(at, (nothing.is_none() || !chosen.is_empty()).then(|| Json::from(chosen.as_str()))));
    };
    view! {
        <select id=at.with_value(id) class="word" aria-label=label aria-invalid=move || wrong.get().then_some("true") disabled=move || form.locked.get() on:change=choose
            prop:value=move || text.get()>
            {nothing.map(|word| view! { <option value="" selected=move || text.read().is_empty()>{word}</option> })}
            {move || stray.get().map(|stray| {
                let shown = if stray.is_empty() { "choose…".to_owned() } else { stray.clone() };
                view! { <option value=stray selected=true>{shown}</option> }
            })}
            {options.get_value().into_iter().map(|option| {
                let value = option.clone();
                let chosen = option.clone();
                view! { <option value=value selected=move || *text.read() == chosen>{option}</option> }
            }).collect_view()}
        </select>
    }
    .into_any()
}

/// The button that takes a line away.
#[component]
pub(crate) fn Remove(#[prop(into)] label: String, #[prop(into)] gone: Callback<()>) -> impl IntoView {
    let form = form();
    move || {
        let label = label.clone();
        (!form.locked.get()).then(|| view! {
            <button type="button" class="button quiet small icon remove" aria-label=label on:click=move |_| gone.run(())><Icon name="close" size=16 /></button>
        })
    }
}

/// The button that adds a line.
#[component]
pub(crate) fn Add(word: &'static str, #[prop(into)] add: Callback<()>) -> impl IntoView {
    let form = form();
    move || {
        (!form.locked.get()).then(|| {
            view! {
                <button type="button" class="button quiet small" on:click=move |_| add.run(())><Icon name="plus" size=16 />{word}</button>
            }
        })
    }
}

/// Suggestions for text fields.
#[component]
pub(crate) fn Suggestions(#[prop(into)] id: String, words: Vec<String>) -> impl IntoView {
    view! { <datalist id=id>{words.into_iter().map(|word| view! { <option value=word></option> }).collect_view()}</datalist> }
}
