//! The project's name, its environments and its limits.

use std::sync::Arc;

use halyard_core::check::ProjectLimits;
use halyard_edge::project::{Limits, Project};
use leptos::prelude::*;

use crate::project::NotYours;
use crate::project::space::{Action, admins, space};
use crate::ui::dialog::FormDialog;
use crate::ui::field::{NameField, TextField, name_fault};

/// A limit: its name, what it is for, and how it is read from and put into the limits.
struct Limit {
    id: &'static str,
    title: &'static str,
    about: &'static str,
    get: fn(&Limits) -> Option<u32>,
    set: fn(&mut Limits, Option<u32>),
    usual: fn(&ProjectLimits) -> u32,
}

const LIMITS: [Limit; 4] = [
    Limit {
        id: "temporary",
        title: "Temporary flags",
        about: "Release and experiment flags that are not closed away, in an environment.",
        get: |limits| limits.temporary_flags,
        set: |limits, to| limits.temporary_flags = to,
        usual: |usual| usual.temporary_flags,
    },
    Limit {
        id: "variants",
        title: "Variants of a flag",
        about: "More than a handful is often a setting in disguise.",
        get: |limits| limits.variants,
        set: |limits, to| limits.variants = to,
        usual: |usual| usual.variants,
    },
    Limit {
        id: "segments",
        title: "Segments",
        about: "Named groups of users, in an environment.",
        get: |limits| limits.segments,
        set: |limits, to| limits.segments = to,
        usual: |usual| usual.segments,
    },
    Limit {
        id: "releases",
        title: "Live releases",
        about: "Releases that are under way at once, in an environment.",
        get: |limits| limits.live_releases,
        set: |limits, to| limits.live_releases = to,
        usual: |usual| usual.live_releases,
    },
];

fn rename_action(name: String, done: Callback<()>) -> Action {
    Action {
        title: "Rename the project".to_owned(),
        lead: format!("The project will be called `{name}`. Nothing else changes."),
        warnings: Vec::new(),
        message: format!("The project is called {name}"),
        danger: false,
        about: vec![vec!["name".to_owned()]],
        apply: Arc::new(move |project| project.name.clone_from(&name)),
        made: None,
        done: Some(done),
    }
}

fn environment_action(key: String, name: String, is_new: bool, done: Callback<()>) -> Action {
    Action {
        title: if is_new { format!("Add environment {key}") } else { format!("Rename environment {key}") },
        lead: if is_new {
            "It begins without flags, with a history of its own. Give people roles in it and make its SDK keys next.".to_owned()
        } else {
            format!("It will be called `{name}`. Its key, `{key}`, its flags and its SDK keys stay as they are.")
        },
        warnings: Vec::new(),
        message: if is_new { format!("Add environment {key}") } else { format!("Environment {key} is called {name}") },
        danger: false,
        about: vec![vec!["environments".to_owned(), key.clone()]],
        apply: Arc::new(move |project| {
            project.environments.entry(key.clone()).or_default().name.clone_from(&name);
        }),
        made: None,
        done: Some(done),
    }
}

fn overrides_action(key: String, allowed: bool) -> Action {
    let (verb, lead) = if allowed {
        ("Allow", "Whoever may publish here can make links that give whoever opens them other variants of public flags, in that browser.")
    } else {
        ("Allow no", "Nobody can make such a link any more, and those that were made stop working.")
    };
    let title = format!("{verb} testers’ links in {key}");
    Action {
        message: title.clone(),
        title,
        lead: lead.to_owned(),
        warnings: Vec::new(),
        danger: false,
        about: vec![vec!["environments".to_owned(), key.clone()]],
        apply: Arc::new(move |project| project.environments.entry(key.clone()).or_default().overrides = allowed),
        made: None,
        done: None,
    }
}

