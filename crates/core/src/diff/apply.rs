//! Applying changes to a document, theirs or another.

use super::{Change, Naming, is_opened};
use crate::check::decode_document;
use crate::document::Document;
use crate::json::{Json, Object};

/// A change that does not fit the document that it was applied to.
///
/// ```
/// use halyard_core::{Document, apply, diff};
/// let retired = |key: &str| Document { retired: vec![key.to_owned()], ..Document::default() };
/// let changes = diff(&retired("old-cart"), &Document::default());
/// let misfits = apply(&Document::default(), &changes).unwrap_err();
/// assert_eq!((&misfits[0].change, &misfits[0].found), (&changes[0], &None), "it is not there to be taken away");
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Misfit {
    /// The change.
    pub change: Change,
    /// What the document has at that place instead of the change's `from`.
    pub found: Option<Json>,
}

/// Applies changes in order: `apply(a, diff(a, b)) == b`. They may also be applied to a document that went on from `a`: each
/// change only asks that what it replaces is still there.
///
/// ```
/// use halyard_core::{Document, apply, diff};
/// let (old, mut new) = (Document::default(), Document::default());
/// new.retired.push("old-banner".to_owned());
/// let changes = diff(&old, &new);
/// assert_eq!(apply(&old, &changes), Ok(new.clone()));
///
/// // The same changes on a document that somebody else has gone on with.
/// let theirs = Document { retired: vec!["old-cart".to_owned()], ..old };
/// assert_eq!(apply(&theirs, &changes).unwrap().retired.len(), 2);
/// // They do not fit where they have been made already.
/// assert_eq!(apply(&new, &changes).unwrap_err()[0].found.as_ref().unwrap().as_str(), Some("old-banner"));
/// ```
///
/// # Errors
/// Every change that does not fit; nothing is applied then.
pub fn apply(document: &Document, changes: &[Change]) -> Result<Document, Vec<Misfit>> {
    let mut json = document.to_json();
    let mut misfits = Vec::new();
    for change in changes {
        if let Err(found) = apply_at(&mut json, &mut Vec::new(), &change.path, change) {
            misfits.push(Misfit { change: change.clone(), found });
        }
    }
    if !misfits.is_empty() {
        return Err(misfits);
    }
    decode_document(&json).map_err(|_| changes.iter().map(|change| Misfit { change: change.clone(), found: change.from.clone() }).collect())
}

/// What is found where a change expects its `from`.
type Found = Option<Json>;

/// Applies `change` at `rest` below `value`, which is at `path`.
fn apply_at(value: &mut Json, path: &mut Vec<String>, rest: &[String], change: &Change) -> Result<(), Found> {
    let Some((segment, rest)) = rest.split_first() else { return Err(Some(value.clone())) };
    let Json::Object(object) = value else { return Err(None) };
    path.push(segment.clone());
    match rest {
        [] => set(object, segment, Naming::of(path), change),
        _ => {
            // What a document leaves out when it is empty (a collection, variants, a named list) is made for the change.
            let naming = Naming::of(path);
            let made = !object.contains_key(segment);
            if made && naming.is_none() && (path.len() == 2 || !is_opened(path)) {
                return Err(None);
            }
            let empty = if naming.is_some() { Json::Array(Vec::new()) } else { Json::Object(Object::new()) };
            let inner = object.entry(segment.clone()).or_insert(empty);
            match (naming, rest, &mut *inner) {
                (Some(naming), [name], Json::Array(list)) => element(list, naming, name, change),
                _ => apply_at(inner, path, rest, change),
            }
        }
    }
}

/// Replaces a member of an object, or puts a named list in order.
fn set(object: &mut Object, key: &str, naming: Option<Naming>, change: &Change) -> Result<(), Found> {
    if let (Some(naming), Some(Json::Array(list))) = (naming, object.get_mut(key))
        && let (Some(from), Some(to)) = (texts(change.from.as_ref()), texts(change.to.as_ref()))
    {
        return reorder(list, naming, &from, &to);
    }
    let found = object.get(key);
    if there(found) != there(change.from.as_ref()) {
        return Err(found.cloned());
    }
    match &change.to {
        Some(to) => object.insert(key.to_owned(), to.clone()),
        None => object.remove(key),
    };
    Ok(())
}

/// A value, unless it is an empty list: that is as good as none, and the changes before may have left one behind.
fn there(value: Option<&Json>) -> Option<&Json> {
    value.filter(|json| json.as_array().is_none_or(|list| !list.is_empty()))
}

/// Adds, replaces or removes an element of a named list.
fn element(list: &mut Vec<Json>, naming: Naming, name: &str, change: &Change) -> Result<(), Found> {
    let place = list.iter().position(|element| naming.name(element) == Some(name));
    let found = place.and_then(|place| list.get(place));
    if found != change.from.as_ref() {
        return Err(found.cloned());
    }
    match (place, &change.to) {
        (Some(place), Some(to)) => {
            if let Some(slot) = list.get_mut(place) {
                *slot = to.clone();
            }
        }
        (Some(place), None) => {
            list.remove(place);
        }
        (None, Some(to)) => {
            // Behind the one that it followed; where that one is gone, at the end.
            let place = match &change.after {
                None => 0,
                Some(after) => list.iter().position(|element| naming.name(element) == Some(after)).map_or(list.len(), |place| place + 1),
            };
            list.insert(place, to.clone());
        }
        (None, None) => {}
    }
    Ok(())
}

/// Puts the named elements of `list` in a new order, each in the place of another; elements that `from` does not name stay.
fn reorder(list: &mut Vec<Json>, naming: Naming, from: &[&str], to: &[&str]) -> Result<(), Found> {
    let named = |element: &Json| naming.name(element).is_some_and(|name| from.contains(&name));
    let now: Vec<&str> = list.iter().filter(|element| named(element)).filter_map(|element| naming.name(element)).collect();
    if now != from {
        return Err(Some(Json::Array(now.into_iter().map(Json::from).collect())));
    }
    if let Naming::Itself = naming {
        // Such a list may also have been replaced as a whole, where a text stood in it twice.
        let mut wanted = to.iter().map(|text| Json::from(*text));
        list.retain_mut(|element| {
            !named(element)
                || wanted.next().is_some_and(|next| {
                    *element = next;
                    true
                })
        });
        list.extend(wanted);
        return Ok(());
    }
    let old = list.to_vec();
    let mut wanted = to.iter().filter_map(|name| old.iter().find(|element| naming.name(element) == Some(name)));
    for (slot, element) in list.iter_mut().zip(&old) {
        if named(element)
            && let Some(next) = wanted.next()
        {
            *slot = next.clone();
        }
    }
    Ok(())
}

fn texts(json: Option<&Json>) -> Option<Vec<&str>> {
    json?.as_array()?.iter().map(Json::as_str).collect()
}
