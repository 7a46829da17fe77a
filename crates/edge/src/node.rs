//! The node: a function that may pause. It is synchronous, does no I/O, and holds nothing that a request needs to go on.

use std::collections::BTreeMap;

use halyard_core::{Date, Ruleset};
use serde::{Deserialize, Serialize};

use crate::effect::{EffectResult, Moment, Step};
use crate::follow::{Copy, Follower};
use crate::history::PATIENCE_MS;
use crate::http::{Request, Response, to_json};
use crate::io::{Io, Stop, Task};
use crate::pages::Page;
use crate::project::Project;
use crate::sdk::Callers;
use crate::secrets::Hash;
use crate::store::{Scope, TokenUseObject, token_use_key};
use crate::wire::Trouble;

/// Which parts of the HTTP surface a node answers; the others are 404 there.
///
/// ```
/// use halyard_core::Timestamp;
/// use halyard_edge::{Config, Moment, Node, Request, Step, Surface};
/// let mut node = Node::new(Config { surface: Surface::Evaluation, ..Config::default() });
/// let step = node.start(Request::new("GET", "https://flags.example/api/session"), Moment { now: Timestamp(0), random: [0; 32] });
/// assert!(matches!(step, Step::Answer { response, .. } if response.status == 404));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum Surface {
    /// Both.
    #[default]
    All,
    /// OFREP: needs no right to write.
    Evaluation,
    /// The API that people and the admin app use.
    Administration,
}

/// How a node is set up.
///
/// ```
/// use halyard_edge::{Config, Surface};
/// let config = Config::parse(r#"{"surface": "evaluation"}"#).unwrap();
/// assert_eq!(config.surface, Surface::Evaluation);
/// assert!(Config::parse(r#"{"surfaces": "all"}"#).is_err());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(optional_fields))]
pub struct Config {
    /// Which routes it answers.
    #[cfg_attr(feature = "ts", ts(as = "Option<Surface>", optional))]
    pub surface: Surface,
    /// Origins, beside the request's own, from which the admin app may be used: `https://flags.example`.
    #[cfg_attr(feature = "ts", ts(as = "Option<Vec<String>>", optional))]
    pub origins: Vec<String>,
    /// What a cold node serves when neither the store nor a kept copy is there: names to [`crate::follow::pack`]ed text.
    #[cfg_attr(feature = "ts", ts(as = "Option<BTreeMap<String, String>>", optional))]
    pub snapshots: BTreeMap<String, String>,
    /// How old a copy may be, in milliseconds, before the head is looked at in the background; 5000 where it is not said.
    pub refresh_ms: Option<u32>,
    /// How old a copy may be, in milliseconds, before a request waits (300 ms at most) for the head; 10000 where it is not said.
    pub max_stale_ms: Option<u32>,
    /// What `GET /version` says beside the version of the code: a commit, as a rule.
    pub build: Option<String>,
}

impl Config {
    /// Reads a configuration from JSON.
    ///
    /// ```
    /// use halyard_edge::Config;
    /// let config = Config::parse(r#"{"refreshMs": 1000, "origins": ["https://flags.example"]}"#).unwrap();
    /// assert_eq!((config.refresh_ms, config.max_stale_ms), (Some(1000), None));
    /// assert!(Config::parse(r#"{"refreshMs": "soon"}"#).unwrap_err().starts_with("the node's configuration cannot be read"));
    /// ```
    ///
    /// # Errors
    /// In plain words, when it is not what it should be.
    pub fn parse(json: &str) -> Result<Config, String> {
        serde_json::from_str(json).map_err(|error| format!("the node's configuration cannot be read: {error}"))
    }
}

/// Who a request comes from, where the host knows it better than the request says: the owner of the store.
///
/// Such a caller may do everything: they could write the store's objects by hand.
///
/// ```
/// use halyard_edge::Principal;
/// let root = Principal { by: "root@backup-host".to_owned(), via: "cli".to_owned() };
/// assert_eq!(root.via, "cli");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Principal {
    /// Who, for the history: an e-mail address or a user name.
    pub by: String,
    /// How, for the history: `cli`, `init`.
    pub via: String,
}

