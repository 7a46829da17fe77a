//! The three-way merge: my changes over what somebody else published meanwhile, change by change and not by line.
//!
//! What one side changed alone is taken, from either side. What both changed, each in its own way, is a clash, which a person
//! decides; until then the published side stands. Two people's rules, variants, stages or scenarios meet by name, as in
//! [`crate::diff`]: different ones never clash.

#[cfg(test)]
mod laws;
mod order;
#[cfg(test)]
mod tests;
mod walk;

use serde::{Deserialize, Serialize};

use crate::check::decode_document;
use crate::diff::{Change, Misfit, diff};
use crate::document::Document;
use crate::json::Json;
use walk::{Choices, Found, Walk};

/// What came of merging: see [`merge`].
///
/// ```
/// use halyard_core::{Document, merge};
/// let (base, mine) = (Document::default(), Document { retired: vec!["old-banner".to_owned()], ..Document::default() });
/// let merged = merge(&base, &mine, &base);
/// assert_eq!((merged.document, merged.taken.len(), merged.clashes.len()), (mine, 1, 0));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Merge {
    /// What is published, with every change of mine that does not clash. Where both clash, the published side stands.
    pub document: Document,
    /// What of mine is in [`Merge::document`], as changes of what is published.
    pub taken: Vec<Change>,
    /// What both changed, each in its own way, in the order of the document; empty: a clean merge.
    pub clashes: Vec<Clash>,
    versions: [Json; 3],
}

/// Something that both sides changed, each in its own way.
///
/// ```
/// # use halyard_core::{Document, merge};
/// # fn flag(otherwise: &str) -> Document {
/// #     serde_json::from_str(&r#"{"format": 1, "flags": {"f": {"purpose": "release", "owner": "o", "created": "2026-11-01",
/// #       "variants": {"a": 1, "b": 2, "c": 3}, "otherwise": "?"}}}"#.replace('?', otherwise)).unwrap()
/// # }
/// let clash = &merge(&flag("a"), &flag("b"), &flag("c")).clashes[0];
/// assert_eq!(clash.path, ["flags", "f", "otherwise"]);
/// assert_eq!(clash.mine.as_ref().unwrap().as_str(), Some("b"));
/// assert_eq!(clash.their_changes[0].sentence(), "flag `f` serves otherwise: `c` (was `a`)");
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Clash {
    /// What both changed, from the outside in, as [`Change::path`] has it. Where one side's change lies within the other's (it edited
    /// a rule of a flag that the other deleted), the outer one.
    pub path: Vec<String>,
    /// Whether both put a list into another order, and nothing else: then the three values are the elements' names in order.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub order: bool,
    /// What was there when I began; absent: nothing, or the default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<Json>,
    /// What I have there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mine: Option<Json>,
    /// What is published there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub theirs: Option<Json>,
    /// What I did there.
    pub my_changes: Vec<Change>,
    /// What they did there.
    pub their_changes: Vec<Change>,
}

/// Whose side of a clash is to stand.
///
/// ```
/// # use halyard_core::{Document, merge};
/// # fn flag(otherwise: &str) -> Document {
/// #     serde_json::from_str(&r#"{"format": 1, "flags": {"f": {"purpose": "release", "owner": "o", "created": "2026-11-01",
/// #       "variants": {"a": 1, "b": 2, "c": 3}, "otherwise": "?"}}}"#.replace('?', otherwise)).unwrap()
/// # }
/// use halyard_core::merge::Side;
/// let merged = merge(&flag("a"), &flag("b"), &flag("c"));
/// assert_eq!(merged.resolve(&[Side::Theirs]), Ok(flag("c")));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// Mine: the document that I edited.
    Mine,
    /// Theirs: what is published.
    Theirs,
}

