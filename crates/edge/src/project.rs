//! The project's document: environments, roles, people, tokens, SDK keys, limits. Read strictly, every problem at once.

mod decode;
mod diff;
mod rights;
#[cfg(feature = "schema")]
pub mod schema;

use std::collections::BTreeMap;

use halyard_core::authority::Grant;
use halyard_core::check::ProjectLimits;
use halyard_core::document::digest;
use halyard_core::{Date, Json, Problem, Time, Timestamp};
use serde::{Deserialize, Serialize, Serializer};

pub use diff::{KINDS, diff};
pub(crate) use rights::{holders, judge};
pub use rights::{is_admin, roles_in};

use crate::secrets::{Hash, Kind};

/// The largest project document, in bytes.
pub const BYTES: usize = 1024 * 1024;
/// In roles: every environment, and the project itself.
pub const EVERYWHERE: &str = "*";
/// The role that, everywhere, may change the project itself.
pub const ADMIN: &str = "admin";
/// The most tokens that a project may have: who looks after them looks at each.
pub const TOKENS: usize = 200;
/// The most roles of its own that a project may have, and the most grants of a role.
pub const OWN_ROLES: usize = 100;

/// Somebody's roles, by environment or `*`: names of built-in roles and of the project's own.
///
/// ```
/// use halyard_edge::project::{EVERYWHERE, Roles, is_admin};
/// let roles: Roles = [(EVERYWHERE.to_owned(), vec!["viewer".to_owned()]), ("staging".to_owned(), vec!["admin".to_owned()])].into();
/// assert!(!is_admin(&roles), "only an admin everywhere changes the project itself");
/// ```
pub type Roles = BTreeMap<String, Vec<String>>;

/// A project, checked.
///
/// ```
/// use halyard_edge::project::Project;
/// let text = br#"{"format": 1, "name": "Acme", "environments": {"production": {"name": "Production"}},
///     "people": {"ann@acme.example": {"name": "Ann", "roles": {"*": ["admin"]}}}}"#;
/// let project = Project::read(text).unwrap();
/// assert_eq!(project.people["ann@acme.example"].roles["*"], ["admin"]);
/// assert_eq!(project.limits.effective().temporary_flags, 50);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Project {
    /// The format, 1.
    #[cfg_attr(feature = "schema", schemars(schema_with = "schema::format"))]
    format: u32,
    /// What it is called.
    pub name: String,
    /// Its environments, by key.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub environments: BTreeMap<String, Environment>,
    /// Its own roles, by name, beside the built-in ones.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub roles: BTreeMap<String, Role>,
    /// Its people, by e-mail address.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub people: BTreeMap<String, Person>,
    /// Its SDK keys, by a name that is no secret.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub keys: BTreeMap<String, SdkKey>,
    /// Its programs' tokens, by a name that is no secret: it is what the history says of what they did.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tokens: BTreeMap<String, Token>,
    /// Its own limits; what is absent is at its default.
    #[serde(default, skip_serializing_if = "Limits::is_default")]
    pub limits: Limits,
}

/// An environment.
///
/// ```
/// use halyard_edge::project::Project;
/// let text = br#"{"format": 1, "name": "Acme", "environments": {"production": {"name": "Production"}},
///     "people": {"ann@acme.example": {"name": "Ann", "roles": {"*": ["admin"]}}}}"#;
/// assert_eq!(Project::read(text).unwrap().environments["production"].name, "Production");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Environment {
    /// What it is called.
    pub name: String,
    /// Whether testers may set variants of public flags in their own browsers, by links that people who may publish here make.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub overrides: bool,
}

/// A role of the project's own.
///
/// ```
/// use halyard_edge::project::Project;
/// let text = br#"{"format": 1, "name": "Acme", "people": {"ann@acme.example": {"name": "Ann", "roles": {"*": ["admin"]}}},
///     "roles": {"tagger": {"may": [{"changes": ["flag.describe"], "tags": ["checkout"]}]}}}"#;
/// assert_eq!(Project::read(text).unwrap().roles["tagger"].may[0].to_string(), "`flag.describe` for flags tagged `checkout`");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Role {
    /// For people.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// What it may do in an environment.
    pub may: Vec<Grant>,
}

