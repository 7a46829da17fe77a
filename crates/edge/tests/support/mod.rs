//! A host in memory: a store with faults, a clock that only tests move, and the loop that carries out effects.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    unreachable_pub,
    reason = "tests; not every one uses all of it"
)]

pub mod described;
pub mod press;

use std::collections::BTreeMap;

use halyard_core::{Json, Timestamp};
use halyard_edge::init::{self, NewEnvironment, NewPerson, Options};
use halyard_edge::secrets::{Kind, Secret};
use halyard_edge::store::session_key;
use halyard_edge::{Condition, Config, Effect, EffectResult, Moment, Node, Principal, Request, Response, Step};

pub const BASE: &str = "https://flags.example";
pub const START: i64 = 1_796_000_000_000; // 2026-11-30T00:53:20Z

/// What goes wrong with one effect.
#[derive(Clone, Debug, PartialEq)]
pub enum Fault {
    /// Nothing.
    None,
    /// It is not carried out, and the host says so.
    Failed,
    /// It is carried out, but the host does not hear of it.
    LostAck,
    /// It is not carried out within the deadline.
    TimedOut,
    /// A put meets a conflict that is not there.
    Conflict,
    /// A get finds nothing.
    Missing,
    /// A get finds this instead.
    Body(Vec<u8>),
}

/// An object store: get, put with a condition, list.
#[derive(Clone, Default)]
pub struct Store {
    pub objects: BTreeMap<String, (String, Vec<u8>)>,
    writes: u64,
}

impl Store {
    pub fn put(&mut self, key: &str, body: impl Into<Vec<u8>>) -> String {
        self.writes += 1;
        let etag = format!("e{}", self.writes);
        self.objects.insert(key.to_owned(), (etag.clone(), body.into()));
        etag
    }

    pub fn body(&self, key: &str) -> &[u8] {
        &self.objects.get(key).unwrap_or_else(|| panic!("no `{key}`")).1
    }

    pub fn json(&self, key: &str) -> Json {
        Json::parse(self.body(key)).unwrap()
    }

    fn perform(&mut self, effect: &Effect) -> EffectResult {
        match effect {
            Effect::Get { key, if_none_match, .. } => match self.objects.get(key) {
                None => EffectResult::Missing,
                Some((etag, _)) if Some(etag) == if_none_match.as_ref() => EffectResult::NotModified,
                Some((etag, body)) => EffectResult::Found { etag: etag.clone(), body: body.clone() },
            },
            Effect::Put { key, body, condition } => {
                let there = self.objects.get(key).map(|(etag, _)| etag);
                let holds = match condition {
                    Condition::IfAbsent => there.is_none(),
                    Condition::IfMatch(etag) => there == Some(etag),
                };
                if holds { EffectResult::Stored { etag: self.put(key, body.clone()) } } else { EffectResult::Conflict }
            }
            Effect::List { prefix, after, limit } => {
                let keys: Vec<String> = self
                    .objects
                    .keys()
                    .filter(|key| key.starts_with(prefix) && after.as_ref().is_none_or(|after| *key > after))
                    .cloned()
                    .collect();
                let limit = *limit as usize;
                EffectResult::Listed { more: keys.len() > limit, keys: keys.into_iter().take(limit).collect() }
            }
            Effect::Sleep { .. } => EffectResult::Done,
            Effect::Kept { .. } => EffectResult::Missing,
        }
    }
}

/// What decides about faults: the effect, and how many came before it in this world.
pub type Faults = Box<dyn FnMut(&Effect, usize) -> Fault>;

/// A host and its surroundings.
pub struct World {
    pub store: Store,
    pub kept: BTreeMap<String, Vec<u8>>,
    pub now: i64,
    pub faults: Faults,
    /// Every effect so far.
    pub effects: Vec<Effect>,
    /// What is to be done after the answer.
    pub background: Vec<Vec<u8>>,
    /// Rebuild the node, from what was kept, before every `resume`.
    pub always_trap: bool,
    random: u64,
    pub told: Option<init::Told>,
}

