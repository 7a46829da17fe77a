//! What a pattern says, as a tree. Groups, names and greed are not in it: they never change whether there is a match.

use super::look::Look;
use super::set::Set;

/// The deepest nesting of a pattern, counted as regex-lite does.
pub(super) const NESTING: u32 = 50;
/// The most steps of a program, its last one aside.
pub(super) const SIZE: u64 = crate::operators::matches::STEPS as u64 - 1;

/// A part of a pattern.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) kind: Kind,
    /// How deep it is nested, also in what was dropped from the tree.
    pub(super) height: u32,
    /// The steps that its program has at most; an upper bound also on the work of writing it.
    pub(super) size: u64,
}

#[derive(Clone, Debug)]
pub(super) enum Kind {
    /// The empty text.
    Empty,
    Set(Set),
    Look(Look),
    Repeat {
        of: Box<Node>,
        least: u32,
        most: Option<u32>,
    },
    Sequence(Vec<Node>),
    Choice(Vec<Node>),
}

impl Node {
    pub(super) fn leaf(kind: Kind) -> Self {
        Self { kind, height: 0, size: 1 }
    }

    /// What stands in a capturing group, which regex-lite counts as a level.
    pub(super) fn captured(self) -> Self {
        Self { height: self.height + 1, ..self }
    }

    pub(super) fn repeat(self, least: u32, most: Option<u32>) -> Self {
        if most == Some(0) {
            return Self::leaf(Kind::Empty);
        }
        if (least, most) == (1, Some(1)) {
            return self;
        }
        let times = |count: u32, size: u64| u64::from(count).saturating_mul(size);
        let size = match most {
            None => times(least.max(1), self.size).saturating_add(1),
            Some(most) => times(least, self.size).saturating_add(times(most - least, self.size.saturating_add(1))),
        };
        Self::nest(self.height, size, Kind::Repeat { of: Box::new(self), least, most })
    }

    pub(super) fn sequence(parts: Vec<Self>) -> Self {
        Self::of_many(parts, Kind::Sequence, 0)
    }

    pub(super) fn choice(parts: Vec<Self>) -> Self {
        // Between each two there is a fork.
        Self::of_many(parts, Kind::Choice, 1)
    }

    fn of_many(mut parts: Vec<Self>, kind: fn(Vec<Self>) -> Kind, between: u64) -> Self {
        match parts.pop() {
            None => Self::leaf(Kind::Empty),
            Some(only) if parts.is_empty() => only,
            Some(last) => {
                let first = (last.height, last.size);
                let (height, size) = parts
                    .iter()
                    .fold(first, |(height, size), part| (height.max(part.height), size.saturating_add(part.size).saturating_add(between)));
                parts.push(last);
                Self::nest(height, size, kind(parts))
            }
        }
    }

    /// A node over others. Below the deepest level that is allowed nothing is kept, because `parse` refuses it, unless a `{0}`
    /// around it drops it: so walking and dropping a tree cannot exhaust the stack.
    fn nest(height: u32, size: u64, kind: Kind) -> Self {
        let height = height + 1;
        Self { kind: if height > NESTING { Kind::Empty } else { kind }, height, size }
    }
}
