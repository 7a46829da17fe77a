//! What a document names, from its JSON: a flag that cannot be decoded is still there, and whoever refers to it is not wrong.

use crate::json::{Json, Object};

/// The keys of a document's parts.
#[derive(Clone, Copy)]
pub(crate) struct Names<'j> {
    json: &'j Json,
}

/// A part of the document whose members have keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Flags,
    Segments,
    Plans,
}

impl Part {
    /// "flag".
    pub(crate) fn one(self) -> &'static str {
        match self {
            Part::Flags => "flag",
            Part::Segments => "segment",
            Part::Plans => "plan",
        }
    }

    /// "flags".
    pub(crate) fn field(self) -> &'static str {
        match self {
            Part::Flags => "flags",
            Part::Segments => "segments",
            Part::Plans => "plans",
        }
    }
}

impl<'j> Names<'j> {
    /// The names in a document's JSON.
    pub(crate) fn of(json: &'j Json) -> Names<'j> {
        Names { json }
    }

    /// Whether `key` is there; also where nobody can tell, because the whole part is unreadable.
    pub(crate) fn has(self, part: Part, key: &str) -> bool {
        match self.json.get(part.field()) {
            None | Some(Json::Null) => false,
            Some(Json::Object(object)) => object.contains_key(key),
            Some(_) => true,
        }
    }

    /// The keys of a part.
    pub(crate) fn keys(self, part: Part) -> impl Iterator<Item = &'j str> {
        self.json.get(part.field()).and_then(Json::as_object).into_iter().flat_map(Object::keys).map(String::as_str)
    }

    /// Whether `key` is there and says that it is private, or says nothing of it.
    pub(crate) fn is_private(self, part: Part, key: &str) -> bool {
        let Some(object) = self.json.get(part.field()).and_then(|part| part.get(key)).and_then(Json::as_object) else { return false };
        matches!(object.get("visibility").unwrap_or(&Json::Null), Json::Null)
            || object.get("visibility").and_then(Json::as_str) == Some("private")
    }

    /// The variants of a flag; none where it is not there, or its variants are unreadable.
    pub(crate) fn variants(self, flag: &str) -> Option<&'j Object> {
        self.json.get("flags")?.get(flag)?.get("variants")?.as_object()
    }
}
