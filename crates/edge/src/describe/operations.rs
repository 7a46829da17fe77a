//! What the description says of each route's methods. That none is left out, the compiler sees to.

use halyard_core::limits;
use serde_json::{Map, Value, json};

use super::answers::{content, sends, shared, with};
use super::examples::ENVIRONMENT;
use super::pages;
use crate::api::routes::{Own, Published};

/// Whose document and history it is about.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Environment,
    Project,
}

impl Place {
    /// What its paths begin with.
    pub(super) fn path(self) -> &'static str {
        self.pick("/api/environments/{env}", "/api/project")
    }

    fn pick<T>(self, environment: T, project: T) -> T {
        match self {
            Place::Environment => environment,
            Place::Project => project,
        }
    }

    /// The name of a body's type, by what its changes are.
    fn of_changes(self, name: &str) -> Value {
        schema(&format!("{name}Of{}", self.pick("Change", "Edit")))
    }

    /// Examples are of an environment.
    fn examples(self, names: &'static [&'static str]) -> &'static [&'static str] {
        self.pick(names, &[])
    }
}

/// A method of a path.
pub(super) struct Operation {
    id: String,
    tag: &'static str,
    summary: &'static str,
    description: &'static str,
    parameters: Vec<Value>,
    body: Option<Value>,
    answers: Map<String, Value>,
    /// None: as everywhere.
    security: Option<Value>,
}

impl Operation {
    pub(super) fn new(id: impl Into<String>, tag: &'static str, summary: &'static str, description: &'static str) -> Operation {
        let id = id.into();
        Operation { id, tag, summary, description, parameters: Vec::new(), body: None, answers: Map::new(), security: None }
    }

    pub(super) fn takes(mut self, parameters: &[&str]) -> Operation {
        self.parameters.extend(parameters.iter().map(|name| json!({ "$ref": format!("#/components/parameters/{name}") })));
        self
    }

    pub(super) fn reads(mut self, schema: &Value, examples: &[&str]) -> Operation {
        self.body = Some(json!({ "required": true, "content": content("application/json", schema, examples) }));
        self
    }

    /// Whatever is sent is answered, nothing as well.
    fn reads_anything(mut self, description: &str, examples: &[&str]) -> Operation {
        self.body = Some(json!({ "content": content("application/json", &json!({ "description": description }), examples) }));
        self
    }

    pub(super) fn answers(mut self, status: u16, answer: Value) -> Operation {
        self.answers.insert(status.to_string(), answer);
        self
    }

    /// The errors of these statuses, each of which is told once.
    pub(super) fn fails(mut self, statuses: &[u16]) -> Operation {
        for status in statuses {
            self.answers.extend(shared(*status).map(|answer| (status.to_string(), answer)));
        }
        self
    }

    pub(super) fn open_to(mut self, security: Value) -> Operation {
        self.security = Some(security);
        self
    }

    pub(super) fn to_json(&self) -> Value {
        let json = json!({ "operationId": self.id, "tags": [self.tag], "summary": self.summary, "responses": self.answers });
        let said = (!self.description.is_empty()).then(|| self.description.into());
        let parameters = (!self.parameters.is_empty()).then(|| self.parameters.clone().into());
        let more =
            [("description", said), ("parameters", parameters), ("requestBody", self.body.clone()), ("security", self.security.clone())];
        more.into_iter().fold(json, |json, (name, member)| match member {
            Some(member) => with(json, name, member),
            None => json,
        })
    }
}

