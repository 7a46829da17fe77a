//! Signing in by a one-time link: `/sign-in#halyard_link_…`.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::{Api, Failure};
use crate::app::route::{Navigation, Place};
use crate::session::Session;
use crate::ui::Busy;
use crate::ui::icon::{Icon, Mark};
use crate::ui::page::set_title;

#[derive(Clone, PartialEq)]
enum State {
    /// No link: how to get one.
    NoLink,
    Working,
    /// The link is used, expired or unknown.
    BadLink,
    Failed(Failure),
}

/// The token behind the `#`, which is at once taken out of the address.
fn link_of_the_address() -> Option<String> {
    let hash = window().location().hash().unwrap_or_default();
    let link = hash.strip_prefix('#').filter(|link| link.starts_with("halyard_link_")).map(ToOwned::to_owned);
    if !hash.is_empty() {
        Navigation::forget_the_hash();
    }
    link
}

/// The page of somebody who is not signed in.
#[component]
pub(crate) fn SignIn() -> impl IntoView {
    let api = expect_context::<Api>();
    let navigation = expect_context::<Navigation>();
    set_title("Sign in");
    let state = RwSignal::new(State::NoLink);
    let link = StoredValue::new(None::<String>);
    let ended = matches!(api.session.get_untracked(), Session::SignedOut { ended: true });
    let on_sign_in_page = navigation.place().get_untracked() == Place::SignIn;

    let sign_in = move || {
        let Some(token) = link.get_value() else { return };
        state.set(State::Working);
        spawn_local(async move {
            match api.sign_in(token).await {
                Ok(session) => {
                    api.session.set(Session::In(session));
                    navigation.go("/");
                }
                Err(Failure::Refused(trouble)) if matches!(trouble.status, 400 | 401 | 403 | 404 | 410) => {
                    link.set_value(None);
                    state.set(State::BadLink);
                }
                Err(failure) => state.set(State::Failed(failure)),
            }
        });
    };
    if on_sign_in_page {
        link.set_value(link_of_the_address());
        sign_in();
        // A link opened in a tab that shows this page already changes only the hash.
        let again = window_event_listener(leptos::ev::hashchange, move |_| {
            if let Some(token) = link_of_the_address() {
                link.set_value(Some(token));
                sign_in();
            }
        });
        on_cleanup(move || again.remove());
    }

    // Somebody who signed in in another tab comes back to this one.
    let back = window_event_listener(leptos::ev::focus, move |_| {
        if matches!(api.session.get_untracked(), Session::SignedOut { .. }) && state.get_untracked() == State::NoLink {
            spawn_local(async move {
                if let Ok(session) = api.who().await {
                    api.session.set(Session::In(session));
                    if navigation.place().get_untracked() == Place::SignIn {
                        navigation.go("/");
                    }
                }
            });
        }
    });
    on_cleanup(move || back.remove());

    view! {
        <div class="harbour"><main id="main" tabindex="-1">
            <p class="mark"><Mark size=36 />"Halyard"</p>
            <div class="card">
                {move || match state.get() {
                    State::Working => view! { <Busy what="Signing you in" /> }.into_any(),
                    State::NoLink if ended => view! {
                        <h1>"Your session ended"</h1>
                        <p>"Sign in again with a new link. What you had not published yet is kept in this browser."</p>
                        <HowToGetALink />
                    }.into_any(),
                    State::NoLink => view! {
                        <h1>"Sign in"</h1>
                        <p>"You sign in with a link that works once. An administrator of the project, or anyone who may write to its store, makes one on the command line:"</p>
                        <HowToGetALink />
                    }.into_any(),
                    State::BadLink => view! {
                        <h1>"This link does not work any more"</h1>
                        <p role="alert">"A sign-in link works once and for a short time. This one was used already, has expired, or was copied only in part."</p>
                        <p>"Ask for a new one, or make it on the command line:"</p>
                        <HowToGetALink />
                    }.into_any(),
                    State::Failed(failure) => view! {
                        <h1>"That did not work"</h1>
                        <div class="callout bad" role="alert"><Icon name="alert" /><div><p>{failure.to_string()}</p><p class="small">"Your link has not been used up by this."</p></div></div>
                        <button class="button primary" on:click=move |_| sign_in()>"Try again"</button>
                    }.into_any(),
                }}
            </div>
        </main></div>
    }
}

#[component]
fn HowToGetALink() -> impl IntoView {
    view! {
        <div class="command" tabindex="0" role="region" aria-label="Command">"halyard link --person you@example.com"</div>
        <p class="small muted">"Open the address that it prints in this browser."</p>
    }
}
