//! What concerns the whole app just now: no way to the node, a draft that is not safe, or somebody else's newer version.

use leptos::prelude::*;

use crate::app::route::Page;
use crate::draft::{Keeping, who_published, workspace};
use crate::ui::changes::GroupedChanges;
use crate::ui::icon::Icon;
use crate::ui::rich::count;

/// Lines under the bar at the top. The review tells the same in its own place.
#[component]
pub(super) fn Notices(page: Memo<Option<Page>>) -> impl IntoView {
    let workspace = workspace();
    let reviewing = Memo::new(move |_| page.get() == Some(Page::Review));
    let me = workspace.api.session.get_untracked().person().map(|session| session.person.clone()).unwrap_or_default();
    let clash = move || {
        let merge = workspace.clashing.get().filter(|_| !reviewing.get())?;
        let live = workspace.live.read().as_ref().map(|live| live.version).unwrap_or_default();
        let who = who_published(&workspace.meanwhile(), live, &me);
        Some(format!(
            "{who}, and {} with it. Nothing of yours is lost.",
            count(merge.clashes.len(), "of your changes clashes", "of your changes clash")
        ))
    };
    view! {
        <div role="status">
            {move || (!workspace.api.reachable.get() && workspace.base.read().is_some()).then(|| view! {
                <div class="notice warn"><Icon name="anchor" size=16 /><span>"The node cannot be reached. You see what was live when it last answered; your draft is safe in this browser."</span></div>
            })}
            {move || match workspace.keeping.get() {
                Keeping::Kept => None,
                Keeping::Full => Some("This browser has no room left to keep your draft. It will be lost when you close the page: publish it before."),
                Keeping::Refused => Some("This browser keeps nothing for this page, so your draft will be lost when you close it: publish it before."),
            }.map(|text| view! { <div class="notice warn"><Icon name="alert" size=16 /><span>{text}</span></div> })}
            {move || clash().map(|text| view! {
                <div class="notice warn"><Icon name="alert" size=16 /><span>{text}</span><a class="button small" href=workspace.href(&Page::Review)>"Settle it"</a></div>
            })}
            {move || (!reviewing.get()).then(|| view! { <MetNotice /> })}
        </div>
    }
}

/// What became of the draft when somebody else published, in the review: with their changes on demand.
#[component]
pub(crate) fn MetLine() -> impl IntoView {
    let workspace = workspace();
    move || {
        workspace.met.get().map(|met| {
            let me = workspace.api.session.get_untracked().person().map(|session| session.person.clone()).unwrap_or_default();
            let changes: Vec<_> = met.records.iter().rev().flat_map(|record| record.changes.clone()).collect();
            let title = count(met.theirs, "change of theirs", "changes of theirs");
            view! {
                <div class="callout" role="status"><Icon name="merge" /><div>
                    <p>{met.line(&me)}" Look it over and publish."</p>
                    {(!changes.is_empty()).then(|| view! { <details class="fold"><summary>{title}</summary><div class="section"><GroupedChanges changes=changes.clone() /></div></details> })}
                </div></div>
            }
        })
    }
}

/// The same on any other page: it goes when it has been read.
#[component]
fn MetNotice() -> impl IntoView {
    let workspace = workspace();
    move || {
        workspace.met.get().map(|met| {
            let me = workspace.api.session.get_untracked().person().map(|session| session.person.clone()).unwrap_or_default();
            view! {
                <div class="notice"><Icon name="merge" size=16 /><span>{met.line(&me)}</span>
                    <button type="button" class="button small quiet" on:click=move |_| workspace.met.set(None)>"Got it"</button>
                </div>
            }
        })
    }
}
