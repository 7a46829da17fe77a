//! What diff, apply and merge promise of any documents: of random ones that two people edited, and of any others.
//!
//! An input that begins with `r` is text: three documents (base, mine, theirs) with lines of `--` between. Any other is the seed of
//! a random document and two later ones.

use std::cell::OnceCell;
use std::collections::BTreeSet;

use halyard_core::check::decode_document;
use halyard_core::merge::{Merge, Side};
use halyard_core::{Change, Document, Json, apply, diff, merge as merged};
use halyard_reference::generate::edited_by_two;
use proptest::strategy::{BoxedStrategy, Strategy};
use serde_json::Value;

use crate::made::{BORDER, made};

thread_local! {
    static EDITS: OnceCell<BoxedStrategy<[Value; 3]>> = const { OnceCell::new() };
}

/// Three documents: what two people began with, and what each made of it.
pub fn merge(input: &[u8]) {
    let documents = match input.split_first() {
        Some((b'r', text)) => {
            let parts: Vec<&str> = std::str::from_utf8(text).unwrap_or_default().split(BORDER).collect();
            let [base, mine, head] = parts.as_slice() else { return };
            [base, mine, head].map(|part| Json::parse(part.as_bytes()).unwrap_or_default())
        }
        Some((_, seed)) => match EDITS.with(|edits| made(edits.get_or_init(|| edited_by_two().boxed()), seed)) {
            Some(documents) => documents.map(Json::from),
            None => return,
        },
        None => return,
    };
    let [Ok(base), Ok(mine), Ok(head)] = documents.map(|json| decode_document(&json)) else { return };
    for (a, b) in [(&base, &mine), (&mine, &head), (&head, &base)] {
        differs_and_applies(a, b);
    }
    let there = holds(&base, &mine, &head);
    let back = holds(&base, &head, &mine);
    let places = |merge: &Merge| merge.clashes.iter().map(|clash| (clash.path.clone(), clash.order)).collect::<BTreeSet<_>>();
    assert_eq!(places(&there), places(&back), "whoever comes second has the same clashes");
    for (one, two, expected) in [(&mine, &base, &mine), (&base, &mine, &mine), (&mine, &mine, &mine)] {
        let alone = merged(&base, one, two);
        assert_eq!((&alone.document, alone.clashes.len()), (expected, 0), "one side alone is taken as it is");
    }
}

fn differs_and_applies(a: &Document, b: &Document) {
    let changes = diff(a, b);
    assert_eq!(changes.is_empty(), a == b, "{changes:?}");
    assert_eq!(apply(a, &changes).as_ref(), Ok(b), "{changes:#?}");
    for change in &changes {
        assert!(!change.sentence().is_empty() && !change.path.is_empty(), "{change:?}");
        let text = serde_json::to_string(change).unwrap();
        assert_eq!(&serde_json::from_str::<Change>(&text).unwrap(), change);
    }
}

/// Whether one lies in the other. What is told at the place of a list whose elements have names (its order) says nothing of them.
fn is_related(one: &Change, other: &Change) -> bool {
    !is_list(&one.path) && !is_list(&other.path) && (one.path.starts_with(&other.path) || other.path.starts_with(&one.path))
}

fn is_list(path: &[String]) -> bool {
    match path {
        [list] => matches!(list.as_str(), "scenarios" | "retired"),
        [_, _, list] => matches!(list.as_str(), "rules" | "requires" | "flags" | "stages" | "readiness"),
        _ => false,
    }
}

fn holds(base: &Document, mine: &Document, head: &Document) -> Merge {
    let merge = merged(base, mine, head);
    assert_eq!(apply(head, &merge.taken).as_ref(), Ok(&merge.document), "what is taken, over theirs, is the merged document");
    for theirs in diff(base, head) {
        let lost = merge.taken.iter().find(|taken| is_related(taken, &theirs));
        assert!(lost.is_none(), "theirs is lost: {theirs:?} to {lost:?}");
    }
    let dropped = diff(mine, &merge.document);
    for change in diff(base, mine) {
        let is_told = |clash: &halyard_core::merge::Clash| {
            clash.path.starts_with(&change.path) || change.path.starts_with(&clash.path) || clash.my_changes.contains(&change)
        };
        let lost = dropped.iter().find(|dropped| is_related(dropped, &change));
        assert!(lost.is_none() || merge.clashes.iter().any(is_told), "mine is lost: {change:?} to {lost:?}");
    }
    for clash in &merge.clashes {
        assert!(!clash.my_changes.is_empty() && !clash.their_changes.is_empty(), "{clash:?}");
    }
    let all = |side| vec![side; merge.clashes.len()];
    assert_eq!(merge.resolve(&all(Side::Theirs)).as_ref(), Ok(&merge.document));
    assert!(merge.resolve(&all(Side::Mine)).is_ok(), "all of mine is a document: {:?}", merge.clashes);
    merge
}
