//! Buckets: where a text has its place under a seed. murmur3_x86_32 by Austin Appleby (public domain), fed piece by piece, so that
//! a seed is hashed once when a document is compiled and nobody has to join texts.

/// All of a percentage, in thousandths of a percent.
pub(crate) const EVERYONE: u32 = 100_000;

/// A hash under way: what murmur3_x86_32 with seed 0 knows after the bytes so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Murmur3 {
    pub(crate) hash: u32,
    /// The bytes since the last whole block, the first one lowest.
    pub(crate) tail: u32,
    pub(crate) length: u32,
}

impl Murmur3 {
    /// The hash of everything that starts with `seed` and a dot.
    pub(crate) fn seeded(seed: &str) -> Murmur3 {
        Murmur3::default().and(Pieces::of(seed.as_bytes())).and(Pieces::of(b"."))
    }

    /// The hash after more bytes.
    #[inline]
    pub(crate) fn and(mut self, Pieces { blocks, rest, length }: Pieces<'_>) -> Murmur3 {
        // Bytes since the last whole block stand before the next four: 64 bits hold both.
        let under_way = 8 * (self.length % 4);
        let mut pending = u64::from(self.tail);
        for block in blocks {
            pending |= u64::from(u32::from_le_bytes(*block)) << under_way;
            self.block(pending as u32);
            pending >>= 32;
        }
        pending |= u64::from(rest) << under_way;
        if under_way + 8 * (length % 4) >= 32 {
            self.block(pending as u32);
            pending >>= 32;
        }
        Murmur3 { hash: self.hash, tail: pending as u32, length: self.length.wrapping_add(length) }
    }

    /// The finished hash.
    pub(crate) fn finish(self) -> u32 {
        // Without a tail it is 0, which scrambles to 0.
        let mut hash = self.hash ^ scramble(self.tail) ^ self.length;
        hash = (hash ^ (hash >> 16)).wrapping_mul(0x85eb_ca6b);
        hash = (hash ^ (hash >> 13)).wrapping_mul(0xc2b2_ae35);
        hash ^ (hash >> 16)
    }

    fn block(&mut self, block: u32) {
        self.hash = (self.hash ^ scramble(block)).rotate_left(13).wrapping_mul(5).wrapping_add(0xe654_6b64);
    }

    /// The place of `text` under this seed: 0 … `total` − 1, each about equally often.
    #[inline]
    pub(crate) fn place(self, text: Pieces<'_>, total: u32) -> u32 {
        ((u64::from(self.and(text).finish()) * u64::from(total)) >> 32) as u32
    }
}

/// A text as it is hashed, however often: its whole blocks, and the bytes behind them, the first one lowest.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pieces<'t> {
    blocks: &'t [[u8; 4]],
    rest: u32,
    /// In bytes.
    length: u32,
}

