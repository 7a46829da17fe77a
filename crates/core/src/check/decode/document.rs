//! The document itself.

use crate::check::decode::{self, Fields, Notes, foreign, key, keyed, limit, list};
use crate::check::path::Path;
use crate::document::{Document, FORMAT, Format};
use crate::json::Json;
use crate::limits;
use crate::problem::Code;

/// Decodes a document. None where nothing more can be said about it: it is no object, of a newer format, or none of ours.
pub(crate) fn document(notes: &mut Notes, json: &Json) -> Option<Document> {
    let at = &Path::ROOT;
    if newer_format(notes, json) {
        return None;
    }
    if let Some((message, hint)) = foreign::known(json) {
        notes.error(Code::MissingField, at, message, hint);
        return None;
    }
    if json.as_array().is_some() {
        let hint = "write {\"format\": 1, \"flags\": {\"its-key\": …}}, each flag under its key";
        notes.error(Code::WrongType, at, "the document must be an object, not a list", hint);
        return None;
    }
    let known = ["format", "segments", "plans", "flags", "releases", "scenarios", "retired"];
    let fields = Fields::open(notes, json, at, "the document", &known);
    if fields.void {
        return None;
    }
    fields.required(notes, "format", "1", format);
    Some(Document {
        format: Format,
        segments: fields.optional(notes, "segments", |n, j, at| keyed(n, j, at, decode::segment)).unwrap_or_default(),
        plans: fields.optional(notes, "plans", |n, j, at| keyed(n, j, at, decode::plan)).unwrap_or_default(),
        flags: fields
            .optional(notes, "flags", |n, j, at| {
                limit(n, j, at, limits::FLAGS, "flags", "remove flags that every user has the same variant of, or split the project");
                keyed(n, j, at, decode::flag)
            })
            .unwrap_or_default(),
        releases: fields.optional(notes, "releases", |n, j, at| keyed(n, j, at, decode::release)).unwrap_or_default(),
        scenarios: fields.optional(notes, "scenarios", |n, j, at| list(n, j, at, decode::scenario)).unwrap_or_default(),
        retired: fields.optional(notes, "retired", |n, j, at| list(n, j, at, key)).unwrap_or_default(),
    })
}

/// A document of a newer format is one problem: nothing else in it can be judged.
fn newer_format(notes: &mut Notes, json: &Json) -> bool {
    let Some(format) = json.get("format").and_then(Json::as_f64).filter(|format| *format > f64::from(FORMAT) && format.fract() == 0.0)
    else {
        return false;
    };
    notes.error(
        Code::NewerFormat,
        &Path::ROOT.key("format"),
        format!("this document has format {}, and this version of Halyard reads format {FORMAT}", Json::Number(format)),
        "upgrade Halyard here, or publish the document from a version that writes the older format",
    );
    true
}

fn format(notes: &mut Notes, json: &Json, at: &Path<'_>) {
    match json {
        Json::Number(number) if *number == f64::from(FORMAT) => {}
        Json::Number(_) => {
            notes.error(Code::BadValue, at, format!("there is no document format `{json}`"), format!("write \"format\": {FORMAT}"));
        }
        other => notes.wrong_type(other, at, "the number 1", format!("write \"format\": {FORMAT}")),
    }
}
