//! The document: everything that one environment's flags are, as its authors write it. Reading is [`crate::check`]'s business.

mod condition;
mod release;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize, Serializer};
use sha2::{Digest as _, Sha256};

use crate::json::{Json, Object};
use crate::time::{Date, Time};
pub use condition::{Condition, Operator, RampPoint, Range, Shape, percent};
pub use release::{ReadinessItem, Release, ReleaseFlag, Stage};

/// The document format that this crate reads and writes.
///
/// ```
/// use halyard_core::{document::FORMAT, check::Cap, read};
/// let newer = format!(r#"{{"format": {}}}"#, FORMAT + 1);
/// assert!(read(newer.as_bytes(), Cap::Reader).checked.is_none(), "a newer format is refused and not guessed at");
/// ```
pub const FORMAT: u32 = 1;

/// A key: of a flag, segment, plan or release; or a variant's or a stage's name.
pub type Key = String;

/// One environment's flags, segments, plans, releases and scenarios.
///
/// Its JSON leaves out what is at its default, so that two documents that mean the same are written the same.
///
/// ```
/// use halyard_core::Document;
/// let document: Document = serde_json::from_str(r#"{"format": 1, "flags": {}, "retired": ["old-banner"]}"#).unwrap();
/// assert_eq!(document.canonical(), r#"{"format":1,"retired":["old-banner"]}"#);
/// ```
#[derive(Clone, Debug, PartialEq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Document {
    /// The document format, 1.
    pub format: Format,
    /// Named groups of users, by key.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub segments: BTreeMap<Key, Segment>,
    /// Reusable lists of stages, by key.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub plans: BTreeMap<Key, Plan>,
    /// Flags, by key.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub flags: BTreeMap<Key, Flag>,
    /// Releases, by key.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub releases: BTreeMap<Key, Release>,
    /// Tests that a publish must pass.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scenarios: Vec<Scenario>,
    /// Flag keys that were in use once and must never be used again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub retired: Vec<Key>,
}

impl Document {
    /// This document as a JSON value, defaults left out.
    ///
    /// ```
    /// use halyard_core::Document;
    /// assert_eq!(Document::default().to_json().get("format").unwrap().as_f64(), Some(1.0));
    /// ```
    pub fn to_json(&self) -> Json {
        Json::from_value(self)
    }

    /// The bytes that are stored: canonical JSON (RFC 8785).
    ///
    /// ```
    /// use halyard_core::Document;
    /// assert_eq!(Document::default().canonical(), r#"{"format":1}"#);
    /// ```
    pub fn canonical(&self) -> String {
        self.to_json().canonical()
    }

    /// The name of this document in a store, `sha256-` and 64 hex digits: SHA-256 over [`Document::canonical`].
    ///
    /// ```
    /// use halyard_core::Document;
    /// assert!(Document::default().digest().starts_with("sha256-"));
    /// ```
    pub fn digest(&self) -> String {
        digest(self.canonical().as_bytes())
    }

    /// The live release of a flag, if it has one: neither closed nor rolled back.
    ///
    /// ```
    /// use halyard_core::Document;
    /// let mut document: Document = serde_json::from_str(r#"{"format": 1,
    ///     "releases": {"cart-launch": {"title": "Cart", "owner": "team-cart", "flags": [{"flag": "new-cart", "variant": "on"}],
    ///         "stages": [{"name": "everyone", "audience": {"all": []}}]}}}"#).unwrap();
    /// assert_eq!(document.live_release("new-cart").unwrap().0, "cart-launch");
    /// document.releases.get_mut("cart-launch").unwrap().closed = true;
    /// assert!(document.live_release("new-cart").is_none());
    /// ```
    pub fn live_release(&self, flag: &str) -> Option<(&Key, &Release)> {
        self.releases.iter().find(|(_, release)| release.is_live() && release.flags.iter().any(|member| member.flag == flag))
    }
}

/// `sha256-` and the 64 hex digits of the SHA-256 of `bytes`.
///
/// ```
/// use halyard_core::{Document, document::digest};
/// let document = Document::default();
/// assert_eq!(digest(document.canonical().as_bytes()), document.digest());
/// ```
pub fn digest(bytes: &[u8]) -> String {
    let mut out = String::from("sha256-");
    for byte in Sha256::digest(bytes) {
        out.push_str(&format!("{byte:02x}"));
    }
    out
}

/// The format number, always [`FORMAT`].
///
/// ```
/// use halyard_core::document::{FORMAT, Format};
/// assert_eq!(serde_json::to_string(&Format).unwrap(), FORMAT.to_string());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Format;

impl Serialize for Format {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u32(FORMAT)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Format {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Format".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "const": FORMAT })
    }
}

/// Who may be told about a flag, a segment or a plan.
///
/// ```
/// use halyard_core::document::{Segment, Visibility};
/// let segment: Segment = serde_json::from_str(r#"{"when": {"percent": 5}}"#).unwrap();
/// assert_eq!(segment.visibility, Visibility::Private, "nothing goes to pages unless it says so");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Visibility {
    /// Servers only.
    #[default]
    Private,
    /// May be sent to pages.
    Public,
}

