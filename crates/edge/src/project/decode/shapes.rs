//! The shapes that a project is made of: objects, lists of words, texts, dates. What is wrong with one is noted, and reading goes on.

use std::collections::BTreeMap;

use halyard_core::check::{hint, listing};
use halyard_core::json::Object;
use halyard_core::{Code, Date, Json, Pointer, Problem, Time};

use crate::secrets::Hash;
use crate::store::is_key;

/// Reads, and notes what is wrong on the way.
pub(super) struct Decoder {
    pub(super) problems: Vec<Problem>,
}

impl Decoder {
    pub(super) fn error(&mut self, code: Code, at: &Pointer, message: impl Into<String>, hint: &str) {
        self.problems.push(Problem::error(code, at.clone(), message, hint));
    }

    pub(super) fn object<'j>(&mut self, json: &'j Json, at: &Pointer, fields: &[&str], required: &[&str]) -> Option<&'j Object> {
        let Some(object) = json.as_object() else {
            self.error(Code::WrongType, at, format!("this must be an object, not {}", json.kind()), "write {…}");
            return None;
        };
        for name in object.keys().filter(|name| !fields.contains(&name.as_str())) {
            let hint = hint(name, fields.iter().copied(), || format!("what there can be: {}", listing(fields, "or")));
            self.error(Code::UnknownField, &at.at(name), format!("there is no field `{name}` here"), &hint);
        }
        for name in required.iter().filter(|name| !object.contains_key(**name)) {
            self.error(Code::MissingField, at, format!("`{name}` is missing"), &format!("add \"{name}\""));
        }
        Some(object)
    }

    pub(super) fn entries<T>(
        &mut self,
        object: &Object,
        name: &str,
        at: &Pointer,
        mut entry: impl FnMut(&mut Decoder, &str, &Json, &Pointer) -> Option<T>,
    ) -> BTreeMap<String, T> {
        let (Some(json), at) = (object.get(name), at.at(name)) else { return BTreeMap::new() };
        let Some(entries) = json.as_object() else {
            self.error(Code::WrongType, &at, format!("`{name}` must be an object, not {}", json.kind()), "write {…}");
            return BTreeMap::new();
        };
        let mut read = BTreeMap::new();
        for (key, json) in entries {
            if let Some(value) = entry(self, key, json, &at.at(key)) {
                read.insert(key.clone(), value);
            }
        }
        read
    }

    pub(super) fn list<'j>(&mut self, json: &'j Json, at: &Pointer, shape: &str) -> Option<&'j [Json]> {
        let list = json.as_array();
        if list.is_none() {
            self.error(Code::WrongType, at, format!("this must be a list, not {}", json.kind()), &format!("write {shape}"));
        }
        list
    }

    pub(super) fn at_most(&mut self, count: usize, most: usize, what: &str, at: &Pointer) {
        if count > most {
            self.error(
                Code::OverLimit,
                at,
                format!("there are {count} {what}, and {most} is the most"),
                "take away those that nobody uses",
            );
        }
    }

    /// A list of words that mean something each; an absent one is empty.
    pub(super) fn words<T: PartialEq>(
        &mut self,
        object: &Object,
        name: &str,
        at: &Pointer,
        what: &str,
        known: &[String],
        parse: impl Fn(&str) -> Option<T>,
    ) -> Vec<T> {
        let (Some(json), at) = (object.get(name), at.at(name)) else { return Vec::new() };
        let mut found = Vec::new();
        for (index, item) in self.list(json, &at, "[\"…\"]").unwrap_or_default().iter().enumerate() {
            self.word(item, &at.at(index), what, known, &mut found, &parse);
        }
        found
    }

    /// One word of a list, put to those before it.
    pub(super) fn word<T: PartialEq>(
        &mut self,
        item: &Json,
        at: &Pointer,
        what: &str,
        known: &[String],
        found: &mut Vec<T>,
        parse: impl Fn(&str) -> Option<T>,
    ) {
        let Some(word) = item.as_str().filter(|word| !word.is_empty() && word.len() <= 1024) else {
            return self.error(Code::WrongType, at, format!("{item} is not a {what}"), "write \"…\"");
        };
        match parse(word) {
            None => {
                let otherwise = || match known.split_at_checked(8) {
                    Some((some, [_, ..])) => format!("a {what} is one of {}, …", listing(some, "or")),
                    _ => format!("a {what} is one of {}", listing(known, "or")),
                };
                self.error(
                    Code::BadValue,
                    at,
                    format!("`{word}` is not a {what}"),
                    &hint(word, known.iter().map(String::as_str), otherwise),
                );
            }
            Some(meant) if found.contains(&meant) => {
                self.error(Code::DuplicateId, at, format!("`{word}` is listed twice"), "keep one of them");
            }
            Some(meant) => found.push(meant),
        }
    }

    /// A text for people, which may be absent or empty.
    pub(super) fn description(&mut self, object: &Object, at: &Pointer) -> String {
        match object.get("description") {
            None => String::new(),
            Some(json) if json.as_str() == Some("") => String::new(),
            Some(_) => self.text(object, "description", at).unwrap_or_default(),
        }
    }

    /// A text with something in it; that it is there at all is [`Decoder::object`]'s business.
    pub(super) fn text(&mut self, object: &Object, name: &str, at: &Pointer) -> Option<String> {
        let json = object.get(name)?;
        match json.as_str() {
            Some(text) if !text.trim().is_empty() && text.len() <= 1024 => return Some(text.to_owned()),
            Some(_) => self.error(Code::BadValue, &at.at(name), format!("`{name}` must have from 1 to 1024 bytes"), "write a short text"),
            None => self.error(Code::WrongType, &at.at(name), format!("`{name}` must be a string, not {}", json.kind()), "write \"…\""),
        }
        None
    }

    pub(super) fn date(&mut self, object: &Object, name: &str, at: &Pointer) -> Option<Date> {
        let text = self.text(object, name, at)?;
        let date = Date::parse(&text);
        if date.is_none() {
            self.error(Code::BadValue, &at.at(name), format!("`{text}` is not a date"), "write 2026-12-01");
        }
        date
    }

    pub(super) fn time(&mut self, object: &Object, name: &str, at: &Pointer) -> Option<Time> {
        let text = self.text(object, name, at)?;
        let time = Time::parse(&text);
        if time.is_none() {
            self.error(Code::BadValue, &at.at(name), format!("`{text}` is not a time"), "write 2026-12-01T09:00:00Z");
        }
        time
    }

    pub(super) fn hash(&mut self, object: &Object, at: &Pointer) -> Option<Hash> {
        let text = self.text(object, "hash", at)?;
        let hash = Hash::parse(&text);
        if hash.is_none() {
            let hint = "write the SHA-256 of the whole secret in 64 hex digits, never the secret itself";
            self.error(Code::BadValue, &at.at("hash"), "this is not a hash", hint);
        }
        hash
    }

    pub(super) fn key(&mut self, key: &str, at: &Pointer) {
        if !is_key(key) {
            let hint = "a key has letters, digits, `.`, `_` and `-`, begins with a letter or digit, and has 128 characters at most";
            self.error(Code::BadKey, at, format!("`{key}` is not a key"), hint);
        }
    }

    pub(super) fn reference(&mut self, key: &str, known: &[String], at: &Pointer, what: &str) {
        if !known.iter().any(|other| other == key) {
            self.error(
                Code::UnknownReference,
                at,
                format!("there is no {what} `{key}`"),
                &format!("add the {what}, or name one that there is"),
            );
        }
    }
}
