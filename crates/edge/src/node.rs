//! The node: a function that may pause. It is synchronous, does no I/O, and holds nothing that a request needs to go on.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::effect::{EffectResult, Kept, Moment, Step};
use crate::http::{Request, Response};
use crate::io::{Io, Stop, Task};
use crate::wire::Trouble;

/// Which parts of the HTTP surface a node answers; the others are 404 there.
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
    pub surface: Surface,
    /// Origins, beside the request's own, from which the admin app may be used: `https://flags.example`.
    pub origins: Vec<String>,
    /// What a cold node serves when neither the store nor a kept copy is there: names to [`crate::follow::pack`]ed text.
    pub snapshots: BTreeMap<String, String>,
    /// What `GET /version` says beside the version of the code: a commit, as a rule.
    pub build: Option<String>,
}

impl Config {
    /// Reads a configuration from JSON.
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Principal {
    /// Who, for the history: an e-mail address or a user name.
    pub by: String,
    /// How, for the history: `cli`, `init`.
    pub via: String,
}

/// A node.
pub struct Node {
    pub(crate) config: Config,
}

impl Node {
    /// A node that knows nothing yet.
    pub fn new(config: Config) -> Node {
        Node { config }
    }

    /// Gives back what an earlier instance asked to keep. Bytes that are bad, or older than what the node has, change nothing.
    pub fn restore(&mut self, name: &str, bytes: &[u8]) {
        let _ = (name, bytes);
    }

    /// Begins to answer a request.
    pub fn start(&mut self, request: Request, moment: Moment) -> Step {
        self.run(&Task::Request { request, principal: None }, Io::new(moment))
    }

    /// Begins to answer a request of the store's owner.
    pub fn start_as(&mut self, principal: Principal, request: Request, moment: Moment) -> Step {
        self.run(&Task::Request { request, principal: Some(principal) }, Io::new(moment))
    }

    /// Goes on with what an effect came to.
    pub fn resume(&mut self, continuation: &[u8], result: EffectResult, moment: Moment) -> Step {
        match Io::resume(continuation, result, moment) {
            Some((task, io)) => self.run(&task, io),
            None => {
                let detail = "the node was replaced by another build while this request was under way; send it again";
                answer(Trouble::new(503, "interrupted", detail).to_response())
            }
        }
    }

    fn run(&mut self, task: &Task, mut io: Io) -> Step {
        let outcome = match task {
            Task::Request { request, principal } => crate::router::handle(self, &mut io, request, principal.as_ref()),
            Task::Refresh { .. } => Ok(Response::empty(204)),
        };
        let response = match outcome {
            Ok(response) => response,
            Err(Stop::Answer(response)) => *response,
            Err(Stop::Effect(effect)) => return Step::Effect { continuation: io.pause(task, &effect), effect },
        };
        let names = std::mem::take(&mut io.background);
        let lease = io.id();
        let background = (!names.is_empty()).then(|| io.not_begun(&Task::Refresh { names, lease }));
        Step::Answer { response, background, keep: self.unkept() }
    }

    fn unkept(&mut self) -> Vec<Kept> {
        Vec::new()
    }
}

fn answer(response: Response) -> Step {
    Step::Answer { response, background: None, keep: Vec::new() }
}