impl World {
    /// An empty store.
    pub fn empty() -> World {
        World {
            store: Store::default(),
            kept: BTreeMap::new(),
            now: START,
            faults: Box::new(|_, _| Fault::None),
            effects: Vec::new(),
            background: Vec::new(),
            always_trap: false,
            random: 1,
            told: None,
        }
    }

    /// A project with two environments and four people.
    pub fn acme() -> World {
        let mut world = World::empty();
        let person = |email: &str, name: &str, roles: &[(&str, &str)]| NewPerson {
            email: email.to_owned(),
            name: name.to_owned(),
            roles: roles.iter().map(|(place, role)| ((*place).to_owned(), vec![(*role).to_owned()])).collect(),
        };
        let options = Options {
            name: "Acme".to_owned(),
            people: vec![
                NewPerson::admin("ann@acme.example", "Ann"),
                person("bo@acme.example", "Bo", &[("production", "editor"), ("staging", "viewer")]),
                person("cy@acme.example", "Cy", &[("production", "viewer")]),
            ],
            environments: vec![
                NewEnvironment { key: "production".to_owned(), name: "Production".to_owned(), document: Some(document().into_bytes()) },
                NewEnvironment::empty("staging", "Staging"),
            ],
        };
        let made = init::init(&options, world.moment()).unwrap();
        for (key, bytes) in made.objects {
            world.store.put(&key, bytes);
        }
        world.told = Some(made.told);
        world
    }

    pub fn told(&self) -> &init::Told {
        self.told.as_ref().unwrap()
    }

    pub fn moment(&mut self) -> Moment {
        self.random += 1;
        let mut random = [7; 32];
        random[..8].copy_from_slice(&self.random.to_le_bytes());
        random[8..16].copy_from_slice(&self.random.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_le_bytes());
        Moment { now: Timestamp(self.now), random }
    }

    pub fn node(&self) -> Node {
        Node::new(Config::default())
    }

    /// Time passes.
    pub fn pass(&mut self, ms: i64) {
        self.now += ms;
    }

    /// Sends a request and has everything done that it asks for, background work included.
    pub fn ask(&mut self, node: &mut Node, request: Request) -> Response {
        let response = self.ask_only(node, request);
        self.work(node);
        response
    }

    /// The same, without background work.
    pub fn ask_only(&mut self, node: &mut Node, request: Request) -> Response {
        let moment = self.moment();
        let step = node.start(request.clone(), moment);
        let response = self.drive(node, step);
        described::judge(&request, &response);
        response
    }

    /// Sends a request as the store's owner.
    pub fn ask_as_owner(&mut self, node: &mut Node, request: Request) -> Response {
        let moment = self.moment();
        let principal = Principal { by: "root@store".to_owned(), via: "cli".to_owned() };
        let step = node.start_as(principal, request.clone(), moment);
        let response = self.drive(node, step);
        described::judge(&request, &response);
        self.work(node);
        response
    }

    /// Does the background work that is due.
    pub fn work(&mut self, node: &mut Node) {
        for continuation in std::mem::take(&mut self.background) {
            let moment = self.moment();
            let step = node.resume(&continuation, EffectResult::Begin, moment);
            self.drive(node, step);
        }
    }

    pub fn drive(&mut self, node: &mut Node, mut step: Step) -> Response {
        for _ in 0..300 {
            match step {
                Step::Answer { response, background, keep } => {
                    self.background.extend(background);
                    for name in keep {
                        self.kept.insert(name.clone(), node.packed(&name).expect("what is to be kept is there"));
                    }
                    return response;
                }
                Step::Effect { effect, continuation, .. } => {
                    let result = self.carry_out(&effect);
                    if self.always_trap {
                        *node = self.rebuilt();
                    }
                    let moment = self.moment();
                    step = node.resume(&continuation, result, moment);
                }
            }
        }
        panic!("the node asks for ever: {:?}", self.effects.iter().rev().take(5).collect::<Vec<_>>());
    }

    /// The objects as they are now.
    pub fn clone_store(&self) -> Store {
        self.store.clone()
    }

    /// A new instance that was given what was kept.
    pub fn rebuilt(&self) -> Node {
        let mut node = self.node();
        for (name, bytes) in &self.kept {
            node.restore(name, bytes);
        }
        node
    }

