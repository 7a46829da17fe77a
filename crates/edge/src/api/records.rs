//! A history over HTTP: its records, what lies between two versions, and whether it is whole. Whoever calls has seen to who may look.

use halyard_core::Timestamp;
use halyard_core::check::Cap;
use halyard_core::diff::Kind;

use super::{Call, number};
use crate::history::{self, Filter, Follow};
use crate::http::Response;
use crate::io::Stop;
use crate::project;
use crate::publish::Subject;
use crate::store::Scope;
use crate::trouble::store_broken;
use crate::wire::Trouble;

/// How many records a page has where nothing is said, and at most.
const PAGE: (u64, u64) = (50, 50);

/// `GET …/records[?before=N&limit=50][&by=&flag=&release=&kind=&since=&until=]`.
pub(super) fn list(call: &mut Call<'_>, scope: &Scope) -> Result<Response, Stop> {
    let (usual, most) = PAGE;
    let limit = call.number("limit")?.unwrap_or(usual).clamp(1, most);
    let before = call.number("before")?;
    let filter = filter(call, scope)?;
    let page = history::page(call.io, scope, &filter, before, usize::try_from(limit).unwrap_or(1))?;
    Ok(Response::json(200, &page))
}

/// Which records are asked for.
fn filter(call: &Call<'_>, scope: &Scope) -> Result<Filter, Stop> {
    // A form sends what was left empty as well.
    let text = |name: &str| call.request.query(name).filter(|text| !text.is_empty());
    let time = |name: &str| -> Result<Option<Timestamp>, Stop> {
        let Some(text) = text(name) else { return Ok(None) };
        // A `+` in a query is a blank; in a time it can only be the sign of an offset.
        Timestamp::parse(&text.replace(' ', "+")).map(Some).ok_or_else(|| {
            let detail = format!("`{name}` is a time as in RFC 3339, such as `2026-11-22T09:00:00Z`, not `{text}`");
            Trouble::new(400, "not a time", detail).into()
        })
    };
    let filter = Filter {
        by: text("by"),
        flag: text("flag"),
        release: text("release"),
        kind: text("kind"),
        since: time("since")?,
        until: time("until")?,
    };
    if let Some(kind) = filter.kind.as_ref().filter(|_| !kinds(scope).any(|kind| filter.is_of_kind(kind))) {
        let known: Vec<&str> = kinds(scope).collect();
        let detail =
            format!("there is no kind of change `{kind}`; with `*` at the end for all that begin so, the kinds are {}", known.join(", "));
        return Err(Trouble::new(400, "no such kind of change", detail).into());
    }
    if *scope == Scope::Project && (filter.flag.is_some() || filter.release.is_some()) {
        let detail = "the project has people, roles and keys, but no flags or releases; ask an environment's history for those";
        return Err(Trouble::new(400, "no flags here", detail).into());
    }
    Ok(filter)
}

/// The kinds of change that a history can have.
fn kinds(scope: &Scope) -> impl Iterator<Item = &'static str> {
    let (flags, people) = match scope {
        Scope::Environment(_) => (Kind::ALL.as_slice(), [].as_slice()),
        Scope::Project => ([].as_slice(), project::KINDS.as_slice()),
    };
    flags.iter().map(|kind| kind.as_str()).chain(people.iter().copied())
}

/// `GET …/records/{N}`.
pub(super) fn get(call: &mut Call<'_>, scope: &Scope, version: &str) -> Result<Response, Stop> {
    let version = number(version, "the version")?;
    let (head, _) = history::head(call.io, scope)?;
    let place = history::version(call.io, scope, &head, version)?;
    Ok(Response::json(200, &history::told(history::record(call.io, scope, &place.record)?)))
}

/// `GET …/verify[?before=N]`.
pub(super) fn verify<F: Follow>(call: &mut Call<'_>, scope: &Scope) -> Result<Response, Stop> {
    let before = call.number("before")?;
    Ok(Response::json(200, &history::verify::<F>(call.io, scope, before)?))
}

/// `GET …/diff?from=N&to=M`.
pub(super) fn diff<S: Subject>(call: &mut Call<'_>, scope: &Scope) -> Result<Response, Stop> {
    let (Some(from), Some(to)) = (call.number("from")?, call.number("to")?) else {
        return Err(Trouble::new(400, "which versions?", "say between which versions: ?from=41&to=42").into());
    };
    let (head, _) = history::head(call.io, scope)?;
    let mut read = |version| {
        let place = history::version(call.io, scope, &head, version)?;
        let bytes = history::document(call.io, scope, &place.document)?;
        let broken = || Stop::from(store_broken(&scope.document(&place.document), "it does not pass its checks"));
        S::read(&bytes, Cap::Reader).content.ok_or_else(broken)
    };
    let (from, to) = (read(from)?, read(to)?);
    Ok(Response::json(200, &S::diff(&from, &to)))
}
