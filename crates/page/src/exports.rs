//! What is called from outside. Pointers are numbers: where something lies in this instance's memory.
#![expect(unsafe_code, reason = "exports have names that others may have too")]

use core::cell::RefCell;

use halyard_core::Timestamp;
use halyard_core::evaluate::Cause;

use crate::Page;

/// The instance's own.
struct Only(RefCell<Page>);

// SAFETY: a wasm module without threads.
unsafe impl Sync for Only {}

static PAGE: Only = Only(RefCell::new(Page::new()));

fn page<T: Default>(ask: impl FnOnce(&mut Page) -> T) -> T {
    PAGE.0.try_borrow_mut().map(|mut page| ask(&mut page)).unwrap_or_default()
}

#[expect(clippy::cast_possible_truncation, reason = "milliseconds; what is out of range saturates")]
fn at(now: f64) -> Timestamp {
    Timestamp(now as i64)
}

#[expect(clippy::cast_precision_loss, reason = "the years 0001 to 9999 lie within 2^53 ms")]
fn millis(at: Timestamp) -> f64 {
    at.0 as f64
}

/// The first one, and how many: at most 64, so there is room for both.
fn packed((first, count): (u32, u32)) -> u32 {
    first << 7 | count.min(127)
}

fn kind(cause: Cause) -> u32 {
    match cause {
        Cause::None => 0,
        Cause::Rule(_) => 1,
        Cause::Stage(..) => 2,
        Cause::BlockedBy(_) => 3,
    }
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
    flags() -> u32 = |page| page.image().flags();
    attributes() -> u32 = |page| page.image().attributes();
    flag_key(flag: u32) -> usize = |page| page.tell(|image| image.key(flag));
    variants(flag: u32) -> u32 = |page| packed(page.image().variants(flag));
    visible(flag: u32) -> bool = |page| page.image().is_public(flag);
    attribute_path(attribute: u32) -> usize = |page| page.tell(|image| image.attribute(attribute).0);
    attribute_needs(attribute: u32) -> u32 = |page| page.image().attribute(attribute).1;
    variant_name(variant: u32) -> usize = |page| page.tell(|image| image.variant(variant).0);
    variant_value(variant: u32) -> usize = |page| page.tell(|image| image.variant(variant).1);
    text() -> usize = |page| page.told();
    scratch(len: usize) -> usize = |page| page.key(len).as_ptr().addr();
    room(slots: usize, bytes: usize) -> usize = |page| page.room(slots, bytes).as_ptr().addr();
    slots() -> usize = |page| page.slots().as_ptr().addr();
    bind() -> () = |page| page.bind();
    evaluate(flag: u32, now: f64) -> u32 = |page| page.evaluate(flag, at(now));
    evaluate_all(now: f64) -> usize = |page| page.evaluate_all(at(now)).as_ptr().addr();
    cause() -> u32 = |page| kind(page.cause());
    cause_name(part: usize) -> usize = |page| {
        let cause = page.cause();
        page.tell(|image| image.names(cause).get(part).copied().unwrap_or_default())
    };
    metadata(flag: u32) -> u32 = |page| page.image().metadata(flag).0;
    metadata_count(flag: u32) -> u32 = |page| page.image().metadata(flag).1;
    metadata_name(entry: u32) -> usize = |page| page.tell(|image| image.entry(entry).0);
    metadata_value(entry: u32) -> usize = |page| page.tell(|image| image.entry(entry).1);
    next_change(now: f64) -> f64 = |page| page.image().next_change(at(now)).map_or(f64::NAN, millis);
    find() -> i32 = |page| page.find().map_or(-1, u32::cast_signed);
}
