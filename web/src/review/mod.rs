//! The review: what the draft changes, change by change, what speaks against it, why, and Publish. Where the draft clashes with what
//! somebody else published, that is settled first.

mod conflict;
mod draft;

use leptos::prelude::*;

use crate::app::route::Page;
use crate::draft::workspace;
use crate::shell::{ReadOnly, Waiting};
use crate::ui::Empty;
use crate::ui::icon::Icon;

/// The page.
#[component]
pub(crate) fn Review() -> impl IntoView {
    let workspace = workspace();
    let empty = Memo::new(move |_| workspace.changes.read().is_empty());
    let clashing = Memo::new(move |_| workspace.clashing.read().is_some());
    view! {
        {move || if workspace.base.read().is_none() {
            view! { <h1>"Review"</h1><Waiting /> }.into_any()
        } else if clashing.get() {
            view! { <conflict::Conflict /> }.into_any()
        } else if empty.get() {
            view! {
                <h1>"Review"</h1>
                <ReadOnly />
                <Unfinished />
                <div class="card"><Empty icon="review" title="Nothing to review">
                    <p>"What you edit is collected here until you publish it. It stays in this browser if you close the page."</p>
                    <div class="actions"><a class="button" href=move || workspace.href(&Page::Flags)>"Go to the flags"</a></div>
                </Empty></div>
            }.into_any()
        } else {
            view! { <draft::Draft /> }.into_any()
        }}
    }
}

/// What was typed into an editor and not put on the draft.
#[component]
fn Unfinished() -> impl IntoView {
    let workspace = workspace();
    let rows = move || {
        let typed = workspace.typed.get();
        typed
            .into_keys()
            .filter_map(|about| {
                let (part, key) = about.split_once('/')?;
                let page = Page::of(part, key)?;
                let name = if part == "scenarios" { "a scenario".to_owned() } else { key.to_owned() };
                Some(view! { <a class="tag mono" href=workspace.href(&page)>{name}</a> })
            })
            .collect_view()
    };
    move || {
        (!workspace.typed.read().is_empty()).then(|| {
            view! {
                <div class="callout"><Icon name="note" /><div>
                    <p>"You typed something that is not on your draft yet, so it is not part of this:"</p>
                    <p class="actions">{rows}</p>
                </div></div>
            }
        })
    }
}
