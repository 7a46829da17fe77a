//! A module a command: what it reads, what it prints, and how it ends.

pub(crate) mod check;
pub(crate) mod diff;
pub(crate) mod eval;
pub(crate) mod explain;
pub(crate) mod test;
