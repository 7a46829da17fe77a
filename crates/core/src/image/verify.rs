//! Whether an image that comes from elsewhere may be evaluated: every index names a row that is there. Evaluating cannot panic even
//! without that, and ends soon (`evaluate::run`); with it, what is evaluated is rows of the kinds that they are taken for.

use super::part::{NONE, Span};
use super::row::SPLIT;
use super::{Image, Section};

/// What a word of a row has to be, in a byte: with a section in its upper six bits one of the first four, or one of the others.
type Word = u8;

/// A row of the section.
const ROW: Word = 0;
/// Such a row, or none.
const MAYBE: Word = 1;
/// In a hash table: such a row's index and 1, or 0.
const PLACE: Word = 2;
/// A stretch's first row; the word behind it is how many there are.
const STRETCH: Word = 3;
const ANY: Word = 255;
const TEXT: Word = 254;
/// A variant, a split, or none.
const SERVE: Word = 253;
/// Ends the words of a section's rows: what is left out may be anything.
const END: Word = 252;

use Section::{
    Attributes, Bucketings, Cards, FlagTests, Flags, FlagsByKey, Listed, Metadata, Named, Nested, Networks, Nodes, Numbers, Patterns,
    Points, Programs, Releases, Roots, Rules, Scalars, Splits, Stages, Texts, Variants, Versions, Weights,
};

const fn word(kind: Word, section: Section) -> Word {
    (section as Word) << 2 | kind
}

const fn row(section: Section) -> Word {
    word(ROW, section)
}

const fn maybe(section: Section) -> Word {
    word(MAYBE, section)
}

const fn stretch(section: Section) -> Word {
    word(STRETCH, section)
}

/// The sections, each followed by the words of its rows.
#[rustfmt::skip]
const ROWS: &[Word] = &[
    row(Flags), ANY, ANY, maybe(Variants), stretch(FlagTests), ANY, stretch(Rules), ANY, maybe(Releases), maybe(Variants), SERVE, END,
    row(Cards), TEXT, ANY, stretch(Variants), ANY, stretch(Metadata), ANY, END,
    row(Variants), TEXT, TEXT, END,
    row(FlagTests), row(Flags), stretch(Named), ANY, END,
    row(Rules), TEXT, row(Nodes), ANY, SERVE, END,
    row(Splits), stretch(Weights), ANY, ANY, row(Bucketings), END,
    row(Weights), maybe(Variants), END,
    row(Bucketings), row(Attributes), END,
    row(Releases), TEXT, stretch(Stages), ANY, END,
    row(Stages), TEXT, row(Nodes), END,
    row(Scalars), stretch(Numbers), ANY, END,
    row(Versions), ANY, ANY, ANY, ANY, ANY, ANY, TEXT, END,
    row(Patterns), stretch(Programs), ANY, END,
    row(Attributes), TEXT, END,
    row(Roots), maybe(Texts), maybe(Attributes), ANY, stretch(Nested), ANY, END,
    row(Metadata), TEXT, TEXT, END,
    row(Named), row(Variants), END,
    row(Listed), TEXT, END,
    row(Nested), row(Attributes), END,
    row(FlagsByKey), word(PLACE, Flags), END,
];

/// What follows a condition's kind, by kind.
const NODES: [[Word; 3]; 29] = {
    const ABOUT: Word = row(Attributes);
    const FOUND: [Word; 3] = [ABOUT, stretch(Listed), ANY];
    const VALUE: [Word; 3] = [ABOUT, ANY, ANY];
    [
        [stretch(Nodes), ANY, ANY],
        [stretch(Nodes), ANY, ANY],
        [row(Nodes), ANY, ANY],
        [row(Nodes), ANY, ANY],
        [row(FlagTests), ANY, ANY],
        [ANY, ANY, row(Bucketings)],
        [stretch(Points), ANY, row(Bucketings)],
        [stretch(Points), ANY, row(Bucketings)],
        [ANY, ANY, ANY],
        [ANY, ANY, ANY],
        [ABOUT, row(Scalars), ANY],
        [ABOUT, stretch(Scalars), ANY],
        FOUND,
        FOUND,
        FOUND,
        FOUND,
        FOUND,
        FOUND,
        [ABOUT, row(Patterns), ANY],
        VALUE,
        VALUE,
        VALUE,
        VALUE,
        VALUE,
        VALUE,
        [ABOUT, stretch(Section::Comparators), ANY],
        [ABOUT, stretch(Networks), ANY],
        VALUE,
        VALUE,
    ]
};

