//! How far evaluating goes at most. `check` holds documents to less, so only an image that lies comes to these bounds: what lies
//! beyond them does not hold.

use crate::limits;

/// How deep what passes `check` goes at most: flags within segments within nested conditions.
const DEPTH: u32 = (limits::FLAG_CHAIN * (2 + (limits::SEGMENT_CHAIN + 1) * (limits::CONDITION_DEPTH + 2))) as u32;

/// The conditions, rules and flags that it takes to look at for one flag, at most.
const STEPS: u32 = 3 * limits::STEPS as u32;

/// What is left for one flag.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    depth: u32,
    steps: u32,
}

impl Bounds {
    pub(crate) fn new() -> Bounds {
        Bounds { depth: DEPTH, steps: STEPS }
    }

    /// Goes so many steps on, if as many are left.
    #[inline]
    pub(crate) fn go(&mut self, steps: u32) -> bool {
        let left = self.steps.checked_sub(steps);
        self.steps = left.unwrap_or(self.steps);
        left.is_some()
    }

    /// Goes one deeper, where it takes so many steps to look at everything, if there is as much left.
    #[inline]
    pub(crate) fn enter(&mut self, steps: u32) -> bool {
        let may = self.depth > 0 && self.go(steps);
        if may {
            self.depth -= 1;
        }
        may
    }

    /// Comes back from where `enter` went.
    pub(crate) fn leave(&mut self) {
        self.depth += 1;
    }
}
