//! A store that this process reads and writes itself: it is the node, and whoever runs it is the store's owner. Carries out the node's
//! effects on a folder or a bucket.

use std::cell::RefCell;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use halyard_core::Timestamp;
use halyard_edge::store::{Scope, is_key};
use halyard_edge::{Condition, Config, Effect, EffectResult, Moment, Node, Principal, Request, Response, Step};

use crate::failure::Failure;
use crate::host;
use crate::store;
use crate::store::objects::{Demand, Got, Objects, Put};

/// What URLs begin with where no network is.
pub(crate) const ORIGIN: &str = "https://store.invalid";

/// A node over a store.
pub(crate) struct Local {
    objects: Arc<dyn Objects>,
    node: RefCell<Node>,
    /// What the store last failed with: the node only says that it did.
    trouble: RefCell<Option<String>>,
}

impl Local {
    /// The project in a store.
    ///
    /// # Errors
    /// The store is at fault where there is none.
    pub(crate) fn open(objects: Arc<dyn Objects>, url: &str) -> Result<Local, Failure> {
        match objects.object("project/head.json") {
            Ok(Some(_)) => Ok(Local::over(objects)),
            Ok(None) => Err(Failure::store(format!(
                "there is no project in `{url}`; make one with `halyard init --store {} --name NAME --admin EMAIL`",
                store::for_a_shell(url)
            ))),
            Err(error) => Err(Failure::store(format!("`{url}` cannot be read: {error}"))),
        }
    }

    /// Refuses an environment that the store does not have, and names those that it has.
    pub(crate) fn knows(&self, environment: &str, url: &str) -> Result<(), Failure> {
        let failed = |error: io::Error| Failure::store(format!("`{url}` cannot be read: {error}"));
        let scope = Scope::Environment(environment.to_owned());
        if is_key(environment) && self.objects.object(&scope.head()).map_err(failed)?.is_some() {
            return Ok(());
        }
        let environments = environments(&*self.objects).map_err(failed)?;
        let names: Vec<String> = environments.iter().map(|known| format!("`{known}`")).collect();
        let which = if names.is_empty() { "none".to_owned() } else { names.join(" and ") };
        Err(Failure::call(format!("there is no environment `{environment}` in `{url}`; it has {which}")))
    }

    /// A node over a store, whatever is in it.
    pub(crate) fn over(objects: Arc<dyn Objects>) -> Local {
        Local { objects, node: RefCell::new(Node::new(Config::default())), trouble: RefCell::new(None) }
    }

    /// The store.
    pub(crate) fn objects(&self) -> &dyn Objects {
        &*self.objects
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
                Step::Effect { effect, continuation, .. } => step = node.resume(&continuation, self.perform(effect), moment()?),
            }
        }
    }

    fn perform(&self, effect: Effect) -> EffectResult {
        match effect {
            Effect::Get { key, if_none_match, deadline_ms, .. } => {
                match self.objects.get(&key, if_none_match.as_deref(), Duration::from_millis(u64::from(deadline_ms))) {
                    Ok(Got::Found(object)) => EffectResult::Found { etag: object.etag, body: object.body },
                    Ok(Got::NotModified) => EffectResult::NotModified,
                    Ok(Got::Missing) => EffectResult::Missing,
                    Err(error) => self.failed(&format!("`{key}` in the store cannot be read"), &error),
                }
            }
            Effect::Put { key, body, condition } => {
                let demand = match &condition {
                    Condition::IfAbsent => Demand::Absent,
                    Condition::IfMatch(etag) => Demand::Match(etag),
                };
                match self.objects.put(&key, &body, demand) {
                    Ok(Put::Stored { etag }) => EffectResult::Stored { etag },
                    Ok(Put::Conflict) => EffectResult::Conflict,
                    Err(error) => self.failed(&format!("`{key}` in the store cannot be written"), &error),
                }
            }
            Effect::List { prefix, after, limit } => {
                match self.objects.list(&prefix, after.as_deref(), usize::try_from(limit).unwrap_or(usize::MAX)) {
                    Ok((keys, more)) => EffectResult::Listed { keys, more },
                    Err(error) => self.failed("the store cannot be listed", &error),
                }
            }
            // Nothing outlives this process but the store itself.
            Effect::Kept { .. } => EffectResult::Missing,
            Effect::Sleep { ms } => {
                host::pause(Duration::from_millis(u64::from(ms)));
                EffectResult::Done
            }
        }
    }

    fn failed(&self, what: &str, error: &io::Error) -> EffectResult {
        let message = format!("{what}: {error}");
        self.trouble.replace(Some(message.clone()));
        if error.kind() == io::ErrorKind::TimedOut { EffectResult::TimedOut } else { EffectResult::Failed { message } }
    }
}

/// The environments that have a folder in the store, in order. A request each, however many versions they have.
fn environments(objects: &dyn Objects) -> io::Result<Vec<String>> {
    const FOLDER: &str = "environments/";
    let mut names: Vec<String> = Vec::new();
    loop {
        // `0` comes right behind `/`: whatever is in the folder of the last one is passed over.
        let after = names.last().map(|name| format!("{FOLDER}{name}0"));
        let (keys, _) = objects.list(FOLDER, after.as_deref(), 1)?;
        let Some(name) = keys.first().and_then(|key| key.strip_prefix(FOLDER)?.split('/').next()) else { return Ok(names) };
        names.push(name.to_owned());
    }
}
