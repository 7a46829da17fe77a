//! The kill switches, from anywhere: one click opens this panel, the second switches.

use leptos::prelude::*;

use crate::app::route::Page;
use crate::draft::workspace;
use crate::kill_switches::SwitchRows;
use crate::ui::dialog::Dialog;

/// The panel at the page's edge.
#[component]
pub(super) fn KillPanel(#[prop(into)] close: Callback<()>) -> impl IntoView {
    let workspace = workspace();
    // The confirmation takes this panel's place.
    Effect::new(move |_| {
        if workspace.proposal.read().is_some() {
            close.run(());
        }
    });
    view! {
        <Dialog title="Kill switches" drawer=true close>
            <div class="dialog-body">
                <p class="soft">"Turning one off asks once, then reaches every node within seconds."</p>
                <SwitchRows />
                <p><a href=workspace.href(&Page::KillSwitches) on:click=move |_| close.run(())>"What each one does, and who turned it last"</a></p>
            </div>
        </Dialog>
    }
}
