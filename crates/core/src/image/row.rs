//! The rows of an image, but for conditions.

use alloc::vec::Vec;

use crate::operators::bucket::Murmur3;
use crate::operators::network;
use crate::operators::version::{Relation, Version};
use crate::time::Timestamp;

use super::part::{NONE, Part, Row, Span, join, part};
use super::{Image, Section};

part! {
    /// What decides about a flag.
    Flag in Flags {
        enabled: bool,
        /// Nothing but `otherwise` decides.
        is_static: bool,
        off: Option<u32>,
        requires: Span,
        rules: Span,
        /// The live release that moves it, and the variant that this brings.
        release: Option<u32>,
        moved_to: Option<u32>,
        otherwise: Serve,
    }
}

part! {
    /// What is told of a flag, at the same place.
    Card in Cards {
        key: u32,
        public: bool,
        variants: Span,
        metadata: Span,
    }
}

part! {
    Variant in Variants {
        name: u32,
        /// As canonical JSON.
        value: u32,
    }
}

part! {
    /// "Flag k has one of these variants."
    FlagTest in FlagTests {
        flag: u32,
        /// A stretch of `Named`.
        is: Span,
    }
}

part! {
    Rule in Rules {
        id: u32,
        when: u32,
        /// Whether `when` contains a percentage or a ramp.
        buckets: bool,
        serve: Serve,
    }
}

part! {
    Split in Splits {
        weights: Span,
        total: u32,
        bucketing: u32,
    }
}

part! {
    Weight in Weights {
        variant: Option<u32>,
        /// The sum of the weights up to and with this one: it has the places below.
        below: u32,
    }
}

part! {
    /// How people come to their places.
    Bucketing in Bucketings {
        /// The attribute whose text is hashed.
        by: u32,
        by_targeting_key: bool,
        /// The seed's hash.
        hash: Murmur3,
    }
}

part! {
    /// A live release.
    Release in Releases {
        key: u32,
        stages: Span,
        /// How many stages are opened by hand.
        by_hand: u32,
        hold: Option<Timestamp>,
    }
}

part! {
    Stage in Stages {
        name: u32,
        audience: u32,
        /// Whether the audience contains a percentage or a ramp.
        buckets: bool,
        /// Whether something that it needs is not done.
        lacks: bool,
        starts_at: Option<Timestamp>,
    }
}

part! {
    /// A point of a ramp.
    Point in Points {
        at: Timestamp,
        share: u32,
    }
}

part! {
    /// A list of scalars, by type. Its texts are not here: each text names the lists that have it (`image::lists`).
    Scalars in Scalars {
        /// How many texts it has.
        texts: u32,
        /// A stretch of `Numbers`, rising.
        numbers: Span,
        yes: bool,
        no: bool,
    }
}

part! {
    /// A comparator of a version range.
    Comparator in Comparators {
        relation: Relation,
        from: u32,
        below: u32,
    }
}

part! {
    /// A version of a range.
    Bound in Versions {
        /// MAJOR, MINOR and PATCH.
        parts: [u64; 3],
        pre: u32,
    }
}

part! {
    Network in Networks {
        is_v6: bool,
        /// The bits that count, from the first.
        length: u32,
        /// The lowest word first; of IPv4 only that.
        prefix: [u32; 4],
    }
}

part! {
    Pattern in Patterns {
        /// A stretch of `Programs`.
        program: Span,
    }
}

part! {
    /// An attribute that some condition asks for.
    Attribute in Attributes {
        path: u32,
        /// What is asked of its values: [`needs`].
        needs: u32,
    }
}

/// What is asked of an attribute's values, beside what they are: bits.
pub mod needs {
    /// The text of a number: it is hashed.
    pub const TEXT: u32 = 1;
    /// The text in lower case (Unicode's full mapping): it is compared without regard to case.
    pub const LOWER_CASE: u32 = 2;
    /// Which lists have the text.
    pub const LISTS: u32 = 4;
}

part! {
    /// A name at the top of a context.
    Root in Roots {
        name: u32,
        /// The attribute that is called so.
        whole: Option<u32>,
        /// The attributes that are found in it, where it is an object: a stretch of `Nested`.
        nested: Span,
    }
}

part! {
    /// An entry of a flag's metadata.
    Entry in Metadata {
        key: u32,
        /// As canonical JSON.
        value: u32,
    }
}

/// What a rule or `otherwise` answers with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Serve {
    /// Nothing: the application's own default.
    Nothing,
    Variant(u32),
    Split(u32),
}

/// Marks a split among what can be served.
pub(super) const SPLIT: u32 = 1 << 31;

impl Part for Serve {
    const WORDS: usize = 1;

    fn take(words: &mut &[u32]) -> Serve {
        match u32::take(words) {
            NONE => Serve::Nothing,
            index if index & SPLIT != 0 => Serve::Split(index ^ SPLIT),
            index => Serve::Variant(index),
        }
    }

    fn put(&self, words: &mut Vec<u32>) {
        words.push(match *self {
            Serve::Nothing => NONE,
            Serve::Variant(index) => index,
            Serve::Split(index) => index | SPLIT,
        });
    }
}

impl Part for Relation {
    const WORDS: usize = 1;

    fn take(words: &mut &[u32]) -> Relation {
        Relation::ALL.get(u32::take(words) as usize).copied().unwrap_or(Relation::Outside)
    }

    fn put(&self, words: &mut Vec<u32>) {
        words.push(*self as u32);
    }
}

impl Bound {
    /// A version as a row; `pre` is its pre-release's text.
    pub(crate) fn of(version: &Version<'_>, pre: u32) -> Bound {
        Bound { parts: version.parts, pre }
    }

    /// The version.
    pub(crate) fn version(self, image: Image<'_>) -> Version<'_> {
        Version { parts: self.parts, pre: image.text(self.pre) }
    }
}

impl Network {
    /// A network as a row.
    pub(crate) fn of(network: network::Network) -> Network {
        let (is_v6, prefix, length) = match network {
            network::Network::V4 { prefix, mask } => (false, u128::from(prefix), mask.count_ones()),
            network::Network::V6 { prefix, mask } => (true, prefix, mask.count_ones()),
        };
        Network { is_v6, length, prefix: [0, 32, 64, 96].map(|shift| (prefix >> shift & u128::from(u32::MAX)) as u32) }
    }

    /// The network.
    pub(crate) fn network(self) -> network::Network {
        let [a, b, c, d] = self.prefix;
        let prefix = u128::from(join([a, b])) | u128::from(join([c, d])) << 64;
        if self.is_v6 {
            network::Network::V6 { prefix, mask: u128::MAX.checked_shl(128 - self.length.min(128)).unwrap_or(0) }
        } else {
            network::Network::V4 { prefix: a, mask: u32::MAX.checked_shl(32 - self.length.min(32)).unwrap_or(0) }
        }
    }
}