impl Visibility {
    fn is_private(&self) -> bool {
        *self == Visibility::Private
    }
}

/// A named group of users: a reusable condition.
///
/// ```
/// use halyard_core::{document::Segment, phrase};
/// let text = r#"{"description": "People who work here", "when": {"attribute": "email", "endsWith": ["@acme.example"]}}"#;
/// let staff: Segment = serde_json::from_str(text).unwrap();
/// assert_eq!(phrase::condition(&staff.when), "`email` ends with `@acme.example`");
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Segment {
    /// For people.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Whether pages may hold it.
    #[serde(default, skip_serializing_if = "Visibility::is_private")]
    pub visibility: Visibility,
    /// Who is in it.
    pub when: Condition,
}

/// A reusable list of stages: a release policy.
///
/// ```
/// use halyard_core::document::Plan;
/// let text = r#"{"stages": [{"name": "staff", "audience": {"segment": "staff"}}, {"name": "everyone", "audience": {"all": []}}],
///     "readiness": ["Runbook reviewed"]}"#;
/// let plan: Plan = serde_json::from_str(text).unwrap();
/// assert_eq!(plan.stages[1].name, "everyone");
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Plan {
    /// For people.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Whether pages may hold it.
    #[serde(default, skip_serializing_if = "Visibility::is_private")]
    pub visibility: Visibility,
    /// The stages that a release made from this plan starts with.
    pub stages: Vec<Stage>,
    /// The readiness items that a release made from this plan starts with.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub readiness: Vec<String>,
}

/// Why a flag exists (P. Hodgson's four categories).
///
/// ```
/// use halyard_core::document::Purpose;
/// let going: Vec<_> = Purpose::ALL.into_iter().filter(|purpose| purpose.is_temporary()).map(Purpose::as_str).collect();
/// assert_eq!(going, ["release", "experiment"]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Purpose {
    /// Hides unfinished or unreleased work; temporary.
    Release,
    /// Compares variants; temporary.
    Experiment,
    /// A kill switch or a setting that operators turn; permanent.
    Operational,
    /// Who may use what they have bought or been given; permanent.
    Permission,
}

impl Purpose {
    /// All four, in the order that people meet them.
    pub const ALL: [Purpose; 4] = [Purpose::Release, Purpose::Experiment, Purpose::Operational, Purpose::Permission];

    /// The word in documents: `release`, `experiment`, `operational` or `permission`.
    ///
    /// ```
    /// use halyard_core::document::Purpose;
    /// assert_eq!(Purpose::Operational.as_str(), "operational");
    /// ```
    pub fn as_str(self) -> &'static str {
        match self {
            Purpose::Release => "release",
            Purpose::Experiment => "experiment",
            Purpose::Operational => "operational",
            Purpose::Permission => "permission",
        }
    }

    /// Whether flags of this purpose are meant to go away.
    ///
    /// ```
    /// use halyard_core::document::Purpose;
    /// assert!(Purpose::Release.is_temporary() && !Purpose::Permission.is_temporary());
    /// ```
    pub fn is_temporary(self) -> bool {
        matches!(self, Purpose::Release | Purpose::Experiment)
    }
}

/// A flag: variants, and the rules that choose one of them for an evaluation context.
///
/// ```
/// use halyard_core::document::{Flag, Serve};
/// let text = r#"{"purpose": "release", "owner": "team-cart", "created": "2026-11-01", "expires": "2027-01-31",
///     "variants": {"on": true, "off": false}, "otherwise": "off"}"#;
/// let flag: Flag = serde_json::from_str(text).unwrap();
/// assert!(flag.enabled && flag.is_toggle());
/// assert_eq!(flag.otherwise, Some(Serve::Variant("off".to_owned())));
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Flag {
    /// For people.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Why it exists.
    pub purpose: Purpose,
    /// Who answers for it.
    pub owner: String,
    /// For finding it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// When it was made.
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::date"))]
    pub created: Date,
    /// When it should be gone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::optional_date"))]
    pub expires: Option<Date>,
    /// Whether pages may hold it.
    #[serde(default, skip_serializing_if = "Visibility::is_private")]
    pub visibility: Visibility,
    /// Strings, numbers and booleans that go out with every answer.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub metadata: BTreeMap<String, Json>,
    /// The values that it can have, by variant: at least one, all of one JSON type, never null.
    pub variants: BTreeMap<Key, Json>,
    /// When false, everyone gets the off variant.
    #[serde(default = "yes", skip_serializing_if = "is_true")]
    pub enabled: bool,
    /// The variant while disabled or blocked; none: the application's own default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub off_variant: Option<Key>,
    /// Flags that must have one of the named variants, or this one is blocked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub requires: Vec<Requirement>,
    /// The first rule that holds decides.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<Rule>,
    /// What everyone else gets; none: the application's own default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub otherwise: Option<Serve>,
}

