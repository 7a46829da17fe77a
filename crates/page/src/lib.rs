//! The evaluator for pages, and for other people's workers: an instance holds one image and one bound context, and answers in
//! numbers. Whoever loads it writes the image and the context into its memory; `npm/src` does, and is the package that people use.
//!
//! | export | what |
//! | --- | --- |
//! | `image(words, text, lists) → ptr` | makes room for an image; its words, its text and its lists are written there as they lie |
//! | `open() → 0 or 1` | looks the image through; 0: it is damaged, and nothing is to be asked |
//! | `flags()`, `attributes()` | how many there are |
//! | `variants(f)`, `visible(f)` | a flag's first variant × 128 + how many it has; 1: it may be sent to pages |
//! | `flag_key(f)`, `attribute_path(a)`, `variant_name(v)`, `variant_value(v)` `→ len` | a text, which lies at `text()` until the next call |
//! | `attribute_needs(a)` | what is asked of its values (`halyard_core::image::needs`) |
//! | `scratch(len) → ptr`, `find() → f or -1` | the flag whose key was written there |
//! | `room(slots, bytes) → ptr` | makes room for a context; the place of its bytes. Anything may have moved afterwards |
//! | `slots() → ptr`, `bind()` | where the slots are (`halyard_core::evaluate::slots`); what to call when they are written |
//! | `evaluate(f, now) → packed` | `halyard_core::image::Image::decide` |
//! | `evaluate_all(now) → ptr` | the same of each flag |
//! | `cause()`, `cause_name(0 or 1) → len` | what decided about the flag that was evaluated last: 1 a rule, 2 a release and a stage, 3 a required flag |
//! | `metadata(f)`, `metadata_count(f)` | a flag's own metadata: its first entry, and how many |
//! | `metadata_name(e)`, `metadata_value(e)` `→ len` | texts, as above |
//! | `next_change(now)` | the next instant at which the clock alone can change an answer; NaN: never |
//!
//! Times are milliseconds since 1970.
#![cfg_attr(target_arch = "wasm32", no_std)]

#[cfg(target_arch = "wasm32")]
mod exports;
mod memory;
mod page;

pub use page::Page;
