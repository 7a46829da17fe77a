//! The kinds of change that a grant holds, as they are written: one kind, a group of them, or every change of the document.

use serde::{Deserialize, Serialize};

use crate::diff::Kind;

/// The kinds of change of a project's SDK keys that a role may hold for its environment. They are not part of `*`.
///
/// ```
/// use halyard_core::authority::{KEY_KINDS, Pattern};
/// let keys = Pattern::parse("key.*").unwrap();
/// assert!(KEY_KINDS.iter().all(|kind| keys.covers(kind)));
/// ```
pub const KEY_KINDS: [&str; 4] = ["key.add", "key.rotate", "key.revoke", "key.change"];

/// One kind (`release.open`), a group (`release.*`, `key.*`), or `*`: every change of the document, and of no key.
///
/// ```
/// use halyard_core::authority::Pattern;
/// let every = Pattern::parse("*").unwrap();
/// assert!(every.covers("release.open") && !every.covers("key.add"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Pattern(String);

impl Pattern {
    /// Reads a pattern; none: there is no such kind of change.
    ///
    /// ```
    /// use halyard_core::authority::Pattern;
    /// assert!(Pattern::parse("release.*").unwrap().covers("release.open"));
    /// assert_eq!(Pattern::parse("release.*e"), None);
    /// assert_eq!(Pattern::parse("person.roles"), None, "what belongs to a project's admins alone is in no role");
    /// ```
    pub fn parse(text: &str) -> Option<Pattern> {
        Pattern::words().any(|word| word == text).then(|| Pattern(text.to_owned()))
    }

    /// Every pattern that there is: `*`, the groups and the kinds.
    ///
    /// ```
    /// use halyard_core::authority::Pattern;
    /// let words: Vec<String> = Pattern::words().collect();
    /// assert_eq!(words[0], "*");
    /// assert!(words.contains(&"release.*".to_owned()) && words.contains(&"release.open".to_owned()));
    /// ```
    pub fn words() -> impl Iterator<Item = String> {
        let kinds = || Kind::ALL.into_iter().map(Kind::as_str).chain(KEY_KINDS);
        let mut groups: Vec<String> = kinds().filter_map(|kind| Some(format!("{}.*", kind.split_once('.')?.0))).collect();
        groups.dedup();
        std::iter::once("*".to_owned()).chain(groups).chain(kinds().map(str::to_owned))
    }

    /// As it is written.
    ///
    /// ```
    /// use halyard_core::authority::Pattern;
    /// assert_eq!(Pattern::parse("flag.*").unwrap().as_str(), "flag.*");
    /// ```
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a kind of change is among these.
    ///
    /// ```
    /// use halyard_core::authority::Pattern;
    /// let everything = Pattern::parse("*").unwrap();
    /// assert!(everything.covers("flag.rules") && !everything.covers("key.add"));
    /// ```
    pub fn covers(&self, kind: &str) -> bool {
        match self.0.strip_suffix('*') {
            None => self.0 == kind,
            Some("") => !KEY_KINDS.contains(&kind),
            Some(group) => kind.starts_with(group),
        }
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Pattern {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Pattern".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let words: Vec<String> = Pattern::words().collect();
        schemars::json_schema!({ "description": "A kind of change, a group of kinds, or `*`: every change of the document.", "enum": words })
    }
}
