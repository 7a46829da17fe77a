//! Who may do what where: roles down, environments across, a checkbox each. People and tokens are given roles by it.

use halyard_core::authority::roles::BUILT_IN;
use halyard_edge::project::{Project, Roles};
use leptos::prelude::*;

use crate::project::space::places;
use crate::project::words;
use crate::ui::rich::Rich;

/// The roles of a project by name, built-in ones first, with what they are.
pub(crate) fn roles_of(project: &Project) -> Vec<(String, String)> {
    let built_in = BUILT_IN.iter().map(|role| (role.name.to_owned(), role.description.to_owned()));
    built_in.chain(project.roles.keys().map(|name| (name.clone(), words::about(project, name)))).collect()
}

fn has(held: &Roles, place: &str, role: &str) -> bool {
    held.get(place).is_some_and(|roles| roles.iter().any(|held| held == role))
}

/// Gives or takes a role. A place without roles is not kept.
fn set(held: &mut Roles, place: &str, role: &str, on: bool) {
    let roles = held.entry(place.to_owned()).or_default();
    roles.retain(|held| held != role);
    if on {
        roles.push(role.to_owned());
    }
    held.retain(|_, roles| !roles.is_empty());
}

/// The matrix, and under it in words what that comes to.
#[component]
pub(crate) fn Matrix(project: StoredValue<Project>, held: RwSignal<Roles>, #[prop(into)] who: Signal<String>) -> impl IntoView {
    let (roles, places) = project.with_value(|project| (roles_of(project), places(project)));
    let head = places.iter().map(|(_, name)| view! { <th scope="col">{name.clone()}</th> }).collect_view();
    let rows = roles.into_iter().map(|(role, about)| {
        let cells = places.iter().map(|(place, name)| {
            let label = format!("{role}, {name}");
            let (place, role) = (place.clone(), role.clone());
            let (at, of) = (place.clone(), role.clone());
            view! {
                <td><label class="cell" data-place=name.clone()><input type="checkbox" aria-label=label prop:checked=move || has(&held.read(), &at, &of)
                    on:change=move |event| held.update(|held| set(held, &place, &role, event_target_checked(&event))) /></label></td>
            }
        }).collect_view();
        view! { <tr><th scope="row"><span class="mono">{role}</span><span class="small soft"><Rich text=about /></span></th>{cells}</tr> }
    }).collect_view();
    view! {
        <div class="scroller" tabindex="0" role="region" aria-label="Roles by environment">
            <table class="matrix">
                <thead><tr><th scope="col">"Role"</th>{head}</tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        <section class="section tight spelled" aria-live="polite">
            <h3>{move || format!("What {} may do", who.get())}</h3>
            {move || project.with_value(|project| view! { <SpelledOut said=words::spelled_out(project, &held.read()) /> })}
        </section>
    }
}

/// What somebody may do, environment by environment.
#[component]
pub(crate) fn SpelledOut(said: Vec<(String, Vec<String>)>) -> impl IntoView {
    view! {
        <dl class="pairs">
            {said.into_iter().map(|(place, sentences)| view! {
                <dt>{place}</dt>
                <dd>{sentences.into_iter().map(|sentence| view! { <p><Rich text=sentence /></p> }).collect_view()}</dd>
            }).collect_view()}
        </dl>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_is_given_once_and_leaves_nothing_behind_when_it_is_taken() {
        let mut held = Roles::new();
        set(&mut held, "production", "editor", true);
        set(&mut held, "production", "editor", true);
        set(&mut held, "*", "viewer", true);
        assert!(has(&held, "production", "editor") && !has(&held, "staging", "editor"));
        assert_eq!(held["production"], ["editor"]);
        set(&mut held, "production", "editor", false);
        assert_eq!(held.keys().collect::<Vec<_>>(), ["*"]);
    }
}
