//! Examples, as a node gives them: a small project in memory is asked, and what it answers is told.

use std::collections::BTreeMap;

use halyard_core::{Json, Timestamp};
use serde_json::{Map, Value, json};

use crate::init::{NewEnvironment, NewPerson, Options, Told, init};
use crate::{Condition, Config, Effect, EffectResult, Moment, Node, Request, Response, Step};

const NOW: Timestamp = Timestamp(1_796_115_600_000); // 2026-12-01T09:00:00Z

/// The environment that parameters have for an example.
pub(super) const ENVIRONMENT: &str = "production";
const DOCUMENT: &str = r#"{"format":1,"flags":{"new-checkout":{"description":"One-page checkout","purpose":"release","owner":"team-checkout","created":"2026-11-01","expires":"2027-02-01","visibility":"public","variants":{"on":true,"off":false},"offVariant":"off","otherwise":"off"}}}"#;

/// A host: a store in memory, and a time that stands still.
struct Host {
    node: Node,
    objects: BTreeMap<String, (String, Vec<u8>)>,
    calls: u8,
    told: Option<Told>,
}

impl Host {
    fn new() -> Host {
        let mut host = Host { node: Node::new(Config::default()), objects: BTreeMap::new(), calls: 0, told: None };
        let viewer = [(ENVIRONMENT.to_owned(), vec!["viewer".to_owned()])].into();
        let options = Options {
            name: "Acme".to_owned(),
            people: vec![
                NewPerson::admin("ann@acme.example", "Ann"),
                NewPerson { email: "bo@acme.example".to_owned(), name: "Bo".to_owned(), roles: viewer },
            ],
            environments: vec![NewEnvironment {
                key: ENVIRONMENT.to_owned(),
                name: "Production".to_owned(),
                document: Some(DOCUMENT.as_bytes().to_vec()),
            }],
        };
        if let Ok(made) = init(&options, host.moment()) {
            host.told = Some(made.told);
            for (key, bytes) in made.objects {
                host.put(key, bytes);
            }
        }
        host
    }

    fn moment(&mut self) -> Moment {
        self.calls += 1;
        Moment { now: NOW, random: [self.calls; 32] }
    }

    fn put(&mut self, key: String, body: Vec<u8>) -> EffectResult {
        let etag = format!("e{}", self.objects.len());
        self.objects.insert(key, (etag.clone(), body));
        EffectResult::Stored { etag }
    }

    fn carry_out(&mut self, effect: Effect) -> EffectResult {
        match effect {
            Effect::Get { key, .. } => match self.objects.get(&key) {
                Some((etag, body)) => EffectResult::Found { etag: etag.clone(), body: body.clone() },
                None => EffectResult::Missing,
            },
            Effect::Put { key, body, condition } => {
                let there = self.objects.get(&key).map(|(etag, _)| etag);
                let holds = match &condition {
                    Condition::IfAbsent => there.is_none(),
                    Condition::IfMatch(etag) => there == Some(etag),
                };
                if holds { self.put(key, body) } else { EffectResult::Conflict }
            }
            Effect::List { prefix, .. } => {
                EffectResult::Listed { keys: self.objects.keys().filter(|key| key.starts_with(&prefix)).cloned().collect(), more: false }
            }
            Effect::Kept { .. } => EffectResult::Missing,
            Effect::Sleep { .. } => EffectResult::Done,
        }
    }

    fn ask(&mut self, request: Request) -> Response {
        let moment = self.moment();
        let mut step = self.node.start(request, moment);
        loop {
            match step {
                Step::Answer { response, .. } => return response,
                Step::Effect { effect, continuation, .. } => {
                    let result = self.carry_out(effect);
                    let moment = self.moment();
                    step = self.node.resume(&continuation, result, moment);
                }
            }
        }
    }

    /// Sends a request by the project's first token.
    fn call(&mut self, method: &str, path: &str, etag: &str, body: &str) -> Response {
        let token = self.told.as_ref().map(|told| told.token.clone()).unwrap_or_default();
        let request = Request::new(method, format!("https://flags.acme.example{path}")).with_body(body);
        let request = if etag.is_empty() { request } else { request.with_header("If-Match", etag) };
        self.ask(request.with_header("Authorization", format!("Bearer {token}")))
    }
}

fn body(response: &Response) -> Value {
    serde_json::from_slice(&response.body).unwrap_or_default()
}

