//! The walk from a version down: each record under its name, compared with what later ones say of it, and its changes with documents.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use halyard_core::document::digest;
use halyard_core::{Json, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Follow, stored, stored_record};
use crate::history::place::way;
use crate::http::to_json;
use crate::io::{Io, Stop};
use crate::store::{Head, RECENT, RecentEntry, RecordObject, Scope, version_of};
use crate::wire::{Finding, Sort, Verified};

/// How many objects one request reads, and how many bytes of documents. No more than one document is held at a time, and the text
/// that changes make of it.
const READS: usize = 50;
const BYTES: usize = 16 << 20;

/// How far a walk has come.
#[derive(Default, Serialize, Deserialize)]
struct Walk {
    /// The version that was looked at last.
    before: u64,
    /// Of the versions still to come, the next one first: what the record that was read last says of them.
    claims: Vec<Claim>,
    /// The record that was read last, if it was whole.
    newer: Option<Newer>,
    /// The publish ids of this slice.
    publishes: BTreeMap<String, u64>,
    reads: usize,
    bytes: usize,
    faults: Vec<Finding>,
    notes: Vec<Finding>,
}

/// What is said of a record by another. Builds from before `moves` passed entries on without them.
#[derive(Serialize, Deserialize)]
struct Claim {
    record: String,
    document: Option<String>,
    /// The hash of all that is said of it but for its changes, and of its changes; none: nothing is said.
    about: Option<String>,
    changes: Option<String>,
    moves: Option<String>,
}

/// What the record before it must fit.
#[derive(Serialize, Deserialize)]
struct Newer {
    version: u64,
    object: String,
    at: Timestamp,
    milestones: Vec<String>,
}

/// Walks from the newest version below `before` as far as one request should.
pub(super) fn walk<F: Follow>(io: &mut Io, scope: &Scope, head: &Head, before: Option<u64>) -> Result<Verified, Stop> {
    let newest = before.map_or(head.version, |before| before.saturating_sub(1).min(head.version));
    let first = io.decided("where the walk begins", |io| begin(io, scope, head, newest))?;
    let walk = io.rounds("walk", first, |io, walk| round::<F>(io, scope, head, walk))?;
    let Walk { before, faults, notes, .. } = walk;
    Ok(Verified { from: before.min(newest), to: newest, faults, notes, orphans: Vec::new(), before: Some(before) })
}

/// What the version above the first says of it, or the way there from the head.
fn begin(io: &mut Io, scope: &Scope, head: &Head, newest: u64) -> Result<Walk, Stop> {
    let mut walk = Walk { before: newest + 1, ..Walk::default() };
    if newest == head.version {
        let (record, document) = (head.record.clone(), Some(head.document.clone()));
        walk.claims = vec![Claim { record, document, about: None, changes: None, moves: None }];
        return Ok(walk);
    }
    let read = |io: &mut Io, scope: &Scope, name: &str| Ok(stored_record(io, scope, name)?.ok());
    if let Some(above) = way(io, scope, head, newest + 1, read)?.found
        && let Ok(record) = stored_record(io, scope, &above.record)?
    {
        walk.go_on(scope, &above.record, record);
        return Ok(walk);
    }
    let way = way(io, scope, head, newest, read)?;
    let (name, document) = match (way.found, way.below) {
        (Some(place), _) => (Some(place.record), Some(place.document)),
        (None, below) => {
            let reached = below.as_deref().and_then(version_of).unwrap_or(0);
            let object = format!("{}/records/", scope.folder());
            let what =
                format!("nothing that can be read leads to versions {} to {newest}: the records that named them are broken", reached + 1);
            walk.faults.push(Finding { version: Some(newest), object, sort: Sort::Missing, what });
            walk.before = reached + 1;
            (below, None)
        }
    };
    walk.claims = name.map(|record| Claim { record, document, about: None, changes: None, moves: None }).into_iter().collect();
    Ok(walk)
}

