//! `halyard log --verify`: drives the node through all of a history, slice by slice, and says what it found.

use halyard_edge::wire::{Finding, Verified};

use crate::failure::{Failure, Outcome};
use crate::output::{self, count, say};
use crate::store::{self, Store};
use crate::words::printable;

/// What was found in all slices together.
#[derive(Default, serde::Serialize)]
struct Found {
    /// The newest version.
    version: u64,
    faults: Vec<Finding>,
    notes: Vec<Finding>,
    orphans: Vec<Finding>,
}

/// Runs it.
pub(super) fn run(store: &Store, path: &str, json: bool) -> Result<Outcome, Failure> {
    let mut found = Found::default();
    let mut before = None::<u64>;
    loop {
        let from = before.map(|before| format!("?before={before}")).unwrap_or_default();
        let slice: Verified = store::body(&store.send(store.request("GET", &format!("{path}/verify{from}")))?)?;
        found.version = found.version.max(slice.to);
        if !json {
            output::plain(&slice.faults.iter().map(told).collect::<String>())?;
        }
        found.faults.extend(slice.faults);
        found.notes.extend(slice.notes);
        found.orphans.extend(slice.orphans);
        match slice.before {
            Some(next) if before.is_none_or(|before| next < before) => before = Some(next),
            Some(_) => return Err(Failure::store("the store's answer goes in circles; is this `halyard` older than the node?")),
            None => break,
        }
    }
    if json {
        output::json(&found)?;
    } else {
        tell(&found)?;
    }
    Ok(if found.faults.is_empty() { Outcome::Fine } else { Outcome::InputAtFault })
}

fn tell(found: &Found) -> Result<(), Failure> {
    for finding in &found.notes {
        say(&format!("note: {}", told(finding)));
    }
    for finding in &found.orphans {
        say(&format!("in no version: {}", told(finding)));
    }
    let versions = count(usize::try_from(found.version).unwrap_or(usize::MAX), "version");
    let verdict = if found.faults.is_empty() { "whole".to_owned() } else { count(found.faults.len(), "fault") };
    let orphans =
        if found.orphans.is_empty() { String::new() } else { format!("; {} in no version", count(found.orphans.len(), "object")) };
    output::plain(&format!("{versions}: {verdict}{orphans}\n"))
}

fn told(finding: &Finding) -> String {
    let version = finding.version.map(|version| format!("version {version}, ")).unwrap_or_default();
    printable(&format!("{version}{}: {}\n", finding.object, finding.what))
}
