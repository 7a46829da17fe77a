//! The bar that says that there are edits which nobody has published yet, and undoes them.

use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use crate::app::route::Page;
use crate::draft::{plain, workspace};
use crate::ui::changes::Changes;
use crate::ui::dialog::Dialog;
use crate::ui::icon::Icon;
use crate::ui::rich::count;

/// Shown on every page but the review itself.
#[component]
pub(super) fn DraftBar(page: Memo<Option<Page>>) -> impl IntoView {
    let workspace = workspace();
    let asking = RwSignal::new(false);
    let changes = move || workspace.changes.read().len();
    let steps = Memo::new(move |_| {
        let steps = workspace.steps.read();
        steps.undoes().is_some() || steps.redoes().is_some()
    });
    let shown = Memo::new(move |_| page.get().is_some() && page.get() != Some(Page::Review) && (changes() > 0 || steps.get()));
    let keys = window_event_listener(ev::keydown, move |event| {
        let modified = (event.ctrl_key() || event.meta_key()) && !event.alt_key();
        let key = event.key().to_lowercase();
        if !modified || !matches!(key.as_str(), "z" | "y") || undoes_by_itself(&event) {
            return;
        }
        event.prevent_default();
        if key == "y" || event.shift_key() { workspace.redo() } else { workspace.undo() }
    });
    on_cleanup(move || keys.remove());
    view! {
        {move || shown.get().then(|| view! {
            <div class="draft-bar" role="region" aria-label="Draft">
                <span role="status">{move || match changes() {
                    0 => view! { "Your draft is empty" }.into_any(),
                    changes => view! { {count(changes, "change", "changes")}<span class="wide">" in your draft"</span> }.into_any(),
                }}</span>
                <span class="actions">
                    <StepButtons />
                    {move || if changes() > 0 {
                        view! {
                            <button type="button" class="button small" on:click=move |_| asking.set(true)>"Discard"</button>
                            <a class="button small primary" href=move || workspace.href(&Page::Review)>{move || if workspace.clashing.read().is_some() { "Settle conflict" } else { "Review" }}</a>
                        }.into_any()
                    } else {
                        view! { <button type="button" class="button small icon" aria-label="Close" on:click=move |_| workspace.forget_steps()><Icon name="close" size=16 /></button> }.into_any()
                    }}
                </span>
            </div>
        })}
        {move || asking.get().then(|| view! { <Discard close=Callback::new(move |()| asking.set(false)) /> })}
    }
}

/// Whether the key was pressed where undo is the browser's own: in a text, or in a dialog.
fn undoes_by_itself(event: &ev::KeyboardEvent) -> bool {
    let Some(target) = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok()) else { return false };
    let is_text = match target.tag_name().as_str() {
        "TEXTAREA" | "SELECT" => true,
        "INPUT" => !matches!(target.get_attribute("type").as_deref(), Some("checkbox" | "radio" | "button" | "submit")),
        _ => false,
    };
    is_text || target.closest("dialog").ok().flatten().is_some()
}

/// Undo and redo, with what each would do in words.
#[component]
pub(crate) fn StepButtons() -> impl IntoView {
    let workspace = workspace();
    let undoes = Memo::new(move |_| workspace.steps.read().undoes().map(plain));
    let redoes = Memo::new(move |_| workspace.steps.read().redoes().map(plain));
    // The buttons stay, and keep the focus, while what they would do changes.
    let can_undo = Memo::new(move |_| undoes.read().is_some());
    let can_redo = Memo::new(move |_| redoes.read().is_some());
    view! {
        {move || can_undo.get().then(|| view! {
            <button type="button" class="button small step" title=move || undoes.get() on:click=move |_| workspace.undo()>
                <Icon name="undo" size=16 /><span class="verb">"Undo"</span><span class="sr">": "</span><span class="words">{move || undoes.get()}</span>
            </button>
        })}
        {move || can_redo.get().then(|| view! {
            <button type="button" class="button small step" title=move || redoes.get() on:click=move |_| workspace.redo()>
                <Icon name="redo" size=16 /><span class="verb">"Redo"</span><span class="sr">": "{move || redoes.get()}</span>
            </button>
        })}
    }
}

/// Asks before a draft is thrown away.
#[component]
pub(crate) fn Discard(close: Callback<()>) -> impl IntoView {
    let workspace = workspace();
    view! {
        <Dialog title="Discard your draft?" close>
            <div class="dialog-body">
                <p>"These changes exist only in this browser. Nothing that is live changes. Undo brings them back for as long as this page is open."</p>
                <Changes changes=workspace.changes.get_untracked() />
            </div>
            <div class="dialog-foot">
                <button type="button" class="button" on:click=move |_| close.run(())>"Keep it"</button>
                <button type="button" class="button danger primary" on:click=move |_| { workspace.discard(); close.run(()); }>"Discard"</button>
            </div>
        </Dialog>
    }
}