/// A person.
///
/// ```
/// use halyard_edge::project::Project;
/// let text = br#"{"format": 1, "name": "Acme", "people": {
///     "ann@acme.example": {"name": "Ann", "roles": {"*": ["admin"]}},
///     "bo@acme.example": {"name": "Bo", "roles": {"*": ["viewer"]}}}}"#;
/// let bo = &Project::read(text).unwrap().people["bo@acme.example"];
/// assert_eq!((bo.name.as_str(), bo.roles["*"][0].as_str()), ("Bo", "viewer"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Person {
    /// What they are called.
    pub name: String,
    /// Their roles, by environment or `*`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub roles: Roles,
}

/// An SDK key, as a hash.
///
/// ```
/// use halyard_edge::{project::{KeyKind, Project}, secrets::{Kind, Secret}};
/// let secret = Secret::derive(Kind::Browser, &[1; 32], "web");
/// let text = format!(r#"{{"format": 1, "name": "Acme", "environments": {{"production": {{"name": "Production"}}}},
///     "people": {{"ann@acme.example": {{"name": "Ann", "roles": {{"*": ["admin"]}}}}}},
///     "keys": {{"web": {{"environment": "production", "kind": "browser", "created": "2026-11-01", "hash": "{}"}}}}}}"#, secret.hash().as_str());
/// let project = Project::read(text.as_bytes()).unwrap();
/// let key = project.sdk_key(secret.reveal()).unwrap();
/// assert_eq!((key.kind, key.environment.as_str()), (KeyKind::Browser, "production"));
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SdkKey {
    /// Whose flags it opens.
    pub environment: String,
    /// For servers or for pages.
    pub kind: KeyKind,
    /// The secret's hash.
    #[serde(serialize_with = "hash_text")]
    #[cfg_attr(feature = "schema", schemars(schema_with = "schema::hash"))]
    pub hash: Hash,
    /// The day that it was made.
    #[cfg_attr(feature = "schema", schemars(schema_with = "halyard_core::schema::date"))]
    pub created: Date,
    /// The secret before, which works until it is taken away: clients change over one by one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "PreviousKey"))]
    pub previous: Option<PreviousKey>,
}

/// The secret that an SDK key had before it was rotated, as a hash.
///
/// ```
/// use halyard_edge::{project::Project, secrets::{Kind, Secret}};
/// let secret = |label: &str| Secret::derive(Kind::Server, &[1; 32], label);
/// let text = format!(r#"{{"format": 1, "name": "Acme", "people": {{"ann@acme.example": {{"name": "Ann", "roles": {{"*": ["admin"]}}}}}},
///     "environments": {{"production": {{"name": "Production"}}}},
///     "keys": {{"web": {{"environment": "production", "kind": "server", "hash": "{}", "created": "2026-11-01",
///         "previous": {{"hash": "{}", "created": "2026-05-01"}}}}}}}}"#, secret("new").hash().as_str(), secret("old").hash().as_str());
/// let project = Project::read(text.as_bytes()).unwrap();
/// assert!(project.sdk_key(secret("new").reveal()).is_some() && project.sdk_key(secret("old").reveal()).is_some());
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PreviousKey {
    /// The secret's hash.
    #[serde(serialize_with = "hash_text")]
    #[cfg_attr(feature = "schema", schemars(schema_with = "schema::hash"))]
    pub hash: Hash,
    /// The day that it was made.
    #[cfg_attr(feature = "schema", schemars(schema_with = "halyard_core::schema::date"))]
    pub created: Date,
}

impl SdkKey {
    fn opens(&self, hash: &Hash) -> bool {
        // Both are looked at, whichever it is: the time says nothing.
        self.hash.same(hash) | self.previous.as_ref().is_some_and(|previous| previous.hash.same(hash))
    }
}

/// For whom an SDK key is.
///
/// ```
/// use halyard_edge::project::KeyKind;
/// assert_eq!(serde_json::to_string(&KeyKind::Browser).unwrap(), r#""browser""#);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum KeyKind {
    /// Servers: every flag.
    Server,
    /// Pages: public flags.
    Browser,
}

