//! What people read about a flag, its variants and what goes out with its answers, as forms; and its end.

use std::sync::Arc;

use halyard_core::Pointer;
use halyard_core::document::Document;
use leptos::prelude::*;

use crate::app::route::Page;
use crate::draft::{Proposal, workspace};
use crate::form::{Detail, Details, How, METADATA, Members, Variants as Values, form};
use crate::shelf::SEEN_BY;
use crate::shell::Delete;
use crate::uses::{Thing, uses};

/// The four purposes, and what each is for.
pub(super) const PURPOSES: [(&str, &str); 4] = [
    ("release", "release: hides work that is not released yet"),
    ("experiment", "experiment: compares variants"),
    ("operational", "operational: a kill switch or a setting"),
    ("permission", "permission: who may use what"),
];

const FIELDS: &[Detail] = &[
    Detail::new("description", "What it is", How::Optional, ""),
    Detail::new("owner", "Owner", How::Line, ""),
    Detail::new("tags", "Tags", How::Words(|| form().known.with_value(|known| known.tags.iter().cloned().collect())), ""),
    Detail::new("purpose", "Purpose", How::One(&PURPOSES), ""),
    Detail::new("expires", "Expires", How::Day, "The day by which it should be gone. Releases and experiments have one."),
    Detail::new("visibility", "Seen by", How::One(&SEEN_BY), ""),
];

/// The section of a flag's page with its variants.
#[component]
pub(super) fn Variants() -> impl IntoView {
    view! { <section class="section" aria-labelledby="variants"><h2 id="variants">"Variants"</h2><Values /></section> }
}

/// The fold of a flag's page with everything else.
#[component]
pub(super) fn Describe(key: String) -> impl IntoView {
    let workspace = workspace();
    let shown = Memo::new(move |_| workspace.may("flag."));
    let key = StoredValue::new(key);
    move || {
        shown.get().then(|| {
            let named = move |()| workspace.document().map(|document| uses(&document, Thing::Flag(&key.read_value()))).unwrap_or_default();
            view! {
                <details class="fold">
                    <summary>"Describe it"</summary>
                    <div class="card pad details">
                        <Details of=FIELDS />
                        <div class="when detail"><span class="label">"Goes along"</span><div class="line"><Members at=Pointer::root().at("metadata") kind=METADATA /><p class="small muted">"Metadata that every answer has beside its value."</p></div></div>
                        <Delete one="flag" key=key.get_value() uses=named propose=move |()| Some(delete(&key.read_value())) back=Page::Flags />
                    </div>
                </details>
            }
        })
    }
}

fn delete(key: &str) -> Proposal {
    let workspace = workspace();
    let name = key.to_owned();
    // A key that applications may still ask for is not to mean something else one day.
    let retire = workspace.live.get().is_some_and(|live| live.document.flags.contains_key(key)) && workspace.may("retired.");
    Proposal {
        title: format!("Delete {key}"),
        lead: format!(
            "Applications that still ask for it get their own default.{}",
            if retire { " Its key is retired, so that no other flag is taken for it." } else { "" }
        ),
        facts: Vec::new(),
        warnings: Vec::new(),
        message: format!("Delete {key}"),
        danger: true,
        urgent: false,
        apply: Arc::new(move |document: &mut Document| {
            if document.flags.remove(&name).is_some() && retire && !document.retired.contains(&name) {
                document.retired.push(name.clone());
            }
        }),
    }
}
