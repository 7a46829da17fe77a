//! What roles allow, in plain words.

use std::collections::BTreeMap;

use halyard_core::authority::{Grant, Reach, roles};
use halyard_edge::project::{EVERYWHERE, Project, Roles, roles_in};

use crate::kinds::{FLAGS, Group, KEYS};

/// A grant in words: "releases: open to a further stage and roll back — only for flags of purpose release".
pub(crate) fn grant(grant: &Grant) -> String {
    let mut said: Vec<String> = Vec::new();
    if FLAGS.iter().flat_map(|group| group.kinds).all(|kind| grant.covers(kind.name)) {
        said.push("everything about flags, releases and all else in the document".to_owned());
    } else {
        said.extend(FLAGS.iter().filter_map(|group| of_group(group, grant)));
    }
    said.extend(of_group(&KEYS, grant));
    if said.is_empty() {
        return "nothing".to_owned();
    }
    let mut out = said.join("; ");
    let mut narrowed = Vec::new();
    if !grant.purposes.is_empty() {
        let purposes: Vec<String> = grant.purposes.iter().map(|purpose| purpose.as_str().to_owned()).collect();
        narrowed.push(format!("of purpose {}", listed(&purposes, "or")));
    }
    if !grant.tags.is_empty() {
        narrowed.push(format!("tagged {}", listed(&quoted(&grant.tags), "or")));
    }
    if !grant.owners.is_empty() {
        narrowed.push(format!("owned by {}", listed(&quoted(&grant.owners), "or")));
    }
    if !narrowed.is_empty() {
        out.push_str(&format!(" — only for flags {}", narrowed.join(", ")));
    }
    if grant.reach == Reach::Anything {
        out.push_str(", whatever other flags rest on them");
    }
    out
}

/// Whether it is every change of any flag.
fn is_everything(grant: &Grant) -> bool {
    !grant.is_narrowed() && FLAGS.iter().flat_map(|group| group.kinds).all(|kind| grant.covers(kind.name))
}

fn quoted(texts: &[String]) -> Vec<String> {
    texts.iter().map(|text| format!("`{text}`")).collect()
}

/// "releases: open to a further stage and roll back", or "everything about releases".
fn of_group(group: &Group, grant: &Grant) -> Option<String> {
    let held: Vec<String> = group.kinds.iter().filter(|kind| grant.covers(kind.name)).map(|kind| kind.may.to_owned()).collect();
    match held.len() {
        0 => None,
        all if all == group.kinds.len() && all > 1 => {
            Some(format!("everything about {}", group.title.to_lowercase().replace("sdk", "SDK")))
        }
        _ => Some(format!("{}: {}", group.title.to_lowercase().replace("sdk", "SDK"), listed(&held, "and"))),
    }
}

/// `a, b and c`.
pub(crate) fn listed(texts: &[String], last: &str) -> String {
    match texts {
        [] => String::new(),
        [one] => one.clone(),
        [rest @ .., end] => format!("{} {last} {end}", rest.join(", ")),
    }
}

/// A role's grants: the project's own, or a built-in one's.
pub(crate) fn grants(project: &Project, role: &str) -> Vec<Grant> {
    roles::built_in(role).or_else(|| project.roles.get(role).map(|role| role.may.clone())).unwrap_or_default()
}

/// What a role is, in a sentence.
pub(crate) fn about(project: &Project, role: &str) -> String {
    if let Some(built_in) = roles::BUILT_IN.iter().find(|built_in| built_in.name == role) {
        return built_in.description.to_owned();
    }
    match project.roles.get(role) {
        Some(own) if !own.description.is_empty() => own.description.clone(),
        Some(own) => may(&own.may),
        None => "a role that is no more".to_owned(),
    }
}

/// Grants in a sentence: what somebody may do.
pub(crate) fn may(grants: &[Grant]) -> String {
    let said: Vec<String> = grants.iter().map(grant).collect();
    if said.is_empty() { "look, and change nothing".to_owned() } else { said.join("; ") }
}

