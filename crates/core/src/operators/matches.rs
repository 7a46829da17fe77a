//! `matches`: a text against a row of words, which `pattern` makes of a regular expression. It allocates nothing and trusts no
//! word: whatever they are, it ends in time linear in the text, with some answer. [`verify`] tells a row that was made by
//! `compile` from one that cannot have been.
//!
//! | words | what |
//! | --- | --- |
//! | 1 | the kind (8 bits, lowest first), the number of symbols `n` (8), the number of ranges beyond ASCII (16) |
//! | 1 | the state or the step to start with (16), the number of states or tables (16) |
//! | 32 | the symbol of each ASCII character, a byte each |
//! | ranges | the first code point (24 bits, highest) and the symbol (8) of each range from 0x80 on, in order |
//! | [`AUTOMATON`] | for each state `n` + 1 transitions of 16 bits: the next state by symbol, and at the end of the text |
//! | [`PROGRAM`] | tables of `n` + 1 bits, in whole words: a set's symbols, or where a look holds; then the steps, a word each |
//!
//! A state is [`DEAD`], [`MATCHED`], or where its transitions begin. A step is a kind (2 bits, highest) and two numbers of 15.

use core::slice::Iter;

pub(crate) const AUTOMATON: u32 = 1;
pub(crate) const PROGRAM: u32 = 2;

/// No match is possible any more.
pub(crate) const DEAD: u32 = 0xFFFF;
/// There was a match.
pub(crate) const MATCHED: u32 = 0xFFFE;

/// Takes a symbol of table x and goes on to step y.
pub(crate) const TAKE: u32 = 0;
/// Goes on to steps x and y.
pub(crate) const FORK: u32 = 0b01;
/// Goes on to step y where table x holds, at `before × SIDES + after`.
pub(crate) const LOOK: u32 = 2;
/// Ends; x and y are 0. For [`verify`] it is a fork.
pub(crate) const MATCH: u32 = 0b11;

/// The most steps of a program.
pub(crate) const STEPS: usize = 4096;

/// What a place between two characters may have on either side: the text's edge, or a character of a certain kind.
pub(crate) const EDGE: u32 = 0;
pub(crate) const LINE_FEED: u32 = 1;
pub(crate) const RETURN: u32 = 2;
pub(crate) const WORD: u32 = 3;
pub(crate) const OTHER: u32 = 4;
pub(crate) const SIDES: u32 = 5;

pub(crate) fn side(byte: Option<&u8>) -> u32 {
    match byte {
        None => EDGE,
        Some(b'\n') => LINE_FEED,
        Some(b'\r') => RETURN,
        Some(b'_') => WORD,
        Some(byte) if byte.is_ascii_alphanumeric() => WORD,
        Some(_) => OTHER,
    }
}

/// Whether the pattern of this row is found anywhere in the text, which is UTF-8.
pub(crate) fn is_match(words: &[u32], text: &[u8]) -> bool {
    match Row::of(words) {
        Some(row) if row.kind == AUTOMATON => run(&row, text),
        Some(row) => simulate(&row, text),
        None => false,
    }
}

/// Whether every number in the row leads to something that is there.
#[cfg(feature = "document")]
pub(crate) fn verify(words: &[u32]) -> bool {
    let Some(row) = Row::of(words) else { return false };
    let symbols =
        (0..0x80).all(|byte| row.symbol(byte, &mut [].iter()) < row.symbols) && row.beyond.iter().all(|range| range & 0xFF < row.symbols);
    let width = row.symbols + 1;
    symbols
        && match row.kind {
            AUTOMATON => {
                let count = row.count * width;
                let state = |state: u32| state >= MATCHED || (state < count && state.is_multiple_of(width));
                row.body.len() == size(count).div_ceil(2) && state(row.start) && (0..count).all(|place| state(row.transition(place)))
            }
            PROGRAM => {
                let (_, steps) = row.program();
                let there = |step: u32| size(step) < steps.len();
                steps.len() <= STEPS
                    && there(row.start)
                    && steps.iter().all(|step| {
                        let (kind, x, y) = parts(*step);
                        there(y) && size(x) < if kind & FORK == FORK { steps.len() } else { size(row.count) }
                    })
            }
            _ => false,
        }
}

/// A row taken apart.
struct Row<'a> {
    kind: u32,
    symbols: u32,
    start: u32,
    count: u32,
    ascii: &'a [u32; 32],
    beyond: &'a [u32],
    body: &'a [u32],
}

