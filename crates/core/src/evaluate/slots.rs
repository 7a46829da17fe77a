//! A context that is bound to an image: for each attribute that some condition asks for, what the context has there. Flat, as the
//! image is: rows of words, and a stretch of bytes that they name pieces of. So a page can write them from outside.
//!
//! | word | of a slot |
//! | --- | --- |
//! | 0 | its kind: see [`kind`] |
//! | 1 | of a text that some list has: which lists have it, as `image::lists` says that in one number, and 1; else 0. For a page [`look_up`] writes it |
//! | 2, 3 | of a text (natively only where [`needs`] says that it is read), and of a number or a boolean that is hashed: where its text begins among the bytes, and its length; of a list: its first element's slot, and how many there are |
//! | 4, 5 | of a number: the double, its low half first; of a text that is compared without regard to case: as 2 and 3, in lower case |
//! | 6 | of a text that is a version, and is compared as one: its place among the image's versions, and 1; else 0. For a page [`look_up`] writes it |
//!
//! The attributes' slots come first, in their order; behind them those of lists' elements.

use core::slice;

use crate::image::part::{Span, double};
use crate::image::row::Attribute;
use crate::image::{Image, Section, needs};

/// What there is at one attribute, or in one place of its list.
pub type Slot = [u32; 7];

/// What a slot holds.
pub mod kind {
    /// Nothing, or null; in a list also what no operator takes.
    pub const MISSING: u32 = 0;
    /// An object: it is there, and no operator takes it.
    pub const OBJECT: u32 = 1;
    /// `false`.
    pub const FALSE: u32 = 2;
    /// `true`.
    pub const TRUE: u32 = 3;
    /// A number.
    pub const NUMBER: u32 = 4;
    /// A text.
    pub const TEXT: u32 = 5;
    /// A list.
    pub const LIST: u32 = 6;
}

/// A value, as conditions see it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Value<'c> {
    Missing,
    /// Something that is there and that no operator takes.
    Object,
    Bool(bool),
    Number(f64),
    /// A text, told by its slot: see [`Slots::text_of`] and what follows that.
    Text(&'c Slot),
    List(&'c [Slot]),
}

/// The slots of a context and their bytes.
///
/// ```
/// # use halyard_core::Timestamp;
/// use halyard_core::evaluate::slots::{Slots, kind, look_up};
/// # use halyard_core::image::Image;
/// # let (words, text, lists) = include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/image/example.rs"));
/// let image = Image::new(&words, &text, &lists);
/// // The image asks for one attribute, `country`: a text, of the two bytes from 0 on.
/// let mut slots = [[kind::TEXT, 0, 0, 2, 0, 0, 0]];
/// look_up(image, &mut slots, b"NL");
/// let december = Timestamp::parse("2026-12-01T00:00:00Z").unwrap();
/// let (answer, _) = image.decide(0, Slots::new(&slots, b"NL"), december);
/// assert_eq!(answer & 15, 2, "`TARGETING_MATCH`");
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Slots<'c> {
    slots: &'c [Slot],
    bytes: &'c [u8],
}

