//! A native modal dialog: the browser keeps the focus in it, closes it on Escape and gives the focus back.

use leptos::ev;
use leptos::html::Dialog as DialogElement;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use crate::ui::icon::Icon;

/// A dialog that is open while it is on the page: wrap it in what decides that.
#[component]
pub(crate) fn Dialog(
    /// Its heading, which is its name.
    #[prop(into)]
    title: String,
    /// Whether it stands at the page's edge, as high as the page.
    #[prop(optional)]
    drawer: bool,
    /// Whether it has more in it than fits a narrow one.
    #[prop(optional)]
    wide: bool,
    /// Called when the person closes it, by whichever way.
    #[prop(into)]
    close: Callback<()>,
    children: Children,
) -> impl IntoView {
    let element: NodeRef<DialogElement> = NodeRef::new();
    // Taking the element off the page does not give the focus back, as closing it would.
    let before = StoredValue::new_local(document().active_element());
    on_cleanup(move || {
        let back = before.try_get_value().flatten().and_then(|before| before.dyn_into::<web_sys::HtmlElement>().ok());
        // On the next turn: as long as the dialog is on the page, what is behind it takes no focus.
        request_animation_frame(move || {
            if let Some(back) = back.filter(|back| back.is_connected()) {
                let _ = back.focus();
            }
        });
    });
    Effect::new(move |_| {
        if let Some(dialog) = element.get() {
            // On the next turn: an element that is not yet on the page cannot be shown.
            request_animation_frame(move || {
                if !dialog.open() {
                    let _ = dialog.show_modal();
                }
            });
        }
    });
    let cancel = move |event: ev::Event| {
        event.prevent_default();
        close.run(());
    };
    // A press on the dialog element itself is one on its backdrop: everything within is in the inner box.
    let press = move |event: ev::MouseEvent| {
        let on_backdrop = event
            .target()
            .zip(element.get_untracked())
            .is_some_and(|(target, dialog)| target.dyn_ref::<web_sys::Element>().is_some_and(|target| target.is_same_node(Some(&dialog))));
        if on_backdrop {
            close.run(());
        }
    };
    let heading = title.clone();
    view! {
        <dialog node_ref=element class="dialog" class:drawer=drawer class:wide=wide aria-label=title on:cancel=cancel on:mousedown=press>
            <div>
                <div class="dialog-head">
                    <h2>{heading}</h2>
                    <button type="button" class="button quiet icon" aria-label="Close" on:click=move |_| close.run(())><Icon name="close" /></button>
                </div>
                {children()}
            </div>
        </dialog>
    }
}

/// A dialog that asks for something, and goes on with it.
#[component]
pub(crate) fn FormDialog(
    #[prop(into)] title: String,
    #[prop(optional)] wide: bool,
    close: Callback<()>,
    /// Whether what is asked for is not there yet.
    #[prop(into)]
    barred: Signal<bool>,
    /// The word on the button that goes on.
    #[prop(default = "Continue")]
    word: &'static str,
    /// What stands at the other end of its foot.
    #[prop(optional, into)]
    left: ViewFn,
    /// Called when somebody goes on, and nothing bars it.
    #[prop(into)]
    go_on: Callback<()>,
    children: Children,
) -> impl IntoView {
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if !barred.get_untracked() {
            go_on.run(());
        }
    };
    view! {
        <Dialog title close wide>
            <form class="dialog-form" on:submit=submit>
                <div class="dialog-body">{children()}</div>
                <div class="dialog-foot">
                    {left.run()}
                    <button type="button" class="button" on:click=move |_| close.run(())>"Cancel"</button>
                    <button type="submit" class="button primary" disabled=move || barred.get()>{word}</button>
                </div>
            </form>
        </Dialog>
    }
}
