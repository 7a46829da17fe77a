//! Confirming one action: what changes, what speaks against it, why, and Publish.

use std::sync::Arc;

use halyard_core::{Document, check, diff};
use halyard_edge::wire::{self, Review, Told, Trouble};
use leptos::html::Div;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::Failure;
use crate::draft::{Proposal, Workspace, who_published, workspace};
use crate::ui::changes::Changes;
use crate::ui::dialog::Dialog;
use crate::ui::icon::Icon;
use crate::ui::message::MessageField;
use crate::ui::problems::{Problems, Scenarios};
use crate::ui::refusals::Refusals;
use crate::ui::rich::{Rich, count};
use crate::ui::{Bones, Busy};

/// The dialog of the action that waits in the workspace.
#[component]
pub(super) fn PublishDialog(proposal: Proposal) -> impl IntoView {
    let workspace = workspace();
    let proposal = Arc::new(proposal);
    let message = RwSignal::new(proposal.message.clone());
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<Failure>);
    // Somebody else was faster: who, and which version it made.
    let beaten = RwSignal::new(None::<String>);
    let close = Callback::new(move |()| {
        if !busy.get_untracked() {
            workspace.proposal.set(None);
        }
    });
    // The document with the action done; made anew when somebody else publishes.
    let target: Memo<Option<Arc<Document>>> = {
        let proposal = proposal.clone();
        Memo::new_with_compare(move |_| workspace.alone(&proposal).map(Arc::new), |_, _| true)
    };
    let changes = Memo::new(move |_| match (&*workspace.live.read(), &*target.read()) {
        (Some(live), Some(target)) => diff(&live.document, target).into_iter().map(Told::from).collect::<Vec<_>>(),
        _ => Vec::new(),
    });
    let review = RwSignal::new(None::<Result<Review, Failure>>);
    Effect::new(move |_| {
        let Some(target) = target.get() else { return };
        review.set(None);
        failure.set(None);
        spawn_local(async move {
            let outcome = workspace.review(&target).await;
            review.try_set(Some(outcome));
        });
    });

    let publish = {
        let proposal = proposal.clone();
        Callback::new(move |()| {
            let proposal = proposal.clone();
            busy.set(true);
            failure.set(None);
            spawn_local(async move {
                match workspace.publish_alone(&proposal, message.get_untracked().trim()).await {
                    Ok(_) => workspace.proposal.set(None),
                    // The dialog shows it on top of the newer version by now.
                    Err(error) if error.status() == Some(412) => {
                        beaten.try_set(Some(faster(workspace)));
                        busy.try_set(false);
                    }
                    Err(error) => {
                        failure.try_set(Some(error));
                        busy.try_set(false);
                    }
                }
            });
        })
    };
    let add = {
        let proposal = proposal.clone();
        Callback::new(move |()| {
            workspace.edit(|document| (proposal.apply)(document));
            workspace.proposal.set(None);
        })
    };
    let drafted = workspace.changes.get_untracked().len();
    let (urgent, danger) = (proposal.urgent, proposal.danger);
    let nothing = move || changes.read().is_empty();
    let refused = move || target.read().as_ref().is_some_and(|target| check::check(target).checked.is_none());
    // The node says who may; until it has, core says what this person may not.
    let barring = Memo::new(move |_| match review.get() {
        Some(Ok(review)) => review.refusals,
        _ => target.get().map(|target| workspace.refused(&target)).unwrap_or_default().into_iter().map(core_refusal).collect(),
    });
    let allowed = Memo::new(move |_| barring.read().is_empty());
    let barred = Signal::derive(move || busy.get() || nothing() || refused() || message.read().trim().is_empty() || !allowed.get());
    let alone = drafted == 0 || urgent;
    let primary = if danger { "button danger primary" } else { "button primary" };

    view! {
        <Dialog title=proposal.title.clone() close>
            <div class="dialog-body">
                {move || (!barring.read().is_empty()).then(|| view! {
                    <section class="callout bad" role="alert"><Icon name="lock" /><div><h3>"You may not do this"</h3><Refusals refusals=barring.get() bare=true own=!review.read().as_ref().is_some_and(Result::is_ok) /></div></section>
                })}
                <p><Rich text=proposal.lead.clone() /></p>
                {(!proposal.facts.is_empty()).then(|| view! {
                    <dl class="pairs">{proposal.facts.iter().map(|(term, text)| view! { <dt>{term.clone()}</dt><dd><Rich text=text.clone() /></dd> }).collect_view()}</dl>
                })}
                {proposal.warnings.iter().map(|warning| view! {
                    <div class="callout warn"><Icon name="alert" /><div><p><Rich text=warning.clone() /></p></div></div>
                }).collect_view()}
                {move || beaten.get().map(|line| view! { <div class="callout" role="alert"><Icon name="merge" /><div><p>{line}</p></div></div> })}
                <section class="section">
                    <h3>"What changes"</h3>
                    {move || if nothing() {
                        view! { <p class="soft">"Nothing: it is like this already."</p> }.into_any()
                    } else {
                        view! { <Changes changes=changes.get() /> }.into_any()
                    }}
                </section>
                {move || allowed.get().then(|| view! {
                    {move || match review.get() {
                        None => view! { <Bones lines=2 /> }.into_any(),
                        Some(review) => view! { <Findings review /> }.into_any(),
                    }}
                    {(drafted > 0).then(|| {
                        let edits = count(drafted, "unpublished change", "unpublished changes");
                        let text = if urgent {
                            format!("Your draft has {edits}. They stay in it: only this goes out.")
                        } else {
                            format!("Your draft has {edits}. This can join them, to be published together, or go out by itself.")
                        };
                        view! { <div class="callout"><Icon name="note" /><div><p>{text}</p></div></div> }
                    })}
                    <MessageField message />
                })}
                {move || failure.get().map(|failure| view! { <Refusal failure /> })}
                {move || busy.get().then(|| view! { <Busy what="Publishing" /> })}
            </div>
            <div class="dialog-foot">
                {move || if !allowed.get() {
                    view! { <button type="button" class="button primary" on:click=move |_| close.run(())>"Close"</button> }.into_any()
                } else if alone {
                    view! {
                        <button type="button" class="button" disabled=move || busy.get() on:click=move |_| close.run(())>"Cancel"</button>
                        <button type="button" class=primary disabled=move || barred.get() on:click=move |_| publish.run(())>"Publish"</button>
                    }.into_any()
                } else {
                    view! {
                        <button type="button" class="button" disabled=move || busy.get() on:click=move |_| close.run(())>"Cancel"</button>
                        <button type="button" class="button" disabled=move || barred.get() on:click=move |_| publish.run(())>"Publish this alone"</button>
                        <button type="button" class=primary disabled=move || busy.get() || nothing() on:click=move |_| add.run(())>"Add to draft"</button>
                    }.into_any()
                }}
            </div>
        </Dialog>
    }
}

