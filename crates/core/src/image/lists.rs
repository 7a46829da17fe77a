//! The texts that lists have, and which lists have each: a context's text is looked up once, and is then in a list or not by a
//! search among few numbers, however many texts the list has.
//!
//! Texts are in buckets, and in order within a bucket. Most ids begin alike, so a text is written without what it shares with the one
//! before it; and so that the alike come into one bucket, a long text's last bytes (as many as the first byte of all says) are left
//! out of the hash that its bucket is found by.
//!
//! | bytes | of a text |
//! | --- | --- |
//! | 1 | how many bytes it has of its own (3 bits, lowest), how many it shares with the text before it in its bucket (4 bits), whether several lists have it (1 bit) |
//! | 0 or 1 | where it shares 15 or more: how many more than 15 |
//! | 0, or 1 to 4 | where it has 7 or more of its own: how many more than 7, 7 bits a byte, the lowest first, the highest bit set where another byte follows |
//! | so many | its own bytes |
//! | 0, or 1 to 4 | where several lists have it: how many |
//! | 2 each; 4 each where there are more than 65,536 lists | their rows in `Scalars`, rising |

use super::{Image, Section, hash};

/// With more lists than this, a list's number takes four bytes.
const SHORT: u32 = 1 << 16;

/// Says in which lists a text is: this one alone.
const ONE: u32 = 1 << 31;

/// A text at least so long is long. (Short ones are codes of countries and the like, of which all would come into one bucket.)
const LONG: usize = 8;

/// The most bytes that a text shares with the one before it: more are written again, and compared again.
const SHARED: usize = 15 + 255;

/// The bucket of a text, of so many; of a long one, so many bytes are left out.
fn bucket_of(text: &[u8], left_out: u8, buckets: u32) -> u32 {
    hash::place(head(text, left_out), buckets)
}

/// What of a text is not left out.
fn head(text: &[u8], left_out: u8) -> &[u8] {
    let end = if text.len() < LONG { text.len() } else { text.len() - usize::from(left_out & 7) };
    text.get(..end).unwrap_or_default()
}

impl<'i> Image<'i> {
    /// Which lists have a text, in one number: the list, where it is one; else where they are told.
    pub(crate) fn listed(&self, wanted: &[u8]) -> Option<u32> {
        let buckets = self.count(Section::Buckets).checked_sub(1)?;
        let bounds = self.bounds_of(Section::Buckets, bucket_of(wanted, *self.lists.first()?, buckets))?;
        let (bytes, mut at, width) = (self.lists.get(..bounds.end)?, bounds.start, self.width());
        // How many bytes the last text and the wanted one have in common.
        let mut common = 0;
        loop {
            let head = take(bytes, &mut at)?;
            let (mut shared, mut length) = (usize::from(head >> 3 & 15), usize::from(head & 7));
            if shared == 15 {
                shared += usize::from(take(bytes, &mut at)?);
            }
            if length == 7 {
                length += varint(bytes, &mut at)?;
            }
            let (own, is_one) = (at, head < 0x80);
            at += length;
            // A text that shares more with the last one than the wanted text does differs from that at the same place; one that
            // shares less comes behind the wanted text, and so do all that follow one that does.
            if shared < common {
                return None;
            }
            if shared == common {
                let mut own = bytes.get(own..at)?.iter();
                loop {
                    match (own.next(), wanted.get(common)) {
                        (Some(a), Some(b)) if a == b => common += 1,
                        (Some(a), Some(b)) if a > b => return None,
                        (Some(_), None) => return None,
                        (None, None) if is_one => return Some(self.number(bytes.get(at..)?)? | ONE),
                        (None, None) => return u32::try_from(at).ok(),
                        _ => break,
                    }
                }
                common = common.min(SHARED);
            }
            at += if is_one { width } else { width * varint(bytes, &mut at)? };
        }
    }

    /// Whether a list has the text of which that is the number.
    #[inline]
    pub(crate) fn list_has(&self, list: u32, listed: u32) -> bool {
        if listed & ONE != 0 { listed ^ ONE == list } else { self.is_among(list, listed as usize) }
    }

    /// Whether a list is among those that are told from there on.
    #[inline(never)]
    fn is_among(&self, list: u32, mut at: usize) -> bool {
        let count = varint(self.lists, &mut at).unwrap_or(0);
        let rest = self.lists.get(at..).unwrap_or_default();
        if self.width() == 2 {
            let lists = rest.as_chunks().0.get(..count).unwrap_or_default();
            lists.binary_search_by(|number| u32::from(u16::from_le_bytes(*number)).cmp(&list)).is_ok()
        } else {
            let lists = rest.as_chunks().0.get(..count).unwrap_or_default();
            lists.binary_search_by(|number| u32::from_le_bytes(*number).cmp(&list)).is_ok()
        }
    }