    pub fn carry_out(&mut self, effect: &Effect) -> EffectResult {
        let count = self.effects.len();
        self.effects.push(effect.clone());
        if let Effect::Sleep { ms } = effect {
            self.pass(i64::from(*ms));
            return EffectResult::Done;
        }
        if let Effect::Kept { name } = effect {
            return match self.kept.get(name) {
                Some(body) => EffectResult::Found { etag: String::new(), body: body.clone() },
                None => EffectResult::Missing,
            };
        }
        let fault = (self.faults)(effect, count);
        self.pass(7);
        match fault {
            Fault::None => self.store.perform(effect),
            Fault::Failed => EffectResult::Failed { message: "bucket `secret-name`: connection refused".to_owned() },
            Fault::LostAck => {
                self.store.perform(effect);
                EffectResult::Failed { message: "the connection was reset".to_owned() }
            }
            Fault::TimedOut => {
                if let Effect::Get { deadline_ms, .. } = effect {
                    self.pass(i64::from(*deadline_ms));
                }
                EffectResult::TimedOut
            }
            Fault::Conflict => EffectResult::Conflict,
            Fault::Missing => EffectResult::Missing,
            Fault::Body(body) => EffectResult::Found { etag: "odd".to_owned(), body },
        }
    }

    /// Everything works again.
    pub fn mend(&mut self) {
        self.faults = Box::new(|_, _| Fault::None);
    }

    /// No effect works.
    pub fn break_down(&mut self) {
        self.faults = Box::new(|_, _| Fault::Failed);
    }

    pub fn server_key(&self) -> String {
        self.told().sdk_keys["production"].server.clone()
    }

    pub fn browser_key(&self) -> String {
        self.told().sdk_keys["production"].browser.clone()
    }

    pub fn token(&self) -> String {
        self.told().token.clone()
    }

    /// A token with these roles, as JSON, put into the project by its admin; each has the secret that its name gives it.
    pub fn token_with(&mut self, node: &mut Node, name: &str, roles: &str) -> String {
        let secret = Secret::derive(Kind::Token, &[9; 32], name);
        let hash = secret.hash();
        let patch = format!(
            r#"{{"tokens": {{"{name}": {{"roles": {roles}, "hash": "{}", "created": "2026-11-30", "createdBy": "ann@acme.example",
                "expires": "2027-11-30T00:00:00Z"}}}}}}"#,
            hash.as_str()
        );
        self.edit_project(node, &patch);
        secret.reveal().to_owned()
    }

    /// A token of a program that may do what a person may.
    pub fn token_like(&mut self, node: &mut Node, person: &str) -> String {
        let roles = at(&self.project(node).0, &["people", person, "roles"]).canonical();
        self.token_with(node, person.split('@').next().unwrap(), &roles)
    }

    /// The project's document and its ETag.
    pub fn project(&mut self, node: &mut Node) -> (Json, String) {
        let token = self.token();
        let got = self.ask(node, get("/api/project/document", &token));
        assert_eq!(got.status, 200, "{}", text(&got));
        (json(&got), got.header("etag").unwrap().to_owned())
    }

    /// Merges a patch into the project's document and publishes it, as its admin.
    pub fn edit_project(&mut self, node: &mut Node, patch: &str) -> Json {
        let token = self.token();
        let response = self.try_to_edit_project(node, &token, patch);
        assert_eq!(response.status, 200, "{}", text(&response));
        json(&response)
    }

    /// The same as whoever has this token, and what they are told.
    pub fn try_to_edit_project(&mut self, node: &mut Node, token: &str, patch: &str) -> Response {
        let (mut project, etag) = self.project(node);
        merge(&mut project, &Json::parse(patch.as_bytes()).unwrap_or_else(|problems| panic!("{problems:?}: {patch}")));
        let put = send("PUT", "/api/project/document?message=because", token, project.canonical());
        self.ask(node, put.with_header("If-Match", etag))
    }

    /// The cookie of a session of the admin app that a person has open.
    pub fn session_of(&mut self, person: &str) -> String {
        let secret = Secret::derive(Kind::Session, &[8; 32], person);
        let session = format!(r#"{{"person":"{person}","expires":{}}}"#, self.now + 12 * 60 * 60 * 1000);
        self.store.put(&session_key(&secret.hash()), session);
        format!("halyard_session={}", secret.reveal())
    }

    /// The one-time secret of the first link.
    pub fn link(&self) -> String {
        self.told().link.split('#').nth(1).unwrap().to_owned()
    }

    /// The head of production.
    pub fn head(&self) -> Json {
        self.store.json("environments/production/head.json")
    }

    pub fn version(&self) -> u64 {
        self.head().get("version").unwrap().as_f64().unwrap() as u64
    }

    /// Walks the parents: every version once, every record and document there and as its name says.
    pub fn whole_chain(&self) -> u64 {
        let head = self.head();
        let mut name = head.get("record").cloned();
        let mut versions = Vec::new();
        while let Some(Json::String(record_name)) = name {
            let bytes = self.store.body(&format!("environments/production/records/{record_name}.json"));
            let record = halyard_edge::store::RecordObject::<halyard_edge::wire::Told>::parse(&record_name, bytes).unwrap();
            let document = self.store.body(&format!("environments/production/documents/{}.json", record.document));
            assert_eq!(halyard_core::document::digest(document), record.document);
            versions.push(record.version);
            name = record.parent.map(Json::String);
        }
        let version = self.version();
        assert_eq!(versions, (1..=version).rev().collect::<Vec<_>>());
        version
    }
}

