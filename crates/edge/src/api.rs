//! The administration API: what people and the admin app use. ARCHITECTURE.md has the table of its routes.

mod document;
mod project;
mod records;
pub(crate) mod session;

use halyard_core::{Json, limits};
use serde::de::DeserializeOwned;

use crate::http::{Request, Response, etags, percent_decode};
use crate::io::{Io, Stop};
use crate::node::{Node, Principal};
use crate::project::Role;
use crate::publish::Flags;
use crate::router::{method, nothing_here, wrong_method};
use crate::store::{Scope, is_key};
use crate::wire::Trouble;
use session::Who;

/// A request of the API, and what its handlers share.
pub(crate) struct Call<'a> {
    pub(crate) node: &'a mut Node,
    pub(crate) io: &'a mut Io,
    pub(crate) request: &'a Request,
    pub(crate) principal: Option<&'a Principal>,
}

/// Answers a request behind `/api/`.
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
    match (path.as_slice(), method(request)) {
        (["session"], "POST") => session::sign_in(call),
        (["session"], "GET") => session::who_am_i(call),
        (["session"], "DELETE") => session::sign_out(call),
        (["session"], _) => Ok(wrong_method("GET, HEAD, POST, DELETE")),
        (["environments"], "GET") => session::environments(call),
        (["environments", key, "document"], "GET") => document::get(call, key),
        (["environments", key, "document"], "PUT") => document::put(call, key),
        (["environments", _, "document"], _) => Ok(wrong_method("GET, HEAD, PUT")),
        (["environments", key, "check"], "POST") => document::check(call, key),
        (["environments", key, "rollback"], "POST") => document::roll_back(call, key),
        (["environments", _, "check" | "rollback"], _) => Ok(wrong_method("POST")),
        (["environments", key, "diff"], "GET") => {
            let (_, scope) = call.environment(key, Role::Viewer)?;
            records::diff::<Flags>(call, &scope)
        }
        (["environments", key, "records"], "GET") => {
            let (_, scope) = call.environment(key, Role::Viewer)?;
            records::list(call, &scope)
        }
        (["environments", key, "records", version], "GET") => {
            let (_, scope) = call.environment(key, Role::Viewer)?;
            records::get(call, &scope, version)
        }
        (["project", "document"], "GET") => project::get(call),
        (["project", "document"], "PUT") => project::put(call),
        (["project", "document"], _) => Ok(wrong_method("GET, HEAD, PUT")),
        (["project", "records"], "GET") => project::records(call),
        (["environments"] | ["environments", _, "diff" | "records"] | ["environments", _, "records", _] | ["project", "records"], _) => {
            Ok(wrong_method("GET, HEAD"))
        }
        _ => Ok(nothing_here()),
    }
}

impl Call<'_> {
    /// Who asks, and the environment if they have at least this role there.
    fn environment(&mut self, key: &str, least: Role) -> Result<(Who, Scope), Stop> {
        let who = session::who(self)?;
        let is_there = is_key(key) && (who.owner || who.environments.iter().any(|(other, _)| other == key));
        match who.role_in(key).filter(|_| is_there) {
            Some(role) if role >= least => Ok((who, Scope::Environment(key.to_owned()))),
            Some(_) => {
                let detail = format!("you may look at `{key}` but not publish there; an admin can make you an editor of it");
                Err(Trouble::new(403, "not allowed", detail).into())
            }
            None => {
                let detail = format!("there is no environment `{key}` that you may see; GET /api/environments lists those that you may");
                Err(Trouble::new(404, "no such environment", detail).into())
            }
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
    fn body<T: DeserializeOwned>(&self, shape: &str) -> Result<T, Stop> {
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
