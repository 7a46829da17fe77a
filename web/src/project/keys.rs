//! SDK keys, environment by environment: made, rotated without a gap, revoked.

use std::sync::Arc;

use halyard_core::Date;
use halyard_edge::project::{KeyKind, PreviousKey, Project, SdkKey};
use leptos::prelude::*;

use crate::project::NotYours;
use crate::project::secret::{Made, fresh_sdk_key};
use crate::project::space::{Action, Space, admins, space};
use crate::ui::Empty;
use crate::ui::dialog::FormDialog;
use crate::ui::field::{NameField, name_fault};
use crate::ui::icon::Icon;
use crate::ui::rich::count;
use crate::ui::time::{day, now};

/// How long a node may go on with an older copy of the project, in words.
const SOON: &str = "within ten seconds";

fn about(name: &str) -> Vec<Vec<String>> {
    vec![vec!["keys".to_owned(), name.to_owned()]]
}

fn kind_words(kind: KeyKind) -> &'static str {
    match kind {
        KeyKind::Server => "for servers: every flag",
        KeyKind::Browser => "for pages: public flags only",
    }
}

/// What to show of a new secret.
fn made(name: &str, key: &SdkKey, secret: halyard_edge::secrets::Secret, rotated: bool) -> Made {
    let node = window().location().origin().unwrap_or_default();
    let uses = match key.kind {
        KeyKind::Server => vec![(
            "Try it from a terminal",
            format!(
                "curl -s {node}/ofrep/v1/evaluate/flags \\\n  -H 'Authorization: Bearer SECRET' -H 'Content-Type: application/json' \\\n  -d '{{\"context\": {{\"targetingKey\": \"somebody\"}}}}'"
            ),
        )],
        KeyKind::Browser => vec![(
            "Use it in a page, with OpenFeature’s OFREP provider",
            format!(
                "await OpenFeature.setProviderAndWait(new OFREPWebProvider({{\n  baseUrl: \"{node}\",\n  headers: [[\"Authorization\", \"Bearer SECRET\"]],\n}}));"
            ),
        )],
    };
    let after = if rotated { " The secret before works as well until you remove it." } else { "" };
    Made {
        secret,
        title: format!("The {} of {name}", if rotated { "new secret" } else { "secret" }),
        about: format!("It opens {}, {}.{after}", key.environment, kind_words(key.kind)),
        uses,
    }
}

fn add_action(name: String, environment: String, kind: KeyKind, today: Date, done: Callback<()>) -> Option<Action> {
    let secret = fresh_sdk_key(kind, &environment)?;
    let key = SdkKey { environment: environment.clone(), kind, hash: secret.hash(), created: today, previous: None };
    let made = made(&name, &key, secret, false);
    Some(Action {
        title: format!("Make SDK key {name}"),
        lead: format!(
            "A {} key of `{environment}`, {}. Its secret was made in this browser; only its hash is published. You see the secret once it is live.",
            kind.as_str(),
            kind_words(kind)
        ),
        warnings: Vec::new(),
        message: format!("Make {} key {name} of {environment}", kind.as_str()),
        danger: false,
        about: about(&name),
        apply: Arc::new(move |project| {
            project.keys.insert(name.clone(), key.clone());
        }),
        made: Some(made),
        done: Some(done),
    })
}

fn rotate_action(name: String, key: &SdkKey, today: Date) -> Option<Action> {
    let secret = fresh_sdk_key(key.kind, &key.environment)?;
    let previous = Some(PreviousKey { hash: key.hash.clone(), created: key.created });
    let next = SdkKey { hash: secret.hash(), created: today, previous, ..key.clone() };
    let warnings = key
        .previous
        .as_ref()
        .map(|oldest| format!("The secret of {} that still works is removed by this: only two are valid at a time.", day(oldest.created)));
    let made = made(&name, &next, secret, true);
    Some(Action {
        title: format!("Rotate SDK key {name}"),
        lead: format!(
            "It gets a new secret. The one of {} goes on working until you remove it, so that applications can change over one by one.",
            day(key.created)
        ),
        warnings: warnings.into_iter().collect(),
        message: format!("Rotate SDK key {name}"),
        danger: false,
        about: about(&name),
        apply: Arc::new(move |project| {
            project.keys.insert(name.clone(), next.clone());
        }),
        made: Some(made),
        done: None,
    })
}

fn remove_previous_action(name: String, previous: &PreviousKey) -> Action {
    Action::removal(
        format!("Remove the old secret of {name}"),
        format!("The secret of {} stops working {SOON}. The new one goes on.", day(previous.created)),
        vec!["Applications that still use the old secret get no flags any more, and serve their own defaults.".to_owned()],
        about(&name),
        move |project| {
            if let Some(key) = project.keys.get_mut(&name) {
                key.previous = None;
            }
        },
    )
}

fn revoke_action(name: String, key: &SdkKey) -> Action {
    let both = if key.previous.is_some() { "Both its secrets stop working" } else { "Its secret stops working" };
    Action::removal(
        format!("Revoke SDK key {name}"),
        format!("The key is gone. {both} {SOON}, and cannot be had back."),
        vec![format!("Every application that uses it for `{}` gets no flags any more, and serves its own defaults.", key.environment)],
        about(&name),
        move |project| drop(project.keys.remove(&name)),
    )
}

