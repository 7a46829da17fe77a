//! Our own description, OpenAPI 3.1: made from the routes that the router finds its way by, the types of their bodies, and what a
//! node really answers. `cargo xtask tidy --fix` writes it to `schemas/openapi.json`.

mod answers;
mod examples;
mod operations;
mod pages;

use halyard_core::{Json, schema};
use schemars::generate::{SchemaGenerator, SchemaSettings};
use serde_json::{Map, Value, json};

use crate::api::routes::{OWN, PUBLISHED};
use crate::{project, wire};
use answers::with;
use operations::{Operation, Place};

/// The description's text, as `schemas/openapi.json` has it.
///
/// ```
/// # use halyard_core::Json;
/// let description = Json::parse(halyard_edge::describe::openapi().as_bytes()).unwrap();
/// assert_eq!(description.get("openapi").and_then(Json::as_str), Some("3.1.0"));
/// assert!(description.get("paths").and_then(|paths| paths.get("/api/session")).is_some());
/// ```
pub fn openapi() -> String {
    let mut paths = Map::new();
    let mut add = |path: String, method: &str, operation: Operation| {
        if let Some(methods) = paths.entry(path).or_insert_with(|| json!({})).as_object_mut() {
            methods.insert(method.to_lowercase(), operation.to_json());
        }
    };
    for route in &OWN {
        for (method, action) in route.methods {
            add(format!("/api/{}", route.path), method, operations::own(*action));
        }
    }
    for place in [Place::Environment, Place::Project] {
        for route in &PUBLISHED {
            for (method, action) in route.methods {
                add(format!("{}/{}", place.path(), route.path), method, operations::published(*action, place));
            }
        }
    }
    for (path, method, operation) in operations::beside() {
        add(path.to_owned(), method, operation);
    }
    let mut description = json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Halyard",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "Feature flags and release control.",
            "description": "What the admin app, the command line and programs say to a node. An answer may have more fields than \
                are told here: pass over what you do not know. Every error but OFREP's is a `Trouble`, `application/problem+json`.",
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" }
        },
        "servers": [{ "url": "/", "description": "The node that this was read from." }],
        "tags": operations::tags(),
        "security": [{ "token": [] }, { "session": [] }],
        "paths": paths,
        "components": {
            "schemas": schemas(),
            "parameters": operations::parameters(),
            "headers": answers::headers(),
            "responses": answers::responses(),
            "examples": examples::all(),
            "securitySchemes": {
                "token": { "type": "http", "scheme": "bearer", "description": "A program's token: `halyard_token_…`." },
                "session": { "type": "apiKey", "in": "cookie", "name": "halyard_session",
                    "description": "A person's session, which signing in gives. Every method but GET needs the header `X-Halyard: app` beside it, and an `Origin` that is the node's where there is one." },
                "sdkKey": { "type": "http", "scheme": "bearer", "description": "An SDK key: `halyard_server_…` or `halyard_browser_…`." },
                "sdkKeyHeader": { "type": "apiKey", "in": "header", "name": "X-API-Key", "description": "The same." }
            }
        }
    });
    schema::leave_out_examples(&mut description);
    let mut text = String::new();
    lines(&description, 0, &mut text);
    text + "\n"
}

/// The schemas of all bodies.
fn schemas() -> Value {
    let settings = |settings: SchemaSettings| settings.with(|settings| settings.definitions_path = "/components/schemas".into());
    let mut answers = SchemaGenerator::new(settings(SchemaSettings::draft2020_12().for_serialize()));
    answers.subschema_for::<wire::Session>();
    answers.subschema_for::<Vec<wire::Environment>>();
    answers.subschema_for::<wire::Records<wire::Told>>();
    answers.subschema_for::<wire::Records<wire::Edit>>();
    answers.subschema_for::<wire::Verified>();
    answers.subschema_for::<wire::Review<wire::Told>>();
    answers.subschema_for::<wire::Review<wire::Edit>>();
    answers.subschema_for::<wire::Published<wire::Told>>();
    answers.subschema_for::<wire::Published<wire::Edit>>();
    answers.subschema_for::<wire::TokenUse>();
    answers.subschema_for::<wire::OverrideLink>();
    answers.subschema_for::<wire::Overrides>();
    answers.subschema_for::<wire::Trouble>();
    answers.subschema_for::<wire::Health>();
    let mut requests = SchemaGenerator::new(settings(SchemaSettings::draft2020_12()));
    requests.subschema_for::<wire::SignIn>();
    requests.subschema_for::<wire::RollBack>();
    requests.subschema_for::<wire::MakeOverrides>();
    let mut all = answers.take_definitions(true);
    all.values_mut().for_each(without_null);
    all.extend(requests.take_definitions(true));
    all.extend(operations::schemas());
    for (name, text) in schema::all() {
        if name == "document.schema.json" {
            merge(&mut all, "Document", &text);
        }
    }
    merge(&mut all, "Project", &project::schema::project());
    Value::Object(all)
}

