//! People: who they are, which roles they have where, and what that lets them do.

use std::sync::Arc;

use halyard_edge::project::{Person, Project, Roles};
use leptos::prelude::*;

use crate::api::Api;
use crate::project::matrix::{Matrix, SpelledOut};
use crate::project::space::{Action, admins, me, places, space};
use crate::project::{NotYours, words};
use crate::ui::Empty;
use crate::ui::dialog::FormDialog;
use crate::ui::field::TextField;
use crate::ui::icon::Icon;
use crate::ui::rich::count;

/// Which form is open.
#[derive(Clone, PartialEq)]
enum Form {
    Add,
    Change(String),
}

/// The page.
#[component]
pub(super) fn People(project: Arc<Project>) -> impl IntoView {
    let space = space();
    let api = expect_context::<Api>();
    let form = RwSignal::new(None::<Form>);
    let words = RwSignal::new(String::new());
    let place = RwSignal::new(String::new());
    let may = space.is_admin();
    let total = project.people.len();
    let places = places(&project);
    let shown = {
        let project = project.clone();
        Memo::new(move |_| {
            let (words, place) = (words.read().to_lowercase(), place.get());
            let fits = |email: &str, person: &Person| {
                let text = format!("{email} {} {}", person.name, words::in_short(&person.roles)).to_lowercase();
                words.split_whitespace().all(|word| text.contains(word)) && (place.is_empty() || person.roles.contains_key(&place))
            };
            project
                .people
                .iter()
                .filter(|(email, person)| fits(email, person))
                .map(|(email, person)| (email.clone(), person.clone()))
                .collect::<Vec<_>>()
        })
    };
    let rows = {
        let project = project.clone();
        move || {
            shown
                .get()
                .into_iter()
                .map(|(email, person)| view! { <Row email person project=project.clone() may form me=me(api) /> })
                .collect_view()
        }
    };
    let for_form = project.clone();
    view! {
        <div class="page-head">
            <div><h1>"People"</h1><p class="lead">"Who may sign in, and what they may do in each environment."</p></div>
            {may.then(|| view! { <button type="button" class="button primary" on:click=move |_| form.set(Some(Form::Add))>"Add a person"</button> })}
        </div>
        {(!may).then(|| view! { <NotYours what="change people" who=admins(&project) /> })}
        <div class="filters few" role="search">
            <div class="field find">
                <label for="search">"Search"</label>
                <div class="search"><Icon name="search" size=18 />
                    <input id="search" class="input" type="search" autocomplete="off" placeholder="Name, address, role" prop:value=move || words.get() on:input=move |event| words.set(event_target_value(&event)) />
                    <kbd aria-hidden="true">"/"</kbd>
                </div>
            </div>
            <div class="field">
                <label for="place">"With a role in"</label>
                <select id="place" class="select" prop:value=move || place.get() on:change=move |event| place.set(event_target_value(&event))>
                    <option value="">"Any environment"</option>
                    {places.into_iter().map(|(key, name)| view! { <option value=key>{name}</option> }).collect_view()}
                </select>
            </div>
        </div>
        <section class="section" aria-label="People">
            <p class="small muted" role="status">{move || { let shown = shown.read().len(); if shown == total { count(total, "person", "people") } else { format!("{shown} of {}", count(total, "person", "people")) } }}</p>
            <div class="card">
                {move || if shown.read().is_empty() {
                    view! { <Empty icon="search" title="Nobody matches"><p>"Try fewer words, or any environment."</p>
                        <div class="actions"><button type="button" class="button" on:click=move |_| { words.set(String::new()); place.set(String::new()); }>"Show everybody"</button></div>
                    </Empty> }.into_any()
                } else {
                    view! { <ul class="rows">{rows()}</ul> }.into_any()
                }}
            </div>
        </section>
        {move || form.get().map(|which| view! { <PersonForm which project=for_form.clone() close=Callback::new(move |()| { form.try_set(None); }) /> })}
    }
}