/// The first document of production.
pub fn document() -> String {
    Json::parse(
        br#"{"format": 1,
        "segments": {"staff": {"when": {"attribute": "email", "endsWith": ["@acme.example"]}}},
        "flags": {
            "banner": {"purpose": "operational", "owner": "o", "created": "2026-11-01", "visibility": "public", "variants": {"on": true, "off": false}, "offVariant": "off", "otherwise": "on"},
            "checkout": {"purpose": "operational", "owner": "o", "created": "2026-11-01", "variants": {"new": "new", "old": "old"}, "offVariant": "old",
                "rules": [{"id": "staff", "when": {"segment": "staff"}, "serve": "new"}], "otherwise": "old", "metadata": {"team": "shop"}},
            "price": {"purpose": "operational", "owner": "o", "created": "2026-11-01", "visibility": "public", "variants": {"a": 1, "b": 2},
                "otherwise": {"split": [{"variant": "a", "weight": 1}, {"variant": "b", "weight": 1}]}},
            "quiet": {"purpose": "operational", "owner": "o", "created": "2026-11-01", "variants": {"on": true}}},
        "scenarios": [{"name": "staff see the new checkout", "context": {"email": "ann@acme.example"}, "expect": {"checkout": "new"}}]}"#,
    )
    .unwrap()
    .canonical()
}

/// Puts a patch into a document (RFC 7396): null takes away.
pub fn merge(target: &mut Json, patch: &Json) {
    let Json::Object(changes) = patch else {
        *target = patch.clone();
        return;
    };
    if !matches!(target, Json::Object(_)) {
        *target = Json::Object(halyard_core::json::Object::new());
    }
    let Json::Object(object) = target else { return };
    for (key, value) in changes {
        match value {
            Json::Null => drop(object.remove(key)),
            value => merge(object.entry(key.clone()).or_insert(Json::Null), value),
        }
    }
}

/// The same request from the admin app, with a session's cookie in place of a token.
pub fn from_app(request: Request, cookie: &str) -> Request {
    let mut request = request.with_header("Cookie", cookie).with_header("X-Halyard", "app");
    request.headers.retain(|(name, _)| !name.eq_ignore_ascii_case("authorization"));
    request
}

pub fn get(path: &str, secret: &str) -> Request {
    Request::new("GET", format!("{BASE}{path}")).with_header("Authorization", format!("Bearer {secret}"))
}

pub fn send(method: &str, path: &str, secret: &str, body: impl Into<Vec<u8>>) -> Request {
    Request::new(method, format!("{BASE}{path}"))
        .with_header("Authorization", format!("Bearer {secret}"))
        .with_header("Content-Type", "application/json")
        .with_body(body)
}

/// One flag by OFREP.
pub fn flag(secret: &str, key: &str, context: &str) -> Request {
    send("POST", &format!("/ofrep/v1/evaluate/flags/{key}"), secret, format!("{{\"context\":{context}}}"))
}