pub(super) fn schema(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

fn list(schema: &Value) -> Value {
    json!({ "type": "array", "items": schema })
}

pub(super) fn answer(description: &str, schema: &Value, examples: &[&str], headers: &[(&str, &str)]) -> Value {
    let answer = json!({ "description": description, "content": content("application/json", schema, examples) });
    if headers.is_empty() { answer } else { with(answer, "headers", sends(headers)) }
}

const VERSIONED: [(&str, &str); 2] = [("ETag", "ETag"), ("Halyard-Version", "HalyardVersion")];
pub(super) const NOBODY_AND_NO_STORE: [u16; 4] = [401, 403, 500, 503];

/// What there is once.
pub(super) fn own(action: Own) -> Operation {
    let session = |headers: &[(&str, &str)]| answer("Who is asking, and what they may do.", &schema("Session"), &["Session"], headers);
    match action {
        Own::Describe => Operation::new("describe", "node", "This description", "")
            .takes(&["IfNoneMatch"])
            .answers(200, answer("OpenAPI 3.1.", &json!({ "type": "object" }), &[], &[("ETag", "ETag")]))
            .answers(304, json!({ "description": "It is still that one.", "headers": sends(&[("ETag", "ETag")]) }))
            .fails(&[500])
            .open_to(json!([])),
        Own::SignIn => Operation::new(
            "signIn",
            "session",
            "Sign in with a one-time link",
            "A link works once, for a day. The session lasts twelve hours.",
        )
        .reads(&schema("SignIn"), &["SignIn"])
        .answers(200, session(&[("Set-Cookie", "SetCookie")]))
        .fails(&[400, 401, 403, 413, 422, 500, 503])
        .open_to(json!([])),
        Own::WhoAmI => {
            Operation::new("whoAmI", "session", "Who am I, and what may I do?", "").answers(200, session(&[])).fails(&NOBODY_AND_NO_STORE)
        }
        Own::SignOut => Operation::new("signOut", "session", "Sign out", "Only a session ends; a token is revoked in the project.")
            .takes(&["XHalyard"])
            .answers(204, json!({ "description": "The session is over.", "headers": sends(&[("Set-Cookie", "SetCookie")]) }))
            .fails(&[400])
            .fails(&NOBODY_AND_NO_STORE)
            .open_to(json!([{ "session": [] }])),
        Own::Environments => Operation::new("listEnvironments", "session", "The environments that I may see", "")
            .answers(200, answer("In order.", &list(&schema("Environment")), &["Environments"], &[]))
            .fails(&NOBODY_AND_NO_STORE),
        Own::TokenUses => Operation::new("listTokenUses", "project", "When each token was used last", "For admins of the whole project.")
            .answers(200, answer("By UTC day, in the order of their names.", &list(&schema("TokenUse")), &["TokenUses"], &[]))
            .fails(&NOBODY_AND_NO_STORE),
        Own::Override => pages::make_overrides(),
    }
}

/// What everything that is published has.
pub(super) fn published(action: Published, place: Place) -> Operation {
    let id = |name: &str| name.replace('*', place.pick("", "Project"));
    let tag = place.pick("environments", "project");
    let of_place = |operation: Operation| if place == Place::Environment { operation.takes(&["env"]) } else { operation };
    let document = schema(place.pick("Document", "Project"));
    let fails = |operation: Operation, statuses: &[u16]| operation.fails(statuses).fails(&[404]).fails(&NOBODY_AND_NO_STORE);
    let publishes = |operation: Operation| {
        let operation = of_place(operation).takes(&["IfMatch", "publish", "dryRun", "XHalyard"]);
        let made = answer(
            "It is published; `changes` is empty where nothing changed, and no version was made.",
            &place.of_changes("Published"),
            place.examples(&["Published"]),
            &VERSIONED,
        );
        fails(operation.answers(200, links(made, place, None)), &[400, 412, 413, 422, 428])
    };
    match action {
        Published::Document => {
            let operation = of_place(Operation::new(id("get*Document"), tag, "The document, as it is stored", "Canonical JSON (RFC 8785)."));
            let there = answer("The document.", &document, &[place.pick("Document", "Project")], &VERSIONED);
            let same = json!({ "description": "It is still that one.", "headers": sends(&VERSIONED) });
            let operation = operation.takes(&["version", "IfNoneMatch"]).answers(200, links(there, place, Some("$response.body"))).answers(304, same);
            fails(operation, &[400])
        }
        Published::Publish => publishes(
            Operation::new(
                id("publish*Document"),
                tag,
                "Publish a document",
                "Whole: what it lacks is gone. Changes that only take exposure away pass whatever a limit, readiness or a scenario says.",
            )
            .takes(&["message"])
            .reads(&document, place.pick(&["Changed"], &["Project"])),
        ),
        Published::Check => {
            let operation = Operation::new(id("check*Document"), tag, "What publishing a document would mean", "Nothing is changed.");
            let operation = of_place(operation).takes(&["XHalyard"]).reads_anything("A document, good or not.", place.pick(&["Changed"], &["Project"]));
            let review = answer("Problems, changes, scenarios, and what is not yours to change.", &place.of_changes("Review"), place.examples(&["Review"]), &[]);
            fails(operation.answers(200, review), &[413])
        }
        Published::RollBack => publishes(
            Operation::new(
                id("rollBack*"),
                tag,
                "Publish an earlier version anew",
                "Or one flag or release as it was then. A whole roll back passes whatever a limit or a scenario says, and the record is marked.",
            )
            .reads(&schema("RollBack"), place.pick(&["RollBack", "RollBackPart"], &["RollBack"])),
        ),
        Published::Diff => {
            let operation = of_place(Operation::new(id("diff*"), tag, "The changes from one version to another", "")).takes(&["from", "to"]);
            let changes = list(&schema(place.pick("Change", "Edit")));
            fails(operation.answers(200, answer("In the document's order.", &changes, place.examples(&["Diff"]), &[])), &[400])
        }
        Published::Records => {
            let about = "Newest first. A page may be short, or empty, and still have a `before`: then go on.";
            let operation = of_place(Operation::new(id("list*Records"), tag, "The history", about)).takes(&["before", "limit", "by"]);
            let filters: &[&str] = place.pick(&["flag", "release", "kind", "since", "until"], &["projectKind", "since", "until"]);
            let page = answer("A page.", &place.of_changes("Records"), place.examples(&["Records"]), &[]);
            fails(operation.takes(filters).answers(200, page), &[400])
        }
        Published::Record => {
            let operation = of_place(Operation::new(id("get*Record"), tag, "The record of a version", "")).takes(&["recordVersion"]);
            let record = answer("Who, when, why, and which changes.", &place.of_changes("Record"), place.examples(&["Record"]), &[]);
            fails(operation.answers(200, record), &[400])
        }
        Published::Verify => {
            let about = "A slice at a time, from the head down: `before` of one answer asks for the next.";
            let operation = of_place(Operation::new(id("verify*"), tag, "Read the history again from the store", about)).takes(&["before"]);
            let slice = answer("What was altered or is missing.", &schema("Verified"), place.examples(&["Verified"]), &[]);
            fails(operation.answers(200, slice), &[400])
        }
    }
}

/// The routes beside the API.
pub(super) fn beside() -> Vec<(&'static str, &'static str, Operation)> {
    let health = |description: &str, examples: &[&str]| answer(description, &schema("Health"), examples, &[]);
    let version = json!({ "type": "object", "required": ["version"],
        "properties": { "version": { "type": "string" }, "build": { "type": "string" } } });
    let key = json!([{ "sdkKey": [] }, { "sdkKeyHeader": [] }]);
    let fails = |description: &str, headers: &[(&str, &str)]| answer(description, &schema("EvaluationFailure"), &[], headers);
    let failure = |description: &str| fails(description, &[]);
    let evaluates = |operation: Operation| {
        let operation = operation.reads(&schema("EvaluationRequest"), &["Question"]).open_to(key.clone());
        let nobody = fails("No SDK key, or none of the project's.", &[("WWW-Authenticate", "WWWAuthenticate")]);
        let told = operation.answers(400, failure("The request cannot be read, or the flag not be evaluated for this context."));
        told.answers(401, nobody)
            .answers(403, failure("A person's secret: flags are evaluated with an SDK key."))
            .answers(413, failure("The body is too large."))
            .answers(500, failure("The node failed at this request."))
            .answers(503, fails("This node has no flags yet.", &[("Retry-After", "RetryAfter")]))
    };
    let mut all = vec![
        (
            "/health",
            "GET",
            Operation::new("health", "node", "Whether the node can serve, and how old its copies are", "")
                .answers(200, health("It can.", &["Health"]))
                .answers(500, shared(500).unwrap_or_default())
                .answers(503, health("It cannot, or not everything.", &[]))
                .open_to(json!([])),
        ),
        (
            "/version",
            "GET",
            Operation::new("version", "node", "Which code it runs", "")
                .answers(200, answer("Its version, and its build where that was said.", &version, &[], &[]))
                .fails(&[500])
                .open_to(json!([])),
        ),
        (
            "/ofrep/v1/evaluate/flags/{key}",
            "POST",
            evaluates(
                Operation::new("evaluate", "evaluation", "A flag, as somebody has it", "OFREP 0.3.")
                    .takes(&["key"])
                    .answers(
                        200,
                        answer(
                            "Without a `value`, the application's own default counts.",
                            &schema("Evaluation"),
                            &["Evaluation"],
                            &[("Halyard-Version", "HalyardVersion")],
                        ),
                    )
                    .answers(404, answer("There is no such flag for this key.", &schema("EvaluationFailure"), &["NoSuchFlag"], &[])),
            ),
        ),
        (
            "/ofrep/v1/evaluate/flags",
            "POST",
            evaluates(
                Operation::new(
                    "evaluateAll",
                    "evaluation",
                    "Every flag, as somebody has it",
                    "OFREP 0.3. A browser key opens the public flags.",
                )
                .takes(&["IfNoneMatch"])
                .answers(200, answer("Every flag.", &schema("Evaluations"), &["Evaluations"], &VERSIONED))
                .answers(304, json!({ "description": "They are still the same.", "headers": sends(&VERSIONED) })),
            ),
        ),
    ];
    all.extend(pages::v1(&key));
    all
}

/// Where an answer's ETag leads: to the next publish.
fn links(answer: Value, place: Place, body: Option<&str>) -> Value {
    let link = |operation: &str, description: &str| {
        let tag = json!({ "header.If-Match": "$response.header.ETag" });
        let parameters = if place == Place::Environment { with(tag, "path.env", "$request.path.env") } else { tag };
        json!({ "operationId": operation, "description": description, "parameters": parameters })
    };
    let publish = link(place.pick("publishDocument", "publishProjectDocument"), "Publish on top of it.");
    let links = json!({
        "publish": if let Some(body) = body { with(publish, "requestBody", body) } else { publish },
        "rollBack": link(place.pick("rollBack", "rollBackProject"), "Roll back from it.")
    });
    with(answer, "links", links)
}

pub(super) fn tags() -> Value {
    json!([
        { "name": "session", "description": "Who is asking." },
        { "name": "environments", "description": "An environment's flags: one document, and its history." },
        { "name": "project", "description": "People, roles, tokens, keys, environments and limits: one document, and its history. Everybody of the project reads it; admins change it." },
        { "name": "evaluation", "description": "Flags for applications (OFREP 0.3), with an SDK key." },
        { "name": "node", "description": "The node itself, for anyone." }
    ])
}

pub(super) fn parameters() -> Value {
    let key = json!({ "type": "string", "pattern": format!("^[A-Za-z0-9][A-Za-z0-9._-]{{0,{}}}$", limits::KEY - 1) });
    let text = json!({ "type": "string" });
    // A form sends what was left empty as well.
    let time = json!({ "anyOf": [{ "type": "string", "format": "date-time" }, { "const": "" }] });
    let version = json!({ "type": "integer", "minimum": 0 });
    let kinds = |kinds: Vec<&str>| json!({ "anyOf": [{ "enum": kinds }, { "type": "string", "pattern": "\\*$" }, { "const": "" }] });
    let kind = "Only records with a change of this kind; with `*` at the end, of any kind that begins so. Asked together with a flag or a release, one change must be both.";
    let all = [
        ("env", "path", "env", "The environment's key.", true, key.clone(), Some(json!(ENVIRONMENT))),
        ("key", "path", "key", "The flag's key.", true, text.clone(), Some(json!("new-checkout"))),
        ("recordVersion", "path", "version", "A version.", true, version.clone(), Some(json!(1))),
        ("version", "query", "version", "An earlier version.", false, version.clone(), None),
        ("from", "query", "from", "The version before.", true, version.clone(), Some(json!(1))),
        ("to", "query", "to", "The version after.", true, version.clone(), Some(json!(1))),
        ("before", "query", "before", "Only versions below this one: what an answer's `before` says.", false, version, None),
        (
            "limit",
            "query",
            "limit",
            "How many records at most; more than 50 are 50.",
            false,
            json!({ "type": "integer", "minimum": 0, "default": 50 }),
            None,
        ),
        ("by", "query", "by", "Only what this person or token published.", false, text.clone(), None),
        ("flag", "query", "flag", "Only records with a change of this flag, or of a release that moves it.", false, text.clone(), None),
        ("release", "query", "release", "Only records with a change of this release.", false, text.clone(), None),
        ("kind", "query", "kind", kind, false, kinds(halyard_core::diff::Kind::ALL.map(halyard_core::diff::Kind::as_str).to_vec()), None),
        ("projectKind", "query", "kind", kind, false, kinds(crate::project::KINDS.to_vec()), None),
        ("since", "query", "since", "Not before this time.", false, time.clone(), None),
        ("until", "query", "until", "Before this time.", false, time, None),
        (
            "message",
            "query",
            "message",
            "Why: what the history shows, up to 4096 bytes. Needed, but on trial.",
            false,
            text.clone(),
            Some(json!("The new checkout for everyone")),
        ),
        (
            "publish",
            "query",
            "publish",
            "The publish's own id, which nobody used before: the same request sent again under it is published once, and answered as before.",
            false,
            key,
            None,
        ),
        (
            "dryRun",
            "query",
            "dryRun",
            "On trial: everything is looked at and answered, nothing is changed.",
            false,
            json!({ "type": "boolean", "default": false }),
            None,
        ),
        ("IfMatch", "header", "If-Match", "The `ETag` of the version that you began with.", true, text.clone(), None),
        ("IfNoneMatch", "header", "If-None-Match", "The `ETag` that you have.", false, text.clone(), None),
        (
            "XHalyard",
            "header",
            "X-Halyard",
            "`app`: needed beside the session's cookie, which a page of another origin cannot send.",
            false,
            text,
            None,
        ),
    ];
    let told = all.map(|(component, place, name, description, required, schema, example)| {
        let parameter = json!({ "in": place, "name": name, "description": description, "required": required, "schema": schema });
        let parameter = if let Some(example) = example { with(parameter, "example", example) } else { parameter };
        (component.to_owned(), parameter)
    });
    let pages = pages::parameters().into_iter().map(|(component, parameter)| (component.to_owned(), parameter));
    Value::Object(told.into_iter().chain(pages).collect())
}

/// OFREP's bodies, as we read and write them.
pub(super) fn schemas() -> Map<String, Value> {
    let metadata = json!({ "type": "object", "additionalProperties": { "type": ["string", "number", "boolean"] } });
    let Value::Object(schemas) = json!({
        "EvaluationRequest": { "description": "What is evaluated, for whom.", "type": "object", "required": ["context"], "properties": {
            "context": { "description": "The evaluation context: attributes by name.", "type": "object",
                "properties": { "targetingKey": { "description": "Whom it is for, a text or a number; percentages need it. Anything else is as if there were none." } } } } },
        "Evaluation": { "description": "A flag, as somebody has it.", "type": "object", "required": ["key", "reason"], "properties": {
            "key": { "type": "string" },
            "reason": { "enum": ["STATIC", "DEFAULT", "TARGETING_MATCH", "SPLIT", "DISABLED"] },
            "variant": { "type": "string" },
            "value": { "description": "The variant's value; absent: the application's own default counts." },
            "metadata": metadata } },
        "EvaluationFailure": { "description": "Why there is no answer; the application's own default counts.", "type": "object",
            "required": ["errorCode", "errorDetails"], "properties": {
            "key": { "type": "string" },
            "errorCode": { "enum": ["PARSE_ERROR", "INVALID_CONTEXT", "TARGETING_KEY_MISSING", "FLAG_NOT_FOUND", "GENERAL"] },
            "errorDetails": { "type": "string" },
            "metadata": metadata } },
        "Evaluations": { "description": "Every flag, as somebody has it.", "type": "object", "required": ["flags"], "properties": {
            "flags": { "type": "array", "items": { "anyOf": [schema("Evaluation"), schema("EvaluationFailure")] } } } }
    }) else {
        return Map::new();
    };
    schemas
}