/// A node.
///
/// ```
/// use halyard_core::Timestamp;
/// use halyard_edge::{Config, Moment, Node, Request, Step};
/// let mut node = Node::new(Config::default());
/// // One node serves many requests at a time: each is carried on by its own continuation.
/// let moment = |byte| Moment { now: Timestamp(0), random: [byte; 32] };
/// let one = node.start(Request::new("GET", "https://flags.example/health"), moment(1));
/// let two = node.start(Request::new("GET", "https://flags.example/version"), moment(2));
/// assert!(matches!((one, two), (Step::Effect { .. }, Step::Answer { .. })));
/// ```
pub struct Node {
    pub(crate) config: Config,
    pub(crate) project: Follower<Project>,
    pub(crate) environments: BTreeMap<String, Follower<Ruleset>>,
    /// What pages were sent last, by environment.
    pub(crate) pages: BTreeMap<String, Page>,
    /// Who had a good SDK key lately.
    pub(crate) callers: Callers,
    /// The tokens, by hash, whose use today is known to be in the store, and which day that was.
    used: BTreeMap<String, Date>,
}

impl Node {
    /// A node that knows nothing yet.
    ///
    /// ```
    /// use halyard_edge::{Config, Node};
    /// let node = Node::new(Config { refresh_ms: Some(1_000), ..Config::default() });
    /// assert!(format!("{node:?}").contains("All")); // nothing of what it serves is shown
    /// ```
    pub fn new(config: Config) -> Node {
        let project = Follower::new(Scope::Project);
        Node { config, project, environments: BTreeMap::new(), pages: BTreeMap::new(), callers: Callers::default(), used: BTreeMap::new() }
    }

    /// Gives back what an earlier instance wanted kept. Bytes that are bad, or older than what the node has, change nothing.
    ///
    /// ```
    /// use halyard_core::{Document, Timestamp};
    /// use halyard_edge::{Config, Node, follow, store::{Head, Scope}};
    /// let document = Document::default();
    /// let head = Head { format: 1, lineage: "a".into(), version: 1, record: format!("00000001-{}", "0f".repeat(32)), document: document.digest() };
    /// let kept = follow::pack(&head, None, Timestamp(5), document.canonical().as_bytes());
    /// let mut node = Node::new(Config::default());
    /// node.restore(&Scope::Environment("production".into()).folder(), &kept);
    /// ```
    pub fn restore(&mut self, name: &str, bytes: &[u8]) {
        match Scope::of(name) {
            Some(Scope::Project) => {
                self.project.restore(bytes);
            }
            Some(Scope::Environment(key)) => {
                self.environment(&key).restore(bytes);
            }
            None => {}
        }
    }

    /// The copy of this name, as bytes for the host to hold outside the instance; [`crate::follow::pack`] says how they are made. None:
    /// there is no copy, in this instance.
    ///
    /// ```
    /// use halyard_core::{Document, Timestamp};
    /// use halyard_edge::{Config, Node, follow, store::Head};
    /// let document = Document::default();
    /// let head = Head { format: 1, lineage: "a".into(), version: 1, record: format!("00000001-{}", "0f".repeat(32)), document: document.digest() };
    /// let mut node = Node::new(Config::default());
    /// node.restore("environments/production", &follow::pack(&head, None, Timestamp(5), document.canonical().as_bytes()));
    /// let bytes = node.packed("environments/production").unwrap();
    /// assert_eq!(follow::unpack(&bytes).unwrap().0, head);
    /// assert_eq!(node.packed("environments/staging"), None);
    /// ```
    pub fn packed(&self, name: &str) -> Option<Vec<u8>> {
        match Scope::of(name)? {
            Scope::Project => self.project.packed(),
            Scope::Environment(key) => self.environments.get(&key)?.packed(),
        }
    }

