//! The wasm border: a node behind a few synchronous exports. What crosses is in `halyard_edge::frame`; the host is `host/*.ts`.
//!
//! An instance may trap and be thrown away at any time: all that a request needs is in the continuation that its host holds.

use std::cell::RefCell;

use halyard_edge::frame::{self, Writer};
use halyard_edge::http::{API_HEADERS, HEADERS};
use halyard_edge::{Config, Moment, Node, Step, rehearsal};
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

thread_local! {
    /// The node of this instance. wasm has one thread, and exports do not call each other.
    static NODE: RefCell<Node> = RefCell::new(Node::new(Config::default()));
    /// Randomness for calls to come, 32 bytes each.
    static ENTROPY: RefCell<Vec<[u8; 32]>> = const { RefCell::new(Vec::new()) };
    /// What the last call came to, and what writes the next.
    static FRAME: RefCell<(Vec<u8>, Writer)> = RefCell::default();
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

/// The names of the request headers that the node reads, by lines; behind an empty line, of those that it reads below `/api` only.
#[wasm_bindgen]
pub fn headers() -> String {
    [HEADERS.join("\n"), API_HEADERS.join("\n")].join("\n\n")
}

/// How much memory is written to beforehand, in bytes: an image of 1,000 flags takes twice 0.9 MB as it is read.
const WARM: usize = 2 << 20;

/// The heads and the bodies of the requests of a rehearsal, an empty line before each but the first.
#[wasm_bindgen]
pub fn rehearsal_requests() -> String {
    std::hint::black_box(rehearsal::read_images());
    // Memory that was written to once is there at once: an image is copied into it.
    drop(std::hint::black_box(vec![1_u8; WARM]));
    let parts =
        rehearsal::requests().map(|request| [frame::head(&request), String::from_utf8(request.body).unwrap_or_default()].join("\n\n"));
    parts.join("\n\n")
}

/// The object that the store of a rehearsal has under a key.
#[wasm_bindgen]
pub fn rehearsal_object(key: &str) -> Vec<u8> {
    rehearsal::object(key).to_vec()
}

/// Gives randomness for as many calls as it has whole 32 bytes: a call takes some that no other gets.
#[wasm_bindgen]
pub fn stir(random: &[u8]) {
    ENTROPY.replace(random.as_chunks().0.to_vec());
}

/// The copy of this name, as bytes to hold outside the instance.
#[wasm_bindgen]
pub fn packed(name: &str) -> Option<Vec<u8>> {
    NODE.with_borrow(|node| node.packed(name))
}

/// Gives back bytes that an earlier instance packed.
#[wasm_bindgen]
pub fn restore(name: &str, bytes: &[u8]) {
    NODE.with_borrow_mut(|node| node.restore(name, bytes));
}

/// Begins to answer a request, as [`frame::request`] reads it; answers the length of a frame, which lies at [`frame`].
///
/// # Errors
/// When what the host says is not what it should be.
#[wasm_bindgen]
pub fn start(head: &str, body: Vec<u8>, now: f64) -> Result<usize, String> {
    let (request, moment) = (frame::request(head, body)?, moment(now)?);
    Ok(lay(NODE.with_borrow_mut(|node| node.start(request, moment))))
}

/// Goes on with what an effect came to, by its place among those that were named; answers the length of a frame, which lies at [`frame`].
///
/// # Errors
/// When what the host says is not what it should be.
#[wasm_bindgen]
pub fn resume(continuation: &[u8], place: usize, result: &str, body: Vec<u8>, now: f64) -> Result<usize, String> {
    let (result, moment) = (frame::result(result, body)?, moment(now)?);
    Ok(lay(NODE.with_borrow_mut(|node| match place.checked_sub(1) {
        None => node.resume(continuation, result, moment),
        Some(beside) => node.resume_beside(continuation, beside, result, moment),
    })))
}

/// This instance's memory.
#[wasm_bindgen]
pub fn linear_memory() -> JsValue {
    wasm_bindgen::memory()
}

/// Where the last call's frame lies, up to the next call: the host takes out of it what it needs, so that nothing else is copied.
#[wasm_bindgen]
pub fn frame() -> *const u8 {
    FRAME.with_borrow(|(frame, _)| frame.as_ptr())
}

/// Lays down the frame of a step.
fn lay(step: Step) -> usize {
    FRAME.with_borrow_mut(|(frame, writer)| {
        *frame = writer.write(step);
        frame.len()
    })
}

/// A call's view of the world.
fn moment(now: f64) -> Result<Moment, String> {
    let random = ENTROPY.with_borrow_mut(Vec::pop).ok_or("the host has given no randomness for this call")?;
    frame::moment(now, &random)
}
