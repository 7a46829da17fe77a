//! The project's pages: people, roles, keys, tokens, settings, and its own history.

mod dialog;
mod keys;
mod matrix;
mod people;
mod role_form;
mod roles;
mod secret;
mod settings;
mod space;
mod tokens;
mod words;

use halyard_edge::wire::Session;
use leptos::prelude::*;

use crate::api::{Api, Failure, Subject};
use crate::app::route::ProjectPage;
use crate::history::{compare::Compare, list::History, version::VersionPage};
use crate::ui::icon::Icon;
use crate::ui::{Bones, Empty};

pub(crate) use space::{Space, space};

/// Whether a page of the project is of use to somebody: whether it belongs into their navigation.
pub(crate) fn concerns(session: &Session, page: ProjectPage) -> bool {
    match page {
        // Who may do what is for everybody to know: a refusal names people and roles.
        ProjectPage::People | ProjectPage::Roles | ProjectPage::History => true,
        ProjectPage::Keys => session.admin || !session.manage_keys.is_empty(),
        _ => session.admin,
    }
}

/// The page.
pub(crate) fn show(page: ProjectPage) -> AnyView {
    view! { <Beside page />{only(page)} }.into_any()
}

/// The project's other pages, where there is no sidebar to go to them.
#[component]
fn Beside(page: ProjectPage) -> impl IntoView {
    let session = expect_context::<Api>().session;
    let links = move || {
        let pages =
            [ProjectPage::People, ProjectPage::Roles, ProjectPage::Keys, ProjectPage::Tokens, ProjectPage::Settings, ProjectPage::History];
        let shown = pages.into_iter().filter(|page| session.read().person().is_some_and(|session| concerns(session, *page)));
        shown
            .map(|other| view! { <a href=other.href() aria-current=(page.part() == other).then_some("page")>{other.title()}</a> })
            .collect_view()
    };
    view! { <nav class="beside" aria-label="Project pages">{links}</nav> }
}

fn only(page: ProjectPage) -> AnyView {
    match page {
        ProjectPage::History => view! { <History subject=Subject::Project /> }.into_any(),
        ProjectPage::Version(version) => view! { <VersionPage subject=Subject::Project version /> }.into_any(),
        ProjectPage::Compare(from, to) => view! { <Compare subject=Subject::Project from to /> }.into_any(),
        ProjectPage::Lost => view! {
            <div class="card"><Empty icon="compass" alone=true title="There is nothing at this address"><p>"The page may have moved, or the address was mistyped."</p></Empty></div>
        }.into_any(),
        _ => view! { <OfProject page /> }.into_any(),
    }
}

/// A page that shows the project's document, with the dialogs of what is done to it.
#[component]
fn OfProject(page: ProjectPage) -> impl IntoView {
    let space = space();
    // Others may have changed it since it was last looked at.
    space.load();
    // What was about to be confirmed here is not asked about elsewhere.
    on_cleanup(move || {
        space.action.try_set(None);
    });
    view! {
        {move || match (space.shown.get(), space.failure.get()) {
            (Some(project), _) => match page {
                ProjectPage::Roles => view! { <roles::RolesPage project /> }.into_any(),
                ProjectPage::Keys => view! { <keys::Keys project /> }.into_any(),
                ProjectPage::Tokens => view! { <tokens::Tokens project /> }.into_any(),
                ProjectPage::Settings => view! { <settings::Settings project /> }.into_any(),
                _ => view! { <people::People project /> }.into_any(),
            },
            (None, Some(failure)) => view! { <NotShown failure /> }.into_any(),
            (None, None) => view! { <div class="card pad"><Bones lines=5 /></div> }.into_any(),
        }}
        {move || space.action.get().map(|action| view! { <dialog::ActionDialog action /> })}
        {move || space.made.get().map(|made| view! { <secret::MadeDialog made /> })}
    }
}

/// The project could not be loaded.
#[component]
fn NotShown(failure: Failure) -> impl IntoView {
    let space = space();
    let (icon, title) = match failure.status() {
        _ if failure == Failure::Unreachable => ("anchor", "The node cannot be reached"),
        Some(403 | 404) => ("lock", "This is not open to you"),
        _ => ("alert", "The project could not be loaded"),
    };
    view! {
        <div class="card" role="alert"><Empty icon alone=true title>
            <p>{failure.to_string()}</p>
            <div class="actions"><button type="button" class="button" on:click=move |_| space.load()>"Try again"</button></div>
        </Empty></div>
    }
}

/// A line over a page: what this person may not do here, and who may.
#[component]
fn NotYours(what: &'static str, who: Vec<String>) -> impl IntoView {
    let shown = who.iter().take(5).cloned().collect::<Vec<_>>();
    let more = who.len().saturating_sub(shown.len());
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    view! {
        <div class="callout"><Icon name="lock" /><div><p>{format!("You may look, but not {what}.")}" "<span class="soft">{format!("Who may: {}{more}.", shown.join(", "))}</span></p></div></div>
    }
}
