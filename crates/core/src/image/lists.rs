//! The texts that lists have, and which lists have each: a context's text is looked up once, and is then in a list or not by a
//! search among few numbers, however many texts the list has.
//!
//! Texts are in buckets by their hash, and in order within a bucket. Most ids begin alike, so a text is written without what it
//! shares with the one before it:
//!
//! | bytes | of a text |
//! | --- | --- |
//! | 1 | how many bytes it shares with the text before it in its bucket |
//! | 1 to 5 | how many bytes it has of its own: 7 bits a byte, the lowest first, the highest bit set where another byte follows |
//! | so many | these bytes |
//! | 1 to 5 | how many lists have it |
//! | 2 each; 4 each where there are more than 65,536 lists | their rows in `Scalars`, rising |

use core::cmp::Ordering;

use super::part::Span;
use super::verify::rises;
use super::{Image, Section, place_in_table};

/// With more lists than this, a list's number takes four bytes.
const SHORT: u32 = 1 << 16;

impl<'i> Image<'i> {
    /// Where it is told which lists have a text: that stands for the text, in what follows.
    pub(crate) fn listed(self, wanted: &[u8]) -> Option<u32> {
        let bucket = place_in_table(wanted, self.count(Section::Buckets).checked_sub(1)?)?;
        let (end, mut rest) = self.bucket(bucket)?;
        let width = self.width();
        // How many bytes the last text and the wanted one have in common.
        let mut common = 0;
        while let Some((shared, own)) = take_text(&mut rest) {
            let lists = rest.len();
            let count = varint(&mut rest)?;
            rest = rest.get(count.checked_mul(width)?..)?;
            // A text that shares more with the last one than the wanted text does differs from that at the same place.
            if shared <= common {
                let ahead = wanted.get(shared..)?;
                let same = own.iter().zip(ahead).take_while(|(a, b)| a == b).count();
                if same == own.len() && same == ahead.len() {
                    return u32::try_from(end.checked_sub(lists)?).ok();
                }
                common = shared + same;
            }
        }
        None
    }

    /// Whether a list has the text of which it is told there.
    pub(crate) fn list_has(self, list: u32, text: u32) -> bool {
        let Some(mut rest) = self.lists.get(text as usize..) else { return false };
        let Some(count) = varint(&mut rest) else { return false };
        let (width, mut from, mut to) = (self.width(), 0, count);
        while from < to {
            let middle = (from + to) / 2;
            let number = rest.get(middle * width..).and_then(|rest| rest.get(..width)).unwrap_or_default();
            match number_of(number).cmp(&list) {
                Ordering::Less => from = middle + 1,
                Ordering::Equal => return true,
                Ordering::Greater => to = middle,
            }
        }
        false
    }

    /// Bytes of a list's number.
    fn width(self) -> usize {
        if self.count(Section::Scalars) > SHORT { 4 } else { 2 }
    }

    /// Where a bucket ends, and its bytes.
    fn bucket(self, bucket: u32) -> Option<(usize, &'i [u8])> {
        let [start, end] = self.list(Section::Buckets, Span { start: bucket, len: 2 }) else { return None };
        Some((*end as usize, self.lists.get(*start as usize..*end as usize)?))
    }

    /// Whether the buckets lie one behind the other. What is in them is not looked at: a lie there is told of a text that a context
    /// may have, and is as good as any other.
    pub(super) fn lists_are_sound(self) -> bool {
        let count = self.count(Section::Buckets).saturating_sub(1);
        let bounds = self.list(Section::Buckets, Span { start: 0, len: self.count(Section::Buckets) });
        rises(bounds)
            && bounds.first().copied().unwrap_or(0) == 0
            && bounds.last().copied().unwrap_or(0) as usize == self.lists.len()
            && (count == 0 || count.is_power_of_two())
    }
}

/// The lowest byte first.
fn number_of(bytes: &[u8]) -> u32 {
    bytes.iter().rev().fold(0, |number, byte| number << 8 | u32::from(*byte))
}

/// Takes a text off the front: how much it shares with the one before it, and its own bytes.
fn take_text<'i>(rest: &mut &'i [u8]) -> Option<(usize, &'i [u8])> {
    let (shared, behind) = rest.split_first()?;
    *rest = behind;
    let length = varint(rest)?;
    let (own, behind) = rest.split_at_checked(length)?;
    *rest = behind;
    Some((usize::from(*shared), own))
}

/// Takes a number off the front.
fn varint(rest: &mut &[u8]) -> Option<usize> {
    let mut number = 0;
    for shift in [0, 7, 14, 21, 28] {
        let (byte, behind) = rest.split_first()?;
        *rest = behind;
        number |= usize::from(byte & 0x7f) << shift;
        if *byte < 0x80 {
            return Some(number);
        }
    }
    None
}

/// Writes which lists have which texts: the buckets' bounds, and their bytes.
#[cfg(feature = "document")]
pub(super) fn write(mut entries: Vec<(&str, u32)>, lists: u32) -> (Vec<[u32; 1]>, Vec<u8>) {
    if entries.is_empty() {
        return (Vec::new(), Vec::new());
    }
    // About six texts to a bucket.
    let size = super::writer::narrow((entries.len() / 6).next_power_of_two());
    let bucket_of = |text: &str| place_in_table(text.as_bytes(), size).unwrap_or(0);
    entries.sort_by_cached_key(|(text, list)| (bucket_of(text), *text, *list));
    entries.dedup();
    let (mut bounds, mut bytes) = (Vec::new(), Vec::new());
    let mut before = "";
    for same in entries.chunk_by(|(a, _), (b, _)| a == b) {
        let Some((text, _)) = same.first() else { continue };
        while bounds.len() <= bucket_of(text) as usize {
            bounds.push([super::writer::narrow(bytes.len())]);
            before = "";
        }
        let shared = text.bytes().zip(before.bytes()).take(255).take_while(|(a, b)| a == b).count();
        let own = text.as_bytes().get(shared..).unwrap_or_default();
        bytes.push(shared.to_le_bytes()[0]);
        put_varint(own.len(), &mut bytes);
        bytes.extend(own);
        put_varint(same.len(), &mut bytes);
        for (_, list) in same {
            let [a, b, c, d] = list.to_le_bytes();
            if lists > SHORT { bytes.extend([a, b, c, d]) } else { bytes.extend([a, b]) }
        }
        before = text;
    }
    bounds.resize(size as usize + 1, [super::writer::narrow(bytes.len())]);
    (bounds, bytes)
}

#[cfg(feature = "document")]
fn put_varint(mut number: usize, bytes: &mut Vec<u8>) {
    while number >= 0x80 {
        bytes.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    bytes.push(number.to_le_bytes()[0]);
}