impl<'t> Pieces<'t> {
    #[inline]
    pub(crate) fn of(text: &'t [u8]) -> Pieces<'t> {
        let (blocks, rest) = text.as_chunks();
        let rest = match *rest {
            [a] => u32::from(a),
            [a, b] => u32::from(u16::from_le_bytes([a, b])),
            [a, b, c] => u32::from_le_bytes([a, b, c, 0]),
            _ => 0,
        };
        Pieces { blocks, rest, length: text.len() as u32 }
    }

    /// Whether it is empty.
    pub(crate) fn is_empty(self) -> bool {
        self.length == 0
    }
}

fn scramble(block: u32) -> u32 {
    block.wrapping_mul(0xcc9e_2d51).rotate_left(15).wrapping_mul(0x1b87_3593)
}

/// A linear ramp's share between two of its points, in thousandths of a percent: `a` at `t0`, `b` at `t1`, floored between them.
/// Times are in milliseconds.
#[expect(clippy::cast_possible_truncation, reason = "for a ≤ b and t0 ≤ now ≤ t1 it lies between 0 and b − a")]
#[cfg_attr(target_arch = "wasm32", inline(never))]
pub(crate) fn between((t0, a): (i64, u32), (t1, b): (i64, u32), now: i64) -> u32 {
    let (rise, gone, all) = (rise(a, b), since(t0, now.min(t1)), since(t0, t1).max(1));
    // rise × gone needs up to 66 bits: it is divided in two steps, by its upper digits and by the rest, in base 1,024.
    let upper = (rise >> 10) * gone;
    let lower = ((upper % all) << 10) + (rise & 0x3ff) * gone;
    a.saturating_add((((upper / all) << 10) + lower / all) as u32)
}

/// From one share to a greater one.
fn rise(a: u32, b: u32) -> u64 {
    u64::from(b.saturating_sub(a).min(EVERYONE))
}

/// From one instant to a later one. Years have four digits, so it is below 2⁴⁹; beyond that, from an image that lies, it stays there.
fn since(from: i64, to: i64) -> u64 {
    to.saturating_sub(from).clamp(0, 1 << 49).cast_unsigned()
}

/// When the share of a linear ramp that rises by so many thousandths of a percent from `start` to `end` goes up next: the first
/// millisecond at which [`between`] is above what it is at `now`, which lies between the two.
pub(crate) fn next_thousandth(start: i64, end: i64, rise: u32, now: i64) -> i64 {
    let steps = u64::from(between((start, 0), (end, rise), now)) + 1;
    let (rise, all) = (u64::from(rise.max(1)), end.wrapping_sub(start).cast_unsigned());
    // steps × all / rise, up: divided in two steps, as above. It wraps for an image that lies only.
    let gone = steps.wrapping_mul(all / rise).wrapping_add((steps * (all % rise)).div_ceil(rise));
    start.wrapping_add(gone.cast_signed())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn murmur3_gives_the_published_hashes() {
        for (text, hash) in [
            (&b""[..], 0),
            (b"\0\0\0\0", 0x2362_f9de),
            (b"\0\0\0", 0x85f0_b427),
            (b"\0\0", 0x30f4_c306),
            (b"\0", 0x514e_28b7),
            (b"hello", 0x248b_fa47),
            (b"hello, world", 0x149b_bb7f),
            (b"The quick brown fox jumps over the lazy dog", 0x2e4f_f723),
        ] {
            assert_eq!(Murmur3::default().and(Pieces::of(text)).finish(), hash, "{text:?}");
        }
    }

    #[test]
    fn a_place_is_the_hash_of_seed_dot_text_scaled_to_the_total() {
        let hash = u64::from(Murmur3::default().and(Pieces::of(b"new-cart.u1")).finish());
        for total in [1, 2, 100_000, 2_147_483_647, u32::MAX] {
            assert_eq!(u64::from(Murmur3::seeded("new-cart").place(Pieces::of(b"u1"), total)), (hash * u64::from(total)) >> 32);
        }
    }

    proptest! {
        #[test]
        fn murmur3_is_the_murmur3_crates(pieces in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..9), 0..6)) {
            let whole = pieces.concat();
            let oracle = murmur3::murmur3_32(&mut std::io::Cursor::new(&whole), 0).unwrap();
            let ours = pieces.iter().fold(Murmur3::default(), |hash, piece| hash.and(Pieces::of(piece)));
            prop_assert_eq!(ours.finish(), oracle);
        }

        #[test]
        fn a_ramp_first_reaches_its_next_thousandth_when_it_says(
            t0 in -1_000_000_i64..1_000_000, length in 1_i64..2_000_000, a in 0_u32..1000, rise in 1_u32..99_000, at in 0_i64..2_000_000
        ) {
            let (from, to) = ((t0, a), (t0 + length, a + rise));
            let now = t0 + at % length;
            let share = between(from, to, now);
            let next = next_thousandth(t0, t0 + length, rise, now);
            prop_assert!(now < next && next <= to.0);
            prop_assert!(between(from, to, next) > share);
            prop_assert_eq!(between(from, to, next - 1), share);
        }
    }

    proptest! {
        /// With overflow checks, as tests have them. `now` may be anywhere, and as far behind a short slope as years go.
        #[test]
        fn no_slope_of_an_image_that_lies_panics(start: i64, end: i64, rise: u32, now: i64, length in 0_i64..4, after in 0_i64..1 << 49) {
            let short = (start, start.saturating_add(length), start.saturating_add(after));
            for (start, end, now) in [(start, end, now), (start, start, now), (i64::MIN, i64::MAX, now), (i64::MAX, i64::MIN, now), short] {
                for rise in [0, 1, rise % EVERYONE, rise, u32::MAX] {
                    next_thousandth(start, end, rise, now);
                }
            }
        }
    }

    #[test]
    fn ramps_across_all_of_time_do_not_overflow() {
        let (first, last) = ((-62_135_683_140_000, 0), (253_402_387_139_999, EVERYONE));
        assert_eq!(between(first, last, first.0), 0);
        assert_eq!(between(first, last, last.0 - 1), EVERYONE - 1);
        assert_eq!(next_thousandth(first.0, last.0, EVERYONE, last.0 - 1), last.0);
    }
}
