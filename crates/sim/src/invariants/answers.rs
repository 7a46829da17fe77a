//! Promises 5 to 7 to those who publish and read: what they are told is so.

use halyard_core::{Json, apply};
use halyard_edge::store::Scope;
use halyard_edge::{Response, http};

use super::chain::told;
use super::{Held, broken, hold};
use crate::ledger::{Commit, Ledger, Order, What};

/// A publish has its answer.
pub(crate) fn publish(ledger: &mut Ledger, call: u64, order: &Order, response: &Response) -> Held {
    let text = || String::from_utf8_lossy(&response.body).into_owned();
    let kind = body(response).and_then(|body| Some(body.get("type")?.as_str()?.to_owned())).unwrap_or_default();
    let good = !matches!(order.what, What::Document { is_good: false, .. });
    match response.status {
        200 => return published(ledger, order, response),
        412 => lost(ledger, order, response)?,
        503 if kind == "/problems/unknown-outcome" => {
            return hold(7, response.header("halyard-publish").is_some(), || "an unknown outcome without a name to ask by".to_owned());
        }
        // The store is at fault.
        404 | 500 | 503 => {}
        400 | 413 | 422 if !good => {}
        status => return Err(broken(6, format!("a publish was answered {status}: {}", text()))),
    }
    // Everything else says that this call published nothing.
    let commit = ledger.history(&order.scope).iter().find(|commit| commit.call == Some(call));
    let why = format!("{} {}", response.status, text());
    hold(7, commit.is_none(), || format!("call {call} was told that nothing was published, and it was: {why}"))?;
    ledger.denied.insert(call, why);
    Ok(())
}

/// It was told that it is published.
fn published(ledger: &Ledger, order: &Order, response: &Response) -> Held {
    let answer = body(response).ok_or_else(|| broken(5, "a success without a body"))?;
    let (commit, version) = named(ledger, &order.scope, response)?;
    let etag = answer.get("etag").and_then(Json::as_str).map(|etag| etag.trim_matches('"').to_owned());
    hold(7, etag.as_ref() == Some(&commit.head.record), || format!("body and header name other versions: {etag:?}"))?;
    hold(7, number(&answer, "version") == Some(version), || "body and header have other versions".to_owned())?;
    hold(5, !matches!(order.what, What::Document { is_good: false, .. }), || "what no check lets pass was published".to_owned())?;
    let changes = answer.get("changes").and_then(Json::as_array).unwrap_or_default();
    if changes.is_empty() {
        // It was the current one already.
        let same = ledger.digest_of(order).as_ref() == Some(&commit.head.document);
        return hold(5, same, || format!("nothing was published of something that is not version {version}"));
    }
    if let Some(id) = &order.id {
        hold(7, commit.record.publish == *id, || format!("`{id}` was told version {version}, which is `{}`", commit.record.publish))?;
    }
    hold(7, changes == commit.record.changes, || format!("version {version} has other changes than its publisher was told"))?;
    if commit.record.parent.as_ref() == Some(&order.base.0) {
        hold(7, ledger.digest_of(order).as_ref() == Some(&commit.head.document), || format!("version {version} is not what was sent"))?;
    }
    Ok(())
}

/// It was told that somebody else was faster.
fn lost(ledger: &Ledger, order: &Order, response: &Response) -> Held {
    if let Some(id) = &order.id {
        let is_own = |commit: &&Commit| commit.record.publish == *id && commit.record.parent.as_ref() == Some(&order.base.0);
        let own = ledger.history(&order.scope).iter().find(is_own);
        hold(7, own.is_none(), || {
            let version = own.map(|commit| commit.head.version).unwrap_or_default();
            format!("`{id}` is version {version}, and its publisher was told that somebody else was faster")
        })?;
    }
    let answer = body(response).ok_or_else(|| broken(5, "a 412 without a body"))?;
    if named_by_hand(ledger, response) {
        return Ok(());
    }
    let (winner, version) = named(ledger, &order.scope, response)?;
    hold(5, number(&answer, "version") == Some(version), || "body and header have other versions".to_owned())?;
    // One that began with what somebody has put there by hand.
    let Some(base) = ledger.of_record(&order.scope, &order.base.0) else { return Ok(()) };
    hold(5, winner.head.record != base.head.record, || "a 412, and the winner is the version that it began with".to_owned())?;
    if winner.head.lineage != base.head.lineage || order.scope == Scope::Project {
        return Ok(());
    }
    hold(5, version > base.head.version, || format!("version {version} won over version {}", base.head.version))?;
    let changes = told(answer.get("changes").and_then(Json::as_array).unwrap_or_default())?;
    let changes: Vec<_> = changes.into_iter().map(|told| told.change).collect();
    let from = ledger.known(&base.head.document).ok_or_else(|| broken(5, "the base cannot be loaded"))?;
    let result = apply(from.document(), &changes).map_err(|_| broken(5, "the winner's changes do not fit the base"))?;
    hold(5, result.digest() == winner.head.document, || format!("the changes that lead to version {version} lead elsewhere"))
}

