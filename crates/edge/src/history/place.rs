//! Finding a version in a history: from the head by milestones, then by what a record tells of the fifty before it. Every name on the
//! way was read from a record that is what *its* name says, so no list of the folder and no index has to be believed. (A list by the
//! version's eight digits would also cost one read, but the folder has orphans beside the history's own, and of a head that was set
//! back even whole chains of them: which of two is meant, only a walk from the head can say.) Version 1 of 5,000 is four records away.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use halyard_core::Json;
use serde::{Deserialize, Serialize};

use super::{good_record, record, unusable};
use crate::io::{Io, Stop};
use crate::store::{Head, RecentEntry, RecordObject, Scope, version_of, version_prefix};
use crate::wire::Trouble;

/// How many records are read for a version. A few lead to any; so many are read where records are broken, or older than milestones.
const READS: usize = 250;

/// Where a version is to be found.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Place {
    pub(crate) record: String,
    pub(crate) publish: String,
    pub(crate) document: String,
    pub(crate) version: u64,
}

impl Place {
    fn of(name: &str, record: &RecordObject<Json>) -> Place {
        let (publish, document) = (record.publish.clone(), record.document.clone());
        Place { record: name.to_owned(), publish, document, version: record.version }
    }

    fn before(entry: RecentEntry<Json>) -> Place {
        Place { record: entry.record, publish: entry.publish, document: entry.document, version: entry.version }
    }
}

/// Goes down a history from its head to the first version for which `found` says yes; none: there is none at or above `floor`.
pub(crate) fn search(io: &mut Io, scope: &Scope, head: &Head, floor: u64, found: impl Fn(&Place) -> bool) -> Result<Option<Place>, Stop> {
    let first = (head.record.clone(), None);
    let (_, place) = io.rounds(&format!("search from {} to {floor}", head.record), first, |io, (name, _)| {
        let record = record(io, scope, &name)?;
        let (own, version) = (Place::of(&name, &record), record.version);
        let mut last = None;
        for place in std::iter::once(own).chain(record.recent.into_iter().map(Place::before)) {
            if place.version < floor {
                return Ok(ControlFlow::Break((name, None)));
            }
            if found(&place) {
                return Ok(ControlFlow::Break((name, Some(place))));
            }
            last = Some((place.record, place.version));
        }
        Ok(match last {
            // The oldest that this record tells of has told of itself only; it tells of those before it, too.
            Some((oldest, last)) if last > floor && last < version => ControlFlow::Continue((oldest, None)),
            _ => ControlFlow::Break((name, None)),
        })
    })?;
    Ok(place)
}

/// Where a version is, or a 404.
pub(crate) fn version(io: &mut Io, scope: &Scope, head: &Head, version: u64) -> Result<Place, Stop> {
    if version == 0 || version > head.version {
        let detail = format!("there is no version {version}; the newest is {}", head.version);
        return Err(Trouble::new(404, "no such version", detail).into());
    }
    let way = way(io, scope, head, version, good_record)?;
    way.found.ok_or_else(|| unusable(&scope.record(way.bad.first().unwrap_or(&head.record))))
}

/// How far a search for a version has come.
#[derive(Serialize, Deserialize)]
pub(super) struct Way {
    pub(super) found: Option<Place>,
    /// Names of records at or above the version that are still to be read.
    open: BTreeSet<String>,
    /// Those that were read.
    done: BTreeSet<String>,
    /// Those of them that are missing or altered. The others may know a way around them.
    bad: Vec<String>,
    /// The name of the newest record below the version that anybody told of: where to go on if there is no way to it.
    pub(super) below: Option<String>,
}

/// Looks for a version. Reads the lowest known record at or above it, until one tells of it.
pub(super) fn way(
    io: &mut Io,
    scope: &Scope,
    head: &Head,
    version: u64,
    read: impl Fn(&mut Io, &Scope, &str) -> Result<Option<RecordObject<Json>>, Stop>,
) -> Result<Way, Stop> {
    let first = Way { found: None, open: [head.record.clone()].into(), done: BTreeSet::new(), bad: Vec::new(), below: None };
    let lowest = version_prefix(version);
    io.rounds(&format!("way to version {version}"), first, |io, mut way| {
        let Some(name) = way.open.pop_first().filter(|_| way.done.len() < READS) else { return Ok(ControlFlow::Break(way)) };
        way.done.insert(name.clone());
        let Some(record) = read(io, scope, &name)? else {
            way.bad.push(name);
            return Ok(ControlFlow::Continue(way));
        };
        let milestones = record.milestones.clone();
        let own = Place::of(&name, &record);
        for place in std::iter::once(own).chain(record.recent.into_iter().map(Place::before)) {
            if place.version == version && version_of(&place.record) == Some(version) {
                way.found = Some(place);
                return Ok(ControlFlow::Break(way));
            }
            way.tell(place.record, &lowest);
        }
        for milestone in milestones {
            way.tell(milestone, &lowest);
        }
        Ok(ControlFlow::Continue(way))
    })
}

impl Way {
    /// A record that was read tells that there is one under this name.
    fn tell(&mut self, name: String, lowest: &str) {
        if name.as_str() < lowest {
            self.below = self.below.take().max(Some(name));
        } else if !self.done.contains(&name) {
            self.open.insert(name);
        }
    }
}
