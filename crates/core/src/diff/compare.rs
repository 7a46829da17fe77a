//! Finding the changes between two documents.

use super::{Change, Kind, Naming, is_opened};
use crate::document::Document;
use crate::json::{Json, Object};

/// What lies between two documents: removals, then what changed in place, then what is new, then orders; entity by entity.
///
/// ```
/// use halyard_core::{apply, diff, Document};
/// let (old, mut new) = (Document::default(), Document::default());
/// new.retired.push("old-banner".to_owned());
/// let changes = diff(&old, &new);
/// assert_eq!(changes[0].sentence(), "key `old-banner` is retired");
/// assert_eq!(apply(&old, &changes), Ok(new));
/// ```
pub fn diff(from: &Document, to: &Document) -> Vec<Change> {
    let mut comparison = Comparison { path: Vec::new(), stages: Vec::new(), changes: Vec::new() };
    comparison.values(Some(&from.to_json()), Some(&to.to_json()));
    comparison.changes
}

struct Comparison {
    path: Vec<String>,
    /// The names of the stages of the release being compared, in order.
    stages: Vec<String>,
    changes: Vec<Change>,
}

impl Comparison {
    fn at(&mut self, segment: &str, compare: impl FnOnce(&mut Self)) {
        self.path.push(segment.to_owned());
        compare(self);
        self.path.pop();
    }

    fn values(&mut self, from: Option<&Json>, to: Option<&Json>) {
        if from == to {
            return;
        }
        if let Some(naming) = Naming::of(&self.path) {
            // An absent list is an empty one.
            let list = |side: Option<&Json>| side.map_or(Some(Vec::new()), |json| json.as_array().map(<[Json]>::to_vec));
            if let (Some(from), Some(to)) = (list(from), list(to))
                && let (Some(before), Some(after)) = (naming.names(&from), naming.names(&to))
            {
                return self.named(&from, &before, &to, &after);
            }
        }
        let nothing = Object::new();
        match (from, to) {
            (Some(Json::Object(from)), Some(Json::Object(to))) if is_opened(&self.path) => self.objects(from, to),
            // A collection (or a flag's variants or metadata) that is absent is an empty one.
            (None, Some(Json::Object(to))) if self.is_map() => self.objects(&nothing, to),
            (Some(Json::Object(from)), None) if self.is_map() => self.objects(from, &nothing),
            _ => self.push(from, to, None),
        }
    }

    /// Whether the path names a map whose absence means that it is empty, rather than an entity.
    fn is_map(&self) -> bool {
        self.path.len() != 2 && is_opened(&self.path)
    }

    fn objects(&mut self, from: &Object, to: &Object) {
        if self.path.len() == 2 {
            self.stages = stages(from, to);
        }
        let mut keys: Vec<&String> = from.keys().chain(to.keys()).collect();
        keys.sort_unstable();
        keys.dedup();
        for key in keys {
            self.at(key, |this| this.values(from.get(key), to.get(key)));
        }
    }

    /// Compares two lists by their elements' names. Applied in order, the changes turn the one into the other: an element is put
    /// right behind the one that it follows in the new list, which is there by then.
    fn named(&mut self, from: &[Json], before: &[&str], to: &[Json], after: &[&str]) {
        for (name, element) in before.iter().zip(from) {
            if !after.contains(name) {
                self.at(name, |this| this.push(Some(element), None, None));
            }
        }
        let mut order: Vec<&str> = before.iter().copied().filter(|name| after.contains(name)).collect();
        let mut previous: Option<&str> = None;
        for (name, element) in after.iter().zip(to) {
            match before.iter().zip(from).find(|(old, _)| *old == name) {
                Some((_, old)) if old == element => {}
                Some((_, old)) => self.at(name, |this| this.push(Some(old), Some(element), None)),
                None => {
                    self.at(name, |this| this.push(None, Some(element), previous));
                    let place = previous.and_then(|previous| order.iter().position(|name| *name == previous)).map_or(0, |index| index + 1);
                    order.insert(place, name);
                }
            }
            previous = Some(name);
        }
        if order != after {
            let names = |names: &[&str]| Json::Array(names.iter().map(|name| Json::from(*name)).collect());
            self.push(Some(&names(&order)), Some(&names(after)), None);
        }
    }

    fn push(&mut self, from: Option<&Json>, to: Option<&Json>, after: Option<&str>) {
        self.changes.push(Change {
            kind: Kind::of(&self.path, from, to, &self.stages),
            path: self.path.clone(),
            from: from.cloned(),
            to: to.cloned(),
            after: after.map(str::to_owned),
        });
    }
}

/// A release's stages by name: those of the new document, behind those that only the old one has.
fn stages(from: &Object, to: &Object) -> Vec<String> {
    let names = |side: &Object| -> Vec<String> {
        let stages = side.get("stages").and_then(Json::as_array).unwrap_or_default();
        stages.iter().filter_map(|stage| stage.get("name").and_then(Json::as_str)).map(str::to_owned).collect()
    };
    let (old, new) = (names(from), names(to));
    old.into_iter().filter(|name| !new.contains(name)).chain(new.iter().cloned()).collect()
}
