//! What a request asks with: the evaluation context in its body.
//!
//! Most contexts are flat, and their texts can be read where they lie. Only others, and those that are refused, become a tree.

use std::fmt;

use halyard_core::compile::Bound;
use halyard_core::context::Value;
use halyard_core::{Context, Json, Ruleset, limits};
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, Visitor};

/// The evaluation context of a request's body.
#[derive(Debug)]
pub(super) enum Asked<'b> {
    /// Scalars, each name once.
    Flat(Vec<(&'b str, Value<'b>)>),
    /// Anything else.
    Tree(Context),
}

impl<'b> Asked<'b> {
    /// Reads it.
    ///
    /// # Errors
    /// A status, OFREP's error code, and what is to be mended.
    pub(super) fn read(body: &'b [u8]) -> Result<Asked<'b>, (u16, &'static str, String)> {
        if body.len() > limits::REQUEST_BYTES {
            let details = format!("the request has {} bytes, and {} is the most", body.len(), limits::REQUEST_BYTES);
            return Err((413, "PARSE_ERROR", details));
        }
        match flat(body) {
            Some(attributes) => Ok(Asked::Flat(attributes)),
            None => tree(body).map(Asked::Tree),
        }
    }

    /// Binds it.
    pub(super) fn bind<'r>(&self, ruleset: &'r Ruleset) -> Bound<'r> {
        match self {
            Asked::Flat(attributes) => ruleset.bind_values(attributes.iter().copied()),
            Asked::Tree(context) => ruleset.bind(context),
        }
    }
}

#[inline(never)]
fn tree(body: &[u8]) -> Result<Context, (u16, &'static str, String)> {
    let json = Json::parse(body).map_err(|problems| {
        let first = problems.first().map(|problem| format!("{problem}")).unwrap_or_default();
        (400, "PARSE_ERROR", first)
    })?;
    let invalid = |details: String| (400, "INVALID_CONTEXT", details);
    let Json::Object(mut request) = json else {
        return Err(invalid(format!("the request must be an object, not {}: {{\"context\": {{…}}}}", json.kind())));
    };
    let context = request.remove("context").ok_or_else(|| invalid("the request has no `context`: {\"context\": {…}}".to_owned()))?;
    Context::from_json(context).map_err(|problem| invalid(format!("{}: {}", problem.message, problem.hint)))
}

/// More attributes than this make a tree: here each name is compared with all before it.
const MOST: usize = 32;

/// Room for the attributes of most contexts.
const ROOM: usize = 8;

/// The attributes of a body that is `{"context": {…}}` and has nothing in it that needs room of its own: no list, no object, no text
/// with an escape, no name twice.
fn flat(body: &[u8]) -> Option<Vec<(&str, Value<'_>)>> {
    let mut deserializer = serde_json::Deserializer::from_str(std::str::from_utf8(body).ok()?);
    let attributes = Part::Body.deserialize(&mut deserializer).ok()?;
    deserializer.end().ok()?;
    Some(attributes)
}

/// Which part of the body is read.
#[derive(Clone, Copy)]
enum Part {
    Body,
    Context,
}

impl<'b> DeserializeSeed<'b> for Part {
    type Value = Vec<(&'b str, Value<'b>)>;

    fn deserialize<D: Deserializer<'b>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'b> Visitor<'b> for Part {
    type Value = Vec<(&'b str, Value<'b>)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a flat context")
    }

    fn visit_map<A: MapAccess<'b>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        match self {
            Part::Body => {
                let mut context = None;
                while let Some(name) = map.next_key::<&str>()? {
                    if name != "context" || context.is_some() {
                        return Err(not_flat());
                    }
                    context = Some(map.next_value_seed(Part::Context)?);
                }
                context.ok_or_else(not_flat)
            }
            Part::Context => {
                let mut attributes = Vec::with_capacity(ROOM);
                while let Some(name) = map.next_key::<&str>()? {
                    if attributes.len() == MOST || attributes.iter().any(|(known, _)| *known == name) {
                        return Err(not_flat());
                    }
                    attributes.push((name, map.next_value_seed(Scalar)?));
                }
                Ok(attributes)
            }
        }
    }
}

