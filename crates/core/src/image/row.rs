//! The rows of an image, but for conditions.

use alloc::vec::Vec;

use crate::operators::bucket::Murmur3;
use crate::operators::network::Network;
use crate::operators::version::{Places, Version};
use crate::time::Timestamp;

use super::part::{NONE, Part, Row, Span, part};
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
        /// A stretch of `Numbers`, rising.
        numbers: Span,
        yes: bool,
        no: bool,
    }
}

impl Row for Places {
    const SECTION: Section = Section::Comparators;
}

part! {
    /// A version that a range names: rising, each once. A text's place among them is twice the number of those below it; and 1
    /// more, if it is one of them.
    Bound in Versions {
        /// MAJOR, MINOR and PATCH.
        parts: [u64; 3],
        pre: u32,
    }
}

impl Row for Network {
    const SECTION: Section = Section::Networks;
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
    /// The text, of a number or a boolean as well: it is hashed.
    pub const TEXT: u32 = 1;
    /// The text in lower case (Unicode's full mapping): it is compared without regard to case.
    pub const LOWER_CASE: u32 = 2;
    /// Which lists have the text.
    pub const LISTS: u32 = 4;
    /// Where the text is among the versions.
    pub const VERSIONS: u32 = 8;
    /// What is written in the text: something else is asked of it than the above.
    pub const LETTERS: u32 = 16;
}

part! {
    /// A name at the top of a context, at its place in the hash table that `Roots` is; none: a place that no name has.
    Root in Roots {
        name: Option<u32>,
        /// The attribute that is called so.
        whole: Option<u32>,
        /// What is asked of that.
        needs: u32,
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

part! {
    /// An instant at which an answer can change by the clock alone.
    Change in Changes {
        at: Timestamp,
    }
}

part! {
    /// Two neighbouring points of a linear ramp, between which its share rises.
    Slope in Slopes {
        start: Timestamp,
        end: Timestamp,
        /// By how many thousandths of a percent.
        rise: u32,
        /// Each is a change, after `from` and up to `until`.
        from: Timestamp,
        until: Timestamp,
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

impl Bound {
    /// A version as a row; `pre` is its pre-release's text.
    pub(crate) fn of(version: &Version<'_>, pre: u32) -> Bound {
        Bound { parts: version.parts, pre }
    }

    /// The version.
    pub(crate) fn version<'i>(self, image: &Image<'i>) -> Version<'i> {
        Version { parts: self.parts, pre: image.text(self.pre) }
    }
}
