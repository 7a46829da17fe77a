//! The review: what the draft changes, what speaks against it, why, and Publish.

use halyard_edge::wire::Review as Reviewed;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::Failure;
use crate::app::route::{Navigation, Page};
use crate::draft::workspace;
use crate::shell::notices::RebaseButton;
use crate::shell::publish_dialog::{Findings, Refusal};
use crate::shell::{ReadOnly, Waiting};
use crate::ui::changes::GroupedChanges;
use crate::ui::dialog::Dialog;
use crate::ui::icon::Icon;
use crate::ui::rich::count;
use crate::ui::{Bones, Busy, Empty};

/// The page.
#[component]
pub(crate) fn Review() -> impl IntoView {
    let workspace = workspace();
    let empty = Memo::new(move |_| workspace.changes.read().is_empty());
    view! {
        <div class="page-head"><div>
            <h1>"Review"</h1>
            <p class="lead">{move || (!empty.get()).then(|| {
                let version = workspace.base.read().as_ref().map(|base| base.version).unwrap_or_default();
                format!("{} on top of version {version}. Nothing is live until you publish.", count(workspace.changes.read().len(), "change", "changes"))
            })}</p>
        </div></div>
        <ReadOnly />
        <LeftBehind />
        {move || if workspace.base.read().is_none() {
            view! { <Waiting /> }.into_any()
        } else if empty.get() {
            view! { <div class="card"><Empty icon="review" title="Nothing to review">
                <p>"What you edit is collected here until you publish it. It stays in this browser if you close the page."</p>
                <div class="actions"><a class="button" href=move || workspace.href(&Page::Flags)>"Go to the flags"</a></div>
            </Empty></div> }.into_any()
        } else {
            view! { <Draft /> }.into_any()
        }}
    }
}

/// Changes that did not fit a newer version.
#[component]
fn LeftBehind() -> impl IntoView {
    let workspace = workspace();
    move || {
        (!workspace.left_behind.read().is_empty()).then(|| view! {
        <div class="callout warn" role="alert"><Icon name="alert" /><div>
            <p><strong>"These changes did not fit the newer version and are no longer in your draft:"</strong></p>
            <GroupedChanges changes=workspace.left_behind.get() />
            <details class="fold">
                <summary>"What you had written"</summary>
                {workspace.left_behind.get().into_iter().filter_map(|told| told.change.to).map(|to| view! { <pre class="json">{to.pretty()}</pre> }).collect_view()}
            </details>
            <div class="actions"><button type="button" class="button small" on:click=move |_| workspace.left_behind.set(Vec::new())>"I have seen this"</button></div>
        </div></div>
    })
    }
}

#[component]
fn Draft() -> impl IntoView {
    let workspace = workspace();
    let navigation = expect_context::<Navigation>();
    let review = RwSignal::new(None::<Result<Reviewed, Failure>>);
    let message = RwSignal::new(String::new());
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<Failure>);
    let asking = RwSignal::new(false);
    Effect::new(move |_| {
        let Some(document) = workspace.document() else { return };
        review.set(None);
        failure.set(None);
        spawn_local(async move {
            let outcome = workspace.review(&document).await;
            // Only if it still is about what is on the draft.
            if workspace.read.get_untracked().is_some_and(|read| std::sync::Arc::ptr_eq(&read.document, &document)) {
                review.try_set(Some(outcome));
            }
        });
    });
    let refused = move || {
        workspace.read.read().as_ref().is_some_and(|read| read.ruleset.is_none())
            || review.read().as_ref().is_some_and(|review| {
                review.as_ref().is_ok_and(|review| {
                    !review.publishable && review.version == workspace.base.read().as_ref().map_or(0, |base| base.version)
                })
            })
    };
    let barred =
        move || busy.get() || refused() || workspace.newer.read().is_some() || message.read().trim().is_empty() || !workspace.may_publish();
    let publish = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if barred() {
            return;
        }
        busy.set(true);
        failure.set(None);
        let environment = workspace.environment.get_untracked();
        spawn_local(async move {
            match workspace.publish_draft(message.get_untracked().trim()).await {
                Ok(_) => navigation.go(&Page::Overview.href(&environment)),
                Err(error) => {
                    failure.try_set(Some(error));
                    busy.try_set(false);
                }
            }
        });
    };
    view! {
        <div class="split">
            <section class="section">
                <h2>"What changes"</h2>
                <div class="card pad section gap">{move || view! { <GroupedChanges changes=workspace.changes.get() /> }}</div>
            </section>
            <div class="section gap">
                <div class="section">
                    {move || match review.get() {
                        None => view! { <h2>"Checks"</h2><Bones lines=3 /> }.into_any(),
                        Some(review) => view! { <Findings review heading=true /> }.into_any(),
                    }}
                </div>
                <form class="card pad section" on:submit=publish>
                    <div class="field">
                        <label for="message">"Message for the history"</label>
                        <textarea id="message" class="text" rows="3" required placeholder="Why this change?" aria-describedby="message-note"
                            prop:value=move || message.get() on:input=move |event| message.set(event_target_value(&event))></textarea>
                        <p id="message-note" class="small muted">"Whoever reads the history will want to know why."</p>
                    </div>
                    {move || failure.get().map(|failure| view! { <Refusal failure /> })}
                    {move || workspace.newer.get().map(|newer| view! {
                        <div class="callout"><Icon name="note" /><div>
                            <p>{format!("Version {} is live by now. Put your draft onto it to publish.", newer.version)}</p>
                            <div class="actions"><RebaseButton version=newer.version /></div>
                        </div></div>
                    })}
                    {move || busy.get().then(|| view! { <Busy what="Publishing" /> })}
                    <div class="actions">
                        <button type="submit" class="button primary" disabled=barred>"Publish"</button>
                        <button type="button" class="button quiet" on:click=move |_| asking.set(true)>"Discard draft"</button>
                    </div>
                </form>
                <button type="button" class="linkish" on:click=move |_| navigation.go(&Page::Flags.href(&workspace.environment.get_untracked()))>"Go on editing"</button>
            </div>
        </div>
        {move || asking.get().then(|| view! { <DiscardAll close=Callback::new(move |()| asking.set(false)) /> })}
    }
}

#[component]
fn DiscardAll(close: Callback<()>) -> impl IntoView {
    let workspace = workspace();
    view! {
        <Dialog title="Discard your draft?" close>
            <div class="dialog-body"><p>"Its changes exist only in this browser. Nothing that is live changes."</p></div>
            <div class="dialog-foot">
                <button type="button" class="button" on:click=move |_| close.run(())>"Keep it"</button>
                <button type="button" class="button danger primary" on:click=move |_| { close.run(()); workspace.discard(); }>"Discard"</button>
            </div>
        </Dialog>
    }
}
