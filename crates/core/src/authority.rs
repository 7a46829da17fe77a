//! What a person may do to a document, decided over the diff: on the old document, on the new one, and on what a change reaches.
//!
//! A role is a list of [`Grant`]s, and a person's roles in one environment together are their [`Authority`]. Pure: a node decides
//! with it, and the admin app shows with it what is allowed before anybody asks.
//!
//! ```
//! use halyard_core::authority::{Authority, roles};
//! use halyard_core::{Document, diff};
//! let document = |enabled: bool, purpose: &str| -> Document {
//!     serde_json::from_str(&format!(
//!         r#"{{"format": 1, "flags": {{"pay": {{"purpose": "{purpose}", "owner": "ops", "created": "2026-11-01",
//!             "enabled": {enabled}, "variants": {{"on": true, "off": false}}}}}}}}"#
//!     ))
//!     .unwrap()
//! };
//! let operator = Authority { grants: roles::operator() };
//! let refusals = |from: &Document, to: &Document| operator.refusals(from, to, &diff(from, to));
//! assert!(refusals(&document(true, "release"), &document(false, "release")).is_empty(), "anything may be switched off");
//! let refused = refusals(&document(false, "release"), &document(true, "release"));
//! assert_eq!(refused[0].why, "`flag.enable` is yours only for flags of purpose `operational`, and `pay` is of purpose `release`");
//! ```

mod judge;
mod pattern;
pub mod roles;
#[cfg(test)]
mod tests;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use pattern::{KEY_KINDS, Pattern};

use crate::check::listing;
use crate::diff::{Change, Kind};
use crate::document::{Flag, Key, Purpose};

/// A person's roles in one environment, taken together: a change is allowed where any of the grants allows it.
///
/// ```
/// use halyard_core::authority::{Authority, roles};
/// let authority = Authority { grants: [roles::releaser(), roles::operator()].concat() };
/// assert!(authority.covers("release.open") && authority.covers("flag.disable"), "roles add up");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Authority {
    /// What they may do.
    pub grants: Vec<Grant>,
}

/// Some kinds of change, to some flags. What narrows it is absent or must hold: all of the lists, and any entry of each.
///
/// ```
/// use halyard_core::authority::Grant;
/// let text = r#"{"changes": ["release.*"], "tags": ["checkout"]}"#;
/// let grant: Grant = serde_json::from_str(text).unwrap();
/// assert_eq!(grant.to_string(), "`release.*` for flags tagged `checkout`");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Grant {
    /// The kinds of change.
    pub changes: Vec<Pattern>,
    /// Only flags of one of these purposes; empty: of any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub purposes: Vec<Purpose>,
    /// Only flags with one of these tags; empty: with any or none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Only flags of one of these owners; empty: of anybody.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub owners: Vec<String>,
    /// Which flags the change may reach beyond those that it touches.
    #[serde(default, skip_serializing_if = "Reach::is_same")]
    pub reach: Reach,
}

/// Which flags a change may reach: flags that rest on what it touches, and so answer differently because of it.
///
/// ```
/// use halyard_core::authority::{Grant, Reach};
/// let kill = Grant { reach: Reach::Anything, ..Grant::of(&["flag.disable"]) };
/// assert_eq!(kill.to_string(), "`flag.disable`, whatever rests on them");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Reach {
    /// Those that it may touch.
    #[default]
    Same,
    /// Any: a kill switch may stand under flags of every purpose, and must work all the same.
    Anything,
}

impl Reach {
    fn is_same(&self) -> bool {
        *self == Reach::Same
    }
}

/// A change that somebody may not make.
///
/// ```
/// use halyard_core::authority::{Authority, Grant};
/// use halyard_core::{Document, diff};
/// let (from, to) = (Document::default(), Document { retired: vec!["old-banner".to_owned()], ..Document::default() });
/// let releaser = Authority { grants: vec![Grant::of(&["release.*"])] };
/// let refusal = &releaser.refusals(&from, &to, &diff(&from, &to))[0];
/// assert_eq!((refusal.why.as_str(), &refusal.flag), ("your roles do not include `retired.change`", &None));
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Refusal {
    /// The change.
    pub change: Change,
    /// The flag that stands against it; none: no flag does, the kind of change itself is not theirs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flag: Option<Key>,
    /// Why, in plain words, to the person themselves.
    pub why: String,
}

