//! Promises 4 to 7 in the store: whenever a head moves, the chain behind it is whole, and what it adds was asked for, once.

use halyard_core::check::Cap;
use halyard_core::document::digest;
use halyard_core::evaluate::Audience;
use halyard_core::{Json, apply, diff, read};
use halyard_edge::image;
use halyard_edge::project::Project;
use halyard_edge::store::{Head, RECENT, RecordObject, Scope};
use halyard_edge::wire::Told;

use super::{Held, Violation, broken, hold};
use crate::flags::Known;
use crate::ledger::{Commit, Ledger};
use crate::store::Store;

/// The longest changes that an entry of `recent` repeats, in bytes.
const REPEATED_BYTES: usize = 2048;

/// A node's call has moved a head.
pub(crate) fn moved(ledger: &mut Ledger, store: &Store, scope: &Scope, body: &[u8], call: u64) -> Held {
    let head = Head::parse(body).map_err(|why| broken(6, format!("a head was written that is none: {why}")))?;
    hold(6, !ledger.tampered.contains_key(&scope.head()), || "a publish went on from a head that somebody had broken".to_owned())?;
    let record = record(store, scope, &head)?;
    let document = document(store, scope, &head)?;
    follows(ledger, scope, &head, &record)?;
    changes(ledger, scope, &head, &record)?;
    was_asked_for(ledger, scope, &head, &record, call)?;
    ledger.add(scope, Commit { head, record, call: Some(call) }, &document);
    Ok(())
}

/// What the head names is there, as its name says.
fn record(store: &Store, scope: &Scope, head: &Head) -> Result<RecordObject<Json>, Violation> {
    let bytes = store.body(&scope.record(&head.record)).ok_or_else(|| broken(6, format!("record {} is not there", head.record)))?;
    let record = RecordObject::<Json>::parse(&head.record, bytes);
    let record = record.map_err(|why| broken(6, format!("record {}: {why}", head.record)))?;
    let fits = record.version == head.version && record.lineage == head.lineage && record.document == head.document;
    hold(6, fits, || format!("head and record of version {} differ", head.version))?;
    Ok(record)
}

/// The document is there, with its digest, and can be loaded.
fn document(store: &Store, scope: &Scope, head: &Head) -> Result<Vec<u8>, Violation> {
    let bytes = store.body(&scope.document(&head.document)).ok_or_else(|| broken(6, format!("document {} is not there", head.document)))?;
    hold(6, digest(bytes) == head.document, || format!("document {} is not what its name says", head.document))?;
    let loads = if *scope == Scope::Project { Project::read(bytes).is_ok() } else { Known::read(bytes).is_some() };
    hold(4, loads, || format!("version {} was published and cannot be loaded", head.version))?;
    Ok(bytes.to_vec())
}

/// It is the next version of the one before, and tells of those before it what is so.
fn follows(ledger: &Ledger, scope: &Scope, head: &Head, record: &RecordObject<Json>) -> Held {
    let last = ledger.last(scope).ok_or_else(|| broken(6, "a history without a beginning"))?;
    let is_next = head.lineage == last.head.lineage && head.version == last.head.version + 1;
    hold(5, is_next, || format!("after version {} came version {}", last.head.version, head.version))?;
    hold(5, record.parent.as_ref() == Some(&last.head.record), || {
        format!("version {} does not go on from version {}: what that changed is lost", head.version, last.head.version)
    })?;
    let before: Vec<&Commit> = ledger.lineage(scope).take(RECENT).collect();
    hold(6, record.recent.len() == before.len(), || format!("version {} tells of {} before it", head.version, record.recent.len()))?;
    for (entry, commit) in record.recent.iter().zip(before) {
        let told = (&entry.record, entry.version, &entry.publish, &entry.by, &entry.message, &entry.document, entry.at);
        let it = &commit.record;
        let truth = (&commit.head.record, it.version, &it.publish, &it.by, &it.message, &it.document, it.at);
        hold(6, told == truth, || format!("version {} tells {told:?} of {truth:?}", head.version))?;
        let is_told = match &entry.changes {
            Some(changes) => *changes == it.changes,
            None => Json::Array(it.changes.clone()).canonical().len() > REPEATED_BYTES,
        };
        hold(6, is_told, || format!("version {} tells other changes of version {}", head.version, it.version))?;
    }
    Ok(())
}

