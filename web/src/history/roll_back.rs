//! Going back to a version: its document is published anew, as the next version.

use halyard_edge::wire::Told;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::Failure;
use crate::draft::workspace;
use crate::shell::publish_dialog::Refusal;
use crate::ui::changes::GroupedChanges;
use crate::ui::dialog::Dialog;
use crate::ui::icon::Icon;
use crate::ui::{Bones, Busy};

/// Asks, in words, before it is done.
#[component]
pub(super) fn RollBackDialog(version: u64, #[prop(into)] close: Callback<()>) -> impl IntoView {
    let workspace = workspace();
    let base = workspace.base.get_untracked();
    let live = base.as_ref().map(|base| base.version).unwrap_or_default();
    let environment = workspace.environment.get_untracked();
    let changes = RwSignal::new(None::<Result<Vec<Told>, Failure>>);
    let message = RwSignal::new(format!("Roll back to version {version}"));
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<Failure>);
    {
        let environment = environment.clone();
        spawn_local(async move {
            let outcome = workspace.api.diff(&environment, live, version).await;
            changes.try_set(Some(outcome));
        });
    }
    let roll_back = move |_| {
        let (Some(base), environment) = (base.clone(), environment.clone()) else { return };
        busy.set(true);
        failure.set(None);
        spawn_local(async move {
            match workspace.api.roll_back(&environment, &base.etag, version, message.get_untracked().trim().to_owned()).await {
                Ok(published) => {
                    workspace.toasts.good(format!("Version {} is live: it is version {version} again.", published.version));
                    workspace.look().await;
                    close.run(());
                }
                Err(error) => {
                    failure.try_set(Some(error));
                    busy.try_set(false);
                }
            }
        });
    };
    let drafted = !workspace.changes.read_untracked().is_empty();
    view! {
        <Dialog title=format!("Roll back to version {version}") close=move |()| if !busy.get_untracked() { close.run(()) }>
            <div class="dialog-body">
                <p>{format!("The document of version {version} is published again, as version {}. Versions never go back, so this can be undone the same way.", live + 1)}</p>
                <section class="section">
                    <h3>"What changes"</h3>
                    {move || match changes.get() {
                        None => view! { <Bones lines=3 /> }.into_any(),
                        Some(Ok(changes)) if changes.is_empty() => view! { <p class="soft">"Nothing: what is live says the same."</p> }.into_any(),
                        Some(Ok(changes)) => view! { <GroupedChanges changes /> }.into_any(),
                        Some(Err(failure)) => view! { <p class="bad-ink" role="alert">{failure.to_string()}</p> }.into_any(),
                    }}
                </section>
                {drafted.then(|| view! { <div class="callout"><Icon name="note" /><div><p>"Your draft is kept. You can put it onto the new version afterwards."</p></div></div> })}
                <div class="field">
                    <label for="message">"Message for the history"</label>
                    <textarea id="message" class="text" rows="2" prop:value=move || message.get() on:input=move |event| message.set(event_target_value(&event))></textarea>
                </div>
                {move || failure.get().map(|failure| view! { <Refusal failure /> })}
                {move || busy.get().then(|| view! { <Busy what="Publishing" /> })}
            </div>
            <div class="dialog-foot">
                <button type="button" class="button" disabled=move || busy.get() on:click=move |_| close.run(())>"Cancel"</button>
                <button type="button" class="button danger primary" disabled=move || busy.get() || message.read().trim().is_empty() on:click=roll_back>"Roll back"</button>
            </div>
        </Dialog>
    }
}
