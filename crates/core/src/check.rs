//! From bytes to a document that can be evaluated, or to every reason why it cannot.
//!
//! ```text
//! bytes ─ size, UTF-8, JSON, duplicate keys ─▶ Json ─ decode: shapes ─▶ Document ─ references, graph, advice ─▶ Report
//! ```

mod advice;
mod decode;
mod fit;
mod graph;
mod names;
mod order;
mod path;
mod policy;
mod public;
mod readiness;
mod references;
mod suggest;
mod syntax;
mod walk;

pub use advice::expired;
pub(crate) use graph::{Dependents, Node};
pub use policy::{ProjectLimits, policy};
pub use suggest::{hint, listing, nearest};

use decode::Notes;
use path::Path;

use crate::document::{Condition, Document, Flag, Plan, Release, Scenario, Segment, Serve};
use crate::json::Json;
use crate::limits;
use crate::locate;
use crate::problem::{Code, Pointer, Problem};

/// A document without errors: the only kind that can be compiled.
///
/// ```
/// use halyard_core::{check::Cap, compile, read};
/// // The only way to one is through a check.
/// let checked = read(br#"{"format": 1}"#, Cap::Reader).checked.unwrap();
/// assert!(checked.flags.is_empty(), "it is read as the document that it holds");
/// compile(&checked);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Checked(Document);

impl Checked {
    /// The document itself.
    ///
    /// ```
    /// use halyard_core::{check::Cap, read};
    /// let mut document = read(br#"{"format": 1}"#, Cap::Reader).checked.unwrap().into_inner();
    /// document.retired.push("old-banner".to_owned());
    /// ```
    pub fn into_inner(self) -> Document {
        self.0
    }
}

impl std::ops::Deref for Checked {
    type Target = Document;

    fn deref(&self) -> &Document {
        &self.0
    }
}

/// Whose size limit applies.
///
/// ```
/// use halyard_core::{check::Cap, limits, read};
/// let padded = format!(r#"{{"format": 1}}{}"#, " ".repeat(limits::PUBLISH_BYTES));
/// assert!(read(padded.as_bytes(), Cap::Publisher).checked.is_some(), "blanks do not count: canonical JSON has none");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cap {
    /// A node that loads what was published: [`crate::limits::READ_BYTES`].
    Reader,
    /// A person or a program that publishes: [`crate::limits::PUBLISH_BYTES`] of canonical JSON.
    Publisher,
}

/// What [`read`] found.
///
/// ```
/// use halyard_core::{check::Cap, read};
/// let report = read(br#"{"format": 1, "segments": {"staff": {"when": {"attribute": "staff", "is": [true]}}}}"#, Cap::Publisher);
/// assert_eq!(report.problems[0].message, "nothing uses the segment `staff`");
/// assert!(report.checked.is_some(), "a warning refuses nothing");
/// ```
#[derive(Clone, Debug)]
pub struct Report {
    /// Every problem, errors before warnings, each group in the order of the document.
    pub problems: Vec<Problem>,
    /// The document, if there is no error.
    pub checked: Option<Checked>,
}

impl Report {
    /// The errors among the problems.
    ///
    /// ```
    /// use halyard_core::{check::Cap, read};
    /// let report = read(br#"{"format": 1, "retired": ["a b", "c/d"]}"#, Cap::Publisher);
    /// let places: Vec<_> = report.errors().map(|problem| problem.pointer.as_str()).collect();
    /// assert_eq!(places, ["/retired/0", "/retired/1"], "all of them, not the first");
    /// ```
    pub fn errors(&self) -> impl Iterator<Item = &Problem> {
        self.problems.iter().filter(|problem| problem.is_error())
    }
}

