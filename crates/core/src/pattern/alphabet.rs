//! Which characters a pattern cannot tell apart: they are one symbol. So what is matched is a text of a few symbols, whatever the
//! script, and UTF-8 is read in one place.

use std::collections::BTreeMap;

use super::program::Program;
use super::set::Set;
use crate::operators::matches::{EDGE, LINE_FEED, OTHER, RETURN, WORD, side};

/// The symbols of a pattern. The end of the text is one more, after the last.
#[derive(Clone, Debug)]
pub(super) struct Alphabet {
    /// Where, in ascending order, which symbol begins; the first at 0.
    pub(super) ranges: Vec<(u32, u32)>,
    /// A character of each symbol.
    examples: Vec<u32>,
}

/// The most symbols: a symbol, the text's end with them, is a byte.
const SYMBOLS: usize = 255;

impl Alphabet {
    /// The symbols of a program, or none if there are too many.
    pub(super) fn of(program: &Program) -> Option<Self> {
        let word = Set::perl('w')?;
        let sides = [(LINE_FEED, Set::one('\n')), (RETURN, Set::one('\r')), (WORD, word)];
        let minded = sides.iter().filter(|(side, _)| program.looks.iter().any(|look| look.minds(*side))).map(|(_, set)| set);
        let sets: Vec<&Set> = program.sets.iter().chain(minded).collect();

        let ends = sets.iter().flat_map(|set| set.ranges()).flat_map(|&(first, last)| [first, last + 1]);
        let mut cuts: Vec<u32> = ends.chain([0]).filter(|&code| char::MAX as u32 >= code).collect();
        cuts.sort_unstable();
        cuts.dedup();

        let mut known: BTreeMap<Vec<bool>, u32> = BTreeMap::new();
        let mut alphabet = Self { ranges: Vec::new(), examples: Vec::new() };
        for code in cuts {
            let member: Vec<bool> = sets.iter().map(|set| set.has(code)).collect();
            let next = u32::try_from(known.len()).ok()?;
            let symbol = *known.entry(member).or_insert(next);
            if symbol == next {
                alphabet.examples.push(code);
            }
            if alphabet.ranges.last().is_none_or(|(_, before)| *before != symbol) {
                alphabet.ranges.push((code, symbol));
            }
        }
        (alphabet.examples.len() <= SYMBOLS).then_some(alphabet)
    }

    /// How many symbols there are, the end of the text not counted.
    pub(super) fn len(&self) -> usize {
        self.examples.len()
    }

    pub(super) fn symbol(&self, code: u32) -> u32 {
        self.ranges.iter().take_while(|(from, _)| *from <= code).last().map_or(0, |(_, symbol)| *symbol)
    }

    /// Whether the characters of a symbol are in a set of the program.
    pub(super) fn holds(&self, set: &Set, symbol: usize) -> bool {
        self.examples.get(symbol).is_some_and(|code| set.has(*code))
    }

    /// What a symbol is to what looks at it from beside, as far as the program minds.
    pub(super) fn side(&self, symbol: usize) -> u32 {
        match self.examples.get(symbol) {
            None => EDGE,
            Some(code) => u8::try_from(*code).map_or(OTHER, |byte| side(Some(&byte))),
        }
    }
}
