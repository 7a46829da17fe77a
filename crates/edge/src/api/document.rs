//! A published document, an environment's or the project's: reading it, checking a draft, publishing, rolling back.

use super::Call;
use super::session::Who;
use crate::history;
use crate::http::{Response, etags};
use crate::io::Stop;
use crate::publish::{self, Order, Source, Subject, quoted};
use crate::store::Scope;
use crate::wire::RollBack;

/// `GET …/document[?version=N]`: as it is stored.
pub(super) fn get(call: &mut Call<'_>, scope: &Scope) -> Result<Response, Stop> {
    let version = call.number("version")?;
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

/// `PUT …/document?message=…[&publish=ID][&dryRun=true]`.
pub(super) fn put<S: Subject>(call: &mut Call<'_>, scope: &Scope, who: &Who) -> Result<Response, Stop> {
    let message = call.request.query("message").unwrap_or_default();
    publish::<S>(call, scope, who, Source::Document(&call.request.body), message)
}

/// `POST …/rollback`.
pub(super) fn roll_back<S: Subject>(call: &mut Call<'_>, scope: &Scope, who: &Who) -> Result<Response, Stop> {
    let RollBack { version, message, only } =
        call.body("{\"version\": 41, \"message\": \"…\"}, and may have \"only\": {\"flag\": \"…\"} or {\"release\": \"…\"}")?;
    publish::<S>(call, scope, who, Source::Version(version, only), message)
}

fn publish<S: Subject>(call: &mut Call<'_>, scope: &Scope, who: &Who, source: Source<'_>, message: String) -> Result<Response, Stop> {
    let base = call.base()?;
    let dry_run = call.yes_or_no("dryRun")?;
    let Call { node, io, request, .. } = call;
    let order = Order {
        scope: scope.clone(),
        source,
        base,
        message,
        publish: request.query("publish"),
        dry_run,
        who,
        project: node.project.copy.as_ref().map(|copy| &copy.content),
    };
    let response = publish::publish::<S>(io, &order)?;
    match scope {
        Scope::Project => node.project.expire(),
        Scope::Environment(key) => node.environment(key).expire(),
    }
    Ok(response)
}

/// `POST …/check`.
pub(super) fn check<S: Subject>(call: &mut Call<'_>, scope: &Scope, who: &Who) -> Result<Response, Stop> {
    let Call { node, io, request, .. } = call;
    let project = node.project.copy.as_ref().map(|copy| &copy.content);
    let review = publish::review::<S>(io, scope, &request.body, who, project)?;
    Ok(Response::json(200, &review))
}