/// Reads and checks a document's text. Problems come in the order of the text.
///
/// ```
/// use halyard_core::{check::Cap, read};
/// let report = read(br#"{"format": 1, "flgs": {}}"#, Cap::Publisher);
/// assert_eq!(report.problems[0].to_string(), "/flgs: `flgs` is not a field of the document (did you mean `flags`?)");
/// assert!(report.checked.is_none());
/// ```
pub fn read(bytes: &[u8], cap: Cap) -> Report {
    let mut notes = Notes::default();
    if bytes.len() > limits::READ_BYTES {
        notes.push(too_large(bytes.len(), limits::READ_BYTES));
        return Report { problems: notes.into_list(), checked: None };
    }
    let (json, problems) = Json::parse_leniently(bytes);
    problems.into_iter().for_each(|problem| notes.push(problem));
    let document = json.as_ref().and_then(|json| judge(&mut notes, json));
    rounded_numbers(&mut notes, bytes);
    if let (Some(document), Cap::Publisher, 0) = (&document, cap, notes.errors()) {
        let size = document.canonical().len();
        if size > limits::PUBLISH_BYTES {
            notes.push(too_large(size, limits::PUBLISH_BYTES));
        }
    }
    let refused = notes.errors() > 0;
    let mut problems = notes.into_list();
    order::by_text(&mut problems, std::str::from_utf8(bytes).unwrap_or_default());
    Report { problems, checked: document.filter(|_| !refused).map(Checked) }
}

/// 2^53 + 1 is read as 2^53, which is allowed: only the text tells them apart.
fn rounded_numbers(notes: &mut Notes, bytes: &[u8]) {
    const ROUNDED: &str = "9007199254740993";
    let Some(text) = std::str::from_utf8(bytes).ok().filter(|text| text.contains(ROUNDED)) else { return };
    let mut found = Vec::new();
    let read = locate::scan(text, &mut |place, value| {
        let context = place.starts_with("/scenarios/");
        if !context && value.scalar.is_some_and(|scalar| scalar.trim_start_matches('-') == ROUNDED) {
            found.extend(Pointer::parse(place));
        }
    });
    if read.is_some() {
        for place in found {
            notes.push(decode::beyond_safe(ROUNDED, place));
        }
    }
}

fn too_large(size: usize, most: usize) -> Problem {
    let hint = "move long lists into attributes that the application sets, and remove flags that are done";
    Problem::error(Code::TooLarge, Pointer::root(), format!("the document has {size} bytes, and at most {most} are allowed"), hint)
}

/// Checks a document that is JSON already (an editor's draft). Problems come in the order of keys.
///
/// ```
/// use halyard_core::{Json, check};
/// let draft = Json::parse(br#"{"format": 1, "flags": {"new-cart": {"purpose": "release"}}}"#).unwrap();
/// let messages: Vec<_> = check::check_json(&draft).problems.into_iter().map(|problem| problem.message).collect();
/// assert_eq!(messages, ["a flag has no `owner`", "a flag has no `created`", "a flag has no `variants`"], "all of them at once");
/// ```
pub fn check_json(json: &Json) -> Report {
    let mut notes = Notes::default();
    let document = judge(&mut notes, json);
    let refused = notes.errors() > 0;
    let mut problems = notes.into_list();
    order::by_key(&mut problems);
    Report { problems, checked: document.filter(|_| !refused).map(Checked) }
}

/// Checks a document that was made or changed in memory.
///
/// ```
/// use halyard_core::{Document, check};
/// let document = Document { retired: vec!["old banner".to_owned()], ..Document::default() };
/// assert!(check::check(&document).checked.is_none(), "a key has no blanks");
/// ```
pub fn check(document: &Document) -> Report {
    check_json(&document.to_json())
}

/// Decodes, and checks what could be decoded.
fn judge(notes: &mut Notes, json: &Json) -> Option<Document> {
    let document = decode::document(notes, json)?;
    let names = names::Names::of(json);
    references::check(notes, &document, names);
    graph::check(notes, &document);
    fit::check(notes, &document, names);
    advice::check(notes, &document);
    Some(document)
}

