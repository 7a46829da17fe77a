//! Who is signed in, and how the app looks to them.

use leptos::html::Details;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use crate::api::Api;
use crate::app::route::{Navigation, Page};
use crate::draft::workspace;
use crate::session::sign_out;
use crate::ui::icon::Icon;

const THEME: &str = "halyard-theme";

fn is_dark() -> bool {
    match document().document_element().and_then(|root| root.get_attribute("data-theme")).as_deref() {
        Some("dark") => true,
        Some(_) => false,
        None => window().match_media("(prefers-color-scheme: dark)").ok().flatten().is_some_and(|query| query.matches()),
    }
}

/// Changes between light and dark. Until it is used, the system's choice holds.
#[component]
pub(super) fn ThemeButton() -> impl IntoView {
    let dark = RwSignal::new(is_dark());
    let change = move |_| {
        dark.update(|dark| *dark = !*dark);
        let theme = if dark.get_untracked() { "dark" } else { "light" };
        if let Some(root) = document().document_element() {
            let _ = root.set_attribute("data-theme", theme);
        }
        if let Ok(Some(storage)) = window().local_storage() {
            let _ = storage.set_item(THEME, theme);
        }
    };
    view! {
        <button type="button" class="button quiet icon" on:click=change
            aria-label=move || if dark.get() { "Use the light theme" } else { "Use the dark theme" }>
            {move || if dark.get() { view! { <Icon name="sun" /> } } else { view! { <Icon name="moon" /> } }}
        </button>
    }
}

fn initials(name: &str) -> String {
    name.split_whitespace().filter_map(|word| word.chars().next()).take(2).flat_map(char::to_uppercase).collect()
}

/// Who I am, and the way out. On a phone it also leads to the pages that have no tab.
#[component]
pub(super) fn Account() -> impl IntoView {
    let api = expect_context::<Api>();
    let navigation = expect_context::<Navigation>();
    let workspace = workspace();
    let menu: NodeRef<Details> = NodeRef::new();
    // A menu closes when something in it was chosen, when anything else is pressed, and on Escape.
    let shut = move || {
        if let Some(menu) = menu.get_untracked() {
            let _ = menu.remove_attribute("open");
        }
    };
    let press = window_event_listener(leptos::ev::click, move |event| {
        let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        if target.is_some_and(|target| target.closest(".menu > summary").ok().flatten().is_none()) {
            shut();
        }
    });
    let escape = window_event_listener(leptos::ev::keydown, move |event| {
        if event.key() == "Escape" {
            shut();
        }
    });
    on_cleanup(move || {
        press.remove();
        escape.remove();
    });
    let person = move || api.session.read().person().cloned();
    view! {
        <details class="menu" node_ref=menu>
            <summary class="avatar" data-initials=move || person().map(|person| initials(&person.name)) aria-label=move || person().map(|person| format!("Account of {}", person.name))>
            </summary>
            <div>
                <p><strong>{move || person().map(|person| person.name)}</strong><br /><span class="small muted">{move || person().map(|person| person.person)}</span></p>
                <a class="button quiet" href=move || workspace.href(&Page::KillSwitches)><Icon name="power" />"Kill switches page"</a>
                <a class="button quiet" href=move || workspace.href(&Page::Segments)><Icon name="people" />"Segments"</a>
                <a class="button quiet" href=move || workspace.href(&Page::Plans)><Icon name="plan" />"Plans"</a>
                <a class="button quiet" href=move || workspace.href(&Page::Scenarios)><Icon name="good" />"Scenarios"</a>
                <a class="button quiet" href="/project/people"><Icon name="role" />"People and project"</a>
                <button type="button" class="button quiet" on:click=move |_| sign_out(api, navigation)><Icon name="chevron" />"Sign out"</button>
            </div>
        </details>
    }
}
