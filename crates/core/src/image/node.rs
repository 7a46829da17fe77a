//! Conditions as rows.

use alloc::vec::Vec;

use crate::operators::text::Place;
use crate::time::Timestamp;

use super::part::{Part, Span, double, time, words_of, words_of_time};

/// A condition.
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
    HasAll(u32),
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
    /// What holds for nobody: stands for what `check` refuses (a pattern that cannot be read, a segment that is not there), and for
    /// a kind that there is not.
    pub(crate) const NOBODY: Node = Node::Any(Span { start: 0, len: 0 });
}

impl Part for Node {
    const WORDS: usize = 4;

    fn take(words: &mut &[u32]) -> Node {
        let [kind, a, b, c] = <[u32; 4]>::take(words);
        let list = Span { start: a, len: b };
        let about = |test| Node::Attribute(a, test);
        let wanted = Span { start: b, len: c };
        let find = |place, ignore_case| about(Test::Find { place, ignore_case, wanted });
        let compare = |comparison| about(Test::Compare(comparison, double([b, c])));
        match kind {
            0 => Node::All(list),
            1 => Node::Any(list),
            2 => Node::Not(a),
            3 => Node::Segment(a),
            4 => Node::Flag(a),
            5 => Node::Percent { from: a, to: b, bucketing: c },
            6 | 7 => Node::Ramp { points: list, bucketing: c, linear: kind == 7 },
            8 => Node::After(time([a, b])),
            9 => Node::Before(time([a, b])),
            10 => about(Test::Is(b)),
            11 => about(Test::HasAll(b)),
            12 | 13 => find(Place::Anywhere, kind == 13),
            14 | 15 => find(Place::Start, kind == 15),
            16 | 17 => find(Place::End, kind == 17),
            18 => about(Test::Matches(b)),
            19 => compare(Comparison::GreaterThan),
            20 => compare(Comparison::AtLeast),
            21 => compare(Comparison::LessThan),
            22 => compare(Comparison::AtMost),
            23 => about(Test::After(time([b, c]))),
            24 => about(Test::Before(time([b, c]))),
            25 => about(Test::Version(wanted)),
            26 => about(Test::Network(wanted)),
            27 | 28 => about(Test::Exists(kind == 28)),
            _ => Node::NOBODY,
        }
    }

    fn put(&self, words: &mut Vec<u32>) {
        let span = |kind: u32, Span { start, len }: Span| [kind, start, len, 0];
        words.extend(match *self {
            Node::All(list) => span(0, list),
            Node::Any(list) => span(1, list),
            Node::Not(node) => [2, node, 0, 0],
            Node::Segment(node) => [3, node, 0, 0],
            Node::Flag(test) => [4, test, 0, 0],
            Node::Percent { from, to, bucketing } => [5, from, to, bucketing],
            Node::Ramp { points, bucketing, linear } => [6 + u32::from(linear), points.start, points.len, bucketing],
            Node::After(at) => with(8, words_of_time(at)),
            Node::Before(at) => with(9, words_of_time(at)),
            Node::Attribute(attribute, test) => {
                let two = |kind: u32, [low, high]: [u32; 2]| [kind, attribute, low, high];
                let list = |kind: u32, Span { start, len }: Span| [kind, attribute, start, len];
                match test {
                    Test::Is(scalars) => two(10, [scalars, 0]),
                    Test::HasAll(scalars) => two(11, [scalars, 0]),
                    Test::Find { place: Place::Anywhere, ignore_case, wanted } => list(12 + u32::from(ignore_case), wanted),
                    Test::Find { place: Place::Start, ignore_case, wanted } => list(14 + u32::from(ignore_case), wanted),
                    Test::Find { place: Place::End, ignore_case, wanted } => list(16 + u32::from(ignore_case), wanted),
                    Test::Matches(pattern) => two(18, [pattern, 0]),
                    Test::Compare(Comparison::GreaterThan, bound) => two(19, words_of(bound)),
                    Test::Compare(Comparison::AtLeast, bound) => two(20, words_of(bound)),
                    Test::Compare(Comparison::LessThan, bound) => two(21, words_of(bound)),
                    Test::Compare(Comparison::AtMost, bound) => two(22, words_of(bound)),
                    Test::After(at) => two(23, words_of_time(at)),
                    Test::Before(at) => two(24, words_of_time(at)),
                    Test::Version(comparators) => list(25, comparators),
                    Test::Network(networks) => list(26, networks),
                    Test::Exists(exists) => two(27 + u32::from(exists), [0, 0]),
                }
            }
        });
    }
}

fn with(kind: u32, [low, high]: [u32; 2]) -> [u32; 4] {
    [kind, low, high, 0]
}
