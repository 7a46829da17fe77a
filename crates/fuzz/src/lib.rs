//! Fuzz targets: what must hold of any bytes, each a function that panics when it does not.
//!
//! libFuzzer calls them (`cargo xtask fuzz`), and `tests/replay.rs` does with every input that is kept: the corpus, and whatever
//! was found once. docs/testing.md says how to run them and what they found.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a law that is broken is told by a panic: that is what a fuzzer looks for"
)]

mod canonical;
mod evaluate;
mod host;
mod image;
mod made;
mod merge;
mod objects;
mod router;
mod spoil;

pub use canonical::canonical;
pub use evaluate::evaluate;
pub use image::image;
pub use made::mutate;
pub use merge::merge;
pub use objects::objects;
pub use router::router;

/// A target: its name, and what holds its inputs to the law.
pub type Target = (&'static str, fn(&[u8]));

/// All targets.
pub const TARGETS: [Target; 6] =
    [("canonical", canonical), ("evaluate", evaluate), ("image", image), ("merge", merge), ("objects", objects), ("router", router)];
