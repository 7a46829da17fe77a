//! Whatever a store or a host gives back: damaged heads, records, documents, sessions, kept bytes, continuations, results of effects.
//!
//! The node always answers, serves nothing that does not pass its checks, and goes back to no older version. The input is a list of
//! deeds, a byte each and what they need behind it: see `deed`.

use std::collections::{BTreeMap, BTreeSet};

use halyard_core::check::Cap;
use halyard_core::document::digest;
use halyard_core::evaluate::Audience;
use halyard_core::{Context, Json, Ruleset, Timestamp, compile, read};
use halyard_edge::project::Project;
use halyard_edge::store::{Head, RecordObject, Scope};
use halyard_edge::{Effect, EffectResult, Request, Response, follow, image};

use crate::host::{BASE, Host, Weather, is_json_where_it_says_so, is_sound, production};
use crate::made::Cursor;
use crate::spoil::spoil;

/// Deeds of one input that are done.
const DEEDS: usize = 48;
/// Who is asked about: no flag of the project looks at the time, but a damaged one may.
const CONTEXT: &str = r#"{"targetingKey":"u1","email":"ann@acme.example"}"#;

/// What is asked between deeds. The first is the one that shows what is served.
const REQUESTS: [(&str, &str, &str); 20] = [
    ("POST /ofrep/v1/evaluate/flags", "X-API-Key: $SERVER", "{\"context\":{\"targetingKey\":\"u1\",\"email\":\"ann@acme.example\"}}"),
    ("POST /ofrep/v1/evaluate/flags/checkout", "X-API-Key: $SERVER", "{\"context\":{\"targetingKey\":\"u1\"}}"),
    ("POST /ofrep/v1/evaluate/flags", "Authorization: Bearer $BROWSER", "{\"context\":{}}"),
    ("GET /health", "", ""),
    ("GET /api/environments", "Authorization: Bearer $TOKEN", ""),
    ("GET /api/environments/production/document", "Authorization: Bearer $TOKEN", ""),
    ("GET /api/environments/production/document?version=1", "Authorization: Bearer $TOKEN", ""),
    ("GET /api/environments/production/records?limit=3", "Authorization: Bearer $TOKEN", ""),
    ("GET /api/environments/production/records?flag=banner&before=9", "Cookie: halyard_session=$ADMIN", ""),
    ("GET /api/environments/production/records/1", "Cookie: halyard_session=$VIEWER", ""),
    ("GET /api/environments/production/verify", "Authorization: Bearer $TOKEN", ""),
    ("GET /api/environments/production/diff?from=1&to=2", "Authorization: Bearer $TOKEN", ""),
    ("PUT /api/environments/production/document?message=m&publish=p1", "Authorization: Bearer $TOKEN\nIf-Match: \"$ETAG\"", "$OTHER"),
    (
        "POST /api/environments/production/rollback",
        "Authorization: Bearer $TOKEN\nIf-Match: \"$ETAG\"",
        "{\"version\":1,\"message\":\"m\"}",
    ),
    ("POST /api/session", "X-Halyard: app", "{\"link\":\"$LINK\"}"),
    ("GET /api/session", "Cookie: halyard_session=$ADMIN", ""),
    ("GET /api/project/document", "Authorization: Bearer $TOKEN", ""),
    ("GET /api/project/verify", "Authorization: Bearer $TOKEN", ""),
    ("GET /api/project/tokens", "Authorization: Bearer $TOKEN", ""),
    ("POST /api/environments/production/check", "Authorization: Bearer $TOKEN", "$OTHER"),
];

/// Any bytes as what happens to a store and its node.
pub fn objects(input: &[u8]) {
    let mut world = World { host: Host::new(), weather: Spoiler::default(), known: Known::default(), instance: Instance::default() };
    world.known.learn(&world.host);
    let mut cursor = Cursor::new(input);
    for _ in 0..DEEDS {
        if cursor.is_empty() {
            break;
        }
        world.deed(&mut cursor);
    }
    world.ask(0);
}

struct World {
    host: Host,
    weather: Spoiler,
    known: Known,
    instance: Instance,
}

