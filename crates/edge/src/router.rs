//! Which handler answers which request.

use crate::http::{Request, Response};
use crate::io::{Io, Stop};
use crate::node::{Node, Principal};
use crate::wire::Trouble;

/// Answers a request.
pub(crate) fn handle(node: &mut Node, io: &mut Io, request: &Request, principal: Option<&Principal>) -> Result<Response, Stop> {
    let _ = (&node.config, io, principal);
    match request.path() {
        "/version" => Ok(Response::json(200, &serde_json::json!({ "version": env!("CARGO_PKG_VERSION") }))),
        _ => Ok(Trouble::new(404, "nothing here", "no route of the node has this path").to_response()),
    }
}
