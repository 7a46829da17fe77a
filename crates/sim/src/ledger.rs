//! What truly happened, as only the simulator knows: every commit, who asked for it, and what publishers were told.

use std::collections::{BTreeMap, BTreeSet};

use halyard_core::Json;
use halyard_core::document::digest;
use halyard_edge::project::Project;
use halyard_edge::store::{Head, RecordObject, Scope};

use crate::flags::Known;

/// A publish as a client asked for it.
#[derive(Clone, Debug)]
pub(crate) struct Order {
    pub(crate) scope: Scope,
    /// The record that it began with, and its version.
    pub(crate) base: (String, u64),
    /// The publish's own name, where the client gave one.
    pub(crate) id: Option<String>,
    pub(crate) what: What,
    pub(crate) message: String,
}

/// What is to be published.
#[derive(Clone, Debug)]
pub(crate) enum What {
    Document { body: String, is_good: bool },
    Version(u64),
}

/// A head that moved.
pub(crate) struct Commit {
    pub(crate) head: Head,
    pub(crate) record: RecordObject<Json>,
    /// The call whose put moved it; none: it was there in the beginning.
    pub(crate) call: Option<u64>,
}

/// Everything that is known.
#[derive(Default)]
pub(crate) struct Ledger {
    histories: BTreeMap<Scope, Vec<Commit>>,
    /// The bytes of every document that was published, by digest.
    documents: BTreeMap<String, Vec<u8>>,
    known: BTreeMap<String, Known>,
    /// Publishes under way and past, by call.
    pub(crate) orders: BTreeMap<u64, Order>,
    /// Calls that were told that they published nothing, and how.
    pub(crate) denied: BTreeMap<u64, String>,
    /// Objects that somebody has put wrong by hand, with what belongs there.
    pub(crate) tampered: BTreeMap<String, Option<Vec<u8>>>,
    /// Records that were named by hand: whoever reads a head is told of them, and no node serves them.
    pub(crate) by_hand: BTreeSet<String>,
    /// How often an environment was made anew.
    pub(crate) anew: u64,
}

impl Ledger {
    /// Every commit of a scope, oldest first, all lineages.
    pub(crate) fn history(&self, scope: &Scope) -> &[Commit] {
        self.histories.get(scope).map(Vec::as_slice).unwrap_or_default()
    }

    /// The commit that counts.
    pub(crate) fn last(&self, scope: &Scope) -> Option<&Commit> {
        self.history(scope).last()
    }

    /// The commit of a record.
    pub(crate) fn of_record(&self, scope: &Scope, record: &str) -> Option<&Commit> {
        self.history(scope).iter().rev().find(|commit| commit.head.record == record)
    }

    /// The commits of the lineage that counts, newest first.
    pub(crate) fn lineage(&self, scope: &Scope) -> impl Iterator<Item = &Commit> {
        let lineage = self.last(scope).map(|commit| commit.head.lineage.clone()).unwrap_or_default();
        self.history(scope).iter().rev().take_while(move |commit| commit.head.lineage == lineage)
    }

    /// Notes a commit.
    pub(crate) fn add(&mut self, scope: &Scope, commit: Commit, document: &[u8]) {
        let name = commit.head.document.clone();
        self.histories.entry(scope.clone()).or_default().push(commit);
        if let std::collections::btree_map::Entry::Vacant(place) = self.documents.entry(name.clone()) {
            place.insert(document.to_vec());
            if *scope != Scope::Project
                && let Some(known) = Known::read(document)
            {
                self.known.insert(name, known);
            }
        }
    }

    /// A published document's bytes.
    pub(crate) fn document(&self, name: &str) -> Option<&[u8]> {
        self.documents.get(name).map(Vec::as_slice)
    }

    /// A published document of flags.
    pub(crate) fn known(&self, name: &str) -> Option<&Known> {
        self.known.get(name)
    }

    /// The same, to ask it things.
    pub(crate) fn known_mut(&mut self, name: &str) -> Option<&mut Known> {
        self.known.get_mut(name)
    }

    /// The digest that the document of an order has once it is published.
    pub(crate) fn digest_of(&self, order: &Order) -> Option<String> {
        match &order.what {
            What::Document { body, .. } if order.scope == Scope::Project => {
                Some(digest(Project::read(body.as_bytes()).ok()?.canonical().as_bytes()))
            }
            What::Document { body, .. } => Some(Known::read(body.as_bytes())?.document().digest()),
            What::Version(version) => {
                let lineage = &self.of_record(&order.scope, &order.base.0)?.head.lineage;
                let is_it = |commit: &&Commit| commit.head.version == *version && commit.head.lineage == *lineage;
                Some(self.history(&order.scope).iter().find(is_it)?.head.document.clone())
            }
        }
    }
}