/// A part of a document from its JSON, checked for its shape alone: what it refers to is the whole document's business.
fn part<T>(json: &Json, read: impl FnOnce(&mut Notes, &Json, &Path<'_>) -> T) -> Result<T, Vec<Problem>> {
    let mut notes = Notes::default();
    let read = read(&mut notes, json, &Path::ROOT);
    let mut problems = notes.into_list();
    order::by_key(&mut problems);
    if problems.is_empty() { Ok(read) } else { Err(problems) }
}

macro_rules! parts {
    ($($name:ident, $decode:ident, $type:ident, $what:literal, $example:literal;)*) => {$(
        #[doc = concat!("Decodes ", $what, " from its JSON. Whether what it refers to exists is checked with the document.")]
        ///
        /// ```
        #[doc = concat!("use halyard_core::{Json, check::", stringify!($name), "};")]
        #[doc = concat!("let json = Json::parse(br#\"", $example, "\"#).unwrap();")]
        #[doc = concat!("assert!(", stringify!($name), "(&json).is_ok());")]
        #[doc = concat!("let problems = ", stringify!($name), "(&Json::Null).unwrap_err();")]
        /// assert_eq!(problems[0].pointer.as_str(), "");
        /// ```
        ///
        /// # Errors
        /// Every problem of its shape, with pointers from its own root.
        pub fn $name(json: &Json) -> Result<$type, Vec<Problem>> {
            part(json, decode::$decode)
        }
    )*

    $(
        impl<'de> serde::Deserialize<'de> for $type {
            /// As [`check`](crate::check) decodes it; the first problem is the error.
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<$type, D::Error> {
                let json = Json::deserialize(deserializer)?;
                $name(&json).map_err(first)
            }
        }
    )*};
}

parts! {
    decode_flag, flag, Flag, "a flag",
        r#"{"purpose": "release", "owner": "team-cart", "created": "2026-11-01", "variants": {"on": true, "off": false}}"#;
    decode_segment, segment, Segment, "a segment",
        r#"{"when": {"attribute": "email", "endsWith": ["@acme.example"]}}"#;
    decode_plan, plan, Plan, "a plan",
        r#"{"stages": [{"name": "everyone", "audience": {"all": []}}]}"#;
    decode_release, release, Release, "a release",
        r#"{"title": "Cart", "owner": "team-cart", "flags": [{"flag": "new-cart", "variant": "on"}], "stages": [{"name": "everyone", "audience": {"all": []}}]}"#;
    decode_scenario, scenario, Scenario, "a scenario",
        r#"{"name": "nobody sees it yet", "context": {"country": "NL"}, "expect": {"new-cart": "off"}}"#;
    decode_condition, condition, Condition, "a condition",
        r#"{"attribute": "country", "is": ["NL", "BE"]}"#;
    decode_serve, serve, Serve, "what a rule serves",
        r#"{"split": [{"variant": "on", "weight": 1}, {"variant": "off", "weight": 9}]}"#;
}

/// Decodes a document from its JSON without asking whether its parts fit together, as [`check_json`] does.
///
/// ```
/// use halyard_core::{Json, check};
/// let json = Json::parse(br#"{"format": 1, "retired": ["old-banner"]}"#).unwrap();
/// assert_eq!(check::decode_document(&json).unwrap().retired, ["old-banner"]);
/// ```
///
/// # Errors
/// Every problem of its shape.
pub fn decode_document(json: &Json) -> Result<Document, Vec<Problem>> {
    let mut notes = Notes::default();
    let document = decode::document(&mut notes, json);
    let mut problems = notes.into_list();
    order::by_key(&mut problems);
    document.filter(|_| problems.is_empty()).ok_or(problems)
}

impl<'de> serde::Deserialize<'de> for Document {
    /// As [`decode_document`] reads it; the first problem is the error.
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Document, D::Error> {
        let json = Json::deserialize(deserializer)?;
        decode_document(&json).map_err(first)
    }
}

fn first<E: serde::de::Error>(problems: Vec<Problem>) -> E {
    problems.first().map_or_else(|| E::custom("it cannot be read"), E::custom)
}
