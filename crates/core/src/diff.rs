//! The one diff: what lies between two documents, as typed changes. It serves the audit log, the permission check, the review
//! screen, the answer to a conflict and the merge.
//!
//! It compares the documents' JSON, so a field that it does not see cannot exist. Lists whose elements have a name (rules, stages,
//! scenarios, …) are compared by that name: reordering is one change, and two people's rules do not collide.

mod apply;
mod compare;
mod kind;
mod sentence;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod told;

use serde::{Deserialize, Serialize};

pub use apply::{Misfit, apply};
pub use compare::diff;
pub use kind::Kind;

use crate::json::Json;

/// One difference between two documents.
///
/// ```
/// use halyard_core::{Document, diff};
/// let (old, mut new) = (Document::default(), Document::default());
/// new.retired.push("old-banner".to_owned());
/// let [change] = &diff(&old, &new)[..] else { unreachable!() };
/// assert_eq!(change.kind.as_str(), "retired.change");
/// assert_eq!((change.path.as_slice(), change.from.as_ref()), (&["retired".to_owned(), "old-banner".to_owned()][..], None));
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Change {
    /// What kind of change it is.
    pub kind: Kind,
    /// What it changes, from the outside in: `["flags", "new-cart", "rules", "staff"]`. Elements of named lists go by name.
    pub path: Vec<String>,
    /// What was there; absent: nothing, or the default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<serde_json::Value>"))]
    pub from: Option<Json>,
    /// What is there now; absent: nothing, or the default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<serde_json::Value>"))]
    pub to: Option<Json>,
    /// For a new element of a list: the name of the one that it follows; absent: it is the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

impl Change {
    /// The collection and the key that it belongs to: `("flags", "new-cart")`; the key is empty for a list's order.
    ///
    /// ```
    /// use halyard_core::Change;
    /// let change: Change = serde_json::from_str(r#"{"kind": "flag.disable", "path": ["flags", "new-cart", "enabled"], "to": false}"#).unwrap();
    /// assert_eq!(change.subject(), ("flags", "new-cart"));
    /// ```
    pub fn subject(&self) -> (&str, &str) {
        let part = |index: usize| self.path.get(index).map_or("", String::as_str);
        (part(0), part(1))
    }

    /// Whether it only takes exposure away: disables, holds, rolls back or narrows. Such a change is never refused by a scenario,
    /// a limit or readiness.
    ///
    /// ```
    /// use halyard_core::Change;
    /// let change: Change = serde_json::from_str(r#"{"kind": "flag.disable", "path": ["flags", "new-cart", "enabled"], "to": false}"#).unwrap();
    /// assert!(change.takes_exposure_away(), "a kill switch works whatever the limits say");
    /// ```
    pub fn takes_exposure_away(&self) -> bool {
        matches!(self.kind, Kind::FlagDisable | Kind::ReleaseHold | Kind::ReleaseRollBack | Kind::ReleaseNarrow)
    }
}

/// How the elements of a list are named, for the lists that are compared by name.
#[derive(Clone, Copy)]
pub(crate) enum Naming {
    /// By the text in this field.
    Field(&'static str),
    /// The elements are texts and name themselves.
    Itself,
}

impl Naming {
    /// How the elements of the list at `path` are named; none: the value is compared as a whole.
    pub(crate) fn of(path: &[String]) -> Option<Naming> {
        let mut parts = path.iter().map(String::as_str);
        match (parts.next()?, parts.next(), parts.next(), parts.next()) {
            ("flags", Some(_), Some("rules"), None) => Some(Naming::Field("id")),
            ("flags", Some(_), Some("requires"), None) | ("releases", Some(_), Some("flags"), None) => Some(Naming::Field("flag")),
            ("plans" | "releases", Some(_), Some("stages"), None) | ("scenarios", None, ..) => Some(Naming::Field("name")),
            ("releases", Some(_), Some("readiness"), None) => Some(Naming::Field("item")),
            ("retired", None, ..) => Some(Naming::Itself),
            _ => None,
        }
    }

    fn name(self, element: &Json) -> Option<&str> {
        match self {
            Naming::Field(field) => element.get(field).and_then(Json::as_str),
            Naming::Itself => element.as_str(),
        }
    }

    /// The names of all elements, in order; none if one has no name or two share one: then the list is compared as a whole.
    pub(crate) fn names(self, list: &[Json]) -> Option<Vec<&str>> {
        let names = list.iter().map(|element| self.name(element)).collect::<Option<Vec<_>>>()?;
        let mut sorted = names.clone();
        sorted.sort_unstable();
        sorted.dedup();
        (sorted.len() == names.len()).then_some(names)
    }
}

/// Whether the object at `path` is compared member by member.
pub(crate) fn is_opened(path: &[String]) -> bool {
    match path {
        [] => true,
        [collection] | [collection, _] => matches!(collection.as_str(), "segments" | "plans" | "flags" | "releases"),
        [collection, _, field] => collection == "flags" && matches!(field.as_str(), "variants" | "metadata"),
        _ => false,
    }
}
