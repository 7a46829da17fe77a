//! The node: HTTP and the store protocol as a sans-IO state machine.
//!
//! [`Node`] is a function that may pause: a request either has its answer or names an [`Effect`] that the host carries out. The
//! crate reads no clock, no random number and no socket; [`Moment`] and [`EffectResult`] bring them in.
//!
//! A host is a loop. This one has its store in a map and a clock that stands still:
//! ```
//! use std::collections::BTreeMap;
//! use halyard_core::Timestamp;
//! use halyard_edge::{Condition, Config, Effect, EffectResult, Moment, Node, Request, Response, Step, init};
//!
//! /// By key: an ETag, and bytes.
//! type Store = BTreeMap<String, (String, Vec<u8>)>;
//!
//! fn carry_out(store: &mut Store, effect: Effect) -> EffectResult {
//!     match effect {
//!         Effect::Get { key, .. } => match store.get(&key) {
//!             Some((etag, body)) => EffectResult::Found { etag: etag.clone(), body: body.clone() },
//!             None => EffectResult::Missing,
//!         },
//!         Effect::Put { key, body, condition } => {
//!             let there = store.get(&key).map(|(etag, _)| etag);
//!             let holds = match &condition {
//!                 Condition::IfAbsent => there.is_none(),
//!                 Condition::IfMatch(etag) => there == Some(etag),
//!             };
//!             if !holds {
//!                 return EffectResult::Conflict;
//!             }
//!             let etag = halyard_core::document::digest(&body);
//!             store.insert(key, (etag.clone(), body));
//!             EffectResult::Stored { etag }
//!         }
//!         Effect::List { prefix, .. } => {
//!             EffectResult::Listed { keys: store.keys().filter(|key| key.starts_with(&prefix)).cloned().collect(), more: false }
//!         }
//!         Effect::Kept { .. } => EffectResult::Missing,
//!         Effect::Sleep { .. } => EffectResult::Done,
//!     }
//! }
//!
//! fn answer(node: &mut Node, store: &mut Store, request: Request) -> Response {
//!     let moment = Moment { now: Timestamp(0), random: [7; 32] }; // a real one is drawn anew for every call
//!     let mut step = node.start(request, moment);
//!     loop {
//!         match step {
//!             Step::Answer { response, .. } => return response,
//!             Step::Effect { effect, continuation, .. } => step = node.resume(&continuation, carry_out(store, effect), moment),
//!         }
//!     }
//! }
//!
//! let options = init::Options {
//!     name: "Acme".into(),
//!     people: vec![init::NewPerson::admin("ann@acme.example", "Ann")],
//!     environments: vec![init::NewEnvironment::empty("production", "Production")],
//! };
//! let project = init::init(&options, Moment { now: Timestamp(0), random: [1; 32] }).unwrap();
//! let mut store: Store = project.objects.into_iter().map(|(key, bytes)| (key, ("e0".into(), bytes))).collect();
//! let mut node = Node::new(Config::default());
//! let question = Request::new("POST", "https://flags.example/ofrep/v1/evaluate/flags/new-cart")
//!     .with_header("X-API-Key", &*project.told.sdk_keys["production"].server)
//!     .with_body(r#"{"context": {"targetingKey": "user-1"}}"#);
//! let response = answer(&mut node, &mut store, question);
//! assert_eq!(response.body, br#"{"errorCode":"FLAG_NOT_FOUND","errorDetails":"there is no flag `new-cart` here","key":"new-cart"}"#);
//! ```
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
mod hash;
mod history;
pub mod http;
pub mod image;
pub mod init;
mod io;
mod node;
mod ofrep;
mod overrides;
mod pages;
pub mod project;
mod publish;
pub mod rehearsal;
mod router;
mod sdk;
pub mod secrets;
pub mod store;
mod trouble;
pub mod wire;

pub use effect::{Condition, Effect, EffectResult, Moment, Step};
pub use http::{Request, Response};
pub use node::{Config, Node, Principal, Surface};