#[component]
fn Row(email: String, person: Person, project: Arc<Project>, may: bool, form: RwSignal<Option<Form>>, me: String) -> impl IntoView {
    let opened = RwSignal::new(false);
    let it_is_me = email == me;
    let (title, change) = (format!("What {} may do", person.name), email.clone());
    let name = person.name.clone();
    let held = person.roles.clone();
    let places = places(&project);
    let tags = places.into_iter().flat_map(|(place, name)| {
        let roles = person.roles.get(&place).cloned().unwrap_or_default();
        roles.into_iter().map(move |role| view! { <span class="tag"><b>{role}</b>" "{if place == "*" { "everywhere".to_owned() } else { name.clone() }}</span> }).collect::<Vec<_>>()
    }).collect_view();
    view! {
        <li class="person">
            <div>
                <p><strong>{person.name.clone()}</strong>{it_is_me.then(|| view! { <span class="small muted">" (you)"</span> })}</p>
                <p class="small muted mono">{email}</p>
            </div>
            <p class="actions tags">{if person.roles.is_empty() { view! { <span class="small warn-ink">"No role: they see nothing."</span> }.into_any() } else { tags.into_any() }}</p>
            {may.then(|| view! { <button type="button" class="button small" aria-label=format!("Change {name}") on:click=move |_| form.set(Some(Form::Change(change.clone())))>"Change"</button> })}
            <details class="fold small" on:toggle=move |_| opened.set(true)>
                <summary>{title}</summary>
                {move || opened.get().then(|| view! { <SpelledOut said=words::spelled_out(&project, &held) /> })}
            </details>
        </li>
    }
}

/// Why an address cannot be taken, if it cannot.
fn fault(email: &str, taken: bool) -> Option<&'static str> {
    let is_address =
        email.split_once('@').is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.') && !domain.contains('@'));
    match () {
        () if email.is_empty() => None,
        () if email.chars().any(char::is_uppercase) => Some("Write it in small letters."),
        () if !is_address || email.chars().any(|c| c.is_whitespace() || c.is_control()) || email.len() > 254 => {
            Some("An e-mail address, such as ann@acme.example.")
        }
        () if taken => Some("There is a person with this address already."),
        () => None,
    }
}

fn person_action(email: String, before: Option<&Person>, after: Person, done: Callback<()>) -> Action {
    let is_new = before.is_none();
    let (name, roles) = (after.name.clone(), words::in_short(&after.roles));
    let roles_change = before.is_none_or(|before| before.roles != after.roles);
    Action {
        title: if is_new { format!("Add {name}") } else { format!("Change {name}") },
        lead: if is_new {
            format!("They sign in with a link that `halyard link --person {email}` makes, and have {roles}.")
        } else if roles_change {
            format!("They will have {roles}, from their next request on.")
        } else {
            "Only what they are called changes.".to_owned()
        },
        warnings: Vec::new(),
        message: match (is_new, roles_change) {
            (true, _) => format!("Add {name}: {roles}"),
            (false, true) => format!("{name}: {roles}"),
            (false, false) => format!("{email} is called {name}"),
        },
        danger: false,
        about: vec![vec!["people".to_owned(), email.clone()]],
        apply: Arc::new(move |project| {
            project.people.insert(email.clone(), after.clone());
        }),
        made: None,
        done: Some(done),
    }
}

fn remove_action(email: String, name: &str, is_me: bool, done: Callback<()>) -> Action {
    let removal = Action::removal(
        format!("Remove {name}"),
        format!(
            "`{email}` can no longer sign in, and what they have open stops working with their next request. What they did stays in the history."
        ),
        if is_me { vec!["This is you: you would be signed out.".to_owned()] } else { Vec::new() },
        vec![vec!["people".to_owned(), email.clone()]],
        move |project| drop(project.people.remove(&email)),
    );
    Action { done: Some(done), ..removal }
}