impl World {
    fn deed(&mut self, cursor: &mut Cursor<'_>) {
        match cursor.byte() % 16 {
            0 => self.ask(0),
            1 => {
                let which = cursor.below(REQUESTS.len());
                self.ask(which);
            }
            2 => self.host.now += i64::from(cursor.short()) * 10,
            3 | 4 => self.rewrite(cursor, |bytes, cursor| spoiled(bytes, cursor)),
            5 => self.rewrite(cursor, |_, cursor| cursor.bytes().to_vec()),
            6 => self.rewrite(cursor, |bytes, cursor| bytes[..cursor.below(bytes.len() + 1)].to_vec()),
            7 => {
                let key = self.some_key(cursor);
                self.host.store.remove(&key);
            }
            8 => {
                let (from, to) = (self.some_key(cursor), self.some_key(cursor));
                let body = self.host.store.body(&from).unwrap_or_default().to_vec();
                self.host.store.write(&to, body);
            }
            9 | 10 => self.publish(cursor),
            11 => self.restore(cursor),
            12 => {
                if cursor.byte().is_multiple_of(2) {
                    self.host.kept.clear();
                }
                self.host.restart();
                self.instance = Instance::default();
            }
            13 => self.weather.results.push((cursor.byte() % 8, some_result(cursor))),
            14 => self.weather.continuation = Some((cursor.byte() % 8, cursor.bytes().to_vec())),
            _ => {
                let (result, bytes) = (some_result(cursor), cursor.bytes());
                let response = self.host.resume(bytes, result, &mut self.weather);
                assert_eq!(response.status, 503, "random bytes are no continuation");
            }
        }
        self.known.learn(&self.host);
    }

    fn some_key(&self, cursor: &mut Cursor<'_>) -> String {
        let keys: Vec<&String> = self.host.store.keys().collect();
        if keys.is_empty() { "project/head.json".to_owned() } else { (*cursor.pick(&keys)).clone() }
    }

    fn rewrite<'c>(&mut self, cursor: &mut Cursor<'c>, make: impl Fn(&[u8], &mut Cursor<'c>) -> Vec<u8>) {
        let key = self.some_key(cursor);
        let body = make(self.host.store.body(&key).unwrap_or_default(), cursor);
        self.host.store.write(&key, body);
    }

    /// A version that is what its names say, of a document that may be damaged: it is to be adopted if it passes the checks, and if
    /// its number is higher or its lineage another.
    fn publish(&mut self, cursor: &mut Cursor<'_>) {
        let scope = if cursor.byte().is_multiple_of(4) { Scope::Project } else { production() };
        let Some(head) = self.host.head(&scope) else { return };
        let Some(document) = self.host.store.body(&scope.document(&head.document)) else { return };
        let mut document = document.to_vec();
        for _ in 0..cursor.byte() % 3 {
            document = spoiled(&document, cursor);
        }
        let (step, lineage) = (cursor.byte(), cursor.byte());
        let version = head.version.saturating_add_signed(i64::from(step % 8) - 3).max(1);
        let lineage = if lineage < 200 { head.lineage.clone() } else { format!("lineage-{}", lineage % 3) };
        let record = RecordObject::<Json> {
            lineage: lineage.clone(),
            version,
            parent: Some(head.record.clone()),
            publish: format!("p{version}"),
            at: Timestamp(self.host.now),
            by: "ann@acme.example".to_owned(),
            via: "app".to_owned(),
            message: "by hand".to_owned(),
            changes: Vec::new(),
            moves: halyard_edge::store::Moves::new(),
            marks: Vec::new(),
            document: digest(&document),
            milestones: Vec::new(),
            recent: Vec::new(),
        };
        let (name, bytes) = record.to_bytes();
        let head = Head { format: 1, lineage, version, record: name.clone(), document: record.document.clone() };
        self.host.store.write(&scope.document(&record.document), document);
        self.host.store.write(&scope.record(&name), bytes);
        self.host.store.write(&scope.head(), head.to_bytes());
    }

    /// Kept bytes as a host may give them back: damaged, of another name, or of a document that is not what it was.
    fn restore(&mut self, cursor: &mut Cursor<'_>) {
        let names = ["project", "environments/production", "environments/staging", "environments/..", ""];
        let (name, of) = (*cursor.pick(&names), *cursor.pick(&names[..2]));
        let mut bytes = self.host.kept.get(of).cloned().unwrap_or_default();
        match cursor.byte() % 4 {
            0 => {}
            1 => bytes = [b"{}\n", cursor.bytes()].concat(),
            2 => {
                let at = cursor.below(bytes.len() + 1);
                bytes.truncate(at);
            }
            _ => {
                if let Some((mut head, etag, seen, document)) = follow::unpack(&bytes) {
                    let document = spoiled(document, cursor);
                    head.version = head.version.saturating_add_signed(i64::from(cursor.byte() % 8) - 3).max(1);
                    if !document.starts_with(b"HLYD") {
                        head.document = digest(&document); // An image may say of itself what it likes: it is of its head's document.
                    }
                    head.record = format!("{:08}-{}", head.version, head.record.split_once('-').map_or("", |(_, hash)| hash));
                    bytes = follow::pack(&head, etag.as_deref(), seen, &document);
                }
            }
        }
        self.known.keep(name, &bytes);
        self.host.node.restore(name, &bytes);
        if cursor.byte().is_multiple_of(4) {
            self.host.kept.insert(name.to_owned(), bytes);
        }
    }

