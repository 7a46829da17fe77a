//! The frame around every page of an environment.

mod account;
mod delete;
pub(crate) mod draft_bar;
mod nav;
pub(crate) mod notices;
mod panel;
pub(crate) mod publish_dialog;
mod read_only;

use std::sync::Arc;

use halyard_core::Document;
use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use crate::api::{Api, Failure, Subject};
use crate::app::route::{Navigation, Page, Place, ProjectPage};
use crate::draft::{Workspace, workspace};
use crate::flags::{list::Flags, page::FlagPage};
use crate::history::{compare::Compare, list::History, version::VersionPage};
use crate::kill_switches::KillSwitches;
use crate::overview::Overview;
use crate::project;
use crate::releases::{list::Releases, page::ReleasePage};
use crate::review::Review;
use crate::shelf::{ShelfPage, plans::PLANS, scenarios::SCENARIOS, segments::SEGMENTS};
use crate::ui::page::set_title;
use crate::ui::{Bones, Empty};

pub(crate) use delete::Delete;
pub(crate) use read_only::{ActionButton, ReadOnly};

const LAST: &str = "halyard-environment";

/// Keeps in mind which environment was looked at last.
pub(crate) fn remember(environment: &str) {
    if let Ok(Some(storage)) = window().local_storage() {
        let _ = storage.set_item(LAST, environment);
    }
}

/// Where `/` leads: the environment that was looked at last, else the first.
pub(crate) fn home(api: Api) -> Option<String> {
    let session = api.session.get_untracked();
    let environments = &session.person()?.environments;
    let last = window().local_storage().ok().flatten().and_then(|storage| storage.get_item(LAST).ok().flatten());
    let known = last.filter(|last| environments.iter().any(|environment| environment.key == *last));
    Some(known.unwrap_or(environments.first()?.key.clone()))
}

/// The frame, and in it the page that the address asks for.
#[component]
pub(crate) fn Shell() -> impl IntoView {
    let api = expect_context::<Api>();
    let navigation = expect_context::<Navigation>();
    let place = navigation.place();
    Effect::new(move |_| {
        if let (Place::Home, Some(environment)) = (place.get(), home(api)) {
            navigation.go(&Page::Overview.href(&environment));
        }
    });
    let workspace = Workspace::start();
    provide_context(workspace);
    provide_context(project::Space::new());
    let project_page = Memo::new(move |_| if let Place::Project(page) = place.get() { Some(page) } else { None });
    let page = Memo::new(move |_| match place.get() {
        Place::Environment { page, .. } => Some(page),
        _ => None,
    });
    let panel = RwSignal::new(false);

    // `/` goes to the search of this page, or to that of the flags.
    let slash = window_event_listener(ev::keydown, move |event| {
        if event.key() != "/" || event.ctrl_key() || event.meta_key() || event.alt_key() || is_typing(&event) {
            return;
        }
        event.prevent_default();
        if let Some(search) = document().get_element_by_id("search").and_then(|search| search.dyn_into::<web_sys::HtmlElement>().ok()) {
            let _ = search.focus();
        } else {
            navigation.go(&Page::Flags.href(&workspace.environment.get_untracked()));
            focus_soon("search");
        }
    });
    on_cleanup(move || slash.remove());

    // A new page is announced by its title, and the keyboard goes on from its beginning.
    Effect::new(move |before: Option<Option<Page>>| {
        let now = page.get();
        if let Some(now) = &now {
            set_title(&format!("{} · {}", now.title(), workspace.environment.get_untracked()));
        }
        if before.is_some_and(|before| before.is_some() && before != now) {
            focus_soon("main");
        }
        now
    });
    Effect::new(move |before: Option<Option<ProjectPage>>| {
        let now = project_page.get();
        if let Some(now) = now {
            set_title(&format!("{} · project", now.title()));
            if before.is_some_and(|before| before != Some(now)) {
                focus_soon("main");
            }
        }
        now
    });
    // Told anew what they may do, a person is not to lose the page that they are on.
    let nobody = Memo::new(move |_| api.session.read().person().is_some_and(|session| session.environments.is_empty()));

    view! {
        <a class="skip" href="#main" on:click=move |event| { event.prevent_default(); focus_soon("main"); }>"Skip to the page"</a>
        <div class="shell">
            <nav::Side page project_page />
            <div class="deck">
                <nav::Top page project_page panel />
                <notices::Notices page />
                <main id="main" tabindex="-1">
                    {move || if let Some(page) = project_page.get() {
                        project::show(page)
                    } else if nobody.get() {
                        view! { <div class="card"><Empty icon="anchor" alone=true title="No environment is open to you">
                            <p>"You are signed in, but have no role in any environment of this project. An administrator can give you one."</p>
                        </Empty></div> }.into_any()
                    } else {
                        page.get().map(show).into_any()
                    }}
                </main>
                <draft_bar::DraftBar page />
            </div>
        </div>
        <nav::Tabs page />
        {move || panel.get().then(|| view! { <panel::KillPanel close=move |()| panel.set(false) /> })}
        {move || workspace.proposal.get().map(|proposal| view! { <publish_dialog::PublishDialog proposal /> })}
    }
}

