//! Parts of rows: how words become numbers, instants and lists, and how these become words.

use alloc::vec::Vec;

use crate::operators::bucket::Murmur3;
use crate::operators::network::Network;
use crate::operators::version::Places;
use crate::time::Timestamp;

use super::Section;

/// Something that takes a fixed number of words.
pub(crate) trait Part: Sized {
    const WORDS: usize;

    /// Reads it off the front.
    fn take(words: &mut &[u32]) -> Self;

    /// Writes it behind what there is.
    fn put(&self, words: &mut Vec<u32>);
}

/// A part that has a section of its own.
pub(crate) trait Row: Part {
    const SECTION: Section;
}

/// Stands for "none" where a number is expected that is less: an index, a place.
pub(crate) const NONE: u32 = u32::MAX;

/// What such a number is. (An `Option` of one comes back from a call in memory, the number in a register.)
#[inline(always)]
pub(crate) fn some(number: u32) -> Option<u32> {
    Some(number).filter(|number| *number != NONE)
}

impl Part for u32 {
    const WORDS: usize = 1;

    #[inline(always)]
    fn take(words: &mut &[u32]) -> u32 {
        let Some((first, rest)) = words.split_first() else { return 0 };
        *words = rest;
        *first
    }

    fn put(&self, words: &mut Vec<u32>) {
        words.push(*self);
    }
}

impl Part for Option<u32> {
    const WORDS: usize = 1;

    #[inline(always)]
    fn take(words: &mut &[u32]) -> Option<u32> {
        some(u32::take(words))
    }

    fn put(&self, words: &mut Vec<u32>) {
        words.push(self.unwrap_or(NONE));
    }
}

impl Part for bool {
    const WORDS: usize = 1;

    #[inline(always)]
    fn take(words: &mut &[u32]) -> bool {
        u32::take(words) != 0
    }

    fn put(&self, words: &mut Vec<u32>) {
        words.push(u32::from(*self));
    }
}

impl Part for u64 {
    const WORDS: usize = 2;

    #[inline(always)]
    fn take(words: &mut &[u32]) -> u64 {
        join([u32::take(words), u32::take(words)])
    }

    fn put(&self, words: &mut Vec<u32>) {
        words.extend(halves(*self));
    }
}

impl Part for Timestamp {
    const WORDS: usize = 2;

    #[inline(always)]
    fn take(words: &mut &[u32]) -> Timestamp {
        Timestamp(u64::take(words).cast_signed())
    }

    fn put(&self, words: &mut Vec<u32>) {
        self.0.cast_unsigned().put(words);
    }
}

/// The instant, and whether there is one.
impl Part for Option<Timestamp> {
    const WORDS: usize = 3;

    #[inline(always)]
    fn take(words: &mut &[u32]) -> Option<Timestamp> {
        let there = bool::take(words);
        Some(Timestamp::take(words)).filter(|_| there)
    }

    fn put(&self, words: &mut Vec<u32>) {
        self.is_some().put(words);
        self.unwrap_or(Timestamp(0)).put(words);
    }
}

impl<P: Part, const N: usize> Part for [P; N] {
    const WORDS: usize = N * P::WORDS;

    #[inline(always)]
    fn take(words: &mut &[u32]) -> [P; N] {
        [(); N].map(|()| P::take(words))
    }

    fn put(&self, words: &mut Vec<u32>) {
        self.iter().for_each(|part| part.put(words));
    }
}

/// A number of two words, the low one first.
pub(super) fn join([low, high]: [u32; 2]) -> u64 {
    u64::from(low) | u64::from(high) << 32
}

#[expect(clippy::cast_possible_truncation, reason = "that is the low half")]
pub(super) fn halves(number: u64) -> [u32; 2] {
    [number as u32, (number >> 32) as u32]
}

/// A double of two words.
pub(crate) fn double(words: [u32; 2]) -> f64 {
    f64::from_bits(join(words))
}

/// The two words of a double.
pub(crate) fn words_of(double: f64) -> [u32; 2] {
    halves(double.to_bits())
}

/// An instant of two words.
pub(crate) fn time(words: [u32; 2]) -> Timestamp {
    Timestamp(join(words).cast_signed())
}

pub(super) fn words_of_time(at: Timestamp) -> [u32; 2] {
    halves(at.0.cast_unsigned())
}

/// A list: a stretch of a section.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) start: u32,
    pub(crate) len: u32,
}

/// Says of which words a part consists, one field behind the other.
macro_rules! part {
    ($(#[$doc:meta])* $name:ident $(in $section:ident)? { $($(#[$about:meta])* $field:ident: $type:ty,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq)]
        pub(crate) struct $name { $($(#[$about])* pub(crate) $field: $type,)* }

        part!(@words $name { $($field: $type,)* });
        $(impl Row for $name { const SECTION: Section = Section::$section; })?
    };
    (@words $name:ident { $($field:ident: $type:ty,)* }) => {
        impl Part for $name {
            const WORDS: usize = 0 $(+ <$type as Part>::WORDS)*;

            #[inline(always)]
            fn take(words: &mut &[u32]) -> $name {
                $name { $($field: <$type as Part>::take(words),)* }
            }

            fn put(&self, words: &mut Vec<u32>) {
                $(self.$field.put(words);)*
            }
        }
    };
}

part!(@words Span { start: u32, len: u32, });
part!(@words Places { from: u32, to: u32, is_not: bool, });
part!(@words Network { prefix: [u32; 4], length: u32, });
part!(@words Murmur3 { hash: u32, tail: u32, length: u32, });

pub(super) use part;
