//! A host in memory for the node's targets: a project in a store, a clock that stands, and the loop that carries out effects.

use std::collections::{BTreeMap, VecDeque};
use std::sync::OnceLock;

use halyard_core::{Json, Timestamp};
use halyard_edge::init::{self, Init, NewEnvironment, NewPerson, Options};
use halyard_edge::secrets::{Kind, Secret};
use halyard_edge::store::{Head, Scope, SessionObject, session_key};
use halyard_edge::{Config, Effect, EffectResult, Moment, Node, Request, Response, Step};
use halyard_sim::store::Store;

/// Where the node is.
pub(crate) const BASE: &str = "https://flags.example";
/// When every input begins: 2026-11-30T00:53:20Z, in milliseconds.
pub(crate) const START: i64 = 1_796_000_000_000;
/// How many effects one call may ask for. Verifying a history of a few versions takes the most, some dozens.
const EFFECTS: usize = 400;

const DOCUMENT: &str = include_str!("production.json");

/// The project of every input: making it takes as long as a dozen requests.
struct Beginning {
    made: Init,
    viewer: String,
}

fn beginning() -> &'static Beginning {
    static BEGINNING: OnceLock<Beginning> = OnceLock::new();
    BEGINNING.get_or_init(|| {
        let person = |email: &str, role: &str| NewPerson {
            email: email.to_owned(),
            name: role.to_owned(),
            roles: [("production".to_owned(), vec![role.to_owned()])].into(),
        };
        let options = Options {
            name: "Acme".to_owned(),
            people: vec![NewPerson::admin("ann@acme.example", "Ann"), person("cy@acme.example", "viewer")],
            environments: vec![
                NewEnvironment {
                    key: "production".to_owned(),
                    name: "Production".to_owned(),
                    document: Some(DOCUMENT.as_bytes().to_vec()),
                },
                NewEnvironment::empty("staging", "Staging"),
            ],
        };
        let made = init::init(&options, Moment { now: Timestamp(START), random: [7; 32] }).unwrap();
        Beginning { made, viewer: Secret::derive(Kind::Session, &[8; 32], "cy@acme.example").reveal().to_owned() }
    })
}

/// What may come between the node and its store; without a word, everything is carried out as it should be.
pub(crate) trait Weather {
    /// Before an effect: its result, in place of the store's.
    fn instead(&mut self, _effect: &Effect) -> Option<EffectResult> {
        None
    }

    /// What the host makes of a continuation.
    fn continuation(&mut self, continuation: Vec<u8>) -> Vec<u8> {
        continuation
    }
}

/// Everything works.
pub(crate) struct Calm;

impl Weather for Calm {}

/// A host and what it has.
pub(crate) struct Host {
    pub(crate) store: Store,
    pub(crate) node: Node,
    /// What the node asked to keep last, by name.
    pub(crate) kept: BTreeMap<String, Vec<u8>>,
    /// What it asked to keep since this was last taken, in order.
    pub(crate) adopted: Vec<(String, Vec<u8>)>,
    pub(crate) now: i64,
    background: VecDeque<Vec<u8>>,
    random: u64,
}

impl Host {
    pub(crate) fn new() -> Host {
        let mut store = Store::new(false);
        let beginning = beginning();
        for (key, bytes) in &beginning.made.objects {
            store.write(key, bytes.clone());
        }
        for (person, secret) in [("ann@acme.example", admin_session()), ("cy@acme.example", beginning.viewer.clone())] {
            let session = SessionObject { person: person.to_owned(), expires: Timestamp(START + 12 * 60 * 60 * 1000), ended: false };
            let key = session_key(&halyard_edge::secrets::Hash::of(&secret));
            store.write(&key, Json::from_value(&session).canonical());
        }
        let node = Node::new(Config::default());
        Host { store, node, kept: BTreeMap::new(), adopted: Vec::new(), now: START, background: VecDeque::new(), random: 0 }
    }

    /// Puts the project's secrets and ETags where a text has `$` and their name.
    pub(crate) fn fill(&self, text: &str) -> String {
        if !text.contains('$') {
            return text.to_owned();
        }
        let told = &beginning().made.told;
        let keys = &told.sdk_keys["production"];
        let link = told.link.split('#').nth(1).unwrap_or_default();
        let text = text.replace("$SERVER", &keys.server).replace("$BROWSER", &keys.browser).replace("$TOKEN", &told.token);
        let text = text.replace("$LINK", link).replace("$ADMIN", &admin_session()).replace("$VIEWER", &beginning().viewer);
        let text = text.replace("$ETAG", &self.record(&production())).replace("$PETAG", &self.record(&Scope::Project));
        text.replace("$DOCUMENT", &self.document(&production())).replace("$PROJECT", &self.document(&Scope::Project))
    }

