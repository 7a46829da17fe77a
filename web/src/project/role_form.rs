//! A role of the project's own: its kinds of change with checkboxes, what narrows them, and the sentence that this comes to.

use std::sync::Arc;

use halyard_core::authority::{Grant, Pattern, Reach, roles};
use halyard_core::document::Purpose;
use halyard_edge::project::{Project, Role};
use leptos::prelude::*;

use crate::kinds::{FLAGS, Group, KEYS};
use crate::project::roles::MayList;
use crate::project::space::{Action, space};
use crate::releases::stages::capital;
use crate::ui::dialog::FormDialog;
use crate::ui::field::{NameField, TextField, name_fault};
use crate::ui::icon::Icon;

/// Why a name cannot be taken, if it cannot.
fn fault(name: &str, taken: bool) -> Option<&'static str> {
    name_fault(name, taken).or_else(|| roles::built_in(name).map(|_| "A built-in role has this name."))
}

/// Adds a kind to a grant or takes it away. What a pattern held beside it stays, kind by kind.
fn set(grant: &mut Grant, groups: &[&Group], kind: &str, on: bool) {
    let mut held: Vec<&str> = groups.iter().flat_map(|group| group.kinds).map(|kind| kind.name).filter(|kind| grant.covers(kind)).collect();
    held.retain(|held| *held != kind);
    if on {
        held.push(kind);
    }
    grant.changes = patterns(groups, &held);
}

/// Kinds as short as they can be said: a whole group is its pattern, all of the document's is `*`.
fn patterns(groups: &[&Group], held: &[&str]) -> Vec<Pattern> {
    let whole = |group: &Group| group.kinds.iter().all(|kind| held.contains(&kind.name));
    let mut words = Vec::new();
    let all = FLAGS.iter().all(whole);
    if all {
        words.push("*");
    }
    for group in groups {
        let of_document = group.pattern != KEYS.pattern;
        match () {
            () if all && of_document => {}
            () if whole(group) && group.kinds.len() > 1 => words.push(group.pattern),
            () => words.extend(group.kinds.iter().map(|kind| kind.name).filter(|kind| held.contains(kind))),
        }
    }
    words.into_iter().filter_map(Pattern::parse).collect()
}

fn groups() -> Vec<&'static Group> {
    FLAGS.iter().chain([&KEYS]).collect()
}

fn names(text: &str) -> Vec<String> {
    let mut names: Vec<String> = text.split(',').map(str::trim).filter(|name| !name.is_empty()).map(ToOwned::to_owned).collect();
    names.dedup();
    names
}

fn role_action(name: String, before: Option<&Role>, after: Role, holders: String, done: Callback<()>) -> Action {
    let is_new = before.is_none();
    Action {
        title: if is_new { format!("Make role {name}") } else { format!("Change role {name}") },
        lead: if is_new {
            "People and tokens can be given it from then on.".to_owned()
        } else {
            format!("{holders} The change holds from their next request on.")
        },
        warnings: Vec::new(),
        message: if is_new { format!("Make role {name}") } else { format!("Change role {name}") },
        danger: false,
        about: vec![vec!["roles".to_owned(), name.clone()]],
        apply: Arc::new(move |project| {
            project.roles.insert(name.clone(), after.clone());
        }),
        made: None,
        done: Some(done),
    }
}

