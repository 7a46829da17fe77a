//! Changes in words, grouped by what they change.

use std::collections::BTreeMap;

use halyard_edge::wire::Told;
use leptos::prelude::*;

use crate::ui::rich::Sentence;

/// What a change belongs to: `flags/new-cart`, `releases/checkout`, `scenarios`.
fn group(told: &Told) -> (String, String) {
    let mut path = told.change.path.iter().cloned();
    let part = path.next().unwrap_or_default();
    let key = if part == "scenarios" || part == "retired" { String::new() } else { path.next().unwrap_or_default() };
    (part, key)
}

fn heading(part: &str, key: &str) -> (&'static str, String) {
    let what = match part {
        "flags" => "Flag",
        "releases" => "Release",
        "segments" => "Segment",
        "plans" => "Plan",
        "scenarios" => "Scenarios",
        "retired" => "Retired keys",
        _ => "Document",
    };
    (what, key.to_owned())
}

/// Changes under a heading for each flag, release and so on.
#[component]
pub(crate) fn GroupedChanges(changes: Vec<Told>) -> impl IntoView {
    let mut groups: BTreeMap<(String, String), Vec<Told>> = BTreeMap::new();
    for told in changes {
        groups.entry(group(&told)).or_default().push(told);
    }
    groups
        .into_iter()
        .map(|((part, key), changes)| {
            let (what, key) = heading(&part, &key);
            let name = (!key.is_empty()).then(|| view! { " "<code>{key}</code> });
            view! {
                <div class="change-group">
                    <h3>{what}{name}</h3>
                    <Changes changes />
                </div>
            }
        })
        .collect_view()
}

/// Changes, one sentence each.
#[component]
pub(crate) fn Changes(changes: Vec<Told>) -> impl IntoView {
    view! { <ul class="told">{changes.into_iter().map(|told| view! { <li><span><Sentence text=told.sentence /></span></li> }).collect_view()}</ul> }
}
