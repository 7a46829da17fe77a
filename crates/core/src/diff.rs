//! The one diff: what lies between two documents, as typed changes with a sentence each.

use serde::{Deserialize, Serialize};

use crate::document::Document;
use crate::json::Json;

/// One difference between two documents.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// What kind of change it is.
    pub kind: Kind,
    /// What it changes: "flags/new-checkout", "releases/checkout-revamp", "scenarios", …, as keys from the outside in.
    pub path: Vec<String>,
    /// What was there; absent: nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Json>,
    /// What is there now; absent: nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Json>,
}

/// The kinds of change: what roles allow, what history filters by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Kind {
    /// A new flag.
    #[serde(rename = "flag.create")]
    FlagCreate,
}

impl Change {
    /// What changed, as a sentence: "release `checkout-revamp` opens to `beta` (was `internal`)".
    pub fn sentence(&self) -> String {
        String::new()
    }
}

/// What lies between two documents.
pub fn diff(from: &Document, to: &Document) -> Vec<Change> {
    let _ = (from, to);
    Vec::new()
}

/// A change that does not fit the document it was applied to.
#[derive(Clone, Debug, PartialEq)]
pub struct Misfit {
    /// The change.
    pub change: Change,
    /// What the document has at that place instead of the change's `from`.
    pub found: Option<Json>,
}

/// Applies changes: `apply(a, diff(a, b)) == b`.
///
/// # Errors
/// Every change whose `from` is not what the document has there.
pub fn apply(document: &Document, changes: &[Change]) -> Result<Document, Vec<Misfit>> {
    let _ = changes;
    Ok(document.clone())
}
