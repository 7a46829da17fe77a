//! Whether an image that comes from elsewhere may be evaluated: every index names a row that is there. Evaluating cannot panic even
//! without that, and ends soon (`evaluate::run`); with it, what is evaluated is rows of the kinds that they are taken for.

use super::node::kind;
use super::part::{NONE, Span};
use super::row::{Pattern, SPLIT};
use super::{Image, Section};
use crate::operators::matches;

/// What a word of a row has to be. A stretch is two words: its first row, and how many.
#[derive(Clone, Copy)]
enum Word {
    Any,
    Text,
    Row(Section),
    /// Or none.
    Maybe(Section),
    Stretch(Section),
    /// A variant, a split, or none.
    Serve,
    /// In a hash table: a row's index and 1, or 0.
    Place(Section),
}

use Section::{
    Attributes, Bucketings, Comparators, FlagTests, Flags, Listed, Metadata, Named, Nested, Networks, Nodes, Numbers, Patterns, Points,
    Programs, Releases, Roots, Rules, Scalars, Splits, Stages, Texts, Variants, Versions, Weights,
};
use Word::{Any, Maybe, Place, Serve, Stretch, Text};

/// The words of each section's rows; what is left out at the end may be anything.
const ROWS: [(Section, &[Word]); 20] = [
    (Flags, &[Any, Any, Maybe(Variants), Stretch(FlagTests), Stretch(Rules), Maybe(Releases), Maybe(Variants), Serve]),
    (Section::Cards, &[Text, Any, Stretch(Variants), Stretch(Metadata)]),
    (Variants, &[Text, Text]),
    (FlagTests, &[Word::Row(Flags), Stretch(Named)]),
    (Rules, &[Text, Word::Row(Nodes), Any, Serve]),
    (Splits, &[Stretch(Weights), Any, Word::Row(Bucketings)]),
    (Weights, &[Maybe(Variants)]),
    (Bucketings, &[Word::Row(Attributes)]),
    (Releases, &[Text, Stretch(Stages)]),
    (Stages, &[Text, Word::Row(Nodes)]),
    (Scalars, &[Any, Stretch(Numbers)]),
    (Comparators, &[Any, Word::Row(Versions), Word::Row(Versions)]),
    (Versions, &[Any, Any, Any, Any, Any, Any, Text]),
    (Patterns, &[Stretch(Programs)]),
    (Attributes, &[Text]),
    (Roots, &[Text, Maybe(Attributes), Stretch(Nested)]),
    (Metadata, &[Text, Text]),
    (Named, &[Word::Row(Variants)]),
    (Listed, &[Text]),
    (Nested, &[Word::Row(Attributes)]),
];

/// The same of the hash tables.
const TABLES: [(Section, &[Word]); 2] = [(Section::FlagsByKey, &[Place(Flags)]), (Section::RootsByKey, &[Place(Roots)])];

/// What follows a condition's kind.
fn node(kind: u32) -> Option<&'static [Word]> {
    Some(match kind {
        kind::ALL | kind::ANY => &[Stretch(Nodes)],
        kind::NOT | kind::SEGMENT => &[Word::Row(Nodes)],
        kind::FLAG => &[Word::Row(FlagTests)],
        kind::PERCENT => &[Any, Any, Word::Row(Bucketings)],
        kind::STEPS | kind::LINEAR => &[Stretch(Points), Word::Row(Bucketings)],
        kind::AFTER | kind::BEFORE => &[],
        kind::IS | kind::HAS_ALL => &[Word::Row(Attributes), Word::Row(Scalars)],
        kind::CONTAINS..=kind::ENDS_WITH_IN_ANY_CASE => &[Word::Row(Attributes), Stretch(Listed)],
        kind::MATCHES => &[Word::Row(Attributes), Word::Row(Patterns)],
        kind::VERSION => &[Word::Row(Attributes), Stretch(Comparators)],
        kind::NETWORK => &[Word::Row(Attributes), Stretch(Networks)],
        kind::GREATER_THAN..=kind::EARLIER | kind::MISSING | kind::EXISTS => &[Word::Row(Attributes)],
        _ => return None,
    })
}

/// Whether it is a sound image.
pub(crate) fn verify(image: Image<'_>) -> bool {
    image.is_laid_out()
        && image.count(Flags) == image.count(Section::Cards)
        && image.texts_are_sound()
        && image.lists_are_sound()
        && ROWS.iter().chain(&TABLES).all(|(section, kinds)| image.every(*section, |words| image.are(words, kinds)))
        && TABLES.iter().all(|(table, _)| image.count(*table) == 0 || image.count(*table).is_power_of_two())
        && image
            .every(Nodes, |words| words.split_first().is_some_and(|(kind, words)| node(*kind).is_some_and(|kinds| image.are(words, kinds))))
        && (0..image.count(Patterns))
            .all(|pattern| image.row(pattern).is_some_and(|Pattern { program }| matches::verify(image.list(Programs, program))))
}

impl<'i> Image<'i> {
    /// Whether the sections lie one behind the other, and end with the words.
    fn is_laid_out(self) -> bool {
        let header = self.words.get(..Section::HEADER).unwrap_or_default().as_chunks::<2>().0;
        let end = header.iter().zip(Section::WIDTHS).try_fold(Section::HEADER, |end, ([start, count], width)| {
            (*start as usize == end).then_some(())?;
            (*count as usize).checked_mul(width)?.checked_add(end)
        });
        end == Some(self.words.len()) && header.len() == Section::COUNT
    }

    /// How many texts there are.
    fn texts(self) -> u32 {
        self.count(Texts).saturating_sub(1)
    }

    fn texts_are_sound(self) -> bool {
        let bounds = self.list(Texts, Span { start: 0, len: self.count(Texts) });
        rises(bounds)
            && bounds.last().is_some_and(|end| *end as usize == self.text.len())
            && bounds.iter().all(|bound| self.text.is_char_boundary(*bound as usize))
    }

    fn every(self, section: Section, sound: impl Fn(&'i [u32]) -> bool) -> bool {
        let width = Section::WIDTHS.get(section as usize).copied().unwrap_or(1) as u32;
        (0..self.count(section)).all(|row| sound(self.stretch(section, Span { start: row, len: 1 }, width as usize)))
    }

    /// Whether the words are what they have to be.
    fn are(self, words: &[u32], kinds: &[Word]) -> bool {
        let mut words = words.iter().copied();
        kinds.iter().all(|kind| {
            let word = words.next().unwrap_or(NONE);
            match *kind {
                Any => true,
                Text => word < self.texts(),
                Word::Row(section) => word < self.count(section),
                Maybe(section) => word == NONE || word < self.count(section),
                Stretch(section) => words.next().and_then(|len| word.checked_add(len)).is_some_and(|end| end <= self.count(section)),
                Serve if word == NONE => true,
                Serve if word & SPLIT != 0 => word ^ SPLIT < self.count(Splits),
                Serve => word < self.count(Variants),
                Place(section) => word <= self.count(section),
            }
        })
    }
}

/// Whether none is below the one before it. (`is_sorted` brings the code of a panic along.)
pub(super) fn rises(numbers: &[u32]) -> bool {
    numbers.iter().zip(numbers.iter().skip(1)).all(|(a, b)| a <= b)
}
