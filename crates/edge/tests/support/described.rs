//! Our own description as a judge of answers: whatever a test asks, the answer must be one that the description allows.

use std::sync::OnceLock;

use halyard_core::Json;
use halyard_edge::{Request, Response};

/// The description, as it is served.
pub fn description() -> &'static Json {
    static DESCRIPTION: OnceLock<Json> = OnceLock::new();
    DESCRIPTION.get_or_init(|| Json::parse(include_bytes!("../../../../schemas/openapi.json")).unwrap())
}

/// The described path that a request's path is, and what is told of its methods.
pub fn path_of(path: &str) -> Option<(&'static str, &'static Json)> {
    let fits = |template: &str| {
        let (parts, sent) = (template.split('/').collect::<Vec<_>>(), path.split('/').collect::<Vec<_>>());
        parts.len() == sent.len() && parts.iter().zip(sent).all(|(part, sent)| part.starts_with('{') && !sent.is_empty() || *part == sent)
    };
    let paths = description().get("paths").unwrap().as_object().unwrap();
    paths.iter().find(|(template, _)| fits(template)).map(|(template, methods)| (template.as_str(), methods))
}

/// Follows a reference within the description.
fn followed(json: &'static Json) -> &'static Json {
    match json.get("$ref").and_then(Json::as_str) {
        Some(reference) => reference.trim_start_matches("#/").split('/').fold(description(), |json, part| json.get(part).unwrap()),
        None => json,
    }
}

/// Panics where the description does not have this answer.
pub fn judge(request: &Request, response: &Response) {
    let method = if request.method == "HEAD" { "get".to_owned() } else { request.method.to_lowercase() };
    let told = path_of(request.path()).and_then(|(_, methods)| methods.get(&method));
    let Some(operation) = told.filter(|_| response.header("halyard-route").is_none()) else {
        // What is not described is no route, or not that route's method; a page's question beforehand is no request of a client's.
        assert!(matches!(response.status, 400..=405) || method == "options", "{request:?} is answered by {}", response.status);
        return;
    };
    let asked = format!("{} {}: {}", request.method, request.path(), String::from_utf8_lossy(&response.body));
    let answer = operation.get("responses").unwrap().get(&response.status.to_string());
    let answer = followed(answer.unwrap_or_else(|| panic!("{} is not described for {asked}", response.status)));
    let kind = response.header("content-type").unwrap_or_default();
    match answer.get("content").and_then(Json::as_object) {
        Some(kinds) => assert!(kinds.contains_key(kind), "`{kind}` is not described for {} of {asked}", response.status),
        None => assert!(response.body.is_empty(), "no body is described for {} of {asked}", response.status),
    }
    for (name, header) in answer.get("headers").and_then(Json::as_object).into_iter().flatten() {
        let is_needed = followed(header).get("required").and_then(Json::as_bool) == Some(true);
        assert!(!is_needed || response.header(name).is_some(), "{} of {asked} has no `{name}`", response.status);
    }
}
