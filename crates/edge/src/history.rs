//! Reading a history in the store: its head, its records, its documents. The changes in records are passed on as they were written.

use halyard_core::Json;
use halyard_core::document::digest;

use crate::effect::EffectResult;
use crate::io::{Io, Stop};
use crate::store::{Head, RecordObject, Scope};
use crate::trouble::{store_broken, store_down};
use crate::wire::{Record, Records, Trouble};

/// How long a person waits for the store, in milliseconds.
pub(crate) const PATIENCE_MS: u32 = 8_000;
/// How many records a page of history reads one by one, where `recent` does not tell their changes.
const READS: usize = 10;

/// Where a version is to be found.
pub(crate) struct Place {
    pub(crate) record: String,
    pub(crate) publish: String,
    pub(crate) document: String,
    pub(crate) version: u64,
}

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
    let is_good = |bytes: &[u8]| digest(bytes) == name;
    let bytes = immutable(io, &key, is_good)?;
    bytes.ok_or_else(|| store_broken(&key, "it is missing, or not what its name says").into())
}

/// A record, which is what its name says.
pub(crate) fn record(io: &mut Io, scope: &Scope, name: &str) -> Result<RecordObject<Json>, Stop> {
    let key = scope.record(name);
    let is_good = |bytes: &[u8]| RecordObject::<Json>::parse(name, bytes).is_ok();
    let bytes = immutable(io, &key, is_good)?;
    let broken = || Stop::from(store_broken(&key, "it is missing, or not what its name says"));
    RecordObject::parse(name, &bytes.ok_or_else(broken)?).map_err(|_| broken())
}

/// An object that never changes; none: it is not there, or not good. A cache may be at fault, so the store itself has the last word.
fn immutable(io: &mut Io, key: &str, is_good: impl Fn(&[u8]) -> bool) -> Result<Option<Vec<u8>>, Stop> {
    match io.get_immutable(key, PATIENCE_MS)? {
        EffectResult::Found { body, .. } if is_good(&body) => return Ok(Some(body)),
        EffectResult::Found { .. } | EffectResult::Missing => {}
        _ => return Err(store_down("an object").into()),
    }
    match io.get(key, PATIENCE_MS)? {
        EffectResult::Found { body, .. } => Ok(is_good(&body).then_some(body)),
        EffectResult::Missing => Ok(None),
        _ => Err(store_down("an object").into()),
    }
}

/// Goes down a history from its head to the first version for which `found` says yes; none: there is none at or above `floor`.
pub(crate) fn search(io: &mut Io, scope: &Scope, head: &Head, floor: u64, found: impl Fn(&Place) -> bool) -> Result<Option<Place>, Stop> {
    let mut name = head.record.clone();
    loop {
        let record: RecordObject<Json> = record(io, scope, &name)?;
        let own = Place { record: name, publish: record.publish.clone(), document: record.document.clone(), version: record.version };
        let before = record.recent.into_iter().map(|entry| Place {
            record: entry.record,
            publish: entry.publish,
            document: entry.document,
            version: entry.version,
        });
        let mut last = None;
        for place in std::iter::once(own).chain(before) {
            if place.version < floor {
                return Ok(None);
            }
            if found(&place) {
                return Ok(Some(place));
            }
            last = Some((place.record, place.version));
        }
        match last {
            // The oldest that this record tells of has told of itself only; it tells of those before it, too.
            Some((oldest, version)) if version > 1 && version < record.version => name = oldest,
            _ => return Ok(None),
        }
    }
}

/// Where a version is, or a 404.
pub(crate) fn version(io: &mut Io, scope: &Scope, head: &Head, version: u64) -> Result<Place, Stop> {
    let found = search(io, scope, head, version, |place| place.version == version)?;
    found.ok_or_else(|| {
        let detail = format!("there is no version {version}; the newest is {}", head.version);
        Trouble::new(404, "no such version", detail).into()
    })
}

/// A page of records: versions below `before`, newest first.
pub(crate) fn page(io: &mut Io, scope: &Scope, before: Option<u64>, limit: usize) -> Result<Records<Json>, Stop> {
    let (head, _) = head(io, scope)?;
    let newest = before.map_or(head.version, |before| before.saturating_sub(1).min(head.version));
    let mut records = Vec::new();
    if newest == 0 {
        return Ok(Records { records, before: None });
    }
    let place = version(io, scope, &head, newest)?;
    let mut first: RecordObject<Json> = record(io, scope, &place.record)?;
    let recent = std::mem::take(&mut first.recent);
    records.push(told(first));
    let mut reads = 0;
    for entry in recent {
        if records.len() >= limit {
            break;
        }
        match entry.changes {
            Some(changes) => records.push(Record {
                version: entry.version,
                at: entry.at,
                by: entry.by,
                via: entry.via,
                message: entry.message,
                changes,
                marks: entry.marks,
                document: entry.document,
            }),
            None if reads == READS => break,
            None => {
                reads += 1;
                records.push(told(record(io, scope, &entry.record)?));
            }
        }
    }
    let before = records.last().map(|record| record.version).filter(|version| *version > 1);
    Ok(Records { records, before })
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