    /// The list that these bytes begin with.
    fn number(&self, lists: &[u8]) -> Option<u32> {
        Some(if self.width() == 2 {
            u32::from(u16::from_le_bytes(*lists.first_chunk()?))
        } else {
            u32::from_le_bytes(*lists.first_chunk()?)
        })
    }

    /// Bytes of a list's number.
    fn width(&self) -> usize {
        if self.count(Section::Scalars) > SHORT { 4 } else { 2 }
    }
}

/// Reads the number that is there, and goes behind it. It is less than 2^28: added to a place, also four times, it comes behind that.
#[cfg_attr(target_arch = "wasm32", inline(never))]
fn varint(bytes: &[u8], at: &mut usize) -> Option<usize> {
    let mut number = 0;
    for shift in [0, 7, 14, 21] {
        let byte = take(bytes, at)?;
        number |= usize::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some(number);
        }
    }
    None
}

/// Reads the byte that is there, and goes behind it.
fn take(bytes: &[u8], at: &mut usize) -> Option<u8> {
    let byte = *bytes.get(*at)?;
    *at += 1;
    Some(byte)
}

/// Writes which lists have which texts: the buckets' bounds, and their bytes.
#[cfg(feature = "document")]
pub(super) fn write(mut entries: Vec<(&str, u32)>, lists: u32) -> (Vec<[u32; 1]>, Vec<u8>) {
    use super::writer::narrow;

    if entries.is_empty() {
        return (Vec::new(), Vec::new());
    }
    entries.sort_unstable();
    entries.dedup();
    let texts: Vec<&[(&str, u32)]> = entries.chunk_by(|(a, _), (b, _)| a == b).collect();
    let left_out = left_out(&texts);
    let mut buckets: Vec<Vec<&[(&str, u32)]>> = vec![Vec::new(); texts.len().div_ceil(TEXTS)];
    let size = narrow(buckets.len());
    for same in texts {
        if let Some(bucket) = buckets.get_mut(bucket_of(text_of(same), left_out, size) as usize) {
            bucket.push(same);
        }
    }
    let (mut bounds, mut bytes) = (Vec::new(), vec![left_out]);
    for bucket in buckets {
        bounds.push([narrow(bytes.len())]);
        put_bucket(&bucket, lists, &mut bytes);
    }
    bounds.push([narrow(bytes.len())]);
    (bounds, bytes)
}

/// Writes the texts of a bucket, which are in order, each with its lists.
#[cfg(feature = "document")]
fn put_bucket(texts: &[&[(&str, u32)]], lists: u32, bytes: &mut Vec<u8>) {
    let mut before: &[u8] = b"";
    for same in texts {
        let text = text_of(same);
        let shared = text.iter().zip(before).take(SHARED).take_while(|(a, b)| a == b).count();
        let own = text.get(shared..).unwrap_or_default();
        let is_one = same.len() == 1;
        bytes.push(u8::from(!is_one) << 7 | shared.min(15).to_le_bytes()[0] << 3 | own.len().min(7).to_le_bytes()[0]);
        if shared >= 15 {
            bytes.push((shared - 15).to_le_bytes()[0]);
        }
        if own.len() >= 7 {
            put_varint(own.len() - 7, bytes);
        }
        bytes.extend(own);
        if !is_one {
            put_varint(same.len(), bytes);
        }
        for (_, list) in *same {
            let [a, b, c, d] = list.to_le_bytes();
            if lists > SHORT { bytes.extend([a, b, c, d]) } else { bytes.extend([a, b]) }
        }
        before = text;
    }
}

/// Texts to a bucket, about.
#[cfg(feature = "document")]
const TEXTS: usize = 8;

/// How many of the last bytes of texts, which are in order, are best left out: the more, the more texts are alike and beside each
/// other, and the longer a search takes.
#[cfg(feature = "document")]
fn left_out(texts: &[&[(&str, u32)]]) -> u8 {
    let is_quick = |left_out: u8| {
        let alike = texts.chunk_by(|a, b| head(text_of(a), left_out) == head(text_of(b), left_out));
        alike.map(|group| group.len() * group.len()).sum::<usize>() <= 12 * texts.len()
    };
    (1..=3).rev().find(|left_out| is_quick(*left_out)).unwrap_or(0)
}

/// The text of what one text and its lists are.
#[cfg(feature = "document")]
fn text_of<'t>(same: &[(&'t str, u32)]) -> &'t [u8] {
    same.first().map_or(b"", |(text, _)| text.as_bytes())
}

