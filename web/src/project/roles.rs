//! Roles: what the built-in ones allow, and the project's own.

use std::sync::Arc;

use halyard_core::authority::roles::BUILT_IN;
use halyard_edge::project::{Project, Roles};
use leptos::prelude::*;

use crate::project::NotYours;
use crate::project::role_form::RoleForm;
use crate::project::space::{Action, admins, space};
use crate::project::words;
use crate::releases::stages::capital;
use crate::ui::Empty;
use crate::ui::rich::{Rich, count};

/// Who has a role: people by address and tokens by name.
fn holders(project: &Project, role: &str) -> (Vec<String>, Vec<String>) {
    let holds = |roles: &Roles| roles.values().flatten().any(|held| held == role);
    let people = project.people.iter().filter(|(_, person)| holds(&person.roles)).map(|(email, _)| email.clone());
    let tokens = project.tokens.iter().filter(|(_, token)| holds(&token.roles)).map(|(name, _)| name.clone());
    (people.collect(), tokens.collect())
}

pub(super) fn held_by(project: &Project, role: &str) -> String {
    let (people, tokens) = holders(project, role);
    match (people.len(), tokens.len()) {
        (0, 0) => "Nobody has it.".to_owned(),
        (people, 0) => format!("{} it.", if people == 1 { "1 person has".to_owned() } else { format!("{people} people have") }),
        (0, tokens) => format!("{} it.", if tokens == 1 { "1 token has".to_owned() } else { format!("{tokens} tokens have") }),
        (people, tokens) => format!("{} and {} have it.", count(people, "person", "people"), count(tokens, "token", "tokens")),
    }
}

/// Takes a role out of the project, and from everybody who has it.
fn remove(project: &mut Project, role: &str) {
    project.roles.remove(role);
    let take = |roles: &mut Roles| {
        roles.values_mut().for_each(|held| held.retain(|held| held != role));
        roles.retain(|_, held| !held.is_empty());
    };
    project.people.values_mut().for_each(|person| take(&mut person.roles));
    project.tokens.values_mut().for_each(|token| take(&mut token.roles));
}

fn remove_action(project: &Project, role: &str) -> Action {
    let (people, tokens) = holders(project, role);
    let mut warnings = Vec::new();
    let mut about = vec![vec!["roles".to_owned(), role.to_owned()]];
    if !people.is_empty() || !tokens.is_empty() {
        let names: Vec<String> = people.iter().chain(&tokens).map(|name| format!("`{name}`")).collect();
        let shown = names.iter().take(8).cloned().collect::<Vec<_>>();
        let more = names.len().saturating_sub(shown.len());
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        warnings.push(format!("It is taken from {}{more}. They can no longer do what only this role allowed.", shown.join(", ")));
        about.extend(people.iter().map(|email| vec!["people".to_owned(), email.clone()]));
        about.extend(tokens.iter().map(|name| vec!["tokens".to_owned(), name.clone()]));
    }
    let name = role.to_owned();
    let lead = "The role is gone, for everybody and in every environment.".to_owned();
    Action::removal(format!("Delete role {role}"), lead, warnings, about, move |project| remove(project, &name))
}

/// The page.
#[component]
pub(super) fn RolesPage(project: Arc<Project>) -> impl IntoView {
    let space = space();
    let may = space.is_admin();
    // The role whose form is open; an empty name is that of a new one.
    let form = RwSignal::new(None::<String>);
    let own = project.roles.iter().map(|(name, role)| {
        let (edited, removed) = (name.clone(), remove_action(&project, name));
        view! {
            <li class="role">
                <div class="section tight">
                    <h3 class="mono">{name.clone()}</h3>
                    {(!role.description.is_empty()).then(|| view! { <p><Rich text=role.description.clone() /></p> })}
                    <MayList grants=role.may.clone() />
                    <p class="small muted">{held_by(&project, name)}</p>
                </div>
                {may.then(|| view! { <div class="actions">
                    <button type="button" class="button small" aria-label=format!("Change {edited}") on:click={let edited = edited.clone(); move |_| form.set(Some(edited.clone()))}>"Change"</button>
                    <button type="button" class="button small danger" aria-label=format!("Delete {edited}") on:click=move |_| space.propose(removed.clone())>"Delete"</button>
                </div> })}
            </li>
        }
    }).collect_view();
    let built_in = BUILT_IN
        .iter()
        .map(|role| {
            view! {
                <li class="role">
                    <div class="section tight">
                        <h3 class="mono">{role.name}</h3>
                        <p><Rich text=capital(role.description) />"."</p>
                        <p class="small muted">{held_by(&project, role.name)}</p>
                        <details class="fold small"><summary>"Its kinds of change"</summary><MayList grants=(role.grants)() /></details>
                    </div>
                </li>
            }
        })
        .collect_view();
    let none = project.roles.is_empty();
    let for_form = project.clone();
    view! {
        <div class="page-head">
            <div><h1>"Roles"</h1><p class="lead">"A role is a list of kinds of change, to all flags or to some. People and tokens have roles in environments."</p></div>
            {may.then(|| view! { <button type="button" class="button primary" on:click=move |_| form.set(Some(String::new()))>"New role"</button> })}
        </div>
        {(!may).then(|| view! { <NotYours what="change roles" who=admins(&project) /> })}
        <section class="section">
            <h2>"This project’s own"</h2>
            {if none {
                view! { <div class="card"><Empty icon="role" title="No roles of its own yet"><p>"The built-in ones below suit most. Make one for a team that looks after part of the flags, or for a program that does one thing."</p></Empty></div> }.into_any()
            } else {
                view! { <ul class="card rows">{own}</ul> }.into_any()
            }}
        </section>
        <section class="section">
            <h2>"Built in"</h2>
            <ul class="card rows">{built_in}</ul>
        </section>
        {move || form.get().map(|name| view! { <RoleForm name project=for_form.clone() close=Callback::new(move |()| { form.try_set(None); }) /> })}
    }
}

/// What a role allows, a sentence for each of its grants.
#[component]
pub(crate) fn MayList(grants: Vec<halyard_core::authority::Grant>) -> impl IntoView {
    if grants.is_empty() {
        return view! { <p>"Look, and change nothing."</p> }.into_any();
    }
    view! { <ul class="told">{grants.iter().map(|grant| view! { <li><span><Rich text=capital(&words::grant(grant)) />"."</span></li> }).collect_view()}</ul> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use halyard_edge::project::{Person, Role};

    #[test]
    fn a_role_that_goes_is_taken_from_everybody_who_has_it() {
        let mut project = Project::new("Acme");
        project.roles.insert("lead".to_owned(), Role { description: String::new(), may: Vec::new() });
        let held = |roles: &[&str]| Roles::from([("*".to_owned(), roles.iter().map(|role| (*role).to_owned()).collect())]);
        project.people.insert("ann@a.example".to_owned(), Person { name: "Ann".to_owned(), roles: held(&["lead", "viewer"]) });
        project.people.insert("bo@a.example".to_owned(), Person { name: "Bo".to_owned(), roles: held(&["lead"]) });
        assert_eq!(held_by(&project, "lead"), "2 people have it.");
        let action = remove_action(&project, "lead");
        assert!(action.warnings[0].contains("`ann@a.example`"), "{:?}", action.warnings);
        (action.apply)(&mut project);
        assert!(project.roles.is_empty() && project.people["bo@a.example"].roles.is_empty());
        assert_eq!(project.people["ann@a.example"].roles, held(&["viewer"]));
        assert_eq!(held_by(&project, "lead"), "Nobody has it.");
    }
}
