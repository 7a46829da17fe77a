//! The tables that evaluating runs on. Rows name each other by index; a list is a stretch of a table.

use std::collections::BTreeMap;

use crate::json::Json;
use crate::operators::bucket::Murmur3;
use crate::operators::network::Network;
use crate::operators::text::Place;
use crate::operators::version::{Comparator, Version};
use crate::time::Timestamp;

/// A stretch of a table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Span {
    start: u32,
    len: u32,
}

impl Span {
    /// No rows.
    pub(crate) const EMPTY: Span = Span { start: 0, len: 0 };

    /// The stretch of `len` rows from `start` on. A document's size keeps both far below 2³².
    pub(crate) fn new(start: usize, len: usize) -> Span {
        Span { start: narrow(start), len: narrow(len) }
    }

    /// The rows; none if the table is shorter, which no compiled table is.
    pub(crate) fn of<T>(self, table: &[T]) -> &[T] {
        let start = self.start as usize;
        table.get(start..start + self.len as usize).unwrap_or_default()
    }

    /// The indices of the rows.
    pub(crate) fn indices(self) -> std::ops::Range<u32> {
        self.start..self.start + self.len
    }

    pub(crate) fn is_empty(self) -> bool {
        self.len == 0
    }
}

/// An index as the tables keep it.
pub(crate) fn narrow(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

/// A text that is kept in the tables.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Text(pub(crate) Span);

/// Everything. Flags are in the order of their keys.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tables {
    /// Every text, once, one behind the other.
    pub(crate) characters: String,
    pub(crate) flags: Vec<Flag>,
    pub(crate) variants: Vec<Variant>,
    pub(crate) tests: Vec<FlagTest>,
    pub(crate) rules: Vec<Rule>,
    pub(crate) splits: Vec<Split>,
    pub(crate) weights: Vec<Weight>,
    /// The live releases.
    pub(crate) releases: Vec<Release>,
    pub(crate) stages: Vec<Stage>,
    pub(crate) segments: Vec<Segment>,
    pub(crate) nodes: Vec<Node>,
    pub(crate) points: Vec<Point>,
    /// Variants that conditions name.
    pub(crate) named: Vec<u32>,
    pub(crate) texts: Vec<Text>,
    pub(crate) numbers: Vec<f64>,
    pub(crate) patterns: Vec<regex_lite::Regex>,
    pub(crate) comparators: Vec<Comparator<Bound>>,
    pub(crate) networks: Vec<(Network, Text)>,
}

impl Tables {
    /// The characters of a text.
    pub(crate) fn text(&self, text: Text) -> &str {
        let Span { start, len } = text.0;
        self.characters.get(start as usize..start as usize + len as usize).unwrap_or_default()
    }

    /// The flag of that key.
    pub(crate) fn flag(&self, key: &str) -> Option<&Flag> {
        let index = self.flags.binary_search_by(|flag| self.text(flag.key).cmp(key)).ok()?;
        self.flags.get(index)
    }

    /// The flag that a test or requirement asks.
    pub(crate) fn flag_at(&self, index: u32) -> Option<&Flag> {
        self.flags.get(index as usize)
    }

    /// A variant by its place among all.
    pub(crate) fn variant(&self, index: u32) -> Option<&Variant> {
        self.variants.get(index as usize)
    }