fn limits_action(limits: Limits) -> Action {
    Action {
        title: "Change the limits".to_owned(),
        lead: "A publish that would pass a limit is refused, and says what could go. What is there already stays.".to_owned(),
        warnings: Vec::new(),
        message: "Change the limits".to_owned(),
        danger: false,
        about: vec![vec!["limits".to_owned()]],
        apply: Arc::new(move |project| project.limits = limits),
        made: None,
        done: None,
    }
}

/// A limit as it was typed: none for the default, or why it is no limit.
fn read(text: &str) -> Result<Option<u32>, ()> {
    match text.trim() {
        "" => Ok(None),
        text => text.parse().ok().filter(|limit| (1..=10_000).contains(limit)).map(Some).ok_or(()),
    }
}

/// Which form is open.
#[derive(Clone, PartialEq)]
enum Form {
    Project,
    NewEnvironment,
    Environment(String),
}

/// The page.
#[component]
pub(super) fn Settings(project: Arc<Project>) -> impl IntoView {
    let space = space();
    let may = space.is_admin();
    let form = RwSignal::new(None::<Form>);
    let environments = project.environments.iter().map(|(key, environment)| {
        let (renamed, tested, allowed) = (key.clone(), key.clone(), environment.overrides);
        let (keys, people) = (
            project.keys.values().filter(|held| held.environment == *key).count(),
            project.people.values().filter(|person| !halyard_edge::project::roles_in(&person.roles, key).is_empty()).count(),
        );
        view! {
            <li class="key-row">
                <div><p><strong>{environment.name.clone()}</strong>" "<span class="mono small muted">{key.clone()}</span></p>
                    <p class="small muted">{format!("{} may see it · {}", crate::ui::rich::count(people, "person", "people"), crate::ui::rich::count(keys, "SDK key", "SDK keys"))}{allowed.then_some(" · testers’ links allowed")}</p></div>
                {may.then(|| view! { <div class="actions">
                    <button type="button" class="button small" on:click=move |_| space.propose(overrides_action(tested.clone(), !allowed))>{if allowed { "Allow no testers’ links" } else { "Allow testers’ links" }}<span class="sr">" in "{key.clone()}</span></button>
                    <button type="button" class="button small" aria-label=format!("Rename {key}") on:click=move |_| form.set(Some(Form::Environment(renamed.clone())))>"Rename"</button>
                </div> })}
            </li>
        }
    }).collect_view();
    let who = admins(&project);
    let (limits, name) = (project.limits, project.name.clone());
    let for_form = project.clone();
    view! {
        <div class="page-head"><div><h1>"Settings"</h1><p class="lead">"The project, its environments, and how much it lets pile up."</p></div></div>
        {(!may).then(|| view! { <NotYours what="change the project" who /> })}
        <section class="section">
            <h2>"Project"</h2>
            <div class="card pad key-row"><div><p class="small muted">"Name"</p><p><strong>{name}</strong></p></div>
                {may.then(|| view! { <button type="button" class="button small" on:click=move |_| form.set(Some(Form::Project))>"Rename"<span class="sr">" the project"</span></button> })}
            </div>
        </section>
        <section class="section">
            <div class="section-head"><h2>"Environments"</h2>{may.then(|| view! { <button type="button" class="button small" on:click=move |_| form.set(Some(Form::NewEnvironment))>"Add an environment"</button> })}</div>
            <ul class="card rows">{environments}</ul>
        </section>
        <LimitsForm limits may />
        {move || form.get().map(|which| view! { <NameForm which project=for_form.clone() close=Callback::new(move |()| { form.try_set(None); }) /> })}
    }
}

