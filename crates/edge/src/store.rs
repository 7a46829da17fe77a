//! The store's layout: which objects there are, under which keys, and what is in them. ARCHITECTURE.md, "The store".

mod beside;
mod moves;

use halyard_core::Timestamp;
use halyard_core::document::digest;
use halyard_core::evaluate::Audience;
use halyard_core::image::FORMAT;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

pub use beside::{LinkObject, OverrideObject, SessionObject, TokenUseObject, link_key, override_key, session_key, token_use_key};
pub use moves::{Moves, moves};

use crate::http::to_json;
use crate::image::audience_name;
use crate::wire::Told;

/// How many publishes a record tells of, its own included.
pub const RECENT: usize = 50;
/// How far a milestone is named, in strides of its own: one of every 50th for 500 versions, one of every 500th for 5,000, ….
const REACH: u64 = 10;
/// An entry of `recent` tells its changes only when they and `moves` take no more bytes than this, so that records stay small.
const RECENT_CHANGES_BYTES: usize = 2048;

/// Where the objects of one history live: the project's, or one environment's.
///
/// ```
/// use halyard_edge::store::Scope;
/// let [project, production] = [Scope::Project, Scope::Environment("production".to_owned())];
/// assert_ne!(project.head(), production.head());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// People, keys, environments, limits.
    Project,
    /// One environment's flags.
    Environment(String),
}

impl Scope {
    /// The folder, and the name under which copies are kept: `project` or `environments/production`.
    ///
    /// ```
    /// use halyard_edge::store::Scope;
    /// let scope = Scope::Environment("production".to_owned());
    /// assert_eq!(scope.folder(), "environments/production");
    /// assert_eq!(Scope::of(&scope.folder()), Some(scope));
    /// ```
    pub fn folder(&self) -> String {
        match self {
            Scope::Project => "project".to_owned(),
            Scope::Environment(key) => format!("environments/{key}"),
        }
    }

    /// The scope of a folder.
    ///
    /// ```
    /// use halyard_edge::store::Scope;
    /// assert_eq!(Scope::of("project"), Some(Scope::Project));
    /// assert_eq!(Scope::of("environments/../project"), None);
    /// ```
    pub fn of(folder: &str) -> Option<Scope> {
        match folder.split_once('/') {
            None if folder == "project" => Some(Scope::Project),
            Some(("environments", key)) => is_key(key).then(|| Scope::Environment(key.to_owned())),
            _ => None,
        }
    }

    /// The key of the head: the only object that changes.
    ///
    /// ```
    /// use halyard_edge::store::Scope;
    /// assert_eq!(Scope::Project.head(), "project/head.json");
    /// ```
    pub fn head(&self) -> String {
        format!("{}/head.json", self.folder())
    }

    /// The key of a record.
    ///
    /// ```
    /// use halyard_edge::store::Scope;
    /// assert_eq!(Scope::Project.record("00000042-3fa9"), "project/records/00000042-3fa9.json");
    /// ```
    pub fn record(&self, name: &str) -> String {
        format!("{}/records/{name}.json", self.folder())
    }

    /// The key of a document.
    ///
    /// ```
    /// use halyard_edge::store::Scope;
    /// assert_eq!(Scope::Environment("staging".into()).document("sha256-3fa9"), "environments/staging/documents/sha256-3fa9.json");
    /// ```
    pub fn document(&self, digest: &str) -> String {
        format!("{}/documents/{digest}.json", self.folder())
    }

    /// The key of an image of a document, in the format of images that this build reads and writes: of all flags, for servers, or of
    /// the public ones.
    ///
    /// ```
    /// use halyard_core::evaluate::Audience;
    /// use halyard_edge::store::Scope;
    /// let key = Scope::Environment("staging".into()).image("sha256-3fa9", Audience::Page);
    /// assert_eq!(key, "environments/staging/images/sha256-3fa9.2.public");
    /// ```
    pub fn image(&self, digest: &str, audience: Audience) -> String {
        format!("{}/images/{digest}.{FORMAT}.{}", self.folder(), audience_name(audience))
    }
}

/// Whether a text is a key: `[A-Za-z0-9][A-Za-z0-9._-]{0,127}`. What is one can stand in an object's key without escaping.
///
/// ```
/// use halyard_edge::store::is_key;
/// assert!(is_key("new-checkout.v2") && !is_key("../secrets") && !is_key(""));
/// ```
pub fn is_key(text: &str) -> bool {
    text.len() <= halyard_core::limits::KEY
        && text.bytes().next().is_some_and(|first| first.is_ascii_alphanumeric())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'))
}

