//! Deleting something that nothing needs; else, what needs it.

use leptos::prelude::*;

use crate::app::route::{Navigation, Page};
use crate::draft::{Proposal, workspace};
use crate::uses::{Use, Uses};

/// The button. What is live is deleted like any other action, with its confirmation; what is only on the draft just goes.
#[component]
pub(crate) fn Delete(
    /// What it is: `flag`.
    one: &'static str,
    key: String,
    /// What would miss it.
    #[prop(into)]
    uses: Callback<(), Vec<Use>>,
    #[prop(into)] propose: Callback<(), Option<Proposal>>,
    /// Where one goes when it is not there any more.
    back: Page,
) -> impl IntoView {
    let workspace = workspace();
    let navigation = expect_context::<Navigation>();
    let missed = RwSignal::new(None::<Vec<Use>>);
    let may = move || workspace.may(&format!("{one}.delete"));
    let press = move |_| {
        let uses = untrack(|| uses.run(()));
        if !uses.is_empty() {
            missed.set(Some(uses));
            return;
        }
        missed.set(None);
        let Some(proposal) = untrack(|| propose.run(())) else { return };
        let live = workspace.live.get_untracked();
        if untrack(|| workspace.alone(&proposal)).zip(live).is_some_and(|(after, live)| after != *live.document) {
            workspace.propose(proposal);
        } else {
            workspace.edit(|document| (proposal.apply)(document));
            workspace.toasts.good("It is gone from your draft. Undo brings it back.");
            navigation.go(&back.href(&workspace.environment.get_untracked()));
        }
    };
    view! {
        {move || missed.get().map(|uses| view! { <Uses uses of=key.clone() /> })}
        {move || may().then(|| view! { <div class="actions"><button type="button" class="button small quiet danger" on:click=press.clone()>{format!("Delete this {one}")}</button></div> })}
    }
}
