//! From JSON to the document's types: every problem is noted, and decoding goes on with a stand-in, so that all are found at once.
//!
//! The stand-in for a key is the empty text, which is no key, and for a condition `{"any": []}`; later checks pass over both.

mod condition;
mod document;
mod flag;
mod foreign;
mod operator;
mod release;

pub(crate) use condition::condition;
pub(crate) use document::document;
pub(crate) use flag::{flag, segment, serve};
pub(crate) use release::{plan, release, scenario};

use std::collections::{BTreeMap, BTreeSet};

use crate::check::path::Path;
use crate::check::{suggest, syntax};
use crate::document::Key;
use crate::json::{Json, Object};
use crate::limits;
use crate::problem::{Code, Pointer, Problem};
use crate::time::{Date, Time, Timestamp};

/// Collects problems, up to [`limits::PROBLEMS`]; the rest are only counted.
#[derive(Default)]
pub(crate) struct Notes {
    list: Vec<Problem>,
    errors: usize,
    more: usize,
}

impl Notes {
    /// Notes a problem.
    pub(crate) fn push(&mut self, problem: Problem) {
        self.errors += usize::from(problem.is_error());
        if self.is_full() { self.more += 1 } else { self.list.push(problem) }
    }

    /// Notes an error.
    pub(crate) fn error(&mut self, code: Code, at: &Path<'_>, message: impl Into<String>, hint: impl Into<String>) {
        if self.is_full() { self.count() } else { self.push(Problem::error(code, at.pointer(), message, hint)) }
    }

    /// Notes a warning.
    pub(crate) fn warning(&mut self, code: Code, at: &Path<'_>, message: impl Into<String>, hint: impl Into<String>) {
        if !self.is_full() {
            self.push(Problem::warning(code, at.pointer(), message, hint));
        }
    }

    /// Notes an error that a parser has put into words.
    fn fault(&mut self, code: Code, at: &Path<'_>, (message, hint): syntax::Fault) {
        self.error(code, at, message, hint);
    }

    /// Counts an error without saying what it is.
    fn count(&mut self) {
        self.errors += 1;
        self.more += 1;
    }

    /// Whether further problems are only counted.
    pub(crate) fn is_full(&self) -> bool {
        self.list.len() >= limits::PROBLEMS
    }

    /// How many errors there are so far, those only counted included.
    pub(crate) fn errors(&self) -> usize {
        self.errors
    }

    /// Whether there is a problem at this place or inside it.
    pub(crate) fn touch(&self, place: &Pointer) -> bool {
        self.more > 0 || self.list.iter().any(|problem| problem.pointer.is_within(place))
    }

    /// The parts with errors, as ("flags", key).
    pub(crate) fn broken(&self) -> BTreeSet<(String, String)> {
        let errors = self.list.iter().filter(|problem| problem.is_error());
        errors
            .map(|problem| {
                let mut segments = problem.pointer.segments();
                (segments.next().unwrap_or_default(), segments.next().unwrap_or_default())
            })
            .collect()
    }

    /// All of them; where some were only counted, one more says how many.
    pub(crate) fn into_list(mut self) -> Vec<Problem> {
        if self.more > 0 {
            let hint = "mend those that are listed, and check again";
            self.list.push(Problem::error(Code::More, Pointer::root(), format!("{} more problems are not listed", self.more), hint));
        }
        self.list
    }

    fn wrong_type(&mut self, json: &Json, at: &Path<'_>, expected: &str, hint: impl Into<String>) {
        // Large documents may be wrong a million times over: no words for what is not told.
        if self.is_full() {
            return self.count();
        }
        self.error(Code::WrongType, at, format!("{} must be {expected}, not {}", at.name(), found(json)), hint);
    }
}

/// What was found, for a message: the kind, and a short scalar itself.
fn found(json: &Json) -> String {
    match json {
        Json::Bool(_) | Json::Number(_) => format!("{} (`{json}`)", json.kind()),
        Json::String(text) if text.len() <= 40 => format!("{} (`{}`)", json.kind(), text.escape_debug()),
        _ => json.kind().to_owned(),
    }
}