fn round<F: Follow>(io: &mut Io, scope: &Scope, head: &Head, mut walk: Walk) -> Result<ControlFlow<Walk, Walk>, Stop> {
    if walk.claims.is_empty() || walk.before <= 1 {
        walk.before = walk.before.max(1);
        return Ok(ControlFlow::Break(walk));
    }
    let version = walk.before - 1;
    // Every document is read with the version behind it, but the one that a walk begins with.
    let is_first = walk.reads == 0 && walk.newer.is_none();
    let claim = walk.claims.remove(0);
    let object = scope.record(&claim.record);
    let fault = |sort: Sort, what: String| Finding { version: Some(version), object: object.clone(), sort, what };
    walk.before = version;
    walk.reads += 1;
    let record = match stored_record(io, scope, &claim.record)? {
        Ok(record) => record,
        Err((sort, what)) => {
            walk.faults.push(fault(sort, what));
            walk.newer = None;
            if let (true, Some(name)) = (is_first, &claim.document) {
                read_document(io, scope, &mut walk, version, name)?;
            }
            if let Some(name) = walk.claims.first().and_then(|claim| claim.document.clone()) {
                read_document(io, scope, &mut walk, version.saturating_sub(1), &name)?;
            }
            return Ok(walk.next());
        }
    };
    walk.compare(head, &claim, &record, version, &fault);
    // Where it stands in for another, the walk goes on from its own place.
    walk.before = version.min(record.version);
    if is_first && version > 1 {
        read_document(io, scope, &mut walk, version, &record.document)?;
    }
    let parent = record.recent.first().map(|parent| parent.document.clone());
    let from = match &parent {
        Some(name) => read_document(io, scope, &mut walk, version.saturating_sub(1), name)?,
        None => read_document(io, scope, &mut walk, version, &record.document)?,
    };
    if let Some(bytes) = from {
        match F::read(&bytes) {
            None => walk.notes.push(fault(Sort::Odd, "the document before it is one that this build cannot read".to_owned())),
            Some(read) => {
                drop(bytes);
                let from = if parent.is_some() { read } else { F::nothing_before(&read) };
                follow::<F>(&from, &record, &mut walk, &fault);
            }
        }
    }
    walk.go_on(scope, &claim.record, record);
    Ok(walk.next())
}

/// Whether a record's changes lead from the document before it to its own.
fn follow<F: Follow>(from: &F::Document, record: &RecordObject<Json>, walk: &mut Walk, fault: &impl Fn(Sort, String) -> Finding) {
    let own = F::apply(from, &record.changes).filter(|own| digest(F::canonical(own).as_bytes()) == record.document);
    let Some(own) = own else {
        let what = "its changes were altered: they do not lead from the document before it to its own";
        walk.faults.push(fault(Sort::Misfit, what.to_owned()));
        return;
    };
    if !record.moves.is_empty() && record.moves != F::moves(from, &own, &record.changes) {
        let what = "the flags that it tells of its releases were altered: they are not those that its documents have";
        walk.faults.push(fault(Sort::Misfit, what.to_owned()));
    }
    // Sentences are another matter: later builds may find better words for the same change.
    if F::diff(from, &own).iter().map(unspoken).ne(record.changes.iter().map(unspoken)) {
        let what = "its changes lead to its document, but this build would tell them otherwise: they are of another build, or were altered";
        walk.notes.push(fault(Sort::Odd, what.to_owned()));
    }
}

fn unspoken(change: &Json) -> Json {
    let mut change = change.clone();
    if let Json::Object(fields) = &mut change {
        fields.remove("sentence");
    }
    change
}

/// A document as the store has it, if it is what its name says.
fn read_document(io: &mut Io, scope: &Scope, walk: &mut Walk, version: u64, name: &str) -> Result<Option<Vec<u8>>, Stop> {
    let object = scope.document(name);
    walk.reads += 1;
    let (sort, what) = match stored(io, &object)? {
        None => (Sort::Missing, "the document is not there"),
        Some(bytes) => {
            walk.bytes += bytes.len();
            if digest(&bytes) == name {
                return Ok(Some(bytes));
            }
            (Sort::Altered, "the document is not what its name says: its bytes were altered")
        }
    };
    let finding = Finding { version: Some(version), object, sort, what: what.to_owned() };
    if !walk.faults.contains(&finding) {
        walk.faults.push(finding);
    }
    Ok(None)
}