impl KeyKind {
    /// The word in documents.
    ///
    /// ```
    /// assert_eq!(halyard_edge::project::KeyKind::Browser.as_str(), "browser");
    /// ```
    pub fn as_str(self) -> &'static str {
        match self {
            KeyKind::Server => "server",
            KeyKind::Browser => "browser",
        }
    }

    /// The kind of secret that such a key is.
    ///
    /// ```
    /// use halyard_edge::project::KeyKind;
    /// assert_eq!(KeyKind::Server.secret().prefix(), "halyard_server_");
    /// ```
    pub fn secret(self) -> Kind {
        match self {
            KeyKind::Server => Kind::Server,
            KeyKind::Browser => Kind::Browser,
        }
    }
}

/// A program's token, as a hash.
///
/// ```
/// use halyard_core::Timestamp;
/// use halyard_edge::{project::Project, secrets::{Kind, Secret}};
/// let secret = Secret::derive(Kind::Token, &[1; 32], "ci");
/// let text = format!(r#"{{"format": 1, "name": "Acme", "people": {{"ann@acme.example": {{"name": "Ann", "roles": {{"*": ["admin"]}}}}}},
///     "tokens": {{"ci": {{"createdBy": "ann@acme.example", "created": "2026-11-01", "expires": "2027-11-01T00:00:00Z", "hash": "{}"}}}}}}"#,
///     secret.hash().as_str());
/// let project = Project::read(text.as_bytes()).unwrap();
/// let (name, token) = project.token(secret.reveal()).unwrap();
/// assert!(name == "ci" && token.is_good(Timestamp(0)));
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Token {
    /// For people: what it is for.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Its roles, by environment or `*`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub roles: Roles,
    /// The secret's hash.
    #[serde(serialize_with = "hash_text")]
    #[cfg_attr(feature = "schema", schemars(schema_with = "schema::hash"))]
    pub hash: Hash,
    /// The day that it was made.
    #[cfg_attr(feature = "schema", schemars(schema_with = "halyard_core::schema::date"))]
    pub created: Date,
    /// Who made it, for people; what happened says the history.
    pub created_by: String,
    /// Until when it is good.
    #[cfg_attr(feature = "schema", schemars(schema_with = "halyard_core::schema::time"))]
    pub expires: Time,
}

impl Token {
    /// Whether it is still good at a time.
    ///
    /// ```
    /// use halyard_core::Timestamp;
    /// use halyard_edge::{project::Project, secrets::{Kind, Secret}};
    /// let secret = Secret::derive(Kind::Token, &[1; 32], "ci");
    /// let text = format!(r#"{{"format": 1, "name": "Acme", "people": {{"ann@acme.example": {{"name": "Ann", "roles": {{"*": ["admin"]}}}}}},
    ///     "tokens": {{"ci": {{"hash": "{}", "created": "2026-11-01", "createdBy": "ann@acme.example", "expires": "2027-01-01T00:00:00Z"}}}}}}"#,
    ///     secret.hash().as_str());
    /// let project = Project::read(text.as_bytes()).unwrap();
    /// let token = &project.tokens["ci"];
    /// assert!(token.is_good(Timestamp::parse("2026-12-31T23:59:59Z").unwrap()));
    /// assert!(!token.is_good(Timestamp::parse("2027-01-01T00:00:00Z").unwrap()));
    /// ```
    pub fn is_good(&self, now: Timestamp) -> bool {
        now < self.expires.at()
    }
}

fn hash_text<S: Serializer>(hash: &Hash, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(hash.as_str())
}

/// A project's own limits: small by default, because release control that nobody prunes becomes unmanageable. A publish that
/// would pass one is refused.
///
/// ```
/// use halyard_edge::project::Project;
/// let text = br#"{"format": 1, "name": "Acme", "limits": {"liveReleases": 3},
///     "people": {"ann@acme.example": {"name": "Ann", "roles": {"*": ["admin"]}}}}"#;
/// assert_eq!(Project::read(text).unwrap().limits.effective().live_releases, 3);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Limits {
    /// Flags of temporary purposes that are not closed away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(schema_with = "schema::limit"))]
    pub temporary_flags: Option<u32>,
    /// Variants of a flag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(schema_with = "schema::limit"))]
    pub variants: Option<u32>,
    /// Segments.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(schema_with = "schema::limit"))]
    pub segments: Option<u32>,
    /// Live releases.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(schema_with = "schema::limit"))]
    pub live_releases: Option<u32>,
}

