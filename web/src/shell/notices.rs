//! What concerns the whole app just now: no way to the node, or somebody else's newer version.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::draft::{Rebased, workspace};
use crate::ui::icon::Icon;
use crate::ui::rich::count;

/// Lines under the bar at the top.
#[component]
pub(super) fn Notices() -> impl IntoView {
    let workspace = workspace();
    view! {
        <div role="status">
            {move || (!workspace.api.reachable.get() && workspace.base.read().is_some()).then(|| view! {
                <div class="notice warn"><Icon name="anchor" size=16 />"The node cannot be reached. You see what was live when it last answered; your draft is safe in this browser."</div>
            })}
            {move || workspace.newer.get().map(|newer| view! {
                <div class="notice">
                    <Icon name="note" size=16 />
                    {match newer.by {
                        Some(by) => format!("Version {} was published by {by} while you were editing.", newer.version),
                        None => format!("Version {} was published while you were editing.", newer.version),
                    }}
                    <RebaseButton version=newer.version />
                </div>
            })}
        </div>
    }
}

/// Brings the draft onto the newest version; where there is none, just goes on with that version.
#[component]
pub(crate) fn RebaseButton(version: u64) -> impl IntoView {
    let workspace = workspace();
    let drafted = !workspace.is_clean();
    let busy = RwSignal::new(false);
    let rebase = move |_| {
        busy.set(true);
        spawn_local(async move {
            match workspace.rebase().await {
                Ok(Rebased::Clean(_)) if !drafted => {}
                Ok(Rebased::Clean(version)) => workspace.toasts.good(format!("Your draft is now on version {version}.")),
                Ok(Rebased::Partly(version, left)) => workspace.toasts.bad(format!(
                    "Your draft is now on version {version}, but {} not fit it. The review lists what was left behind.",
                    count(left, "change does", "changes do"),
                )),
                Err(failure) => workspace.toasts.bad(failure.to_string()),
            }
            busy.try_set(false);
        });
    };
    view! {
        <button type="button" class="button small" disabled=move || busy.get() on:click=rebase>
            {if drafted { format!("Put my draft onto version {version}") } else { format!("Go on with version {version}") }}
        </button>
    }
}