impl Walk {
    /// What is said of a record, and what it says of itself.
    fn compare(&mut self, head: &Head, claim: &Claim, record: &RecordObject<Json>, version: u64, fault: &impl Fn(Sort, String) -> Finding) {
        let mut misfit = |what: String| self.faults.push(fault(Sort::Misfit, what));
        if record.version != version {
            misfit(format!("it is the record of version {}, and stands where version {version} belongs", record.version));
        }
        if record.lineage != head.lineage {
            misfit(format!("it is of another history: its lineage is `{}`, the head's is `{}`", record.lineage, head.lineage));
        }
        if claim.document.as_ref().is_some_and(|document| *document != record.document) {
            misfit(format!("it has another document than version {version} is said to have elsewhere"));
        }
        let told = record.recent.first();
        if record.parent.as_ref() != told.map(|told| &told.record) {
            misfit("the record before it is not the first that it tells of".to_owned());
        }
        if record.parent.is_none() != (version == 1) {
            misfit(if version == 1 { "it is the first, and names one before it" } else { "it names no record before it" }.to_owned());
        }
        if let Some(other) = self.publishes.insert(record.publish.clone(), version) {
            misfit(format!("it has the same publish id as version {other}: `{}`", record.publish));
        }
        let Some(newer) = self.newer.take() else { return };
        let mut lie = |what: String| {
            self.faults.push(Finding { version: Some(newer.version), object: newer.object.clone(), sort: Sort::Misfit, what });
        };
        let own = Claim::of(record.entry(&claim.record));
        if !own.agrees(claim) {
            lie(format!("what it says of version {version} is not what that version's record says"));
        }
        let here: Vec<Claim> = record.recent.iter().take(RECENT - 1).cloned().map(Claim::of).collect();
        if let Some(other) = here.iter().zip(&self.claims).position(|(here, there)| !here.agrees(there)) {
            let other = version.saturating_sub(other as u64 + 1);
            lie(format!("what it says of version {other} is not what version {version} says of it"));
        } else if self.claims.len() < here.len() {
            lie("it leaves out some of the versions before it".to_owned());
        }
        if newer.milestones.iter().any(|name| *name != claim.record && !record.milestones.contains(name)) {
            lie("it names a milestone that the record before it does not know".to_owned());
        }
        if newer.at < record.at {
            let what = format!("by its clock it was published before version {version}: two publishers' clocks disagree");
            self.notes.push(Finding { version: Some(newer.version), object: newer.object, sort: Sort::Odd, what });
        }
    }

    /// From here on, this record is the one that others are compared with.
    fn go_on(&mut self, scope: &Scope, name: &str, record: RecordObject<Json>) {
        self.newer = Some(Newer { version: record.version, object: scope.record(name), at: record.at, milestones: record.milestones });
        self.claims = record.recent.into_iter().map(Claim::of).collect();
        if let (true, Some(record)) = (self.claims.is_empty(), record.parent) {
            self.claims = vec![Claim { record, document: None, about: None, changes: None, moves: None }];
        }
    }

    fn next(self) -> ControlFlow<Walk, Walk> {
        let is_over = self.claims.is_empty() || self.before <= 1 || self.reads >= READS || self.bytes >= BYTES;
        if is_over { ControlFlow::Break(self) } else { ControlFlow::Continue(self) }
    }
}

impl Claim {
    fn of(mut entry: RecentEntry<Json>) -> Claim {
        let changes = entry.changes.take().map(|changes| digest(&to_json(&changes)));
        let moves = Some(std::mem::take(&mut entry.moves)).filter(|moves| !moves.is_empty()).map(|moves| digest(&to_json(&moves)));
        let about = Some(digest(&to_json(&entry)));
        Claim { record: entry.record, document: Some(entry.document), about, changes, moves }
    }

    /// Whether two that speak of the same record say the same, as far as both say something.
    fn agrees(&self, other: &Claim) -> bool {
        let is_same = |one: &Option<String>, two: &Option<String>| one.is_none() || two.is_none() || one == two;
        let [about, changes, moves] =
            [(&self.about, &other.about), (&self.changes, &other.changes), (&self.moves, &other.moves)].map(|(one, two)| is_same(one, two));
        self.record == other.record && about && changes && moves
    }
}