    fn ask(&mut self, which: usize) {
        let (line, headers, body) = REQUESTS[which];
        let (method, target) = line.split_once(' ').unwrap();
        let headers = self.host.fill(headers);
        let headers = headers.split('\n').filter_map(|line| line.split_once(": ")).map(|(name, value)| (name.to_owned(), value.to_owned()));
        let other = r#"{"format":1,"flags":{"banner":{"purpose":"operational","owner":"o","created":"2026-11-01","variants":{"on":true,"off":false},"otherwise":"off"}}}"#;
        let body = self.host.fill(body).replace("$OTHER", other);
        let request = Request { method: method.to_owned(), url: format!("{BASE}{target}"), headers: headers.collect(), body: body.into() };
        let before = self.host.now;
        let response = self.host.ask(request.clone(), &mut self.weather);
        is_sound(&request, &response);
        if response.status == 200 && method == "GET" && request.path().ends_with("/document") {
            // As it is stored, whatever that is: but what its name says, and not what was damaged under the name of something else.
            let scope = if target.contains("/project/") { Scope::Project } else { production() };
            assert!(self.host.store.body(&scope.document(&digest(&response.body))) == Some(&response.body), "{response:?}");
        } else {
            is_json_where_it_says_so(&request, &response);
        }
        // The one 500 that there is tells whoever runs the store what is broken in it.
        let is_told = response.header("content-type") == Some("application/problem+json");
        assert!(response.status != 500 || is_told, "{response:?}");
        self.known.learn(&self.host);
        for (name, bytes) in std::mem::take(&mut self.host.adopted) {
            self.known.keep(&name, &bytes);
            self.instance.adopts(&name, &bytes);
        }
        if which == 0 && response.status == 200 {
            self.known.serves(&response, before, self.host.now);
        }
    }
}

/// The JSON of an object with one place damaged; what is none gets a byte changed.
fn spoiled(bytes: &[u8], cursor: &mut Cursor<'_>) -> Vec<u8> {
    match Json::parse(bytes) {
        Ok(mut json) => {
            spoil(&mut json, cursor);
            json.canonical().into_bytes()
        }
        Err(_) => {
            let (at, mut bytes) = (cursor.below(bytes.len() + 1), bytes.to_vec());
            match bytes.get_mut(at) {
                Some(byte) => *byte = cursor.byte(),
                None => bytes.push(cursor.byte()),
            }
            bytes
        }
    }
}

fn some_result(cursor: &mut Cursor<'_>) -> EffectResult {
    let text = |cursor: &mut Cursor<'_>| String::from_utf8_lossy(cursor.bytes()).into_owned();
    match cursor.byte() % 11 {
        0 => EffectResult::Missing,
        1 => EffectResult::NotModified,
        2 => EffectResult::TimedOut,
        3 => EffectResult::Failed { message: text(cursor) },
        4 => EffectResult::Conflict,
        5 => EffectResult::Found { etag: text(cursor), body: cursor.bytes().to_vec() },
        6 => EffectResult::Listed { keys: vec![text(cursor), text(cursor)], more: cursor.byte().is_multiple_of(2) },
        7 => EffectResult::Done,
        8 => EffectResult::Begin,
        9 => EffectResult::Found { etag: String::new(), body: b"null".to_vec() },
        _ => EffectResult::Stored { etag: text(cursor) },
    }
}

/// What is in the way of the next effects.
#[derive(Default)]
struct Spoiler {
    /// So many effects later, this result in place of the true one.
    results: Vec<(u8, EffectResult)>,
    /// So many effects later, a continuation with its header damaged by these bytes.
    continuation: Option<(u8, Vec<u8>)>,
}

impl Weather for Spoiler {
    fn instead(&mut self, effect: &Effect) -> Option<EffectResult> {
        let (left, result) = self.results.pop()?;
        if left > 0 {
            self.results.push((left - 1, result));
            return None;
        }
        // "Stored" of what is not would be a store that lies; and whoever sleeps wakes up.
        let is_lie = matches!(
            (effect, &result),
            (Effect::Put { .. }, EffectResult::Stored { .. } | EffectResult::Conflict) | (Effect::Sleep { .. }, _)
        );
        (!is_lie).then_some(result)
    }

