//! The evaluation context: what the application knows about who asks.

use crate::json::{Json, Object};
use crate::problem::{Code, Pointer, Problem};

/// The attribute that says who asks.
pub(crate) const TARGETING_KEY: &str = "targetingKey";

/// The attributes of whoever asks; `targetingKey` is one of them.
///
/// ```
/// use halyard_core::Context;
/// let context = Context::parse(br#"{"targetingKey": "u1", "country": "NL"}"#).unwrap();
/// assert_eq!(context.get("country").unwrap().as_str(), Some("NL"));
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Context {
    attributes: Object,
}

/// An attribute's value as somebody else holds it: bound as it lies, without a [`Context`] being made of it.
///
/// ```
/// # use halyard_core::{check::Cap, compile, read, Context, Timestamp};
/// use halyard_core::context::Value;
/// # let report = read(br#"{"format": 1, "flags": {"new-cart": {
/// #     "purpose": "operational", "owner": "team-cart", "created": "2026-11-01", "variants": {"on": true, "off": false},
/// #     "rules": [{"id": "dutch", "when": {"all": [{"attribute": "country", "is": ["NL"]}, {"attribute": "age", "atLeast": 18}]}, "serve": "on"}]}}}"#,
/// #     Cap::Reader);
/// # let ruleset = compile(&report.checked.unwrap());
/// let bound = ruleset.bind_values([("country", Value::from("NL")), ("age", Value::from(30.0))]);
/// assert_eq!(bound.evaluate("new-cart", Timestamp(0)).variant, Some("on"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value<'c> {
    /// A text.
    Text(&'c str),
    /// A finite number: `Value::from` makes nothing of any other, as JSON has none.
    Number(f64),
    /// `true` or `false`.
    Bool(bool),
    /// Elements.
    List(&'c [Json]),
    /// Members.
    Object(&'c Object),
    /// Nothing.
    Null,
}

impl<'c> From<&'c str> for Value<'c> {
    fn from(text: &'c str) -> Value<'c> {
        Value::Text(text)
    }
}

impl From<f64> for Value<'_> {
    fn from(number: f64) -> Self {
        if number.is_finite() { Value::Number(number) } else { Value::Null }
    }
}

impl From<bool> for Value<'_> {
    fn from(yes: bool) -> Self {
        Value::Bool(yes)
    }
}

impl<'c> From<&'c Json> for Value<'c> {
    #[inline]
    fn from(json: &'c Json) -> Value<'c> {
        match json {
            Json::String(text) => Value::Text(text),
            Json::Number(number) => Value::Number(*number),
            Json::Bool(yes) => Value::Bool(*yes),
            Json::Array(elements) => Value::List(elements),
            Json::Object(members) => Value::Object(members),
            Json::Null => Value::Null,
        }
    }
}

impl Context {
    /// A context of these attributes.
    ///
    /// ```
    /// use halyard_core::{Context, Json, json::Object};
    /// let context = Context::new(Object::from([("targetingKey".to_owned(), Json::from("u1"))]));
    /// assert_eq!(context.attributes().len(), 1);
    /// ```
    pub fn new(attributes: Object) -> Context {
        Context { attributes }
    }

    /// A context from its JSON.
    ///
    /// ```
    /// use halyard_core::{Context, Json};
    /// assert_eq!(Context::from_json(Json::from(7.0)).unwrap_err().message, "the context must be an object, not a number");
    /// ```
    ///
    /// # Errors
    /// When `json` is no object.
    pub fn from_json(json: Json) -> Result<Context, Problem> {
        match json {
            Json::Object(attributes) => Ok(Context { attributes }),
            other => Err(Problem::error(
                Code::WrongType,
                Pointer::root(),
                format!("the context must be an object, not {}", other.kind()),
                "write it as {\"targetingKey\": \"user-1\", …}",
            )),
        }
    }

    /// A context from JSON text.
    ///
    /// ```
    /// use halyard_core::{Context, Json};
    /// let context = Context::parse(br#"{"targetingKey": "u1", "company": {"id": "c3"}, "plan": null}"#).unwrap();
    /// assert_eq!(context.get("company.id"), Some(&Json::from("c3")));
    /// assert_eq!(context.get("plan"), None);
    /// ```
    ///
    /// # Errors
    /// When the text is no JSON, names a key twice, or is no object.
    pub fn parse(bytes: &[u8]) -> Result<Context, Vec<Problem>> {
        Context::from_json(Json::parse(bytes)?).map_err(|problem| vec![problem])
    }

    /// All attributes.
    ///
    /// ```
    /// use halyard_core::Context;
    /// let context = Context::parse(br#"{"country": "NL", "age": 30}"#).unwrap();
    /// assert_eq!(context.attributes().keys().collect::<Vec<_>>(), ["age", "country"]);
    /// ```
    pub fn attributes(&self) -> &Object {
        &self.attributes
    }

    /// All attributes, each by its name.
    pub(crate) fn values(&self) -> impl Iterator<Item = (&str, Value<'_>)> {
        self.attributes.iter().map(|(name, value)| (name.as_str(), Value::from(value)))
    }

    /// The attribute at a path: the whole path as one key, if that has a value other than null; else split at dots and
    /// descend through objects. A null is missing.
    ///
    /// ```
    /// use halyard_core::Context;
    /// let context = Context::parse(br#"{"app.version": "2.1", "device": {"os": "ios"}, "plan": null}"#).unwrap();
    /// assert_eq!(context.get("app.version").unwrap().as_str(), Some("2.1"));
    /// assert_eq!(context.get("device.os").unwrap().as_str(), Some("ios"));
    /// assert_eq!(context.get("plan"), None);
    /// ```
    pub fn get(&self, path: &str) -> Option<&Json> {
        if let Some(value) = self.attributes.get(path).filter(|value| !value.is_null()) {
            return Some(value);
        }
        let (first, rest) = path.split_once('.')?;
        let found = rest.split('.').try_fold(self.attributes.get(first)?, |value, key| value.get(key))?;
        (!found.is_null()).then_some(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn context(json: &str) -> Context {
        Context::parse(json.as_bytes()).unwrap()
    }

    #[test]
    fn the_whole_path_goes_before_its_parts_unless_it_is_null() {
        let context = context(r#"{"a.b": 1, "a": {"b": 2, "c": 3, "": 4, "d": {"e": null}, "l": [5]}, "a.c": null, "": 6, "n": null}"#);
        for (path, value) in [
            ("a.b", Some(1.0)),
            ("a.c", Some(3.0)),
            ("a.", Some(4.0)),
            ("", Some(6.0)),
            ("a.d.e", None),
            ("a.d.e.f", None),
            ("a.b.c", None),
            ("a.l.0", None),
            (".a", None),
            ("n", None),
            ("b", None),
        ] {
            assert_eq!(context.get(path).and_then(Json::as_f64), value, "{path}");
        }
    }

    #[test]
    fn a_number_that_is_not_finite_is_nothing() {
        assert_eq!([0.5, f64::NAN, f64::INFINITY].map(Value::from), [Value::Number(0.5), Value::Null, Value::Null]);
    }

    #[test]
    fn a_context_is_an_object_that_names_a_key_once() {
        assert!(Context::parse(b"{}").unwrap().attributes().is_empty());
        for bad in [&b"[]"[..], b"null", b"\"u1\"", b"", br#"{"a": 1, "a": 1}"#] {
            assert_eq!(Context::parse(bad).unwrap_err().len(), 1, "{bad:?}");
        }
        assert!(Context::parse(b"7").unwrap_err()[0].message.contains("not a number"));
    }
}
