//! Segments: named groups of users, who is in them and what uses them.

use halyard_core::document::Document;
use halyard_core::{Json, phrase};
use leptos::prelude::*;

use crate::app::route::Page;
use crate::draft::workspace;
use crate::releases::stages::capital;
use crate::shell::Loaded;
use crate::ui::Empty;
use crate::ui::rich::Rich;

/// Whether a condition somewhere in this JSON names the segment.
fn mentions(json: &Json, segment: &str) -> bool {
    match json {
        Json::Object(members) => {
            members.iter().any(|(name, value)| (name == "segment" && value.as_str() == Some(segment)) || mentions(value, segment))
        }
        Json::Array(items) => items.iter().any(|item| mentions(item, segment)),
        _ => false,
    }
}

fn users(document: &Document, segment: &str) -> Vec<(String, Page)> {
    let flags = document.flags.iter().filter(|(_, flag)| flag.rules.iter().any(|rule| mentions(&Json::from_value(&rule.when), segment)));
    let releases = document
        .releases
        .iter()
        .filter(|(_, release)| release.stages.iter().any(|stage| mentions(&Json::from_value(&stage.audience), segment)));
    flags
        .map(|(key, _)| (key.clone(), Page::Flag(key.clone())))
        .chain(releases.map(|(key, _)| (key.clone(), Page::Release(key.clone()))))
        .collect()
}

/// The page.
#[component]
pub(crate) fn Segments() -> impl IntoView {
    let workspace = workspace();
    view! {
        <div class="page-head"><div>
            <h1>"Segments"</h1>
            <p class="lead">"Named groups of users, which rules and stages refer to."</p>
        </div></div>
        <Loaded children=move |document| if document.segments.is_empty() {
            view! { <div class="card"><Empty icon="people" title="No segments yet"><p>"Give a group a name once, such as staff or beta, and use it in rules and stages everywhere."</p></Empty></div> }.into_any()
        } else {
            let rows = document.segments.iter().map(|(key, segment)| {
                let users = users(&document, key).into_iter().map(|(name, page)| view! { <a class="tag mono" href=workspace.href(&page)>{name}</a> }).collect_view();
                view! {
                    <li class="section tight" id=key.clone()>
                        <h2 class="mono">{key.clone()}</h2>
                        {(!segment.description.is_empty()).then(|| view! { <p class="soft"><Rich text=segment.description.clone() /></p> })}
                        <p><Rich text=capital(&phrase::condition(&segment.when)) /></p>
                        <p class="actions small muted">{if users.is_empty() { "Nothing uses it.".into_any() } else { view! { "Used by "{users} }.into_any() }}</p>
                    </li>
                }
            });
            view! { <ul class="card rows">{rows.collect_view()}</ul> }.into_any()
        } />
    }
}
