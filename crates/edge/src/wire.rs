//! The bodies of the administration API, as both sides read and write them: the node here, the admin app and the command line there.

use std::collections::BTreeMap;

use halyard_core::authority::Authority;
use halyard_core::scenario::ScenarioResult;
use halyard_core::{Change, Json, Problem, Timestamp};
use serde::{Deserialize, Serialize};

/// `POST /api/session`: signs in with a one-time link.
///
/// ```
/// use halyard_edge::wire::SignIn;
/// let text = r#"{"link":"halyard_link_…"}"#;
/// let read: SignIn = serde_json::from_str(text).unwrap();
/// assert_eq!(serde_json::to_string(&read).unwrap(), text);
/// ```
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    /// The token behind the `#` of the link.
    pub link: String,
}

/// `GET /api/session`, and the answer to signing in: who is asking, and what they may do.
///
/// ```
/// use halyard_edge::wire::Session;
/// let text = r#"{"person":"ann@acme.example","name":"Ann","project":"Acme","environments":[]}"#;
/// let read: Session = serde_json::from_str(text).unwrap();
/// assert!(!read.admin && read.manage_keys.is_empty(), "a right that is not told is not there");
/// ```
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
///
/// ```
/// use halyard_edge::wire::Environment;
/// let text = r#"{"key":"production","name":"Production","mayPublish":true,"roles":["releaser"],"authority":[{"changes":["release.*"]}]}"#;
/// let read: Environment = serde_json::from_str(text).unwrap();
/// assert!(read.authority.covers("release.open") && !read.authority.covers("flag.rules"));
/// assert_eq!(serde_json::to_string(&read).unwrap(), text);
/// ```
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

/// `POST /api/environments/{env}/overrides`: variants that one browser is to have, in place of what everybody gets.
///
/// ```
/// use halyard_edge::wire::MakeOverrides;
/// let read: MakeOverrides = serde_json::from_str(r#"{"variants": {"banner": "on"}, "message": "Try the banner"}"#).unwrap();
/// assert_eq!(read.hours, None, "as long as a working day");
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct MakeOverrides {
    /// Public flags, and a variant of each: 1 to 50.
    pub variants: BTreeMap<String, String>,
    /// Why, up to 4096 bytes.
    pub message: String,
    /// For how many hours, 72 at most; 8 where it is not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<u32>,
}

/// What came of [`MakeOverrides`].
///
/// ```
/// use halyard_edge::wire::OverrideLink;
/// let text = r#"{"token":"halyard_override_…","until":1796115600000}"#;
/// assert_eq!(serde_json::to_string(&serde_json::from_str::<OverrideLink>(text).unwrap()).unwrap(), text);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OverrideLink {
    /// What a page's address takes along to the tester. It is nowhere else.
    pub token: String,
    /// Until when it works, in milliseconds since 1970.
    pub until: Timestamp,
}

/// `GET /v1/overrides/{token}`: what a tester's link is good for.
///
/// ```
/// use halyard_edge::wire::Overrides;
/// let read: Overrides = serde_json::from_str(r#"{"variants":{"banner":"on"},"until":1796115600000}"#).unwrap();
/// assert_eq!(read.variants["banner"], "on");
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Overrides {
    /// Public flags, and the variant that this browser is to have of each.
    pub variants: BTreeMap<String, String>,
    /// Until when, in milliseconds since 1970.
    pub until: Timestamp,
}

