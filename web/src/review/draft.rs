//! A draft under review: its changes, each of which can be taken out, and the form that publishes it.

use std::sync::Arc;

use halyard_edge::wire::{Refusal as Barred, Review as Reviewed, Told};
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::Failure;
use crate::app::route::{Navigation, Page};
use crate::draft::{Reading, plain, workspace};
use crate::review::Unfinished;
use crate::shell::ReadOnly;
use crate::shell::draft_bar::{Discard, StepButtons};
use crate::shell::notices::MetLine;
use crate::shell::publish_dialog::{Findings, Refusal, core_refusal};
use crate::ui::changes::{AsJson, GroupedChanges, Under};
use crate::ui::icon::Icon;
use crate::ui::message::MessageField;
use crate::ui::refusals::Refusals;
use crate::ui::rich::count;
use crate::ui::time::Ago;
use crate::ui::{Bones, Busy};

/// Which version the draft began with, who published that, and how long ago.
#[component]
fn Began() -> impl IntoView {
    let workspace = workspace();
    let record = RwSignal::new(None);
    let version = Memo::new(move |_| workspace.base.read().as_ref().map(|base| base.version).unwrap_or_default());
    Effect::new(move |_| {
        let version = version.get();
        let known = workspace.records.get().and_then(Result::ok);
        let known = known.and_then(|records| records.iter().find(|record| record.version == version).cloned());
        if known.is_some() {
            record.set(known);
        } else if workspace.records.read_untracked().is_some() {
            // A draft that lay for long began with a version that is not among the newest.
            spawn_local(async move {
                if let Ok(found) = workspace.api.record(&workspace.environment.get_untracked(), version).await {
                    record.try_set(Some(found));
                }
            });
        }
    });
    view! {
        <p class="lead">
            {move || format!("{} on top of version {}", count(workspace.changes.read().len(), "change", "changes"), version.get())}
            {move || record.get().filter(|record| record.version == version.get()).map(|record| view! { ", published "<Ago at=record.at />" by "{record.by} })}
            ". Nothing is live until you publish."
        </p>
    }
}

/// The page of a draft that clashes with nothing.
#[component]
pub(super) fn Draft() -> impl IntoView {
    let workspace = workspace();
    let navigation = expect_context::<Navigation>();
    let review = RwSignal::new(None::<Result<Reviewed, Failure>>);
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<Failure>);
    let asking = RwSignal::new(false);
    Effect::new(move |_| {
        let Some(document) = workspace.document() else { return };
        review.set(None);
        failure.set(None);
        spawn_local(async move {
            let outcome = workspace.review(&document).await;
            let live = workspace.live.get_untracked().map(|live| live.version);
            if outcome.as_ref().is_ok_and(|review| Some(review.version) != live) {
                // The node knows of a newer version.
                workspace.look().await;
            }
            // Only if it still is about what is on the draft.
            if workspace.read.get_untracked().is_some_and(|read| Arc::ptr_eq(&read.document, &document)) {
                review.try_set(Some(outcome));
            }
        });
    });
    let reviewed = move || review.read().as_ref().and_then(|review| review.as_ref().ok()).cloned();
    // Until the node has said who may, core says what this person may not.
    let barring = Memo::new(move |_| match reviewed() {
        Some(review) => review.refusals,
        None => {
            workspace.document().map(|document| workspace.refused(&document)).unwrap_or_default().into_iter().map(core_refusal).collect()
        }
    });
    let refused = move || {
        workspace.read.read().as_ref().is_some_and(Reading::has_errors)
            || !barring.read().is_empty()
            || reviewed().is_some_and(|review| {
                !review.publishable && review.version == workspace.base.read().as_ref().map_or(0, |base| base.version)
            })
    };
    let barred = move || busy.get() || refused() || workspace.message.read().trim().is_empty() || !workspace.may_publish();
    let publish = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if barred() {
            return;
        }
        busy.set(true);
        failure.set(None);
        let environment = workspace.environment.get_untracked();
        spawn_local(async move {
            match workspace.publish_draft().await {
                Ok(_) => navigation.go(&Page::Overview.href(&environment)),
                Err(error) => {
                    // Where somebody was faster, the page itself shows what became of it.
                    let told = error.status() == Some(412)
                        && (workspace.met.read_untracked().is_some() || workspace.clashing.read_untracked().is_some());
                    failure.try_set(Some(error).filter(|_| !told));
                    busy.try_set(false);
                }
            }
        });
    };
    view! {
        <div class="page-head">
            <div><h1>"Review"</h1><Began /></div>
            <div class="actions"><StepButtons /></div>
        </div>
        <ReadOnly />
        <MetLine />
        <Unfinished />
        <div class="split">
            <section class="section">
                <h2>"What changes"</h2>
                <div class="card pad section gap">{move || view! { <GroupedChanges changes=workspace.changes.get() under=under(barring.get(), reviewed().is_none()) /> }}</div>
            </section>
            <div class="section gap">
                <div class="section">
                    {move || match review.get() {
                        None => view! { <h2>"Checks"</h2><Bones lines=3 /> }.into_any(),
                        Some(review) => view! { <Findings review heading=true /> }.into_any(),
                    }}
                </div>
                <form class="card pad section" on:submit=publish>
                    <MessageField message=workspace.message />
                    {move || failure.get().map(|failure| view! { <Refusal failure /> })}
                    {move || {
                        let number = barring.read().len();
                        (number > 0).then(|| view! {
                            <div class="callout warn"><Icon name="lock" /><div>
                                <p>{match number {
                                    1 => "One of these changes is not yours to make. It is marked: take it out, or ask somebody who may.".to_owned(),
                                    _ => format!("{number} of these changes are not yours to make. They are marked: take them out, or ask somebody who may."),
                                }}</p>
                            </div></div>
                        })
                    }}
                    {move || busy.get().then(|| view! { <Busy what="Publishing" /> })}
                    <div class="actions">
                        <button type="submit" class="button primary" disabled=barred>"Publish"</button>
                        <button type="button" class="button quiet" on:click=move |_| asking.set(true)>"Discard draft"</button>
                    </div>
                </form>
                <p class="small"><a href=move || workspace.href(&Page::Flags)>"Go on editing"</a></p>
            </div>
        </div>
        {move || asking.get().then(|| view! { <Discard close=Callback::new(move |()| asking.set(false)) /> })}
    }
}

/// What stands under a change: why this person may not make it, its JSON, and the way out of the draft.
fn under(barring: Vec<Barred>, own: bool) -> Under {
    let workspace = workspace();
    Arc::new(move |told: &Told| {
        let is_this = |refusal: &&Barred| refusal.change.as_ref().is_some_and(|change| change.change == told.change);
        let refused: Vec<Barred> = barring.iter().filter(is_this).cloned().collect();
        let sides = vec![("Before", told.change.from.clone()), ("After", told.change.to.clone())];
        let label = format!("Take out: {}", plain(&told.sentence));
        let taken = told.clone();
        view! {
            {(!refused.is_empty()).then(|| view! { <div class="barred-why"><Refusals refusals=refused own /></div> })}
            <div class="change-foot">
                <AsJson sides />
                <button type="button" class="button small quiet" aria-label=label on:click=move |_| workspace.take_out(&taken)>"Take out"</button>
            </div>
        }
        .into_any()
    })
}
