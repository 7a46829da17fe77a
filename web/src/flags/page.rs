//! A flag's page: who gets what and in which order, in plain sentences; why a certain user gets it; its JSON.

use std::sync::Arc;

use halyard_core::document::{Document, Flag};
use halyard_core::{Json, phrase};
use leptos::prelude::*;

use crate::draft::{Proposal, workspace};
use crate::flags::describe::{Describe, Variants};
use crate::flags::explain::Explain;
use crate::flags::state::state;
use crate::flags::targeting::Targeting;
use crate::flags::trial::Trial;
use crate::form::Form;
use crate::history::{Of, address_of};
use crate::kill_switches::{is_kill_switch, turn};
use crate::shell::{Loaded, ReadOnly, Waiting};
use crate::ui::rich::Rich;
use crate::ui::time::{clock, day};
use crate::ui::{Badge, Empty, Switch};

/// The page of one flag.
#[component]
pub(crate) fn FlagPage(key: String) -> impl IntoView {
    let workspace = workspace();
    let known = Memo::new({
        let key = key.clone();
        move |_| workspace.document().map(|document| document.flags.contains_key(&key))
    });
    let key = StoredValue::new(key);
    // The editor and the questions stay as they are while what they are about changes: only the sentences are made anew.
    move || match known.get() {
        Some(true) => view! {
            <Loaded children=move |document| {
                let key = key.get_value();
                document.flags.get(&key).cloned().map(|flag| view! { <About key flag document /> })
            } />
            <Body key=key.get_value() />
        }
        .into_any(),
        Some(false) => view! {
            <div class="card"><Empty icon="compass" alone=true title="There is no such flag here">
                <p>"It may be in another environment, or have been deleted. The history knows."</p>
            </Empty></div>
        }
        .into_any(),
        None => view! { <Waiting /> }.into_any(),
    }
}

/// The form and the questions, which look at each other.
#[component]
fn Body(key: String) -> impl IntoView {
    provide_context(Form::of("flags", &key));
    view! {
        <div class="asking"><Targeting key=key.clone() /><Explain key=key.clone() /></div>
        <Trial key=key.clone() />
        <Variants />
        <Describe key />
    }
}

/// The proposal to turn a flag the other way.
fn switch(key: &str, flag: &Flag) -> Proposal {
    if is_kill_switch(flag) {
        return turn(key, flag);
    }
    let on = !flag.enabled;
    let off = flag.off_variant.as_ref().map_or("the application’s own default".to_owned(), |variant| format!("`{variant}`"));
    let key = key.to_owned();
    let verb = if on { "Enable" } else { "Disable" };
    Proposal {
        title: format!("{verb} {key}"),
        lead: if on {
            "Its rules and releases decide again who gets what.".to_owned()
        } else {
            format!("Everyone gets {off} from now on, whatever its rules and releases say.")
        },
        facts: Vec::new(),
        warnings: Vec::new(),
        message: format!("{verb} {key}"),
        danger: !on,
        urgent: false,
        apply: Arc::new(move |document: &mut Document| {
            if let Some(flag) = document.flags.get_mut(&key) {
                flag.enabled = on;
            }
        }),
    }
}

#[component]
fn About(key: String, flag: Flag, document: Arc<Document>) -> impl IntoView {
    let workspace = workspace();
    let clock = clock();
    let badge = {
        let (key, flag, document) = (key.clone(), flag.clone(), document.clone());
        move || {
            let state = state(&document, &key, &flag, clock.get());
            view! { <Badge tone=state.tone word=state.word /> }
        }
    };
    // The switch shows and turns what is live; the sentences below show the draft.
    let live = workspace.live.get().and_then(|live| live.document.flags.get(&key).cloned());
    let turned = live.map(|live| {
        let on = if is_kill_switch(&live) { crate::kill_switches::is_on(&live) } else { live.enabled };
        let label = format!("{key} is enabled");
        let name = key.clone();
        let words = if is_kill_switch(&live) { ("On", "Off") } else { ("Enabled", "Disabled") };
        let barred = {
            let proposal = switch(&name, &live);
            Memo::new(move |_| workspace.bars(&proposal))
        };
        view! { <Switch label on words large=true barred press=move |()| workspace.propose(switch(&name, &live)) /> }
    });
    let today = crate::ui::time::now().date();
    let overdue = flag.purpose.is_temporary() && flag.expires.is_some_and(|expires| expires < today);
    let variants: Vec<_> = flag
        .variants
        .iter()
        .map(|(name, value)| said(value).map_or_else(|| format!("`{name}`"), |value| format!("`{name}` is {value}")))
        .collect();
    let facts = [
        ("Purpose", flag.purpose.as_str().to_owned()),
        ("Owner", flag.owner.clone()),
        ("Created", day(flag.created)),
        (
            "Visible to",
            if flag.visibility == halyard_core::document::Visibility::Public { "servers and pages" } else { "servers only" }.to_owned(),
        ),
    ];
    view! {
        <div class="page-head">
            <div>
                <div class="actions"><h1 class="flag-title">{key.clone()}</h1>{badge}</div>
                {(!flag.description.is_empty()).then(|| view! { <p class="lead"><Rich text=flag.description.clone() /></p> })}
                {(!flag.tags.is_empty()).then(|| view! { <p class="actions">{flag.tags.iter().map(|tag| view! { <span class="tag">{tag.clone()}</span> }).collect_view()}</p> })}
            </div>
            {turned}
        </div>
        <ReadOnly of=("flag.", "flags") />
        <dl class="facts">
            {facts.into_iter().map(|(term, text)| view! { <div><dt>{term}</dt><dd>{text}</dd></div> }).collect_view()}
            {flag.expires.map(|expires| view! { <div><dt>"Expires"</dt><dd class:warn-ink=overdue>{day(expires)}{overdue.then_some(", overdue")}</dd></div> })}
            <div><dt>"History"</dt><dd><a href=address_of(&workspace.environment.get_untracked(), &Of::Flag(&key))>"Who changed it, and why"</a></dd></div>
            {(variants.len() <= 4).then(|| view! { <div><dt>"Variants"</dt><dd><Rich text=variants.join(", ") /></dd></div> })}
        </dl>
    }
}

/// A variant's value where it is short enough for a line.
fn said(value: &Json) -> Option<String> {
    value.is_scalar().then(|| phrase::value(value).replace('`', ""))
}
