//! Writes an alphabet and an automaton or a program as the words that `operators::matches` reads.

use super::alphabet::Alphabet;
use super::automaton::{self, Automaton};
use super::program::{Program, Step};
use crate::operators::matches::{AUTOMATON, DEAD, FORK, LOOK, MATCH, MATCHED, PROGRAM, TAKE};

/// The most transitions of an automaton: 4,096 words.
const TRANSITIONS: usize = 8192;

/// The row of an automaton, unless it is too large.
pub(super) fn automaton(automaton: &Automaton, alphabet: &Alphabet) -> Option<Vec<u32>> {
    let width = u32::try_from(alphabet.len()).ok()? + 1;
    let live = automaton.rows.get(2..)?;
    if live.len() * (alphabet.len() + 1) > TRANSITIONS {
        return None;
    }
    let place = |state: u32| match state {
        automaton::DEAD => DEAD,
        automaton::MATCHED => MATCHED,
        _ => (state - 2) * width,
    };
    let mut words = head(AUTOMATON, alphabet, place(automaton.start), live.len())?;
    let transitions: Vec<u32> = live.iter().flatten().map(|state| place(*state)).collect();
    words.extend(transitions.chunks(2).map(|pair| packed(pair, 16)));
    Some(words)
}

/// The row of a program.
pub(super) fn program(program: &Program, alphabet: &Alphabet) -> Vec<u32> {
    let tables = program.sets.len() + program.looks.len();
    let Some(mut words) = number(program.start).and_then(|start| head(PROGRAM, alphabet, start, tables)) else { return Vec::new() };
    for set in &program.sets {
        let bits: Vec<u32> = (0..=alphabet.len()).map(|symbol| alphabet.holds(set, symbol).into()).collect();
        words.extend(bits.chunks(32).map(|bits| packed(bits, 1)));
    }
    for look in &program.looks {
        words.push(look.mask());
        words.extend(std::iter::repeat_n(0, alphabet.len() / 32));
    }
    let step = |step: &Step| {
        let (kind, x, y) = match step {
            Step::Take { set, to } => (TAKE, *set, *to),
            Step::Fork { one, other } => (FORK, *one, *other),
            Step::Look { look, to } => (LOOK, program.sets.len() + look, *to),
            Step::Match => (MATCH, 0, 0),
        };
        kind << 30 | number(x).unwrap_or_default() << 15 | number(y).unwrap_or_default()
    };
    words.extend(program.steps.iter().map(step));
    words
}

/// What both kinds begin with.
fn head(kind: u32, alphabet: &Alphabet, start: u32, count: usize) -> Option<Vec<u32>> {
    // From the symbol of the first character beyond ASCII on.
    let first = (0x80, alphabet.symbol(0x80));
    let beyond: Vec<(u32, u32)> = [first].into_iter().chain(alphabet.ranges.iter().copied().filter(|(from, _)| *from > 0x80)).collect();
    let mut words = vec![kind | number(alphabet.len())? << 8 | number(beyond.len())? << 16, start | number(count)? << 16];
    let ascii: Vec<u32> = (0..0x80).map(|code| alphabet.symbol(code)).collect();
    words.extend(ascii.chunks(4).map(|four| packed(four, 8)));
    words.extend(beyond.into_iter().map(|(from, symbol)| from << 8 | symbol));
    Some(words)
}

/// Numbers of this many bits in one word, the first lowest.
fn packed(numbers: &[u32], bits: u32) -> u32 {
    numbers.iter().rev().fold(0, |word, number| word << bits | number)
}

fn number(size: usize) -> Option<u32> {
    u16::try_from(size).ok().map(u32::from)
}
