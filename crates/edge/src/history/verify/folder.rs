//! What is in a history's folder and belongs to no version.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use serde::{Deserialize, Serialize};

use crate::effect::{Effect, EffectResult};
use crate::history::good_record;
use crate::io::{Io, Stop};
use crate::store::{Head, Scope, imaged, is_digest, is_record_name, version_of};
use crate::trouble::store_down;
use crate::wire::{Finding, Sort, Verified};

/// How many records are read for the names of all versions; each tells of fifty. Beyond, this is not looked into.
const READS: usize = 200;
/// How many keys are listed at a time.
const KEYS: u32 = 1_000;
/// How many findings are told.
const TOLD: usize = 1_000;
/// How much of a hash is remembered: 64 bits tell ten thousand objects apart.
const SHORT: usize = 16;

/// The names of all versions' objects, as far as they have been read.
#[derive(Serialize, Deserialize)]
struct Names {
    /// The starts of their hashes, one behind the other: a journal that is read in every run wants to be small.
    hashes: String,
    /// The oldest version among them.
    oldest: u64,
    /// Records that tell of older ones, the oldest last.
    open: Vec<String>,
    reads: usize,
}

/// Looks through the folder.
pub(super) fn look(io: &mut Io, scope: &Scope, head: &Head) -> Result<Verified, Stop> {
    let mut verified = Verified { from: 0, to: 0, faults: Vec::new(), notes: Vec::new(), orphans: Vec::new(), before: None };
    let first = Names { hashes: String::new(), oldest: head.version + 1, open: vec![head.record.clone()], reads: 0 };
    let names = io.rounds("names of all versions", first, |io, names| more_names(io, scope, names))?;
    if names.oldest > 1 {
        let what =
            format!("what belongs to no version was not looked for: the history can only be followed down to version {}", names.oldest);
        verified.notes.push(Finding { version: Some(names.oldest), object: format!("{}/", scope.folder()), sort: Sort::Odd, what });
        return Ok(verified);
    }
    let known: BTreeSet<&[u8]> = names.hashes.as_bytes().chunks(SHORT).collect();
    let (orphans, _) =
        io.rounds("what is in the folder", (Vec::new(), None), |io, (mut found, after): (Vec<Finding>, Option<String>)| {
            let listed = io.perform(Effect::List { prefix: format!("{}/", scope.folder()), after, limit: KEYS })?;
            let EffectResult::Listed { keys, more } = listed else { return Err(store_down("the list of objects").into()) };
            found.extend(keys.iter().filter_map(|key| judge(scope, head, &known, key)));
            let is_over = !more || keys.is_empty() || found.len() > TOLD;
            let next = (found, keys.into_iter().next_back());
            Ok(if is_over { ControlFlow::Break(next) } else { ControlFlow::Continue(next) })
        })?;
    verified.orphans = orphans;
    if verified.orphans.len() > TOLD {
        verified.orphans.truncate(TOLD);
        let what = format!("there are more objects that belong to no version than the {TOLD} that are told");
        verified.notes.push(Finding { version: None, object: format!("{}/", scope.folder()), sort: Sort::Odd, what });
    }
    Ok(verified)
}

fn more_names(io: &mut Io, scope: &Scope, mut names: Names) -> Result<ControlFlow<Names, Names>, Stop> {
    let Some(name) = names.open.pop().filter(|_| names.reads < READS && names.oldest > 1) else { return Ok(ControlFlow::Break(names)) };
    names.reads += 1;
    // A record that is gone is a fault of the walk; the one above it tells of nearly as much.
    let Some(record) = good_record(io, scope, &name)? else { return Ok(ControlFlow::Continue(names)) };
    let own = (name, record.version, record.document);
    let before = record.recent.into_iter().map(|entry| (entry.record, entry.version, entry.document));
    let mut open = Vec::new();
    for (record, version, document) in std::iter::once(own).chain(before) {
        if version < names.oldest {
            names.hashes.push_str(short(&record));
            names.hashes.push_str(short(&document));
            names.oldest = version;
            open.push(record);
        }
    }
    if !open.is_empty() {
        names.open = open;
    }
    Ok(ControlFlow::Continue(names))
}

/// What is to be said of an object; none: it belongs to a version.
fn judge(scope: &Scope, head: &Head, known: &BTreeSet<&[u8]>, key: &str) -> Option<Finding> {
    let finding = |version, sort, what: String| Some(Finding { version, object: key.to_owned(), sort, what });
    let (collection, name) = key.strip_prefix(&scope.folder())?.strip_prefix('/')?.rsplit_once('/').unwrap_or_default();
    match (collection, name.strip_suffix(".json")) {
        _ if key == scope.head() => None,
        ("records", Some(name)) if is_record_name(name) => match version_of(name)? {
            _ if known.contains(short(name).as_bytes()) => None,
            version if version > head.version => {
                let what = "nobody sees this publish: it is under way, or was cut off before its last step";
                finding(Some(version), Sort::Orphan, what.to_owned())
            }
            version => {
                let what =
                    format!("nobody sees this publish: another one became version {version} first, or it was cut off before its last step");
                finding(Some(version), Sort::Orphan, what)
            }
        },
        ("documents", Some(name)) if is_digest(name) => {
            let what = "no version has this document: a publish that lost a race, was cut off or is under way put it there";
            (!known.contains(short(name).as_bytes())).then(|| finding(None, Sort::Orphan, what.to_owned()))?
        }
        ("images", None) if let Some(document) = imaged(name) => {
            let what = "no version has this image's document: a publish that lost a race, was cut off or is under way put it there";
            (!known.contains(short(document).as_bytes())).then(|| finding(None, Sort::Orphan, what.to_owned()))?
        }
        _ => finding(None, Sort::Stranger, "this is no name that Halyard gives; nothing reads it".to_owned()),
    }
}

/// The start of the hash in a record's or document's name.
fn short(name: &str) -> &str {
    name.split_once('-').and_then(|(_, hash)| hash.get(..SHORT)).unwrap_or_default()
}