/// The head of a history: which version is current, and where its record and document are.
///
/// ```
/// use halyard_edge::store::Head;
/// let hash = "0f".repeat(32);
/// let text = format!(r#"{{"document":"sha256-{hash}","format":1,"lineage":"9f2c","record":"00000042-{hash}","version":42}}"#);
/// let head = Head::parse(text.as_bytes()).unwrap();
/// assert_eq!((head.version, head.to_bytes()), (42, text.into_bytes()));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// The layout, 1.
    pub format: u32,
    /// Which history: drawn at random when it begins.
    pub lineage: String,
    /// The current version.
    pub version: u64,
    /// Its record's name.
    pub record: String,
    /// Its document's digest.
    pub document: String,
}

impl Head {
    /// Reads a head.
    ///
    /// ```
    /// use halyard_edge::store::Head;
    /// assert!(Head::parse(b"null").is_err());
    /// assert!(Head::parse(b"").is_err());
    /// ```
    ///
    /// # Errors
    /// In a few plain words: empty, no JSON, a newer format, names that are no names.
    pub fn parse(bytes: &[u8]) -> Result<Head, &'static str> {
        let head: Head = serde_json::from_slice(bytes).map_err(|_| "the head cannot be read")?;
        if head.format != 1 {
            return Err("the head is of a newer format");
        }
        let hash = head.record.strip_prefix(&version_prefix(head.version)).filter(|hash| is_hash(hash));
        if head.version == 0 || !is_key(&head.lineage) || hash.is_none() || !is_digest(&head.document) {
            return Err("the head does not fit itself");
        }
        Ok(head)
    }

    /// The bytes that are stored.
    ///
    /// ```
    /// use halyard_edge::store::Head;
    /// let hash = "0f".repeat(32);
    /// let head = Head { format: 1, lineage: "9f2c".into(), version: 1, record: format!("00000001-{hash}"), document: format!("sha256-{hash}") };
    /// assert_eq!(Head::parse(&head.to_bytes()), Ok(head));
    /// ```
    pub fn to_bytes(&self) -> Vec<u8> {
        to_json(self)
    }
}

/// Whether `text` is a document's name: `sha256-` and 64 hex digits.
///
/// ```
/// use halyard_edge::store::is_digest;
/// assert!(is_digest(&halyard_core::Document::default().digest()) && !is_digest("sha256-0f"));
/// ```
pub fn is_digest(text: &str) -> bool {
    text.strip_prefix("sha256-").is_some_and(is_hash)
}

/// The document's digest in the name of an image, of whatever format.
pub(crate) fn imaged(name: &str) -> Option<&str> {
    let (document, rest) = name.split_once('.')?;
    let (format, audience) = rest.split_once('.')?;
    let is_one = is_digest(document) && format.parse::<u32>().is_ok() && matches!(audience, "all" | "public");
    is_one.then_some(document)
}

fn is_hash(text: &str) -> bool {
    crate::secrets::Hash::parse(text).is_some()
}

/// What the name of a version's record begins with. Names sort as their versions do.
pub(crate) fn version_prefix(version: u64) -> String {
    format!("{version:08}-")
}

/// The version in a record's name.
///
/// ```
/// assert_eq!(halyard_edge::store::version_of("00000042-3fa9"), Some(42));
/// assert_eq!(halyard_edge::store::version_of("sha256-3fa9"), None);
/// ```
pub fn version_of(name: &str) -> Option<u64> {
    let digits = name.split_once('-')?.0;
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok()).flatten()
}

/// The largest of 50, 500, 5,000, … that a version is a multiple of.
fn stride(version: u64) -> Option<u64> {
    let strides = std::iter::successors(Some(RECENT as u64), |stride| stride.checked_mul(10));
    strides.take_while(|stride| version.is_multiple_of(*stride) && *stride <= version).last()
}