/// All flags by OFREP.
pub fn flags(secret: &str, context: &str) -> Request {
    send("POST", "/ofrep/v1/evaluate/flags", secret, format!("{{\"context\":{context}}}"))
}

pub fn json(response: &Response) -> Json {
    Json::parse(&response.body).unwrap_or_else(|_| panic!("{}", text(response)))
}

pub fn text(response: &Response) -> String {
    String::from_utf8(response.body.clone()).unwrap()
}

/// The text at a path of keys.
pub fn at<'j>(json: &'j Json, path: &[&str]) -> &'j Json {
    path.iter().fold(json, |json, key| match json {
        Json::Array(list) => &list[key.parse::<usize>().unwrap()],
        other => other.get(key).unwrap_or_else(|| panic!("no `{key}` in {other}")),
    })
}

/// Publishes production with patches, one after another.
pub fn play(world: &mut World, node: &mut Node, patches: &[&str]) {
    for patch in patches {
        let (document, etag) = current(world, node);
        let mut document = Json::parse(document.as_bytes()).unwrap();
        merge(&mut document, &Json::parse(patch.as_bytes()).unwrap());
        let token = world.token();
        let response = world.ask(node, publish_request(&token, &document.canonical(), &etag, ""));
        assert_eq!(response.status, 200, "{patch}: {}", text(&response));
    }
}

/// A document and its ETag.
pub fn current(world: &mut World, node: &mut Node) -> (String, String) {
    let token = world.token();
    let response = world.ask(node, get("/api/environments/production/document", &token));
    assert_eq!(response.status, 200, "{}", text(&response));
    (text(&response), response.header("etag").unwrap().to_owned())
}

/// The request that publishes `document` over the version of `etag`.
pub fn publish_request(token: &str, document: &str, etag: &str, query: &str) -> Request {
    send("PUT", &format!("/api/environments/production/document?message=because{query}"), token, document).with_header("If-Match", etag)
}

/// Publishes production with something replaced in its text.
pub fn publish(world: &mut World, node: &mut Node, from: &str, to: &str) -> Response {
    let (document, etag) = current(world, node);
    assert!(document.contains(from), "{from}");
    let token = world.token();
    world.ask(node, publish_request(&token, &document.replacen(from, to, 1), &etag, ""))
}

/// The key of the head of production.
pub const HEAD: &str = "environments/production/head.json";
/// A context of somebody who works there.
pub const ANN: &str = r#"{"targetingKey":"u1","email":"ann@acme.example"}"#;

/// Every answer that the node gives, as bytes.
pub fn served(world: &mut World, node: &mut Node) -> Vec<Vec<u8>> {
    let key = world.server_key();
    let requests = [flags(&key, ANN), flags(&key, "{}"), flag(&key, "checkout", ANN), flag(&key, "price", "{}"), flag(&key, "nope", "{}")];
    requests.into_iter().map(|request| world.ask(node, request).body).collect()
}

pub fn version_served(world: &mut World, node: &mut Node) -> u64 {
    let key = world.server_key();
    let response = world.ask(node, flags(&key, "{}"));
    response.header("halyard-version").unwrap().parse().unwrap()
}

/// Publishes through a node of its own.
pub fn publish_directly(world: &mut World) {
    let mut other = world.node();
    let response = publish(world, &mut other, "\"team\":\"shop\"", "\"team\":\"web\"");
    assert_eq!(response.status, 200, "{}", text(&response));
}

/// A trouble: its status, and words in it.
pub fn trouble(response: &Response, status: u16) -> Json {
    assert_eq!(response.status, status, "{}", text(response));
    assert_eq!(response.header("content-type"), Some("application/problem+json"));
    assert_eq!(response.header("cache-control"), Some("no-store"));
    assert_eq!(response.header("x-content-type-options"), Some("nosniff"));
    let told = json(response);
    assert_eq!(at(&told, &["status"]).as_f64(), Some(f64::from(status)));
    assert!(!at(&told, &["title"]).as_str().unwrap().is_empty());
    assert!(at(&told, &["detail"]).as_str().unwrap().len() > 15, "{}", text(response));
    told
}
