//! Segments: named groups of users, who is in them and what uses them.

use halyard_core::document::{Condition as When, Segment};
use halyard_core::{Pointer, phrase};
use leptos::prelude::*;

use crate::draft::workspace;
use crate::form::{Condition, Detail, Details, How};
use crate::releases::stages::capital;
use crate::shelf::Shelf;
use crate::ui::field::name_fault;
use crate::ui::rich::Rich;
use crate::uses::{Thing, uses};

const FIELDS: &[Detail] =
    &[Detail::new("description", "What it is", How::Optional, ""), Detail::new("visibility", "Seen by", How::One(&super::SEEN_BY), "")];

pub(crate) const SEGMENTS: Shelf = Shelf {
    part: "segments",
    group: "segment.",
    one: "segment",
    title: "Segments",
    lead: "Named groups of users, which rules and stages refer to.",
    icon: "people",
    empty: "Give a group a name once, such as staff or beta, and use it in rules and stages everywhere.",
    example: "beta-customers",
    keys: |document| document.segments.keys().cloned().collect(),
    name: |_, key| key.to_owned(),
    coded: true,
    refused: |document, key| name_fault(key, document.segments.contains_key(key)),
    badge: |_| ().into_any(),
    said: |key| view! { <Said key /> }.into_any(),
    fields: || {
        view! {
            <Details of=FIELDS />
            <div class="when detail"><span class="label">"Who is in it"</span><Condition at=Pointer::root().at("when") label="Who is in it" /></div>
        }
        .into_any()
    },
    uses: |document, key| uses(document, Thing::Segment(key)),
    make: |document, key| {
        // Nobody is in it until somebody says who.
        let when = When::Any { any: Vec::new() };
        document.segments.insert(key.to_owned(), Segment { description: String::new(), visibility: Default::default(), when });
        key.to_owned()
    },
    remove: |document, key| drop(document.segments.remove(key)),
};

#[component]
fn Said(key: String) -> impl IntoView {
    let workspace = workspace();
    let segment = Memo::new(move |_| workspace.document().and_then(|document| document.segments.get(&key).cloned()));
    move || {
        segment.get().map(|segment| {
            view! {
                {(!segment.description.is_empty()).then(|| view! { <p class="soft"><Rich text=segment.description.clone() /></p> })}
                <p><Rich text=capital(&phrase::condition(&segment.when)) /></p>
            }
        })
    }
}