/// The page.
#[component]
pub(super) fn Keys(project: Arc<Project>) -> impl IntoView {
    let space = space();
    let making = RwSignal::new(false);
    let may_some = project.environments.keys().any(|environment| space.manages_keys(environment));
    let total = project.keys.len();
    let sections = project.environments.iter().map(|(environment, about)| {
        let keys: Vec<_> = project.keys.iter().filter(|(_, key)| key.environment == *environment).map(|(name, key)| (name.clone(), key.clone())).collect();
        let may = space.manages_keys(environment);
        view! {
            <section class="section">
                <div class="section-head"><h2>{about.name.clone()}</h2><p class="small muted">{count(keys.len(), "key", "keys")}{(!may).then_some(", not yours to change")}</p></div>
                {if keys.is_empty() {
                    view! { <p class="card pad soft">"No key yet: no application can ask for these flags."</p> }.into_any()
                } else {
                    view! { <ul class="card rows">{keys.into_iter().map(|(name, key)| view! { <Row name key may /> }).collect_view()}</ul> }.into_any()
                }}
            </section>
        }
    }).collect_view();
    let who = admins(&project);
    view! {
        <div class="page-head">
            <div><h1>"SDK keys"</h1><p class="lead">"What applications show to get their flags. A key belongs to one environment; Halyard keeps only its hash."</p></div>
            {may_some.then(|| view! { <button type="button" class="button primary" on:click=move |_| making.set(true)>"New key"</button> })}
        </div>
        {(!may_some).then(|| view! { <NotYours what="change SDK keys" who /> })}
        {if total == 0 && project.environments.is_empty() {
            view! { <div class="card"><Empty icon="key" title="No environments yet"><p>"Keys belong to environments; add one in the settings first."</p></Empty></div> }.into_any()
        } else {
            sections.into_any()
        }}
        {move || making.get().then(|| view! { <NewKey project=project.clone() close=Callback::new(move |()| { making.try_set(false); }) /> })}
    }
}

fn propose(space: Space, action: Option<Action>) {
    match action {
        Some(action) => space.propose(action),
        None => space.say_no_randomness(),
    }
}

#[component]
fn Row(name: String, key: SdkKey, may: bool) -> impl IntoView {
    let space = space();
    let today = now().date();
    let stored = StoredValue::new((name.clone(), key.clone()));
    let with = move |make: fn(String, &SdkKey) -> Action| move |_| stored.with_value(|(name, key)| space.propose(make(name.clone(), key)));
    let previous = key.previous.clone().map(|previous| {
        view! {
            <p class="small warn-ink actions"><Icon name="half" size=16 />{format!("Rotated: the secret of {} works as well.", day(previous.created))}
                {may.then(|| view! { <button type="button" class="button small" on:click=move |_| stored.with_value(|(name, key)| if let Some(previous) = &key.previous { space.propose(remove_previous_action(name.clone(), previous)) })>"Remove the old secret"</button> })}
            </p>
        }
    });
    view! {
        <li class="key-row">
            <div class="section tight">
                <p><strong class="mono">{name.clone()}</strong>" "<span class="tag">{key.kind.as_str()}</span></p>
                <p class="small muted">{kind_words(key.kind)}{format!(" · made on {}", day(key.created))}</p>
                {previous}
            </div>
            {may.then(|| view! { <div class="actions">
                <button type="button" class="button small" aria-label=format!("Rotate {name}") on:click=move |_| propose(space, stored.with_value(|(name, key)| rotate_action(name.clone(), key, today)))>"Rotate"</button>
                <button type="button" class="button small danger" aria-label=format!("Revoke {name}") on:click=with(revoke_action)>"Revoke"</button>
            </div> })}
        </li>
    }
}

#[component]
fn NewKey(project: Arc<Project>, close: Callback<()>) -> impl IntoView {
    let space = space();
    space.hold();
    let open: Vec<(String, String)> = project
        .environments
        .iter()
        .filter(|(key, _)| space.manages_keys(key))
        .map(|(key, environment)| (key.clone(), environment.name.clone()))
        .collect();
    let name = RwSignal::new(String::new());
    let environment = RwSignal::new(open.first().map(|(key, _)| key.clone()).unwrap_or_default());
    let kind = RwSignal::new(KeyKind::Server);
    let fault = Memo::new(move |_| name_fault(&name.read(), project.keys.contains_key(&*name.read())));
    let barred = move || name.read().is_empty() || fault.get().is_some();
    let go_on =
        move |()| propose(space, add_action(name.get_untracked(), environment.get_untracked(), kind.get_untracked(), now().date(), close));
    let choice = move |value: KeyKind, title: &'static str, about: &'static str| {
        view! {
            <label class="choice"><input type="radio" name="kind" prop:checked=move || kind.get() == value on:change=move |_| kind.set(value) />
                <span><strong>{title}</strong><span class="small soft">{about}</span></span></label>
        }
    };
    view! {
        <FormDialog title="New SDK key" close barred=Signal::derive(barred) go_on=go_on>
            <NameField id="key-name" label="Name" placeholder="shop-server" value=name fault note="After what uses it. It is no secret." />
            <div class="field">
                <label for="key-environment">"Environment"</label>
                <select id="key-environment" class="select" on:change=move |event| environment.set(event_target_value(&event))>
                    {open.into_iter().map(|(key, name)| view! { <option value=key>{name}</option> }).collect_view()}
                </select>
            </div>
            <fieldset class="choices"><legend class="label">"For"</legend>
                {choice(KeyKind::Server, "Servers", "Sees every flag. Keep it secret.")}
                {choice(KeyKind::Browser, "Pages", "Sees public flags only. Anybody who opens the page can read it.")}
            </fieldset>
        </FormDialog>
    }
}
