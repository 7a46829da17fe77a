//! The bodies of the administration API, as both sides read and write them: the node here, the admin app and the command line there.

use std::collections::BTreeMap;

use halyard_core::authority::Authority;
use halyard_core::scenario::ScenarioResult;
use halyard_core::{Change, Json, Problem, Timestamp};
use serde::{Deserialize, Serialize};

/// `POST /api/session`: signs in with a one-time link.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    /// The token behind the `#` of the link.
    pub link: String,
}

/// `GET /api/session`, and the answer to signing in: who is asking, and what they may do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Session {
    /// The person's e-mail address; a token's name.
    pub person: String,
    /// What they are called.
    pub name: String,
    /// How they came: `app`, `token`, `cli`.
    #[serde(default)]
    pub via: String,
    /// The project's name.
    pub project: String,
    /// The environments that they may see, in order.
    pub environments: Vec<Environment>,
    /// Whether they may change the project: people, roles, tokens, environments, limits, and every key.
    #[serde(default)]
    pub admin: bool,
    /// The environments whose SDK keys they may change in some way.
    #[serde(default)]
    pub manage_keys: Vec<String>,
}

/// An environment, as a person may see it. `GET /api/environments` answers a list of these.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Environment {
    /// The environment's key: `production`.
    pub key: String,
    /// What it is called.
    pub name: String,
    /// Whether this person may publish any change here.
    pub may_publish: bool,
    /// Their roles here.
    #[serde(default)]
    pub roles: Vec<String>,
    /// What their roles allow, taken together: [`Authority::refusals`] says of any change whether it would be refused.
    #[serde(default)]
    pub authority: Authority,
}

/// A record of a publish, as `GET /api/environments/{env}/records` lists it, newest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "RecordOf{C}"))]
pub struct Record<C = Told> {
    /// The version that it made.
    pub version: u64,
    /// When, in milliseconds since 1970.
    pub at: Timestamp,
    /// Who: an e-mail address, a token's name, or what the store's owner is called there.
    pub by: String,
    /// How: `app`, `cli`, `token`, `init`.
    pub via: String,
    /// Why.
    pub message: String,
    /// What: the typed changes, with a sentence each.
    pub changes: Vec<C>,
    /// Notes for whoever reads the history: a scenario that was passed over because exposure was taken away, a roll back's target.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub marks: Vec<String>,
    /// The document's digest.
    pub document: String,
}

/// A change of flags and its sentence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Change"))]
pub struct Told {
    /// The change.
    #[serde(flatten)]
    pub change: Change,
    /// The change in plain words.
    pub sentence: String,
}

impl From<Change> for Told {
    fn from(change: Change) -> Told {
        Told { sentence: change.sentence(), change }
    }
}

/// A change of the project (people, roles, tokens, keys, environments, limits) and its sentence. `GET /api/project/records` answers `Records<Edit>`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Edit {
    /// The kind: `person.add`, `key.revoke`, …; [`crate::project::KINDS`] lists them.
    pub kind: String,
    /// What it changes, from the outside in: `["people", "ann@acme.example", "roles"]`.
    pub path: Vec<String>,
    /// What was there; absent: nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Json>,
    /// What is there now; absent: nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Json>,
    /// The change in plain words.
    pub sentence: String,
}

/// A page of records.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "RecordsOf{C}"))]
pub struct Records<C = Told> {
    /// Newest first.
    pub records: Vec<Record<C>>,
    /// The `before` that asks for the next page; absent on the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<u64>,
}

/// A slice of a history as the store itself has it: `GET /api/environments/{env}/verify[?before=N]`. The first slice begins at the
/// head; the last one, behind version 1, looks through the folder.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Verified {
    /// The oldest version of this slice; 0: it is the one that looks through the folder.
    pub from: u64,
    /// The newest.
    pub to: u64,
    /// What was altered or is missing, newest first; empty: this slice is whole.
    pub faults: Vec<Finding>,
    /// What is odd, but no fault: clocks that disagree, changes told in other words than this build's.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Finding>,
    /// Objects of the folder that belong to no version; a publish that lost a race or was cut off leaves them. No fault.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub orphans: Vec<Finding>,
    /// The `before` that asks for the next slice; absent on the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<u64>,
}

