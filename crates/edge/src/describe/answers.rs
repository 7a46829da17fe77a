//! What the description says of answers: headers, and the errors that many routes share.

use serde_json::{Map, Value, json};

/// An error that several routes answer.
struct Shared {
    status: u16,
    name: &'static str,
    description: &'static str,
    headers: &'static [(&'static str, &'static str)],
    examples: &'static [&'static str],
}

const SHARED: [Shared; 10] = [
    Shared {
        status: 400,
        name: "BadRequest",
        description: "The request says too little, or something that cannot be read: a body that is no JSON, a number that is none.",
        headers: &[],
        examples: &[],
    },
    Shared {
        status: 401,
        name: "Unauthorized",
        description: "Nobody, or nobody that the project knows any more: sign in, or send a token.",
        headers: &[("WWW-Authenticate", "WWWAuthenticate")],
        examples: &["Unauthorized"],
    },
    Shared {
        status: 403,
        name: "Forbidden",
        description: "Not allowed. Where a document was sent, `refusals` has each change that is not theirs to make, why, and who may make it.",
        headers: &[],
        examples: &["Forbidden"],
    },
    Shared {
        status: 404,
        name: "NotFound",
        description: "There is no such environment that you may see, or no such version.",
        headers: &[],
        examples: &[],
    },
    Shared {
        status: 412,
        name: "Conflict",
        description: "Somebody else published first. `changes` (or `edits`) are theirs, since the version that you began with; make yours on top of them, and publish with this `ETag`.",
        headers: &[("ETag", "ETag"), ("Halyard-Version", "HalyardVersion")],
        examples: &["Conflict"],
    },
    Shared { status: 413, name: "TooLarge", description: "The body is too large.", headers: &[], examples: &[] },
    Shared {
        status: 422,
        name: "Unfit",
        description: "It can be read, but not be published: `problems` has every error of the document and every limit that it would pass, `scenarios` those that would fail.",
        headers: &[],
        examples: &["Unfit"],
    },
    Shared {
        status: 428,
        name: "NoIfMatch",
        description: "Say in `If-Match` which version you began with.",
        headers: &[],
        examples: &["NoIfMatch"],
    },
    Shared {
        status: 500,
        name: "Broken",
        description: "The store holds something that cannot be used, which `detail` names; or the node failed at this request.",
        headers: &[],
        examples: &[],
    },
    Shared {
        status: 503,
        name: "Unavailable",
        description: "The store does not answer, and nothing was changed. Of `type` `/problems/unknown-outcome`: nobody knows yet whether it was published; send the same request again with the `publish` that `Halyard-Publish` names, and it is never published twice.",
        headers: &[("Retry-After", "RetryAfter"), ("Halyard-Publish", "HalyardPublish")],
        examples: &[],
    },
];

/// The shared answer of a status.
pub(super) fn shared(status: u16) -> Option<Value> {
    let shared = SHARED.iter().find(|shared| shared.status == status)?;
    Some(json!({ "$ref": format!("#/components/responses/{}", shared.name) }))
}

/// The object with a member more.
pub(super) fn with(mut object: Value, name: &str, member: impl Into<Value>) -> Value {
    if let Some(members) = object.as_object_mut() {
        members.insert(name.to_owned(), member.into());
    }
    object
}

/// A body of JSON: a schema, and examples by name.
pub(super) fn content(media_type: &str, schema: &Value, examples: &[&str]) -> Value {
    let content = json!({ "schema": schema });
    if examples.is_empty() {
        return json!({ media_type: content });
    }
    let examples: Value = examples.iter().map(|name| (*name, json!({ "$ref": format!("#/components/examples/{name}") }))).collect();
    json!({ media_type: with(content, "examples", examples) })
}

/// References to headers.
pub(super) fn sends(headers: &[(&str, &str)]) -> Value {
    headers.iter().map(|(name, component)| (*name, json!({ "$ref": format!("#/components/headers/{component}") }))).collect()
}

pub(super) fn responses() -> Value {
    let trouble = json!({ "$ref": "#/components/schemas/Trouble" });
    let mut all = Map::new();
    for Shared { name, description, headers, examples, .. } in SHARED {
        let response = json!({ "description": description, "content": content("application/problem+json", &trouble, examples) });
        let response = if headers.is_empty() { response } else { with(response, "headers", sends(headers)) };
        all.insert(name.to_owned(), response);
    }
    Value::Object(all)
}

pub(super) fn headers() -> Value {
    let text = json!({ "type": "string" });
    json!({
        "ETag": { "description": "What this is known by: for `If-Match`, or `If-None-Match`.", "required": true,
            "schema": { "type": "string", "pattern": "^\"[^\"]+\"$" } },
        "HalyardTime": { "description": "The node's time, in milliseconds since 1970.", "required": true, "schema": { "type": "integer" } },
        "HalyardVersion": { "description": "The version that this is of.", "required": true, "schema": { "type": "integer", "minimum": 1 } },
        "WWWAuthenticate": { "description": "`Bearer`.", "schema": text },
        "SetCookie": { "description": "The cookie `halyard_session`.", "required": true, "schema": text },
        "RetryAfter": { "description": "After how many seconds to try again.", "schema": { "type": "integer" } },
        "HalyardPublish": { "description": "The publish's own id.", "schema": text }
    })
}
