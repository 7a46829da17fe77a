//! Whether a history is whole: a slice of it read from the store itself, past every cache, and everything compared that can be.
//!
//! What this finds: an object that is gone or has other bytes than its name was made from; versions that do not follow each other;
//! records that say other things of a publish than its own record does; changes that do not lead from the one document to the next.
//! What nobody can find from the store alone: a history that was rewritten from some version up to its head, consistently, by
//! somebody who may write to the store, and a head that was set back. What they leave behind is told as orphans, which a lost race
//! leaves as well. To be sure, note a version's record (the ETag of its document) elsewhere, and compare.

mod folder;
mod follow;
mod walk;

use halyard_core::Json;

use super::PATIENCE_MS;
use crate::effect::EffectResult;
use crate::io::{Io, Stop};
use crate::store::{Head, RecordObject, Scope, is_named};
use crate::trouble::store_down;
use crate::wire::{Finding, Sort, Verified};

pub(crate) use follow::Follow;

/// Verifies the versions below `before`, as many as one request should; where there are none left, the folder.
pub(crate) fn verify<F: Follow>(io: &mut Io, scope: &Scope, before: Option<u64>) -> Result<Verified, Stop> {
    let head = match stored(io, &scope.head())? {
        Some(bytes) => Head::parse(&bytes).map_err(|why| (Sort::Altered, why)),
        None => Err((Sort::Missing, "the head is not there")),
    };
    let head = match head {
        Ok(head) => head,
        Err((sort, why)) => {
            let what = format!("{why}, so nobody can tell which version is current; nodes go on with what they have");
            let fault = Finding { version: None, object: scope.head(), sort, what };
            return Ok(Verified { from: 0, to: 0, faults: vec![fault], notes: Vec::new(), orphans: Vec::new(), before: None });
        }
    };
    if before.is_some_and(|before| before <= 1) { folder::look(io, scope, &head) } else { walk::walk::<F>(io, scope, &head, before) }
}

/// An object as the store has it; none: there is none.
fn stored(io: &mut Io, key: &str) -> Result<Option<Vec<u8>>, Stop> {
    match io.get(key, PATIENCE_MS)? {
        EffectResult::Found { body, .. } => Ok(Some(body)),
        EffectResult::Missing => Ok(None),
        _ => Err(store_down("an object").into()),
    }
}

/// A record as the store has it, or what is wrong with it.
fn stored_record(io: &mut Io, scope: &Scope, name: &str) -> Result<Result<RecordObject<Json>, (Sort, String)>, Stop> {
    let Some(bytes) = stored(io, &scope.record(name))? else {
        return Ok(Err((Sort::Missing, "the record is not there".to_owned())));
    };
    if !is_named(name, &bytes) {
        return Ok(Err((Sort::Altered, "the record is not what its name says: its bytes were altered".to_owned())));
    }
    Ok(RecordObject::parse(name, &bytes).map_err(|why| (Sort::Misfit, format!("{why}, though it is what its name says"))))
}