/// A refusal of core's, which does not know who may.
pub(crate) fn core_refusal(refusal: halyard_core::authority::Refusal) -> wire::Refusal {
    wire::Refusal { change: Some(refusal.change.into()), flag: refusal.flag, why: refusal.why, ..wire::Refusal::default() }
}

/// Who was faster than this action, which is shown on top of theirs by now.
fn faster(workspace: Workspace) -> String {
    let me = workspace.api.session.get_untracked().person().map(|session| session.person.clone()).unwrap_or_default();
    let live = workspace.live.get_untracked().map(|live| live.version).unwrap_or_default();
    let records = workspace.records.get_untracked().and_then(Result::ok).unwrap_or_default();
    let newest: Vec<_> = records.iter().filter(|record| record.version == live).cloned().collect();
    format!(
        "{}. Nothing of yours was published yet: this is on top of theirs now. Look again, and publish.",
        who_published(&newest, live, &me)
    )
}

/// What the node thinks of a document: problems that matter to this publish, and scenarios.
#[component]
pub(crate) fn Findings(review: Result<Review, Failure>, #[prop(optional)] heading: bool) -> impl IntoView {
    match review {
        Ok(review) => {
            let (errors, warnings): (Vec<_>, Vec<_>) = review.problems.into_iter().partition(|problem| problem.is_error());
            let scenarios = review.scenarios;
            // Scenarios are not run over what cannot be evaluated.
            let unread = !errors.is_empty();
            view! {
                {(!errors.is_empty()).then(|| view! { <section class="section"><h3>"This cannot be published yet"</h3><Problems problems=errors places=true /></section> })}
                <section class="section">
                    {if heading { view! { <h2>"Checks"</h2> }.into_any() } else { view! { <h3>"Checks"</h3> }.into_any() }}
                    {(!warnings.is_empty() || scenarios.is_empty()).then(|| view! { <ul class="lines">
                        {(!warnings.is_empty()).then(|| view! {
                            <li>
                                <span class="warn-ink"><Icon name="alert" /></span>
                                <details class="fold">
                                    <summary>{count(warnings.len(), "warning that stops nothing", "warnings that stop nothing")}</summary>
                                    <Problems problems=warnings.clone() places=true />
                                </details>
                            </li>
                        })}
                        {(scenarios.is_empty() && !unread).then(|| view! { <li><span class="muted"><Icon name="note" /></span><span class="soft">"There are no scenarios that could fail."</span></li> })}
                    </ul> })}
                    {(!scenarios.is_empty()).then(|| view! { <Scenarios results=scenarios /> })}
                </section>
            }.into_any()
        }
        Err(failure) => view! {
            <div class="callout warn"><Icon name="alert" /><div><p>"The node could not check this beforehand: "{failure.to_string()}</p></div></div>
        }.into_any(),
    }
}

