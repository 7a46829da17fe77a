//! Releases: the list, and a release's page with its stages and its three actions.

pub(crate) mod actions;
mod create;
pub(crate) mod list;
pub(crate) mod page;
pub(crate) mod progress;
mod readiness;
pub(crate) mod stages;
