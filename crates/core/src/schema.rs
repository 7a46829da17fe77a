//! JSON Schemas of what people and programs write, generated from the types. Editors complete and mark by them; `check` knows more.

use std::borrow::Cow;

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Value, json};

use crate::diff::Change;
use crate::document::Document;
use crate::json::Json;
use crate::limits;

/// A time as text.
///
/// ```
/// use halyard_core::schema;
/// # use schemars::SchemaGenerator;
/// let time = schema::time(&mut SchemaGenerator::default());
/// assert_eq!(time.get("format").unwrap(), "date-time");
/// ```
pub fn time(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "format": "date-time" })
}

/// A time as text, or nothing.
pub(crate) fn optional_time(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": ["string", "null"], "format": "date-time" })
}

/// A date as text.
///
/// ```
/// use halyard_core::schema;
/// # use schemars::SchemaGenerator;
/// let date = schema::date(&mut SchemaGenerator::default());
/// assert_eq!(date.get("format").unwrap(), "date");
/// ```
pub fn date(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "format": "date" })
}

/// A date as text, or nothing.
pub(crate) fn optional_date(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": ["string", "null"], "format": "date" })
}

impl JsonSchema for Json {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Json".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        Schema::from(true)
    }
}

/// Every schema: the name of its file in `schemas/`, and its text.
///
/// ```
/// let files: Vec<_> = halyard_core::schema::all().into_iter().map(|(file, _)| file).collect();
/// assert_eq!(files, ["document.schema.json", "change.schema.json"]);
/// ```
pub fn all() -> Vec<(&'static str, String)> {
    let mut document = generate::<Document>();
    refine(&mut document);
    let change = generate::<Change>();
    [("document.schema.json", document), ("change.schema.json", change)].map(|(name, schema)| (name, Json::from(schema).pretty())).into()
}

/// A type's schema, as the types alone say it.
///
/// ```
/// use halyard_core::{Document, schema};
/// let document = schema::generate::<Document>();
/// assert_eq!(document["properties"]["flags"]["type"], "object");
/// ```
pub fn generate<T: JsonSchema>() -> Value {
    let mut schema = SchemaGenerator::new(SchemaSettings::draft2020_12()).into_root_schema_for::<T>().to_value();
    leave_out_examples(&mut schema);
    schema
}

/// Leaves the examples in Rust out of descriptions: they are for readers of the code.
///
/// ```
/// use halyard_core::schema;
/// let mut told = serde_json::json!({"description": "A key.\n\n```\nassert!(true);\n```"});
/// schema::leave_out_examples(&mut told);
/// assert_eq!(told["description"], "A key.");
/// ```
pub fn leave_out_examples(schema: &mut Value) {
    match schema {
        Value::Array(list) => list.iter_mut().for_each(leave_out_examples),
        Value::Object(object) => {
            object.values_mut().for_each(leave_out_examples);
            if let Some(Value::String(description)) = object.get_mut("description")
                && let Some(end) = description.find("\n\n```")
            {
                description.truncate(end);
            }
        }
        _ => {}
    }
}

/// Says what the types do not: which fields there are, what keys look like, the limits that cost a word each.
fn refine(schema: &mut Value) {
    spell_out_operators(schema);
    set(
        schema,
        "/$defs",
        "Key",
        json!({ "description": "A key.", "type": "string", "pattern": format!("^[A-Za-z0-9][A-Za-z0-9._-]{{0,{}}}$", limits::KEY - 1) }),
    );
    for map in ["segments", "plans", "flags", "releases"] {
        set(schema, &format!("/properties/{map}"), "propertyNames", key());
    }
    set(schema, "/properties/flags", "maxProperties", json!(limits::FLAGS));
    set(schema, "/properties/retired", "items", key());
    for (place, keyword, value) in [
        ("Flag/properties/variants", "propertyNames", key()),
        ("Flag/properties/variants", "minProperties", json!(1)),
        ("Flag/properties/variants", "maxProperties", json!(limits::VARIANTS)),
        ("Flag/properties/variants", "additionalProperties", json!({ "type": ["boolean", "number", "string", "array", "object"] })),
        ("Flag/properties/metadata", "additionalProperties", scalar()),
        ("Flag/properties/rules", "maxItems", json!(limits::RULES)),
        ("Requirement/properties/is", "items", key()),
        ("Requirement/properties/is", "minItems", json!(1)),
        ("Split/properties/split", "minItems", json!(1)),
        ("Weighted/properties/weight", "maximum", json!(limits::WEIGHTS)),
        ("Release/properties/flags", "minItems", json!(1)),
        ("Release/properties/stages", "minItems", json!(1)),
        ("Release/properties/stages", "maxItems", json!(limits::STAGES)),
        ("Plan/properties/stages", "maxItems", json!(limits::STAGES)),
        ("RampPoint/properties/percent", "minimum", json!(0)),
        ("RampPoint/properties/percent", "maximum", json!(100)),
        ("Scenario/properties/expect", "propertyNames", key()),
        ("Scenario/properties/expect", "additionalProperties", json!({ "anyOf": [key(), { "type": "null" }] })),
    ] {
        set(schema, &format!("/$defs/{place}"), keyword, value);
    }
    for place in [
        "Requirement/properties/flag",
        "Rule/properties/id",
        "Weighted/properties/variant",
        "ReleaseFlag/properties/flag",
        "ReleaseFlag/properties/variant",
        "Stage/properties/name",
    ] {
        be_key(schema, &format!("/$defs/{place}"));
    }
    set(schema, "/$defs/Serve/anyOf/0", "$ref", json!("#/$defs/Key"));
    conditions(schema);
    close(schema);
}

