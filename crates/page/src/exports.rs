//! What is called from outside. Pointers are numbers: where something lies in this instance's memory.
#![expect(unsafe_code, reason = "exports have names that others may have too, and there is one instance")]

use core::cell::UnsafeCell;

use halyard_core::Timestamp;

use crate::Page;

/// The instance's own.
struct Only(UnsafeCell<Page>);

// SAFETY: a wasm module without threads.
unsafe impl Sync for Only {}

static PAGE: Only = Only(UnsafeCell::new(Page::new()));

fn page<T>(ask: impl FnOnce(&mut Page) -> T) -> T {
    // SAFETY: only the exports come here, each once. The module imports nothing, so while one is under way no other can begin.
    ask(unsafe { &mut *PAGE.0.get() })
}

#[expect(clippy::cast_possible_truncation, reason = "milliseconds; what is out of range saturates")]
fn at(now: f64) -> Timestamp {
    Timestamp(now as i64)
}

#[expect(clippy::cast_precision_loss, reason = "the years 0001 to 9999 lie within 2^53 ms")]
fn millis(at: Timestamp) -> f64 {
    at.0 as f64
}

macro_rules! exports {
    ($($name:ident($($argument:ident: $type:ty),*) -> $answer:ty = $body:expr;)*) => {
        $(
            #[unsafe(no_mangle)]
            extern "C" fn $name($($argument: $type),*) -> $answer {
                page($body)
            }
        )*
    };
}

exports! {
    image(words: usize, text: usize, lists: usize) -> usize = |page| page.make_room(words, text, lists).as_ptr().addr();
    open() -> bool = |page| page.open();
    room(slots: usize, bytes: usize) -> usize = |page| page.room(slots, bytes).as_ptr().addr();
    bind() -> () = |page| page.bind();
    evaluate(flag: u32, now: f64) -> u32 = |page| page.evaluate(flag, at(now));
    evaluate_all(now: f64) -> usize = |page| page.evaluate_all(at(now)).as_ptr().addr();
    cause() -> usize = |page| page.cause().as_ptr().addr();
    next_change(now: f64) -> f64 = |page| page.image().next_change(at(now)).map_or(f64::NAN, millis);
}