    /// Begins to answer a request.
    ///
    /// ```
    /// use halyard_core::Timestamp;
    /// use halyard_edge::{Config, Moment, Node, Request, Step};
    /// let mut node = Node::new(Config::default());
    /// let step = node.start(Request::new("GET", "https://flags.example/version"), Moment { now: Timestamp(0), random: [0; 32] });
    /// assert!(matches!(step, Step::Answer { response, .. } if response.status == 200));
    /// ```
    pub fn start(&mut self, request: Request, moment: Moment) -> Step {
        self.run(&Task::Request { request, principal: None }, Io::new(moment))
    }

    /// Begins to answer a request of the store's owner.
    ///
    /// ```
    /// use halyard_core::Timestamp;
    /// use halyard_edge::{Config, Effect, Moment, Node, Principal, Request, Step};
    /// let mut node = Node::new(Config::default());
    /// let root = Principal { by: "root@backup-host".to_owned(), via: "cli".to_owned() };
    /// let moment = Moment { now: Timestamp(0), random: [7; 32] };
    /// // Without a token or a session: who has the store's files needs neither.
    /// let step = node.start_as(root, Request::new("GET", "https://store/api/environments"), moment);
    /// assert!(matches!(step, Step::Effect { effect: Effect::Get { .. }, .. }));
    /// ```
    pub fn start_as(&mut self, principal: Principal, request: Request, moment: Moment) -> Step {
        self.run(&Task::Request { request, principal: Some(principal) }, Io::new(moment))
    }

    /// Goes on with what an effect came to.
    ///
    /// ```
    /// use halyard_core::Timestamp;
    /// use halyard_edge::{Config, EffectResult, Moment, Node, Request, Step};
    /// let moment = Moment { now: Timestamp(0), random: [7; 32] };
    /// let step = Node::new(Config::default()).start(Request::new("GET", "https://flags.example/health"), moment);
    /// let Step::Effect { continuation, .. } = step else { unreachable!() };
    /// // The continuation has all that the request needs: another instance can go on with it.
    /// let step = Node::new(Config::default()).resume(&continuation, EffectResult::TimedOut, moment);
    /// assert!(matches!(step, Step::Effect { .. })); // it asks for what was kept before it gives up
    /// ```
    pub fn resume(&mut self, continuation: &[u8], result: EffectResult, moment: Moment) -> Step {
        self.go_on(continuation, 0, result, moment)
    }

    /// Goes on with what came of one of the effects beside the one that was named, by its place among them. Then the named one is asked
    /// for again, if it is still wanted: a host that is at it already goes on waiting.
    ///
    /// ```
    /// use halyard_core::Timestamp;
    /// use halyard_edge::{Config, Effect, EffectResult, Moment, Node, Request, Step};
    /// let (mut node, moment) = (Node::new(Config::default()), Moment { now: Timestamp(0), random: [7; 32] });
    /// let Step::Effect { effect: named, beside, continuation } = node.start(Request::new("GET", "https://flags.example/health"), moment)
    /// else {
    ///     unreachable!()
    /// };
    /// assert_eq!(beside, [Effect::Kept { name: "project".to_owned() }]); // perhaps it is what the head will name
    /// let step = node.resume_beside(&continuation, 0, EffectResult::Missing, moment);
    /// assert!(matches!(step, Step::Effect { effect, beside, .. } if effect == named && beside.is_empty()));
    /// ```
    pub fn resume_beside(&mut self, continuation: &[u8], place: usize, result: EffectResult, moment: Moment) -> Step {
        self.go_on(continuation, place.saturating_add(1), result, moment)
    }

    fn go_on(&mut self, continuation: &[u8], place: usize, result: EffectResult, moment: Moment) -> Step {
        match Io::resume(continuation, place, result, moment) {
            Some((task, io)) => self.run(&task, io),
            None => {
                let detail = "the node was replaced by another build while this request was under way; send it again";
                let response = crate::router::finish(Trouble::new(503, "interrupted", detail).to_response());
                Step::Answer { response, background: None, keep: Vec::new() }
            }
        }
    }

