//! JSON as Halyard means it: numbers are IEEE doubles, an object names a key once, and there is one canonical text (RFC 8785).

mod mishap;

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

use crate::evaluate::text::write_string;
use crate::problem::{Code, Pointer, Problem};

/// A JSON value.
///
/// ```
/// use halyard_core::Json;
/// assert_eq!(Json::parse(b"5.0").unwrap(), Json::Number(5.0));
/// assert_eq!(Json::parse(b"5").unwrap(), Json::Number(5.0), "one number, however it is written");
/// ```
#[derive(Clone, Debug, PartialEq, Default)]
pub enum Json {
    /// `null`.
    #[default]
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A finite IEEE double: `5` and `5.0` are the same number.
    Number(f64),
    /// A text.
    String(String),
    /// A list.
    Array(Vec<Json>),
    /// An object: every key once, in the order of the keys' bytes.
    Object(Object),
}

/// The members of a JSON object.
///
/// ```
/// use halyard_core::{Json, json::Object};
/// let object = Object::from([("b".to_owned(), Json::Null), ("a".to_owned(), Json::from(true))]);
/// assert_eq!(Json::Object(object).canonical(), r#"{"a":true,"b":null}"#);
/// ```
pub type Object = BTreeMap<String, Json>;

impl Json {
    /// Reads JSON text, strictly: every duplicate key is reported, with its place, beside whatever else stops the reader.
    ///
    /// ```
    /// use halyard_core::Json;
    /// assert_eq!(Json::parse(b"[5.0, true]").unwrap().canonical(), "[5,true]");
    /// let problems = Json::parse(br#"{"a": {"b": 1, "b": 2}}"#).unwrap_err();
    /// assert_eq!(problems[0].pointer.to_string(), "/a/b");
    /// ```
    ///
    /// # Errors
    /// Bytes that are not UTF-8, text that is not JSON or is nested too deeply (one problem, with line and column), and
    /// duplicate keys (a problem each).
    pub fn parse(bytes: &[u8]) -> Result<Json, Vec<Problem>> {
        let (json, problems) = Json::parse_leniently(bytes);
        match json {
            Some(json) if problems.is_empty() => Ok(json),
            _ => Err(problems),
        }
    }

