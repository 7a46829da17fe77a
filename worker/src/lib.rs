//! The wasm border: a node behind four synchronous exports. What crosses is in `halyard_edge::frame`; the host is `host/*.ts`.
//!
//! An instance may trap and be thrown away at any time: all that a request needs is in the continuation that its host holds.

use std::cell::RefCell;

use halyard_edge::{Config, Node, frame};
use wasm_bindgen::prelude::wasm_bindgen;

thread_local! {
    /// The node of this instance. wasm has one thread, and exports do not call each other.
    static NODE: RefCell<Node> = RefCell::new(Node::new(Config::default()));
}

/// Sets the node up, from JSON. Comes before everything else: a node that was there is gone.
///
/// # Errors
/// In plain words, when the configuration is not what it should be; the node stays as it was.
#[wasm_bindgen]
pub fn configure(json: &str) -> Result<(), String> {
    let config = Config::parse(json)?;
    NODE.replace(Node::new(config));
    Ok(())
}

/// Gives back bytes that an earlier instance asked to keep.
#[wasm_bindgen]
pub fn restore(name: &str, bytes: &[u8]) {
    NODE.with_borrow_mut(|node| node.restore(name, bytes));
}

/// Begins to answer a request; answers a frame.
///
/// # Errors
/// When what the host says is not what it should be.
#[wasm_bindgen]
pub fn start(head: &str, body: &[u8], now: f64, random: &[u8]) -> Result<Vec<u8>, String> {
    let (request, moment) = (frame::request(head, body)?, frame::moment(now, random)?);
    Ok(frame::write(NODE.with_borrow_mut(|node| node.start(request, moment))))
}

/// Goes on with what an effect came to; answers a frame.
///
/// # Errors
/// When what the host says is not what it should be.
#[wasm_bindgen]
pub fn resume(continuation: &[u8], result: &str, body: &[u8], now: f64, random: &[u8]) -> Result<Vec<u8>, String> {
    let (result, moment) = (frame::result(result, body)?, frame::moment(now, random)?);
    Ok(frame::write(NODE.with_borrow_mut(|node| node.resume(continuation, result, moment))))
}
