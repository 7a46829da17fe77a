//! The evaluator for pages, and for other people's workers: an instance holds one image and one bound context, and answers in
//! numbers. Whoever loads it writes the image and the context into its memory; `npm/src` does, and is the package that people use.
//!
//! | export | what |
//! | --- | --- |
//! | `image(words, text, lists) → ptr` | makes room for an image; its words, its text and its lists are written there as they lie |
//! | `open() → 0 or 1` | looks the image through; 0: it is damaged, and nothing is to be asked |
//! | `room(slots, bytes) → ptr` | makes room for a context: its slots (`halyard_core::evaluate::slots`), and right behind them its bytes. The memory may be another one afterwards |
//! | `bind()` | what to call when both are written |
//! | `evaluate(f, now) → packed` | `halyard_core::image::Image::decide` |
//! | `evaluate_all(now) → ptr` | the same of each flag |
//! | `cause() → ptr` | what decided about the flag that was evaluated last, in three words: 0 nothing; 1 a rule; 2 a release, and a stage; 3 a required flag |
//! | `next_change(now)` | the next instant at which the clock alone can change an answer; NaN: never |
//!
//! What is not decided here, the host reads where it lies: keys, names and values are rows and pieces of text in the image's words
//! (`halyard_core::image::layout`). So the wasm carries no code for telling them.
//!
//! Times are milliseconds since 1970.
#![cfg_attr(target_arch = "wasm32", no_std)]

#[cfg(target_arch = "wasm32")]
mod exports;
mod memory;
mod page;

pub use page::Page;
