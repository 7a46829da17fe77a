//! MurmurHash3, its 128 bits for 64-bit machines: tells bytes apart, quickly, against nobody who means harm. It makes the ETags of
//! answers, and it notices an image that was damaged on its way.

const C1: u64 = 0x87c3_7b91_1142_53d5;
const C2: u64 = 0x4cf5_ad43_2745_937f;

/// The hash of `bytes`, in the order in which its author prints it.
pub(crate) fn hash128(bytes: &[u8], seed: u32) -> [u8; 16] {
    hash_with(u64::rotate_left, bytes, seed)
}

/// The same of bytes that are hashed once, as a node starts. What an engine of wasm runs then it has compiled in a hurry: V8 calls a
/// function of its own for each rotation, four for sixteen bytes, which take longer than all the rest. Two shifts are none to it, as
/// long as the compiler does not know by how much, and makes no rotation of them.
pub(crate) fn hash128_in_a_hurry(bytes: &[u8], seed: u32) -> [u8; 16] {
    let whole = std::hint::black_box(64);
    hash_with(|bits, by| bits.wrapping_shl(by) | bits.wrapping_shr(whole - by), bytes, seed)
}

#[inline(always)]
fn hash_with(rotate: impl Fn(u64, u32) -> u64, bytes: &[u8], seed: u32) -> [u8; 16] {
    let (mut one, mut two) = (u64::from(seed), u64::from(seed));
    let (blocks, tail) = bytes.as_chunks::<16>();
    for block in blocks {
        let (a, b) = lanes(block);
        one = rotate(one ^ mixed_one(&rotate, a), 27).wrapping_add(two).wrapping_mul(5).wrapping_add(0x52dc_e729);
        two = rotate(two ^ mixed_two(&rotate, b), 31).wrapping_add(one).wrapping_mul(5).wrapping_add(0x3849_5ab5);
    }
    let mut last = [0; 16];
    last.iter_mut().zip(tail).for_each(|(place, byte)| *place = *byte);
    let (a, b) = lanes(&last);
    one ^= mixed_one(&rotate, a);
    two ^= mixed_two(&rotate, b);
    let length = bytes.len() as u64;
    (one, two) = (one ^ length, two ^ length);
    one = one.wrapping_add(two);
    two = two.wrapping_add(one);
    (one, two) = (scattered(one), scattered(two));
    one = one.wrapping_add(two);
    two = two.wrapping_add(one);
    (u128::from(one) << 64 | u128::from(two)).to_be_bytes()
}

#[inline(always)]
fn lanes(block: &[u8; 16]) -> (u64, u64) {
    let whole = u128::from_le_bytes(*block);
    (whole as u64, (whole >> 64) as u64)
}

#[inline(always)]
fn mixed_one(rotate: impl Fn(u64, u32) -> u64, lane: u64) -> u64 {
    rotate(lane.wrapping_mul(C1), 31).wrapping_mul(C2)
}

#[inline(always)]
fn mixed_two(rotate: impl Fn(u64, u32) -> u64, lane: u64) -> u64 {
    rotate(lane.wrapping_mul(C2), 33).wrapping_mul(C1)
}

fn scattered(mut bits: u64) -> u64 {
    bits = (bits ^ bits >> 33).wrapping_mul(0xff51_afd7_ed55_8ccd);
    bits = (bits ^ bits >> 33).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    bits ^ bits >> 33
}

#[cfg(test)]
mod tests {
    use super::{hash128, hash128_in_a_hurry};
    use crate::secrets::hex;

    /// As other implementations have them.
    #[test]
    fn it_is_murmur3_x64_128() {
        let known = [
            ("", 0, "00000000000000000000000000000000"),
            ("hello", 0, "cbd8a7b341bd9b025b1e906a48ae1d19"),
            ("The quick brown fox jumps over the lazy dog", 0, "e34bbc7bbc071b6c7a433ca9c49a9347"),
            ("", 1, "4610abe56eff5cb551622daa78f83583"),
        ];
        for (text, seed, hash) in known {
            assert_eq!(hex(&hash128(text.as_bytes(), seed)), hash, "{text}");
            assert_eq!(hex(&hash128_in_a_hurry(text.as_bytes(), seed)), hash, "{text}");
        }
    }

    #[test]
    fn one_bit_or_one_byte_more_makes_another() {
        let bytes: Vec<u8> = (0..70).collect();
        let mut seen = std::collections::BTreeSet::from([hash128(&bytes, 0)]);
        for length in 0..bytes.len() {
            assert!(seen.insert(hash128(&bytes[..length], 0)), "{length}");
        }
        for bit in 0..bytes.len() * 8 {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert!(seen.insert(hash128(&flipped, 0)), "{bit}");
        }
    }
}