    /// Reads JSON text as [`Json::parse`] does, but keeps what a duplicate key said last, so that the rest can be checked too.
    ///
    /// ```
    /// use halyard_core::Json;
    /// let (json, problems) = Json::parse_leniently(br#"{"a": 1, "a": 2}"#);
    /// assert_eq!(json.unwrap().canonical(), r#"{"a":2}"#);
    /// assert_eq!(problems[0].message, "the key `a` is written twice");
    /// ```
    pub fn parse_leniently(bytes: &[u8]) -> (Option<Json>, Vec<Problem>) {
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => {
                let (message, hint) = mishap::not_utf8(bytes, error.valid_up_to());
                return (None, vec![Problem::error(Code::Syntax, Pointer::root(), message, hint)]);
            }
        };
        let mut problems = Vec::new();
        let mut deserializer = serde_json::Deserializer::from_str(text);
        let mut path = Vec::new();
        let read = Seed { path: &mut path, problems: &mut problems }.deserialize(&mut deserializer);
        match read.and_then(|json| deserializer.end().map(|()| json)) {
            Ok(json) => (Some(json), problems),
            Err(error) => {
                let (message, hint) = mishap::not_json(text, &error);
                problems.push(Problem::error(Code::Syntax, Pointer::root(), message, hint));
                (None, problems)
            }
        }
    }

    /// The canonical text of RFC 8785: no blanks, keys in the order of their UTF-16 units, numbers as JavaScript writes them.
    ///
    /// ```
    /// use halyard_core::Json;
    /// assert_eq!(Json::parse(br#"{ "b": 1e2, "a": "\u0041" }"#).unwrap().canonical(), r#"{"a":"A","b":100}"#);
    /// ```
    pub fn canonical(&self) -> String {
        let mut out = String::new();
        write(self, None, &mut out);
        out
    }

    /// Text for people and for `git diff`: the canonical order, two blanks a level, a line an entry, and a last newline.
    ///
    /// ```
    /// use halyard_core::Json;
    /// assert_eq!(Json::parse(br#"{"b":[1],"a":{}}"#).unwrap().pretty(), "{\n  \"a\": {},\n  \"b\": [\n    1\n  ]\n}\n");
    /// ```
    pub fn pretty(&self) -> String {
        let mut out = String::new();
        write(self, Some(0), &mut out);
        out.push('\n');
        out
    }

    /// The value at `key`, if this is an object that has it.
    ///
    /// ```
    /// use halyard_core::Json;
    /// let json = Json::parse(br#"{"a": 1}"#).unwrap();
    /// assert_eq!(json.get("a"), Some(&Json::from(1.0)));
    /// assert_eq!(Json::from("a").get("a"), None, "a text has no members");
    /// ```
    pub fn get(&self, key: &str) -> Option<&Json> {
        self.as_object().and_then(|object| object.get(key))
    }

    /// The members, if this is an object.
    ///
    /// ```
    /// use halyard_core::Json;
    /// let json = Json::parse(br#"{"a": 1}"#).unwrap();
    /// assert_eq!(json.as_object().unwrap().len(), 1);
    /// ```
    pub fn as_object(&self) -> Option<&Object> {
        if let Json::Object(object) = self { Some(object) } else { None }
    }

    /// The elements, if this is a list.
    ///
    /// ```
    /// use halyard_core::Json;
    /// let json = Json::parse(b"[1, 2]").unwrap();
    /// assert_eq!(json.as_array().unwrap().len(), 2);
    /// ```
    pub fn as_array(&self) -> Option<&[Json]> {
        if let Json::Array(list) = self { Some(list) } else { None }
    }

    /// The text, if this is one.
    ///
    /// ```
    /// use halyard_core::Json;
    /// let json = Json::parse(br#""NL""#).unwrap();
    /// assert_eq!(json.as_str(), Some("NL"));
    /// ```
    pub fn as_str(&self) -> Option<&str> {
        if let Json::String(text) = self { Some(text) } else { None }
    }

    /// The number, if this is one.
    ///
    /// ```
    /// use halyard_core::Json;
    /// let json = Json::parse(b"2.50").unwrap();
    /// assert_eq!(json.as_f64(), Some(2.5));
    /// ```
    pub fn as_f64(&self) -> Option<f64> {
        if let Json::Number(number) = self { Some(*number) } else { None }
    }

    /// The boolean, if this is one.
    ///
    /// ```
    /// use halyard_core::Json;
    /// let json = Json::parse(b"true").unwrap();
    /// assert_eq!(json.as_bool(), Some(true));
    /// ```
    pub fn as_bool(&self) -> Option<bool> {
        if let Json::Bool(bool) = self { Some(*bool) } else { None }
    }

    /// Whether this is `null`.
    ///
    /// ```
    /// use halyard_core::Json;
    /// let json = Json::parse(b"null").unwrap();
    /// assert!(json.is_null());
    /// ```
    pub fn is_null(&self) -> bool {
        matches!(self, Json::Null)
    }

    /// Whether this is a string, a number or a boolean.
    ///
    /// ```
    /// use halyard_core::Json;
    /// let json = Json::parse(b"7").unwrap();
    /// assert!(json.is_scalar());
    /// assert!(!Json::Null.is_scalar(), "nothing is not a value to compare with");
    /// ```
    pub fn is_scalar(&self) -> bool {
        matches!(self, Json::Bool(_) | Json::Number(_) | Json::String(_))
    }

    /// What JSON calls this kind of value, with its article: "a number".
    ///
    /// ```
    /// use halyard_core::Json;
    /// let json = Json::parse(b"[]").unwrap();
    /// assert_eq!(json.kind(), "a list");
    /// ```
    pub fn kind(&self) -> &'static str {
        match self {
            Json::Null => "null",
            Json::Bool(_) => "a boolean",
            Json::Number(_) => "a number",
            Json::String(_) => "a string",
            Json::Array(_) => "a list",
            Json::Object(_) => "an object",
        }
    }

    /// Any serializable value as JSON. A value that has no JSON form (a map with keys that are no strings) becomes `null`.
    ///
    /// ```
    /// use halyard_core::{Json, Timestamp};
    /// assert_eq!(Json::from_value(&vec![Timestamp(5)]).canonical(), "[5]");
    /// ```
    pub fn from_value(value: &impl Serialize) -> Json {
        serde_json::to_value(value).map_or(Json::Null, Json::from)
    }
}

