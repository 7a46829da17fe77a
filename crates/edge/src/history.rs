//! Reading a history in the store: its head, its records, its documents. The changes in records are passed on as they were written.

mod filter;
mod page;
mod place;
mod verify;

use halyard_core::Json;
use halyard_core::document::digest;

use crate::effect::EffectResult;
use crate::io::{Io, Stop};
use crate::store::{Head, RecordObject, Scope};
use crate::trouble::{store_broken, store_down};
use crate::wire::{Record, Trouble};

pub(crate) use filter::Filter;
pub(crate) use page::page;
pub(crate) use place::{Place, search, version};
pub(crate) use verify::{Follow, verify};

/// How long a person waits for the store, in milliseconds.
pub(crate) const PATIENCE_MS: u32 = 8_000;

/// The head and its ETag.
pub(crate) fn head(io: &mut Io, scope: &Scope) -> Result<(Head, String), Stop> {
    match io.get(&scope.head(), PATIENCE_MS)? {
        EffectResult::Found { etag, body } => match Head::parse(&body) {
            Ok(head) => Ok((head, etag)),
            Err(why) => Err(store_broken(&scope.head(), why).into()),
        },
        EffectResult::Missing => {
            let detail =
                format!("there is nothing at `{}` in the store; `halyard init` makes a project and its environments", scope.head());
            Err(Trouble::new(404, "not in the store", detail).into())
        }
        _ => Err(store_down("the head").into()),
    }
}

/// The bytes of a document, which are what its name says.
pub(crate) fn document(io: &mut Io, scope: &Scope, name: &str) -> Result<Vec<u8>, Stop> {
    let key = scope.document(name);
    let found = immutable(io, &key, |bytes| (digest(&bytes) == name).then_some(bytes))?;
    found.ok_or_else(|| unusable(&key))
}

/// A record, which is what its name says.
pub(crate) fn record(io: &mut Io, scope: &Scope, name: &str) -> Result<RecordObject<Json>, Stop> {
    good_record(io, scope, name)?.ok_or_else(|| unusable(&scope.record(name)))
}

/// The same; none: it is not there, or not what its name says.
fn good_record(io: &mut Io, scope: &Scope, name: &str) -> Result<Option<RecordObject<Json>>, Stop> {
    immutable(io, &scope.record(name), |bytes| RecordObject::parse(name, &bytes).ok())
}

fn unusable(key: &str) -> Stop {
    store_broken(key, "it is missing, or not what its name says").into()
}

/// An object that never changes; none: it is not there, or not good. A cache may be at fault, so the store itself has the last word.
fn immutable<T>(io: &mut Io, key: &str, read: impl Fn(Vec<u8>) -> Option<T>) -> Result<Option<T>, Stop> {
    match io.get_immutable(key, PATIENCE_MS)? {
        EffectResult::Found { body, .. } => {
            if let Some(good) = read(body) {
                return Ok(Some(good));
            }
        }
        EffectResult::Missing => {}
        _ => return Err(store_down("an object").into()),
    }
    match io.get(key, PATIENCE_MS)? {
        EffectResult::Found { body, .. } => Ok(read(body)),
        EffectResult::Missing => Ok(None),
        _ => Err(store_down("an object").into()),
    }
}

/// A record as the API tells it.
pub(crate) fn told(record: RecordObject<Json>) -> Record<Json> {
    Record {
        version: record.version,
        at: record.at,
        by: record.by,
        via: record.via,
        message: record.message,
        changes: record.changes,
        marks: record.marks,
        document: record.document,
    }
}
