//! What this person may not do here: said once on a page, and at each button that it concerns.

use leptos::prelude::*;

use crate::draft::{Proposal, workspace};
use crate::ui::icon::Icon;

/// A line over a page: that this person may only look, or that `what` on it is not theirs to change.
#[component]
pub(crate) fn ReadOnly(
    /// The kinds of change that the page is for (`flag.`), and what they are called.
    #[prop(optional)]
    of: Option<(&'static str, &'static str)>,
) -> impl IntoView {
    let workspace = workspace();
    move || {
        let roles = workspace.roles().join(" and ");
        let you = if roles.is_empty() { "You".to_owned() } else { format!("You are {roles} here: you") };
        let text = match of {
            _ if !workspace.may_publish() => format!("{you} may look at this environment, but not publish to it."),
            Some((group, what)) if !workspace.may(group) => format!("{you} may look at {what}, but not change them."),
            _ => return None,
        };
        Some(view! { <p class="callout"><Icon name="lock" /><span>{text}</span></p> })
    }
}

/// A button that proposes an action. Where this person may not do it, it says so, and pressing it says why and who may.
#[component]
pub(crate) fn ActionButton(
    class: &'static str,
    #[prop(into)] word: String,
    /// Made when it is pressed: what it says depends on the time.
    #[prop(into)]
    propose: Callback<(), Proposal>,
) -> impl IntoView {
    let workspace = workspace();
    let bars = Memo::new(move |_| workspace.bars(&propose.run(())));
    view! {
        <button type="button" class=class class:barred=move || bars.read().is_some() title=move || bars.get().map(|why| crate::draft::plain(&why))
            on:click=move |_| workspace.propose(propose.run(()))>
            {move || bars.read().is_some().then(|| view! { <Icon name="lock" size=16 /> })}{word}
            {move || bars.read().is_some().then(|| view! { <span class="sr">" (not yours to do)"</span> })}
        </button>
    }
}
