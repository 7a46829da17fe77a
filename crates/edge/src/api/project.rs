//! The project's document and history, the same way as an environment's.

use super::{Call, document, session};
use crate::http::Response;
use crate::io::Stop;
use crate::publish::{self, Order, People, Source};
use crate::store::Scope;
use crate::wire::Trouble;

/// `GET /api/project/document[?version=N]`.
pub(super) fn get(call: &mut Call<'_>) -> Result<Response, Stop> {
    session::who(call)?;
    let version = call.number("version")?;
    document::read(call, &Scope::Project, version)
}

/// `PUT /api/project/document?message=…[&publish=ID][&dryRun=true]`.
pub(super) fn put(call: &mut Call<'_>) -> Result<Response, Stop> {
    let who = session::who(call)?;
    if !who.admin {
        return Err(Trouble::new(403, "not allowed", "only an admin of the whole project (`*`) may change it").into());
    }
    let order = Order {
        scope: Scope::Project,
        source: Source::Document(&call.request.body),
        base: call.base()?,
        message: call.request.query("message").unwrap_or_default(),
        publish: call.request.query("publish"),
        dry_run: call.request.query("dryRun").is_some_and(|text| text == "true"),
        who: &who,
    };
    let response = publish::publish::<People>(call.io, &order)?;
    call.node.project.expire();
    Ok(response)
}

/// `GET /api/project/records[?before=N&limit=50]`.
pub(super) fn records(call: &mut Call<'_>) -> Result<Response, Stop> {
    session::who(call)?;
    super::records::list(call, &Scope::Project)
}
