//! What must hold, whatever happens: docs/testing.md's promises as checks on what the simulator sees. [`chain`] looks at the store whenever
//! a head moves, [`answers`] at what publishers and readers are told, [`served`] at what nodes evaluate, [`calm`] at the end.

pub(crate) mod answers;
pub(crate) mod calm;
pub(crate) mod chain;
pub(crate) mod served;

use std::fmt;

/// A promise that was broken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Which promise of docs/testing.md.
    pub promise: u8,
    /// What was seen.
    pub what: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "promise {}: {}", self.promise, self.what)
    }
}

/// Whether it held.
pub(crate) type Held = Result<(), Violation>;

/// Holds a promise to what was seen.
pub(crate) fn hold(promise: u8, is_so: bool, what: impl FnOnce() -> String) -> Held {
    if is_so { Ok(()) } else { Err(broken(promise, what())) }
}

/// A promise that was broken.
pub(crate) fn broken(promise: u8, what: impl Into<String>) -> Violation {
    Violation { promise, what: what.into() }
}