/// The changes are what lies between the documents.
fn changes(ledger: &Ledger, scope: &Scope, head: &Head, record: &RecordObject<Json>) -> Held {
    let Some(last) = ledger.last(scope).filter(|_| *scope != Scope::Project) else { return Ok(()) };
    let Some(base) = ledger.known(&last.head.document) else { return Err(broken(4, "the version before cannot be loaded")) };
    let told = told(&record.changes)?;
    let result = apply(base.document(), &told.iter().map(|told| told.change.clone()).collect::<Vec<_>>());
    let result = result.map_err(|_| broken(5, format!("the changes of version {} do not fit the version before", head.version)))?;
    hold(5, result.digest() == head.document, || format!("the changes of version {} do not make it of the version before", head.version))?;
    let changes: Vec<_> = told.into_iter().map(|told| told.change).collect();
    hold(5, changes == diff(base.document(), &result), || format!("the record of version {} tells other changes", head.version))
}

/// Changes as they were written.
pub(crate) fn told(changes: &[Json]) -> Result<Vec<Told>, Violation> {
    let text = Json::Array(changes.to_vec()).canonical();
    serde_json::from_str(&text).map_err(|error| broken(5, format!("changes cannot be read: {error}")))
}

/// Somebody asked for just this, and it is not in the history yet.
fn was_asked_for(ledger: &Ledger, scope: &Scope, head: &Head, record: &RecordObject<Json>, call: u64) -> Held {
    let version = head.version;
    let order = ledger.orders.get(&call).ok_or_else(|| broken(5, format!("nobody has asked for version {version}")))?;
    hold(5, order.scope == *scope && record.parent.as_ref() == Some(&order.base.0), || format!("version {version} has another base"))?;
    hold(5, record.message == order.message, || format!("version {version} says {:?}, not {:?}", record.message, order.message))?;
    hold(5, order.id.as_ref().is_none_or(|id| *id == record.publish), || format!("version {version} has another name"))?;
    hold(5, ledger.digest_of(order).as_ref() == Some(&head.document), || format!("version {version} is not what was asked for"))?;
    if let Some(told) = ledger.denied.get(&call) {
        return Err(broken(7, format!("call {call} was told that nothing was published ({told}), and then version {version} came of it")));
    }
    let twice = ledger.lineage(scope).find(|commit| commit.record.publish == record.publish);
    hold(7, twice.is_none(), || {
        let first = twice.map(|commit| commit.head.version).unwrap_or_default();
        format!("`{}` was published twice, as version {first} and as version {version}", record.publish)
    })
}

/// Walks the parents from the head to version 1, in the store as it is.
pub(crate) fn whole(ledger: &Ledger, store: &Store, scope: &Scope) -> Held {
    let bytes = store.body(&scope.head()).ok_or_else(|| broken(6, "the head is not there"))?;
    let mut head = Head::parse(bytes).map_err(|why| broken(6, why))?;
    for commit in ledger.lineage(scope) {
        hold(6, head == commit.head, || format!("the chain has {head:?} in place of version {}", commit.head.version))?;
        let record = record(store, scope, &head)?;
        hold(6, record == commit.record, || format!("record {} was altered", head.record))?;
        document(store, scope, &head)?;
        match (&record.parent, ledger.of_record(scope, record.parent.as_deref().unwrap_or_default())) {
            (None, _) => return hold(6, head.version == 1, || format!("the chain ends at version {}", head.version)),
            (Some(_), Some(parent)) => head = parent.head.clone(),
            (Some(parent), None) => return Err(broken(6, format!("nobody has published {parent}"))),
        }
    }
    Err(broken(6, "the chain does not end"))
}

/// An image is what its document makes, whoever puts it there.
pub(crate) fn image(store: &Store, key: &str, body: &[u8]) -> Held {
    let document = || {
        let (folder, name) = key.split_once("/images/")?;
        let (document, audience) = name.split_once('.')?;
        let audience = if audience.ends_with(".all") { Audience::Server } else { Audience::Page };
        let scope = Scope::of(folder).filter(|scope| scope.image(document, audience) == key)?;
        Some((document, audience, store.body(&scope.document(document)).unwrap_or_default()))
    };
    let Some((name, audience, document)) = document() else { return Err(broken(6, format!("a put to {key}"))) };
    if digest(document) != name {
        return Ok(()); // Somebody has broken it since.
    }
    let made = read(document, Cap::Reader).checked.map(|checked| image::object(&checked, name, audience));
    hold(6, made.as_deref() == Some(body), || format!("{key} is not the image of its document"))
}