/// A value that needs no room of its own.
struct Scalar;

impl<'b> DeserializeSeed<'b> for Scalar {
    type Value = Value<'b>;

    fn deserialize<D: Deserializer<'b>>(self, deserializer: D) -> Result<Value<'b>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'b> Visitor<'b> for Scalar {
    type Value = Value<'b>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a scalar")
    }

    fn visit_unit<E>(self) -> Result<Value<'b>, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, yes: bool) -> Result<Value<'b>, E> {
        Ok(Value::Bool(yes))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value<'b>, E> {
        Ok(Value::from(number as f64))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value<'b>, E> {
        Ok(Value::from(number as f64))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value<'b>, E> {
        Ok(Value::from(number))
    }

    fn visit_borrowed_str<E>(self, text: &'b str) -> Result<Value<'b>, E> {
        Ok(Value::Text(text))
    }
}

/// Nobody sees it: what is not flat is read once more.
#[cold]
fn not_flat<E: Error>() -> E {
    E::custom("")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What is read as flat, written as a tree.
    fn as_tree(body: &str) -> Option<Context> {
        let json = |value: Value<'_>| match value {
            Value::Text(text) => Json::from(text),
            Value::Number(number) => Json::Number(number),
            Value::Bool(yes) => Json::Bool(yes),
            Value::Null => Json::Null,
            Value::List(_) | Value::Object(_) => panic!("{body} is not flat"),
        };
        let attributes = flat(body.as_bytes())?;
        Some(Context::new(attributes.into_iter().map(|(name, value)| (name.to_owned(), json(value))).collect()))
    }

    #[test]
    fn what_is_flat_is_read_where_it_lies() {
        for body in [
            r#"{"context": {}}"#,
            r#" { "context" : { "targetingKey" : "u1" , "é𝄞" : "é𝄞" , "" : "" } } "#,
            r#"{"context": {"a": 0, "b": -0.0, "c": 1e300, "d": 18446744073709551615, "e": -9223372036854775808, "f": 1.5e-7}}"#,
            r#"{"context": {"a": true, "b": false, "c": null}}"#,
        ] {
            assert_eq!(as_tree(body).as_ref(), Some(&tree(body.as_bytes()).unwrap()), "{body}");
        }
    }

    #[test]
    fn what_is_not_flat_or_refused_becomes_a_tree() {
        let many =
            |count| format!(r#"{{"context": {{{}}}}}"#, (0..count).map(|n| format!(r#""a{n}": {n}"#)).collect::<Vec<_>>().join(", "));
        assert!(as_tree(&many(MOST)).is_some() && as_tree(&many(MOST + 1)).is_none());
        for body in [
            "",
            "{}",
            "[]",
            "\"context\"",
            r#"{"context": 5}"#,
            r#"{"context": {"a": 1}, "context": {"a": 1}}"#,
            r#"{"context": {}, "context": {"a": 1}}"#,
            r#"{"context": {"a": 1}, "more": 1}"#,
            r#"{"context": {"a": 1, "a": 2}}"#,
            r#"{"context": {"a": "\u0041"}}"#,
            r#"{"context": {"\u0041": 1}}"#,
            r#"{"context": {"a": []}}"#,
            r#"{"context": {"a": {}}}"#,
            r#"{"context": {"a": 1}} x"#,
            r#"{"context": {"a": 1e999}}"#,
            r#"{"context": {"a": 1"#,
        ] {
            assert_eq!(as_tree(body), None, "{body}");
        }
        assert!(flat(b"{\"context\": {\"a\": \"\xff\"}}").is_none());
    }

    proptest! {
        /// Whatever the bytes are.
        #[test]
        fn what_is_read_as_flat_is_what_the_tree_has(
            body in "\\{\"context\": ?\\{(\"[ab\\\\]\": ?(\"[aé\\\\n]{0,3}\"|-?[0-9.e]{1,4}|true|null|\\[\\]|[{}]),? ?){0,4}\\}\\},?.?"
        ) {
            if let Some(context) = as_tree(&body) {
                prop_assert_eq!(tree(body.as_bytes()), Ok(context), "{}", body);
            }
        }
    }
}