    fn run(&mut self, task: &Task, mut io: Io) -> Step {
        let outcome = match task {
            Task::Request { request, principal } => crate::router::handle(self, &mut io, request, principal.as_ref()),
            Task::Refresh { names } => self.refresh(&mut io, names).map(|()| Response::empty(204)),
        };
        let response = match outcome {
            Ok(response) => response,
            Err(Stop::Answer(response)) => *response,
            Err(Stop::Effect(effect)) => {
                let beside = io.take_beside(&effect);
                return Step::Effect { continuation: io.pause(task, &effect, &beside), effect, beside };
            }
        };
        let names = std::mem::take(&mut io.background);
        let background = (!names.is_empty()).then(|| io.not_begun(&Task::Refresh { names }));
        Step::Answer { response, background, keep: self.take_unkept() }
    }

    fn refresh(&mut self, io: &mut Io, names: &[String]) -> Result<(), Stop> {
        for name in names {
            // What is done is done: gone through again, an old look would pass for a new one, or be had again without a lease.
            io.decided(name, |io| self.refresh_one(io, name))?;
        }
        Ok(())
    }

    fn refresh_one(&mut self, io: &mut Io, name: &str) -> Result<(), Stop> {
        match Scope::of(name) {
            Some(Scope::Project) => self.project.refresh_in_background(io),
            Some(Scope::Environment(key)) => self.environment(&key).refresh_in_background(io),
            None => Hash::parse(name).map_or(Ok(()), |hash| self.note_use(io, &hash)),
        }
    }

    /// Has it noted, after the answer, that a token was used today, unless it is known already.
    pub(crate) fn note_use_after_answer(&mut self, io: &mut Io, hash: &str) {
        if self.used.get(hash) != Some(&io.started().date()) {
            io.background.push(hash.to_owned());
        }
    }

    /// Notes that a token was used today. A store that fails is asked again with the next use: this delays and fails nothing.
    fn note_use(&mut self, io: &mut Io, hash: &Hash) -> Result<(), Stop> {
        let today = io.started().date();
        let (key, used) = (token_use_key(hash), TokenUseObject { day: today });
        let is_noted = match io.get(&key, PATIENCE_MS)? {
            EffectResult::Found { body, .. } if serde_json::from_slice(&body).is_ok_and(|known: TokenUseObject| known.day >= today) => true,
            EffectResult::Found { etag, .. } => is_put(&io.put_over(&key, &to_json(&used), &etag)?),
            EffectResult::Missing => is_put(&io.put_new(&key, &to_json(&used))?),
            _ => false,
        };
        if is_noted {
            self.used.retain(|_, day| *day == today);
            self.used.insert(hash.as_str().to_owned(), today);
        }
        Ok(())
    }

    /// The copy of an environment that is followed, if there is one.
    pub(crate) fn copy(&self, key: &str) -> Option<&Copy<Ruleset>> {
        self.environments.get(key)?.copy.as_ref()
    }

    /// The follower of an environment.
    pub(crate) fn environment(&mut self, key: &str) -> &mut Follower<Ruleset> {
        self.environments.entry(key.to_owned()).or_insert_with(|| Follower::new(Scope::Environment(key.to_owned())))
    }

    /// Sees to it that the copy of the project is as fresh as it can be.
    pub(crate) fn follow_project(&mut self, io: &mut Io) -> Result<(), Stop> {
        self.project.ensure(io, &self.config)
    }

    /// Sees to it that the copy of an environment is as fresh as it can be.
    pub(crate) fn follow_environment(&mut self, io: &mut Io, key: &str) -> Result<(), Stop> {
        if let Some(follower) = self.environments.get_mut(key) {
            return follower.ensure(io, &self.config);
        }
        let follower = self.environments.entry(key.to_owned()).or_insert_with(|| Follower::new(Scope::Environment(key.to_owned())));
        follower.ensure(io, &self.config)
    }

    /// The names of what the host should keep, once.
    fn take_unkept(&mut self) -> Vec<String> {
        let project = self.project.take_unkept();
        project.into_iter().chain(self.environments.values_mut().filter_map(Follower::take_unkept)).collect()
    }
}

/// A conflict means that another node has just put the same.
fn is_put(result: &EffectResult) -> bool {
    matches!(result, EffectResult::Stored { .. } | EffectResult::Conflict)
}

impl std::fmt::Debug for Node {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Node").field("surface", &self.config.surface).finish_non_exhaustive()
    }
}