/// A new role where the name is empty, else that one as it is.
#[component]
pub(super) fn RoleForm(name: String, project: Arc<Project>, close: Callback<()>) -> impl IntoView {
    let space = space();
    space.hold();
    let before = project.roles.get(&name).cloned();
    let is_new = before.is_none();
    let fresh = || vec![Grant::default()];
    let grants = RwSignal::new(before.as_ref().map(|role| role.may.clone()).filter(|may| !may.is_empty()).unwrap_or_else(fresh));
    let description = RwSignal::new(before.as_ref().map(|role| role.description.clone()).unwrap_or_default());
    let holders = super::roles::held_by(&project, &name);
    let name = RwSignal::new(name);
    let taken = project.clone();
    let fault = Memo::new(move |_| if is_new { fault(&name.read(), taken.roles.contains_key(&*name.read())) } else { None });
    let empty = move || grants.read().iter().any(|grant| grant.changes.is_empty());
    let barred = move || name.read().is_empty() || fault.get().is_some() || empty();
    let before = StoredValue::new(before);
    let go_on = move |()| {
        let after = Role { description: description.get_untracked().trim().to_owned(), may: grants.get_untracked() };
        space.propose(role_action(name.get_untracked(), before.get_value().as_ref(), after, holders.clone(), close));
    };
    view! {
        <FormDialog title=if is_new { "New role" } else { "Change a role" } close wide=true barred=Signal::derive(barred) go_on=go_on>
            <div class="two">
                <NameField id="role-name" label="Name" placeholder="checkout-lead" value=name fault note="It cannot be changed later." disabled=!is_new />
                <TextField id="role-description" label="For whom it is" placeholder="Leads the checkout team" value=description />
            </div>
            {move || (0..grants.read().len()).map(|index| view! { <GrantFields grants index /> }).collect_view()}
            <p><button type="button" class="button small" on:click=move |_| grants.update(|grants| grants.push(Grant::default()))><Icon name="plus" size=16 />"Something else, for other flags"</button></p>
            <section class="section tight spelled" aria-live="polite">
                <h3>"What it comes to"</h3>
                {move || view! { <MayList grants=grants.get() /> }}
            </section>
        </FormDialog>
    }
}