/// Why a publish did not happen, and what to do about it. Nothing that was typed is lost.
#[component]
pub(crate) fn Refusal(failure: Failure) -> impl IntoView {
    let note: NodeRef<Div> = NodeRef::new();
    Effect::new(move |_| {
        if let Some(note) = note.get() {
            request_animation_frame(move || note.scroll_into_view());
        }
    });
    match failure.trouble().cloned() {
        Some(Trouble { status: 412, version, changes, .. }) => view! {
            <div node_ref=note class="callout warn" role="alert"><Icon name="alert" /><div>
                <p><strong>{match version {
                    Some(version) => format!("Somebody else was first: version {version} is live now."),
                    None => "Somebody else was first.".to_owned(),
                }}</strong>" Nothing was published."</p>
                {(!changes.is_empty()).then(|| view! { <p>"It changed:"</p><Changes changes /> })}
            </div></div>
        }.into_any(),
        Some(trouble) => view! {
            <div node_ref=note class="callout bad" role="alert"><Icon name="error" /><div>
                <p><strong>"The node refused this."</strong>" "{failure.to_string()}</p>
                {(!trouble.refusals.is_empty()).then(|| view! { <Refusals refusals=trouble.refusals changes=true /> })}
                {(!trouble.problems.is_empty()).then(|| view! { <Problems problems=trouble.problems places=true /> })}
                {(!trouble.scenarios.is_empty()).then(|| view! { <Scenarios results=trouble.scenarios /> })}
            </div></div>
        }.into_any(),
        None => view! {
            <div node_ref=note class="callout bad" role="alert"><Icon name="error" /><div>
                <p><strong>{failure.to_string()}</strong></p>
                <p>"Nobody knows yet whether it was published. Trying again is safe: it will not be published twice, and nothing that you typed is lost."</p>
            </div></div>
        }.into_any(),
    }
}
