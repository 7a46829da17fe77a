//! What evaluating costs at worst. Each flag and condition of an image says it, and it is enough to look at each by itself to know
//! that all of them are right: what follows something costs less than that. So nothing follows itself, and evaluating ends soon.

use alloc::vec::Vec;

use crate::limits;

use super::Image;
use super::node::Node;
use super::part::{Part, Span};
use super::row::{Flag, FlagTest, Release, Rule, Stage, Weighed};

/// The greatest numbers that share a word: far above what any document costs.
const STEPS: u32 = 0xf_ffff;
const DEPTH: u32 = 0xfff;

/// A bound of the time and the stack that something takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cost {
    /// Conditions, rules and flags that are looked at.
    pub(crate) steps: u32,
    /// How many of them within each other.
    pub(crate) depth: u32,
}

impl Cost {
    /// The most that a document may come to that passes `check`.
    pub(crate) const MOST: Cost = Cost {
        steps: 3 * limits::STEPS as u32,
        depth: (limits::FLAG_CHAIN * (2 + (limits::SEGMENT_CHAIN + 1) * (limits::CONDITION_DEPTH + 2))) as u32,
    };

    /// The cost of something without what follows it.
    pub(crate) const ONE: Cost = Cost { steps: 1, depth: 1 };

    /// With something more to follow.
    pub(crate) fn and(self, other: Cost) -> Cost {
        Cost { steps: (self.steps + other.steps).min(STEPS), depth: self.depth.max(other.depth + 1).min(DEPTH) }
    }
}

impl Part for Cost {
    const WORDS: usize = 1;

    fn take(words: &mut &[u32]) -> Cost {
        let word = u32::take(words);
        Cost { steps: word & STEPS, depth: word >> STEPS.count_ones() }
    }

    fn put(&self, words: &mut Vec<u32>) {
        words.push(self.steps | self.depth << STEPS.count_ones());
    }
}

impl Image<'_> {
    /// What a condition costs, if what it follows costs what that says.
    pub(super) fn cost_of(self, node: &Node) -> Cost {
        match *node {
            Node::All(list) | Node::Any(list) => self.sum(list),
            Node::Not(node) | Node::Segment(node) => Cost::ONE.and(self.cost_at(node)),
            Node::Flag(test) => self.row(test).map_or(Cost::ONE, |test| self.cost_of_test(test)),
            Node::Percent { .. } | Node::Ramp { .. } | Node::After(_) | Node::Before(_) | Node::Attribute(..) => Cost::ONE,
        }
    }

    /// What a flag costs, if what it follows costs what that says.
    pub(super) fn cost_of_flag(self, flag: &Flag) -> Cost {
        let tests = self.rows(flag.requires).map(|test| self.cost_of_test(test));
        let rules = self.rows(flag.rules).map(|rule: Rule| self.cost_at(rule.when));
        let release: Option<Release> = flag.release.and_then(|release| self.row(release));
        let stages = self.rows(release.map(|release| release.stages).unwrap_or_default()).map(|stage: Stage| self.cost_at(stage.audience));
        tests.chain(rules).chain(stages).fold(Cost::ONE, Cost::and)
    }

    fn cost_of_test(self, test: FlagTest) -> Cost {
        Cost::ONE.and(self.row(test.flag).map(|flag: Flag| flag.cost).unwrap_or_default())
    }

    fn cost_at(self, node: u32) -> Cost {
        self.row(node).map(|node: Weighed| node.cost).unwrap_or_default()
    }

    fn sum(self, nodes: Span) -> Cost {
        self.rows(nodes).map(|node: Weighed| node.cost).fold(Cost::ONE, Cost::and)
    }
}