impl Authority {
    /// Everything: what the owner of a store may do.
    ///
    /// ```
    /// use halyard_core::authority::Authority;
    /// assert!(Authority::everything().covers("flag.delete"));
    /// ```
    pub fn everything() -> Authority {
        Authority { grants: roles::admin() }
    }

    /// Nothing but looking.
    ///
    /// ```
    /// use halyard_core::authority::Authority;
    /// assert!(!Authority::nothing().allows_some());
    /// ```
    pub fn nothing() -> Authority {
        Authority::default()
    }

    /// Whether any change of the document could be allowed.
    ///
    /// ```
    /// use halyard_core::authority::{Authority, Grant};
    /// let keeper_of_keys = Authority { grants: vec![Grant::of(&["key.*"])] };
    /// assert!(!keeper_of_keys.allows_some(), "keys are not in the document");
    /// ```
    pub fn allows_some(&self) -> bool {
        Kind::ALL.into_iter().any(|kind| self.covers(kind.as_str()))
    }

    /// Whether a kind of change is among what they may do, to some flags at least. The kinds of a project's keys count, too.
    ///
    /// ```
    /// use halyard_core::authority::{Authority, roles};
    /// let releaser = Authority { grants: roles::releaser() };
    /// assert!(releaser.covers("release.open") && !releaser.covers("flag.rules"));
    /// ```
    pub fn covers(&self, kind: &str) -> bool {
        self.grants.iter().any(|grant| grant.covers(kind))
    }
}

impl fmt::Display for Grant {
    /// "`release.open` for flags of purpose `release`, whatever rests on them".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kinds: Vec<&str> = self.changes.iter().map(Pattern::as_str).collect();
        f.write_str(&listing(&kinds, "and"))?;
        if self.is_narrowed() {
            write!(f, " for flags {}", judge::narrowing(&[self]))?;
        }
        if self.reach == Reach::Anything { f.write_str(", whatever rests on them") } else { Ok(()) }
    }
}

impl Grant {
    /// These kinds of change, to any flag.
    ///
    /// ```
    /// use halyard_core::authority::Grant;
    /// assert!(Grant::of(&["release.*"]).covers("release.open"));
    /// ```
    pub fn of(changes: &[&str]) -> Grant {
        Grant { changes: changes.iter().filter_map(|text| Pattern::parse(text)).collect(), ..Grant::default() }
    }

    /// Whether it holds this kind of change.
    ///
    /// ```
    /// use halyard_core::authority::Grant;
    /// let grant = Grant::of(&["release.*", "flag.disable"]);
    /// assert!(grant.covers("release.hold") && !grant.covers("flag.enable"));
    /// ```
    pub fn covers(&self, kind: &str) -> bool {
        self.changes.iter().any(|pattern| pattern.covers(kind))
    }

    /// Whether it is for some flags only.
    ///
    /// ```
    /// use halyard_core::authority::{Grant, roles};
    /// assert!(roles::releaser()[0].is_narrowed(), "to releases and experiments");
    /// assert!(!Grant::of(&["*"]).is_narrowed());
    /// ```
    pub fn is_narrowed(&self) -> bool {
        !(self.purposes.is_empty() && self.tags.is_empty() && self.owners.is_empty())
    }

    /// Whether this flag is within what narrows it.
    ///
    /// ```
    /// use halyard_core::authority::roles;
    /// use halyard_core::document::Flag;
    /// let text = r#"{"purpose": "operational", "owner": "ops", "created": "2026-11-01", "variants": {"on": true, "off": false}}"#;
    /// let kill_switch: Flag = serde_json::from_str(text).unwrap();
    /// assert!(!roles::releaser()[0].fits(&kill_switch), "a releaser's flags are those that go away");
    /// ```
    pub fn fits(&self, flag: &Flag) -> bool {
        (self.purposes.is_empty() || self.purposes.contains(&flag.purpose))
            && (self.tags.is_empty() || self.tags.iter().any(|tag| flag.tags.contains(tag)))
            && (self.owners.is_empty() || self.owners.contains(&flag.owner))
    }
}
