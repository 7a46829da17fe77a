//! A pattern as a program: steps that take a character, fork, or look. Both forms of a row are made from it.

use super::look::Look;
use super::set::Set;
use super::tree::{Kind, Node};

/// One step; numbers are those of other steps, sets and looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Take a character of the set and go on.
    Take { set: usize, to: usize },
    /// Go on at both.
    Fork { one: usize, other: usize },
    /// Go on if this holds here.
    Look { look: usize, to: usize },
    /// There is a match.
    Match,
}

/// A program; a match may begin at any character.
#[derive(Clone, Debug)]
pub(super) struct Program {
    pub(super) steps: Vec<Step>,
    pub(super) start: usize,
    pub(super) sets: Vec<Set>,
    pub(super) looks: Vec<Look>,
}

impl Program {
    pub(super) fn of(tree: &Node) -> Self {
        let mut program = Self { steps: vec![Step::Match], start: 0, sets: Vec::new(), looks: Vec::new() };
        program.start = program.write(tree, 0);
        program
    }

    /// Writes the steps of a part that goes on at `to`; where the part begins. From the end to the start, so that what a step
    /// goes on to is there already.
    fn write(&mut self, node: &Node, to: usize) -> usize {
        match &node.kind {
            Kind::Empty => to,
            Kind::Set(set) => {
                let set = number(&mut self.sets, set);
                self.push(Step::Take { set, to })
            }
            Kind::Look(look) => {
                let look = number(&mut self.looks, look);
                self.push(Step::Look { look, to })
            }
            Kind::Sequence(parts) => parts.iter().rev().fold(to, |to, part| self.write(part, to)),
            Kind::Choice(parts) => {
                let mut starts: Vec<usize> = parts.iter().map(|part| self.write(part, to)).collect();
                let last = starts.pop().unwrap_or(to);
                starts.into_iter().rev().fold(last, |other, one| self.push(Step::Fork { one, other }))
            }
            Kind::Repeat { of, least, most } => {
                let (mut start, required) = match most {
                    None => {
                        let again = self.push(Step::Match);
                        let one = self.write(of, again);
                        if let Some(step) = self.steps.get_mut(again) {
                            *step = Step::Fork { one, other: to };
                        }
                        if *least == 0 { (again, 0) } else { (one, *least - 1) }
                    }
                    Some(most) => {
                        let optional = (*least..*most).fold(to, |from, _| {
                            let one = self.write(of, from);
                            self.push(Step::Fork { one, other: to })
                        });
                        (optional, *least)
                    }
                };
                for _ in 0..required {
                    start = self.write(of, start);
                }
                start
            }
        }
    }

    fn push(&mut self, step: Step) -> usize {
        self.steps.push(step);
        self.steps.len() - 1
    }
}

/// The number of an item in a list without repetitions.
fn number<T: Clone + PartialEq>(list: &mut Vec<T>, item: &T) -> usize {
    list.iter().position(|known| known == item).unwrap_or_else(|| {
        list.push(item.clone());
        list.len() - 1
    })
}
