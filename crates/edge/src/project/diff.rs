//! What lies between two projects, in words that the history of people and keys is read by.

use std::collections::{BTreeMap, BTreeSet};

use halyard_core::Json;
use serde::Serialize;

use super::{KeyKind, Limits, PreviousKey, Project, Role, Roles, SdkKey};
use crate::wire::Edit;

/// The kinds of change of a project. All but those of keys are for its admins alone.
pub const KINDS: [&str; 20] = [
    "project.rename",
    "project.limits",
    "environment.add",
    "environment.remove",
    "environment.rename",
    "environment.overrides",
    "role.add",
    "role.remove",
    "role.change",
    "person.add",
    "person.remove",
    "person.rename",
    "person.roles",
    "key.add",
    "key.rotate",
    "key.revoke",
    "key.change",
    "token.add",
    "token.revoke",
    "token.change",
];

/// The changes from one project to another, of these [`KINDS`].
///
/// ```
/// use halyard_edge::project::{diff, Project};
/// let changes = diff(&Project::new("Acme"), &Project::new("Acme Shop"));
/// assert_eq!(changes[0].sentence, "the project is called `Acme Shop` (was `Acme`)");
/// ```
pub fn diff(from: &Project, to: &Project) -> Vec<Edit> {
    let mut edits = Edits(Vec::new());
    if from.name != to.name {
        let sentence = format!("the project is called `{}` (was `{}`)", to.name, from.name);
        edits.push("project.rename", &["name"], Some(&from.name), Some(&to.name), sentence);
    }
    if from.limits != to.limits {
        edits.push("project.limits", &["limits"], Some(&from.limits), Some(&to.limits), limits(&from.limits, &to.limits));
    }
    edits.each("environments", "environment", &from.environments, &to.environments, |key, from, to| match (from, to) {
        (None, Some(to)) => vec![("add", None, format!("environment `{key}` is added, called `{}`", to.name))],
        (Some(_), None) => vec![("remove", None, format!("environment `{key}` is removed"))],
        (Some(from), Some(to)) => {
            let name = ("rename", Some("name"), format!("environment `{key}` is called `{}` (was `{}`)", to.name, from.name));
            let allowed = if to.overrides { "may now override public flags in" } else { "may no longer override public flags in" };
            let overrides = ("overrides", Some("overrides"), format!("testers {allowed} environment `{key}`"));
            let both = [(from.name != to.name, name), (from.overrides != to.overrides, overrides)];
            both.into_iter().filter(|(differs, _)| *differs).map(|(_, edit)| edit).collect()
        }
        (None, None) => Vec::new(),
    });
    edits.each("roles", "role", &from.roles, &to.roles, |name, from, to| match (from, to) {
        (None, Some(to)) => vec![("add", None, format!("role `{name}` is added: {}", may(to)))],
        (Some(_), None) => vec![("remove", None, format!("role `{name}` is removed"))],
        (Some(from), Some(to)) if from.may == to.may => vec![("change", None, format!("role `{name}` is described anew"))],
        (Some(from), Some(to)) => vec![("change", None, format!("role `{name}` now may {} (was: {})", may(to), may(from)))],
        (None, None) => Vec::new(),
    });
    edits.each("people", "person", &from.people, &to.people, |email, from, to| match (from, to) {
        (None, Some(to)) => vec![("add", None, format!("`{email}` joins as {}", roles(&to.roles, SOMEBODY)))],
        (Some(_), None) => vec![("remove", None, format!("`{email}` leaves"))],
        (Some(from), Some(to)) => {
            let mut said = Vec::new();
            if from.name != to.name {
                said.push(("rename", Some("name"), format!("`{email}` is called `{}` (was `{}`)", to.name, from.name)));
            }
            if from.roles != to.roles {
                let words = (roles(&to.roles, SOMEBODY), roles(&from.roles, SOMEBODY));
                said.push(("roles", Some("roles"), format!("`{email}` is {} (was {})", words.0, words.1)));
            }
            said
        }
        (None, None) => Vec::new(),
    });
    edits.each("keys", "key", &from.keys, &to.keys, |id, from, to| match (from, to) {
        (None, Some(to)) => vec![("add", None, format!("{} key `{id}` of `{}` is added", kind(to.kind), to.environment))],
        (Some(from), None) => vec![("revoke", None, format!("{} key `{id}` of `{}` is revoked", kind(from.kind), from.environment))],
        (Some(from), Some(to)) => key(id, from, to),
        (None, None) => Vec::new(),
    });
    edits.each("tokens", "token", &from.tokens, &to.tokens, |id, from, to| match (from, to) {
        (None, Some(to)) => vec![("add", None, format!("token `{id}` is added: {}, until {}", roles(&to.roles, PROGRAM), to.expires))],
        (Some(from), None) => vec![("revoke", None, format!("token `{id}` is revoked (it was {})", roles(&from.roles, PROGRAM)))],
        (Some(from), Some(to)) => {
            let mut said = Vec::new();
            if from.hash != to.hash {
                said.push("has another secret".to_owned());
            }
            if from.roles != to.roles {
                said.push(format!("is {} (was {})", roles(&to.roles, PROGRAM), roles(&from.roles, PROGRAM)));
            }
            if from.expires != to.expires {
                said.push(format!("is good until {} (was {})", to.expires, from.expires));
            }
            if said.is_empty() {
                said.push("is described anew".to_owned());
            }
            vec![("change", None, format!("token `{id}` {}", said.join(", ")))]
        }
        (None, None) => Vec::new(),
    });
    edits.0
}

