//! The evaluation context: what the application knows about who asks.

use crate::json::{Json, Object};
use crate::problem::{Code, Pointer, Problem};

/// The attributes of whoever asks; `targetingKey` is one of them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Context {
    attributes: Object,
}

impl Context {
    /// A context of these attributes.
    pub fn new(attributes: Object) -> Context {
        Context { attributes }
    }

    /// A context from its JSON.
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
    pub fn attributes(&self) -> &Object {
        &self.attributes
    }

    /// The attribute at a path: the whole path as one key, if that has a value other than null; else split at dots and
    /// descend through objects. A null is missing.
    pub fn get(&self, path: &str) -> Option<&Json> {
        if let Some(value) = self.attributes.get(path).filter(|value| !value.is_null()) {
            return Some(value);
        }
        let (first, rest) = path.split_once('.')?;
        let found = rest.split('.').try_fold(self.attributes.get(first)?, |value, key| value.get(key))?;
        (!found.is_null()).then_some(found)
    }
}
