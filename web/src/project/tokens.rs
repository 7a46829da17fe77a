//! Tokens: what programs show to publish, with roles of their own and a last day.

use std::collections::BTreeMap;
use std::sync::Arc;

use halyard_core::{Time, Timestamp};
use halyard_edge::project::{Project, Roles, Token};
use halyard_edge::secrets::Kind;
use halyard_edge::wire::TokenUse;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::{Api, Failure};
use crate::project::matrix::{Matrix, SpelledOut};
use crate::project::secret::{Made, fresh};
use crate::project::space::{Action, admins, me, space};
use crate::project::{NotYours, words};
use crate::ui::dialog::FormDialog;
use crate::ui::field::{NameField, TextField, name_fault};
use crate::ui::time::{clock, day, exact, local_day, now, relative, start_of_local_day};
use crate::ui::{Badge, Empty, Tone};

const DAY_MS: i64 = 86_400_000;
/// How long a token is offered to last, in days.
const LIFE: i64 = 90;

fn add_action(name: String, token: impl FnOnce(halyard_edge::secrets::Hash) -> Token, done: Callback<()>) -> Option<Action> {
    let secret = fresh(Kind::Token, &name)?;
    let token = token(secret.hash());
    let roles = words::in_short(&token.roles);
    let node = window().location().origin().unwrap_or_default();
    let made = Made {
        secret,
        title: format!("The secret of token {name}"),
        about: format!("It lets a program do what {roles} may, until {}.", exact(token.expires.at())),
        uses: vec![
            ("Use it with the command line", format!("HALYARD_TOKEN=SECRET \\\n  halyard log --store {node} --env production")),
            ("Use it over HTTP", format!("curl -s {node}/api/environments -H 'Authorization: Bearer SECRET'")),
        ],
    };
    Some(Action {
        title: format!("Make token {name}"),
        lead: format!(
            "A program that shows it has {roles}. Its secret was made in this browser; only its hash is published. You see the secret once it is live."
        ),
        warnings: if token.roles.is_empty() { vec!["It has no role: a program with it could do nothing.".to_owned()] } else { Vec::new() },
        message: format!("Make token {name}: {roles}"),
        danger: false,
        about: vec![vec!["tokens".to_owned(), name.clone()]],
        apply: Arc::new(move |project| {
            project.tokens.insert(name.clone(), token.clone());
        }),
        made: Some(made),
        done: Some(done),
    })
}

fn revoke_action(name: String, last: Option<&str>) -> Action {
    let used = match last {
        Some(day) => format!(" It was last used on {day}."),
        None => " Nobody is known to have used it.".to_owned(),
    };
    Action::removal(
        format!("Revoke token {name}"),
        format!("It stops working within ten seconds, and its secret cannot be had back.{used}"),
        vec!["Programs that use it are refused from then on.".to_owned()],
        vec![vec!["tokens".to_owned(), name.clone()]],
        move |project| drop(project.tokens.remove(&name)),
    )
}

/// The page.
#[component]
pub(super) fn Tokens(project: Arc<Project>) -> impl IntoView {
    let space = space();
    let api = expect_context::<Api>();
    let making = RwSignal::new(false);
    let may = space.is_admin();
    let uses = RwSignal::new(None::<Result<BTreeMap<String, String>, Failure>>);
    if may {
        spawn_local(async move {
            let outcome = api.token_uses().await;
            uses.try_set(Some(
                outcome.map(|uses| uses.into_iter().filter_map(|TokenUse { name, last_used }| Some((name, last_used?))).collect()),
            ));
        });
    }
    let rows = project
        .tokens
        .iter()
        .map(|(name, token)| view! { <Row name=name.clone() token=token.clone() project=project.clone() may uses /> })
        .collect_view();
    let none = project.tokens.is_empty();
    let who = admins(&project);
    let for_form = project.clone();
    view! {
        <div class="page-head">
            <div><h1>"Tokens"</h1><p class="lead">"For programs: deploy jobs, scripts, the command line. Each has roles of its own and a last day, and the history names it."</p></div>
            {may.then(|| view! { <button type="button" class="button primary" on:click=move |_| making.set(true)>"New token"</button> })}
        </div>
        {(!may).then(|| view! { <NotYours what="change tokens" who /> })}
        {if none {
            view! { <div class="card"><Empty icon="token" title="No tokens yet"><p>"A program that should publish, or only read, needs one. Give it no more than it needs."</p></Empty></div> }.into_any()
        } else {
            view! { <ul class="card rows">{rows}</ul> }.into_any()
        }}
        {move || making.get().then(|| view! { <NewToken project=for_form.clone() close=Callback::new(move |()| { making.try_set(false); }) /> })}
    }
}

