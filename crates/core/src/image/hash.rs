//! Where a text is looked for in an image's tables and buckets: a hash that is quick and spreads texts that are alike, nothing
//! more. (Whom a percentage holds for is hashed by `operators::bucket`, which never changes.)

use super::part::join;

/// A multiplier that spreads well, by Steele and Vigna's "Computationally easy, spectrally good multipliers".
const SPREAD: u64 = 0xf135_7aea_2e62_a9c5;

/// The place of a text among so many, each about equally often: 0 … `places` − 1.
#[inline]
pub(crate) fn place(text: &[u8], places: u32) -> u32 {
    let (mut hash, mut rest) = ((text.len() as u64).wrapping_mul(SPREAD), text);
    while let Some((piece, behind)) = rest.split_first_chunk() {
        hash = spread(hash ^ u64::from_le_bytes(*piece));
        rest = behind;
    }
    if !rest.is_empty() {
        hash = spread(hash ^ last(text));
    }
    // Only the upper half of a product is made of all bits.
    let hash = hash.wrapping_mul(SPREAD) >> 32;
    ((hash * u64::from(places)) >> 32) as u32
}

/// Whether two texts are the same: for short ones quicker than a call of what compares long ones.
#[inline]
pub(crate) fn are_same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && last(a) == last(b) && a.as_chunks::<8>().0.iter().zip(b.as_chunks::<8>().0).all(|(a, b)| a == b)
}

#[inline]
fn spread(hash: u64) -> u64 {
    let product = hash.wrapping_mul(SPREAD);
    product ^ product >> 32
}

/// The last eight bytes, or all: some of them twice, where that saves a loop.
#[inline]
fn last(text: &[u8]) -> u64 {
    if let Some(eight) = text.last_chunk() {
        return u64::from_le_bytes(*eight);
    }
    let [low, high] = match (text.first_chunk(), text.last_chunk(), text) {
        (Some(first), Some(last), _) => [u32::from_le_bytes(*first), u32::from_le_bytes(*last)],
        (_, _, [a, b, c]) => [u32::from_le_bytes([*a, *b, *c, 0]), 0],
        (_, _, [a, b]) => [u32::from_le_bytes([*a, *b, 0, 0]), 0],
        (_, _, rest) => [rest.first().copied().map_or(0, u32::from), 0],
    };
    join([low, high])
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// How many pairs of texts come to one place, as a multiple of what chance would make of them.
    fn pairs(texts: &BTreeSet<String>, places: usize) -> f64 {
        let mut counts = vec![0_usize; places];
        texts.iter().for_each(|text| counts[place(text.as_bytes(), places as u32) as usize] += 1);
        let pairs: usize = counts.iter().map(|count| count * count.saturating_sub(1)).sum();
        (pairs * places) as f64 / (texts.len() * (texts.len() - 1)) as f64
    }

    #[test]
    fn texts_that_are_alike_are_spread_as_by_chance() {
        for alike in [
            |number: u64| format!("user-{number:06}"),
            |number| format!("{number}"),
            |number| format!("{number:05}-checkout-experience"),
            |number| format!("person{number}@acme.example"),
            |number| format!("12345678-90ab-cdef-0000-{number:012x}"),
            |number| format!("{number:0x}000000-0000-4000-8000-000000000000"),
            |number| format!("team-{:03}-of-eight-{:03}", number % 100, number / 100),
        ] {
            let texts: BTreeSet<String> = (0..10_000).map(alike).collect();
            for places in [1_250, 1 << 15] {
                let pairs = pairs(&texts, places);
                assert!((0.9..1.1).contains(&pairs), "{}: {pairs} times as many pairs among {places}", alike(7));
            }
        }
        let codes: BTreeSet<String> = ('A'..='Z').flat_map(|a| ('A'..='Z').map(move |b| format!("{a}{b}"))).collect();
        assert!(pairs(&codes, 85) < 1.2 && pairs(&codes, 2048) < 1.2);
    }

    #[test]
    fn every_byte_counts() {
        for length in 1..40 {
            let text = vec![b'a'; length];
            let places: BTreeSet<u32> = (0..length)
                .map(|at| {
                    let mut other = text.clone();
                    other[at] = b'b';
                    place(&other, u32::MAX)
                })
                .chain([place(&text, u32::MAX), place(&[&text[..], b"a"].concat(), u32::MAX)])
                .collect();
            assert_eq!(places.len(), length + 2, "of {length} bytes");
        }
    }

    /// Images are read by other builds than the one that wrote them. (The places are those of the same in Python.)
    #[test]
    fn places_are_frozen() {
        let texts =
            ["", "a", "NL", "abc", "plan", "country", "new-cart", "user-004711", "targetingKey", "12345678-90ab-cdef-0000-000000000007"];
        assert_eq!(
            texts.map(|text| place(text.as_bytes(), 1 << 31)),
            [0, 1567371864, 236954515, 1249903153, 1602882223, 336270979, 723111605, 560651154, 754178745, 1829667531]
        );
    }
}