/// A record of a publish, as `GET /api/environments/{env}/records` lists it, newest first.
///
/// ```
/// use halyard_edge::wire::Record;
/// let text = r#"{"version":42,"at":1796115600000,"by":"ann@acme.example","via":"app","message":"Launch","changes":[{"kind":"flag.otherwise","path":["flags","new-cart","otherwise"],"from":"off","to":"on","sentence":"flag `new-cart` serves otherwise: `on` (was `off`)"}],"document":"sha256-…"}"#;
/// let read: Record = serde_json::from_str(text).unwrap();
/// assert_eq!((read.at.to_string().as_str(), read.changes[0].change.kind.as_str()), ("2026-12-01T09:00:00Z", "flag.otherwise"));
/// assert_eq!(serde_json::to_string(&read).unwrap(), text);
/// ```
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
///
/// ```
/// use halyard_core::{Document, diff};
/// use halyard_edge::wire::Told;
/// let (old, mut new) = (Document::default(), Document::default());
/// new.retired.push("old-banner".to_owned());
/// let told: Vec<Told> = diff(&old, &new).into_iter().map(Told::from).collect();
/// assert_eq!(told[0].sentence, told[0].change.sentence());
/// ```
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
///
/// ```
/// use halyard_edge::wire::Edit;
/// let text = r#"{"kind":"person.add","path":["people","bo@acme.example"],"to":{"name":"Bo"},"sentence":"`bo@acme.example` is added"}"#;
/// let read: Edit = serde_json::from_str(text).unwrap();
/// assert!(read.from.is_none());
/// assert_eq!(serde_json::to_string(&read).unwrap(), text);
/// ```
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
///
/// ```
/// use halyard_edge::wire::Records;
/// let text = r#"{"records":[],"before":235}"#;
/// let read: Records = serde_json::from_str(text).unwrap();
/// assert_eq!(read.before, Some(235)); // an empty page, and yet not the last
/// assert_eq!(serde_json::to_string(&read).unwrap(), text);
/// ```
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
///
/// ```
/// use halyard_edge::wire::Verified;
/// let text = r#"{"from":1,"to":2,"faults":[],"before":1}"#;
/// let read: Verified = serde_json::from_str(text).unwrap();
/// assert!(read.faults.is_empty() && read.notes.is_empty() && read.orphans.is_empty());
/// assert_eq!(serde_json::to_string(&read).unwrap(), text);
/// ```
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
///
/// ```
/// use halyard_edge::wire::Finding;
/// let text = r#"{"version":7,"object":"environments/production/records/00000007-….json","sort":"missing","what":"the record is not there"}"#;
/// let read: Finding = serde_json::from_str(text).unwrap();
/// assert_eq!(read.sort, halyard_edge::wire::Sort::Missing);
/// assert_eq!(serde_json::to_string(&read).unwrap(), text);
/// ```
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
///
/// ```
/// use halyard_edge::wire::Sort;
/// assert_eq!(serde_json::from_str::<Sort>(r#""altered""#).unwrap(), Sort::Altered);
/// ```
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
///
/// ```
/// use halyard_edge::wire::Review;
/// let text = r#"{"version":41,"problems":[],"changes":[],"scenarios":[],"publishable":true}"#;
/// let read: Review = serde_json::from_str(text).unwrap();
/// assert!(read.publishable && read.refusals.is_empty());
/// assert_eq!(serde_json::to_string(&read).unwrap(), text);
/// ```
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
///
/// ```
/// use halyard_edge::wire::Published;
/// let text = r#"{"version":42,"etag":"\"00000042-3fa9…\"","changes":[],"problems":[]}"#;
/// let read: Published = serde_json::from_str(text).unwrap();
/// assert_eq!(read.etag, "\"00000042-3fa9…\""); // as `If-Match` takes it
/// ```
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
///
/// ```
/// use halyard_edge::wire::RollBack;
/// let text = r#"{"version":41,"message":"Payments fail","only":{"flag":"new-cart"}}"#;
/// let read: RollBack = serde_json::from_str(text).unwrap();
/// assert_eq!(serde_json::to_string(&read).unwrap(), text);
/// assert!(serde_json::from_str::<RollBack>(r#"{"version":41,"message":"x","onyl":{"flag":"new-cart"}}"#).is_err(), "never all for a part");
/// ```
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
///
/// ```
/// use halyard_edge::wire::Only;
/// assert_eq!(serde_json::to_string(&Only::Release("checkout".into())).unwrap(), r#"{"release":"checkout"}"#);
/// ```
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
///
/// ```
/// use halyard_edge::wire::Refusal;
/// let text = r#"{"flag":"payments","why":"`payments` rests on it, and is not yours","who":["ann@acme.example (admin)"]}"#;
/// let read: Refusal = serde_json::from_str(text).unwrap();
/// assert_eq!(read.flag.as_deref(), Some("payments"));
/// assert_eq!(serde_json::to_string(&read).unwrap(), text);
/// ```
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
///
/// ```
/// use halyard_edge::wire::TokenUse;
/// let text = r#"{"name":"ci","lastUsed":"2026-11-22"}"#;
/// let read: TokenUse = serde_json::from_str(text).unwrap();
/// assert_eq!(serde_json::to_string(&read).unwrap(), text);
/// ```
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
///
/// ```
/// use halyard_edge::wire::Trouble;
/// let text = r#"{"type":"/problems/conflict","title":"somebody else published first","status":412,"detail":"…","version":42}"#;
/// let read: Trouble = serde_json::from_str(text).unwrap();
/// assert_eq!((read.status, read.version), (412, Some(42)));
/// assert_eq!(serde_json::to_string(&read).unwrap(), text);
/// ```
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
///
/// ```
/// use halyard_edge::wire::Health;
/// let text = r#"{"ready":true,"environments":[{"version":42,"ageMs":3150}],"trouble":{"environment":"the store fails"}}"#;
/// let read: Health = serde_json::from_str(text).unwrap();
/// assert!(read.ready, "it serves what it has");
/// assert_eq!(serde_json::to_string(&read).unwrap(), text);
/// ```
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
///
/// ```
/// use halyard_edge::wire::Copy;
/// let copy: Copy = serde_json::from_str(r#"{"version": 42, "ageMs": 3150}"#).unwrap();
/// assert_eq!((copy.version, copy.age_ms), (42, 3150));
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Copy {
    /// The version that is served.
    pub version: u64,
    /// Milliseconds since the head was last seen to name it.
    pub age_ms: i64,
}