/// The immutable account of one publish.
///
/// ```
/// # use halyard_core::Timestamp;
/// use halyard_edge::store::RecordObject;
/// use halyard_edge::wire::Told;
/// # let first = RecordObject::<Told> {
/// #     lineage: "9f2c".into(), version: 1, parent: None, publish: "p1".into(), at: Timestamp(0), by: "ann@acme.example".into(),
/// #     via: "init".into(), message: "The beginning".into(), changes: vec![], moves: Default::default(), marks: vec![],
/// #     document: format!("sha256-{}", "0f".repeat(32)), milestones: vec![], recent: vec![],
/// # };
/// let (name, bytes) = first.to_bytes();
/// assert_eq!(RecordObject::<Told>::parse(&name, &bytes), Ok(first));
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RecordObject<C = Told> {
    /// Which history.
    pub lineage: String,
    /// The version that it made.
    pub version: u64,
    /// The record before it, by name; none: it is the first.
    pub parent: Option<String>,
    /// The publish's own name: by it a publisher whose acknowledgement was lost finds out what became of it.
    pub publish: String,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: String,
    /// How: `app`, `cli`, `token`, `init`.
    pub via: String,
    /// Why.
    pub message: String,
    /// What changed.
    pub changes: Vec<C>,
    /// The flags of the releases that changed, where the changes do not say: so a release's changes are found by its flags. Older
    /// records lack them.
    #[serde(default, skip_serializing_if = "Moves::is_empty")]
    pub moves: Moves,
    /// Notes for whoever reads the history.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub marks: Vec<String>,
    /// The document's digest.
    pub document: String,
    /// The names of earlier records at round versions, oldest first, so that any version is a few reads away: of the multiples of 50
    /// those of the last 500 versions, of the multiples of 500 those of the last 5,000, and so on. Older records may lack them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub milestones: Vec<String>,
    /// The publishes before this one, newest first: at most [`RECENT`].
    pub recent: Vec<RecentEntry<C>>,
}

/// What a record says of one before it, so that a page of history costs one read.
///
/// ```
/// use halyard_edge::store::RecentEntry;
/// let text = r#"{"at":1796115600000,"by":"ann@acme.example","document":"sha256-…","message":"Launch","publish":"p1","record":"00000007-…","version":7,"via":"app"}"#;
/// let entry: RecentEntry = serde_json::from_str(text).unwrap();
/// assert!(entry.changes.is_none(), "too much to repeat: the record itself has them");
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RecentEntry<C = Told> {
    /// Its name.
    pub record: String,
    /// The version that it made.
    pub version: u64,
    /// The publish's own name.
    pub publish: String,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: String,
    /// How.
    pub via: String,
    /// Why.
    pub message: String,
    /// What changed; none: too much to repeat, it is in the record itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changes: Option<Vec<C>>,
    /// The flags of the releases that changed; told with the changes.
    #[serde(default, skip_serializing_if = "Moves::is_empty")]
    pub moves: Moves,
    /// Notes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub marks: Vec<String>,
    /// The document's digest.
    pub document: String,
}

