//! The JSON Schema of the project's document, generated from the types. Editors complete and mark by it; reading knows more.

use halyard_core::Json;
use halyard_core::authority::roles::BUILT_IN;
use halyard_core::schema::generate;
use schemars::{Schema, SchemaGenerator, json_schema};
use serde_json::{Value, json};

use super::{OWN_ROLES, Project, TOKENS};

pub(super) fn hash(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "pattern": "^[0-9a-f]{64}$" })
}

pub(super) fn limit(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "integer", "minimum": 1, "maximum": 10_000 })
}

pub(super) fn format(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "const": 1 })
}

/// The schema's text, as `schemas/project.schema.json` has it.
///
/// ```
/// # use halyard_core::Json;
/// let schema = Json::parse(halyard_edge::project::schema::project().as_bytes()).unwrap();
/// assert!(schema.get("properties").and_then(|fields| fields.get("people")).is_some());
/// ```
pub fn project() -> String {
    let mut schema = generate::<Project>();
    let key = json!({ "type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$" });
    let built_in: Vec<&str> = BUILT_IN.iter().map(|role| role.name).collect();
    for (place, keyword, value) in [
        ("/properties/environments", "propertyNames", key.clone()),
        ("/properties/roles", "propertyNames", json!({ "allOf": [key.clone(), { "not": { "enum": built_in } }] })),
        ("/properties/roles", "maxProperties", json!(OWN_ROLES)),
        ("/properties/people", "minProperties", json!(1)),
        ("/properties/people", "propertyNames", json!({ "type": "string", "pattern": "^[^\\s@]+@\\S+$", "maxLength": 254 })),
        ("/properties/keys", "propertyNames", key.clone()),
        ("/properties/tokens", "propertyNames", key),
        ("/properties/tokens", "maxProperties", json!(TOKENS)),
        ("/$defs/Role/properties/may", "maxItems", json!(OWN_ROLES)),
        ("/$defs/Grant/properties/changes", "minItems", json!(1)),
    ] {
        if let Some(object) = schema.pointer_mut(place).and_then(Value::as_object_mut) {
            object.insert(keyword.to_owned(), value);
        }
    }
    close(&mut schema);
    Json::from(schema).pretty()
}

/// Objects have no other fields.
fn close(schema: &mut Value) {
    match schema {
        Value::Array(list) => list.iter_mut().for_each(close),
        Value::Object(object) => {
            object.values_mut().for_each(close);
            if object.contains_key("properties") {
                object.insert("additionalProperties".to_owned(), json!(false));
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_that_is_refined_is_there() {
        let schema: Value = serde_json::from_str(&project()).unwrap();
        for place in [
            "/additionalProperties",
            "/properties/roles/propertyNames",
            "/properties/people/minProperties",
            "/properties/tokens/maxProperties",
            "/$defs/Role/properties/may/maxItems",
            "/$defs/Grant/properties/changes/minItems",
            "/$defs/Token/properties/createdBy",
            "/$defs/SdkKey/properties/previous",
            "/$defs/Limits/properties/temporaryFlags/maximum",
        ] {
            assert!(schema.pointer(place).is_some(), "{place}");
        }
        assert_eq!(schema.pointer("/required"), Some(&json!(["format", "name"])));
        assert_eq!(schema.pointer("/$defs/Token/required"), Some(&json!(["hash", "created", "createdBy", "expires"])));
        assert_eq!(schema.pointer("/$defs/Grant/required"), Some(&json!(["changes"])));
    }
}
