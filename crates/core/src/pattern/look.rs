//! What a pattern may ask of a place between two characters: anchors and word boundaries.

use crate::operators::matches::{EDGE, LINE_FEED, OTHER, RETURN, SIDES, WORD};

/// A condition on a place in the text, which takes no character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    Start,
    End,
    StartOfLine,
    EndOfLine,
    StartOfLineOrReturn,
    EndOfLineOrReturn,
    Boundary,
    NoBoundary,
    WordStart,
    WordEnd,
    NoWordBefore,
    NoWordAfter,
}

impl Look {
    /// Whether it holds between these two sides ([`crate::operators::matches::side`]).
    fn holds(self, before: u32, after: u32) -> bool {
        let (word_before, word_after) = (before == WORD, after == WORD);
        match self {
            Self::Start => before == EDGE,
            Self::End => after == EDGE,
            Self::StartOfLine => matches!(before, EDGE | LINE_FEED),
            Self::EndOfLine => matches!(after, EDGE | LINE_FEED),
            // Never between CR and LF.
            Self::StartOfLineOrReturn => matches!(before, EDGE | LINE_FEED) || (before == RETURN && after != LINE_FEED),
            Self::EndOfLineOrReturn => matches!(after, EDGE | RETURN) || (after == LINE_FEED && before != RETURN),
            Self::Boundary => word_before != word_after,
            Self::NoBoundary => word_before == word_after,
            Self::WordStart => !word_before && word_after,
            Self::WordEnd => word_before && !word_after,
            Self::NoWordBefore => !word_before,
            Self::NoWordAfter => !word_after,
        }
    }

    /// All that it says, as one bit for each pair of sides: bit `before × SIDES + after`.
    pub(super) fn mask(self) -> u32 {
        (0..SIDES * SIDES).filter(|pair| self.holds(pair / SIDES, pair % SIDES)).map(|pair| 1 << pair).sum()
    }

    /// Whether it tells a side from a character that is nothing special.
    pub(super) fn minds(self, side: u32) -> bool {
        (0..SIDES).any(|x| self.holds(side, x) != self.holds(OTHER, x) || self.holds(x, side) != self.holds(x, OTHER))
    }
}
