//! What merging promises, on random documents and two people's random edits of them.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::{Clash, Merge, Side, merge};
use crate::check::decode_document;
use crate::diff::{Change, Naming, apply, diff};
use crate::document::Document;
use crate::json::Json;

fn document(json: serde_json::Value) -> Document {
    decode_document(&Json::from(json)).unwrap()
}

/// What a document has at a change's path.
fn found(document: &Json, path: &[String]) -> Option<Json> {
    let mut json = document.clone();
    for (depth, part) in path.iter().enumerate() {
        json = match (&json, Naming::of(&path[..depth])) {
            (Json::Array(list), Some(naming)) => {
                list.iter().find(|element| naming.names(std::slice::from_ref(element)) == Some(vec![part]))?.clone()
            }
            (json, _) => json.get(part)?.clone(),
        };
    }
    Some(json)
}

/// Whether a change puts a list into another order.
fn is_order(change: &Change) -> bool {
    Naming::of(&change.path).is_some()
}

fn is_related(one: &[String], other: &[String]) -> bool {
    one.starts_with(other) || other.starts_with(one)
}

fn is_told_by(change: &Change, clash: &Clash) -> bool {
    is_related(&change.path, &clash.path) || clash.my_changes.contains(change)
}

/// The document with its named lists in the order of the names: what two merges share that differ in nothing else.
fn unordered(json: &Json, path: &mut Vec<String>) -> Json {
    match json {
        Json::Array(list) if Naming::of(path).is_some() => {
            let mut list = list.clone();
            list.sort_by_key(Json::canonical);
            Json::Array(list)
        }
        Json::Object(object) => {
            let inner = object.iter().map(|(key, value)| {
                path.push(key.clone());
                let value = unordered(value, path);
                path.pop();
                (key.clone(), value)
            });
            Json::Object(inner.collect())
        }
        other => other.clone(),
    }
}

/// Of the changes from base to other, those that are picked and can be made.
fn some_of(base: &Document, other: &Document, pick: impl Fn(usize) -> bool) -> Document {
    diff(base, other)
        .iter()
        .enumerate()
        .filter(|(index, _)| pick(*index))
        .fold(base.clone(), |made, (_, change)| apply(&made, std::slice::from_ref(change)).unwrap_or(made))
}

/// Everything that holds for any base, mine and head.
fn holds(base: &Document, mine: &Document, head: &Document) -> Result<Merge, TestCaseError> {
    let merged = merge(base, mine, head);
    let (b, m, h, d) = (base.to_json(), mine.to_json(), head.to_json(), merged.document.to_json());
    prop_assert_eq!(apply(head, &merged.taken), Ok(merged.document.clone()));
    for change in diff(base, head).iter().filter(|change| !is_order(change)) {
        prop_assert_eq!(found(&d, &change.path), found(&h, &change.path), "theirs is lost: {}", change.sentence());
    }
    for change in diff(base, mine).iter().filter(|change| !is_order(change)) {
        let is_told = merged.clashes.iter().any(|clash| is_told_by(change, clash));
        prop_assert!(is_told || found(&d, &change.path) == found(&m, &change.path), "mine is lost: {}", change.sentence());
    }
    for (key, flag) in &merged.document.flags {
        let ids = |document: &Document| -> Vec<String> {
            document.flags.get(key).map(|flag| flag.rules.iter().map(|rule| rule.id.clone()).collect()).unwrap_or_default()
        };
        let (merged, mine, head): (Vec<String>, _, _) = (flag.rules.iter().map(|rule| rule.id.clone()).collect(), ids(mine), ids(head));
        let keeps = |side: &[String]| merged.iter().filter(|id| side.contains(id)).eq(side.iter().filter(|id| merged.contains(id)));
        prop_assert!(keeps(&mine) || keeps(&head), "neither order: {:?} of {:?} and {:?}", merged, mine, head);
    }
    for clash in &merged.clashes {
        prop_assert!(!clash.my_changes.is_empty() && !clash.their_changes.is_empty(), "{:?}", clash);
        if !clash.order {
            prop_assert_eq!(&clash.base, &found(&b, &clash.path));
            prop_assert_eq!(&clash.mine, &found(&m, &clash.path));
            prop_assert_eq!(&clash.theirs, &found(&h, &clash.path));
        }
        let text = serde_json::to_string(clash).unwrap();
        prop_assert_eq!(&serde_json::from_str::<Clash>(&text).unwrap(), clash);
    }
    let all = |side| vec![side; merged.clashes.len()];
    prop_assert_eq!(merged.resolve(&all(Side::Theirs)), Ok(merged.document.clone()));
    let resolved = merged.resolve(&all(Side::Mine)).unwrap();
    let json = resolved.to_json();
    for change in diff(base, mine).iter().filter(|change| !is_order(change)) {
        prop_assert_eq!(found(&json, &change.path), found(&m, &change.path), "mine was chosen: {}", change.sentence());
    }
    // Whoever comes second: the same clashes, and my side of them here is the published side there.
    let swapped = merge(base, head, mine);
    let places = |merged: &Merge| merged.clashes.iter().map(|clash| (clash.path.clone(), clash.order)).collect::<BTreeSet<_>>();
    prop_assert_eq!(places(&swapped), places(&merged));
    prop_assert_eq!(unordered(&swapped.document.to_json(), &mut Vec::new()), unordered(&json, &mut Vec::new()));
    Ok(merged)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_of_either_side_is_lost_silently(
        [base, mine, head] in halyard_reference::generate::edited_by_two(), sides in proptest::collection::vec(any::<bool>(), 12)
    ) {
        let merged = holds(&document(base), &document(mine), &document(head))?;
        // Any choice gives a document, or says which changes cannot be.
        let sides: Vec<Side> = sides.into_iter().map(|mine| if mine { Side::Mine } else { Side::Theirs }).collect();
        if let Err(misfits) = merged.resolve(&sides) {
            prop_assert!(!misfits.is_empty());
        }
    }

    #[test]
    fn three_documents_that_know_nothing_of_each_other_merge_too(
        base in halyard_reference::generate::document(), mine in halyard_reference::generate::document(),
        head in halyard_reference::generate::document(),
    ) {
        holds(&document(base), &document(mine), &document(head))?;
    }

    #[test]
    fn one_side_alone_is_taken_as_it_is((a, b) in halyard_reference::generate::edited()) {
        let (a, b) = (document(a), document(b));
        for (merged, expected) in [(merge(&a, &b, &a), &b), (merge(&a, &a, &b), &b), (merge(&a, &b, &b), &b)] {
            prop_assert_eq!(&merged.document, expected);
            prop_assert!(merged.clashes.is_empty());
        }
    }

    #[test]
    fn disjoint_edits_merge_cleanly_and_in_any_order((base, later) in halyard_reference::generate::edited(), picks in proptest::collection::vec(any::<bool>(), 64)) {
        let (base, later) = (document(base), document(later));
        let picked = |index: usize| picks[index % picks.len()];
        let (one, two) = (some_of(&base, &later, picked), some_of(&base, &later, |index| !picked(index)));
        let (there, back) = (merge(&base, &one, &two), merge(&base, &two, &one));
        // Two halves of one edit may still leave a part without what it must have: such a part clashes as a whole.
        prop_assert_eq!(there.clashes.is_empty(), back.clashes.is_empty());
        prop_assert!(there.clashes.iter().all(|clash| clash.path.len() == 2), "{:?}", there.clashes);
        if there.clashes.is_empty() {
            prop_assert_eq!(unordered(&there.document.to_json(), &mut Vec::new()), unordered(&back.document.to_json(), &mut Vec::new()));
        }
    }
}