#[component]
fn Row(
    name: String,
    token: Token,
    project: Arc<Project>,
    may: bool,
    uses: RwSignal<Option<Result<BTreeMap<String, String>, Failure>>>,
) -> impl IntoView {
    let space = space();
    let clock = clock();
    let expires = token.expires.at();
    let last = {
        let name = name.clone();
        move || match &*uses.read() {
            Some(Ok(uses)) => uses.get(&name).and_then(|day| halyard_core::Date::parse(day)).map(day),
            _ => None,
        }
    };
    let said = {
        let last = last.clone();
        move || match (&*uses.read(), last()) {
            (Some(Ok(_)), Some(day)) => format!("last used on {day}"),
            (Some(Ok(_)), None) => "never used, as far as is known".to_owned(),
            (Some(Err(_)), _) => "when it was last used cannot be told just now".to_owned(),
            (None, _) => String::new(),
        }
    };
    let standing = move || {
        let now = clock.get();
        let left = expires.0 - now.0;
        match () {
            () if left <= 0 => view! { <Badge tone=Tone::Off word="expired" /> }.into_any(),
            () if left < 14 * DAY_MS => view! { <Badge tone=Tone::Held word=format!("expires {}", relative(expires, now)) /> }.into_any(),
            () => view! { <span class="small muted">{format!("until {}", exact(expires))}</span> }.into_any(),
        }
    };
    let revoked = name.clone();
    view! {
        <li class="key-row">
            <div class="section tight">
                <p class="actions"><strong class="mono">{name.clone()}</strong>{standing}</p>
                {(!token.description.is_empty()).then(|| view! { <p>{token.description.clone()}</p> })}
                <p class="small soft">{crate::releases::stages::capital(&words::in_short(&token.roles))}</p>
                <p class="small muted">{format!("Made by {} on {}", token.created_by, day(token.created))}{move || { let said = said(); if said.is_empty() { said } else { format!(" · {said}") } }}</p>
                <details class="fold small"><summary>"What it may do"</summary><SpelledOut said=words::spelled_out(&project, &token.roles) /></details>
            </div>
            {may.then(|| view! { <button type="button" class="button small danger" aria-label=format!("Revoke {name}") on:click=move |_| space.propose(revoke_action(revoked.clone(), last().as_deref()))>"Revoke"</button> })}
        </li>
    }
}

#[component]
fn NewToken(project: Arc<Project>, close: Callback<()>) -> impl IntoView {
    let space = space();
    space.hold();
    let api = expect_context::<Api>();
    let name = RwSignal::new(String::new());
    let description = RwSignal::new(String::new());
    let held = RwSignal::new(Roles::new());
    let tomorrow = local_day(Timestamp(now().0 + DAY_MS));
    let expires = RwSignal::new(local_day(Timestamp(now().0 + LIFE * DAY_MS)));
    let taken = project.clone();
    let fault = Memo::new(move |_| name_fault(&name.read(), taken.tokens.contains_key(&*name.read())));
    // It is good to the end of that day.
    let until = move || start_of_local_day(&expires.read(), 1).filter(|at| at.0 > now().0);
    let barred = move || name.read().is_empty() || fault.get().is_some() || until().is_none() || held.read().is_empty();
    let project = StoredValue::new((*project).clone());
    let go_on = move |()| {
        let Some(expires) = untrack(until).and_then(|at| Time::parse(&at.to_string())) else { return };
        let (description, roles, by) = (description.get_untracked().trim().to_owned(), held.get_untracked(), me(api));
        let token = move |hash| Token { description, roles, hash, created: now().date(), created_by: by, expires };
        match add_action(name.get_untracked(), token, close) {
            Some(action) => space.propose(action),
            None => space.say_no_randomness(),
        }
    };
    let who = Signal::derive(move || if name.read().is_empty() { "it".to_owned() } else { name.get() });
    let last_for = move |days: i64| move |_| expires.set(local_day(Timestamp(now().0 + days * DAY_MS)));
    view! {
        <FormDialog title="New token" close wide=true barred=Signal::derive(barred) go_on=go_on>
            <div class="two">
                <NameField id="token-name" label="Name" placeholder="ci-deploy" value=name fault note="The history names it." />
                <TextField id="token-description" label="What it is for" placeholder="The deploy pipeline of the shop" value=description />
            </div>
            <div class="field">
                <label for="token-expires">"Works until the end of"</label>
                <div class="actions">
                    <input id="token-expires" class="input short" type="date" required min=tomorrow prop:value=move || expires.get() on:input=move |event| expires.set(event_target_value(&event)) />
                    <button type="button" class="linkish" on:click=last_for(30)>"30 days"</button>
                    <button type="button" class="linkish" on:click=last_for(90)>"90 days"</button>
                    <button type="button" class="linkish" on:click=last_for(365)>"1 year"</button>
                </div>
            </div>
            <Matrix project held who />
        </FormDialog>
    }
}
