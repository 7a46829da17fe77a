//! The node: HTTP and the store protocol as a sans-IO state machine.
//!
//! [`Node`] is a function that may pause: a request either has its answer or names an [`Effect`] that the host carries out. The
//! crate reads no clock, no random number and no socket; [`Moment`] and [`EffectResult`] bring them in.
#![cfg_attr(
    test,
    allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test that fails may panic")
)]

mod api;
#[cfg(feature = "schema")]
pub mod describe;
mod effect;
pub mod export;
pub mod follow;
pub mod frame;
mod history;
pub mod http;
pub mod init;
mod io;
mod node;
mod ofrep;
pub mod project;
mod publish;
mod router;
pub mod secrets;
pub mod store;
mod trouble;
pub mod wire;

pub use effect::{Condition, Effect, EffectResult, Kept, Moment, Step};
pub use http::{Request, Response};
pub use node::{Config, Node, Principal, Surface};
