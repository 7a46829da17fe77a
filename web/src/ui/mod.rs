//! Small components that pages are made of. They know nothing about flags.

pub(crate) mod changes;
pub(crate) mod copy;
pub(crate) mod dialog;
pub(crate) mod field;
pub(crate) mod icon;
pub(crate) mod later;
pub(crate) mod message;
pub(crate) mod page;
pub(crate) mod problems;
pub(crate) mod refusals;
pub(crate) mod rich;
pub(crate) mod time;
pub(crate) mod toast;

use leptos::prelude::*;

use crate::ui::icon::Icon;

/// What a state looks like. Each has a word and a sign beside its colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Tone {
    On,
    Some,
    Moving,
    Held,
    Back,
    Off,
}

impl Tone {
    fn class(self) -> &'static str {
        match self {
            Tone::On => "badge on",
            Tone::Some => "badge some",
            Tone::Moving => "badge moving",
            Tone::Held => "badge held",
            Tone::Back => "badge back",
            Tone::Off => "badge off",
        }
    }

    fn sign(self) -> &'static str {
        match self {
            Tone::On => "disc",
            Tone::Some => "half",
            Tone::Moving => "rise",
            Tone::Held => "pause",
            Tone::Back => "back",
            Tone::Off => "ring",
        }
    }
}

/// A state, as a word with its colour and sign.
#[component]
pub(crate) fn Badge(tone: Tone, #[prop(into)] word: String) -> impl IntoView {
    view! { <span class=tone.class()><Icon name=tone.sign() />{word}</span> }
}

/// Nothing is here: why, and what to do.
#[component]
pub(crate) fn Empty(
    icon: &'static str,
    #[prop(into)] title: String,
    /// Whether this is all that the page has.
    #[prop(optional)]
    alone: bool,
    children: Children,
) -> impl IntoView {
    view! {
        <div class="empty">
            <Icon name=icon size=32 />
            {if alone { view! { <h1>{title}</h1> }.into_any() } else { view! { <h2>{title}</h2> }.into_any() }}
            {children()}
        </div>
    }
}

/// A page that loads.
#[component]
pub(crate) fn Loading(what: &'static str) -> impl IntoView {
    view! { <p class="muted" role="status">{format!("Loading {what}…")}</p> }
}

/// A piece of a page that loads: its shape, in grey.
#[component]
pub(crate) fn Bones(#[prop(default = 3)] lines: usize) -> impl IntoView {
    view! {
        <div class="section" role="status" aria-label="Loading">
            {(0..lines).map(|_| view! { <div class="bone"></div> }).collect_view()}
        </div>
    }
}

/// Something is under way.
#[component]
pub(crate) fn Busy(what: &'static str) -> impl IntoView {
    view! { <p class="muted" role="status">{format!("{what}…")}</p> }
}

/// A switch, which says its state in a word too.
#[component]
pub(crate) fn Switch(
    /// What it switches: its accessible name.
    #[prop(into)]
    label: String,
    /// Whether it is on.
    on: bool,
    /// The words for on and off.
    #[prop(default = ("On", "Off"))]
    words: (&'static str, &'static str),
    #[prop(optional)] large: bool,
    /// Why this person may not switch it, if they may not. It can be pressed all the same: the caller says more.
    #[prop(into, optional)]
    barred: Signal<Option<String>>,
    /// Called instead of switching: the caller decides.
    #[prop(into)]
    press: Callback<()>,
) -> impl IntoView {
    view! {
        <button type="button" class="switch" class:large=large role="switch" aria-checked=if on { "true" } else { "false" } aria-label=label
            class:barred=move || barred.read().is_some() title=move || barred.get().map(|why| why.replace('`', "")) on:click=move |_| press.run(())>
            {move || barred.read().is_some().then(|| view! { <Icon name="lock" size=16 /> })}
            <span class="track"></span><span class="state" aria-hidden="true">{if on { words.0 } else { words.1 }}</span>
        </button>
    }
}