/// The members of one object while it is decoded.
struct Fields<'a> {
    object: &'a Object,
    at: &'a Path<'a>,
    what: &'a str,
    /// It is no object, which has been said: it lacks no fields.
    void: bool,
}

/// Stands in for what is no object.
static EMPTY: Object = Object::new();

impl<'a> Fields<'a> {
    /// Opens an object that may have these members only.
    fn open(notes: &mut Notes, json: &'a Json, at: &'a Path<'a>, what: &'a str, known: &[&str]) -> Fields<'a> {
        let Json::Object(object) = json else {
            notes.error(
                Code::WrongType,
                at,
                format!("{what} must be an object, not {}", found(json)),
                format!("its members can be {}", suggest::listing(known, "and")),
            );
            return Fields { object: &EMPTY, at, what, void: true };
        };
        for name in object.keys().filter(|name| !known.contains(&name.as_str())) {
            unknown_field(notes, name, at, what, known);
        }
        Fields { object, at, what, void: false }
    }

    /// A member that must be there. None, with the problem noted, where it is not.
    fn required<T>(&self, notes: &mut Notes, name: &str, example: &str, read: impl FnOnce(&mut Notes, &Json, &Path<'_>) -> T) -> Option<T> {
        if let Some(json) = self.object.get(name) {
            return Some(read(notes, json, &self.at.key(name)));
        }
        if !self.void {
            notes.error(Code::MissingField, self.at, format!("{} has no `{name}`", self.what), format!("add \"{name}\": {example}"));
        }
        None
    }

    /// A member that may be left out or null.
    fn optional<T>(&self, notes: &mut Notes, name: &str, read: impl FnOnce(&mut Notes, &Json, &Path<'_>) -> T) -> Option<T> {
        let json = self.object.get(name).filter(|json| !json.is_null())?;
        Some(read(notes, json, &self.at.key(name)))
    }
}

/// What other systems call our fields.
const ALIASES: [(&str, &str); 17] = [
    ("default", "otherwise"),
    ("defaultVariant", "otherwise"),
    ("fallthrough", "otherwise"),
    ("state", "enabled"),
    ("active", "enabled"),
    ("variations", "variants"),
    ("offVariation", "offVariant"),
    ("targeting", "rules"),
    ("strategies", "rules"),
    ("prerequisites", "requires"),
    ("condition", "when"),
    ("conditions", "when"),
    ("variation", "serve"),
    ("rollout", "percent"),
    ("stickiness", "by"),
    ("bucketBy", "by"),
    ("salt", "seed"),
];

fn unknown_field(notes: &mut Notes, name: &str, at: &Path<'_>, what: &str, known: &[&str]) {
    if notes.is_full() {
        return notes.count();
    }
    let alias = ALIASES.iter().find(|(alias, ours)| *alias == name && known.contains(ours));
    let hint = match alias {
        Some((_, ours)) => format!("did you mean `{ours}`?"),
        None => suggest::hint(name, known.iter().copied(), || format!("it can have {}", suggest::listing(known, "and"))),
    };
    notes.error(Code::UnknownField, &at.key(name), format!("`{}` is not a field of {what}", syntax::start(name)), hint);
}

fn text(notes: &mut Notes, json: &Json, at: &Path<'_>) -> String {
    match json {
        Json::String(text) => text.clone(),
        other => {
            notes.wrong_type(other, at, "a string", "write it in double quotes");
            String::new()
        }
    }
}

fn boolean(notes: &mut Notes, json: &Json, at: &Path<'_>) -> bool {
    json.as_bool().unwrap_or_else(|| {
        notes.wrong_type(json, at, "`true` or `false`", "write true or false, without quotes");
        false
    })
}

fn number(notes: &mut Notes, json: &Json, at: &Path<'_>) -> f64 {
    match json {
        Json::Number(number) if is_safe(*number) => *number,
        Json::Number(number) => {
            unsafe_number(notes, *number, at);
            0.0
        }
        other => {
            notes.wrong_type(other, at, "a number", "write it without quotes");
            0.0
        }
    }
}

fn is_safe(number: f64) -> bool {
    number.abs() <= limits::SAFE_INTEGER
}

fn unsafe_number(notes: &mut Notes, number: f64, at: &Path<'_>) {
    if notes.is_full() { notes.count() } else { notes.push(beyond_safe(&Json::Number(number).canonical(), at.pointer())) }
}

/// A number that a double may not hold. Its digits as they were written are lost already.
pub(crate) fn beyond_safe(number: &str, place: Pointer) -> Problem {
    let message = format!("this number, about `{number}`, is beyond ±2^53, where readers of JSON no longer agree on its digits");
    Problem::error(Code::UnsafeNumber, place, message, "write it as text, in double quotes")
}

fn date(notes: &mut Notes, json: &Json, at: &Path<'_>) -> Date {
    let text = text_of(notes, json, at, "a date as text", "write it as \"2026-12-20\"");
    let read = text.and_then(|text| {
        Date::parse(text).or_else(|| {
            notes.fault(Code::BadValue, at, syntax::date(text));
            None
        })
    });
    read.unwrap_or_else(|| Timestamp(0).date())
}

fn time(notes: &mut Notes, json: &Json, at: &Path<'_>) -> Time {
    let text = text_of(notes, json, at, "a time as text", "write it as \"2026-12-01T09:00:00Z\"");
    let read = text.and_then(|text| {
        Time::parse(text).or_else(|| {
            notes.fault(Code::BadValue, at, syntax::time(text));
            None
        })
    });
    read.unwrap_or_else(|| Time::from(Timestamp(0)))
}

fn text_of<'j>(notes: &mut Notes, json: &'j Json, at: &Path<'_>, expected: &str, hint: &str) -> Option<&'j str> {
    if json.as_str().is_none() {
        notes.wrong_type(json, at, expected, hint);
    }
    json.as_str()
}

/// A key that names something: of a flag, a variant, a stage, …
fn key(notes: &mut Notes, json: &Json, at: &Path<'_>) -> Key {
    let Some(text) = text_of(notes, json, at, "a key as text", "write it in double quotes") else { return Key::new() };
    key_text(notes, text, at)
}

fn key_text(notes: &mut Notes, text: &str, at: &Path<'_>) -> Key {
    match syntax::key(text) {
        Ok(()) => text.to_owned(),
        Err(fault) => {
            notes.fault(Code::BadKey, at, fault);
            Key::new()
        }
    }
}

/// One of a few words.
fn word<T: Copy>(notes: &mut Notes, json: &Json, at: &Path<'_>, words: &[(&str, T)]) -> Option<T> {
    let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
    let all = || format!("it can be {}", suggest::listing(&known, "or"));
    let Json::String(text) = json else {
        notes.wrong_type(json, at, "a string", all());
        return None;
    };
    let found = words.iter().find(|(word, _)| word == text).map(|(_, value)| *value);
    if found.is_none() {
        let hint = suggest::hint(text, known.iter().copied(), all);
        notes.error(Code::BadValue, at, format!("{} cannot be `{}`", at.name(), syntax::start(text)), hint);
    }
    found
}

fn list<T>(notes: &mut Notes, json: &Json, at: &Path<'_>, read: impl FnMut(&mut Notes, &Json, &Path<'_>) -> T) -> Vec<T> {
    let hint = match json {
        Json::String(_) | Json::Number(_) | Json::Bool(_) => format!("put it in square brackets: [{}]", short(json)),
        Json::Object(_) => "put square brackets around it, even if there is only one".to_owned(),
        _ => "write a list in square brackets".to_owned(),
    };
    list_or(notes, json, at, "a list", &hint, read)
}

