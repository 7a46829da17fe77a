//! An image that anybody may have made: refused, or evaluated as any other, soon and without a panic.
//!
//! An input that begins with `i` is an image as it comes. One that begins with `r` is a document's text and, behind a line of `--`, what
//! damages its image. Any other is the seed of a random document with requests, and behind its 32 bytes the damage.

use std::cell::OnceCell;
use std::fs;
use std::time::Duration;

use halyard_core::check::Cap;
use halyard_core::evaluate::Audience;
use halyard_core::{Context, Json, Ruleset, Timestamp, compile, read};
use halyard_reference::generate::{Request, document_and_requests};
use proptest::strategy::{BoxedStrategy, Strategy};
use serde_json::Value;

use crate::evaluate::expected;
use crate::made::{BORDER, Cursor, made};

/// Bytes of a seed.
const SEED: usize = 32;
/// Places of one image that are damaged.
const DAMAGES: usize = 12;
const DIGEST: [u8; 32] = [7; 32];
/// What is damaged begins behind the magic, the format and the digest: each of them is looked at alone, and nothing rests on it.
const HEAD: usize = 40;
/// What one call may take of the processor. The longest that `check` lets through takes a few milliseconds.
const SOON: Duration = Duration::from_secs(2);
/// Times for which an image is asked that has none of its own: 1969, 2026, 2100.
const TIMES: [i64; 3] = [-1, 1_796_468_400_000, 4_102_444_800_000];
/// Contexts for an image that has none of its own: what random documents ask for, in every type.
const CONTEXTS: &str = include_str!("contexts.json");

thread_local! {
    static DOCUMENTS: OnceCell<BoxedStrategy<(Value, Vec<Request>)>> = const { OnceCell::new() };
}

/// An image, as it comes or as what damage made of a document's.
pub fn image(input: &[u8]) {
    match input.split_first() {
        Some((b'i', image)) => taken(image, &anybody()),
        Some((b'r', text)) => {
            let border = BORDER.as_bytes();
            let end = text.windows(border.len()).position(|window| window == border).unwrap_or(text.len());
            let damage = text.get(end + border.len()..).unwrap_or_default();
            let Some(checked) = read(&text[..end], Cap::Publisher).checked else { return };
            of_document(compile(&checked).to_image(&DIGEST), &anybody(), damage);
        }
        Some((_, bytes)) => {
            let (seed, damage) = bytes.split_at(bytes.len().min(SEED));
            let documents = |cell: &OnceCell<_>| made(cell.get_or_init(|| document_and_requests().boxed()), seed);
            let Some((document, requests)) = DOCUMENTS.with(documents) else { return };
            let checked = read(document.to_string().as_bytes(), Cap::Publisher).checked.expect("a random document passes its checks");
            let image = compile(&checked).to_image(&DIGEST);
            let (ruleset, _) = Ruleset::from_image(&image).unwrap();
            let mut asked = Vec::new();
            for Request { flag, context, now_ms } in requests {
                let (bound, now) = (Context::from_json(Json::from(context.clone())).unwrap(), Timestamp(now_ms));
                assert_eq!(ruleset.evaluate(&flag, &bound, now).to_json(), expected(&document, &flag, &context, now_ms), "{document}");
                asked.push((bound, now));
            }
            of_document(image, &asked, damage);
        }
        None => {}
    }
}

fn anybody() -> Vec<(Context, Timestamp)> {
    let Ok(Json::Array(contexts)) = Json::parse(CONTEXTS.as_bytes()) else { panic!("the contexts are no list") };
    contexts.into_iter().map(|context| Context::from_json(context).unwrap()).zip(TIMES.map(Timestamp)).collect()
}

/// The image of a document as it is, and damaged.
fn of_document(mut image: Vec<u8>, asked: &[(Context, Timestamp)], damage: &[u8]) {
    assert!(Ruleset::from_image(&image).is_ok(), "what compile wrote is refused");
    taken(&image, asked);
    let mut damage = Cursor::new(damage);
    for _ in 0..DAMAGES {
        if damage.is_empty() {
            break;
        }
        spoil(&mut image, &mut damage);
    }
    taken(&image, asked);
}

/// Damages one place: mostly a word, which becomes one that stands elsewhere, as an index of another thing would.
fn spoil(image: &mut Vec<u8>, damage: &mut Cursor<'_>) {
    let words = (image.len() - HEAD) / 4;
    if words == 0 {
        return;
    }
    let kind = damage.byte();
    let mut place = || HEAD + 4 * damage.below(words);
    let (to, from) = (place(), place());
    let word = |image: &[u8], at: usize| u32::from_le_bytes([image[at], image[at + 1], image[at + 2], image[at + 3]]);
    let (old, other) = (word(image, to), word(image, from));
    let detail = damage.byte();
    let new = match kind % 10 {
        0 => other,
        1 => old.wrapping_add(1),
        2 => old.wrapping_sub(1),
        3 => u32::from(detail),
        4 => u32::MAX - u32::from(detail),
        5 => old ^ 1 << (detail % 32),
        6 => old.wrapping_add(u32::from(detail) << 8),
        7 => {
            image[from..from + 4].copy_from_slice(&old.to_le_bytes());
            other
        }
        8 => {
            let len = (usize::from(detail) % 64).min(image.len() - from.max(to));
            image.copy_within(from..from + len, to);
            return;
        }
        _ => {
            image.truncate(image.len() - usize::from(detail).min(image.len() - HEAD));
            return;
        }
    };
    image[to..to + 4].copy_from_slice(&new.to_le_bytes());
}

/// What is refused is refused soon; what is taken can be asked everything.
fn taken(image: &[u8], asked: &[(Context, Timestamp)]) {
    let Ok((ruleset, document)) = soon("reading", || Ruleset::from_image(image)) else { return };
    assert_eq!(ruleset.to_image(&document), image, "it is written as another");
    for (context, now) in asked {
        answers(&ruleset, context, *now);
        let next = soon("the next change", || ruleset.next_change(*now));
        assert!(next.is_none_or(|next| next > *now), "{next:?} does not come after {now:?}");
    }
}

fn answers(ruleset: &Ruleset, context: &Context, now: Timestamp) {
    let bound = soon("binding", || ruleset.bind(context));
    let mut all = ruleset.evaluate_all(Audience::Server, context, now);
    let mut text = String::new();
    while let Some(answer) = soon("one of all", || all.next()) {
        // An image may name a flag twice: who asks for it by name gets one of them.
        let alone = soon("evaluating", || bound.evaluate(answer.flag, now));
        assert_eq!(alone.flag, answer.flag);
        for answer in [answer, alone] {
            text.clear();
            soon("writing", || answer.write_canonical("flag", &mut text));
            assert!(text.starts_with('{') && text.ends_with('}'), "{text}");
            soon("as JSON", || answer.to_json());
        }
    }
    let public = bound.evaluate_all(Audience::Page, now).count();
    assert!(public <= bound.evaluate_all(Audience::Server, now).count());
}

/// Does it, which must not take long. Only time on the processor counts: a fuzzer runs when nobody else wants to.
fn soon<T>(what: &str, call: impl FnOnce() -> T) -> T {
    let before = used();
    let done = call();
    let took = used().zip(before).map_or(Duration::ZERO, |(after, before)| after.saturating_sub(before));
    assert!(took < SOON, "{what} took {took:?}");
    done
}

/// What this thread has had of the processor, where the system tells.
fn used() -> Option<Duration> {
    let text = fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(Duration::from_nanos(text.split(' ').next()?.parse().ok()?))
}
