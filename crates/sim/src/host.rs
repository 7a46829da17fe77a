//! A host: the process around a node. It holds what was kept, has a clock of its own, and catches panics.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use halyard_edge::{Config, Node, follow};

use crate::invariants::{Violation, broken};

/// One node and what is around it.
pub(crate) struct Host {
    node: Node,
    config: Config,
    /// Last good bytes, by name. They outlive an instance, and a process where the disk does.
    kept: BTreeMap<String, Vec<u8>>,
    /// How far its clock is ahead, in milliseconds.
    pub(crate) ahead: i64,
    /// Which era this is: an instance that traps and a clock that jumps begin another.
    pub(crate) era: u64,
    /// When a publish was last answered here: its node looks at the head again at once.
    pub(crate) published: i64,
    /// The highest version that this process has served, by lineage.
    pub(crate) served: BTreeMap<String, u64>,
    /// The version that it has served last, and what it complained of.
    pub(crate) last_answer: Option<(u64, Option<String>)>,
    /// Whether this process has served anything.
    pub(crate) has_answered: bool,
    /// Whether what was kept could not be had when it was asked for.
    pub(crate) kept_failed: bool,
}

impl Host {
    pub(crate) fn new(config: Config) -> Host {
        Host {
            node: Node::new(config.clone()),
            config,
            kept: BTreeMap::new(),
            ahead: 0,
            era: 0,
            published: i64::MIN / 2,
            served: BTreeMap::new(),
            last_answer: None,
            has_answered: false,
            kept_failed: false,
        }
    }

    /// Runs the node. A panic is a finding.
    pub(crate) fn run<T>(&mut self, f: impl FnOnce(&mut Node) -> T) -> Result<T, Violation> {
        let node = &mut self.node;
        catch_unwind(AssertUnwindSafe(|| f(node))).map_err(|panic| {
            let message = panic.downcast_ref::<String>().cloned();
            let message = message.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
            broken(3, format!("the node panicked: {}", message.unwrap_or_default()))
        })
    }

    /// Takes copies out of the node, to hold them.
    pub(crate) fn keep(&mut self, names: Vec<String>) -> Result<(), Violation> {
        let packed = |node: &mut Node| names.into_iter().filter_map(|name| Some((node.packed(&name)?, name))).collect::<Vec<_>>();
        let packed = self.run(packed)?;
        self.kept.extend(packed.into_iter().map(|(bytes, name)| (name, bytes)));
        Ok(())
    }

    pub(crate) fn kept(&self, name: &str) -> Option<&Vec<u8>> {
        self.kept.get(name)
    }

    /// The instance is thrown away and rebuilt from what was kept.
    pub(crate) fn trap(&mut self) -> Result<(), Violation> {
        self.era += 1;
        self.node = Node::new(self.config.clone());
        let kept = self.kept.clone();
        self.run(|node| kept.iter().for_each(|(name, bytes)| node.restore(name, bytes)))
    }

    /// The process is killed; another one starts, with or without the disk of this one.
    pub(crate) fn kill(&mut self, disk_is_left: bool) {
        self.era += 1;
        self.node = Node::new(self.config.clone());
        self.served.clear();
        (self.has_answered, self.kept_failed) = (false, false);
        if !disk_is_left {
            self.kept.clear();
        }
    }

    /// Whether it has something to answer from, however the store is: it has answered before, was bundled with a snapshot, or has
    /// kept copies.
    pub(crate) fn promises_an_answer(&self) -> bool {
        let is_there = |name: &str| self.kept.get(name).is_some_and(|bytes| follow::unpack(bytes).is_some());
        let is_kept = is_there("project") && is_there("environments/production");
        self.has_answered || !self.config.snapshots.is_empty() || is_kept && !self.kept_failed
    }
}