fn short(json: &Json) -> String {
    let text = json.canonical();
    if text.len() <= 40 { text } else { "…".to_owned() }
}

fn list_or<T>(
    notes: &mut Notes,
    json: &Json,
    at: &Path<'_>,
    expected: &str,
    hint: &str,
    mut read: impl FnMut(&mut Notes, &Json, &Path<'_>) -> T,
) -> Vec<T> {
    let Json::Array(elements) = json else {
        notes.wrong_type(json, at, expected, hint);
        return Vec::new();
    };
    elements.iter().enumerate().map(|(index, element)| read(notes, element, &at.index(index))).collect()
}

/// A list that a condition holds: at least one element, at most [`limits::LIST`].
fn values<T>(notes: &mut Notes, json: &Json, at: &Path<'_>, read: impl FnMut(&mut Notes, &Json, &Path<'_>) -> T) -> Vec<T> {
    if json.as_array().is_some_and(<[Json]>::is_empty) {
        notes.error(Code::BadValue, at, format!("{} is an empty list, which nothing can match", at.name()), "name at least one value");
    }
    limit(notes, json, at, limits::LIST, "values", "put them into a segment's attribute on the application's side, or use a pattern");
    list(notes, json, at, read)
}

/// Notes a list or an object with more than `most` entries.
fn limit(notes: &mut Notes, json: &Json, at: &Path<'_>, most: usize, of: &str, hint: &str) {
    let size = match json {
        Json::Array(list) => list.len(),
        Json::Object(object) => object.len(),
        _ => 0,
    };
    if size > most {
        notes.error(Code::OverLimit, at, format!("{} has {size} {of}, and at most {most} are allowed", at.name()), hint);
    }
}

