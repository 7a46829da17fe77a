//! What the description says of what pages load, and of overrides for testers.

use halyard_core::image::FORMAT;
use serde_json::{Value, json};

use super::answers::{sends, shared, with};
use super::operations::{NOBODY_AND_NO_STORE, Operation, answer, schema};

const TIMED: [(&str, &str); 3] = [("ETag", "ETag"), ("Halyard-Version", "HalyardVersion"), ("Halyard-Time", "HalyardTime")];

/// `POST /api/environments/{env}/overrides`.
pub(super) fn make_overrides() -> Operation {
    let about = "For whoever may publish some change here, and only where the project allows it. It works for 8 hours, or for as many as are asked for, 72 at most.";
    Operation::new("makeOverrides", "environments", "Make a link that sets variants of public flags in one browser", about)
        .takes(&["env", "XHalyard"])
        .reads(&schema("MakeOverrides"), &["MakeOverrides"])
        .answers(200, answer("The token of the link.", &schema("OverrideLink"), &[], &[]))
        .fails(&[400, 404, 413, 422])
        .fails(&NOBODY_AND_NO_STORE)
}

/// The routes behind `/v1/`.
pub(super) fn v1(key: &Value) -> Vec<(&'static str, &'static str, Operation)> {
    let trouble = |description: &str| {
        let content = json!({ "application/problem+json": { "schema": schema("Trouble") } });
        json!({ "description": description, "content": content })
    };
    let about = "An image of the public flags, which a page evaluates for itself; a server key may ask for one of all flags.";
    let image = json!({
        "description": "The image. With `as=json`, what it is made of, as a document without owners and texts for people.",
        "headers": sends(&TIMED),
        "content": {
            "application/vnd.halyard.image": { "schema": {} },
            "application/json": { "schema": { "type": "object" } }
        }
    });
    let nobody = with(trouble("No SDK key, or none of the project's."), "headers", sends(&[("WWW-Authenticate", "WWWAuthenticate")]));
    let document = Operation::new("document", "evaluation", "The flags, for evaluating them oneself", about)
        .takes(&["format", "as", "all", "IfNoneMatch"])
        .answers(200, image)
        .answers(304, json!({ "description": "They are still the same.", "headers": sends(&TIMED) }))
        .answers(400, shared(400).unwrap_or_default())
        .answers(401, nobody.clone())
        .answers(403, trouble("All flags need a server key, and no person's secret opens them."))
        .answers(406, trouble("There is no image of this format; `detail` names those that there are."))
        .answers(500, shared(500).unwrap_or_default())
        .answers(503, shared(503).unwrap_or_default())
        .open_to(key.clone());
    let overrides = Operation::new("overrides", "evaluation", "What a tester's link is good for", "")
        .takes(&["token"])
        .answers(200, answer("Flags and variants, and until when.", &schema("Overrides"), &[], &[]))
        .answers(401, nobody)
        .answers(403, trouble("A person's secret: this needs an SDK key."))
        .answers(404, trouble("There is no such link, it is over, or the project does not allow it any more."))
        .answers(500, shared(500).unwrap_or_default())
        .answers(503, shared(503).unwrap_or_default())
        .open_to(key.clone());
    vec![("/v1/document", "GET", document), ("/v1/overrides/{token}", "GET", overrides)]
}

/// Their parameters: a name, where it is, what it says, whether it is needed, its schema, an example.
pub(super) fn parameters() -> Vec<(&'static str, Value)> {
    let query = |name: &str, description: &str, schema: Value| json!({ "in": "query", "name": name, "description": description, "required": false, "schema": schema });
    let token = json!({ "in": "path", "name": "token", "description": "What the tester's link has.", "required": true,
        "schema": { "type": "string" }, "example": format!("halyard_override_{}", "A".repeat(43)) });
    vec![
        ("format", query("format", "The image's format that the caller reads.", json!({ "type": "integer", "default": FORMAT }))),
        (
            "as",
            query(
                "as",
                "`json` gives the public part of the document in place of its image.",
                json!({ "enum": ["image", "json"], "default": "image" }),
            ),
        ),
        ("all", query("all", "All flags, for a server key.", json!({ "type": "boolean", "default": false }))),
        ("token", token),
    ]
}
