//! The operators of conditions, each a plain function of its own types. They know neither documents nor rulesets; `check` reads
//! ranges and networks with the same functions, so that whatever is checked compiles.

#[cfg(all(test, feature = "document"))]
mod agreement;
pub(crate) mod bucket;
pub(crate) mod matches;
pub(crate) mod network;
pub(crate) mod scalar;
pub(crate) mod text;
pub(crate) mod version;
