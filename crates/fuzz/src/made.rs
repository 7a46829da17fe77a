//! From a fuzzer's bytes to what a target takes: random documents, JSON texts, single choices.

use halyard_core::Json;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::spoil::spoil;

/// What the strategy makes of a seed: the first 32 bytes. (To draw from the bytes themselves would be better; but rand asks again when it
/// draws zero, and proptest halves what is left with every choice.)
pub(crate) fn made<T>(strategy: &impl Strategy<Value = T>, bytes: &[u8]) -> Option<T> {
    let mut seed = [0; 32];
    seed.iter_mut().zip(bytes).for_each(|(seed, byte)| *seed = *byte);
    let config = Config { failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &seed));
    strategy.new_tree(&mut runner).ok().map(|tree| tree.current())
}

/// What stands between the JSON texts of an input.
pub(crate) const BORDER: &str = "\n--\n";

/// libFuzzer's `size` bytes of `data`, as JSON changed in place, for every other seed: bytes alone seldom leave a document that passes its
/// checks. The new size; none: bytes are to be changed as libFuzzer does.
pub fn mutate(data: &mut [u8], size: usize, max_size: usize, seed: u32) -> Option<usize> {
    let made = data.get(..size).filter(|_| seed.is_multiple_of(2)).and_then(|input| mutated(input, seed))?;
    let place = data.get_mut(..made.len()).filter(|place| place.len() <= max_size)?;
    place.copy_from_slice(&made);
    Some(made.len())
}

/// Another input near this one, where it is JSON texts: one of them with a few places damaged. None: it is no such input.
fn mutated(input: &[u8], seed: u32) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(input).ok()?.strip_prefix('r')?;
    let mut state = u64::from(seed);
    let mut draws = Vec::new();
    for _ in 0..5 {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        draws.extend(((state ^ state >> 31).wrapping_mul(0xbf58_476d_1ce4_e5b9) ^ state >> 27).to_be_bytes());
    }
    let mut draws = Cursor::new(&draws);
    let mut parts: Vec<String> = text.split(BORDER).map(str::to_owned).collect();
    // The first part, which is a document, as often as all others together.
    let which = if draws.byte().is_multiple_of(2) { 0 } else { draws.below(parts.len()) };
    let mut json = Json::parse(parts[which].as_bytes()).ok()?;
    for _ in 0..=draws.byte() % 3 {
        spoil(&mut json, &mut draws);
    }
    parts[which] = json.canonical();
    Some(format!("r{}", parts.join(BORDER)).into_bytes())
}

/// Bytes that are used up from the front; zeros when there are no more.
pub(crate) struct Cursor<'a> {
    rest: &'a [u8],
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Cursor<'a> {
        Cursor { rest: bytes }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    pub(crate) fn byte(&mut self) -> u8 {
        match self.rest.split_first() {
            Some((byte, rest)) => {
                self.rest = rest;
                *byte
            }
            None => 0,
        }
    }

    pub(crate) fn short(&mut self) -> u16 {
        u16::from_le_bytes([self.byte(), self.byte()])
    }

    /// A number below `count`, which is not 0.
    pub(crate) fn below(&mut self, count: usize) -> usize {
        let drawn = if count > 256 { usize::from(self.short()) } else { usize::from(self.byte()) };
        drawn % count
    }

    pub(crate) fn pick<'t, T>(&mut self, items: &'t [T]) -> &'t T {
        &items[self.below(items.len())]
    }

    /// As many bytes as the next byte says.
    pub(crate) fn bytes(&mut self) -> &'a [u8] {
        let length = usize::from(self.byte()).min(self.rest.len());
        let (taken, rest) = self.rest.split_at(length);
        self.rest = rest;
        taken
    }
}
