//! The image: a document's flat form, which is evaluated where it lies.
//!
//! It is a row of 32-bit words, a text and a stretch of bytes. The words are sections of rows of one width each; rows name each
//! other by index, lists are stretches of a section, and every name and value is a piece of the text. The bytes are the texts of
//! conditions' lists ([`lists`]). There is no pointer in it, so it may be copied,
//! sent and kept as it is. Compiling writes one; [`verify`] looks at every index of one that comes from elsewhere, once.

#[cfg(feature = "document")]
mod form;
mod hash;
#[cfg(any(feature = "ts", test))]
pub mod layout;
mod lists;
pub(crate) mod node;
pub(crate) mod part;
pub(crate) mod row;
#[cfg(test)]
mod tests;
pub(crate) mod verify;
#[cfg(feature = "document")]
pub(crate) mod writer;

#[cfg(feature = "document")]
pub use form::{BadImage, FORMAT};
pub use row::needs;

use core::cmp::Ordering;
use core::ops::Range;

use crate::operators::network::Network;
use crate::operators::version::{Places, Version};
use part::{Part, Row, Span};

/// The sections, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Section {
    /// In the order of their keys.
    Flags,
    Cards,
    Variants,
    FlagTests,
    Rules,
    Splits,
    Weights,
    Bucketings,
    Releases,
    Stages,
    Nodes,
    Points,
    Scalars,
    Comparators,
    Versions,
    Networks,
    Patterns,
    Attributes,
    /// The names at the top of contexts, as a hash table.
    Roots,
    Metadata,
    /// When answers change: instants, rising.
    Changes,
    /// And where they do with every thousandth of a ramp.
    Slopes,
    /// Variants that conditions name.
    Named,
    /// Texts that are looked for in others.
    Listed,
    /// Numbers that conditions list, two words each.
    Numbers,
    /// The words of patterns.
    Programs,
    /// Attributes that are found within objects.
    Nested,
    /// Where each text begins; and, as one more, where the last one ends.
    Texts,
    /// A hash table: a flag's index and 1, or 0.
    FlagsByKey,
    /// Where each bucket of listed texts begins; and, as one more, where the last one ends.
    Buckets,
}

impl Section {
    pub(crate) const COUNT: usize = Section::Buckets as usize + 1;
    /// The words before the first section: where each begins, and how many rows it has.
    pub(crate) const HEADER: usize = 2 * Section::COUNT;

    /// Words of a row.
    pub(crate) const WIDTHS: [usize; Section::COUNT] = [
        row::Flag::WORDS,
        row::Card::WORDS,
        row::Variant::WORDS,
        row::FlagTest::WORDS,
        row::Rule::WORDS,
        row::Split::WORDS,
        row::Weight::WORDS,
        row::Bucketing::WORDS,
        row::Release::WORDS,
        row::Stage::WORDS,
        node::Node::WORDS,
        row::Point::WORDS,
        row::Scalars::WORDS,
        Places::WORDS,
        row::Bound::WORDS,
        Network::WORDS,
        row::Pattern::WORDS,
        row::Attribute::WORDS,
        row::Root::WORDS,
        row::Entry::WORDS,
        row::Change::WORDS,
        row::Slope::WORDS,
        1,
        1,
        2,
        1,
        1,
        1,
        1,
        1,
    ];
}

/// An image, looked at. What an index names that is not there is empty, or something else of the image: nothing here panics, whatever
/// the words are.
///
/// ```
/// use halyard_core::image::Image;
/// // (The three parts of an image with one flag, `new-cart`. From December on, who is in the Netherlands gets `on`.)
/// # let (words, text, lists) = include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/image/example.rs"));
/// let image = Image::new(&words, &text, &lists);
/// assert!(image.is_sound());
/// assert_eq!(image.flag(b"new-cart"), Some(0));
/// assert_eq!(Image::new(&[u32::MAX; 100], b"", b"").flag(b"new-cart"), None);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Image<'i> {
    /// The first words: where each section begins, and how many rows it has.
    header: &'i [u32; Section::HEADER],
    words: &'i [u32],
    text: &'i [u8],
    lists: &'i [u8],
}

