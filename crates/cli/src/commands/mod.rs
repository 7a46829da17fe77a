//! A module a command: what it reads, what it prints, and how it ends.

pub(crate) mod check;
pub(crate) mod diff;
pub(crate) mod eval;
pub(crate) mod explain;
pub(crate) mod get;
pub(crate) mod image;
pub(crate) mod init;
pub(crate) mod link;
pub(crate) mod log;
pub(crate) mod publish;
pub(crate) mod rollback;
pub(crate) mod test;
mod verify;
