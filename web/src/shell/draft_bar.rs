//! The bar that says that there are edits which nobody has published yet.

use leptos::prelude::*;

use crate::app::route::Page;
use crate::draft::workspace;
use crate::ui::changes::Changes;
use crate::ui::dialog::Dialog;
use crate::ui::rich::count;

/// Shown on every page but the review itself.
#[component]
pub(super) fn DraftBar(page: Memo<Option<Page>>) -> impl IntoView {
    let workspace = workspace();
    let asking = RwSignal::new(false);
    let changes = move || workspace.changes.read().len();
    let shown = Memo::new(move |_| (changes() > 0 || !workspace.left_behind.read().is_empty()) && page.get() != Some(Page::Review));
    view! {
        {move || shown.get().then(|| view! {
            <div class="draft-bar" role="region" aria-label="Draft">
                <span>{move || count(changes(), "change in your draft", "changes in your draft")}</span>
                <span class="actions">
                    <button type="button" class="button small" on:click=move |_| asking.set(true)>"Discard"</button>
                    <a class="button small primary" href=move || workspace.href(&Page::Review)>"Review"</a>
                </span>
            </div>
        })}
        {move || asking.get().then(|| view! { <Discard close=Callback::new(move |()| asking.set(false)) /> })}
    }
}

/// Asks before a draft is thrown away.
#[component]
pub(crate) fn Discard(close: Callback<()>) -> impl IntoView {
    let workspace = workspace();
    view! {
        <Dialog title="Discard your draft?" close>
            <div class="dialog-body">
                <p>"These changes exist only in this browser. Nothing that is live changes."</p>
                <Changes changes=workspace.changes.get_untracked() />
            </div>
            <div class="dialog-foot">
                <button type="button" class="button" on:click=move |_| close.run(())>"Keep it"</button>
                <button type="button" class="button danger primary" on:click=move |_| { workspace.discard(); close.run(()); }>"Discard"</button>
            </div>
        </Dialog>
    }
}
