//! Which flags a change of a release is about, where the change does not say: `release.open` names the release alone.

use std::collections::BTreeMap;

use halyard_core::{Change, Document};

/// Flags by the release that moves them.
pub type Moves = BTreeMap<String, Vec<String>>;

/// The flags that the changed releases move, before or after. A release that comes or goes tells them itself.
///
/// ```
/// use halyard_core::{check::{Cap, decode_document}, diff, Json};
/// use halyard_edge::store::moves;
/// let document = |stage: &str| {
///     let text = format!(r#"{{"format": 1, "releases": {{"launch": {{"title": "Launch", "owner": "shop",
///         "flags": [{{"flag": "new-cart", "variant": "on"}}], "stages": [{{"name": "staff", "audience": {{"percent": 1}}}}],
///         "stage": {stage}}}}}}}"#);
///     decode_document(&Json::parse(text.as_bytes()).unwrap()).unwrap()
/// };
/// let (before, after) = (document("null"), document("\"staff\""));
/// let changes = diff(&before, &after);
/// assert_eq!(changes[0].kind.as_str(), "release.open");
/// assert_eq!(moves(&before, &after, &changes)["launch"], ["new-cart"]);
/// ```
pub fn moves<'c>(from: &Document, to: &Document, changes: impl IntoIterator<Item = &'c Change>) -> Moves {
    let mut moves = Moves::new();
    for change in changes {
        let [collection, key, _, ..] = change.path.as_slice() else { continue };
        if collection != "releases" || moves.contains_key(key) {
            continue;
        }
        let both = [from, to].into_iter().filter_map(|document| document.releases.get(key));
        let mut flags: Vec<String> = both.flat_map(|release| release.flags.iter().map(|moved| moved.flag.clone())).collect();
        flags.sort_unstable();
        flags.dedup();
        moves.insert(key.clone(), flags);
    }
    moves
}
