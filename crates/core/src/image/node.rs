//! Conditions as rows.

use alloc::vec::Vec;

use crate::operators::text::Place;
use crate::time::Timestamp;

use super::Section;
use super::part::{Part, Row, Span, words_of, words_of_time};

/// The first word of a condition, and what the three behind it are.
pub(crate) mod kind {
    /// A stretch of `Nodes`.
    pub(crate) const ALL: u32 = 0;
    pub(crate) const ANY: u32 = 1;
    /// A row of `Nodes`.
    pub(crate) const NOT: u32 = 2;
    pub(crate) const SEGMENT: u32 = 3;
    /// A row of `FlagTests`.
    pub(crate) const FLAG: u32 = 4;
    /// From, to, and a row of `Bucketings`.
    pub(crate) const PERCENT: u32 = 5;
    /// A stretch of `Points`, and a row of `Bucketings`.
    pub(crate) const STEPS: u32 = 6;
    pub(crate) const LINEAR: u32 = 7;
    /// An instant.
    pub(crate) const AFTER: u32 = 8;
    pub(crate) const BEFORE: u32 = 9;
    /// From here on the first word is a row of `Attributes`. A row of `Scalars`.
    pub(crate) const IS: u32 = 10;
    /// A stretch of `Scalars`: lists of one.
    pub(crate) const HAS_ALL: u32 = 11;
    /// A stretch of `Listed`; the next number stands for the same without regard to case.
    pub(crate) const CONTAINS: u32 = 12;
    pub(crate) const STARTS_WITH: u32 = 14;
    pub(crate) const ENDS_WITH: u32 = 16;
    pub(crate) const ENDS_WITH_IN_ANY_CASE: u32 = 17;
    /// A row of `Patterns`.
    pub(crate) const MATCHES: u32 = 18;
    /// A double.
    pub(crate) const GREATER_THAN: u32 = 19;
    pub(crate) const AT_LEAST: u32 = 20;
    pub(crate) const LESS_THAN: u32 = 21;
    pub(crate) const AT_MOST: u32 = 22;
    /// An instant.
    pub(crate) const LATER: u32 = 23;
    pub(crate) const EARLIER: u32 = 24;
    /// A stretch of `Comparators`.
    pub(crate) const VERSION: u32 = 25;
    /// A stretch of `Networks`.
    pub(crate) const NETWORK: u32 = 26;
    /// Nothing.
    pub(crate) const MISSING: u32 = 27;
    pub(crate) const EXISTS: u32 = 28;
}

/// A condition. Evaluating reads its words as they are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Node {
    /// Stretches of `Nodes`.
    All(Span),
    Any(Span),
    Not(u32),
    /// A segment's condition.
    Segment(u32),
    /// A row of `FlagTests`.
    Flag(u32),
    Percent {
        from: u32,
        to: u32,
        bucketing: u32,
    },
    /// A stretch of `Points`.
    Ramp {
        points: Span,
        bucketing: u32,
        linear: bool,
    },
    After(Timestamp),
    Before(Timestamp),
    Attribute(u32, Test),
}

/// A test of an attribute.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Test {
    Is(u32),
    /// A stretch of `Scalars`, each a list of one.
    HasAll(Span),
    /// A stretch of `Listed`, in lower case if case is ignored.
    Find {
        place: Place,
        ignore_case: bool,
        wanted: Span,
    },
    Matches(u32),
    Compare(Comparison, f64),
    After(Timestamp),
    Before(Timestamp),
    /// A stretch of `Comparators`.
    Version(Span),
    /// A stretch of `Networks`.
    Network(Span),
    Exists(bool),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Comparison {
    GreaterThan,
    AtLeast,
    LessThan,
    AtMost,
}

impl Node {
    /// What holds for nobody: stands for what `check` refuses: a pattern that cannot be read, a segment that is not there.
    pub(crate) const NOBODY: Node = Node::Any(Span { start: 0, len: 0 });
}

impl Row for Node {
    const SECTION: Section = Section::Nodes;
}

impl Part for Node {
    const WORDS: usize = 4;

    /// Only shares are read back, of which `explain` tells who is in them: evaluating goes by the words.
    fn take(words: &mut &[u32]) -> Node {
        let [kind, a, b, c] = <[u32; 4]>::take(words);
        match kind {
            kind::PERCENT => Node::Percent { from: a, to: b, bucketing: c },
            kind::STEPS | kind::LINEAR => Node::Ramp { points: Span { start: a, len: b }, bucketing: c, linear: kind == kind::LINEAR },
            _ => Node::NOBODY,
        }
    }

    fn put(&self, words: &mut Vec<u32>) {
        let span = |kind: u32, Span { start, len }: Span| [kind, start, len, 0];
        words.extend(match *self {
            Node::All(list) => span(kind::ALL, list),
            Node::Any(list) => span(kind::ANY, list),
            Node::Not(node) => [kind::NOT, node, 0, 0],
            Node::Segment(node) => [kind::SEGMENT, node, 0, 0],
            Node::Flag(test) => [kind::FLAG, test, 0, 0],
            Node::Percent { from, to, bucketing } => [kind::PERCENT, from, to, bucketing],
            Node::Ramp { points, bucketing, linear } => [kind::STEPS + u32::from(linear), points.start, points.len, bucketing],
            Node::After(at) => with(kind::AFTER, words_of_time(at)),
            Node::Before(at) => with(kind::BEFORE, words_of_time(at)),
            Node::Attribute(attribute, test) => {
                let two = |kind: u32, [low, high]: [u32; 2]| [kind, attribute, low, high];
                let list = |kind: u32, Span { start, len }: Span| [kind, attribute, start, len];
                match test {
                    Test::Is(scalars) => two(kind::IS, [scalars, 0]),
                    Test::HasAll(scalars) => list(kind::HAS_ALL, scalars),
                    Test::Find { place: Place::Anywhere, ignore_case, wanted } => list(kind::CONTAINS + u32::from(ignore_case), wanted),
                    Test::Find { place: Place::Start, ignore_case, wanted } => list(kind::STARTS_WITH + u32::from(ignore_case), wanted),
                    Test::Find { place: Place::End, ignore_case, wanted } => list(kind::ENDS_WITH + u32::from(ignore_case), wanted),
                    Test::Matches(pattern) => two(kind::MATCHES, [pattern, 0]),
                    Test::Compare(Comparison::GreaterThan, bound) => two(kind::GREATER_THAN, words_of(bound)),
                    Test::Compare(Comparison::AtLeast, bound) => two(kind::AT_LEAST, words_of(bound)),
                    Test::Compare(Comparison::LessThan, bound) => two(kind::LESS_THAN, words_of(bound)),
                    Test::Compare(Comparison::AtMost, bound) => two(kind::AT_MOST, words_of(bound)),
                    Test::After(at) => two(kind::LATER, words_of_time(at)),
                    Test::Before(at) => two(kind::EARLIER, words_of_time(at)),
                    Test::Version(comparators) => list(kind::VERSION, comparators),
                    Test::Network(networks) => list(kind::NETWORK, networks),
                    Test::Exists(exists) => two(kind::MISSING + u32::from(exists), [0, 0]),
                }
            }
        });
    }
}

fn with(kind: u32, [low, high]: [u32; 2]) -> [u32; 4] {
    [kind, low, high, 0]
}
