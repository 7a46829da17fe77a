//! OFREP 0.3, the OpenFeature Remote Evaluation Protocol: single and bulk evaluation with an SDK key.

mod asked;

use halyard_core::evaluate::Audience;
use halyard_core::{ErrorCode, Evaluation, Json};

use crate::hash::hash128;
use crate::http::{Request, Response, etags, percent_decode};
use crate::io::{Io, Stop};
use crate::node::Node;
use crate::project::KeyKind;
use crate::sdk::{self, Caller, Refusal, for_pages, preflight};
use crate::secrets::hex;
use asked::Asked;

/// Answers a request behind `/ofrep/`.
#[inline(never)] // Compiled when it is called first, and not with all the rest.
pub(crate) fn handle(node: &mut Node, io: &mut Io, request: &Request, path: &[&str]) -> Result<Response, Stop> {
    let key = match path {
        ["v1", "evaluate", "flags"] => None,
        ["v1", "evaluate", "flags", key] if !key.is_empty() => Some(percent_decode(key).unwrap_or_else(|| (*key).to_owned())),
        _ => return Ok(crate::router::nothing_here()),
    };
    match request.method.as_str() {
        "OPTIONS" => return Ok(preflight("POST, OPTIONS")),
        "POST" => {}
        _ => {
            let refused = failure(405, key.as_deref(), "GENERAL", "flags are evaluated by POST");
            return Ok(for_pages(refused.with_header("allow", "POST, OPTIONS")));
        }
    }
    let mut is_for_pages = true;
    let answered = answer(node, io, request, key.as_deref(), &mut is_for_pages);
    let response = match answered {
        Ok(response) => response,
        Err(Stop::Answer(response)) => *response,
        Err(stop) => return Err(stop),
    };
    Ok(if is_for_pages { for_pages(response) } else { response })
}

fn answer(node: &mut Node, io: &mut Io, request: &Request, key: Option<&str>, is_for_pages: &mut bool) -> Result<Response, Stop> {
    let caller = authenticate(node, io, request, key)?;
    *is_for_pages = caller.kind == KeyKind::Browser;
    let asked = match Asked::read(&request.body) {
        Ok(asked) => asked,
        Err((status, code, details)) => return Ok(failure(status, key, code, &details)),
    };
    node.follow_environment(io, &caller.environment)?;
    let Some(copy) = node.copy(&caller.environment) else { return Ok(unavailable(key)) };
    let (version, now) = (copy.head.version, io.now());
    let bound = asked.bind(&copy.content);
    let response = match key {
        Some(key) => {
            if caller.kind == KeyKind::Browser && !copy.content.is_public(key) {
                failure(404, Some(key), "FLAG_NOT_FOUND", &not_found(key))
            } else {
                single(&bound.evaluate(key, now))
            }
        }
        None => {
            let audience = if caller.kind == KeyKind::Browser { Audience::Page } else { Audience::Server };
            bulk(bound.evaluate_all(audience, now), request.header("if-none-match"))
        }
    };
    Ok(sdk::with_trouble(node, &caller.environment, response.with_header("halyard-version", version.to_string())))
}

fn authenticate(node: &mut Node, io: &mut Io, request: &Request, key: Option<&str>) -> Result<Caller, Stop> {
    let refused = match sdk::caller(node, io, request)? {
        Ok(caller) => return Ok(caller),
        Err(Refusal::NotReady) => unavailable(key),
        Err(Refusal::Key(401, details)) => failure(401, key, "GENERAL", details).with_header("www-authenticate", "Bearer"),
        Err(Refusal::Key(status, details)) => failure(status, key, "GENERAL", details),
    };
    Err(Stop::Answer(Box::new(refused)))
}

fn single(evaluation: &Evaluation<'_>) -> Response {
    let status = match evaluation.error {
        None => 200,
        Some(ErrorCode::FlagNotFound) => 404,
        Some(_) => 400,
    };
    let mut body = String::with_capacity(ENTRY_BYTES);
    write_entry(evaluation, &mut body);
    Response::bytes(status, "application/json", body.into_bytes())
}

fn bulk<'r>(evaluations: impl Iterator<Item = Evaluation<'r>>, if_none_match: Option<&str>) -> Response {
    let mut body = String::from("{\"flags\":[");
    for (place, evaluation) in evaluations.enumerate() {
        if place > 0 {
            body.push(',');
        }
        write_entry(&evaluation, &mut body);
    }
    body.push_str("]}");
    let body = body.into_bytes();
    let tag = hex(&hash128(&body, 0));
    let known = if_none_match.map(etags).unwrap_or_default();
    let response = if known.contains(&tag.as_str()) || known.contains(&"*") {
        Response::empty(304)
    } else {
        Response::bytes(200, "application/json", body)
    };
    response.with_header("etag", format!("\"{tag}\"")).with_header("cache-control", "private, no-cache")
}

/// Room for most answers.
const ENTRY_BYTES: usize = 256;

/// An answer in OFREP's words: `key` for our `flag`, and a failure where there is an error.
fn write_entry(evaluation: &Evaluation<'_>, out: &mut String) {
    let Some(error) = evaluation.error else { return evaluation.write_canonical("key", out) };
    let flag = evaluation.flag;
    let details = match error {
        ErrorCode::FlagNotFound => not_found(flag),
        ErrorCode::TargetingKeyMissing => format!("`{flag}` is split by `targetingKey`, and the context has none; send one"),
    };
    out.push_str(&failed(Some(flag), error.as_str(), &details).canonical());
}

fn not_found(key: &str) -> String {
    format!("there is no flag `{key}` here")
}

fn unavailable(key: Option<&str>) -> Response {
    failure(503, key, "GENERAL", "this node has no flags yet: the store does not answer; use the application's defaults and try again")
        .with_header("retry-after", "5")
}

fn failure(status: u16, key: Option<&str>, code: &str, details: &str) -> Response {
    answer_json(status, failed(key, code, details))
}

/// A failure in OFREP's words.
fn failed(key: Option<&str>, code: &str, details: &str) -> Json {
    let mut body = halyard_core::json::Object::new();
    if let Some(key) = key {
        body.insert("key".to_owned(), Json::from(key));
    }
    body.insert("errorCode".to_owned(), Json::from(code));
    body.insert("errorDetails".to_owned(), Json::from(details));
    Json::Object(body)
}

fn answer_json(status: u16, body: Json) -> Response {
    Response::bytes(status, "application/json", body.canonical().into_bytes())
}