impl<'c> Slots<'c> {
    /// What was written. Whatever it is, evaluating ends without a panic: what a slot names that is not there is empty.
    ///
    /// ```
    /// # use halyard_core::Timestamp;
    /// # use halyard_core::evaluate::slots::{Slots, kind};
    /// # use halyard_core::image::Image;
    /// # let (words, text, lists) = include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/image/example.rs"));
    /// let image = Image::new(&words, &text, &lists);
    /// // A text that is said to be where no bytes are.
    /// let slots = [[kind::TEXT, 0, 9_000, 2, 0, 0, 0]];
    /// assert_eq!(image.decide(0, Slots::new(&slots, b"NL"), Timestamp(0)).0 & 15, 1, "`DEFAULT`");
    /// ```
    pub fn new(slots: &'c [Slot], bytes: &'c [u8]) -> Slots<'c> {
        Slots { slots, bytes }
    }

    /// An attribute's slot.
    #[inline(always)]
    pub(crate) fn slot(self, attribute: u32) -> Option<&'c Slot> {
        self.slots.get(attribute as usize)
    }

    /// What there is at an attribute.
    pub(crate) fn value(self, attribute: u32) -> Value<'c> {
        self.slot(attribute).map_or(Value::Missing, |slot| self.value_of(slot))
    }

    /// What there is at an attribute: the elements of a list, or one slot.
    pub(crate) fn all(self, attribute: u32) -> &'c [Slot] {
        match self.slot(attribute) {
            Some([kind::LIST, _, start, len, ..]) => stretch(self.slots, Span { start: *start, len: *len }),
            Some(one) => slice::from_ref(one),
            None => &[],
        }
    }

    /// What there is in a slot.
    #[cfg_attr(target_arch = "wasm32", inline(never))]
    pub(crate) fn value_of(self, slot: &'c Slot) -> Value<'c> {
        let [kind, _, start, len, low, high, _] = *slot;
        match kind {
            kind::OBJECT => Value::Object,
            kind::FALSE => Value::Bool(false),
            kind::TRUE => Value::Bool(true),
            kind::NUMBER => Value::Number(double([low, high])),
            kind::TEXT => Value::Text(slot),
            kind::LIST => Value::List(stretch(self.slots, Span { start, len })),
            _ => Value::Missing,
        }
    }

    /// The text of a slot that has one.
    pub(crate) fn text_of(self, [_, _, start, len, ..]: &Slot) -> &'c [u8] {
        stretch(self.bytes, Span { start: *start, len: *len })
    }

    /// The same in lower case, where that is asked for.
    pub(crate) fn lower_case_of(self, [.., start, len, _]: &Slot) -> &'c [u8] {
        stretch(self.bytes, Span { start: *start, len: *len })
    }

    /// Its place among the image's versions, where that is asked for.
    pub(crate) fn version_of([.., version]: &Slot) -> Option<u32> {
        version.checked_sub(1)
    }

    /// The text of what there is at an attribute that is hashed: a text itself, a number as JavaScript writes it, `true` or `false`.
    pub(crate) fn text(self, attribute: u32) -> Option<&'c [u8]> {
        let slot = self.slot(attribute)?;
        matches!(slot, [kind::FALSE..=kind::TEXT, ..]).then(|| self.text_of(slot))
    }
}

/// What is asked of a text beside itself: which lists have it, and where it is among versions, as words 1 and 6 of its slot.
#[inline]
pub(crate) fn words_of_text(image: &Image<'_>, needs: u32, text: &[u8]) -> [u32; 2] {
    // (Of an image that lies a list's number may be the last there is.)
    let listed = if needs & needs::LISTS != 0 { image.listed(text).map_or(0, |listed| listed.wrapping_add(1)) } else { 0 };
    let version = if needs & needs::VERSIONS != 0 { image.place_of_version(text).map_or(0, |place| place + 1) } else { 0 };
    [listed, version]
}

/// Writes words 1 and 6 of each text. The last step of binding, for whoever wrote slots without them.
///
/// ```
/// # use halyard_core::evaluate::slots::{kind, look_up};
/// # use halyard_core::image::Image;
/// # let (words, text, lists) = include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/image/example.rs"));
/// let image = Image::new(&words, &text, &lists);
/// let listed = |text: &[u8]| {
///     let mut slots = [[kind::TEXT, 0, 0, text.len() as u32, 0, 0, 0]];
///     look_up(image, &mut slots, text);
///     slots[0][1]
/// };
/// assert_ne!(listed(b"NL"), 0);
/// assert_eq!(listed(b"DE"), 0, "no list has it");
/// ```
pub fn look_up(image: Image<'_>, slots: &mut [Slot], bytes: &[u8]) {
    let all = Span { start: 0, len: image.count(Section::Attributes) };
    for (attribute, Attribute { needs, .. }) in (0..).zip(image.hot_rows(all)) {
        if needs & (needs::LISTS | needs::VERSIONS) == 0 {
            continue;
        }
        let (start, len) = match slots.get(attribute as usize) {
            Some([kind::LIST, _, start, len, ..]) => (*start, *len),
            _ => (attribute, 1),
        };
        let elements = slots.get_mut(start as usize..).and_then(|rest| rest.get_mut(..len as usize)).unwrap_or_default();
        for [kind, listed, start, len, .., version] in elements {
            if *kind == kind::TEXT {
                [*listed, *version] = words_of_text(&image, needs, stretch(bytes, Span { start: *start, len: *len }));
            }
        }
    }
}

fn stretch<T>(all: &[T], Span { start, len }: Span) -> &[T] {
    let start = start as usize;
    all.get(start..start.wrapping_add(len as usize)).unwrap_or_default()
}