impl<'a> Row<'a> {
    fn of(words: &'a [u32]) -> Option<Self> {
        let (&[head, second], rest) = words.split_first_chunk()?;
        let (ascii, rest) = rest.split_first_chunk()?;
        let (beyond, body) = rest.split_at_checked(size(head >> 16))?;
        Some(Self { kind: head & 0xFF, symbols: head >> 8 & 0xFF, start: second & 0xFFFF, count: second >> 16, ascii, beyond, body })
    }

    /// The symbol of the character that begins with this byte and goes on with those.
    fn symbol(&self, first: u8, text: &mut Iter<'_, u8>) -> u32 {
        if first < 0x80 {
            let four = self.ascii.get(usize::from(first >> 2)).copied().unwrap_or_default();
            return four.rotate_right(u32::from(first) * 8) & 0xFF;
        }
        let length = first.leading_ones();
        let mut code = u32::from(first) & 0x7F >> length;
        for _ in 1..length {
            code = code << 6 | u32::from(text.next().copied().unwrap_or_default() & 0x3F);
        }
        let mut symbol = 0;
        for range in self.beyond {
            if *range >> 8 > code {
                break;
            }
            symbol = range & 0xFF;
        }
        symbol
    }

    fn transition(&self, place: u32) -> u32 {
        self.body.get(size(place >> 1)).map_or(DEAD, |pair| pair.rotate_right(place * 16) & 0xFFFF)
    }

    /// How many words a table has.
    fn width(&self) -> usize {
        size(self.symbols / 32 + 1)
    }

    /// The tables and the steps.
    fn program(&self) -> (&'a [u32], &'a [u32]) {
        self.body.split_at_checked(size(self.count) * self.width()).unwrap_or_default()
    }
}

fn run(row: &Row<'_>, text: &[u8]) -> bool {
    let mut text = text.iter();
    let mut state = row.start;
    while state < MATCHED {
        let Some(&first) = text.next() else { return row.transition(state + row.symbols) == MATCHED };
        state = row.transition(state + row.symbol(first, &mut text));
    }
    state == MATCHED
}

/// Of 32 steps, one bit each.
#[derive(Clone, Copy, Default)]
struct Steps {
    /// Those to be visited before the next character.
    pending: u32,
    /// Those that were ever pending before it.
    seen: u32,
    /// Those to be visited after it.
    next: u32,
}

fn simulate(row: &Row<'_>, text: &[u8]) -> bool {
    let (tables, steps) = row.program();
    let holds =
        |table: u32, bit: u32| tables.get(size(table) * row.width() + size(bit >> 5)).is_some_and(|word| word >> (bit & 31) & 1 == 1);
    let mut text = text.iter();
    let mut room = [Steps::default(); STEPS / 32];
    let Some(sets) = room.get_mut(..steps.len().div_ceil(32)) else { return false };
    let mut before = EDGE;
    loop {
        let first = text.next();
        let after = side(first);
        let symbol = first.map_or(row.symbols, |first| row.symbol(*first, &mut text));
        // From the highest step down, because most steps go on to lower ones. One that goes up again is visited once a character
        // at most, so this ends; it costs the way back over the loop's body, and loops nest to a bounded depth.
        visit(sets, row.start);
        let mut at = sets.len().saturating_sub(1);
        while let Some(word) = sets.get_mut(at) {
            if word.pending == 0 {
                let Some(lower) = at.checked_sub(1) else { break };
                at = lower;
                continue;
            }
            let bit = word.pending.ilog2();
            word.pending ^= 1 << bit;
            let (kind, x, y) = parts(steps.get(at * 32 + size(bit)).copied().unwrap_or_default());
            match kind {
                MATCH => return true,
                TAKE => {
                    if let Some(word) = sets.get_mut(size(y >> 5)).filter(|_| holds(x, symbol)) {
                        word.next |= 1 << (y & 31);
                    }
                }
                FORK => at = at.max(visit(sets, x)).max(visit(sets, y)),
                _ => {
                    if holds(x, before * SIDES + after) {
                        at = at.max(visit(sets, y));
                    }
                }
            }
        }
        if first.is_none() {
            return false;
        }
        for word in &mut *sets {
            *word = Steps { pending: word.next, seen: word.next, next: 0 };
        }
        before = after;
    }
}

/// Has a step visited, if it was not; where its word is, if there is one.
fn visit(sets: &mut [Steps], step: u32) -> usize {
    let at = size(step >> 5);
    let Some(word) = sets.get_mut(at) else { return 0 };
    let new = 1 << (step & 31) & !word.seen;
    word.pending |= new;
    word.seen |= new;
    at
}

fn parts(step: u32) -> (u32, u32, u32) {
    (step >> 30, step >> 15 & 0x7FFF, step & 0x7FFF)
}

fn size(number: u32) -> usize {
    number as usize
}
