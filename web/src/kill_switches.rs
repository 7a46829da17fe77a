//! Kill switches: the operational toggles, with one large switch each.

use std::sync::Arc;

use halyard_core::document::{Document, Flag, Purpose, Serve};
use halyard_core::{Json, Timestamp};
use leptos::prelude::*;

use crate::app::route::Page;
use crate::draft::{Proposal, Workspace, workspace};
use crate::shell::{Loaded, ReadOnly};
use crate::ui::rich::Rich;
use crate::ui::time::Ago;
use crate::ui::{Empty, Switch};

/// Whether a flag is a kill switch: a toggle that operators turn.
pub(crate) fn is_kill_switch(flag: &Flag) -> bool {
    flag.purpose == Purpose::Operational && flag.is_toggle()
}

/// The variant of a toggle that means on.
fn on_variant(flag: &Flag) -> Option<String> {
    flag.variants.iter().find(|(_, value)| **value == Json::Bool(true)).map(|(key, _)| key.clone())
}

/// Whether anyone can get a toggle's on variant.
pub(crate) fn is_on(flag: &Flag) -> bool {
    let Some(on) = on_variant(flag) else { return false };
    flag.enabled
        && (!flag.rules.is_empty()
            || !matches!(&flag.otherwise, Some(Serve::Variant(variant)) if *variant != on) && flag.otherwise.is_some())
}

/// The proposal to turn a kill switch the other way.
pub(crate) fn turn(key: &str, flag: &Flag) -> Proposal {
    let on = is_on(flag);
    let off = flag.off_variant.as_ref().map_or("the application’s own default".to_owned(), |variant| format!("`{variant}`"));
    let serves = on_variant(flag).unwrap_or_default();
    let ruled = !flag.rules.is_empty();
    let lead = match (on, ruled) {
        (true, _) => format!("Everyone gets {off} from now on. Nodes take it up within seconds."),
        (false, false) => format!("Everyone gets `{serves}` again. Nodes take it up within seconds."),
        (false, true) => "Its rules decide again who gets what. Nodes take it up within seconds.".to_owned(),
    };
    let key = key.to_owned();
    let verb = if on { "Turn off" } else { "Turn on" };
    Proposal {
        title: format!("{verb} {key}"),
        lead,
        facts: if flag.description.is_empty() { Vec::new() } else { vec![("What it is".to_owned(), flag.description.clone())] },
        warnings: Vec::new(),
        message: format!("{verb} {key}"),
        danger: on,
        urgent: true,
        apply: Arc::new(move |document: &mut Document| {
            let Some(flag) = document.flags.get_mut(&key) else { return };
            flag.enabled = !on;
            if !on && !is_on(flag) {
                flag.otherwise = on_variant(flag).map(Serve::Variant);
            }
        }),
    }
}

/// When a flag last changed, and who changed it, as far as the newest records tell.
fn last_turned(workspace: Workspace, key: &str) -> Option<(Timestamp, String)> {
    let records = workspace.records.get()?.ok()?;
    let touches = |path: &[String]| matches!(path, [part, name, ..] if part == "flags" && name == key);
    records.iter().find(|record| record.changes.iter().any(|told| touches(&told.change.path))).map(|record| (record.at, record.by.clone()))
}

/// Every kill switch, as rows with a switch; for the panel and the page.
#[component]
pub(crate) fn SwitchRows(#[prop(optional)] large: bool) -> impl IntoView {
    let workspace = workspace();
    move || {
        // What is live counts here, not what a draft would make of it.
        let live = workspace.live.get()?;
        let switches: Vec<_> =
            live.document.flags.iter().filter(|(_, flag)| is_kill_switch(flag)).map(|(key, flag)| (key.clone(), flag.clone())).collect();
        if switches.is_empty() {
            return Some(view! {
                <Empty icon="power" title="No kill switches here">
                    <p>"An operational flag with an on and an off variant is one. Make one for whatever you may have to turn off at night."</p>
                </Empty>
            }.into_any());
        }
        let rows = switches.into_iter().map(|(key, flag)| {
            let on = is_on(&flag);
            let href = workspace.href(&Page::Flag(key.clone()));
            let name = key.clone();
            let last = move || {
                last_turned(workspace, &name).map(|(at, by)| view! { <p class="small muted">"Last changed "<Ago at />" by "{by}</p> })
            };
            let proposal = turn(&key, &flag);
            let barred = {
                let proposal = proposal.clone();
                Memo::new(move |_| workspace.bars(&proposal))
            };
            view! {
                <li class="kill">
                    <a href=href>{key.clone()}</a>
                    <div class="about">
                        {(!flag.description.is_empty()).then(|| view! { <p class="soft small"><Rich text=flag.description.clone() /></p> })}
                        {large.then(|| view! { <p class="small muted">"Owned by "{flag.owner.clone()}</p> })}
                        {last}
                    </div>
                    <Switch label=key on large barred press=move |()| workspace.propose(proposal.clone()) />
                </li>
            }
        });
        Some(view! { <ul class="card rows">{rows.collect_view()}</ul> }.into_any())
    }
}

/// The page.
#[component]
pub(crate) fn KillSwitches() -> impl IntoView {
    view! {
        <div class="page-head"><div>
            <h1>"Kill switches"</h1>
            <p class="lead">"Operational flags that turn something off for everyone at once. A switch asks once, with a message for the history, and does not wait for your draft."</p>
        </div></div>
        <ReadOnly of=("flag.", "kill switches") />
        <Loaded let:_document><SwitchRows large=true /></Loaded>
    }
}
