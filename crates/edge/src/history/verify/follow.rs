//! Following a record's changes from the document before it to its own.

use halyard_core::check::decode_document;
use halyard_core::json::Object;
use halyard_core::{Change, Document, Json};

use crate::project::{self, Project};
use crate::publish::{Flags, People};
use crate::store::{self, Moves};

/// A kind of document whose changes can be followed. Documents are not checked again: they need only be what they were.
pub(crate) trait Follow {
    type Document;

    fn read(bytes: &[u8]) -> Option<Self::Document>;
    /// The empty document that the first version's changes begin with.
    fn nothing_before(first: &Self::Document) -> Self::Document;
    /// What the changes make of a document; none: they do not fit it.
    fn apply(from: &Self::Document, changes: &[Json]) -> Option<Self::Document>;
    fn canonical(document: &Self::Document) -> String;
    /// The flags of the releases that are changed.
    fn moves(_from: &Self::Document, _to: &Self::Document, _changes: &[Json]) -> Moves {
        Moves::new()
    }
    /// What this build would say lies between two.
    fn diff(from: &Self::Document, to: &Self::Document) -> Vec<Json>;
}

impl Follow for Flags {
    type Document = Document;

    fn read(bytes: &[u8]) -> Option<Document> {
        decode_document(&Json::parse(bytes).ok()?).ok()
    }

    fn nothing_before(_first: &Document) -> Document {
        Document::default()
    }

    fn apply(from: &Document, changes: &[Json]) -> Option<Document> {
        halyard_core::apply(from, &typed(changes)?).ok()
    }

    fn moves(from: &Document, to: &Document, changes: &[Json]) -> Moves {
        typed(changes).map(|changes| store::moves(from, to, &changes)).unwrap_or_default()
    }

    fn canonical(document: &Document) -> String {
        document.canonical()
    }

    fn diff(from: &Document, to: &Document) -> Vec<Json> {
        halyard_core::diff(from, to).iter().map(Json::from_value).collect()
    }
}

impl Follow for People {
    type Document = Project;

    fn read(bytes: &[u8]) -> Option<Project> {
        Project::read(bytes).ok()
    }

    fn nothing_before(first: &Project) -> Project {
        Project::new(&first.name)
    }

    fn apply(from: &Project, changes: &[Json]) -> Option<Project> {
        let Json::Object(mut json) = Json::parse(from.canonical().as_bytes()).ok()? else { return None };
        for change in changes {
            let path = change.get("path")?.as_array()?.iter().map(Json::as_str).collect::<Option<Vec<_>>>()?;
            let to = change.get("to").filter(|to| !to.is_null());
            set(&mut json, &path, to.cloned())?;
        }
        Project::read(Json::Object(json).canonical().as_bytes()).ok()
    }

    fn canonical(document: &Project) -> String {
        document.canonical()
    }

    fn diff(from: &Project, to: &Project) -> Vec<Json> {
        project::diff(from, to).iter().map(Json::from_value).collect()
    }
}

fn typed(changes: &[Json]) -> Option<Vec<Change>> {
    changes.iter().map(|change| serde_json::from_value(change.into()).ok()).collect()
}

/// Puts a value at a path, or takes away what is there. A collection that is left out because it is empty is made.
fn set(object: &mut Object, path: &[&str], to: Option<Json>) -> Option<()> {
    match path {
        [] => return None,
        [key] => {
            match to {
                Some(to) => object.insert((*key).to_owned(), to),
                None => object.remove(*key),
            };
        }
        [key, rest @ ..] => {
            let inner = object.entry((*key).to_owned()).or_insert_with(|| Json::Object(Object::new()));
            if let Json::Object(inner) = inner {
                set(inner, rest, to)?;
            } else {
                return None;
            }
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// A project with one of each; a hash is its digit, sixty-four times.
    fn acme(replaced: &[(&str, &str)]) -> Project {
        let mut text = r#"{"format": 1, "name": "Acme", "environments": {"production": {"name": "Production"}, "staging": {"name": "Staging"}},
            "roles": {"lead": {"description": "", "may": [{"changes": ["release.*"]}]}},
            "people": {"ann@acme.example": {"name": "Ann", "roles": {"*": ["admin"]}}, "bo@acme.example": {"name": "Bo", "roles": {"staging": ["lead"]}}},
            "keys": {"web": {"environment": "production", "kind": "browser", "hash": "<1>", "created": "2026-11-01"}},
            "tokens": {"ci": {"description": "", "roles": {"staging": ["editor"]}, "hash": "<2>", "created": "2026-11-01",
                "createdBy": "ann@acme.example", "expires": "2027-05-22T00:00:00Z"}},
            "limits": {"variants": 4}}"#
            .to_owned();
        for (from, to) in replaced {
            assert!(text.contains(from), "{from}");
            text = text.replacen(from, to, 1);
        }
        for digit in 1..=9 {
            text = text.replace(&format!("<{digit}>"), &digit.to_string().repeat(64));
        }
        Project::read(text.as_bytes()).unwrap_or_else(|problems| panic!("{problems:?}"))
    }

    #[test]
    fn what_any_project_s_changes_are_applied_to_becomes_the_other() {
        let rotated = r#""hash": "<3>", "created": "2026-11-02", "previous": {"hash": "<1>", "created": "2026-11-01"}}"#;
        let again = r#""hash": "<4>", "created": "2026-11-03", "previous": {"hash": "<3>", "created": "2026-11-02"}}"#;
        let key = r#""hash": "<1>", "created": "2026-11-01"}"#;
        let projects = [
            acme(&[]),
            acme(&[("\"Acme\"", "\"Acme Shop\""), ("\"Staging\"", "\"Test\""), ("\"Bo\"", "\"Bob\""), ("[\"lead\"]", "[\"viewer\"]")]),
            acme(&[(key, rotated), ("\"release.*\"", "\"flag.*\""), ("{\"variants\": 4}", "{\"segments\": 3}"), ("[\"editor\"]", "[\"viewer\"]")]),
            acme(&[(key, again), ("<2>", "<5>"), ("2027-05-22", "2027-06-22")]),
            acme(&[("\"browser\"", "\"server\""), ("{\"name\": \"Production\"}", "{\"name\": \"Production\", \"overrides\": true}")]),
            Project::read(
                br#"{"format": 1, "name": "Acme", "environments": {}, "people": {"cy@acme.example": {"name": "Cy", "roles": {"*": ["admin"]}}}}"#,
            )
            .unwrap(),
        ];
        let mut kinds = BTreeSet::new();
        for from in &projects {
            for to in &projects {
                let changes = People::diff(from, to);
                kinds.extend(changes.iter().filter_map(|change| change.get("kind")?.as_str().map(str::to_owned)));
                let applied = People::apply(from, &changes).unwrap();
                assert_eq!(applied.canonical(), to.canonical(), "{changes:?}");
            }
        }
        assert_eq!(kinds, project::KINDS.map(str::to_owned).into(), "every kind of change was tried");
    }
}
