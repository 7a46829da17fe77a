//! A new flag: a toggle that is off, on the draft, to be shaped on its page.

use halyard_core::{Json, Pointer, Timestamp};
use leptos::prelude::*;

use crate::api::Api;
use crate::app::route::{Navigation, Page};
use crate::draft::workspace;
use crate::flags::describe::PURPOSES;
use crate::form::{Detail, Details, Form, HeldBack, How, object};
use crate::ui::dialog::FormDialog;
use crate::ui::field::{NameField, name_fault};
use crate::ui::time::now;

const DAY: i64 = 86_400_000;
/// How long a temporary flag is meant to live, unless its author says otherwise.
const LIFE: i64 = 60 * DAY;

const FIELDS: &[Detail] = &[
    Detail::new("description", "What it is", How::Optional, ""),
    Detail::new("purpose", "Purpose", How::One(&PURPOSES), ""),
    Detail::new("owner", "Owner", How::Line, ""),
];

/// A toggle that is off for everyone.
fn toggle(owner: &str) -> Json {
    object([
        ("purpose", Json::from("release")),
        ("owner", Json::from(owner)),
        ("created", Json::from(now().date().to_string().as_str())),
        ("variants", object([("off", Json::Bool(false)), ("on", Json::Bool(true))])),
        ("offVariant", Json::from("off")),
        ("otherwise", Json::from("off")),
    ])
}

/// Asks for what a flag cannot be without.
#[component]
pub(super) fn NewFlag(close: Callback<()>) -> impl IntoView {
    let workspace = workspace();
    let navigation = expect_context::<Navigation>();
    let me = expect_context::<Api>().session.get_untracked().person().map(|session| session.person.clone()).unwrap_or_default();
    let form = Form::fresh("flags", toggle(&me));
    provide_context(form);
    let key = RwSignal::new(String::new());
    let fault = Memo::new(move |_| {
        let key = key.read();
        let document = workspace.document()?;
        let retired = document.retired.contains(&key);
        let why = "This key was in use once and is retired: old code may still ask for it. Choose another.";
        name_fault(&key, document.flags.contains_key(&*key)).or(retired.then_some(why))
    });
    let barred = move || key.read().is_empty() || fault.get().is_some();
    let make = move |()| {
        let place = |member: &str| Pointer::root().at(member);
        let temporary = matches!(untrack(|| form.text(&place("purpose"))).as_str(), "release" | "experiment");
        let end = Timestamp(now().0 + LIFE).date().to_string();
        form.put(&place("expires"), temporary.then(|| Json::from(end.as_str())));
        let name = key.get_untracked();
        if form.add(&name) {
            close.run(());
            workspace.toasts.good("It is on your draft, and off. Shape it here, then review.");
            navigation.go(&Page::Flag(name).href(&workspace.environment.get_untracked()));
        }
    };
    view! {
        <FormDialog title="New flag" close word="Add to draft" barred=Signal::derive(barred) go_on=make>
            <div class="details">
                <NameField id="new-key" label="Key" placeholder="new-checkout" value=key fault note="What the application asks for. It cannot be changed later." />
                <Details of=FIELDS />
                <p class="small soft">"It begins as a toggle that is off for everyone. Rules, variants and more are added on its page."</p>
                <HeldBack />
            </div>
        </FormDialog>
    }
}