/// Something that [`Verified`] tells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Finding {
    /// The version that it concerns, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<u64>,
    /// The object's key in the store.
    pub object: String,
    /// Of which sort.
    pub sort: Sort,
    /// What it is, in plain words.
    pub what: String,
}

/// The sorts of a [`Finding`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Sort {
    /// A fault: the object is not there.
    Missing,
    /// A fault: its bytes are not the ones that its name was made from.
    Altered,
    /// A fault: it is what its name says, but does not fit the rest of the history.
    Misfit,
    /// A note.
    Odd,
    /// No version has it.
    Orphan,
    /// Its name is none that Halyard gives.
    Stranger,
}

/// `POST /api/environments/{env}/check`: what publishing this document now would mean. Nothing is changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "ReviewOf{C}"))]
pub struct Review<C = Told> {
    /// The version that it was compared with.
    pub version: u64,
    /// Problems; an error refuses.
    pub problems: Vec<Problem>,
    /// Changes from that version; empty where the document cannot be read.
    pub changes: Vec<C>,
    /// Scenarios, as they come out now.
    pub scenarios: Vec<ScenarioResult>,
    /// The changes that this person may not make.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refusals: Vec<Refusal>,
    /// Whether publishing would be accepted.
    pub publishable: bool,
}

/// The answer to a publish or a roll back that was accepted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "PublishedOf{C}"))]
pub struct Published<C = Told> {
    /// The new version; where nothing changed, the current one.
    pub version: u64,
    /// The ETag for the next publish, with its quotes.
    pub etag: String,
    /// What it changed; empty: nothing, and no version was made.
    pub changes: Vec<C>,
    /// Warnings.
    pub problems: Vec<Problem>,
    /// What the record notes beside the changes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub marks: Vec<String>,
}

/// `POST /api/environments/{env}/rollback`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RollBack {
    /// The version whose document is published anew.
    pub version: u64,
    /// Why.
    pub message: String,
    /// Only this part of that document, put into the current one; absent: all of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only: Option<Only>,
}

/// The part of a document that is rolled back: `{"flag": "new-cart"}` or `{"release": "checkout"}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Only {
    /// One flag.
    Flag(String),
    /// One release.
    Release(String),
}

/// A change that somebody may not make. Either `change` or `edit` is there.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Refusal {
    /// The change of flags.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change: Option<Told>,
    /// The change of the project.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edit: Option<Edit>,
    /// The flag that stands against it; absent: the kind of change itself is not theirs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flag: Option<String>,
    /// Why, in plain words, to the person themselves.
    pub why: String,
    /// Who may make it, people and tokens with their roles: `ann@acme.example (admin)`. Empty: nobody.
    pub who: Vec<String>,
}

/// `GET /api/project/tokens`: when each token was used last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TokenUse {
    /// The token's name.
    pub name: String,
    /// The UTC day of its last use: `2026-11-22`; absent: none is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_used: Option<String>,
}

/// An error's body, `application/problem+json` (RFC 9457).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Trouble {
    /// Which trouble: `about:blank` or `/problems/…`.
    #[serde(rename = "type")]
    pub kind: String,
    /// In a few words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What happened and what to do.
    pub detail: String,
    /// Problems of a document, all at once.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<Problem>,
    /// Scenarios that fail.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub scenarios: Vec<ScenarioResult>,
    /// On 403: the changes that this person may not make, and who may.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub refusals: Vec<Refusal>,
    /// On 412: the version that won.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<u64>,
    /// On 412: the changes from the version that the publisher began with to the one that won.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Told>,
    /// The same where the project was published.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub edits: Vec<Edit>,
}

/// `GET /health`: no names, no secrets.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Health {
    /// Whether the project and every environment of it can be served.
    pub ready: bool,
    /// Each environment's copy, without its name.
    pub environments: Vec<Copy>,
    /// What keeps the copies of the project and of environments from being brought up to date, by `project` and `environment`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub trouble: BTreeMap<String, String>,
}

/// A node's copy of one environment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Copy {
    /// The version that is served.
    pub version: u64,
    /// Milliseconds since the head was last seen to name it.
    pub age_ms: i64,
}