impl<'i> Image<'i> {
    /// What lies there. If it comes from elsewhere, ask [`Image::is_sound`] once before anything is evaluated.
    ///
    /// ```
    /// use halyard_core::image::Image;
    /// assert_eq!(Image::new(&[], b"", b"").flags(), 0);
    /// ```
    pub fn new(words: &'i [u32], text: &'i [u8], lists: &'i [u8]) -> Image<'i> {
        Image { header: words.first_chunk().unwrap_or(&[0; Section::HEADER]), words, text, lists }
    }

    /// Looks at every index once: whether this is an image that a document may have been compiled to.
    ///
    /// ```
    /// # use halyard_core::image::Image;
    /// # let (words, text, lists) = include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/image/example.rs"));
    /// let image = Image::new(&words, &text, &lists);
    /// assert!(image.is_sound());
    /// assert!(!Image::new(&words, b"", &lists).is_sound(), "its texts are not there");
    /// ```
    pub fn is_sound(&self) -> bool {
        verify::verify(self)
    }

    /// How many flags there are. They are in the order of their keys, and named by their place.
    ///
    /// ```
    /// # use halyard_core::image::Image;
    /// # let (words, text, lists) = include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/image/example.rs"));
    /// let image = Image::new(&words, &text, &lists);
    /// assert_eq!(image.flags(), 1);
    /// ```
    pub fn flags(&self) -> u32 {
        self.count(Section::Flags)
    }

    /// How many attributes conditions ask for: a context has a slot for each.
    ///
    /// ```
    /// # use halyard_core::image::Image;
    /// # let (words, text, lists) = include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/image/example.rs"));
    /// let image = Image::new(&words, &text, &lists);
    /// assert_eq!(image.attributes(), 1, "`country`");
    /// ```
    pub fn attributes(&self) -> u32 {
        self.count(Section::Attributes)
    }

    /// Whether a flag may be sent to pages.
    ///
    /// ```
    /// # use halyard_core::image::Image;
    /// # let (words, text, lists) = include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/image/example.rs"));
    /// let image = Image::new(&words, &text, &lists);
    /// assert!(image.is_public(0));
    /// ```
    #[cfg(feature = "document")]
    pub fn is_public(&self, flag: u32) -> bool {
        self.row(flag).is_some_and(|card: row::Card| card.public)
    }

    pub(crate) fn start(&self, section: Section) -> usize {
        self.header.get(2 * section as usize).map_or(0, |start| *start as usize)
    }

    /// How many rows a section has.
    pub(crate) fn count(&self, section: Section) -> u32 {
        self.header.get(2 * section as usize + 1).copied().unwrap_or(0)
    }

    /// A row.
    pub(crate) fn row<R: Row>(&self, index: u32) -> Option<R> {
        let mut words = self.stretch(R::SECTION, Span { start: index, len: 1 }, R::WORDS);
        (words.len() == R::WORDS).then(|| R::take(&mut words))
    }

    /// A row, where every nanosecond counts: it is found without a call.
    #[inline(always)]
    pub(crate) fn hot<R: Row>(&self, index: u32) -> Option<R> {
        let mut words = self.words(R::SECTION, index, R::WORDS, R::WORDS)?;
        Some(R::take(&mut words))
    }

    /// The words of a condition, found the same way.
    pub(crate) fn node(&self, index: u32) -> Option<&'i [u32; 4]> {
        self.words(Section::Nodes, index, node::Node::WORDS, node::Node::WORDS)?.first_chunk()
    }

