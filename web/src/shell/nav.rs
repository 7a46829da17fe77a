//! Getting around: the sidebar, the bar at the top, and a phone's tabs.

use leptos::prelude::*;
use wasm_bindgen::JsCast;

use crate::api::Api;
use crate::app::route::{Navigation, Page, ProjectPage};
use crate::draft::workspace;
use crate::project;
use crate::shell::account::{Account, ThemeButton};
use crate::ui::icon::{Icon, Mark};

type Current = Memo<Option<Page>>;

fn is_current(current: Current, page: &Page) -> Option<&'static str> {
    current.read().as_ref().is_some_and(|now| now.part() == *page).then_some("page")
}

#[component]
fn Entry(page: Page, icon: &'static str, current: Current) -> impl IntoView {
    let workspace = workspace();
    let (here, title) = (page.clone(), page.title());
    let drafted = page == Page::Review;
    view! {
        <a href=move || workspace.href(&page) aria-current=move || is_current(current, &here)>
            <Icon name=icon />{title}
            {move || {
                let changes = workspace.changes.read().len();
                (drafted && changes > 0).then(|| view! { <span class="count">{changes}<span class="sr">" unpublished"</span></span> })
            }}
        </a>
    }
}

/// A page of the project, for those whom it concerns.
#[component]
fn ProjectEntry(page: ProjectPage, icon: &'static str, current: Memo<Option<ProjectPage>>) -> impl IntoView {
    let session = expect_context::<Api>().session;
    let shown = Memo::new(move |_| session.read().person().is_some_and(|session| project::concerns(session, page)));
    move || {
        shown.get().then(|| {
            view! {
                <a href=page.href() aria-current=move || current.get().is_some_and(|now| now.part() == page).then_some("page")>
                    <Icon name=icon />{page.title()}
                </a>
            }
        })
    }
}

/// The project's pages.
#[component]
pub(super) fn ProjectNav(current: Memo<Option<ProjectPage>>) -> impl IntoView {
    view! {
        <nav class="nav" aria-label="Project">
            <p class="nav-title">"Project"</p>
            <ProjectEntry page=ProjectPage::People icon="people" current />
            <ProjectEntry page=ProjectPage::Roles icon="role" current />
            <ProjectEntry page=ProjectPage::Keys icon="key" current />
            <ProjectEntry page=ProjectPage::Tokens icon="token" current />
            <ProjectEntry page=ProjectPage::Settings icon="settings" current />
            <ProjectEntry page=ProjectPage::History icon="clock" current />
        </nav>
    }
}

/// The sidebar.
#[component]
pub(super) fn Side(page: Current, project_page: Memo<Option<ProjectPage>>) -> impl IntoView {
    let api = expect_context::<Api>();
    let workspace = workspace();
    view! {
        <header class="side">
            <a class="brand" href=move || workspace.href(&Page::Overview)>
                <Mark size=32 /><span>"Halyard"<small>{move || api.session.read().person().map(|session| session.project.clone())}</small></span>
            </a>
            <Switcher id="environment" />
            <nav class="nav" aria-label="Main">
                <Entry page=Page::Overview icon="compass" current=page />
                <Entry page=Page::Flags icon="flag" current=page />
                <Entry page=Page::Releases icon="release" current=page />
                <Entry page=Page::KillSwitches icon="power" current=page />
                <Entry page=Page::Segments icon="people" current=page />
                <Entry page=Page::Plans icon="plan" current=page />
                <Entry page=Page::Scenarios icon="good" current=page />
                <Entry page=Page::Review icon="review" current=page />
                <Entry page=Page::History icon="clock" current=page />
            </nav>
            <ProjectNav current=project_page />
            <p class="side-foot">{move || workspace.live.read().as_ref().map(|live| format!("Version {} is live here.", live.version))}</p>
        </header>
    }
}

/// A phone's tabs.
#[component]
pub(super) fn Tabs(page: Current) -> impl IntoView {
    view! {
        <nav class="tabs" aria-label="Main">
            <Entry page=Page::Overview icon="compass" current=page />
            <Entry page=Page::Flags icon="flag" current=page />
            <Entry page=Page::Releases icon="release" current=page />
            <Entry page=Page::Review icon="review" current=page />
            <Entry page=Page::History icon="clock" current=page />
        </nav>
    }
}

/// Which environment; choosing another keeps to the same kind of page.
#[component]
fn Switcher(id: &'static str) -> impl IntoView {
    let api = expect_context::<Api>();
    let navigation = expect_context::<Navigation>();
    let workspace = workspace();
    let environments = move || api.session.read().person().map(|session| session.environments.clone()).unwrap_or_default();
    let choose = move |event: leptos::ev::Event| {
        let Some(select) = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlSelectElement>().ok()) else { return };
        let page = match navigation.place().get_untracked() {
            crate::app::route::Place::Environment { page, .. } => page.elsewhere(),
            _ => Page::Overview,
        };
        navigation.go(&page.href(&select.value()));
    };
    view! {
        <div class="switcher">
            <label for=id>"Environment"</label>
            <select id=id on:change=choose>
                {move || {
                    let now = workspace.environment.get();
                    let mut known: Vec<_> = environments().into_iter().map(|environment| (environment.key, environment.name)).collect();
                    if !known.iter().any(|(key, _)| *key == now) {
                        known.push((now.clone(), now.clone()));
                    }
                    known.into_iter().map(|(key, name)| view! { <option value=key.clone() selected=key == now>{name}</option> }).collect_view()
                }}
            </select>
        </div>
    }
}

/// The bar at the top: where this is, and what is wanted from everywhere.
#[component]
pub(super) fn Top(page: Current, project_page: Memo<Option<ProjectPage>>, panel: RwSignal<bool>) -> impl IntoView {
    let workspace = workspace();
    let project_trail = move || {
        let now = project_page.get()?;
        let part = now.part();
        let within = (part != now).then(|| view! { <li aria-current="page">{now.title()}</li> });
        Some(view! {
            <li>"Project"</li>
            <li>{if within.is_some() { view! { <a href=part.href()>{part.title()}</a> }.into_any() } else { part.title().into_any() }}</li>
            {within}
        })
    };
    let trail = move || {
        let now = page.get()?;
        let part = now.part();
        let within = (part != now).then(|| view! { <li aria-current="page">{now.title()}</li> });
        Some(view! {
            <li>{move || workspace.environment.get()}</li>
            <li>{if within.is_some() { view! { <a href=workspace.href(&part)>{part.title()}</a> }.into_any() } else { part.title().into_any() }}</li>
            {within}
        })
    };
    view! {
        <section class="top" aria-label="This page">
            <a class="brand phone" href=move || workspace.href(&Page::Overview) aria-label="Halyard, overview"><Mark size=28 /></a>
            <div class="phone"><PhoneSwitcher /></div>
            <nav aria-label="You are here"><ol class="crumbs">{trail}{project_trail}</ol></nav>
            <div class="end">
                <button type="button" class="button small" aria-haspopup="dialog" aria-label="Kill switches" on:click=move |_| panel.set(true)>
                    <Icon name="power" size=16 /><span class="wide">"Kill switches"</span>
                </button>
                <ThemeButton />
                <Account />
            </div>
        </section>
    }
}

#[component]
fn PhoneSwitcher() -> impl IntoView {
    view! { <Switcher id="environment-here" /> }
}