/// A new person, or one as they are.
#[component]
fn PersonForm(which: Form, project: Arc<Project>, close: Callback<()>) -> impl IntoView {
    let space = space();
    space.hold();
    let api = expect_context::<Api>();
    let known = match &which {
        Form::Add => None,
        Form::Change(email) => project.people.get(email).cloned().map(|person| (email.clone(), person)),
    };
    let email = RwSignal::new(known.as_ref().map(|(email, _)| email.clone()).unwrap_or_default());
    let name = RwSignal::new(known.as_ref().map(|(_, person)| person.name.clone()).unwrap_or_default());
    let held = RwSignal::new(known.as_ref().map(|(_, person)| person.roles.clone()).unwrap_or_else(Roles::new));
    let (is_new, before) = (known.is_none(), StoredValue::new(known.map(|(_, person)| person)));
    let taken = project.clone();
    let fault = Memo::new(move |_| if is_new { fault(&email.read(), taken.people.contains_key(&*email.read())) } else { None });
    let unchanged =
        move || before.read_value().as_ref().is_some_and(|before| before.name == name.read().trim() && before.roles == *held.read());
    let barred = move || email.read().is_empty() || name.read().trim().is_empty() || fault.get().is_some() || unchanged();
    let project = StoredValue::new((*project).clone());
    let go_on = move |()| {
        let after = Person { name: name.get_untracked().trim().to_owned(), roles: held.get_untracked() };
        space.propose(person_action(email.get_untracked(), before.get_value().as_ref(), after, close));
    };
    let remove = move |_| {
        let email = email.get_untracked();
        let is_me = email == me(api);
        space.propose(remove_action(email, &before.get_value().map(|person| person.name).unwrap_or_default(), is_me, close));
    };
    let who = Signal::derive(move || if name.read().trim().is_empty() { "they".to_owned() } else { name.read().trim().to_owned() });
    view! {
        <FormDialog title=if is_new { "Add a person" } else { "Change a person" } close wide=true left=move || (!is_new).then(|| view! { <button type="button" class="button danger left" on:click=remove>"Remove"</button> }) barred=Signal::derive(barred) go_on=go_on>
            <div class="two">
                <div class="field">
                    <label for="email">"E-mail address"</label>
                    <input id="email" class="input" type="email" required autocomplete="off" placeholder="ann@acme.example" disabled=!is_new aria-describedby="email-note"
                        prop:value=move || email.get() on:input=move |event| email.set(event_target_value(&event).trim().to_owned()) />
                    <p id="email-note" class="small" class:muted=move || fault.get().is_none() class:bad-ink=move || fault.get().is_some()>
                        {move || fault.get().unwrap_or(if is_new { "It is how the history names them, and cannot be changed later." } else { "It cannot be changed: the history names them by it." })}
                    </p>
                </div>
                <TextField id="name" label="Name" placeholder="Ann Arbour" value=name required=true />
            </div>
            <Matrix project held who />
        </FormDialog>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_told_what_is_wrong_with_it() {
        assert_eq!(fault("ann@acme.example", false), None);
        assert_eq!(fault("", false), None, "nothing is said before something is written");
        for bad in ["ann", "ann@", "@acme.example", "ann@acme", "an n@acme.example", "a@b@c.d"] {
            assert!(fault(bad, false).is_some(), "{bad}");
        }
        assert_eq!(fault("Ann@acme.example", false), Some("Write it in small letters."));
        assert_eq!(fault("ann@acme.example", true), Some("There is a person with this address already."));
    }

    #[test]
    fn an_action_on_a_person_is_about_that_person_alone() {
        let mut project = Project::new("Acme");
        let person = Person { name: "Bo".to_owned(), roles: Roles::from([("*".to_owned(), vec!["viewer".to_owned()])]) };
        let add = person_action("bo@acme.example".to_owned(), None, person, Callback::new(|()| {}));
        (add.apply)(&mut project);
        assert_eq!(project.people["bo@acme.example"].name, "Bo");
        assert_eq!(add.about, [["people", "bo@acme.example"]]);
        assert_eq!(add.message, "Add Bo: viewer everywhere");
        (remove_action("bo@acme.example".to_owned(), "Bo", false, Callback::new(|()| {})).apply)(&mut project);
        assert!(project.people.is_empty());
    }
}
