//! Confirming an action: what changes, what speaks against it, why, and Publish.

use halyard_edge::wire::{Edit, Review};
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::{Api, Failure, Subject};
use crate::history::Edits;
use crate::project::space::{Action, Outcome, space};
use crate::shell::publish_dialog::Refusal;
use crate::ui::dialog::Dialog;
use crate::ui::icon::Icon;
use crate::ui::message::MessageField;
use crate::ui::problems::Problems;
use crate::ui::refusals::Refusals;
use crate::ui::rich::Rich;
use crate::ui::{Bones, Busy};

/// The dialog of the action that waits.
#[component]
pub(crate) fn ActionDialog(action: Action) -> impl IntoView {
    let space = space();
    let api = expect_context::<Api>();
    let message = RwSignal::new(action.message.clone());
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<Failure>);
    let overtaken = RwSignal::new(None::<(u64, Vec<Edit>)>);
    let review = RwSignal::new(None::<Result<Review<Edit>, Failure>>);
    let close = Callback::new(move |()| {
        if !busy.get_untracked() {
            space.action.set(None);
        }
    });
    let action = StoredValue::new(action);
    // The project as the person knew it when they decided.
    let seen = StoredValue::new(space.shown.get_untracked());
    // What the node says of it; asked again when somebody else publishes.
    Effect::new(move |_| {
        let Some(project) = action.with_value(|action| space.with(action)) else { return };
        review.set(None);
        spawn_local(async move {
            let outcome = api.check_project(project.canonical()).await;
            review.try_set(Some(outcome));
        });
    });
    let publish = move |_| {
        busy.set(true);
        failure.set(None);
        overtaken.set(None);
        spawn_local(async move {
            let doing = action.get_value();
            let Some(known) = seen.get_value() else { return };
            let outcome = space.publish(&doing, &known, message.get_untracked().trim()).await;
            busy.try_set(false);
            match outcome {
                Ok(Outcome::Done) => {
                    space.action.set(None);
                    space.made.set(doing.made);
                    if let Some(done) = doing.done {
                        done.run(());
                    }
                }
                Ok(Outcome::Overtaken(version, edits)) => {
                    // From here on they know.
                    seen.try_update_value(|seen| *seen = space.newest());
                    overtaken.try_set(Some((version, edits)));
                }
                Err(error) => {
                    failure.try_set(Some(error));
                }
            }
        });
    };
    let allowed = move || match &*review.read() {
        Some(Ok(review)) => review.publishable && !review.changes.is_empty(),
        // The node could not say beforehand: it will when it is asked to publish.
        Some(Err(_)) => true,
        None => false,
    };
    let barred = move || busy.get() || !allowed() || message.read().trim().is_empty();
    let Action { title, lead, warnings, danger, .. } = action.get_value();
    view! {
        <Dialog title close>
            <div class="dialog-body">
                <p><Rich text=lead /></p>
                {warnings.into_iter().map(|warning| view! {
                    <div class="callout warn"><Icon name="alert" /><div><p><Rich text=warning /></p></div></div>
                }).collect_view()}
                {move || overtaken.get().map(|(version, edits)| view! {
                    <div class="callout warn" role="alert"><Icon name="alert" /><div class="section tight">
                        <p><strong>{format!("Somebody changed the same thing: version {version} is live now.")}</strong></p>
                        {(!edits.is_empty()).then(|| view! { <Edits edits subject=Subject::Project /> })}
                        <p>"Nothing of yours was published. Below is what it would change now, on top of theirs. Look again."</p>
                    </div></div>
                })}
                <section class="section">
                    <h3>"What changes"</h3>
                    {move || match review.get() {
                        None => view! { <Bones lines=2 /> }.into_any(),
                        Some(Ok(review)) => view! { <Reviewed review /> }.into_any(),
                        Some(Err(failure)) => view! {
                            <div class="callout warn"><Icon name="alert" /><div><p>"The node could not check this beforehand: "{failure.to_string()}</p></div></div>
                        }.into_any(),
                    }}
                </section>
                <MessageField message />
                {move || failure.get().map(|failure| view! { <Refusal failure /> })}
                {move || busy.get().then(|| view! { <Busy what="Publishing" /> })}
            </div>
            <div class="dialog-foot">
                <button type="button" class="button" disabled=move || busy.get() on:click=move |_| close.run(())>"Cancel"</button>
                <button type="button" class=if danger { "button danger primary" } else { "button primary" } disabled=barred on:click=publish>"Publish"</button>
            </div>
        </Dialog>
    }
}

/// What the node says beforehand.
#[component]
fn Reviewed(review: Review<Edit>) -> impl IntoView {
    let nothing = review.changes.is_empty() && review.problems.is_empty();
    view! {
        {nothing.then(|| view! { <p class="soft">"Nothing: it is like this already."</p> })}
        {(!review.refusals.is_empty()).then(|| view! { <div role="alert"><p><strong>"You may not do this"</strong></p><Refusals refusals=review.refusals.clone() /></div> })}
        {(!review.problems.is_empty()).then(|| view! { <Problems problems=review.problems.clone() places=true /> })}
        <Edits edits=review.changes subject=Subject::Project />
    }
}
