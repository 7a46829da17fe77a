//! Flags: the list, and a flag's page with its sentences, its JSON and the reasons behind an answer.

mod asked;
mod create;
mod describe;
mod explain;
pub(crate) mod list;
pub(crate) mod order;
pub(crate) mod page;
pub(crate) mod state;
mod targeting;
mod trial;