impl Flag {
    /// Whether it is a toggle: a boolean flag with an on and an off variant.
    ///
    /// ```
    /// use halyard_core::{Json, document::Flag};
    /// let text = r#"{"purpose": "release", "owner": "team-cart", "created": "2026-11-01", "expires": "2027-01-31",
    ///     "variants": {"on": true, "off": false}, "otherwise": "off"}"#;
    /// let mut flag: Flag = serde_json::from_str(text).unwrap();
    /// assert!(flag.is_toggle());
    /// flag.variants.insert("later".to_owned(), Json::from(true));
    /// assert!(!flag.is_toggle(), "three variants are a choice");
    /// ```
    pub fn is_toggle(&self) -> bool {
        self.variants.len() == 2 && self.variants.values().all(|value| matches!(value, Json::Bool(_)))
    }
}

#[cfg_attr(not(feature = "schema"), expect(dead_code, reason = "the schema states this default"))]
fn yes() -> bool {
    true
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
fn is_true(value: &bool) -> bool {
    *value
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
fn is_false(value: &bool) -> bool {
    !*value
}

/// A flag that must have one of the named variants.
///
/// ```
/// use halyard_core::{Json, check::decode_flag};
/// let json = Json::parse(br#"{"purpose": "release", "owner": "team-cart", "created": "2026-11-01", "variants": {"on": true, "off": false},
///     "offVariant": "off", "requires": [{"flag": "new-cart", "is": ["on"]}]}"#).unwrap();
/// assert_eq!(decode_flag(&json).unwrap().requires[0].flag, "new-cart", "without the new cart, everybody gets `off`");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Requirement {
    /// The flag.
    pub flag: Key,
    /// The variants.
    pub is: Vec<Key>,
}

/// Who gets what: the first rule of a flag whose condition holds decides.
///
/// ```
/// use halyard_core::{Json, check::decode_flag};
/// let json = Json::parse(br#"{"purpose": "release", "owner": "team-cart", "created": "2026-11-01", "variants": {"on": true, "off": false},
///     "rules": [{"id": "benelux", "when": {"attribute": "country", "is": ["NL", "BE"]}, "serve": "on"}]}"#).unwrap();
/// assert_eq!(decode_flag(&json).unwrap().rules[0].id, "benelux");
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Rule {
    /// Unique within the flag.
    pub id: Key,
    /// For people.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Who it is for.
    pub when: Condition,
    /// What they get.
    pub serve: Serve,
}

/// What a rule or `otherwise` answers with.
///
/// ```
/// use halyard_core::{document::Serve, phrase};
/// let half: Serve = serde_json::from_str(r#"{"split": [{"variant": "on", "weight": 1}, {"variant": "off", "weight": 1}]}"#).unwrap();
/// assert_eq!(phrase::serve(&half), "`on` for 50% and `off` for 50%");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Serve {
    /// One variant.
    Variant(Key),
    /// Several variants, by weight.
    Split(Split),
}

/// Variants by weight: each user has a place by hash and keeps it.
///
/// ```
/// use halyard_core::document::Serve;
/// let text = r#"{"split": [{"variant": "on", "weight": 1}, {"variant": "off", "weight": 3}], "by": "company.id"}"#;
/// let Serve::Split(split) = serde_json::from_str(text).unwrap() else { unreachable!() };
/// assert_eq!(split.by.as_deref(), Some("company.id"), "everybody of a company gets the same");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Split {
    /// In this order; weights sum to 1 … 2³¹ − 1.
    pub split: Vec<Weighted>,
    /// The attribute whose text is hashed; none: `targetingKey`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// What the hash starts with; none: the flag's key and `/split`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<String>,
}

/// A variant and its share of a split.
///
/// ```
/// use halyard_core::document::Weighted;
/// let parts = [("on", 1), ("off", 3)].map(|(variant, weight)| Weighted { variant: variant.to_owned(), weight });
/// assert_eq!(parts.iter().map(|part| part.weight).sum::<u32>(), 4, "`on` is for a quarter");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Weighted {
    /// The variant.
    pub variant: Key,
    /// Its share, relative to the sum of all weights.
    pub weight: u32,
}

/// A test of the document: who gets what.
///
/// ```
/// use halyard_core::document::Scenario;
/// let text = r#"{"name": "the Dutch keep the old cart", "context": {"country": "NL"}, "expect": {"new-cart": "off"}}"#;
/// let scenario: Scenario = serde_json::from_str(text).unwrap();
/// assert_eq!(scenario.expect["new-cart"].as_deref(), Some("off"));
/// assert!(scenario.at.is_none(), "it is asked for the time of publishing");
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Scenario {
    /// A sentence that says what must hold; unique within the document.
    pub name: String,
    /// The evaluation context.
    pub context: Object,
    /// When; none: at the time of publishing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::optional_time"))]
    pub at: Option<Time>,
    /// Flags and the variants that they must have; none: the application's own default.
    pub expect: BTreeMap<Key, Option<Key>>,
}