struct Edits(Vec<Edit>);

/// What happened to an entry, the field that it happened to, and a sentence.
type Said = (&'static str, Option<&'static str>, String);

impl Edits {
    fn push(&mut self, kind: &str, path: &[&str], from: Option<&impl Serialize>, to: Option<&impl Serialize>, sentence: String) {
        self.0.push(Edit {
            kind: kind.to_owned(),
            path: path.iter().map(|part| (*part).to_owned()).collect(),
            from: from.map(|value| Json::from_value(value)),
            to: to.map(|value| Json::from_value(value)),
            sentence,
        });
    }

    fn each<T: Serialize + PartialEq>(
        &mut self,
        collection: &str,
        noun: &str,
        from: &BTreeMap<String, T>,
        to: &BTreeMap<String, T>,
        say: impl Fn(&str, Option<&T>, Option<&T>) -> Vec<Said>,
    ) {
        for key in from.keys().chain(to.keys()).collect::<BTreeSet<_>>() {
            let (from, to) = (from.get(key), to.get(key));
            if from == to {
                continue;
            }
            for (verb, field, sentence) in say(key, from, to) {
                let side = |side: Option<&T>| {
                    let json = Json::from_value(side?);
                    Some(match field {
                        Some(field) => json.get(field).cloned().unwrap_or_default(),
                        None => json,
                    })
                };
                let path: Vec<&str> = [collection, key].into_iter().chain(field).collect();
                self.push(&format!("{noun}.{verb}"), &path, side(from).as_ref(), side(to).as_ref(), sentence);
            }
        }
    }
}

/// What happened to a key that stays. What lets another secret in is told apart from what shuts one out, for they are other rights.
fn key(id: &str, from: &SdkKey, to: &SdkKey) -> Vec<Said> {
    let mut said = Vec::new();
    let is_same_key = from.environment == to.environment && from.kind == to.kind;
    let was_there = from.previous.as_ref().is_some_and(|old| old.hash == to.hash);
    let moves_on = |old: &PreviousKey| old.hash == from.hash && old.created == from.created;
    let is_rotated = is_same_key && !was_there && to.previous.as_ref().is_some_and(moves_on);
    let is_kept = is_same_key && from.hash == to.hash && from.created == to.created;
    if is_rotated {
        let sentence = format!(
            "{} key `{id}` of `{}` is rotated: it has a new secret, and the one before works until it is revoked",
            kind(to.kind),
            to.environment
        );
        said.push(("rotate", None, sentence));
    }
    if (is_rotated || is_kept && to.previous.is_none()) && from.previous.is_some() {
        let sentence = format!("the secret that {} key `{id}` of `{}` had before is revoked", kind(from.kind), from.environment);
        said.push(("revoke", Some("previous"), sentence));
    }
    if said.is_empty() {
        let sentence = match () {
            () if !is_same_key => format!(
                "SDK key `{id}` is now a {} key of `{}` (was a {} key of `{}`)",
                kind(to.kind),
                to.environment,
                kind(from.kind),
                from.environment
            ),
            () if is_kept => format!("a further secret works for {} key `{id}` of `{}`", kind(to.kind), to.environment),
            () => format!("{} key `{id}` of `{}` has another secret", kind(to.kind), to.environment),
        };
        said.push(("change", None, sentence));
    }
    said
}