impl Limits {
    /// Nothing said: every limit at its default.
    pub const DEFAULT: Limits = Limits { temporary_flags: None, variants: None, segments: None, live_releases: None };

    /// The limits that apply: what was said, and core's defaults for the rest.
    ///
    /// ```
    /// use halyard_edge::project::Limits;
    /// let limits = Limits { variants: Some(12), ..Limits::DEFAULT };
    /// assert_eq!((limits.effective().variants, limits.effective().live_releases), (12, 10));
    /// ```
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
    ///
    /// ```
    /// use halyard_edge::project::Project;
    /// assert!(Project::read(Project::new("Acme").canonical().as_bytes()).is_err(), "nobody could ever change it");
    /// ```
    pub fn new(name: &str) -> Project {
        Project {
            format: 1,
            name: name.to_owned(),
            environments: BTreeMap::new(),
            roles: BTreeMap::new(),
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
    ///
    /// ```
    /// use halyard_edge::project::Project;
    /// let text = br#"{ "people": {"ann@acme.example": {"roles": {"*": ["admin"]}, "name": "Ann"}}, "name": "Acme", "format": 1 }"#;
    /// let canonical = r#"{"format":1,"name":"Acme","people":{"ann@acme.example":{"name":"Ann","roles":{"*":["admin"]}}}}"#;
    /// assert_eq!(Project::read(text).unwrap().canonical(), canonical);
    /// ```
    pub fn canonical(&self) -> String {
        Json::from_value(self).canonical()
    }

    /// The document's name in a store.
    ///
    /// ```
    /// use halyard_edge::project::Project;
    /// let text = br#"{"format": 1, "name": "Acme", "environments": {"production": {"name": "Production"}},
    ///     "people": {"ann@acme.example": {"name": "Ann", "roles": {"*": ["admin"]}}}}"#;
    /// let project = Project::read(text).unwrap();
    /// assert_eq!(project.digest(), halyard_core::document::digest(project.canonical().as_bytes()));
    /// ```
    pub fn digest(&self) -> String {
        digest(self.canonical().as_bytes())
    }

    /// The SDK key of this secret, or of this secret before it was rotated.
    ///
    /// ```
    /// use halyard_edge::{project::Project, secrets::{Kind, Secret}};
    /// let secret = Secret::derive(Kind::Server, &[1; 32], "production");
    /// let text = format!(r#"{{"format": 1, "name": "Acme", "people": {{"ann@acme.example": {{"name": "Ann", "roles": {{"*": ["admin"]}}}}}},
    ///     "environments": {{"production": {{"name": "Production"}}}},
    ///     "keys": {{"web": {{"environment": "production", "kind": "server", "hash": "{}", "created": "2026-11-01"}}}}}}"#, secret.hash().as_str());
    /// let project = Project::read(text.as_bytes()).unwrap();
    /// assert_eq!(project.sdk_key(secret.reveal()).unwrap().environment, "production");
    /// ```
    pub fn sdk_key(&self, secret: &str) -> Option<&SdkKey> {
        let hash = Hash::of(secret);
        // Every key is looked at, found or not: the time says nothing.
        self.keys.values().fold(None, |found, key| if key.opens(&hash) { Some(key) } else { found })
    }

    /// The token of this secret and its name, expired or not.
    ///
    /// ```
    /// use halyard_edge::{project::Project, secrets::{Kind, Secret}};
    /// let secret = Secret::derive(Kind::Token, &[1; 32], "ci");
    /// let text = format!(r#"{{"format": 1, "name": "Acme", "people": {{"ann@acme.example": {{"name": "Ann", "roles": {{"*": ["admin"]}}}}}},
    ///     "tokens": {{"ci": {{"hash": "{}", "created": "2026-11-01", "createdBy": "ann@acme.example", "expires": "2027-01-01T00:00:00Z"}}}}}}"#,
    ///     secret.hash().as_str());
    /// let project = Project::read(text.as_bytes()).unwrap();
    /// assert_eq!(project.token(secret.reveal()).unwrap().0, "ci");
    /// assert!(project.token("halyard_token_x").is_none());
    /// ```
    pub fn token(&self, secret: &str) -> Option<(&str, &Token)> {
        let hash = Hash::of(secret);
        self.tokens.iter().fold(None, |found, (name, token)| if token.hash.same(&hash) { Some((name.as_str(), token)) } else { found })
    }
}
