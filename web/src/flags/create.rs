//! A new flag: a toggle that is off, on the draft, to be shaped on its page.

use std::collections::BTreeMap;

use halyard_core::document::{Flag, Purpose, Serve, Visibility};
use halyard_core::{Json, Timestamp, limits};
use leptos::prelude::*;

use crate::api::Api;
use crate::app::route::{Navigation, Page};
use crate::draft::workspace;
use crate::ui::dialog::Dialog;
use crate::ui::time::now;

const DAY: i64 = 86_400_000;
/// How long a temporary flag is meant to live, unless its author says otherwise.
const LIFE: i64 = 60 * DAY;

fn says(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Release => "release: hides work that is not released yet; temporary",
        Purpose::Experiment => "experiment: compares variants; temporary",
        Purpose::Operational => "operational: a kill switch or a setting for operators",
        Purpose::Permission => "permission: who may use what",
    }
}

/// Why a key cannot be taken, if it cannot.
fn fault(key: &str, taken: bool, retired: bool) -> Option<&'static str> {
    let well_formed = key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'))
        && key.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric())
        && key.len() <= limits::KEY;
    match () {
        () if key.is_empty() => None,
        () if !well_formed => Some("Letters, digits, dots, dashes and underscores, beginning with a letter or digit."),
        () if taken => Some("A flag has this key already."),
        () if retired => Some("This key was in use once and is retired: old code may still ask for it. Choose another."),
        () => None,
    }
}

fn toggle(purpose: Purpose, owner: String, description: String) -> Flag {
    let now = now();
    Flag {
        description,
        purpose,
        owner,
        tags: Vec::new(),
        created: now.date(),
        expires: purpose.is_temporary().then(|| Timestamp(now.0 + LIFE).date()),
        visibility: Visibility::Private,
        metadata: BTreeMap::new(),
        variants: BTreeMap::from([("off".to_owned(), Json::Bool(false)), ("on".to_owned(), Json::Bool(true))]),
        enabled: true,
        off_variant: Some("off".to_owned()),
        requires: Vec::new(),
        rules: Vec::new(),
        otherwise: Some(Serve::Variant("off".to_owned())),
    }
}

/// Asks for what a flag cannot be without.
#[component]
pub(super) fn NewFlag(close: Callback<()>) -> impl IntoView {
    let workspace = workspace();
    let navigation = expect_context::<Navigation>();
    let session = expect_context::<Api>().session;
    let key = RwSignal::new(String::new());
    let description = RwSignal::new(String::new());
    let owner = RwSignal::new(session.get_untracked().person().map(|session| session.person.clone()).unwrap_or_default());
    let purpose = RwSignal::new(Purpose::Release);
    let fault = Memo::new(move |_| {
        let key = key.read();
        let known = workspace.document().map(|document| (document.flags.contains_key(&*key), document.retired.contains(&key)));
        known.and_then(|(taken, retired)| fault(&key, taken, retired))
    });
    let barred = move || key.read().is_empty() || owner.read().trim().is_empty() || fault.get().is_some();
    let make = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if barred() {
            return;
        }
        let name = key.get_untracked();
        let flag = toggle(purpose.get_untracked(), owner.get_untracked().trim().to_owned(), description.get_untracked().trim().to_owned());
        let inserted = name.clone();
        workspace.edit(move |document| {
            document.flags.insert(inserted, flag);
        });
        close.run(());
        workspace.toasts.good("It is on your draft, and off. Shape it here, then review.");
        navigation.go(&Page::Flag(name).href(&workspace.environment.get_untracked()));
    };
    let choose = move |event| {
        let chosen = event_target_value(&event);
        if let Some(chosen) = Purpose::ALL.into_iter().find(|purpose| purpose.as_str() == chosen) {
            purpose.set(chosen);
        }
    };
    view! {
        <Dialog title="New flag" close>
            <form class="dialog-form" on:submit=make>
                <div class="dialog-body">
                    <div class="field">
                        <label for="new-key">"Key"</label>
                        <input id="new-key" class="input mono" required autocomplete="off" autocapitalize="off" spellcheck="false" placeholder="new-checkout" aria-describedby="new-key-note"
                            prop:value=move || key.get() on:input=move |event| key.set(event_target_value(&event)) />
                        <p id="new-key-note" class="small" class:muted=move || fault.get().is_none() class:bad-ink=move || fault.get().is_some()>
                            {move || fault.get().unwrap_or("What the application asks for. It cannot be changed later.")}
                        </p>
                    </div>
                    <div class="field">
                        <label for="new-description">"What it is"</label>
                        <input id="new-description" class="input" placeholder="One-page checkout" prop:value=move || description.get() on:input=move |event| description.set(event_target_value(&event)) />
                    </div>
                    <div class="field">
                        <label for="new-purpose">"Purpose"</label>
                        <select id="new-purpose" class="select" on:change=choose>
                            {Purpose::ALL.into_iter().map(|purpose| view! { <option value=purpose.as_str()>{says(purpose)}</option> }).collect_view()}
                        </select>
                    </div>
                    <div class="field">
                        <label for="new-owner">"Owner"</label>
                        <input id="new-owner" class="input" required prop:value=move || owner.get() on:input=move |event| owner.set(event_target_value(&event)) />
                    </div>
                    <p class="small soft">"It begins as a toggle that is off for everyone. Rules, variants and more are added on its page."</p>
                </div>
                <div class="dialog-foot">
                    <button type="button" class="button" on:click=move |_| close.run(())>"Cancel"</button>
                    <button type="submit" class="button primary" disabled=barred>"Add to draft"</button>
                </div>
            </form>
        </Dialog>
    }
}
