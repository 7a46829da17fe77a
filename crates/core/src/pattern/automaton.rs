//! A program as a finished automaton: what the program could be at, after some text, is one state. Matching is then one look-up a
//! character. Searching anywhere is in it, and the first state that has found a match is the last.

use std::collections::BTreeMap;

use super::alphabet::Alphabet;
use super::program::{Program, Step};
use crate::operators::matches::SIDES;

/// The most states before minimising, and the most visits of a step while making them: some 20 ms.
const STATES: usize = 1024;
const WORK: usize = 1 << 20;

/// The state from which no text leads to a match.
pub(super) const DEAD: u32 = 0;
/// The state in which there was one.
pub(super) const MATCHED: u32 = 1;

/// For each state a row of what each symbol leads to, the end of the text last. [`DEAD`] and [`MATCHED`] lead to themselves.
pub(super) struct Automaton {
    pub(super) start: u32,
    pub(super) rows: Vec<Vec<u32>>,
}

/// What tells states apart: the steps that wait for what follows, in order, and the side before them if one of them looks at it.
type Key = (u32, Vec<usize>);

/// The automaton, unless it takes too many states or too long.
pub(super) fn build(program: &Program, alphabet: &Alphabet) -> Option<Automaton> {
    let mut maker = Maker {
        program,
        masks: program.looks.iter().map(|look| look.mask()).collect(),
        seen: vec![0; program.steps.len()],
        turn: 0,
        work: WORK,
        numbers: BTreeMap::new(),
        keys: Vec::new(),
    };
    let width = alphabet.len() + 1;
    let takes: Vec<Vec<bool>> = program.sets.iter().map(|set| (0..width).map(|symbol| alphabet.holds(set, symbol)).collect()).collect();
    let start = maker.state(Vec::new(), alphabet.side(alphabet.len()))?;
    let mut rows = vec![vec![DEAD; width], vec![MATCHED; width]];
    // Making a row may add states, for which the loop then makes rows.
    while let Some((before, waiting)) = maker.keys.get(rows.len() - 2).cloned() {
        let mut row = Vec::with_capacity(width);
        for symbol in 0..width {
            let after = alphabet.side(symbol);
            row.push(match maker.resolved(&waiting, before, after)? {
                Found::Match => MATCHED,
                Found::Waiting(_) if symbol == alphabet.len() => DEAD,
                Found::Waiting(steps) => {
                    let taken = |step: usize| match program.steps.get(step) {
                        Some(Step::Take { set, to }) if takes.get(*set)?.get(symbol) == Some(&true) => Some(*to),
                        _ => None,
                    };
                    maker.state(steps.into_iter().filter_map(taken).collect(), after)?
                }
            });
        }
        rows.push(row);
    }
    Some(Automaton { start, rows })
}

enum Found {
    Match,
    Waiting(Vec<usize>),
}

struct Maker<'a> {
    program: &'a Program,
    masks: Vec<u32>,
    /// The turn in which a step was last visited.
    seen: Vec<usize>,
    turn: usize,
    work: usize,
    numbers: BTreeMap<Key, u32>,
    keys: Vec<Key>,
}

impl Maker<'_> {
    /// The number of the state in which the program is at these steps, and at its start, with this side before it.
    fn state(&mut self, mut steps: Vec<usize>, before: u32) -> Option<u32> {
        steps.push(self.program.start);
        let Found::Waiting(waiting) = self.follow(steps, before, None)? else { return Some(MATCHED) };
        let looks = waiting.iter().any(|step| self.looks(*step));
        let key = (if looks { before } else { 0 }, waiting);
        if let Some(number) = self.numbers.get(&key) {
            return Some(*number);
        }
        let number = u32::try_from(self.keys.len()).ok()? + 2;
        self.keys.push(key.clone());
        self.numbers.insert(key, number);
        (self.keys.len() <= STATES).then_some(number)
    }

    /// Where the waiting steps are once it is known what follows.
    fn resolved(&mut self, waiting: &[usize], before: u32, after: u32) -> Option<Found> {
        if waiting.iter().any(|step| self.looks(*step)) {
            return self.follow(waiting.to_vec(), before, Some(after));
        }
        self.work = self.work.checked_sub(waiting.len())?;
        Some(Found::Waiting(waiting.to_vec()))
    }

    fn looks(&self, step: usize) -> bool {
        matches!(self.program.steps.get(step), Some(Step::Look { .. }))
    }

    /// Where the program gets from these steps without a character: the steps that wait for one, or, as long as it is not known
    /// what follows, for that.
    fn follow(&mut self, mut steps: Vec<usize>, before: u32, after: Option<u32>) -> Option<Found> {
        self.turn += 1;
        let mut waiting = Vec::new();
        while let Some(step) = steps.pop() {
            self.work = self.work.checked_sub(1)?;
            if std::mem::replace(self.seen.get_mut(step)?, self.turn) == self.turn {
                continue;
            }
            match self.program.steps.get(step)? {
                Step::Match => return Some(Found::Match),
                Step::Take { .. } => waiting.push(step),
                Step::Fork { one, other } => steps.extend([*other, *one]),
                Step::Look { look, to } => {
                    // One bit for each side that may follow.
                    let holds = self.masks.get(*look)? >> (before * SIDES);
                    let any = (1 << SIDES) - 1;
                    match after {
                        Some(after) if holds >> after & 1 == 1 => steps.push(*to),
                        None if holds & any == any => steps.push(*to),
                        None if holds & any != 0 => waiting.push(step),
                        _ => {}
                    }
                }
            }
        }
        waiting.sort_unstable();
        Some(Found::Waiting(waiting))
    }
}