/// Merges `mine`, which I made of `base`, with `head`, which was published meanwhile.
///
/// New elements that both put at the same place of a list stand one behind the other, the published ones first. The merged document
/// may fail a check that both sides pass (theirs deleted the segment that mine uses): check it as any draft.
///
/// ```
/// use halyard_core::{Document, merge};
/// let base = Document::default();
/// let (mut mine, mut head) = (base.clone(), base.clone());
/// mine.retired.push("old-banner".to_owned());
/// head.retired.push("old-cart".to_owned());
/// let merged = merge(&base, &mine, &head);
/// assert!(merged.clashes.is_empty());
/// assert_eq!(merged.document.retired, ["old-cart", "old-banner"]);
/// assert_eq!(merged.taken[0].sentence(), "key `old-banner` is retired");
/// ```
pub fn merge(base: &Document, mine: &Document, head: &Document) -> Merge {
    let versions = [base.to_json(), mine.to_json(), head.to_json()];
    let (json, found) = Walk::over(&versions, Choices::new());
    let (document, found) = match decode(&json, [mine, head], &versions) {
        Some(document) => (document, found),
        // Each part is sound and the whole is not (it has too many flags, say): a person has to choose one or the other.
        None => (head.clone(), vec![Found::whole(&versions)]),
    };
    let (my_changes, their_changes) = (diff(base, mine), diff(base, head));
    let clashes = found.into_iter().map(|found| found.told(&my_changes, &their_changes)).collect();
    Merge { taken: diff(head, &document), document, clashes, versions }
}

impl Merge {
    /// The merged document with a person's choices: one for each of [`Merge::clashes`], in their order. Where a choice is missing,
    /// theirs stands.
    ///
    /// ```
    /// use halyard_core::merge::{Side, merge};
    /// # use halyard_core::Document;
    /// # fn flag(otherwise: &str) -> Document {
    /// #     serde_json::from_str(&r#"{"format": 1, "flags": {"f": {"purpose": "release", "owner": "o", "created": "2026-11-01",
    /// #       "variants": {"a": 1, "b": 2, "c": 3}, "otherwise": "?"}}}"#.replace('?', otherwise)).unwrap()
    /// # }
    /// let merged = merge(&flag("a"), &flag("b"), &flag("c"));
    /// assert_eq!(merged.clashes[0].path, ["flags", "f", "otherwise"]);
    /// assert_eq!(merged.document, flag("c"));
    /// assert_eq!(merged.resolve(&[Side::Mine]), Ok(flag("b")));
    /// ```
    ///
    /// # Errors
    /// My changes that cannot stand beside what else is chosen: they would leave a part without what it must have, such as a flag
    /// without a variant.
    pub fn resolve(&self, sides: &[Side]) -> Result<Document, Vec<Misfit>> {
        let mine = |index: usize| sides.get(index) == Some(&Side::Mine);
        if !(0..self.clashes.len()).any(mine) {
            return Ok(self.document.clone());
        }
        let choices = self.clashes.iter().enumerate().map(|(index, clash)| {
            let side = if mine(index) { Side::Mine } else { Side::Theirs };
            ((clash.path.clone(), clash.order), side)
        });
        let (json, found) = Walk::over(&self.versions, choices.collect());
        let as_told = found.iter().map(Found::place).eq(self.clashes.iter().map(|clash| (&clash.path, clash.order)));
        as_told.then(|| decode_document(&json).ok()).flatten().ok_or_else(|| {
            let chosen = self.clashes.iter().enumerate().filter(|(index, _)| mine(*index)).map(|(_, clash)| clash);
            let misfit = |clash: &Clash, change: &Change| Misfit { change: change.clone(), found: clash.theirs.clone() };
            chosen.flat_map(|clash| clash.my_changes.iter().map(move |change| misfit(clash, change))).collect()
        })
    }
}

/// The merged document; none where its parts do not make one. One of the two sides is a document whatever is in it.
fn decode(json: &Json, sides: [&Document; 2], [_, mine, head]: &[Json; 3]) -> Option<Document> {
    let [my_document, their_document] = sides;
    if json == head {
        Some(their_document.clone())
    } else if json == mine {
        Some(my_document.clone())
    } else {
        decode_document(json).ok()
    }
}