    fn continuation(&mut self, continuation: Vec<u8>) -> Vec<u8> {
        match self.continuation.take() {
            None => continuation,
            Some((0, damage)) => in_header(&continuation, &damage).unwrap_or(damage),
            Some((left, damage)) => {
                self.continuation = Some((left - 1, damage));
                continuation
            }
        }
    }
}

/// A continuation whose header was damaged as JSON. Its frame: four bytes of length, the header, and blobs.
fn in_header(continuation: &[u8], damage: &[u8]) -> Option<Vec<u8>> {
    let (length, rest) = continuation.split_first_chunk::<4>()?;
    let (header, blobs) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
    let mut json = Json::parse(header).ok()?;
    let mut damage = Cursor::new(damage);
    while !damage.is_empty() {
        spoil(&mut json, &mut damage);
    }
    let header = json.canonical();
    Some([&(header.len() as u32).to_le_bytes(), header.as_bytes(), blobs].concat())
}

/// Every document of an environment that has been in the store, or was given as kept, under its own name, and passes its checks. (A key
/// is of the environment that the project says, and deeds damage the project too.)
#[derive(Default)]
struct Known {
    seen: BTreeSet<String>,
    good: BTreeMap<String, Ruleset>,
}

impl Known {
    /// Looks for documents that are what their names say: no other may ever be served.
    fn learn(&mut self, host: &Host) {
        for scope in environments() {
            let Some(head) = host.head(&scope).filter(|head| !self.seen.contains(&head.document)) else { continue };
            if let Some(body) = host.store.body(&scope.document(&head.document)) {
                self.add(&head.document, body);
            }
        }
    }

    fn add(&mut self, name: &str, body: &[u8]) {
        if digest(body) == name {
            self.seen.insert(name.to_owned());
            if let Some(checked) = read(body, Cap::Reader).checked {
                self.good.insert(name.to_owned(), compile(&checked));
            }
        }
    }

    fn keep(&mut self, name: &str, bytes: &[u8]) {
        let is_environment = environments().iter().any(|scope| scope.folder() == name);
        if let (Some((head, _, _, document)), true) = (follow::unpack(bytes), is_environment) {
            self.add(&head.document, document);
        }
    }

    /// An answer is what core says of one of the good documents, at a time while it was asked for.
    fn serves(&self, response: &Response, from: i64, to: i64) {
        let context = Context::parse(CONTEXT.as_bytes()).unwrap();
        let body = Json::parse(&response.body).unwrap();
        let served: Vec<[Option<&Json>; 3]> = body.get("flags").and_then(Json::as_array).unwrap().iter().map(parts).collect();
        let is_it = |ruleset: &Ruleset, time: i64| {
            let answers: Vec<Json> =
                ruleset.evaluate_all(Audience::Server, &context, Timestamp(time)).map(|answer| answer.to_json()).collect();
            let own: Vec<[Option<&Json>; 3]> =
                answers.iter().map(|answer| [answer.get("flag"), answer.get("variant"), answer.get("value")]).collect();
            own == served
        };
        let found = self.good.values().any(|ruleset| [from, to].into_iter().any(|time| is_it(ruleset, time)));
        assert!(found, "no good document gives this answer: {body}");
    }
}

fn environments() -> [Scope; 2] {
    [production(), Scope::Environment("staging".to_owned())]
}

fn parts(answer: &Json) -> [Option<&Json>; 3] {
    [answer.get("key"), answer.get("variant"), answer.get("value")]
}

/// One instance of the node: what it took on.
#[derive(Default)]
struct Instance {
    /// The highest version of each history and lineage that it asked to keep.
    adopted: BTreeMap<(String, String), u64>,
}

impl Instance {
    fn adopts(&mut self, name: &str, bytes: &[u8]) {
        let (head, _, _, document) = follow::unpack(bytes).expect("what the node keeps it can read");
        match Scope::of(name).expect("the name of a history") {
            Scope::Project => assert!(Project::read(document).is_ok(), "a project that does not pass its checks"),
            Scope::Environment(_) => {
                let is_image =
                    image::open(document, &head.document, Audience::Server).is_some_and(|image| Ruleset::from_image(image).is_ok());
                assert!(is_image || read(document, Cap::Reader).checked.is_some(), "a document that does not pass its checks");
            }
        }
        let highest = self.adopted.entry((name.to_owned(), head.lineage)).or_default();
        assert!(head.version > *highest, "from version {highest} back to {} of `{name}`", head.version);
        *highest = head.version;
    }
}