impl<C: Serialize + DeserializeOwned + Clone> RecordObject<C> {
    /// Reads a record, and checks that the bytes are the ones that its name was made from.
    ///
    /// ```
    /// # use halyard_core::Timestamp;
    /// use halyard_edge::store::RecordObject;
    /// use halyard_edge::wire::Told;
    /// # let first = RecordObject::<Told> {
    /// #     lineage: "9f2c".into(), version: 1, parent: None, publish: "p1".into(), at: Timestamp(0), by: "ann@acme.example".into(),
    /// #     via: "init".into(), message: "The beginning".into(), changes: vec![], moves: Default::default(), marks: vec![],
    /// #     document: format!("sha256-{}", "0f".repeat(32)), milestones: vec![], recent: vec![],
    /// # };
    /// let (name, bytes) = first.to_bytes();
    /// let altered = String::from_utf8(bytes).unwrap().replace("ann@", "bo@");
    /// let why = RecordObject::<Told>::parse(&name, altered.as_bytes()).unwrap_err();
    /// assert_eq!(why, "the record is not the one that its name says");
    /// ```
    ///
    /// # Errors
    /// In a few plain words.
    pub fn parse(name: &str, bytes: &[u8]) -> Result<RecordObject<C>, &'static str> {
        let record: RecordObject<C> = serde_json::from_slice(bytes).map_err(|_| "the record cannot be read")?;
        if name_of(record.version, bytes) != name {
            return Err("the record is not the one that its name says");
        }
        Ok(record)
    }

    /// The bytes that are stored, and the record's name.
    ///
    /// ```
    /// # use halyard_core::Timestamp;
    /// use halyard_edge::store::RecordObject;
    /// use halyard_edge::wire::Told;
    /// # let first = RecordObject::<Told> {
    /// #     lineage: "9f2c".into(), version: 1, parent: None, publish: "p1".into(), at: Timestamp(0), by: "ann@acme.example".into(),
    /// #     via: "init".into(), message: "The beginning".into(), changes: vec![], moves: Default::default(), marks: vec![],
    /// #     document: format!("sha256-{}", "0f".repeat(32)), milestones: vec![], recent: vec![],
    /// # };
    /// let (name, bytes) = first.to_bytes();
    /// assert_eq!(name, format!("00000001-{}", &halyard_core::document::digest(&bytes)["sha256-".len()..]));
    /// ```
    pub fn to_bytes(&self) -> (String, Vec<u8>) {
        let bytes = to_json(self);
        (name_of(self.version, &bytes), bytes)
    }

    /// The milestones that the record after this one names.
    ///
    /// ```
    /// # use halyard_core::Timestamp;
    /// use halyard_edge::store::RecordObject;
    /// use halyard_edge::wire::Told;
    /// # let first = RecordObject::<Told> {
    /// #     lineage: "9f2c".into(), version: 1, parent: None, publish: "p1".into(), at: Timestamp(0), by: "ann@acme.example".into(),
    /// #     via: "init".into(), message: "The beginning".into(), changes: vec![], moves: Default::default(), marks: vec![],
    /// #     document: format!("sha256-{}", "0f".repeat(32)), milestones: vec![], recent: vec![],
    /// # };
    /// let fiftieth = RecordObject { version: 50, ..first };
    /// assert_eq!(fiftieth.milestones_for_next("00000050-3fa9"), ["00000050-3fa9"]);
    /// ```
    pub fn milestones_for_next(&self, name: &str) -> Vec<String> {
        let is_within_reach = |name: &&str| {
            let stride = version_of(name).and_then(|version| Some((version, stride(version)?)));
            stride.is_some_and(|(version, stride)| (self.version + 1).saturating_sub(version) <= stride.saturating_mul(REACH))
        };
        let names = self.milestones.iter().map(String::as_str).chain([name]);
        names.filter(is_within_reach).map(str::to_owned).collect()
    }

    /// What the record after this one says of it and of those before it.
    ///
    /// ```
    /// # use halyard_core::Timestamp;
    /// use halyard_edge::store::RecordObject;
    /// use halyard_edge::wire::Told;
    /// # let first = RecordObject::<Told> {
    /// #     lineage: "9f2c".into(), version: 1, parent: None, publish: "p1".into(), at: Timestamp(0), by: "ann@acme.example".into(),
    /// #     via: "init".into(), message: "The beginning".into(), changes: vec![], moves: Default::default(), marks: vec![],
    /// #     document: format!("sha256-{}", "0f".repeat(32)), milestones: vec![], recent: vec![],
    /// # };
    /// let (name, _) = first.to_bytes();
    /// let recent = first.recent_for_next(&name);
    /// assert_eq!((recent.len(), &recent[0].record, recent[0].version), (1, &name, 1));
    /// ```
    pub fn recent_for_next(&self, name: &str) -> Vec<RecentEntry<C>> {
        std::iter::once(self.entry(name)).chain(self.recent.iter().cloned()).take(RECENT).collect()
    }

    /// What later records say of this one.
    ///
    /// ```
    /// # use halyard_core::Timestamp;
    /// use halyard_edge::store::RecordObject;
    /// use halyard_edge::wire::Told;
    /// # let first = RecordObject::<Told> {
    /// #     lineage: "9f2c".into(), version: 1, parent: None, publish: "p1".into(), at: Timestamp(0), by: "ann@acme.example".into(),
    /// #     via: "init".into(), message: "The beginning".into(), changes: vec![], moves: Default::default(), marks: vec![],
    /// #     document: format!("sha256-{}", "0f".repeat(32)), milestones: vec![], recent: vec![],
    /// # };
    /// let entry = first.entry("00000001-3fa9");
    /// assert_eq!((entry.by, entry.changes), (first.by, Some(vec![])));
    /// ```
    pub fn entry(&self, name: &str) -> RecentEntry<C> {
        let moves = if self.moves.is_empty() { 0 } else { to_json(&self.moves).len() };
        let small = to_json(&self.changes).len() + moves <= RECENT_CHANGES_BYTES;
        RecentEntry {
            record: name.to_owned(),
            version: self.version,
            publish: self.publish.clone(),
            at: self.at,
            by: self.by.clone(),
            via: self.via.clone(),
            message: self.message.clone(),
            changes: small.then(|| self.changes.clone()),
            moves: if small { self.moves.clone() } else { Moves::new() },
            marks: self.marks.clone(),
            document: self.document.clone(),
        }
    }
}

