//! The app: what every page shares, and which page the address asks for.

pub(crate) mod route;

use leptos::prelude::*;

use crate::api::Api;
use crate::app::route::{Navigation, Place};
use crate::session::{self, Session, SignIn};
use crate::shell::Shell;
use crate::ui::time::Clock;
use crate::ui::toast::{ToastList, Toasts};
use crate::ui::{Empty, Loading};

/// The whole app.
#[component]
pub(crate) fn App() -> impl IntoView {
    let api = Api::new();
    provide_context(api);
    provide_context(Clock::start());
    provide_context(Toasts::new());
    let navigation = Navigation::start();
    provide_context(navigation);
    session::begin(api, navigation);

    let place = navigation.place();
    // Only what this changes with rebuilds the shell: not every page within it.
    let frame = Memo::new(move |_| match (api.session.get(), place.get()) {
        (_, Place::SignIn) => Frame::SignIn,
        (Session::Unknown, _) => Frame::Waiting,
        (Session::Unreachable, _) => Frame::Unreachable,
        (Session::SignedOut { .. }, _) => Frame::SignIn,
        (Session::In(_), Place::Home | Place::Environment { .. } | Place::Project(_)) => Frame::Shell,
        (Session::In(_), Place::Lost) => Frame::Lost,
    });
    view! {
        {move || match frame.get() {
            Frame::Waiting => view! { <div class="harbour"><Loading what="Halyard" /></div> }.into_any(),
            Frame::SignIn => view! { <SignIn /> }.into_any(),
            Frame::Unreachable => view! { <session::Unreachable /> }.into_any(),
            Frame::Shell => view! { <Shell /> }.into_any(),
            Frame::Lost => view! {
                <div class="harbour"><main class="card" id="main" tabindex="-1">
                    <Empty icon="compass" alone=true title="There is nothing at this address">
                        <p>"It may have been mistyped, or belong to a newer Halyard."</p>
                        <div class="actions"><a class="button primary" href="/">"Go to the overview"</a></div>
                    </Empty>
                </main></div>
            }.into_any(),
        }}
        <ToastList />
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Frame {
    Waiting,
    SignIn,
    Unreachable,
    Shell,
    Lost,
}