#[component]
fn LimitsForm(limits: Limits, may: bool) -> impl IntoView {
    let space = space();
    let usual = ProjectLimits::default();
    let texts: Vec<RwSignal<String>> =
        LIMITS.iter().map(|limit| RwSignal::new((limit.get)(&limits).map(|limit| limit.to_string()).unwrap_or_default())).collect();
    let typed = {
        let texts = texts.clone();
        move || {
            let mut typed = Limits::DEFAULT;
            for (limit, text) in LIMITS.iter().zip(&texts) {
                (limit.set)(&mut typed, read(&text.read()).ok()?);
            }
            Some(typed)
        }
    };
    let next = Memo::new(move |_| typed());
    let barred = move || next.get().is_none_or(|next| next == limits);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if let Some(next) = next.get_untracked().filter(|next| *next != limits) {
            space.propose(limits_action(next));
        }
    };
    let fields = LIMITS.iter().zip(texts).map(|(limit, text)| {
        let usual = (limit.usual)(&usual);
        let wrong = move || read(&text.read()).is_err();
        let note = format!("{}-note", limit.id);
        view! {
            <div class="field">
                <label for=limit.id>{limit.title}</label>
                <input id=limit.id class="input short" inputmode="numeric" autocomplete="off" disabled=!may placeholder=format!("{usual}, the default") aria-describedby=note.clone()
                    aria-invalid=move || if wrong() { "true" } else { "false" } prop:value=move || text.get() on:input=move |event| text.set(event_target_value(&event)) />
                <p id=note class="small" class:muted=move || !wrong() class:bad-ink=wrong>{move || if wrong() { "A whole number from 1 to 10000, or nothing for the default." } else { limit.about }}</p>
            </div>
        }
    }).collect_view();
    view! {
        <section class="section">
            <h2>"Limits"</h2>
            <p class="small soft">"Release control that nobody prunes becomes unmanageable, so these are small. An empty field is the default."</p>
            <form class="card pad section" on:submit=submit>
                <div class="two">{fields}</div>
                {may.then(|| view! { <div class="actions"><button type="submit" class="button primary" disabled=barred>"Continue"</button></div> })}
            </form>
        </section>
    }
}

#[component]
fn NameForm(which: Form, project: Arc<Project>, close: Callback<()>) -> impl IntoView {
    let space = space();
    space.hold();
    let is_new = which == Form::NewEnvironment;
    let (title, before) = match &which {
        Form::Project => ("Rename the project", project.name.clone()),
        Form::NewEnvironment => ("Add an environment", String::new()),
        Form::Environment(key) => {
            ("Rename an environment", project.environments.get(key).map(|environment| environment.name.clone()).unwrap_or_default())
        }
    };
    let key = RwSignal::new(String::new());
    let name = RwSignal::new(before.clone());
    let fault = Memo::new(move |_| name_fault(&key.read(), project.environments.contains_key(&*key.read())));
    let barred =
        move || name.read().trim().is_empty() || *name.read() == before || is_new && (key.read().is_empty() || fault.get().is_some());
    let go_on = move |()| {
        let name = name.get_untracked().trim().to_owned();
        space.propose(match &which {
            Form::Project => rename_action(name, close),
            Form::NewEnvironment => environment_action(key.get_untracked(), name, true, close),
            Form::Environment(key) => environment_action(key.clone(), name, false, close),
        });
    };
    view! {
        <FormDialog title close barred=Signal::derive(barred) go_on=go_on>
            {is_new.then(|| view! {
                <NameField id="environment-key" label="Key" placeholder="staging" value=key fault note="In addresses and on the command line. It cannot be changed later." />
            })}
            <TextField id="new-name" label="Name" placeholder=if is_new { "Staging" } else { "" } value=name required=true />
        </FormDialog>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_a_number_or_nothing() {
        assert_eq!(read(" "), Ok(None));
        assert_eq!(read("12"), Ok(Some(12)));
        for wrong in ["0", "10001", "-1", "1.5", "many"] {
            assert_eq!(read(wrong), Err(()), "{wrong}");
        }
    }

    #[test]
    fn every_limit_is_read_from_where_it_is_put() {
        for limit in &LIMITS {
            let mut limits = Limits::DEFAULT;
            (limit.set)(&mut limits, Some(7));
            assert_eq!((limit.get)(&limits), Some(7), "{}", limit.title);
            assert_eq!(LIMITS.iter().filter(|other| (other.get)(&limits).is_some()).count(), 1, "{}", limit.title);
        }
    }
}