    /// So many words, from a row of a section on.
    #[inline(always)]
    fn words(&self, section: Section, index: u32, width: usize, count: usize) -> Option<&'i [u32]> {
        let start = self.start(section).wrapping_add((index as usize).wrapping_mul(width));
        self.words.get(start..start.wrapping_add(count))
    }

    /// Where a stretch begins and ends, of a section that has a word for each beginning.
    #[inline(always)]
    fn bounds_of(&self, section: Section, index: u32) -> Option<Range<usize>> {
        let [start, end] = *self.words(section, index, 1, 2)?.first_chunk()?;
        Some(start as usize..end as usize)
    }

    /// A list of rows, found without a call.
    #[inline(always)]
    pub(crate) fn hot_rows<R: Row>(&self, span: Span) -> impl Iterator<Item = R> + use<'i, R> {
        let mut words = self.hot_stretch(R::SECTION, span, R::WORDS);
        core::iter::from_fn(move || (words.len() >= R::WORDS).then(|| R::take(&mut words)))
    }

    /// So many rows of a section, found without a call.
    #[inline(always)]
    pub(crate) fn hot_stretch(&self, section: Section, span: Span, width: usize) -> &'i [u32] {
        self.words(section, span.start, width, (span.len as usize).wrapping_mul(width)).unwrap_or_default()
    }

    /// A list of rows.
    pub(crate) fn rows<R: Row>(&self, span: Span) -> impl ExactSizeIterator<Item = R> + use<'i, R> {
        self.stretch(R::SECTION, span, R::WORDS).chunks_exact(R::WORDS).map(|mut words| R::take(&mut words))
    }

    /// The words of a list.
    pub(crate) fn list(&self, section: Section, span: Span) -> &'i [u32] {
        self.stretch(section, span, 1)
    }

    /// The numbers of a list, two words each.
    pub(crate) fn numbers(&self, span: Span) -> &'i [[u32; 2]] {
        self.stretch(Section::Numbers, span, 2).as_chunks().0
    }

    /// So many rows of a section. In a page it is not written out where it is used: that would be a third of all code.
    #[cfg_attr(target_arch = "wasm32", inline(never))]
    fn stretch(&self, section: Section, span: Span, width: usize) -> &'i [u32] {
        self.hot_stretch(section, span, width)
    }

    /// Where a text is.
    pub(crate) fn text_at(&self, text: u32) -> Range<usize> {
        self.bounds_of(Section::Texts, text).unwrap_or_default()
    }

    fn find_text(&self, text: u32) -> Option<&'i [u8]> {
        self.text.get(self.bounds_of(Section::Texts, text)?)
    }

    /// A text's bytes: UTF-8, in an image that is sound.
    pub(crate) fn text(&self, text: u32) -> &'i [u8] {
        self.find_text(text).unwrap_or_default()
    }

    /// A text.
    #[cfg(feature = "document")]
    pub(crate) fn str(&self, text: u32) -> &'i str {
        core::str::from_utf8(self.text(text)).unwrap_or_default()
    }

    /// The flag of that key.
    ///
    /// ```
    /// # use halyard_core::image::Image;
    /// # let (words, text, lists) = include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/image/example.rs"));
    /// let image = Image::new(&words, &text, &lists);
    /// assert_eq!(image.flag(b"new-cart"), Some(0));
    /// assert_eq!(image.flag(b"ghost"), None);
    /// ```
    #[cfg(feature = "document")]
    pub fn flag(&self, key: &[u8]) -> Option<u32> {
        let flag = |place| self.words(Section::FlagsByKey, place, 1, 1)?.first()?.checked_sub(1);
        flag(self.find(key, self.count(Section::FlagsByKey), |place| Some(self.hot::<row::Card>(flag(place)?)?.key))?)
    }

    /// What a context's attribute of that name may be needed for.
    #[inline(always)]
    pub(crate) fn root(&self, name: &[u8]) -> Option<row::Root> {
        self.hot(self.find(name, self.count(Section::Roots), |place| self.hot::<row::Root>(place)?.name)?)
    }

    /// Where a text is among the versions, if it is one.
    pub(crate) fn place_of_version(&self, text: &[u8]) -> Option<u32> {
        let version = Version::parse(text)?;
        let (mut from, mut to) = (0, self.count(Section::Versions));
        while from < to {
            let middle = (from + to) / 2;
            let bound = self.hot::<row::Bound>(middle)?;
            // (Only where the numbers are the same is a pre-release looked for.)
            match version.parts.cmp(&bound.parts).then_with(|| version.order(bound.version(self))) {
                Ordering::Less => to = middle,
                Ordering::Equal => return Some(2 * middle + 1),
                Ordering::Greater => from = middle + 1,
            }
        }
        Some(2 * from)
    }

    /// The place of a text in a hash table of that many, a power of two: open addressing, one step at a time.
    #[inline(always)]
    fn find(&self, wanted: &[u8], places: u32, text_at: impl Fn(u32) -> Option<u32>) -> Option<u32> {
        let mut place = hash::place(wanted, places);
        for _ in 0..places {
            if hash::are_same(self.find_text(text_at(place)?)?, wanted) {
                return Some(place);
            }
            place = (place + 1) & (places - 1);
        }
        None
    }
}