/// Puts a schema of a file of its own among the components, its definitions under names that nobody else has. What is there already,
/// word for word, is not told again.
fn merge(all: &mut Map<String, Value>, root: &str, text: &str) {
    let Ok(Value::Object(mut schema)) = serde_json::from_str(text) else { return };
    let mut definitions = match schema.remove("$defs") {
        Some(Value::Object(definitions)) => definitions,
        _ => Map::new(),
    };
    definitions.retain(|name, definition| all.get(name) != Some(definition));
    let own: Vec<String> = definitions.keys().cloned().collect();
    for keyword in ["$schema", "title"] {
        schema.remove(keyword);
    }
    for (name, mut definition) in std::iter::once((String::new(), Value::Object(schema))).chain(definitions) {
        point_elsewhere(&mut definition, &|name| {
            let is_own = own.iter().any(|own| own == name);
            format!("#/components/schemas/{}{name}", if is_own { root } else { "" })
        });
        without_descriptions(&mut definition);
        if name.is_empty() {
            let told = format!("What each field means: `schemas/{}.schema.json`, and docs/.", root.to_lowercase());
            definition = with(definition, "description", told);
        }
        all.insert(format!("{root}{name}"), definition);
    }
}

/// They stand in a file of their own, and every node carries what stands here.
fn without_descriptions(schema: &mut Value) {
    match schema {
        Value::Array(list) => list.iter_mut().for_each(without_descriptions),
        Value::Object(object) => {
            object.retain(|name, value| name != "description" || !value.is_string());
            object.values_mut().for_each(without_descriptions);
        }
        _ => {}
    }
}

fn point_elsewhere(schema: &mut Value, to: &impl Fn(&str) -> String) {
    match schema {
        Value::Array(list) => list.iter_mut().for_each(|schema| point_elsewhere(schema, to)),
        Value::Object(object) => {
            object.values_mut().for_each(|schema| point_elsewhere(schema, to));
            if let Some(Value::String(reference)) = object.get_mut("$ref")
                && let Some(name) = reference.strip_prefix("#/$defs/")
            {
                *reference = to(name);
            }
        }
        _ => {}
    }
}

/// A line for each path's method, each schema, each example: a change shows where it is, and no space is wasted, for every node
/// carries the description.
fn lines(value: &Value, depth: usize, out: &mut String) {
    match value {
        Value::Object(object) if depth < 3 && !object.is_empty() => {
            out.push('{');
            for (count, (name, member)) in object.iter().enumerate() {
                out.push_str(if count > 0 { ",\n" } else { "\n" });
                out.push_str(&Json::from(name.as_str()).canonical());
                out.push(':');
                lines(member, depth + 1, out);
            }
            out.push_str("\n}");
        }
        other => out.push_str(&Json::from(other.clone()).canonical()),
    }
}

/// A field that is left out where there is nothing is never null.
fn without_null(schema: &mut Value) {
    let required: Vec<String> = schema
        .get("required")
        .and_then(Value::as_array)
        .map(|names| names.iter().filter_map(Value::as_str).map(str::to_owned).collect())
        .unwrap_or_default();
    let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) else { return };
    for (_, property) in properties.iter_mut().filter(|(name, _)| !required.contains(name)) {
        let Some(object) = property.as_object_mut() else { continue };
        object.remove("default");
        if let Some(Value::Array(kinds)) = object.get_mut("type") {
            kinds.retain(|kind| kind != "null");
            if let [only] = kinds.as_slice() {
                let only = only.clone();
                object.insert("type".to_owned(), only);
            }
        }
        if let Some(Value::Array(shapes)) = object.get_mut("anyOf") {
            shapes.retain(|shape| shape.get("type").is_none_or(|kind| kind != "null"));
            if let [only] = shapes.as_slice() {
                let only = only.clone();
                object.remove("anyOf");
                object.extend(only.as_object().cloned().unwrap_or_default());
            }
        }
    }
}