    /// A variant's name.
    pub(crate) fn variant_name(&self, index: u32) -> &str {
        self.variant(index).map_or("", |variant| self.text(variant.name))
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Flag {
    pub(crate) key: Text,
    pub(crate) public: bool,
    pub(crate) enabled: bool,
    /// Nothing but `otherwise` decides.
    pub(crate) is_static: bool,
    pub(crate) off: Option<u32>,
    pub(crate) requires: Span,
    pub(crate) rules: Span,
    /// The live release that moves it, and the variant that this brings.
    pub(crate) release: Option<(u32, Option<u32>)>,
    pub(crate) otherwise: Option<Serve>,
    pub(crate) metadata: BTreeMap<String, Json>,
}

#[derive(Clone, Debug)]
pub(crate) struct Variant {
    pub(crate) name: Text,
    pub(crate) value: Json,
}

/// "Flag k has one of these variants."
#[derive(Clone, Copy, Debug)]
pub(crate) struct FlagTest {
    pub(crate) key: Text,
    /// Where the flag is; beyond all flags if it is not in the document, which `check` refuses.
    pub(crate) flag: u32,
    /// A stretch of `named`.
    pub(crate) is: Span,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Rule {
    pub(crate) id: Text,
    pub(crate) when: Node,
    /// Whether `when` contains a percentage or a ramp.
    pub(crate) buckets: bool,
    pub(crate) serve: Serve,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Serve {
    /// A variant, if it is there; `check` sees to that.
    Variant(Option<u32>),
    Split(u32),
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Split {
    /// A stretch of `weights`.
    pub(crate) weights: Span,
    pub(crate) total: u32,
    pub(crate) bucketing: Bucketing,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Weight {
    pub(crate) variant: Option<u32>,
    /// The sum of the weights up to and with this one: it has the places below.
    pub(crate) below: u32,
}

/// How people come to their places.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bucketing {
    /// The attribute whose text is hashed.
    pub(crate) by: Text,
    /// Whether that is `targetingKey`.
    pub(crate) by_targeting_key: bool,
    /// The seed's hash.
    pub(crate) hash: Murmur3,
    /// The seed, where the document writes one.
    pub(crate) seed: Option<Text>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Release {
    pub(crate) key: Text,
    pub(crate) stages: Span,
    /// How many stages are opened by hand.
    pub(crate) by_hand: u32,
    pub(crate) hold: Option<Timestamp>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Stage {
    pub(crate) name: Text,
    pub(crate) audience: Node,
    /// Whether the audience contains a percentage or a ramp.
    pub(crate) buckets: bool,
    pub(crate) starts_at: Option<Timestamp>,
    /// What it needs that is not done: a stretch of `texts`.
    pub(crate) lacks: Span,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Segment {
    pub(crate) key: Text,
    pub(crate) when: Node,
    /// Whether `when` contains a percentage or a ramp.
    pub(crate) buckets: bool,
}

/// A point of a ramp.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Point {
    pub(crate) at: Timestamp,
    pub(crate) share: u32,
    /// The instant as it was written.
    pub(crate) text: Text,
}

/// An instant of the document.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Instant {
    pub(crate) at: Timestamp,
    /// As it was written.
    pub(crate) text: Text,
}

/// A condition.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Node {
    Attribute {
        path: Text,
        test: Test,
    },
    Segment(u32),
    /// A row of `tests`.
    Flag(u32),
    Percent {
        from: u32,
        to: u32,
        bucketing: Bucketing,
    },
    /// A stretch of `points`.
    Ramp {
        points: Span,
        linear: bool,
        bucketing: Bucketing,
    },
    After(Instant),
    Before(Instant),
    /// Stretches of `nodes`.
    All(Span),
    Any(Span),
    /// A stretch of one.
    Not(Span),
}

/// A test of an attribute.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Test {
    Is(Scalars),
    HasAll(Scalars),
    /// A stretch of `texts`, in lower case if case is ignored.
    Find {
        place: Place,
        wanted: Span,
        ignore_case: bool,
    },
    Matches(u32),
    Compare(Comparison, f64),
    After(Instant),
    Before(Instant),
    /// A stretch of `comparators`, and the range as it was written.
    Version(Span, Text),
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

/// Lists of more than so many texts or numbers are sorted and searched by halves; shorter ones stay as they are written.
pub(crate) const SHORT_LIST: usize = 8;

/// A list of scalars, by type.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Scalars {
    pub(crate) texts: Span,
    pub(crate) numbers: Span,
    pub(crate) yes: bool,
    pub(crate) no: bool,
}

/// A version of a range.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bound {
    pub(crate) parts: [u128; 3],
    pub(crate) pre: Text,
}

impl Bound {
    pub(crate) fn version<'t>(&self, tables: &'t Tables) -> Version<'t> {
        Version { parts: self.parts, pre: tables.text(self.pre) }
    }
}