/// Every example, by name.
pub(super) fn all() -> Value {
    let mut host = Host::new();
    let mut all = Map::new();
    let mut tell = |name: &str, summary: &str, value: Value| {
        all.insert(name.to_owned(), json!({ "summary": summary, "value": value }));
    };
    let get = |host: &mut Host, path: &str| host.call("GET", path, "", "");
    let document = get(&mut host, "/api/environments/production/document");
    let etag = document.header("etag").unwrap_or_default().to_owned();
    let text = String::from_utf8(document.body.clone()).unwrap_or_default();
    let changed = text.replace("\"otherwise\":\"off\"", "\"otherwise\":\"on\"");
    let broken = text.replace("\"otherwise\":\"off\"", "\"otherwise\":\"of\"");
    let publish = "/api/environments/production/document?message=The%20new%20checkout%20for%20everyone";

    tell("Session", "An admin's token", body(&get(&mut host, "/api/session")));
    tell("Environments", "One environment", body(&get(&mut host, "/api/environments")));
    tell("Document", "A flag that is off for everyone", body(&document));
    tell("Changed", "The same flag, on for everyone", serde_json::from_str(&changed).unwrap_or_default());
    tell("Review", "What publishing it would mean", body(&host.call("POST", "/api/environments/production/check", "", &changed)));
    tell("Unfit", "A variant that does not exist", body(&host.call("PUT", publish, &etag, &broken)));
    tell("NoIfMatch", "A publish that does not say what it began with", body(&host.call("PUT", publish, "", &changed)));
    tell("Published", "Version 2", body(&host.call("PUT", publish, &etag, &changed)));
    tell("Conflict", "Version 2 was published in the meantime", body(&host.call("PUT", publish, &etag, &broken)));
    tell("Records", "The last two versions", body(&get(&mut host, "/api/environments/production/records?limit=2")));
    tell("Record", "Version 2", body(&get(&mut host, "/api/environments/production/records/2")));
    tell("Diff", "From version 1 to version 2", body(&get(&mut host, "/api/environments/production/diff?from=1&to=2")));
    tell("Verified", "A slice that is whole", body(&get(&mut host, "/api/environments/production/verify")));
    tell("RollBack", "To version 1", json!({ "version": 1, "message": "Payments fail" }));
    tell("RollBackPart", "One flag only", json!({ "version": 1, "message": "Payments fail", "only": { "flag": "new-checkout" } }));
    tell("TokenUses", "A token that was not used yet", body(&get(&mut host, "/api/project/tokens")));
    tell("Unauthorized", "No token", body(&host.ask(Request::new("GET", "https://flags.acme.example/api/session"))));
    tell("SignIn", "What is behind the `#` of a link", json!({ "link": format!("halyard_link_{}", "A".repeat(43)) }));
    tell(
        "Project",
        "Two environments, an admin, and somebody who may look",
        json!({
            "format": 1, "name": "Acme",
            "environments": { "production": { "name": "Production" }, "staging": { "name": "Staging" } },
            "people": { "ann@acme.example": { "name": "Ann", "roles": { "*": ["admin"] } },
                        "bo@acme.example": { "name": "Bo", "roles": { "production": ["viewer"] } } }
        }),
    );
    let wanted = json!({ "variants": { "new-checkout": "on" }, "message": "Try the new checkout", "hours": 8 });
    tell("MakeOverrides", "For a working day", wanted);
    tell("Health", "One environment, up to date", body(&get(&mut host, "/health")));
    let key = host.told.as_ref().and_then(|told| told.sdk_keys.get(ENVIRONMENT)).map(|keys| keys.server.clone()).unwrap_or_default();
    let question = r#"{"context":{"targetingKey":"user-1"}}"#;
    let mut evaluate = |path: &str| {
        let request = Request::new("POST", format!("https://flags.acme.example/ofrep/v1/evaluate/flags{path}"));
        body(&host.ask(request.with_header("X-API-Key", &*key).with_body(question)))
    };
    tell("Question", "Somebody", serde_json::from_str(question).unwrap_or_default());
    tell("Evaluation", "The flag as they have it", evaluate("/new-checkout"));
    tell("Evaluations", "Every flag as they have it", evaluate(""));
    tell("NoSuchFlag", "There is no such flag", evaluate("/old-checkout"));
    let viewers = viewers_publish(&mut host, &changed);
    tell("Forbidden", "A viewer publishes", viewers);
    Value::Object(all)
}

/// What a token without the right to publish is told.
fn viewers_publish(host: &mut Host, text: &str) -> Value {
    let secret = crate::secrets::Secret::derive(crate::secrets::Kind::Token, &[0; 32], "ci");
    let got = host.call("GET", "/api/project/document", "", "");
    let mut project = Json::parse(&got.body).unwrap_or(Json::Null);
    if let Json::Object(fields) = &mut project
        && let Some(Json::Object(tokens)) = fields.get_mut("tokens")
    {
        let token = json!({ "hash": secret.hash().as_str(), "created": "2026-12-01", "createdBy": "ann@acme.example",
            "expires": "2027-12-01T00:00:00Z", "roles": { "production": ["viewer"] } });
        tokens.insert("ci".to_owned(), Json::from(token));
    }
    let etag = got.header("etag").unwrap_or_default().to_owned();
    host.call("PUT", "/api/project/document?message=A%20token%20for%20CI", &etag, &project.canonical());
    let path = "https://flags.acme.example/api/environments/production/document";
    let current = host.call("GET", "/api/environments/production/document", "", "").header("etag").unwrap_or_default().to_owned();
    let request = Request::new("PUT", format!("{path}?message=x")).with_header("If-Match", current);
    let changed = text.replace("\"otherwise\":\"on\"", "\"otherwise\":\"off\"");
    body(&host.ask(request.with_header("Authorization", format!("Bearer {}", secret.reveal())).with_body(changed)))
}