/// A condition on an attribute has one operator beside it: a shape for each, so that each can refuse what else there is.
fn spell_out_operators(schema: &mut Value) {
    let Some(shapes) = schema.pointer_mut("/$defs/Condition/anyOf").and_then(Value::as_array_mut) else { return };
    let mut spelled = Vec::new();
    for shape in shapes.drain(..) {
        let Some(operators) = shape.get("anyOf").and_then(Value::as_array) else {
            spelled.push(shape);
            continue;
        };
        for operator in operators {
            let mut one = operator.clone();
            if let Some(attribute) = shape.pointer("/properties/attribute") {
                set(&mut one, "/properties", "attribute", attribute.clone());
            }
            if let Some(required) = one.pointer_mut("/required").and_then(Value::as_array_mut) {
                required.insert(0, json!("attribute"));
            }
            spelled.push(one);
        }
    }
    *shapes = spelled;
}

fn conditions(schema: &mut Value) {
    let count = schema.pointer("/$defs/Condition/anyOf").and_then(Value::as_array).map_or(0, Vec::len);
    for shape in (0..count).map(|index| format!("/$defs/Condition/anyOf/{index}/properties")) {
        let has = |schema: &Value, field: &str| schema.pointer(&format!("{shape}/{field}")).is_some();
        for list in ["is", "contains", "startsWith", "endsWith", "network", "hasAll", "ramp"]
            .into_iter()
            .filter(|field| has(schema, field))
            .collect::<Vec<_>>()
        {
            set(schema, &format!("{shape}/{list}"), "minItems", json!(1));
            set(schema, &format!("{shape}/{list}"), "maxItems", json!(limits::LIST));
        }
        let of_flag = has(schema, "flag");
        for field in ["is", "hasAll"].into_iter().filter(|field| has(schema, field)).collect::<Vec<_>>() {
            set(schema, &format!("{shape}/{field}"), "items", if of_flag { key() } else { scalar() });
        }
        for field in ["segment", "flag"].into_iter().filter(|field| has(schema, field)).collect::<Vec<_>>() {
            be_key(schema, &format!("{shape}/{field}"));
        }
        if has(schema, "matches") {
            set(schema, &format!("{shape}/matches"), "maxLength", json!(limits::PATTERN_BYTES));
        }
    }
}

/// Objects have no other fields, and what may be left out may be null.
fn close(schema: &mut Value) {
    match schema {
        Value::Array(list) => list.iter_mut().for_each(close),
        Value::Object(object) => {
            object.values_mut().for_each(close);
            let required: Vec<String> = object
                .get("required")
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect();
            if let Some(Value::Object(properties)) = object.get_mut("properties") {
                properties.iter_mut().filter(|(name, _)| !required.contains(name)).for_each(|(_, property)| or_null(property));
                object.insert("additionalProperties".to_owned(), json!(false));
            }
        }
        _ => {}
    }
}

fn or_null(property: &mut Value) {
    let Some(object) = property.as_object_mut() else { return };
    if let Some(kind) = object.get_mut("type") {
        if kind.is_string() {
            *kind = json!([kind.clone(), "null"]);
        }
    } else if let Some(reference) = object.remove("$ref") {
        object.insert("anyOf".to_owned(), json!([{ "$ref": reference }, { "type": "null" }]));
    }
}

fn key() -> Value {
    json!({ "$ref": "#/$defs/Key" })
}

fn scalar() -> Value {
    json!({ "type": ["boolean", "number", "string"] })
}

fn be_key(schema: &mut Value, place: &str) {
    set(schema, place, "$ref", json!("#/$defs/Key"));
    if let Some(object) = schema.pointer_mut(place).and_then(Value::as_object_mut) {
        object.remove("type");
    }
}

fn set(schema: &mut Value, place: &str, keyword: &str, value: Value) {
    if let Some(object) = schema.pointer_mut(place).and_then(Value::as_object_mut) {
        object.insert(keyword.to_owned(), value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptions_have_no_rust_in_them() {
        let (_, text) = all().into_iter().next().unwrap();
        assert!(text.contains("\"description\": \"A named group of users: a reusable condition.\""));
        assert!(!text.contains("```") && !text.contains("assert"), "{text}");
    }

    #[test]
    fn every_place_that_is_refined_is_there() {
        let mut schema = generate::<Document>();
        refine(&mut schema);
        for place in [
            "/properties/flags/maxProperties",
            "/$defs/Flag/properties/variants/minProperties",
            "/$defs/Flag/additionalProperties",
            "/$defs/Weighted/properties/weight/maximum",
            "/$defs/RampPoint/properties/percent/maximum",
            "/$defs/Scenario/properties/expect/propertyNames",
            "/$defs/Stage/properties/name/$ref",
        ] {
            assert!(schema.pointer(place).is_some(), "{place}");
        }
        let shapes = schema.pointer("/$defs/Condition/anyOf").and_then(Value::as_array).unwrap();
        assert_eq!(shapes.len(), 15 + 9, "one for each operator and each other kind");
        assert!(shapes.iter().all(|shape| shape.get("additionalProperties") == Some(&json!(false))));
    }
}
