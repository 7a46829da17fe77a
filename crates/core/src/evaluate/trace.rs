//! What evaluating tells whoever listens. `evaluate` runs with [`Silent`], `explain` with a tracer that writes it down: the same
//! code, so that the two cannot differ.

use crate::image::row::Release;
use crate::time::Timestamp;

/// Something that holds or does not. Flags are named by their index.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Look {
    /// A requirement of a flag, the how-manieth.
    Requirement(u32, usize),
    /// A rule of a flag.
    Rule(u32, usize),
    /// An opened stage of a release.
    Stage(Release, usize),
    /// A condition of what is being looked at, the how-manieth, and its row.
    Condition(u32, u32),
}

/// Something that neither holds nor fails.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Note {
    /// The flag is disabled.
    Disabled(u32),
    /// The release that moves a flag is held, and its clock stands.
    Held(Release),
    /// A stage is not open; the ones behind it are not either. The time is the clock's own, not that of the hold.
    Shut(Release, usize, Timestamp),
    /// A split gives a variant for a place among a total; none: the attribute that it goes by has no text.
    Split { place: Option<u32>, total: u32, variant: Option<u32> },
    /// `otherwise` answers.
    Otherwise(u32),
}

/// A listener.
pub(crate) trait Trace {
    /// Something is looked at from here on, until the `close` that belongs to it.
    fn open(&mut self, look: Look);

    /// What was opened last and is not closed yet held or not, at a time.
    fn close(&mut self, held: bool, now: Timestamp);

    /// The flag that is asked about by what is open has this variant.
    fn answered(&mut self, variant: Option<u32>);

    /// Something is worth saying.
    fn note(&mut self, note: Note);
}

/// Nobody listens.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Silent;

impl Trace for Silent {
    fn open(&mut self, _: Look) {}

    fn close(&mut self, _: bool, _: Timestamp) {}

    fn answered(&mut self, _: Option<u32>) {}

    fn note(&mut self, _: Note) {}
}