    /// The head of a history, if there is one that can be read.
    pub(crate) fn head(&self, scope: &Scope) -> Option<Head> {
        Head::parse(self.store.body(&scope.head())?).ok()
    }

    fn record(&self, scope: &Scope) -> String {
        self.head(scope).map(|head| head.record).unwrap_or_default()
    }

    fn document(&self, scope: &Scope) -> String {
        let document = self.head(scope).and_then(|head| self.store.body(&scope.document(&head.document)).map(<[u8]>::to_vec));
        String::from_utf8(document.unwrap_or_default()).unwrap_or_default()
    }

    fn moment(&mut self) -> Moment {
        self.random += 1;
        let mut random = [3; 32];
        random[..8].copy_from_slice(&self.random.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_le_bytes());
        Moment { now: Timestamp(self.now), random }
    }

    /// Another instance, which is given what was kept.
    pub(crate) fn restart(&mut self) {
        self.node = Node::new(Config::default());
        for (name, bytes) in &self.kept {
            self.node.restore(name, bytes);
        }
        self.adopted.clear();
    }

    /// Sends a request, and has everything done that it asks for, background work included.
    pub(crate) fn ask(&mut self, request: Request, weather: &mut dyn Weather) -> Response {
        let moment = self.moment();
        let step = self.node.start(request, moment);
        let response = self.drive(step, weather);
        for _ in 0..16 {
            let Some(continuation) = self.background.pop_front() else { return response };
            let moment = self.moment();
            let step = self.node.resume(&continuation, EffectResult::Begin, moment);
            self.drive(step, weather);
        }
        panic!("the node leaves work behind work for ever");
    }

    /// Gives the node a continuation, whatever its bytes are.
    pub(crate) fn resume(&mut self, continuation: &[u8], result: EffectResult, weather: &mut dyn Weather) -> Response {
        let moment = self.moment();
        let step = self.node.resume(continuation, result, moment);
        self.drive(step, weather)
    }

    fn drive(&mut self, mut step: Step, weather: &mut dyn Weather) -> Response {
        for _ in 0..EFFECTS {
            match step {
                Step::Answer { response, background, keep } => {
                    self.background.extend(background);
                    for name in keep {
                        let bytes = self.node.packed(&name).expect("what is to be kept is there");
                        self.kept.insert(name.clone(), bytes.clone());
                        self.adopted.push((name, bytes));
                    }
                    return response;
                }
                Step::Effect { effect, continuation, .. } => {
                    let result = weather.instead(&effect).unwrap_or_else(|| self.carry_out(&effect));
                    let continuation = weather.continuation(continuation);
                    let moment = self.moment();
                    step = self.node.resume(&continuation, result, moment);
                }
            }
        }
        panic!("the node asks for ever: {step:?}");
    }

    fn carry_out(&mut self, effect: &Effect) -> EffectResult {
        match effect {
            Effect::Sleep { ms } => {
                self.now += i64::from(*ms);
                EffectResult::Done
            }
            Effect::Kept { name } => match self.kept.get(name) {
                Some(body) => EffectResult::Found { etag: String::new(), body: body.clone() },
                None => EffectResult::Missing,
            },
            effect => {
                self.now += 7;
                self.store.perform(effect, 0)
            }
        }
    }
}

fn admin_session() -> String {
    Secret::derive(Kind::Session, &[8; 32], "ann@acme.example").reveal().to_owned()
}

/// The environment that has flags.
pub(crate) fn production() -> Scope {
    Scope::Environment("production".to_owned())
}

/// What holds of every answer, whatever was asked.
pub(crate) fn is_sound(request: &Request, response: &Response) {
    let told = || format!("{} {}\n{response:?}\n{}", request.method, request.url, String::from_utf8_lossy(&response.body));
    assert!((200..=599).contains(&response.status), "{}", told());
    for (name, value) in &response.headers {
        let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
        assert!(is_name && value.bytes().all(|byte| (b' '..=b'~').contains(&byte)), "no header line: {}", told());
    }
    let is_empty = request.method == "HEAD" || matches!(response.status, 204 | 304);
    assert!(!is_empty || response.body.is_empty(), "a body where none may be: {}", told());
    let has = |name| response.header(name).is_some();
    assert!(has("cache-control") && has("x-content-type-options"), "{}", told());
}

/// An answer that says it is JSON is JSON.
pub(crate) fn is_json_where_it_says_so(request: &Request, response: &Response) {
    let says_so = response.header("content-type").is_some_and(|kind| kind.contains("json"));
    let is_json = || Json::parse(&response.body).is_ok();
    let has_body = request.method != "HEAD";
    assert!(!says_so || !has_body || is_json(), "no JSON: {} {}\n{}", request.method, request.url, String::from_utf8_lossy(&response.body));
}
