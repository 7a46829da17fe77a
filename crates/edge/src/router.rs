//! Which part of the node answers which request, and what every answer has in common.

use std::borrow::Cow;

use crate::http::{Request, Response, pieces};
use crate::io::{Io, Stop};
use crate::node::{Node, Principal, Surface};
use crate::wire::{Copy, Health, Trouble};

/// Answers a request.
pub(crate) fn handle(node: &mut Node, io: &mut Io, request: &Request, principal: Option<&Principal>) -> Result<Response, Stop> {
    let outcome = match route(node, io, request, principal) {
        Err(Stop::Answer(response)) => Ok(*response),
        other => other,
    };
    outcome.map(|response| {
        let mut response = finish(response);
        if request.method == "HEAD" {
            response.body.clear();
        }
        response
    })
}

fn route(node: &mut Node, io: &mut Io, request: &Request, principal: Option<&Principal>) -> Result<Response, Stop> {
    let mut segments = pieces(request.path(), b'/').skip(1);
    let first = segments.next().unwrap_or_default();
    let rest: Vec<&str> = segments.collect();
    let surface = node.config.surface;
    match (first, rest.as_slice()) {
        ("ofrep", rest) if surface != Surface::Administration => crate::ofrep::handle(node, io, request, rest),
        ("v1", rest) if surface != Surface::Administration => crate::pages::handle(node, io, request, rest),
        ("api", rest) if surface != Surface::Evaluation => crate::api::handle(node, io, request, rest, principal),
        ("health", []) => only_get(request).map_or_else(|| health(node, io), Ok),
        ("version", []) => Ok(only_get(request).unwrap_or_else(|| version(node))),
        _ => Ok(nothing_here()),
    }
}

/// No route has this path. The host may have something else there: the header says that it was not a route that said no.
pub(crate) fn nothing_here() -> Response {
    Trouble::new(404, "nothing here", "no route of the node has this path; ARCHITECTURE.md lists those that there are")
        .to_response()
        .with_header("halyard-route", "none")
}

/// The answer to a method that a path does not take.
pub(crate) fn wrong_method(allow: impl Into<Cow<'static, str>>) -> Response {
    let allow = allow.into();
    Trouble::new(405, "method not allowed", format!("this path takes {allow}")).to_response().with_header("allow", allow)
}

/// The method, with HEAD as the GET that it is.
pub(crate) fn method(request: &Request) -> &str {
    if request.method == "HEAD" { "GET" } else { &request.method }
}

fn only_get(request: &Request) -> Option<Response> {
    (method(request) != "GET").then(|| wrong_method("GET, HEAD"))
}

fn version(node: &Node) -> Response {
    let build = node.config.build.as_deref();
    let body = match build {
        Some(build) => serde_json::json!({ "version": env!("CARGO_PKG_VERSION"), "build": build }),
        None => serde_json::json!({ "version": env!("CARGO_PKG_VERSION") }),
    };
    Response::json(200, &body)
}

fn health(node: &mut Node, io: &mut Io) -> Result<Response, Stop> {
    node.follow_project(io)?;
    let keys: Vec<String> = node.project.copy.iter().flat_map(|copy| copy.content.environments.keys().cloned()).collect();
    for key in &keys {
        node.follow_environment(io, key)?;
    }
    let now = io.now();
    let mut health = Health { ready: node.project.copy.is_some(), environments: Vec::new(), trouble: std::collections::BTreeMap::new() };
    if let Some(fault) = node.project.fault() {
        health.trouble.insert("project".to_owned(), fault.say().to_owned());
    }
    for key in &keys {
        let follower = node.environment(key);
        match &follower.copy {
            Some(copy) => health.environments.push(Copy { version: copy.head.version, age_ms: copy.age(now) }),
            None => health.ready = false,
        }
        if let Some(fault) = follower.fault() {
            health.trouble.insert("environment".to_owned(), fault.say().to_owned());
        }
        if let Some(flaw) = follower.flaw() {
            health.trouble.insert("image".to_owned(), flaw.say().to_owned());
        }
    }
    Ok(Response::json(if health.ready { 200 } else { 503 }, &health))
}

/// What every answer says, whatever it answers.
pub(crate) fn finish(response: Response) -> Response {
    let is_said = response.header("cache-control").is_some();
    let response = if is_said { response } else { response.with_header("cache-control", "no-store") };
    response.with_header("x-content-type-options", "nosniff")
}
