//! Buckets: murmur3 and the share of people that a number of thousandths of a percent holds.

use serde_json::Value;

/// A hundred percent, in thousandths of a percent.
pub(crate) const EVERYONE: u64 = 100_000;

/// `murmur3_x86_32` by Austin Appleby (public domain), with little-endian blocks.
pub fn murmur3_x86_32(bytes: &[u8], seed: u32) -> u32 {
    fn scramble(block: u32) -> u32 {
        block.wrapping_mul(0xcc9e_2d51).rotate_left(15).wrapping_mul(0x1b87_3593)
    }
    let little_endian = |block: &[u8]| block.iter().rev().fold(0, |sum, &byte| (sum << 8) | u32::from(byte));
    let mut hash = seed;
    let blocks = bytes.chunks_exact(4);
    let tail = blocks.remainder();
    for block in blocks {
        hash = (hash ^ scramble(little_endian(block))).rotate_left(13).wrapping_mul(5).wrapping_add(0xe654_6b64);
    }
    if !tail.is_empty() {
        hash ^= scramble(little_endian(tail));
    }
    hash ^= bytes.len() as u32;
    hash = (hash ^ (hash >> 16)).wrapping_mul(0x85eb_ca6b);
    hash = (hash ^ (hash >> 13)).wrapping_mul(0xc2b2_ae35);
    hash ^ (hash >> 16)
}

/// The bucket, from 0 to `total - 1`, of a text under a seed.
pub fn bucket(seed: &str, text: &str, total: u64) -> u64 {
    let hash = murmur3_x86_32(format!("{seed}.{text}").as_bytes(), 0);
    (u64::from(hash) * total) >> 32
}

/// A percentage in thousandths of a percent, rounded half up.
pub(crate) fn thousandths(percent: &Value) -> u64 {
    (percent.as_f64().unwrap_or(0.0) * 1000.0 + 0.5).floor() as u64
}

/// Whether a text falls within `from ≤ bucket < to`. From 0 to everyone holds without a text too.
pub(crate) fn within(from: u64, to: u64, seed: &str, text: Option<&str>) -> bool {
    if from == 0 && to == EVERYONE {
        return true;
    }
    match text {
        Some(text) => (from..to).contains(&bucket(seed, text, EVERYONE)),
        None => false,
    }
}

/// A ramp's percentage at `now`, in thousandths; `None` before its first point.
pub(crate) fn ramp_at(points: &[(i64, u64)], linear: bool, now: i64) -> Option<u64> {
    let &(t0, a) = points.iter().rfind(|(at, _)| *at <= now)?;
    match points.iter().find(|(at, _)| *at > now) {
        Some(&(t1, b)) if linear => {
            let risen = i128::from(b - a) * i128::from(now - t0) / i128::from(t1 - t0);
            Some(a + risen as u64)
        }
        _ => Some(a),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn murmur3_gives_the_published_hashes() {
        for (text, seed, hash) in [
            ("", 0, 0),
            ("", 1, 0x514e_28b7),
            ("", 0xffff_ffff, 0x81f1_6f39),
            ("\0\0\0\0", 0, 0x2362_f9de),
            ("\0\0\0", 0, 0x85f0_b427),
            ("\0\0", 0, 0x30f4_c306),
            ("\0", 0, 0x514e_28b7),
            ("!Ceh", 0, 0xcd13_67a8), // 4, 3, 2 and 1 bytes, by the mmh3 package
            ("!Ce", 0, 0x7e4a_8634),
            ("!C", 0, 0xa0f7_b07a),
            ("!", 0, 0x7266_1cf4),
            ("hello", 0, 0x248b_fa47),
            ("hello, world", 0, 0x149b_bb7f),
            ("The quick brown fox jumps over the lazy dog", 0, 0x2e4f_f723),
            ("ππππππππ", 0x9747_b28c, 0xd580_63c1),
        ] {
            assert_eq!(murmur3_x86_32(text.as_bytes(), seed), hash, "{text:?}");
        }
    }

    #[test]
    fn a_linear_ramp_floors_between_its_points() {
        let points = [(1000, 0), (1003, 10), (2000, 10)];
        let at = |now| ramp_at(&points, true, now);
        assert_eq!([at(999), at(1000), at(1001), at(1002), at(1003), at(9999)], [None, Some(0), Some(3), Some(6), Some(10), Some(10)]);
        assert_eq!(ramp_at(&points, false, 1002), Some(0));
    }
}