/// A document was read.
pub(crate) fn read(ledger: &Ledger, scope: &Scope, response: &Response) -> Held {
    match response.status {
        200 if named_by_hand(ledger, response) => Ok(()),
        200 => {
            let (commit, version) = named(ledger, scope, response)?;
            let document = ledger.document(&commit.head.document).unwrap_or_default();
            hold(6, response.body == document, || format!("version {version} was read as something else"))
        }
        404 | 500 | 503 => Ok(()),
        status => Err(broken(6, format!("reading was answered {status}: {}", String::from_utf8_lossy(&response.body)))),
    }
}

/// A page of history was read.
pub(crate) fn records(ledger: &Ledger, scope: &Scope, response: &Response) -> Held {
    match response.status {
        200 => {}
        404 | 500 | 503 => return Ok(()),
        status => return Err(broken(6, format!("history was answered {status}: {}", String::from_utf8_lossy(&response.body)))),
    }
    let page = body(response).ok_or_else(|| broken(6, "a page of history without a body"))?;
    let mut records = page.get("records").and_then(Json::as_array).unwrap_or_default().iter().peekable();
    let newest = records.peek().and_then(|record| number(record, "version")).unwrap_or_default();
    // Another lineage may have the same versions: the page is of one that fits its newest record.
    let fits = |commit: &&Commit, record: &Json| {
        let text = |key: &str| record.get(key).and_then(Json::as_str);
        text("document") == Some(&commit.head.document) && text("message") == Some(&commit.record.message)
    };
    let first = records.peek().copied();
    let start =
        ledger.history(scope).iter().position(|commit| commit.head.version == newest && first.is_some_and(|record| fits(&commit, record)));
    let start = start.ok_or_else(|| broken(6, format!("a page of history begins at version {newest}, which is not published")))?;
    let behind = ledger.history(scope).get(..=start).unwrap_or_default();
    for (record, commit) in records.zip(behind.iter().rev()) {
        let is_it = number(record, "version") == Some(commit.head.version)
            && fits(&commit, record)
            && record.get("changes").and_then(Json::as_array) == Some(&commit.record.changes);
        hold(6, is_it, || format!("history tells of version {} what is not so: {}", commit.head.version, record.canonical()))?;
    }
    Ok(())
}

/// Whether an answer tells of a version that somebody has put into the store by hand.
fn named_by_hand(ledger: &Ledger, response: &Response) -> bool {
    etag(response).is_some_and(|etag| ledger.by_hand.contains(&etag))
}

fn etag(response: &Response) -> Option<String> {
    let tags = response.header("etag").map(http::etags)?;
    tags.first().map(|tag| (*tag).to_owned())
}

/// The version that an answer's ETag names, which was published.
fn named<'l>(ledger: &'l Ledger, scope: &Scope, response: &Response) -> Result<(&'l Commit, u64), super::Violation> {
    let etag = etag(response).unwrap_or_default();
    let version = response.header("halyard-version").and_then(|version| version.parse::<u64>().ok());
    let commit = ledger.of_record(scope, &etag);
    let commit = commit.ok_or_else(|| broken(7, format!("an answer names {etag}, which was never published (version {version:?})")))?;
    hold(7, version == Some(commit.head.version), || format!("an answer names {etag} as version {version:?}"))?;
    Ok((commit, commit.head.version))
}

fn body(response: &Response) -> Option<Json> {
    Json::parse(&response.body).ok()
}

fn number(json: &Json, key: &str) -> Option<u64> {
    let number = json.get(key)?.as_f64()?;
    // Versions are small whole numbers here.
    format!("{number}").parse().ok()
}
