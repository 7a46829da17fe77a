//! A store in a folder: this process is the node, and whoever runs it is the store's owner. Carries out the node's effects on files.

use std::cell::RefCell;
use std::time::Duration;

use halyard_core::Timestamp;
use halyard_edge::{Condition, Config, Effect, EffectResult, Moment, Node, Principal, Request, Response, Step};

use crate::failure::Failure;
use crate::host;
use crate::store::directory::{Demand, Directory, Put};

/// What URLs begin with where no network is.
pub(crate) const ORIGIN: &str = "https://store.invalid";

/// A node over a folder.
pub(crate) struct Local {
    directory: Directory,
    node: RefCell<Node>,
    /// What the folder last failed with: the node only says that it did.
    trouble: RefCell<Option<String>>,
}

impl Local {
    /// The project in a folder.
    ///
    /// # Errors
    /// The store is at fault where there is none.
    pub(crate) fn open(directory: Directory, url: &str) -> Result<Local, Failure> {
        match directory.get("project/head.json") {
            Ok(Some(_)) => Ok(Local::over(directory)),
            Ok(None) => Err(Failure::store(format!(
                "there is no project in `{url}`; make one with `halyard init --store {url} --name NAME --admin EMAIL`"
            ))),
            Err(error) => Err(Failure::store(format!("`{url}` cannot be read: {error}"))),
        }
    }

    /// Refuses an environment that the folder does not have, and names those that it has.
    pub(crate) fn knows(&self, environment: &str, url: &str) -> Result<(), Failure> {
        let failed = |error: std::io::Error| Failure::store(format!("`{url}` cannot be read: {error}"));
        let environments = self.directory.folders("environments").map_err(failed)?;
        if environments.iter().any(|known| known == environment) {
            return Ok(());
        }
        let names: Vec<String> = environments.iter().map(|known| format!("`{known}`")).collect();
        let which = if names.is_empty() { "none".to_owned() } else { names.join(" and ") };
        Err(Failure::call(format!("there is no environment `{environment}` in `{url}`; it has {which}")))
    }

    /// A node over a folder, whatever is in it.
    pub(crate) fn over(directory: Directory) -> Local {
        Local { directory, node: RefCell::new(Node::new(Config::default())), trouble: RefCell::new(None) }
    }

    /// The folder.
    pub(crate) fn directory(&self) -> &Directory {
        &self.directory
    }

    /// Answers a request of the store's owner, now.
    pub(crate) fn send(&self, request: Request) -> Result<Response, Failure> {
        let by = host::user().unwrap_or_else(|| "the store's owner".to_owned());
        self.send_as(&Principal { by, via: "cli".to_owned() }, request, None)
    }

    /// Answers a request of somebody's, now or as if it were another time (the demo's history).
    pub(crate) fn send_as(&self, principal: &Principal, request: Request, at: Option<Timestamp>) -> Result<Response, Failure> {
        let moment = || Ok(Moment { now: at.unwrap_or_else(host::now), random: host::random()? });
        let mut node = self.node.borrow_mut();
        let mut step = node.start_as(principal.clone(), request, moment()?);
        loop {
            match step {
                // What the node would do in the background is to bring copies up to date; this one ends with the command.
                Step::Answer { response, .. } if response.status < 500 => return Ok(response),
                Step::Answer { response, .. } => {
                    return match self.trouble.borrow_mut().take() {
                        Some(trouble) => Err(Failure::store(trouble)),
                        None => Ok(response),
                    };
                }
                Step::Effect { effect, continuation } => step = node.resume(&continuation, self.perform(effect), moment()?),
            }
        }
    }

    fn perform(&self, effect: Effect) -> EffectResult {
        match effect {
            Effect::Get { key, if_none_match, .. } => match self.directory.get(&key) {
                Ok(Some(object)) if if_none_match.as_ref() == Some(&object.etag) => EffectResult::NotModified,
                Ok(Some(object)) => EffectResult::Found { etag: object.etag, body: object.body },
                Ok(None) => EffectResult::Missing,
                Err(error) => self.failed(format!("`{key}` in the store cannot be read: {error}")),
            },
            Effect::Put { key, body, condition } => {
                let demand = match &condition {
                    Condition::IfAbsent => Demand::Absent,
                    Condition::IfMatch(etag) => Demand::Match(etag),
                };
                match self.directory.put(&key, &body, demand) {
                    Ok(Put::Stored { etag }) => EffectResult::Stored { etag },
                    Ok(Put::Conflict) => EffectResult::Conflict,
                    Err(error) => self.failed(format!("`{key}` in the store cannot be written: {error}")),
                }
            }
            Effect::List { prefix, after, limit } => {
                match self.directory.list(&prefix, after.as_deref(), usize::try_from(limit).unwrap_or(usize::MAX)) {
                    Ok((keys, more)) => EffectResult::Listed { keys, more },
                    Err(error) => self.failed(format!("the store's folder cannot be listed: {error}")),
                }
            }
            // Nothing outlives this process but the store itself.
            Effect::Kept { .. } => EffectResult::Missing,
            Effect::Sleep { ms } => {
                pause(Duration::from_millis(u64::from(ms)));
                EffectResult::Done
            }
        }
    }

    fn failed(&self, message: String) -> EffectResult {
        self.trouble.replace(Some(message.clone()));
        EffectResult::Failed { message }
    }
}

#[expect(clippy::disallowed_methods, reason = "the node asks its host to wait, and here the host is this process")]
fn pause(time: Duration) {
    std::thread::sleep(time);
}
