//! An environment's document: reading it, checking a draft, publishing, rolling back.

use super::Call;
use crate::history;
use crate::http::{Response, etags};
use crate::io::Stop;
use crate::project::Role;
use crate::publish::{self, Flags, Order, Source, quoted};
use crate::store::Scope;
use crate::wire::RollBack;

/// `GET /api/environments/{env}/document[?version=N]`.
pub(super) fn get(call: &mut Call<'_>, key: &str) -> Result<Response, Stop> {
    let (_, scope) = call.environment(key, Role::Viewer)?;
    let version = call.number("version")?;
    read(call, &scope, version)
}

/// A document, as it is stored.
pub(super) fn read(call: &mut Call<'_>, scope: &Scope, version: Option<u64>) -> Result<Response, Stop> {
    let (head, _) = history::head(call.io, scope)?;
    let (record, document, version) = match version {
        None => (head.record, head.document, head.version),
        Some(version) => {
            let place = history::version(call.io, scope, &head, version)?;
            (place.record, place.document, place.version)
        }
    };
    let known = call.request.header("if-none-match").map(etags).unwrap_or_default();
    let response = if known.contains(&record.as_str()) {
        Response::empty(304)
    } else {
        Response::bytes(200, "application/json", history::document(call.io, scope, &document)?)
    };
    let response = response.with_header("etag", quoted(&record)).with_header("halyard-version", version.to_string());
    Ok(response.with_header("cache-control", "private, no-cache"))
}

/// `PUT /api/environments/{env}/document?message=…[&publish=ID][&dryRun=true]`.
pub(super) fn put(call: &mut Call<'_>, key: &str) -> Result<Response, Stop> {
    let (who, scope) = call.environment(key, Role::Editor)?;
    let order = Order {
        scope,
        source: Source::Document(&call.request.body),
        base: call.base()?,
        message: call.request.query("message").unwrap_or_default(),
        publish: call.request.query("publish"),
        dry_run: call.request.query("dryRun").is_some_and(|text| text == "true"),
        who: &who,
    };
    let response = publish::publish::<Flags>(call.io, &order)?;
    call.node.environment(key).expire();
    Ok(response)
}

/// `POST /api/environments/{env}/rollback`.
pub(super) fn roll_back(call: &mut Call<'_>, key: &str) -> Result<Response, Stop> {
    let (who, scope) = call.environment(key, Role::Editor)?;
    let base = call.base()?;
    let RollBack { version, message } = call.body("{\"version\": 41, \"message\": \"…\"}")?;
    let order = Order {
        scope,
        source: Source::Version(version),
        base,
        message,
        publish: call.request.query("publish"),
        dry_run: call.request.query("dryRun").is_some_and(|text| text == "true"),
        who: &who,
    };
    let response = publish::publish::<Flags>(call.io, &order)?;
    call.node.environment(key).expire();
    Ok(response)
}

/// `POST /api/environments/{env}/check`.
pub(super) fn check(call: &mut Call<'_>, key: &str) -> Result<Response, Stop> {
    let (who, scope) = call.environment(key, Role::Viewer)?;
    let may_publish = who.role_in(key) >= Some(Role::Editor);
    let review = publish::review::<Flags>(call.io, &scope, &call.request.body, who.limits, may_publish)?;
    Ok(Response::json(200, &review))
}
