//! A document with everything that core finds out about it, found out once.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use halyard_core::check::{Checked, Report, check_json};
use halyard_core::{Change, Document, Json, Problem, Ruleset, compile, diff};

/// A document and what core finds out about it.
#[derive(Clone)]
pub(crate) struct Reading {
    /// The document.
    pub(crate) document: Arc<Document>,
    /// The same as JSON.
    pub(crate) json: Arc<Json>,
    /// Its problems.
    pub(crate) problems: Arc<Vec<Problem>>,
    /// None while it has errors.
    pub(crate) checked: Option<Arc<Checked>>,
    pub(crate) compiled: Arc<OnceLock<Arc<Ruleset>>>,
}

impl Reading {
    /// Reads a document: the one whole check that it gets.
    pub(crate) fn of(document: Arc<Document>) -> Reading {
        let json = document.to_json();
        let report = check_json(&json);
        Reading::found(document, json, report)
    }

    /// Reads a document that is JSON already: its problems, and the document if it has no errors.
    pub(crate) fn of_json(json: Json) -> (Arc<Vec<Problem>>, Option<Reading>) {
        let report = check_json(&json);
        match report.checked.as_deref().map(|document| Arc::new(document.clone())) {
            Some(document) => {
                let reading = Reading::found(document, json, report);
                (reading.problems.clone(), Some(reading))
            }
            None => (Arc::new(report.problems), None),
        }
    }

    fn found(document: Arc<Document>, json: Json, Report { problems, checked }: Report) -> Reading {
        let (problems, checked) = (Arc::new(problems), checked.map(Arc::new));
        Reading { document, json: Arc::new(json), problems, checked, compiled: Arc::default() }
    }

    /// Whether it has errors, so that nothing can be evaluated.
    pub(crate) fn has_errors(&self) -> bool {
        self.checked.is_none()
    }

    /// What answers evaluations, compiled when somebody asks first; none while it has errors.
    pub(crate) fn ruleset(&self) -> Option<Arc<Ruleset>> {
        self.checked.as_ref().map(|checked| self.compiled.get_or_init(|| Arc::new(compile(checked))).clone())
    }
}

/// What lies between two documents. Only what differs is looked at closely: nearly all of a large document is the same.
pub(crate) fn differences(from: &Document, to: &Document) -> Vec<Change> {
    let (from, to) = (apart(from, to), apart(to, from));
    diff(&from, &to)
}

/// A document with only those of its parts that are not the same in the other.
fn apart(of: &Document, other: &Document) -> Document {
    fn map<T: Clone + PartialEq>(of: &BTreeMap<String, T>, other: &BTreeMap<String, T>) -> BTreeMap<String, T> {
        let differs = |(key, value): &(&String, &T)| other.get(*key) != Some(value);
        of.iter().filter(differs).map(|(key, value)| (key.clone(), value.clone())).collect()
    }
    Document {
        format: of.format,
        segments: map(&of.segments, &other.segments),
        plans: map(&of.plans, &other.plans),
        flags: map(&of.flags, &other.flags),
        releases: map(&of.releases, &other.releases),
        scenarios: if of.scenarios == other.scenarios { Vec::new() } else { of.scenarios.clone() },
        retired: of.retired.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use halyard_core::check::decode_document;
    use proptest::prelude::*;

    fn decoded(json: serde_json::Value) -> Document {
        decode_document(&Json::from(json)).unwrap()
    }

    proptest! {
        #[test]
        fn what_differs_is_what_core_finds_to_differ(
            (one, two) in (halyard_reference::generate::document(), halyard_reference::generate::document()),
            mixed in proptest::collection::vec(any::<bool>(), 16),
        ) {
            let (one, mut two) = (decoded(one), decoded(two));
            // Some of it the same.
            for ((key, flag), take) in one.flags.iter().zip(mixed.iter().cycle()) {
                if *take {
                    two.flags.insert(key.clone(), flag.clone());
                }
            }
            prop_assert_eq!(differences(&one, &two), diff(&one, &two));
            prop_assert_eq!(differences(&one, &one), Vec::new());
        }
    }
}