/// What somebody with these roles may do, environment by environment: its name and sentences. Environments that allow the same are one.
pub(crate) fn spelled_out(project: &Project, held: &Roles) -> Vec<(String, Vec<String>)> {
    let mut out: Vec<(String, Vec<String>)> = Vec::new();
    if held.get(EVERYWHERE).is_some_and(|roles| roles.iter().any(|role| role == "admin")) {
        out.push(("The project".to_owned(), vec!["look after people, roles, tokens, environments, limits and every SDK key".to_owned()]));
    }
    let mut same: BTreeMap<Vec<String>, Vec<String>> = BTreeMap::new();
    let mut order: Vec<Vec<String>> = Vec::new();
    for (key, environment) in &project.environments {
        let names = roles_in(held, key);
        let mut allowed: Vec<Grant> = names.iter().flat_map(|role| grants(project, role)).collect();
        // Whoever may do everything need not be told the parts of it.
        if allowed.iter().any(is_everything) {
            allowed.retain(|held| is_everything(held) || KEYS.kinds.iter().any(|kind| held.covers(kind.name)));
        }
        let mut sentences: Vec<String> = allowed.iter().map(grant).collect();
        sentences.dedup();
        if sentences.is_empty() {
            sentences.push(if names.is_empty() {
                "nothing: it is hidden from them".to_owned()
            } else {
                "look, and change nothing".to_owned()
            });
        }
        if !same.contains_key(&sentences) {
            order.push(sentences.clone());
        }
        same.entry(sentences).or_default().push(environment.name.clone());
    }
    out.extend(order.into_iter().map(|sentences| (listed(same.get(&sentences).map(Vec::as_slice).unwrap_or_default(), "and"), sentences)));
    out
}

/// Somebody's roles in short, place by place: "admin everywhere, editor of staging".
pub(crate) fn in_short(held: &Roles) -> String {
    let places = held.iter().filter(|(_, roles)| !roles.is_empty()).map(|(place, roles)| {
        let roles = listed(roles, "and");
        if place == EVERYWHERE { format!("{roles} everywhere") } else { format!("{roles} of {place}") }
    });
    let places: Vec<String> = places.collect();
    if places.is_empty() { "no role".to_owned() } else { places.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use halyard_core::document::Purpose;

    #[test]
    fn a_grant_is_said_in_the_words_of_its_kinds() {
        let releases = Grant { purposes: vec![Purpose::Release, Purpose::Experiment], ..Grant::of(&["release.open", "release.roll-back"]) };
        assert_eq!(grant(&releases), "releases: open to a further stage and roll back — only for flags of purpose release or experiment");
        assert_eq!(grant(&Grant::of(&["flag.*", "key.rotate"])), "everything about flags; SDK keys: rotate an SDK key");
        assert_eq!(grant(&Grant::of(&["*"])), "everything about flags, releases and all else in the document");
        let narrow = Grant {
            tags: vec!["checkout".to_owned()],
            owners: vec!["ann".to_owned()],
            reach: Reach::Anything,
            ..Grant::of(&["flag.disable"])
        };
        assert_eq!(
            grant(&narrow),
            "flags: switch off — only for flags tagged `checkout`, owned by `ann`, whatever other flags rest on them"
        );
        assert_eq!(grant(&Grant::default()), "nothing");
    }

    #[test]
    fn what_somebody_may_do_is_told_once_for_environments_that_are_alike() {
        let mut project = Project::new("Acme");
        for (key, name) in [("production", "Production"), ("staging", "Staging"), ("test", "Test")] {
            name.clone_into(&mut project.environments.entry(key.to_owned()).or_default().name);
        }
        let held = |entries: &[(&str, &str)]| -> Roles {
            entries.iter().map(|(place, role)| ((*place).to_owned(), vec![(*role).to_owned()])).collect()
        };
        let said = spelled_out(&project, &held(&[("staging", "editor"), ("test", "editor")]));
        assert_eq!(
            said,
            [
                ("Production".to_owned(), vec!["nothing: it is hidden from them".to_owned()]),
                ("Staging and Test".to_owned(), vec!["everything about flags, releases and all else in the document".to_owned()]),
            ]
        );
        let both = Roles::from([("*".to_owned(), vec!["editor".to_owned(), "operator".to_owned()])]);
        assert_eq!(spelled_out(&project, &both).len(), 1);
        assert_eq!(spelled_out(&project, &both)[0].1.len(), 1, "an operator's switches are among all that an editor may do");
        assert_eq!(spelled_out(&project, &held(&[("*", "viewer")]))[0].1, ["look, and change nothing"]);
        assert_eq!(spelled_out(&project, &held(&[("*", "admin")]))[0].0, "The project");
        assert_eq!(in_short(&held(&[("*", "viewer"), ("test", "editor")])), "viewer everywhere, editor of test");
    }
}
