//! What evaluating tells whoever listens. `evaluate` runs with [`Silent`], `explain` with a tracer that writes it down: the same
//! code, so that the two cannot differ.

use crate::compile::tables::{Flag, FlagTest, Node, Release, Rule, Segment, Split, Stage};
use crate::time::Timestamp;

/// Something that holds or does not.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Look<'r> {
    /// A requirement of a flag, the how-manieth.
    Requirement(&'r Flag, usize, &'r FlagTest),
    /// A rule of a flag.
    Rule(&'r Flag, usize, &'r Rule),
    /// An opened stage of a release.
    Stage(&'r Release, usize, &'r Stage),
    /// A condition.
    Condition(At<'r>, &'r Node),
}

/// Where a condition is written.
#[derive(Clone, Copy, Debug)]
pub(crate) enum At<'r> {
    /// In what is being looked at, under this name.
    Member(&'static str),
    /// In what is being looked at, in the list of this name.
    Element(&'static str, usize),
    /// In a segment.
    Segment(&'r Segment),
}

/// Something that neither holds nor fails.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Note<'r> {
    /// The flag is disabled.
    Disabled(&'r Flag),
    /// The release that moves a flag is held, and its clock stands.
    Held(&'r Release, Timestamp),
    /// A stage is not open; the ones behind it are not either. The time is the clock's own, not that of the hold.
    Shut(&'r Release, usize, &'r Stage, Timestamp),
    /// A split gives a variant; none: the attribute that it goes by has no text.
    Split(&'r Split, Option<u32>),
    /// `otherwise` answers.
    Otherwise(&'r Flag),
}

/// A listener.
pub(crate) trait Trace<'r> {
    /// Something is looked at from here on, until the `close` that belongs to it.
    fn open(&mut self, look: Look<'r>);

    /// What was opened last and is not closed yet held or not, at a time.
    fn close(&mut self, held: bool, now: Timestamp);

    /// The flag that is asked about by what is open has this variant.
    fn answered(&mut self, variant: Option<u32>);

    /// Something is worth saying.
    fn note(&mut self, note: Note<'r>);
}

/// Nobody listens.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Silent;

impl Trace<'_> for Silent {
    fn open(&mut self, _: Look<'_>) {}

    fn close(&mut self, _: bool, _: Timestamp) {}

    fn answered(&mut self, _: Option<u32>) {}

    fn note(&mut self, _: Note<'_>) {}
}
