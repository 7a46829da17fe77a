//! Who asks with an SDK key, and what pages of other origins may read of the answers.

use crate::follow::Follower;
use crate::http::{Request, Response};
use crate::io::{Io, Stop};
use crate::node::Node;
use crate::project::KeyKind;
use crate::secrets::{Kind, environment_of, is_same};

/// Which environment an SDK key opens, and for whom.
#[derive(Clone)]
pub(crate) struct Caller {
    pub(crate) environment: String,
    pub(crate) kind: KeyKind,
}

/// Why a caller is sent away; each part of the surface says it in its own words.
pub(crate) enum Refusal {
    /// Without a key that is good for something: a status, and what to do.
    Key(u16, &'static str),
    /// The node does not know yet which keys there are.
    NotReady,
}

/// Whose key a request has.
pub(crate) fn caller(node: &mut Node, io: &mut Io, request: &Request) -> Result<Result<Caller, Refusal>, Stop> {
    let Some(secret) = request.header("x-api-key").or_else(|| request.bearer()) else {
        let what = "send an SDK key of the environment: `Authorization: Bearer halyard_server_…` or `X-API-Key`";
        return Ok(Err(Refusal::Key(401, what)));
    };
    // A node that has just started looks at the environment that the key says it is for while it looks at the project, which knows. (The
    // first who asks it does, and nobody else: whoever has no key can write anything.)
    let meanwhile = environment_of(secret).filter(|_| node.project.is_new(io)).map(|environment| {
        let followed = io.meanwhile(|io| node.follow_environment(io, environment));
        (environment, followed)
    });
    node.follow_project(io)?;
    let caller = match opened(node, secret) {
        Ok(caller) => caller,
        Err(refusal) => return Ok(Err(refusal)),
    };
    if let Some((environment, followed)) = meanwhile
        && environment == caller.environment
    {
        followed?;
    }
    Ok(Ok(caller))
}

/// Whose key this is, as the project says.
fn opened(node: &mut Node, secret: &str) -> Result<Caller, Refusal> {
    let project = node.project.copy.as_ref().ok_or(Refusal::NotReady)?;
    if let Some(caller) = node.callers.find(&project.head.record, secret) {
        return Ok(caller);
    }
    let caller = match (project.content.sdk_key(secret), Kind::of(secret)) {
        (Some(found), Some(kind)) if found.kind.secret() == kind => Ok(Caller { environment: found.environment.clone(), kind: found.kind }),
        (_, Some(Kind::Token | Kind::Link | Kind::Session | Kind::Override)) => {
            Err(Refusal::Key(403, "this is a person's secret; flags are evaluated with an SDK key"))
        }
        _ => Err(Refusal::Key(401, "this SDK key is not, or no longer, one of the project's")),
    };
    if let Ok(caller) = &caller {
        node.callers.add(&project.head.record, secret, caller);
    }
    caller
}

/// How many callers are remembered: an instance serves few applications.
const CALLERS: usize = 8;

/// Who had a good key lately: hashing one takes longer than evaluating a flag. As long as the project stays the same, nothing else
/// can come of it. They are in memory only, as the requests are that they came in.
#[derive(Default)]
pub(crate) struct Callers {
    /// The record of the project that they are of.
    record: String,
    known: Vec<(String, Caller)>,
}

impl Callers {
    /// Whose key this is. Every known one is looked at as a whole: the time says nothing.
    fn find(&self, record: &str, secret: &str) -> Option<Caller> {
        if self.record != record {
            return None;
        }
        self.known.iter().fold(None, |found, (known, caller)| if is_same(known, secret) { Some(caller.clone()) } else { found })
    }

    fn add(&mut self, record: &str, secret: &str, caller: &Caller) {
        if self.record != record {
            (self.record, self.known) = (record.to_owned(), Vec::new());
        }
        if self.known.len() == CALLERS {
            self.known.remove(0);
        }
        self.known.push((secret.to_owned(), caller.clone()));
    }
}

/// What keeps the copies of an environment and of the project from being up to date, for the header that every answer from them has.
pub(crate) fn with_trouble(node: &Node, environment: &str, response: Response) -> Response {
    match (node.environments.get(environment).and_then(Follower::fault), node.project.fault()) {
        (Some(fault), _) => response.with_header("halyard-trouble", format!("environment: {}", fault.say())),
        (None, Some(fault)) => response.with_header("halyard-trouble", format!("project: {}", fault.say())),
        (None, None) => response,
    }
}

/// A page asks whether it may: it may with a browser key, which the answer to the request itself will tell.
pub(crate) fn preflight(methods: &'static str) -> Response {
    Response::empty(204)
        .with_header("access-control-allow-origin", "*")
        .with_header("access-control-allow-methods", methods)
        .with_header("access-control-allow-headers", "Authorization, Content-Type, If-None-Match, X-API-Key")
        .with_header("access-control-max-age", "86400")
}

/// Lets a page of any origin read it: all but what a server key opens. The key is the secret, no cookie is looked at.
pub(crate) fn for_pages(response: Response) -> Response {
    response
        .with_header("access-control-allow-origin", "*")
        .with_header("access-control-expose-headers", "ETag, Halyard-Version, Halyard-Time, Halyard-Trouble, Retry-After")
}
