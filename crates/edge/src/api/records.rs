//! An environment's history.

use halyard_core::check::Cap;

use super::{Call, number};
use crate::history;
use crate::http::Response;
use crate::io::Stop;
use crate::project::Role;
use crate::publish::{Flags, Subject};
use crate::trouble::store_broken;
use crate::wire::Trouble;

/// How many records a page has where nothing is said, and at most.
const PAGE: (u64, u64) = (50, 50);

/// `GET /api/environments/{env}/records[?before=N&limit=50]`.
pub(super) fn list(call: &mut Call<'_>, key: &str) -> Result<Response, Stop> {
    let (_, scope) = call.environment(key, Role::Viewer)?;
    let (before, limit) = paging(call)?;
    Ok(Response::json(200, &history::page(call.io, &scope, before, limit)?))
}

/// Which page is asked for: below which version, and how many.
pub(super) fn paging(call: &Call<'_>) -> Result<(Option<u64>, usize), Stop> {
    let (usual, most) = PAGE;
    let limit = call.number("limit")?.unwrap_or(usual).clamp(1, most);
    Ok((call.number("before")?, usize::try_from(limit).unwrap_or(1)))
}

/// `GET /api/environments/{env}/records/{N}`.
pub(super) fn get(call: &mut Call<'_>, key: &str, version: &str) -> Result<Response, Stop> {
    let (_, scope) = call.environment(key, Role::Viewer)?;
    let version = number(version, "the version")?;
    let (head, _) = history::head(call.io, &scope)?;
    let place = history::version(call.io, &scope, &head, version)?;
    Ok(Response::json(200, &history::told(history::record(call.io, &scope, &place.record)?)))
}

/// `GET /api/environments/{env}/diff?from=N&to=M`.
pub(super) fn diff(call: &mut Call<'_>, key: &str) -> Result<Response, Stop> {
    let (_, scope) = call.environment(key, Role::Viewer)?;
    let (Some(from), Some(to)) = (call.number("from")?, call.number("to")?) else {
        return Err(Trouble::new(400, "which versions?", "say between which versions: ?from=41&to=42").into());
    };
    let (head, _) = history::head(call.io, &scope)?;
    let mut read = |version| {
        let place = history::version(call.io, &scope, &head, version)?;
        let bytes = history::document(call.io, &scope, &place.document)?;
        let broken = || Stop::from(store_broken(&scope.document(&place.document), "it does not pass its checks"));
        Flags::read(&bytes, Cap::Reader).content.ok_or_else(broken)
    };
    let (from, to) = (read(from)?, read(to)?);
    Ok(Response::json(200, &Flags::diff(&from, &to)))
}
