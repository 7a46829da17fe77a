//! Who is signed in. The session is an HttpOnly cookie: this app never holds a secret that outlives the sign-in request.

mod sign_in;

use gloo_timers::future::TimeoutFuture;
use halyard_edge::wire;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::{Api, Failure};
use crate::app::route::Navigation;
use crate::ui::Empty;

pub(crate) use sign_in::SignIn;

/// Who is signed in.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Session {
    /// The node has not said yet.
    Unknown,
    /// The node does not answer.
    Unreachable,
    /// Nobody; `ended`: somebody was.
    SignedOut { ended: bool },
    /// This person.
    In(wire::Session),
}

impl Session {
    /// The session, if somebody is signed in.
    pub(crate) fn person(&self) -> Option<&wire::Session> {
        if let Session::In(session) = self { Some(session) } else { None }
    }
}

/// Asks who is signed in, unless the page was opened by a link to sign in with.
pub(crate) fn begin(api: Api, navigation: Navigation) {
    if navigation.place().get_untracked() != crate::app::route::Place::SignIn {
        ask(api);
    }
}

fn ask(api: Api) {
    api.session.set(Session::Unknown);
    spawn_local(async move {
        api.session.set(match api.who().await {
            Ok(session) => Session::In(session),
            Err(Failure::Refused(trouble)) if trouble.status == 401 => Session::SignedOut { ended: false },
            Err(_) => Session::Unreachable,
        });
    });
}

/// When to ask again after the project was changed, in milliseconds from one to the next: a node may go on for ten seconds with the
/// copy of it that it has.
const AGAIN: [u32; 3] = [2_000, 4_000, 6_000];

/// Asks again what the person who is signed in may do, now and a little later.
pub(crate) async fn refresh(api: Api) {
    look(api).await;
    spawn_local(async move {
        for pause in AGAIN {
            TimeoutFuture::new(pause).await;
            look(api).await;
        }
    });
}

/// Where there is no answer, or the same, what was known stays.
async fn look(api: Api) {
    if let Ok(session) = api.who().await {
        let session = Session::In(session);
        // Nobody who has signed out meanwhile is signed in by this.
        let is_news = api.session.with_untracked(|known| known.person().is_some() && *known != session);
        if is_news {
            api.session.set(session);
        }
    }
}

/// Ends the session.
pub(crate) fn sign_out(api: Api, navigation: Navigation) {
    spawn_local(async move {
        // Even if the node cannot be told, this browser must not look signed in.
        let _ = api.sign_out().await;
        api.session.set(Session::SignedOut { ended: false });
        navigation.go("/sign-in");
    });
}

/// Nothing answered when the app asked who is signed in.
#[component]
pub(crate) fn Unreachable() -> impl IntoView {
    let api = expect_context::<Api>();
    view! {
        <div class="harbour"><main class="card" id="main" tabindex="-1">
            <Empty icon="anchor" alone=true title="The node cannot be reached">
                <p>"Either this computer is offline or the node is down. Flags keep being served from the copies that applications hold."</p>
                <div class="actions"><button class="button primary" on:click=move |_| ask(api)>"Try again"</button></div>
            </Empty>
        </main></div>
    }
}