fn show(page: Page) -> AnyView {
    match page {
        Page::Overview => view! { <Overview /> }.into_any(),
        Page::Flags => view! { <Flags /> }.into_any(),
        Page::Flag(key) => view! { <FlagPage key /> }.into_any(),
        Page::Releases => view! { <Releases /> }.into_any(),
        Page::Release(key) => view! { <ReleasePage key /> }.into_any(),
        Page::KillSwitches => view! { <KillSwitches /> }.into_any(),
        Page::Segments => view! { <ShelfPage of=&SEGMENTS /> }.into_any(),
        Page::Plans => view! { <ShelfPage of=&PLANS /> }.into_any(),
        Page::Scenarios => view! { <ShelfPage of=&SCENARIOS /> }.into_any(),
        Page::Review => view! { <Review /> }.into_any(),
        Page::History => view! { <History subject=here() /> }.into_any(),
        Page::Version(version) => view! { <VersionPage subject=here() version /> }.into_any(),
        Page::Compare(from, to) => view! { <Compare subject=here() from to /> }.into_any(),
        Page::Lost => view! {
            <div class="card"><Empty icon="compass" alone=true title="There is nothing at this address"><p>"The page may have moved, or the address was mistyped."</p></Empty></div>
        }.into_any(),
    }
}

/// The environment of the page around.
fn here() -> Subject {
    Subject::Environment(workspace().environment.get())
}

fn is_typing(event: &ev::KeyboardEvent) -> bool {
    let Some(target) = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok()) else { return false };
    matches!(target.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT") || target.closest("dialog").ok().flatten().is_some()
}

/// Moves the focus to an element that is about to be on the page.
pub(crate) fn focus_soon(id: &'static str) {
    request_animation_frame(move || {
        if let Some(element) = document().get_element_by_id(id).and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok()) {
            let _ = element.focus();
        }
    });
}

/// Shows `children` of the environment's document, or that it loads, or why it cannot be loaded.
#[component]
pub(crate) fn Loaded<F, V>(
    /// The page, of the document as edited; runs again whenever that changes.
    children: F,
) -> impl IntoView
where
    F: Fn(Arc<Document>) -> V + Send + Sync + 'static,
    V: IntoView + 'static,
{
    let workspace = workspace();
    move || match workspace.document() {
        Some(document) => children(document).into_any(),
        None => view! { <Waiting /> }.into_any(),
    }
}

/// The document is not there: it loads, or could not be loaded.
#[component]
pub(crate) fn Waiting() -> impl IntoView {
    let workspace = workspace();
    move || match workspace.failure.get() {
        Some(failure) => view! { <Trouble failure /> }.into_any(),
        None => view! { <div class="card pad"><Bones lines=5 /></div> }.into_any(),
    }
}

/// The environment could not be loaded.
#[component]
pub(crate) fn Trouble(failure: Failure) -> impl IntoView {
    let workspace = workspace();
    let (icon, title, text) = match failure.status() {
        _ if failure == Failure::Unreachable => (
            "anchor",
            "The node cannot be reached",
            "Either this computer is offline or the node is down. Flags keep being served from the copies that applications hold; this page goes on by itself when the node is back.".to_owned(),
        ),
        Some(404) => ("compass", "There is no such environment", "It may have been renamed, or you have no role in it.".to_owned()),
        Some(403) => ("anchor", "This environment is not open to you", "You have no role in it. An administrator of the project can give you one.".to_owned()),
        _ => ("alert", "This environment could not be loaded", failure.to_string()),
    };
    view! {
        <div class="card" role="alert"><Empty icon alone=true title>
            <p>{text}</p>
            <div class="actions"><button class="button" on:click=move |_| workspace.open()>"Try again"</button></div>
        </Empty></div>
    }
}
