//! Plans: lists of stages that releases are made from.

use halyard_core::document::{Condition, Plan, Stage};
use halyard_core::phrase;
use leptos::prelude::*;

use crate::app::route::Page;
use crate::draft::workspace;
use crate::form::{Detail, Details, How, Stages, none};
use crate::shelf::Shelf;
use crate::ui::field::name_fault;
use crate::ui::rich::Rich;
use crate::uses::Use;

const FIELDS: &[Detail] = &[
    Detail::new("description", "What it is for", How::Optional, ""),
    Detail::new("visibility", "Seen by", How::One(&super::SEEN_BY), ""),
    Detail::new("readiness", "Must be ready", How::Words(none), "What somebody ticks off before the stages that need it."),
];

pub(crate) const PLANS: Shelf = Shelf {
    part: "plans",
    group: "plan.",
    one: "plan",
    title: "Plans",
    lead: "Ways in which things are released: the stages that a new release begins with.",
    icon: "plan",
    empty: "Write down once how you release: to staff, to a beta, to a tenth, to everyone. New releases begin with those stages.",
    example: "standard",
    keys: |document| document.plans.keys().cloned().collect(),
    name: |_, key| key.to_owned(),
    coded: true,
    refused: |document, key| name_fault(key, document.plans.contains_key(key)),
    badge: |_| ().into_any(),
    said: |key| view! { <Said key /> }.into_any(),
    fields: || {
        view! {
            <Details of=FIELDS />
            <div class="when detail"><span class="label">"Stages"</span><Stages /></div>
        }
        .into_any()
    },
    // A release has stages of its own and only remembers its plan: nothing misses one.
    uses: |_, _| Vec::new(),
    make: |document, key| {
        document.plans.insert(
            key.to_owned(),
            Plan { description: String::new(), visibility: Default::default(), stages: vec![everyone()], readiness: Vec::new() },
        );
        key.to_owned()
    },
    remove: |document, key| drop(document.plans.remove(key)),
};

/// The stage that every release ends with.
pub(crate) fn everyone() -> Stage {
    Stage { name: "everyone".to_owned(), audience: Condition::All { all: Vec::new() }, starts_at: None, needs: Vec::new() }
}

#[component]
fn Said(key: String) -> impl IntoView {
    let workspace = workspace();
    let plan = Memo::new({
        let key = key.clone();
        move |_| workspace.document().and_then(|document| document.plans.get(&key).cloned())
    });
    let from = Memo::new(move |_| {
        let made = |document: std::sync::Arc<halyard_core::Document>| {
            let releases = document.releases.iter().filter(|(_, release)| release.plan.as_ref() == Some(&key));
            releases.map(|(name, release)| Use { page: Page::Release(name.clone()), what: release.title.clone() }).collect::<Vec<_>>()
        };
        workspace.document().map(made).unwrap_or_default()
    });
    move || {
        plan.get().map(|plan| {
            view! {
                {(!plan.description.is_empty()).then(|| view! { <p class="soft"><Rich text=plan.description.clone() /></p> })}
                <ol class="plan-stages">{plan.stages.iter().map(|stage| view! { <li><strong>{stage.name.clone()}</strong>": "<Rich text=phrase::condition(&stage.audience) /></li> }).collect_view()}</ol>
                {(!from.read().is_empty()).then(|| view! {
                    <p class="actions small muted">"Releases made from it: "{from.get().into_iter().map(|used| view! { <a class="tag" href=workspace.href(&used.page)>{used.what}</a> }).collect_view()}</p>
                })}
            }
        })
    }
}