/// Whether `text` can be a record's name: eight digits or more, and 64 hex digits.
pub(crate) fn is_record_name(text: &str) -> bool {
    let hash = version_of(text).and_then(|version| text.strip_prefix(&version_prefix(version)));
    hash.is_some_and(is_hash)
}

/// Whether a record's name was made from these bytes.
pub(crate) fn is_named(name: &str, bytes: &[u8]) -> bool {
    version_of(name).is_some_and(|version| name_of(version, bytes) == name)
}

/// A record's name: its version in eight digits and the SHA-256 of its bytes.
fn name_of(version: u64, bytes: &[u8]) -> String {
    let digest = digest(bytes);
    version_prefix(version) + digest.strip_prefix("sha256-").unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_must_fit_itself() {
        let hash = "0f".repeat(32);
        let head = Head {
            format: 1,
            lineage: "9f2c".to_owned(),
            version: 42,
            record: format!("00000042-{hash}"),
            document: format!("sha256-{hash}"),
        };
        assert_eq!(Head::parse(&head.to_bytes()), Ok(head.clone()));
        let bad = [
            Head { format: 2, ..head.clone() },
            Head { version: 0, ..head.clone() },
            Head { version: 41, ..head.clone() },
            Head { lineage: String::new(), ..head.clone() },
            Head { record: format!("00000042-{hash}/../x"), ..head.clone() },
            Head { document: "../secrets".to_owned(), ..head.clone() },
        ];
        for head in bad {
            assert!(Head::parse(&head.to_bytes()).is_err(), "{head:?}");
        }
        for length in 0..head.to_bytes().len() {
            assert!(Head::parse(&head.to_bytes()[..length]).is_err(), "cut at {length}");
        }
    }

    #[test]
    fn any_version_is_a_few_milestones_away() {
        let blank = |version: u64, milestones: Vec<String>| RecordObject::<Told> {
            lineage: String::new(),
            version,
            parent: None,
            publish: String::new(),
            at: Timestamp(0),
            by: String::new(),
            via: String::new(),
            message: String::new(),
            changes: Vec::new(),
            moves: Moves::new(),
            marks: Vec::new(),
            document: String::new(),
            milestones,
            recent: Vec::new(),
        };
        let name = |version: u64| format!("{}x", version_prefix(version));
        let mut milestones: Vec<Vec<String>> = vec![Vec::new(), Vec::new()];
        for version in 1..12_000 {
            let record = blank(version, milestones.pop().unwrap());
            milestones.push(record.milestones.clone());
            milestones.push(record.milestones_for_next(&name(version)));
        }
        let named = |version: u64| milestones[version as usize].iter().map(|name| version_of(name).unwrap()).collect::<Vec<_>>();
        assert!(named(50).is_empty());
        assert_eq!(named(51), [50]);
        assert_eq!(named(1_234), [500, 750, 800, 850, 900, 950, 1_000, 1_050, 1_100, 1_150, 1_200]);
        let (mut longest, mut most) = (0, 0);
        for head in [60, 499, 500, 501, 5_000, 5_001, 11_999] {
            most = most.max(named(head).len());
            for version in 1..head {
                let (mut at, mut reads) = (head, 1);
                while at > version + RECENT as u64 {
                    at = named(at).into_iter().find(|milestone| *milestone >= version).unwrap_or(at - RECENT as u64).min(at - 1);
                    reads += 1;
                }
                longest = longest.max(reads);
            }
        }
        assert!(longest <= 5 && most <= 24, "{longest} reads, {most} names");
    }

    #[test]
    fn keys_never_leave_their_folder() {
        for bad in ["", ".", "..", ".a", "a/b", "a b", "ä", "-a", &"a".repeat(129)] {
            assert!(!is_key(bad), "{bad}");
        }
        assert!(is_key("A") && is_key("production-2.eu_west"));
        assert_eq!(Scope::of("environments/../project"), None);
    }
}
