//! Where a host finds what an image says of flags, so that no code has to be loaded that would tell it: the page's package reads it
//! from the words as they lie.

use super::Section;
use super::part::Row;
use super::row::{Attribute, Card, Entry, Release, Rule, Stage, Variant};

/// A word of a section's rows, in one number: the section × 256 + the words of a row × 16 + which of them it is.
///
/// The words begin with a pair for each section: where its rows begin, and how many there are.
const fn word<R: Row>(place: u32) -> u32 {
    (R::SECTION as u32) << 8 | (R::WORDS as u32) << 4 | place
}

/// The words that hosts read, by the names that they have there. A key, a name, a path or an id is a text's number; the value of a
/// variant or of metadata is one too, and the text is canonical JSON. A stretch is two words: its first row, and how many there are.
pub const WORDS: [(&str, u32); 15] = [
    ("Key", word::<Card>(0)),
    ("IsPublic", word::<Card>(1)),
    ("Variants", word::<Card>(2)),
    ("VariantCount", word::<Card>(3)),
    ("Metadata", word::<Card>(4)),
    ("MetadataCount", word::<Card>(5)),
    ("VariantName", word::<Variant>(0)),
    ("VariantValue", word::<Variant>(1)),
    ("MetadataName", word::<Entry>(0)),
    ("MetadataValue", word::<Entry>(1)),
    ("Path", word::<Attribute>(0)),
    ("Needs", word::<Attribute>(1)),
    ("RuleId", word::<Rule>(0)),
    ("ReleaseKey", word::<Release>(0)),
    ("StageName", word::<Stage>(0)),
];

/// Where in the text each text begins; the next one's beginning is its end.
pub const TEXT: u32 = (Section::Texts as u32) << 8 | 1 << 4;

#[cfg(test)]
mod tests {
    use super::super::part::{Part, Span};
    use super::*;

    /// The word of that name, of a row.
    fn told<R: Row>(name: &str, row: &R) -> u32 {
        let (_, word) = WORDS.into_iter().find(|(other, _)| *other == name).unwrap();
        let mut words = Vec::new();
        row.put(&mut words);
        assert_eq!((word >> 8, word >> 4 & 15), (R::SECTION as u32, words.len() as u32), "{name}");
        words[(word & 15) as usize]
    }

    #[test]
    fn every_word_is_what_its_name_says() {
        let card = Card { key: 7, public: true, variants: Span { start: 2, len: 3 }, metadata: Span { start: 4, len: 5 } };
        let card = ["Key", "IsPublic", "Variants", "VariantCount", "Metadata", "MetadataCount"].map(|name| told(name, &card));
        assert_eq!(card, [7, 1, 2, 3, 4, 5]);
        let variant = Variant { name: 8, value: 9 };
        assert_eq!(["VariantName", "VariantValue"].map(|name| told(name, &variant)), [8, 9]);
        let entry = Entry { key: 8, value: 9 };
        assert_eq!(["MetadataName", "MetadataValue"].map(|name| told(name, &entry)), [8, 9]);
        let attribute = Attribute { path: 8, needs: 9 };
        assert_eq!(["Path", "Needs"].map(|name| told(name, &attribute)), [8, 9]);
        assert_eq!((TEXT >> 8, TEXT >> 4 & 15, TEXT & 15), (Section::Texts as u32, 1, 0));
        let mut words = [6_u32; 32].as_slice();
        assert_eq!(told("RuleId", &Rule { id: 5, ..Rule::take(&mut words) }), 5);
        assert_eq!(told("ReleaseKey", &Release { key: 5, ..Release::take(&mut words) }), 5);
        assert_eq!(told("StageName", &Stage { name: 5, ..Stage::take(&mut words) }), 5);
    }
}