/// A string, a number or a boolean.
fn scalar(notes: &mut Notes, json: &Json, at: &Path<'_>) -> Json {
    match json {
        Json::Number(number) if !is_safe(*number) => unsafe_number(notes, *number, at),
        Json::Bool(_) | Json::Number(_) | Json::String(_) => {}
        Json::Null => {
            let hint = "a missing attribute equals nothing; to ask for one that is missing write {\"attribute\": …, \"exists\": false}";
            notes.wrong_type(json, at, "a string, a number or a boolean", hint);
        }
        other => notes.wrong_type(other, at, "a string, a number or a boolean", "only plain values can be compared"),
    }
    json.clone()
}

/// Any JSON value, nested no deeper than [`limits::VALUE_DEPTH`].
fn any(notes: &mut Notes, json: &Json, at: &Path<'_>) -> Json {
    inspect(notes, json, at, 0, true);
    json.clone()
}

/// As [`any`], but with numbers of any size: what applications send has them, and reads them as doubles.
fn any_context(notes: &mut Notes, json: &Json, at: &Path<'_>) -> Json {
    inspect(notes, json, at, 0, false);
    json.clone()
}

fn inspect(notes: &mut Notes, json: &Json, at: &Path<'_>, depth: usize, safe: bool) {
    if depth > limits::VALUE_DEPTH {
        let message = format!("this value is nested deeper than {} levels", limits::VALUE_DEPTH);
        return notes.error(Code::TooDeep, at, message, "flatten it, or write it as text");
    }
    match json {
        Json::Number(number) if safe && !is_safe(*number) => unsafe_number(notes, *number, at),
        Json::Array(list) => list.iter().enumerate().for_each(|(index, item)| inspect(notes, item, &at.index(index), depth + 1, safe)),
        Json::Object(object) => object.iter().for_each(|(key, item)| inspect(notes, item, &at.key(key), depth + 1, safe)),
        _ => {}
    }
}

/// An object whose keys are keys of the document.
fn keyed<T>(notes: &mut Notes, json: &Json, at: &Path<'_>, mut read: impl FnMut(&mut Notes, &Json, &Path<'_>) -> T) -> BTreeMap<Key, T> {
    let Json::Object(object) = json else {
        notes.wrong_type(json, at, "an object", "write {\"its-key\": …}");
        return BTreeMap::new();
    };
    let mut out = BTreeMap::new();
    for (name, value) in object {
        let place = at.key(name);
        let read = read(notes, value, &place);
        if !key_text(notes, name, &place).is_empty() {
            out.insert(name.clone(), read);
        }
    }
    out
}
