//! The administration API: what people and the admin app use. ARCHITECTURE.md has the table of its routes.

mod document;
mod project;
mod records;
pub(crate) mod routes;
pub(crate) mod session;

use halyard_core::document::digest;
use halyard_core::{Json, limits};
use serde::de::DeserializeOwned;

use crate::history::Follow;
use crate::http::{Request, Response, etags, percent_decode};
use crate::io::{Io, Stop};
use crate::node::{Node, Principal};
use crate::publish::{Flags, People, Subject};
use crate::router::{method, nothing_here, wrong_method};
use crate::store::{Scope, is_key};
use crate::wire::Trouble;
use routes::{OWN, Own, PUBLISHED, Published, find};
use session::Who;

/// Our own description (OpenAPI 3.1), made by `crate::describe`.
const DESCRIPTION: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../schemas/openapi.json"));

/// A request of the API, and what its handlers share.
pub(crate) struct Call<'a> {
    pub(crate) node: &'a mut Node,
    pub(crate) io: &'a mut Io,
    pub(crate) request: &'a Request,
    pub(crate) principal: Option<&'a Principal>,
}

/// Answers a request behind `/api/`.
#[inline(never)] // Compiled when it is called first, and not with all the rest.
pub(crate) fn handle(
    node: &mut Node,
    io: &mut Io,
    request: &Request,
    path: &[&str],
    principal: Option<&Principal>,
) -> Result<Response, Stop> {
    let Some(path) = path.iter().map(|segment| percent_decode(segment)).collect::<Option<Vec<String>>>() else {
        return Ok(nothing_here());
    };
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    let call = &mut Call { node, io, request, principal };
    if let Some(route) = find(&OWN, &path) {
        return match route.action(method(request)) {
            Some(action) => own(call, action, &path),
            None => Ok(wrong_method(route.allow())),
        };
    }
    match path.as_slice() {
        ["environments", key, rest @ ..] => published::<Flags>(call, &Scope::Environment((*key).to_owned()), rest),
        ["project", rest @ ..] => published::<People>(call, &Scope::Project, rest),
        _ => Ok(nothing_here()),
    }
}

fn own(call: &mut Call<'_>, action: Own, path: &[&str]) -> Result<Response, Stop> {
    match action {
        Own::Describe => Ok(description(call.request)),
        Own::SignIn => session::sign_in(call),
        Own::WhoAmI => session::who_am_i(call),
        Own::SignOut => session::sign_out(call),
        Own::Environments => session::environments(call),
        Own::TokenUses => project::tokens(call),
        Own::Override => crate::overrides::make(call, path.get(1).copied().unwrap_or_default()),
    }
}

/// What is published, an environment's flags or the project: its document and its history.
fn published<S: Subject + Follow>(call: &mut Call<'_>, scope: &Scope, path: &[&str]) -> Result<Response, Stop> {
    let Some(route) = find(&PUBLISHED, path) else { return Ok(nothing_here()) };
    let Some(action) = route.action(method(call.request)) else { return Ok(wrong_method(route.allow())) };
    let who = call.enter(scope)?;
    match action {
        Published::Document => document::get(call, scope),
        Published::Publish => document::put::<S>(call, scope, &who),
        Published::Check => document::check::<S>(call, scope, &who),
        Published::RollBack => document::roll_back::<S>(call, scope, &who),
        Published::Diff => records::diff::<S>(call, scope),
        Published::Records => records::list(call, scope),
        Published::Record => records::get(call, scope, path.last().unwrap_or(&"")),
        Published::Verify => records::verify::<S>(call, scope),
    }
}

/// `GET /api/openapi.json`: the description of all this.
fn description(request: &Request) -> Response {
    let tag = digest(DESCRIPTION.as_bytes());
    let known = request.header("if-none-match").map(etags).unwrap_or_default();
    let response = if known.contains(&tag.as_str()) {
        Response::empty(304)
    } else {
        Response::bytes(200, "application/json", DESCRIPTION.as_bytes().to_vec())
    };
    response.with_header("etag", format!("\"{tag}\"")).with_header("cache-control", "no-cache")
}

impl Call<'_> {
    /// Who asks, if they may see what is published here. Everyone of the project sees the project: whom to ask, and what they may do.
    pub(crate) fn enter(&mut self, scope: &Scope) -> Result<Who, Stop> {
        let who = session::who(self)?;
        match scope {
            Scope::Environment(key) if !is_key(key) || who.authority(key).is_none() => {
                let detail = format!("there is no environment `{key}` that you may see; GET /api/environments lists those that you may");
                Err(Trouble::new(404, "no such environment", detail).into())
            }
            _ => Ok(who),
        }
    }

    /// The record that the publisher began with, from `If-Match`.
    fn base(&self) -> Result<String, Stop> {
        let detail = "say in If-Match which version you began with: the ETag that came with the document";
        let line = self.request.header("if-match").filter(|line| !line.is_empty());
        let tags = line.map(etags).ok_or_else(|| Trouble::new(428, "If-Match is missing", detail))?;
        match tags.as_slice() {
            ["*"] | [] => Err(Trouble::new(428, "If-Match names no version", detail).into()),
            [one] => Ok((*one).to_owned()),
            _ => Err(Trouble::new(400, "If-Match names several versions", detail).into()),
        }
    }

    /// The request's body as JSON of a small known shape.
    pub(crate) fn body<T: DeserializeOwned>(&self, shape: &str) -> Result<T, Stop> {
        let body = &self.request.body;
        if body.len() > limits::REQUEST_BYTES {
            let detail = format!("the request has {} bytes, and {} is the most here", body.len(), limits::REQUEST_BYTES);
            return Err(Trouble::new(413, "the request is too large", detail).into());
        }
        if let Err(problems) = Json::parse(body) {
            let trouble = Trouble::new(400, "this is not JSON", format!("the body must be {shape}"));
            return Err(Trouble { problems, ..trouble }.into());
        }
        serde_json::from_slice(body)
            .map_err(|_| Trouble::new(422, "the request has another shape", format!("the body must be {shape}")).into())
    }

    /// A query parameter that says yes or no; a 400 where it says something else: who meant yes must not be taken to have said no.
    fn yes_or_no(&self, name: &str) -> Result<bool, Stop> {
        match self.request.query(name).as_deref() {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(text) => Err(Trouble::new(400, "yes or no?", format!("`{name}` must be `true` or `false`, not `{text}`")).into()),
        }
    }

    /// A query parameter that is a number; a 400 where it is something else.
    fn number(&self, name: &str) -> Result<Option<u64>, Stop> {
        let Some(text) = self.request.query(name) else { return Ok(None) };
        number(&text, name).map(Some)
    }
}

fn number(text: &str, name: &str) -> Result<u64, Stop> {
    let is_plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = is_plain.then(|| text.parse().ok()).flatten();
    number.ok_or_else(|| Trouble::new(400, "not a number", format!("`{name}` must be a whole number, not `{text}`")).into())
}
