//! A draft over what is published: as it is, or merged with what others did since it was begun.

use halyard_core::merge::{Clash, Merge, Side};
use halyard_core::{Change, Document, diff, merge};
use halyard_edge::wire::Told;

use super::{Next, head, stored};
use crate::failure::Failure;
use crate::output::{self, say};
use crate::store::Store;
use crate::{input, words};

/// What a document began as.
#[derive(Clone, Debug)]
pub(super) enum Origin {
    /// This version.
    Version(u64),
    /// What is in this file.
    File(String),
}

/// What is published now.
pub(super) struct Current {
    pub(super) etag: String,
    pub(super) version: u64,
    document: Document,
}

/// What somebody wants to publish.
pub(super) struct Draft {
    pub(super) base: Document,
    /// What `base` is, in words.
    pub(super) began: String,
    pub(super) document: Document,
    pub(super) bytes: Vec<u8>,
    pub(super) prefer: Option<Side>,
    pub(super) no_merge: bool,
    pub(super) json: bool,
}

/// What is told of clashes to programs.
#[derive(serde::Serialize)]
struct Clashing<'a> {
    version: u64,
    clashes: &'a [Clash],
    taken: Vec<Told>,
}

/// The current version.
pub(super) fn current(store: &Store, path: &str) -> Result<Current, Failure> {
    let response = store.send(store.request("GET", &format!("{path}/document")))?;
    let (etag, version) = head(&response)?;
    Ok(Current { etag, version, document: stored(&response.body)? })
}

/// The document that a draft began as.
pub(super) fn base(store: &Store, path: &str, from: Option<&Origin>, current: &Current) -> Result<Document, Failure> {
    match from {
        Some(Origin::File(path)) => Ok(input::document(path)?.into_inner()),
        Some(Origin::Version(version)) if *version != current.version => {
            stored(&store.send(store.request("GET", &format!("{path}/document?version={version}")))?.body)
        }
        _ => Ok(current.document.clone()),
    }
}

impl Draft {
    /// What to send on top of the current version.
    ///
    /// # Errors
    /// The store is at fault where both sides changed the same and nobody has chosen, or where nothing is to be merged.
    pub(super) fn over(&self, current: &Current) -> Result<Next, Failure> {
        let next = |bytes, is_merged| Next { bytes, etag: current.etag.clone(), version: current.version, is_merged };
        if self.base == current.document {
            return Ok(next(self.bytes.clone(), false));
        }
        if self.no_merge {
            return Err(moved(&self.began, current.version));
        }
        let merged = merge(&self.base, &self.document, &current.document);
        if !self.json {
            say(&format!("version {} is the current one, not {}. published since:\n", current.version, self.began));
            let theirs = diff(&self.base, &current.document);
            say(&words::listed(theirs.iter().map(sentence), 20));
        }
        let document = self.settle(&merged, current)?;
        Ok(next(document.canonical().into_bytes(), true))
    }

    /// The merged document, if nothing clashes or somebody has chosen.
    fn settle(&self, merged: &Merge, current: &Current) -> Result<Document, Failure> {
        if merged.clashes.is_empty() {
            return Ok(merged.document.clone());
        }
        let clashes = match merged.clashes.len() {
            1 => "1 clash".to_owned(),
            number => format!("{number} clashes"),
        };
        if let Some(side) = self.prefer {
            let whose = if side == Side::Mine { "yours stands" } else { "theirs stands" };
            if !self.json {
                say(&format!("{clashes}, {whose}:\n{}", words::listed(merged.clashes.iter().map(place), 20)));
            }
            return merged.resolve(&vec![side; merged.clashes.len()]).map_err(|misfits| {
                say(&words::listed(misfits.iter().map(|misfit| sentence(&misfit.change)), 20));
                Failure::store("these changes cannot stand beside what was published since; make them on top of it by hand")
            });
        }
        if self.json {
            let taken = merged.taken.iter().cloned().map(Told::from).collect();
            output::json(&Clashing { version: current.version, clashes: &merged.clashes, taken })?;
        } else {
            for clash in &merged.clashes {
                say(&format!("{}\n", told(clash)));
            }
        }
        Err(Failure::store(format!(
            "version {version} is the current one, not {}: {clashes} with what was published since, so nothing is published. choose with \
             `--prefer mine` or `--prefer theirs`, or `halyard get` version {version}, put your changes on top of it and publish with \
             `--from {version}`",
            self.began,
            version = current.version,
        )))
    }
}

/// Somebody was there, and nothing is merged.
pub(super) fn moved(began: &str, version: u64) -> Failure {
    Failure::store(format!(
        "version {version} is the current one, not {}: somebody published since. get it, carry your changes over, and try again",
        began.trim_start_matches("version ")
    ))
}

fn place(clash: &Clash) -> String {
    words::printable(&if clash.path.is_empty() { "the whole document".to_owned() } else { clash.path.join(" › ") })
}

/// Both sides of a clash.
fn told(clash: &Clash) -> String {
    let side = |changes: &[Change]| words::listed(changes.iter().map(sentence), 10).replace("  - ", "      ");
    format!("clash at {}\n    yours:\n{}    theirs:\n{}", place(clash), side(&clash.my_changes), side(&clash.their_changes))
}

fn sentence(change: &Change) -> String {
    words::printable(&change.sentence())
}