impl From<serde_json::Value> for Json {
    fn from(value: serde_json::Value) -> Json {
        match value {
            serde_json::Value::Null => Json::Null,
            serde_json::Value::Bool(bool) => Json::Bool(bool),
            serde_json::Value::Number(number) => number.as_f64().map_or(Json::Null, Json::Number),
            serde_json::Value::String(text) => Json::String(text),
            serde_json::Value::Array(list) => Json::Array(list.into_iter().map(Json::from).collect()),
            serde_json::Value::Object(object) => Json::Object(object.into_iter().map(|(key, value)| (key, Json::from(value))).collect()),
        }
    }
}

impl From<&Json> for serde_json::Value {
    fn from(json: &Json) -> serde_json::Value {
        serde_json::to_value(json).unwrap_or_default()
    }
}

impl From<&str> for Json {
    fn from(text: &str) -> Json {
        Json::String(text.to_owned())
    }
}

impl From<String> for Json {
    fn from(text: String) -> Json {
        Json::String(text)
    }
}

impl From<bool> for Json {
    fn from(bool: bool) -> Json {
        Json::Bool(bool)
    }
}

impl From<f64> for Json {
    fn from(number: f64) -> Json {
        Json::Number(number)
    }
}

impl fmt::Display for Json {
    /// The canonical text.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.canonical())
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Json::Null => serializer.serialize_unit(),
            Json::Bool(bool) => serializer.serialize_bool(*bool),
            // Whole numbers go out as JSON integers ("5", not "5.0"), as the canonical text has them.
            Json::Number(number) if number.fract() == 0.0 && number.abs() < 9_007_199_254_740_992.0 =>
            {
                #[expect(clippy::cast_possible_truncation, reason = "a whole number below 2^53 fits")]
                serializer.serialize_i64(*number as i64)
            }
            Json::Number(number) => serializer.serialize_f64(*number),
            Json::String(text) => serializer.serialize_str(text),
            Json::Array(list) => {
                let mut out = serializer.serialize_seq(Some(list.len()))?;
                for item in list {
                    out.serialize_element(item)?;
                }
                out.end()
            }
            Json::Object(object) => {
                let mut out = serializer.serialize_map(Some(object.len()))?;
                for (key, value) in object {
                    out.serialize_entry(key, value)?;
                }
                out.end()
            }
        }
    }
}

impl<'de> serde::Deserialize<'de> for Json {
    /// Strict: a duplicate key is an error.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Json, D::Error> {
        let (mut path, mut problems) = (Vec::new(), Vec::new());
        let json = Seed { path: &mut path, problems: &mut problems }.deserialize(deserializer)?;
        match problems.first() {
            None => Ok(json),
            Some(problem) => Err(serde::de::Error::custom(format!("{}: {}", problem.pointer, problem.message))),
        }
    }
}