/// Whether it is a sound image.
pub(crate) fn verify(image: &Image<'_>) -> bool {
    image.is_laid_out()
        && image.count(Flags) == image.count(Cards)
        && image.has_bounds(Texts, image.text.len())
        // What is in a bucket is not looked at: a lie there is told of a text that a context may have, and is as good as any other.
        && image.has_bounds(Section::Buckets, image.lists.len())
        && [FlagsByKey, Roots].iter().all(|table| image.count(*table) == 0 || image.count(*table).is_power_of_two())
        && ROWS.split(|word| *word == END).all(|words| image.has_rows(words))
        && image.list(Nodes, Span { start: 0, len: 4 * image.count(Nodes) }).chunks_exact(4).all(|words| image.has_node(words))
        && image.has_patterns()
}

impl<'i> Image<'i> {
    /// Whether the sections lie one behind the other, and end with the words.
    fn is_laid_out(&self) -> bool {
        let header = self.words.get(..Section::HEADER).unwrap_or_default().as_chunks::<2>().0;
        let end = header.iter().zip(Section::WIDTHS).try_fold(Section::HEADER, |end, ([start, count], width)| {
            (*start as usize == end).then_some(())?;
            (*count as usize).checked_mul(width)?.checked_add(end)
        });
        end == Some(self.words.len())
    }

    /// How many texts there are.
    fn texts(&self) -> u32 {
        self.count(Texts).saturating_sub(1)
    }

    /// Whether stretches lie one behind the other: where each begins, and as one more, where all end.
    ///
    /// (Whether texts are UTF-8 is asked where that matters: a page's host decodes whatever it is.)
    fn has_bounds(&self, section: Section, end: usize) -> bool {
        let bounds = self.bounds(section);
        let rises = bounds.iter().zip(bounds.iter().skip(1)).all(|(a, b)| a <= b);
        rises && bounds.last().copied().unwrap_or(0) as usize == end
    }

    pub(super) fn bounds(&self, section: Section) -> &'i [u32] {
        self.list(section, Span { start: 0, len: self.count(section) })
    }

    /// Whether the rows of a section, which comes first, are such words.
    fn has_rows(&self, words: &[Word]) -> bool {
        let Some((section, words)) = words.split_first() else { return true };
        let section = usize::from(section >> 2);
        let width = Section::WIDTHS.get(section).copied().unwrap_or(1).max(1);
        let header = self.words.get(2 * section..).unwrap_or_default();
        let [start, count, ..] = *header else { return false };
        let rows = self.words.get(start as usize..).and_then(|rows| rows.get(..count as usize * width)).unwrap_or_default();
        rows.chunks_exact(width).all(|row| self.are(row, words))
    }

    /// Whether patterns are what `pattern` compiles. A page does not carry the code for that: whatever they are, matching comes to
    /// an end.
    #[cfg(feature = "document")]
    fn has_patterns(&self) -> bool {
        let all = Span { start: 0, len: self.count(Patterns) };
        self.rows(all).all(|pattern: super::row::Pattern| crate::operators::matches::verify(self.list(Programs, pattern.program)))
    }

    #[cfg(not(feature = "document"))]
    fn has_patterns(&self) -> bool {
        true
    }

    /// Whether it is a condition.
    fn has_node(&self, words: &[u32]) -> bool {
        words.split_first().is_some_and(|(kind, words)| NODES.get(*kind as usize).is_some_and(|kinds| self.are(words, kinds)))
    }

    /// Whether the words are what they have to be.
    fn are(&self, words: &[u32], kinds: &[Word]) -> bool {
        let mut words = words.iter();
        kinds.iter().all(|kind| {
            let word = words.next().copied().unwrap_or(NONE);
            let count = self.words.get(2 * usize::from(kind >> 2) + 1).copied().unwrap_or(0);
            match *kind {
                ANY => true,
                TEXT => word < self.texts(),
                SERVE => word == NONE || if word & SPLIT != 0 { word ^ SPLIT < self.count(Splits) } else { word < self.count(Variants) },
                _ => match kind & 3 {
                    ROW => word < count,
                    MAYBE => word == NONE || word < count,
                    PLACE => word <= count,
                    _ => words.as_slice().first().and_then(|len| word.checked_add(*len)).is_some_and(|end| end <= count),
                },
            }
        })
    }
}
