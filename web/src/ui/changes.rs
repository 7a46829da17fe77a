//! Changes in words, grouped by what they change.

use std::collections::BTreeMap;
use std::sync::Arc;

use halyard_core::Json;
use halyard_edge::wire::Told;
use leptos::prelude::*;

use crate::ui::rich::Sentence;

/// What a change belongs to: `flags/new-cart`, `releases/checkout`, `scenarios`.
fn group(told: &Told) -> (String, String) {
    let (part, key) = told.change.subject();
    let key = if part == "scenarios" || part == "retired" { "" } else { key };
    (part.to_owned(), key.to_owned())
}

/// What a part of a document is called: `flags` → `Flag`.
pub(crate) fn called(part: &str) -> &'static str {
    match part {
        "flags" => "Flag",
        "releases" => "Release",
        "segments" => "Segment",
        "plans" => "Plan",
        "scenarios" => "Scenarios",
        "retired" => "Retired keys",
        _ => "Document",
    }
}

/// Changes under a heading for each flag, release and so on.
#[component]
pub(crate) fn GroupedChanges(
    changes: Vec<Told>,
    /// What stands under a change's sentence.
    #[prop(optional)]
    under: Option<Under>,
) -> impl IntoView {
    let mut groups: BTreeMap<(String, String), Vec<Told>> = BTreeMap::new();
    for told in changes {
        groups.entry(group(&told)).or_default().push(told);
    }
    groups
        .into_iter()
        .map(|((part, key), changes)| {
            let name = (!key.is_empty()).then(|| view! { " "<code>{key}</code> });
            view! {
                <div class="change-group">
                    <h3>{called(&part)}{name}</h3>
                    <Changes changes under=under.clone() />
                </div>
            }
        })
        .collect_view()
}

/// What stands under a change's sentence.
pub(crate) type Under = Arc<dyn Fn(&Told) -> AnyView + Send + Sync>;

/// Changes, one sentence each.
#[component]
pub(crate) fn Changes(changes: Vec<Told>, #[prop(optional_no_strip)] under: Option<Under>) -> impl IntoView {
    let rows = changes.into_iter().map(|told| {
        let more = under.as_ref().map(|under| under(&told));
        view! { <li><div class="section tight"><span><Sentence text=told.sentence /></span>{more}</div></li> }
    });
    view! { <ul class="told">{rows.collect_view()}</ul> }
}

/// Versions of something as JSON, side by side, each under its name; for whoever wants to see it.
#[component]
pub(crate) fn AsJson(sides: Vec<(&'static str, Option<Json>)>) -> impl IntoView {
    let shown = RwSignal::new(false);
    view! {
        <details class="fold small" on:toggle=move |_| shown.set(true)>
            <summary>"As JSON"</summary>
            // Made when it is wanted: a review may have hundreds.
            {move || shown.get().then(|| view! {
                <div class="sides">{sides.iter().map(|(name, json)| view! {
                    <div>
                        <p class="small muted">{*name}</p>
                        {match json {
                            Some(json) => view! { <pre class="json" tabindex="0">{json.pretty().trim_end().to_owned()}</pre> }.into_any(),
                            None => view! { <p class="small soft">"nothing"</p> }.into_any(),
                        }}
                    </div>
                }).collect_view()}</div>
            })}
        </details>
    }
}