/// One grant: its kinds of change, and to which flags.
#[component]
fn GrantFields(grants: RwSignal<Vec<Grant>>, index: usize) -> impl IntoView {
    let read = move |look: fn(&Grant) -> String| move || grants.read().get(index).map(look).unwrap_or_default();
    let edit = move |change: &dyn Fn(&mut Grant)| {
        grants.update(|grants| {
            if let Some(grant) = grants.get_mut(index) {
                change(grant);
            }
        });
    };
    let boxes = groups().into_iter().map(|group| {
        let kinds = group.kinds.iter().map(|kind| view! {
            <label class="check"><input type="checkbox" prop:checked=move || grants.read().get(index).is_some_and(|grant| grant.covers(kind.name))
                on:change=move |event| { let on = event_target_checked(&event); edit(&|grant| set(grant, &groups(), kind.name, on)); } /><span>{capital(kind.may)}</span></label>
        }).collect_view();
        let all = move || grants.read().get(index).is_some_and(|grant| group.kinds.iter().all(|kind| grant.covers(kind.name)));
        let toggle = move |_| {
            let on = !all();
            edit(&|grant| group.kinds.iter().for_each(|kind| set(grant, &groups(), kind.name, on)));
        };
        view! {
            <fieldset class="kinds">
                <legend>{group.title}</legend>
                {(group.kinds.len() > 1).then(|| view! { <button type="button" class="linkish" on:click=toggle>{move || if all() { "None" } else { "All" }}<span class="sr">" of "{group.title}</span></button> })}
                {kinds}
            </fieldset>
        }
    }).collect_view();
    let purposes = Purpose::ALL.into_iter().map(|purpose| view! {
        <label class="check"><input type="checkbox" prop:checked=move || grants.read().get(index).is_some_and(|grant| grant.purposes.contains(&purpose))
            on:change=move |event| {
                let on = event_target_checked(&event);
                edit(&|grant| {
                    grant.purposes.retain(|held| *held != purpose);
                    if on {
                        grant.purposes.push(purpose);
                        grant.purposes.sort_unstable();
                    }
                });
            } /><span>{capital(purpose.as_str())}</span></label>
    }).collect_view();
    let id = move |name: &str| format!("{name}-{index}");
    view! {
        <div class="card pad section grant">
            {(index > 0).then(|| view! { <p class="actions"><strong>"And"</strong><button type="button" class="linkish" on:click=move |_| grants.update(|grants| { if index < grants.len() { grants.remove(index); } })>"Take this out"</button></p> })}
            <div class="kind-groups">{boxes}</div>
            <div class="two">
                <fieldset class="kinds row"><legend>"Only flags of these purposes"</legend>{purposes}<p class="small muted">"None ticked: of any purpose."</p></fieldset>
                <fieldset class="kinds"><legend>"What rests on those flags"</legend>
                    <label class="check"><input type="checkbox" prop:checked=move || grants.read().get(index).is_some_and(|grant| grant.reach == Reach::Anything)
                        on:change=move |event| { let reach = if event_target_checked(&event) { Reach::Anything } else { Reach::Same }; edit(&|grant| grant.reach = reach); } />
                        <span>"Whatever other flags rest on them"<span class="small soft">" — without this, a change is refused where it reaches a flag outside the limits here."</span></span></label>
                </fieldset>
                <div class="field">
                    <label for=id("tags")>"Only flags with one of these tags"</label>
                    <input id=id("tags") class="input" autocomplete="off" placeholder="checkout, payments" prop:value=read(|grant| grant.tags.join(", "))
                        on:change=move |event| { let tags = names(&event_target_value(&event)); edit(&|grant| grant.tags = tags.clone()); } />
                </div>
                <div class="field">
                    <label for=id("owners")>"Only flags of one of these owners"</label>
                    <input id=id("owners") class="input" autocomplete="off" placeholder="team-checkout" prop:value=read(|grant| grant.owners.join(", "))
                        on:change=move |event| { let owners = names(&event_target_value(&event)); edit(&|grant| grant.owners = owners.clone()); } />
                </div>
            </div>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(grant: &Grant) -> Vec<&str> {
        grant.changes.iter().map(Pattern::as_str).collect()
    }

    #[test]
    fn ticking_and_unticking_keeps_everything_else_that_was_ticked() {
        let mut grant = Grant::of(&["release.*"]);
        set(&mut grant, &groups(), "flag.enable", true);
        assert_eq!(said(&grant), ["flag.enable", "release.*"]);
        set(&mut grant, &groups(), "release.delete", false);
        assert!(!grant.covers("release.delete") && grant.covers("release.open") && grant.covers("flag.enable"));
        set(&mut grant, &groups(), "release.delete", true);
        assert_eq!(said(&grant), ["flag.enable", "release.*"]);
        let mut all = Grant::of(&["*"]);
        set(&mut all, &groups(), "key.rotate", true);
        assert_eq!(said(&all), ["*", "key.rotate"]);
        set(&mut all, &groups(), "plan.change", false);
        assert!(all.covers("flag.create") && all.covers("plan.create") && !all.covers("plan.change"));
    }

    #[test]
    fn every_kind_of_change_that_a_role_may_hold_has_its_checkbox() {
        let ticked: Vec<&str> = groups().into_iter().flat_map(|group| group.kinds).map(|kind| kind.name).collect();
        for kind in halyard_core::diff::Kind::ALL {
            assert!(ticked.contains(&kind.as_str()), "{} has no checkbox", kind.as_str());
        }
        for kind in halyard_core::authority::KEY_KINDS {
            assert!(ticked.contains(&kind), "{kind} has no checkbox");
        }
        assert_eq!(ticked.len(), halyard_core::diff::Kind::ALL.len() + halyard_core::authority::KEY_KINDS.len());
    }

    #[test]
    fn names_are_told_what_is_wrong_with_them() {
        assert_eq!(fault("checkout-lead", false), None);
        assert_eq!(fault("admin", false), Some("A built-in role has this name."));
        assert!(fault("two words", false).is_some() && fault("x", true).is_some());
        assert_eq!(names(" a, b,,b "), ["a", "b"]);
    }
}
