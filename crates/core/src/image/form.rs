//! An image as bytes, as it is stored and sent.
//!
//! ```text
//! "HLYD"  format (u32)  the document's SHA-256 (32 bytes)  words (u32)  text (u32)  lists (u32)  the words, little-endian  the text  the lists
//! ```

use std::fmt;

use super::Section;
use crate::compile::Ruleset;

/// The format of images that this build writes, and the only one that it reads.
pub const FORMAT: u32 = 2;

const MAGIC: &[u8; 4] = b"HLYD";
/// The bytes before the words: what it is, its format, the digest of its document, and three lengths.
const HEAD: usize = 52;

/// Why bytes are no image that can be evaluated. The document itself can be, instead.
///
/// ```
/// # use halyard_core::{Ruleset, check::Cap, compile, read};
/// use halyard_core::image::BadImage;
/// # let ruleset = compile(&read(br#"{"format": 1}"#, Cap::Reader).checked.unwrap());
/// let mut image = ruleset.to_image(&[0; 32]);
/// image.pop();
/// assert_eq!(Ruleset::from_image(&image).unwrap_err(), BadImage::Length);
/// assert_eq!(BadImage::Length.to_string(), "the image is not as long as it says");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadImage {
    /// They do not begin as an image does.
    Foreign,
    /// It is of this other format.
    Format(u32),
    /// It is shorter or longer than it says.
    Length,
    /// It contradicts itself.
    Broken,
}

impl fmt::Display for BadImage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BadImage::Foreign => f.write_str("this is no image"),
            BadImage::Format(format) => write!(f, "the image is of format {format}, and this is a reader of format {FORMAT}"),
            BadImage::Length => f.write_str("the image is not as long as it says"),
            BadImage::Broken => f.write_str("the image contradicts itself"),
        }
    }
}

impl std::error::Error for BadImage {}

impl Ruleset {
    /// The image of this ruleset: what [`Ruleset::from_image`] reads back without compiling. `document` is the SHA-256 of the
    /// canonical document that it was compiled from; it is kept in the image.
    ///
    /// ```
    /// # use halyard_core::{check::Cap, compile, read, Context, Ruleset, Timestamp};
    /// let ruleset = compile(&read(br#"{"format": 1, "flags": {"new-cart": {"purpose": "operational", "owner": "team-cart",
    ///     "created": "2026-11-01", "variants": {"on": true, "off": false}, "otherwise": "on"}}}"#, Cap::Reader).checked.unwrap());
    /// let image = ruleset.to_image(&[7; 32]);
    /// let (again, document) = Ruleset::from_image(&image).unwrap();
    /// assert_eq!(document, [7; 32]);
    /// assert_eq!(again.evaluate("new-cart", &Context::default(), Timestamp(0)).variant, Some("on"));
    /// ```
    pub fn to_image(&self, document: &[u8; 32]) -> Vec<u8> {
        let Ruleset { words, text, lists } = self;
        let mut image = Vec::with_capacity(HEAD + words.len() * 4 + text.len() + lists.len());
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX).to_le_bytes();
        image.extend(MAGIC);
        image.extend(FORMAT.to_le_bytes());
        image.extend(document);
        image.extend(number(words.len()));
        image.extend(number(text.len()));
        image.extend(number(lists.len()));
        words.iter().for_each(|word| image.extend(word.to_le_bytes()));
        image.extend(text.as_bytes());
        image.extend(lists);
        image
    }

    /// The ruleset of an image, and the SHA-256 of the document that it says it was compiled from. Every index is looked at once,
    /// so what comes back can be evaluated as any other, whoever made the image; whether it is that document's nobody can tell.
    ///
    /// ```
    /// # use halyard_core::Ruleset;
    /// use halyard_core::image::BadImage;
    /// assert_eq!(Ruleset::from_image(b"{}").unwrap_err(), BadImage::Foreign);
    /// ```
    ///
    /// # Errors
    /// When the bytes are no image of this [`FORMAT`], or a damaged one.
    pub fn from_image(image: &[u8]) -> Result<(Ruleset, [u8; 32]), BadImage> {
        let (magic, rest) = image.split_first_chunk::<4>().ok_or(BadImage::Foreign)?;
        let (format, rest) = rest.split_first_chunk::<4>().ok_or(BadImage::Foreign)?;
        match (magic, u32::from_le_bytes(*format)) {
            (MAGIC, FORMAT) => {}
            (MAGIC, other) => return Err(BadImage::Format(other)),
            _ => return Err(BadImage::Foreign),
        }
        let (document, rest) = rest.split_first_chunk::<32>().ok_or(BadImage::Length)?;
        let (lengths, rest) = rest.split_first_chunk::<12>().ok_or(BadImage::Length)?;
        let length = |at| lengths.get(at..).and_then(<[u8]>::first_chunk).map_or(0, |four| u32::from_le_bytes(*four) as usize);
        let (words, rest) = length(0).checked_mul(4).and_then(|words| rest.split_at_checked(words)).ok_or(BadImage::Length)?;
        let (text, lists) = rest.split_at_checked(length(4)).ok_or(BadImage::Length)?;
        if lists.len() != length(8) {
            return Err(BadImage::Length);
        }
        let text = std::str::from_utf8(text).map_err(|_| BadImage::Broken)?;
        let words: Vec<u32> = words.as_chunks().0.iter().map(|word| u32::from_le_bytes(*word)).collect();
        let ruleset = Ruleset { words, text: text.to_owned(), lists: lists.to_vec() };
        let is_sound =
            ruleset.image().is_sound() && ruleset.image().bounds(Section::Texts).iter().all(|bound| text.is_char_boundary(*bound as usize));
        if is_sound { Ok((ruleset, *document)) } else { Err(BadImage::Broken) }
    }
}
