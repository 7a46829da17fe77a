//! Random valid documents, contexts that come near what they ask for, times near their boundaries, and later documents.
//!
//! Conditions and contexts draw on the same pools (`pools`), so that a test of an attribute often meets a value on
//! either side of it. A document is first a draft, whose references are mere numbers, and is then built so that every
//! reference exists and none goes in a circle: whatever proptest shrinks a draft to is valid too.

mod build;
mod condition;
mod context;
mod document;
mod edit;
mod pools;

pub use context::context;
pub use edit::{Step, edited, edited_by_two, opened, raised};
pub use pools::time;

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::Value;

/// A random document that passes `check`.
pub fn document() -> impl Strategy<Value = Value> {
    document::draft().prop_map(|draft| draft.build())
}

/// What is asked of a document.
#[derive(Clone, Debug)]
pub struct Request {
    /// The flag's key; now and then of none in the document.
    pub flag: String,
    /// The evaluation context.
    pub context: Value,
    /// Milliseconds since 1970.
    pub now_ms: i64,
}

/// A document and some requests for its flags.
pub fn document_and_requests() -> impl Strategy<Value = (Value, Vec<Request>)> {
    (document(), vec((any::<usize>(), context(), time()), 1..12)).prop_map(|(document, requests)| {
        let keys: Vec<&String> = document["flags"].as_object().into_iter().flat_map(|flags| flags.keys()).collect();
        let flag = |index: usize| keys.get(index % (keys.len() * 8 + 1) / 8).map_or("ghost", |key| key.as_str()).to_owned();
        let requests = requests.into_iter().map(|(index, context, now_ms)| Request { flag: flag(index), context, now_ms });
        let requests = requests.collect();
        (document, requests)
    })
}