/// Builds a [`Json`] and notes each duplicate key with the path to it.
struct Seed<'a> {
    path: &'a mut Vec<String>,
    problems: &'a mut Vec<Problem>,
}

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Json;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, bool: bool) -> Result<Json, E> {
        Ok(Json::Bool(bool))
    }

    #[expect(clippy::cast_precision_loss, reason = "numbers are doubles; `check` refuses those that a double cannot hold")]
    fn visit_i64<E>(self, number: i64) -> Result<Json, E> {
        Ok(Json::Number(number as f64))
    }

    #[expect(clippy::cast_precision_loss, reason = "numbers are doubles; `check` refuses those that a double cannot hold")]
    fn visit_u64<E>(self, number: u64) -> Result<Json, E> {
        Ok(Json::Number(number as f64))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Json, E> {
        Ok(Json::Number(number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Json, E> {
        Ok(Json::String(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Json, E> {
        Ok(Json::String(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Json, A::Error> {
        let mut list = Vec::new();
        loop {
            self.path.push(list.len().to_string());
            let item = seq.next_element_seed(Seed { path: self.path, problems: self.problems });
            self.path.pop();
            match item? {
                Some(item) => list.push(item),
                None => return Ok(Json::Array(list)),
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json, A::Error> {
        let mut object = Object::new();
        while let Some(key) = map.next_key::<String>()? {
            self.path.push(key.clone());
            let value = map.next_value_seed(Seed { path: self.path, problems: self.problems });
            // A document of nothing but doubled keys must not become a million problems.
            if object.contains_key(&key) && self.problems.len() <= crate::limits::PROBLEMS {
                self.problems.push(Problem::error(
                    Code::DuplicateKey,
                    Pointer::from_segments(self.path.iter().map(String::as_str)),
                    format!("the key `{key}` is written twice"),
                    "keep one of them; JSON readers differ on which one wins",
                ));
            }
            self.path.pop();
            object.insert(key, value?);
        }
        Ok(Json::Object(object))
    }
}

fn write(json: &Json, indent: Option<usize>, out: &mut String) {
    match json {
        Json::Null => out.push_str("null"),
        Json::Bool(bool) => out.push_str(if *bool { "true" } else { "false" }),
        Json::Number(number) => out.push_str(ryu_js::Buffer::new().format(*number)),
        Json::String(text) => write_string(text, out),
        Json::Array(list) => {
            let inner = indent.map(|depth| depth + 1);
            out.push('[');
            for (index, item) in list.iter().enumerate() {
                separate(index, inner, out);
                write(item, inner, out);
            }
            close(list.is_empty(), indent, out);
            out.push(']');
        }
        Json::Object(object) => {
            let inner = indent.map(|depth| depth + 1);
            let mut members: Vec<_> = object.iter().collect();
            members.sort_by(|a, b| a.0.encode_utf16().cmp(b.0.encode_utf16()));
            out.push('{');
            for (index, (key, value)) in members.into_iter().enumerate() {
                separate(index, inner, out);
                write_string(key, out);
                out.push_str(if inner.is_some() { ": " } else { ":" });
                write(value, inner, out);
            }
            close(object.is_empty(), indent, out);
            out.push('}');
        }
    }
}

fn separate(index: usize, inner: Option<usize>, out: &mut String) {
    if index > 0 {
        out.push(',');
    }
    if let Some(depth) = inner {
        new_line(depth, out);
    }
}

fn close(empty: bool, indent: Option<usize>, out: &mut String) {
    if let (false, Some(depth)) = (empty, indent) {
        new_line(depth, out);
    }
}

fn new_line(depth: usize, out: &mut String) {
    out.push('\n');
    for _ in 0..depth {
        out.push_str("  ");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn canonical_text_follows_rfc_8785() {
        // The example of RFC 8785 §3.2.2.
        let json = Json::parse(
            br#"{"numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001, -0],
                 "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/", "literals": [null, true, false]}"#,
        )
        .unwrap();
        assert_eq!(
            json.canonical(),
            r#"{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27,0],"string":"€$\u000f\nA'B\"\\\\\"/"}"#
        );
    }

    #[test]
    fn keys_are_ordered_by_utf_16_units() {
        let json = Json::parse("{\"\u{fb33}\": 1, \"\u{1f600}\": 2, \"a\": 3}".as_bytes()).unwrap();
        assert_eq!(json.canonical(), "{\"a\":3,\"\u{1f600}\":2,\"\u{fb33}\":1}");
    }

    #[test]
    fn every_duplicate_key_is_reported_at_its_place() {
        let problems = Json::parse(br#"{"a": 1, "a": 2, "b": [{"c~/": 1, "c~/": 1}]}"#).unwrap_err();
        let pointers: Vec<_> = problems.iter().map(|problem| problem.pointer.to_string()).collect();
        assert_eq!(pointers, ["/a", "/b/0/c~0~1"]);
    }

    #[test]
    fn text_that_is_no_json_is_one_problem_with_its_line() {
        for bad in [&b"{\"a\": 1"[..], b"", b"{} {}", b"{\"a\": \"\\ud800\"}", b"nul"] {
            let problems = Json::parse(bad).unwrap_err();
            assert_eq!(problems.len(), 1);
            assert!(bad.is_empty() || problems[0].message.contains("line"), "{}", problems[0].message);
        }
        let deep = "[".repeat(100_000);
        assert_eq!(Json::parse(deep.as_bytes()).unwrap_err().len(), 1);
        assert!(Json::parse(b"\"\xff\"").unwrap_err()[0].message.contains("UTF-8"));
    }

    #[test]
    fn pretty_text_reads_back_as_the_same_value() {
        let json = Json::parse(br#"{"b":[],"a":[1,{"x":{}}]}"#).unwrap();
        assert_eq!(json.pretty(), "{\n  \"a\": [\n    1,\n    {\n      \"x\": {}\n    }\n  ],\n  \"b\": []\n}\n");
        assert_eq!(Json::parse(json.pretty().as_bytes()).unwrap(), json);
    }
}
