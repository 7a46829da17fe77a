//! The project's document: environments, people and their roles, SDK keys, tokens, limits. Read strictly, every problem at once.

mod decode;
mod diff;

use std::collections::BTreeMap;

use halyard_core::check::ProjectLimits;
use halyard_core::document::digest;
use halyard_core::{Date, Json, Problem, Time, Timestamp};
use serde::{Deserialize, Serialize, Serializer};

pub use diff::diff;

use crate::secrets::{Hash, Kind};

/// The largest project document, in bytes.
pub const BYTES: usize = 1024 * 1024;
/// In roles: every environment, and the project itself.
pub const EVERYWHERE: &str = "*";

/// What a person may do. Each role holds the ones before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Sees.
    Viewer,
    /// Publishes.
    Editor,
    /// Publishes, and, everywhere, changes the project.
    Admin,
}

impl Role {
    /// A role by its word.
    pub fn parse(word: &str) -> Option<Role> {
        [Role::Viewer, Role::Editor, Role::Admin].into_iter().find(|role| role.as_str() == word)
    }

    /// The word in documents.
    pub fn as_str(self) -> &'static str {
        match self {
            Role::Viewer => "viewer",
            Role::Editor => "editor",
            Role::Admin => "admin",
        }
    }
}

/// A project, checked.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Project {
    format: u32,
    /// What it is called.
    pub name: String,
    /// Its environments, by key.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub environments: BTreeMap<String, Environment>,
    /// Its people, by e-mail address.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub people: BTreeMap<String, Person>,
    /// Its SDK keys, by a name that is no secret.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub keys: BTreeMap<String, SdkKey>,
    /// Its people's tokens, by a name that is no secret.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub tokens: BTreeMap<String, Token>,
    /// Its own limits; what is absent is at its default.
    #[serde(skip_serializing_if = "Limits::is_default")]
    pub limits: Limits,
}

/// An environment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Environment {
    /// What it is called.
    pub name: String,
}

/// A person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Person {
    /// What they are called.
    pub name: String,
    /// Their roles, by environment or `*`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub roles: BTreeMap<String, Vec<Role>>,
}

/// An SDK key, as a hash.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SdkKey {
    /// Whose flags it opens.
    pub environment: String,
    /// For servers or for pages.
    pub kind: KeyKind,
    /// The secret's hash.
    #[serde(serialize_with = "hash_text")]
    pub hash: Hash,
    /// The day that it was made.
    pub created: Date,
}

/// For whom an SDK key is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum KeyKind {
    /// Servers: every flag.
    Server,
    /// Pages: public flags.
    Browser,
}

impl KeyKind {
    /// The word in documents.
    pub fn as_str(self) -> &'static str {
        match self {
            KeyKind::Server => "server",
            KeyKind::Browser => "browser",
        }
    }

    /// The kind of secret that such a key is.
    pub fn secret(self) -> Kind {
        match self {
            KeyKind::Server => Kind::Server,
            KeyKind::Browser => Kind::Browser,
        }
    }
}

/// A person's token, as a hash.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Token {
    /// Whose.
    pub person: String,
    /// The secret's hash.
    #[serde(serialize_with = "hash_text")]
    pub hash: Hash,
    /// The day that it was made.
    pub created: Date,
    /// Until when it is good; none: until it is revoked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires: Option<Time>,
}

fn hash_text<S: Serializer>(hash: &Hash, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(hash.as_str())
}

/// A project's own limits: small by default, because release control that nobody prunes becomes unmanageable. A publish that
/// would pass one is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Limits {
    /// Flags of temporary purposes that are not closed away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub temporary_flags: Option<u32>,
    /// Variants of a flag.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variants: Option<u32>,
    /// Segments.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub segments: Option<u32>,
    /// Live releases.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub live_releases: Option<u32>,
}

impl Limits {
    /// Nothing said: every limit at its default.
    pub const DEFAULT: Limits = Limits { temporary_flags: None, variants: None, segments: None, live_releases: None };

    /// The limits that apply: what was said, and core's defaults for the rest.
    pub fn effective(&self) -> ProjectLimits {
        let usual = ProjectLimits::default();
        ProjectLimits {
            temporary_flags: self.temporary_flags.unwrap_or(usual.temporary_flags),
            variants: self.variants.unwrap_or(usual.variants),
            segments: self.segments.unwrap_or(usual.segments),
            live_releases: self.live_releases.unwrap_or(usual.live_releases),
        }
    }

    fn is_default(&self) -> bool {
        *self == Limits::DEFAULT
    }
}

impl Default for Limits {
    fn default() -> Limits {
        Limits::DEFAULT
    }
}

impl Project {
    /// A project without anything in it; [`Project::read`] would refuse it until it has an admin.
    pub fn new(name: &str) -> Project {
        Project {
            format: 1,
            name: name.to_owned(),
            environments: BTreeMap::new(),
            people: BTreeMap::new(),
            keys: BTreeMap::new(),
            tokens: BTreeMap::new(),
            limits: Limits::DEFAULT,
        }
    }

    /// Reads and checks a project's document.
    ///
    /// ```
    /// use halyard_edge::project::Project;
    /// let text = br#"{"format": 1, "name": "Acme", "environments": {"production": {"name": "Production"}},
    ///     "people": {"ann@acme.example": {"name": "Ann", "roles": {"*": ["admin"]}}}}"#;
    /// assert_eq!(Project::read(text).unwrap().name, "Acme");
    /// let problems = Project::read(br#"{"format": 1, "nam": "Acme", "people": {"ann": {}}}"#).unwrap_err();
    /// assert!(problems.len() > 3, "every problem at once");
    /// ```
    ///
    /// # Errors
    /// Every problem at once, each with a pointer.
    pub fn read(bytes: &[u8]) -> Result<Project, Vec<Problem>> {
        decode::read(bytes)
    }

    /// The bytes that are stored: canonical JSON.
    pub fn canonical(&self) -> String {
        Json::from_value(self).canonical()
    }

    /// The document's name in a store.
    pub fn digest(&self) -> String {
        digest(self.canonical().as_bytes())
    }

    /// The SDK key of this secret.
    pub fn sdk_key(&self, secret: &str) -> Option<&SdkKey> {
        let hash = Hash::of(secret);
        // Every key is looked at, found or not: the time says nothing.
        self.keys.values().fold(None, |found, key| if key.hash.same(&hash) { Some(key) } else { found })
    }

    /// The person that a token is of.
    pub fn token_person(&self, secret: &str, now: Timestamp) -> Option<&str> {
        let hash = Hash::of(secret);
        let token = self.tokens.values().fold(None, |found, token| if token.hash.same(&hash) { Some(token) } else { found })?;
        token.expires.as_ref().is_none_or(|expires| now < expires.at()).then_some(token.person.as_str())
    }
}

impl Person {
    /// The highest role here; none: they may not even see it.
    pub fn role_in(&self, environment: &str) -> Option<Role> {
        let roles = |at: &str| self.roles.get(at).into_iter().flatten().copied();
        roles(environment).chain(roles(EVERYWHERE)).max()
    }

    /// Whether they may change the project.
    pub fn is_admin(&self) -> bool {
        self.roles.get(EVERYWHERE).is_some_and(|roles| roles.contains(&Role::Admin))
    }
}
