//! History: who published what, when and why; and going back to a version.

pub(crate) mod list;
mod roll_back;
pub(crate) mod version;