#[cfg(feature = "document")]
fn put_varint(mut number: usize, bytes: &mut Vec<u8>) {
    while number >= 0x80 {
        bytes.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    bytes.push(number.to_le_bytes()[0]);
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;
    use crate::evaluate::slots::words_of_text;
    use crate::image::needs;
    use crate::image::part::Span;
    use crate::image::row::Scalars;
    use crate::image::writer::Writer;

    /// The words, the text and the bytes of an image that has these lists.
    fn written(lists: &[BTreeSet<String>]) -> (Vec<u32>, String, Vec<u8>) {
        let mut writer = Writer::default();
        for list in lists {
            writer.scalars(list.iter().map(String::as_str), &Scalars { numbers: Span::default(), yes: false, no: false });
        }
        writer.finish()
    }

    fn has(image: &Image<'_>, list: usize, text: &str) -> bool {
        image.listed(text.as_bytes()).is_some_and(|told| image.list_has(list as u32, told))
    }

    /// Ids that begin alike, short codes, and long texts that share more than 15 bytes or have more than 7 of their own.
    fn texts() -> impl Strategy<Value = String> {
        prop_oneof!["user-00[0-9]{1,4}", "[A-C]{0,2}", "(a long beginning, the same for all of them: )?[ab]{0,12}", "(é𝄞){0,20}x?"]
    }

    proptest! {
        #[test]
        fn every_list_has_its_texts_and_no_other(
            lists in proptest::collection::vec(proptest::collection::btree_set(texts(), 0..60), 1..6), others in proptest::collection::vec(texts(), 40)
        ) {
            let (words, text, bytes) = written(&lists);
            let image = Image::new(&words, text.as_bytes(), &bytes);
            prop_assert!(image.is_sound());
            for text in lists.iter().flatten().chain(&others) {
                for (place, list) in lists.iter().enumerate() {
                    prop_assert_eq!(has(&image, place, text), list.contains(text), "{:?} in {:?}", text, list);
                }
            }
        }
    }

    #[test]
    fn with_many_lists_a_number_of_theirs_takes_four_bytes() {
        for count in [65_536, 65_537] {
            let lists: Vec<BTreeSet<String>> =
                (0..count).map(|number| BTreeSet::from([format!("one-of-{}", number / 2), "all".to_owned()])).collect();
            let (words, text, bytes) = written(&lists);
            let image = Image::new(&words, text.as_bytes(), &bytes);
            for (place, wanted, held) in
                [(0, "one-of-0", true), (65_535, "one-of-32767", true), (65_535, "one-of-0", false), (count - 1, "all", true)]
            {
                assert_eq!(has(&image, place, wanted), held, "{wanted} in list {place}");
            }
            assert_eq!(has(&image, 65_536, "one-of-32768"), count == 65_537);
        }
    }

    #[test]
    fn a_list_s_number_that_no_list_has_is_no_panic() {
        let lists: Vec<BTreeSet<String>> = (0..65_537).map(|number| BTreeSet::from([format!("one-of-{number}")])).collect();
        let (words, text, mut bytes) = written(&lists);
        while let Some(at) = bytes.windows(4).position(|number| number == 7_u32.to_le_bytes()) {
            bytes[at..at + 4].fill(0xff);
        }
        let image = Image::new(&words, text.as_bytes(), &bytes);
        assert_eq!(image.listed(b"one-of-7"), Some(u32::MAX));
        assert_eq!(words_of_text(&image, needs::LISTS, b"one-of-7"), [0, 0]);
    }

    #[test]
    fn texts_of_any_length_are_listed() {
        let alone: BTreeSet<String> = (0..300).zip('一'..).map(|(length, first)| format!("{first}{}", "x".repeat(length))).collect();
        let alike: BTreeSet<String> =
            [10, 14, 15, 16, 200, 269, 270, 271, 300].iter().flat_map(|length| ["b", "c"].map(|end| "a".repeat(*length) + end)).collect();
        let lists = [alone, alike];
        let (words, text, bytes) = written(&lists);
        let image = Image::new(&words, text.as_bytes(), &bytes);
        for (place, list) in lists.iter().enumerate() {
            for text in list {
                assert!(has(&image, place, text) && !has(&image, 1 - place, text) && !has(&image, place, &format!("{text}x")), "{text}");
            }
        }
    }

    #[test]
    fn the_alike_are_written_beside_each_other() {
        let ids: BTreeSet<String> = (0..10_000).map(|number| format!("user-{number:06}")).collect();
        let codes: BTreeSet<String> = ('A'..='Z').flat_map(|a| ('A'..='Z').map(move |b| format!("{a}{b}"))).collect();
        assert_eq!(written(std::slice::from_ref(&codes)).2.first(), Some(&3), "of short texts nothing is left out, however much might be");
        let (words, text, bytes) = written(&[ids, codes]);
        assert_eq!(bytes.first(), Some(&1), "of ten ids each, one digit is left out");
        let bounds = Image::new(&words, text.as_bytes(), &bytes).bounds(Section::Buckets);
        assert!(bounds.windows(2).all(|bounds| bounds[1] - bounds[0] < 500), "a search is short, whatever is searched");
        // An id: what is shared, a digit or a little more, and its list.
        assert!(bytes.len() < 10_676 * 6, "{} bytes", bytes.len());
        assert!(words.len() < 10_676 / 4, "{} words", words.len());
    }
}
