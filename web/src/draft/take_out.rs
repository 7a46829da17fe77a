//! Taking one change out of a draft, with whatever cannot stand without it.

use halyard_core::diff::Misfit;
use halyard_core::{Change, Document, apply, diff};

/// The draft without a change, and the other changes that had to go with it.
#[derive(Debug, PartialEq)]
pub(crate) struct TakenOut {
    /// What is left of it.
    pub(crate) document: Document,
    /// Changes that do not fit without the one that was taken out; they are gone too.
    pub(crate) with_it: Vec<Change>,
}

/// Takes `change` out of what lies between `base` and `edited`; none: it is not there, or nothing fits without it.
pub(crate) fn take_out(base: &Document, edited: &Document, change: &Change) -> Option<TakenOut> {
    let mut rest = diff(base, edited);
    let place = rest.iter().position(|of| of == change)?;
    rest.remove(place);
    let mut with_it = Vec::new();
    loop {
        let misfits = match apply(base, &rest) {
            Ok(document) => return Some(TakenOut { document, with_it }),
            Err(misfits) => misfits,
        };
        let is_misfit = |change: &Change| misfits.iter().any(|misfit: &Misfit| misfit.change == *change);
        let (gone, fits): (Vec<_>, Vec<_>) = rest.into_iter().partition(is_misfit);
        if gone.is_empty() {
            return None;
        }
        with_it.extend(gone);
        rest = fits;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use halyard_core::Json;
    use halyard_core::check::decode_document;

    fn document(text: &str) -> Document {
        decode_document(&Json::parse(text.as_bytes()).unwrap()).unwrap()
    }

    fn flag(rules: &str, otherwise: &str) -> String {
        format!(
            r#"{{"format":1,"flags":{{"f":{{"purpose":"permission","owner":"o","created":"2026-01-01","variants":{{"a":1,"b":2}},"rules":[{rules}],"otherwise":"{otherwise}"}}}}}}"#
        )
    }

    fn rule(id: &str) -> String {
        format!(r#"{{"id":"{id}","when":{{"all":[]}},"serve":"a"}}"#)
    }

    #[test]
    fn the_others_stay() {
        let base = document(&flag("", "a"));
        let edited = document(&flag(&rule("one"), "b"));
        for change in diff(&base, &edited) {
            let out = take_out(&base, &edited, &change).unwrap();
            assert_eq!(out.with_it, []);
            let left = diff(&base, &out.document);
            assert_eq!(left.len(), 1);
            assert!(!left.contains(&change));
        }
    }

    #[test]
    fn what_cannot_stand_without_it_goes_with_it() {
        let rules = |order: &[&str]| order.iter().map(|id| rule(id)).collect::<Vec<_>>().join(",");
        let base = document(&flag(&rules(&["one", "two"]), "a"));
        let edited = document(&flag(&rules(&["three", "two", "one"]), "b"));
        let changes = diff(&base, &edited);
        let new_rule = changes.iter().find(|change| change.path.last().is_some_and(|name| name == "three")).unwrap();
        let out = take_out(&base, &edited, new_rule).unwrap();
        // The new order names the rule that is gone.
        assert_eq!(out.with_it.len(), 1, "{:?}", out.with_it);
        assert_eq!(out.document, document(&flag(&rules(&["one", "two"]), "b")));
    }

    #[test]
    fn what_is_not_in_the_draft_cannot_be_taken_out_of_it() {
        let base = document(&flag("", "a"));
        let edited = document(&flag("", "b"));
        let changes = diff(&base, &edited);
        assert_eq!(take_out(&base, &base, &changes[0]), None);
    }
}
