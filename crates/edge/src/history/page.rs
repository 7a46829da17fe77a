//! A page of history: records, newest first, that a filter wants.

use std::ops::ControlFlow;

use halyard_core::Json;
use serde::{Deserialize, Serialize};

use super::{Filter, head, record, told, version};
use crate::http::to_json;
use crate::io::{Io, Stop};
use crate::store::{Moves, RecentEntry, RecordObject, Scope};
use crate::wire::{Record, Records};

/// How many records one request looks at, and how many objects it reads for them. A record tells of the fifty before it.
const LOOKS: usize = 1_000;
const READS: usize = 25;
/// How many bytes of records one request answers before it leaves the rest to the next.
const BYTES: usize = 1 << 20;

/// How far a page has come.
#[derive(Serialize, Deserialize)]
struct Progress {
    /// The record to read next.
    anchor: String,
    /// The oldest version that was looked at: those below it are still to come.
    before: u64,
    looks: usize,
    reads: usize,
    bytes: usize,
    found: Vec<Record<Json>>,
}

/// A page of records: versions below `before`, newest first. It is cut short, with the `before` that goes on, where the request would
/// cost too much: it may then even be empty.
pub(crate) fn page(io: &mut Io, scope: &Scope, filter: &Filter, before: Option<u64>, limit: usize) -> Result<Records<Json>, Stop> {
    let (head, _) = head(io, scope)?;
    let newest = before.map_or(head.version, |before| before.saturating_sub(1).min(head.version));
    if newest == 0 {
        return Ok(Records { records: Vec::new(), before: None });
    }
    let anchor = if newest == head.version { head.record.clone() } else { version(io, scope, &head, newest)?.record };
    let first = Progress { anchor, before: newest + 1, looks: 0, reads: 0, bytes: 0, found: Vec::new() };
    let done = io.rounds("page of records", first, |io, mut progress| {
        let record = record(io, scope, &progress.anchor)?;
        progress.reads += 1;
        Ok(progress.look(record, filter, limit))
    })?;
    Ok(Records { records: done.found, before: Some(done.before).filter(|before| *before > 1) })
}

impl Progress {
    /// Looks at a record and at what it tells of those before it.
    fn look(mut self, mut anchor: RecordObject<Json>, filter: &Filter, limit: usize) -> ControlFlow<Progress, Progress> {
        let mut next = anchor.parent.take();
        let recent = std::mem::take(&mut anchor.recent);
        let moves = std::mem::take(&mut anchor.moves);
        let own = Line { name: self.anchor.clone(), is_whole: true, moves, record: told(anchor) };
        for Line { name, is_whole, moves, record } in std::iter::once(own).chain(recent.into_iter().map(Line::from)) {
            if record.version < self.before {
                if filter.ends_at(record.at) {
                    self.before = 0;
                    return ControlFlow::Break(self);
                }
                let is_wanted = filter.admits(&record.by, record.at);
                if is_wanted && !is_whole {
                    // Its changes are too large to be repeated: it is read itself, and tells of those before it as well.
                    next = Some(name);
                    break;
                }
                self.before = record.version;
                self.looks += 1;
                if is_wanted && filter.wants(&record.changes, &moves) {
                    self.bytes += to_json(&record).len();
                    self.found.push(record);
                }
                if self.found.len() >= limit || self.looks >= LOOKS || self.bytes >= BYTES {
                    return ControlFlow::Break(self);
                }
            }
            if name != self.anchor {
                next = Some(name);
            }
        }
        match next {
            Some(name) if self.before > 1 && self.reads < READS => {
                self.anchor = name;
                ControlFlow::Continue(self)
            }
            _ => ControlFlow::Break(self),
        }
    }
}

/// A record of a page, as itself or another tells it.
struct Line {
    name: String,
    /// Whether its changes are told.
    is_whole: bool,
    moves: Moves,
    record: Record<Json>,
}

impl From<RecentEntry<Json>> for Line {
    fn from(entry: RecentEntry<Json>) -> Line {
        let is_whole = entry.changes.is_some();
        let record = Record {
            version: entry.version,
            at: entry.at,
            by: entry.by,
            via: entry.via,
            message: entry.message,
            marks: entry.marks,
            document: entry.document,
            changes: entry.changes.unwrap_or_default(),
        };
        Line { name: entry.record, is_whole, moves: entry.moves, record }
    }
}
