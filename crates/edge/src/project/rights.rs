//! Who may do what, as a project says it: the roles of a person or a token become what they may do in an environment, and which
//! changes of the project itself are theirs.

use halyard_core::Timestamp;
use halyard_core::authority::{Authority, Grant, KEY_KINDS, roles};

use super::{ADMIN, EVERYWHERE, Project, Roles};
use crate::wire::Edit;

impl Project {
    /// What these roles allow in an environment; none: they may not even see it.
    ///
    /// ```
    /// use halyard_edge::project::Project;
    /// let text = br#"{"format": 1, "name": "Acme", "environments": {"production": {"name": "Production"}},
    ///     "roles": {"tagger": {"may": [{"changes": ["flag.describe"]}]}},
    ///     "people": {"ann@acme.example": {"name": "Ann", "roles": {"*": ["admin"]}},
    ///                "bo@acme.example": {"name": "Bo", "roles": {"production": ["tagger", "releaser"]}}}}"#;
    /// let project = Project::read(text).unwrap();
    /// let bo = project.authority(&project.people["bo@acme.example"].roles, "production").unwrap();
    /// assert!(bo.covers("flag.describe") && bo.covers("release.open") && !bo.covers("flag.rules"));
    /// assert!(project.authority(&project.people["bo@acme.example"].roles, "staging").is_none());
    /// ```
    pub fn authority(&self, roles: &Roles, environment: &str) -> Option<Authority> {
        let names = roles_in(roles, environment);
        let grants = names.iter().flat_map(|name| self.grants(name)).collect();
        (!names.is_empty()).then_some(Authority { grants })
    }

    /// What a role may do in an environment; nothing, where there is no such role.
    fn grants(&self, role: &str) -> Vec<Grant> {
        roles::built_in(role).or_else(|| Some(self.roles.get(role)?.may.clone())).unwrap_or_default()
    }

    /// The roles of a person or a token, as the project has them.
    pub(crate) fn roles_of(&self, name: &str, now: Timestamp) -> Option<&Roles> {
        let person = self.people.get(name).map(|person| &person.roles);
        person.or_else(|| self.tokens.get(name).filter(|token| token.is_good(now)).map(|token| &token.roles))
    }
}

/// The names of somebody's roles in an environment, those that they have everywhere included.
///
/// ```
/// use halyard_edge::project::{Roles, roles_in};
/// let roles: Roles = [("*".to_owned(), vec!["viewer".to_owned()]), ("production".to_owned(), vec!["releaser".to_owned()])].into();
/// assert_eq!(roles_in(&roles, "production"), ["releaser", "viewer"]);
/// assert_eq!(roles_in(&roles, "staging"), ["viewer"]);
/// ```
pub fn roles_in<'r>(roles: &'r Roles, environment: &str) -> Vec<&'r str> {
    let mut names: Vec<&str> = Vec::new();
    for name in [environment, EVERYWHERE].iter().filter_map(|place| roles.get(*place)).flatten() {
        if !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    names
}

/// Whether these roles may change the project itself: people, roles, tokens, environments, limits.
///
/// ```
/// use halyard_edge::project::{Roles, is_admin};
/// let of = |place: &str| -> Roles { [(place.to_owned(), vec!["admin".to_owned()])].into() };
/// assert!(is_admin(&of("*")) && !is_admin(&of("production")));
/// ```
pub fn is_admin(roles: &Roles) -> bool {
    roles.get(EVERYWHERE).is_some_and(|roles| roles.iter().any(|role| role == ADMIN))
}

/// Why somebody with these roles may not make each of these edits of a project; none: they may.
pub(crate) fn judge(project: &Project, next: &Project, roles: &Roles, edits: &[Edit]) -> Vec<Option<String>> {
    edits.iter().map(|edit| refuse(project, next, roles, edit)).collect()
}

/// Keys are their environment's, the one that they were of and the one that they are of; all else is the admins' alone. Judged by
/// the roles before the edits: nobody gives themselves the right to what they are just doing.
fn refuse(project: &Project, next: &Project, roles: &Roles, edit: &Edit) -> Option<String> {
    if is_admin(roles) {
        return None;
    }
    let kind = edit.kind.as_str();
    if !KEY_KINDS.contains(&kind) {
        return Some(format!("only an admin of the whole project (`*`) may do `{kind}`"));
    }
    let places = environments_of(project, next, edit);
    let lacks = places.into_iter().find(|place| !project.authority(roles, place).is_some_and(|authority| authority.covers(kind)));
    lacks.map(|place| format!("your roles do not include `{kind}` in `{place}`"))
}

/// The environments of the key that an edit is to, before and after.
fn environments_of<'p>(project: &'p Project, next: &'p Project, edit: &Edit) -> Vec<&'p str> {
    let id = edit.path.get(1).map_or("", String::as_str);
    [project, next].into_iter().filter_map(|side| Some(side.keys.get(id)?.environment.as_str())).collect()
}

/// The most names that a refusal tells.
const NAMED: usize = 8;

/// Who in a project may make each of these changes: people and tokens, with the roles that they have in an environment (none: in the
/// project). `may` says of roles, for each change, whether they may make it.
pub(crate) fn holders(
    project: &Project,
    environment: Option<&str>,
    now: Timestamp,
    changes: usize,
    may: impl Fn(&Roles) -> Vec<bool>,
) -> Vec<Vec<String>> {
    let people = project.people.iter().map(|(email, person)| (email, &person.roles));
    let tokens = project.tokens.iter().filter(|(_, token)| token.is_good(now)).map(|(name, token)| (name, &token.roles));
    let mut known: Vec<(&Roles, Vec<bool>)> = Vec::new();
    let mut found: Vec<Vec<String>> = vec![Vec::new(); changes];
    for (name, roles) in people.chain(tokens) {
        let place = known.iter().position(|(other, _)| *other == roles).unwrap_or_else(|| {
            known.push((roles, may(roles)));
            known.len() - 1
        });
        let names = match environment {
            Some(key) => roles_in(roles, key).join(", "),
            None => {
                roles.iter().flat_map(|(place, names)| names.iter().map(move |name| with_place(name, place))).collect::<Vec<_>>().join(", ")
            }
        };
        let answers = known.get(place).map(|(_, answers)| answers.as_slice()).unwrap_or_default();
        for (who, _) in found.iter_mut().zip(answers).filter(|(_, may)| **may) {
            who.push(format!("{name} ({names})"));
        }
    }
    for who in &mut found {
        if who.len() > NAMED {
            let more = who.len() - NAMED;
            who.truncate(NAMED);
            who.push(format!("and {more} more"));
        }
    }
    found
}

/// "admin", or "admin of production".
fn with_place(role: &str, place: &str) -> String {
    if place == EVERYWHERE { role.to_owned() } else { format!("{role} of {place}") }
}
