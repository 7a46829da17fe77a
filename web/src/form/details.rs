//! What people read about something, and other plain members: a label and a field a line, with what is wrong beside it.

use halyard_core::{Json, Pointer};
use leptos::prelude::*;

use super::condition::Wrong;
use super::fields::{Field, Suggestions, Writes, id};
use super::form;
use super::tokens::Tokens;

/// How a member is written.
#[derive(Clone, Copy)]
pub(crate) enum How {
    /// A line of text.
    Line,
    /// A line that may be empty; empty, the member is not there.
    Optional,
    /// Some lines that may be none.
    Lines,
    /// A date, or none.
    Day,
    /// A list of texts; those that are offered.
    Words(fn() -> Vec<String>),
    /// One of these texts: as the document has it, and as people read it. The first of them is what it is without the member, where
    /// its text is empty.
    One(&'static [(&'static str, &'static str)]),
}

/// A member of the form's object.
#[derive(Clone, Copy)]
pub(crate) struct Detail {
    pub(crate) member: &'static str,
    pub(crate) label: &'static str,
    pub(crate) how: How,
    /// What it is for, where its label does not say it; empty: nothing.
    pub(crate) note: &'static str,
}

impl Detail {
    pub(crate) const fn new(member: &'static str, label: &'static str, how: How, note: &'static str) -> Detail {
        Detail { member, label, how, note }
    }
}

/// Nothing to offer.
pub(crate) fn none() -> Vec<String> {
    Vec::new()
}

/// The fields, one under the other.
#[component]
pub(crate) fn Details(of: &'static [Detail]) -> impl IntoView {
    of.iter().map(|detail| view! { <Line detail=*detail /> }).collect_view()
}

#[component]
fn Line(detail: Detail) -> impl IntoView {
    let form = form();
    let Detail { member, label, how, note } = detail;
    let at = Pointer::root().at(member);
    let field = match how {
        How::Line => view! { <Owners member /><Field at=at.clone() label width=24 list=format!("{member}-known") /> }.into_any(),
        How::Optional => view! { <Field at=at.clone() label writes=Writes::Optional width=32 /> }.into_any(),
        How::Lines => view! { <Field at=at.clone() label writes=Writes::Optional lines=true /> }.into_any(),
        How::Day => view! { <Field at=at.clone() label writes=Writes::Optional width=10 kind="date" /> }.into_any(),
        How::Words(offered) => view! { <Tokens at=at.clone() label offered=offered() texts=true /> }.into_any(),
        How::One(of) => view! { <One at=at.clone() label of /> }.into_any(),
    };
    let for_field = id(&at);
    let empty = Memo::new({
        let at = at.clone();
        move |_| form.text(&at).is_empty()
    });
    view! {
        <div class="when detail" class:fresh=move || empty.get()>
            <label class="label" for=for_field>{label}</label>
            <div class="line">
                {field}
                {(!note.is_empty()).then(|| view! { <p class="small muted">{note}</p> })}
                <Wrong at />
            </div>
        </div>
    }
}

/// Owners that there are already are offered for a new one.
#[component]
fn Owners(member: &'static str) -> impl IntoView {
    (member == "owner")
        .then(|| view! { <Suggestions id="owner-known" words=form().known.with_value(|known| known.owners.iter().cloned().collect()) /> })
}

#[component]
fn One(at: Pointer, label: &'static str, of: &'static [(&'static str, &'static str)]) -> impl IntoView {
    let form = form();
    let place = StoredValue::new(at.clone());
    let now = Memo::new(move |_| place.with_value(|at| form.text(at)));
    let choose = move |event| {
        let chosen = event_target_value(&event);
        place.with_value(|at| form.put(at, (!chosen.is_empty()).then(|| Json::from(chosen.as_str()))));
    };
    view! {
        <select id=id(&at) class="word" aria-label=label disabled=move || form.locked.get() on:change=choose>
            {of.iter().map(|(value, word)| view! { <option value=*value selected=move || *now.read() == *value>{*word}</option> }).collect_view()}
        </select>
    }
}