fn kind(kind: KeyKind) -> &'static str {
    kind.as_str()
}

/// "`release.*` of flags of purpose `release`": what a role may do.
fn may(role: &Role) -> String {
    let told: Vec<String> = role.may.iter().map(ToString::to_string).collect();
    if told.is_empty() { "nothing".to_owned() } else { told.join("; ") }
}

/// What is said of a person, and of a program, that has no role.
const SOMEBODY: &str = "somebody without a role";
const PROGRAM: &str = "without a role";

fn roles(roles: &Roles, nobody: &str) -> String {
    let places: Vec<String> = roles
        .iter()
        .filter(|(_, roles)| !roles.is_empty())
        .map(|(place, roles)| {
            let words = roles.join(" and ");
            if place == super::EVERYWHERE { format!("{words} everywhere") } else { format!("{words} of `{place}`") }
        })
        .collect();
    if places.is_empty() { nobody.to_owned() } else { places.join(", ") }
}

fn limits(from: &Limits, to: &Limits) -> String {
    let pairs = [
        ("temporary flags", from.temporary_flags, to.temporary_flags),
        ("variants", from.variants, to.variants),
        ("segments", from.segments, to.segments),
        ("live releases", from.live_releases, to.live_releases),
    ];
    let word = |limit: Option<u32>| limit.map_or("the default".to_owned(), |limit| limit.to_string());
    let told: Vec<String> = pairs
        .iter()
        .filter(|(_, from, to)| from != to)
        .map(|(name, from, to)| format!("{name} {} (was {})", word(*to), word(*from)))
        .collect();
    format!("the limits change: {}", told.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn project(text: &str) -> Project {
        Project::read(text.as_bytes()).unwrap()
    }

    #[test]
    fn changes_of_people_and_keys_read_as_sentences() {
        let hash = "00".repeat(32);
        let old = project(
            r#"{"format": 1, "name": "Acme", "environments": {"production": {"name": "Production"}},
                "people": {"ann@acme.example": {"name": "Ann", "roles": {"*": ["admin"]}}, "bo@acme.example": {"name": "Bo"}}}"#,
        );
        let new = project(&format!(
            r#"{{"format": 1, "name": "Acme", "environments": {{"production": {{"name": "Prod"}}}}, "limits": {{"variants": 4}},
                "people": {{"ann@acme.example": {{"name": "Ann", "roles": {{"*": ["admin"], "production": ["editor"]}}}},
                            "cy@acme.example": {{"name": "Cy", "roles": {{"production": ["viewer"]}}}}}},
                "keys": {{"web": {{"environment": "production", "kind": "browser", "hash": "{hash}", "created": "2026-11-01"}}}}}}"#
        ));
        let sentences: Vec<String> = diff(&old, &new).into_iter().map(|edit| format!("{}: {}", edit.kind, edit.sentence)).collect();
        assert_eq!(
            sentences,
            [
                "project.limits: the limits change: variants 4 (was the default)",
                "environment.rename: environment `production` is called `Prod` (was `Production`)",
                "person.roles: `ann@acme.example` is admin everywhere, editor of `production` (was admin everywhere)",
                "person.remove: `bo@acme.example` leaves",
                "person.add: `cy@acme.example` joins as viewer of `production`",
                "key.add: browser key `web` of `production` is added",
            ]
        );
        assert!(diff(&new, &new).is_empty());
        assert_eq!(diff(&new, &old).len(), 6);
    }

    /// A project with one key, whose secrets are told by a digit.
    fn with_key(environment: &str, secret: u8, previous: Option<u8>) -> Project {
        let of = |secret: u8| format!(r#""hash": "{}", "created": "2026-11-0{secret}""#, format!("{secret}{secret}").repeat(32));
        let previous = previous.map(|secret| format!(r#", "previous": {{{}}}"#, of(secret))).unwrap_or_default();
        project(&format!(
            r#"{{"format": 1, "name": "Acme", "environments": {{"production": {{"name": "P"}}, "staging": {{"name": "S"}}}},
                "people": {{"ann@acme.example": {{"name": "Ann", "roles": {{"*": ["admin"]}}}}}},
                "keys": {{"web": {{"environment": "{environment}", "kind": "browser", {}{previous}}}}}}}"#,
            of(secret)
        ))
    }

    #[test]
    fn what_lets_a_secret_in_is_told_apart_from_what_shuts_one_out() {
        let kinds = |from: (u8, Option<u8>), to: (u8, Option<u8>)| {
            let edits = diff(&with_key("production", from.0, from.1), &with_key("production", to.0, to.1));
            edits.into_iter().map(|edit| edit.kind).collect::<Vec<_>>()
        };
        assert_eq!(kinds((1, None), (2, Some(1))), ["key.rotate"]);
        assert_eq!(kinds((2, Some(1)), (2, None)), ["key.revoke"]);
        assert_eq!(kinds((2, Some(1)), (3, Some(2))), ["key.rotate", "key.revoke"], "of three, the oldest goes");
        for (from, to) in [
            ((1, None), (2, None)),
            ((1, None), (1, Some(2))),
            ((1, None), (2, Some(3))),
            ((2, Some(1)), (2, Some(3))),
            ((2, Some(1)), (1, Some(2))),
            ((2, Some(1)), (1, None)),
            ((2, Some(1)), (3, Some(1))),
        ] {
            assert_eq!(kinds(from, to), ["key.change"], "{from:?} → {to:?}");
        }
        let moved = diff(&with_key("production", 1, None), &with_key("staging", 2, Some(1)));
        assert_eq!(moved[0].sentence, "SDK key `web` is now a browser key of `staging` (was a browser key of `production`)");
    }

    #[test]
    fn changes_of_roles_and_tokens_read_as_sentences() {
        let with = |rest: &str| {
            project(&format!(
                r#"{{"format": 1, "name": "Acme", "environments": {{"production": {{"name": "P"}}}},
                    "people": {{"ann@acme.example": {{"name": "Ann", "roles": {{"*": ["admin"]}}}}}}{rest}}}"#
            ))
        };
        let token = |fields: &str| {
            format!(
                r#", "tokens": {{"ci": {{"hash": "{}", "created": "2026-11-01", "createdBy": "ann@acme.example", {fields}}}}}"#,
                "00".repeat(32)
            )
        };
        let role = |fields: &str| format!(r#", "roles": {{"lead": {{{fields}}}}}"#);
        let narrowed =
            r#""may": [{"changes": ["release.*"], "purposes": ["release"]}, {"changes": ["flag.disable"], "reach": "anything"}]"#;
        for (from, to, sentence) in [
            (
                String::new(),
                role(narrowed),
                "role `lead` is added: `release.*` for flags of purpose `release`; `flag.disable`, whatever rests on them",
            ),
            (role(r#""may": []"#), role(r#""may": [{"changes": ["*"]}]"#), "role `lead` now may `*` (was: nothing)"),
            (role(r#""may": []"#), role(r#""may": [], "description": "x""#), "role `lead` is described anew"),
            (
                String::new(),
                token(r#""roles": {"production": ["editor"]}, "expires": "2027-01-01T00:00:00Z""#),
                "token `ci` is added: editor of `production`, until 2027-01-01T00:00:00Z",
            ),
            (
                token(r#""expires": "2027-01-01T00:00:00Z""#),
                token(r#""roles": {"*": ["admin"]}, "expires": "2028-01-01T00:00:00Z""#),
                "token `ci` is admin everywhere (was without a role), is good until 2028-01-01T00:00:00Z (was 2027-01-01T00:00:00Z)",
            ),
        ] {
            let edits = diff(&with(&from), &with(&to));
            assert_eq!(edits.iter().map(|edit| edit.sentence.as_str()).collect::<Vec<_>>(), [sentence]);
        }
    }
}
