//! A flag's answer, step by step as docs/evaluation.md has them. Deterministic, without allocation, generic over who listens.
//!
//! Recursion goes through flags, segments and nested conditions. `check` bounds each of the three chains (`limits`), so that their
//! product fits the smallest stack that we run on; what is done at a leaf is kept out of the recursive frames. An image that comes
//! from elsewhere may follow itself, so all of it is bounded (`evaluate::bounds`).

use core::slice;

use crate::evaluate::bounds::Bounds;
use crate::evaluate::outcome::Outcome;
use crate::evaluate::slots::Slots;
use crate::evaluate::trace::{Look, Note, Trace};
use crate::evaluate::{Reason, attribute};
use crate::image::Image;
use crate::image::Section;
use crate::image::node::kind;
use crate::image::part::{NONE, Span, some, time};
use crate::image::row::{Bucketing, Flag, FlagTest, Point, Release, Rule, Serve, Split, Stage, Weight};
use crate::operators::bucket::{self, Pieces};
use crate::time::Timestamp;

/// What conditions are judged by. It is passed on as a reference: it is too large to be copied at each step.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Given<'r, 'c> {
    pub(crate) image: Image<'r>,
    pub(crate) slots: Slots<'c>,
    /// The place among everyone under each of the image's `Bucketings`, or [`NONE`], if they are worked out; else there are none.
    pub(crate) places: &'c [u32],
}

impl<'r, 'c> Given<'r, 'c> {
    /// Places are worked out when they are asked for.
    #[inline]
    pub(crate) fn new(image: Image<'r>, slots: Slots<'c>) -> Given<'r, 'c> {
        Given { image, slots, places: &[] }
    }
}

/// One context's evaluation.
pub(crate) struct Run<'r, 'c, T> {
    given: &'c Given<'r, 'c>,
    pub(crate) trace: T,
    bounds: Bounds,
    /// What ended it, where a condition has no answer. (Kept here, so that a yes or no comes back in a register.)
    error: Outcome,
    /// What decided about the flag that was answered last.
    pub(crate) cause: Cause,
}

/// What decided, by its place in the image.
///
/// ```
/// # use halyard_core::Timestamp;
/// # use halyard_core::evaluate::slots::{Slots, kind, look_up};
/// use halyard_core::evaluate::Cause;
/// # use halyard_core::image::Image;
/// # let (words, text, lists) = include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/image/example.rs"));
/// let image = Image::new(&words, &text, &lists);
/// let mut slots = [[kind::TEXT, 0, 0, 2, 0, 0, 0]];
/// look_up(image, &mut slots, b"NL");
/// let december = Timestamp::parse("2026-12-01T00:00:00Z").unwrap();
/// assert_eq!(image.decide(0, Slots::new(&slots, b"NL"), december).1, Cause::Rule(0));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Cause {
    /// Nothing in particular.
    #[default]
    None,
    /// A rule.
    Rule(u32),
    /// A release, and one of its stages.
    Stage(u32, u32),
    /// A required flag that did not have one of the variants it must have.
    BlockedBy(u32),
}

impl<'r, 'c, T: Trace> Run<'r, 'c, T> {
    pub(crate) fn new(given: &'c Given<'r, 'c>, trace: T) -> Run<'r, 'c, T> {
        Run { given, trace, bounds: Bounds::new(), error: Outcome::FLAG_NOT_FOUND, cause: Cause::None }
    }

    /// The answer of a flag.
    #[inline(never)]
    pub(crate) fn flag(&mut self, index: u32, now: Timestamp) -> Outcome {
        let image = &self.given.image;
        let Some(flag) = image.hot::<Flag>(index) else { return Outcome::FLAG_NOT_FOUND };
        if !flag.enabled {
            self.trace.note(Note::Disabled(index));
            return self.decided(Cause::None, flag.off, Reason::Disabled);
        }
        for (place, test) in image.hot_rows::<FlagTest>(flag.requires).enumerate() {
            self.trace.open(Look::Requirement(index, place));
            let Some(held) = self.hot_answers(test, now) else { return self.error };
            self.trace.close(held, now);
            if !held {
                return self.decided(Cause::BlockedBy(test.flag), flag.off, Reason::Disabled);
            }
        }
        let rules = if self.bounds.go(flag.rules.len) { flag.rules } else { Span::default() };
        for (place, rule) in image.hot_rows::<Rule>(rules).enumerate() {
            self.trace.open(Look::Rule(index, place));
            let Some(held) = self.hot_condition(0, rule.when, now) else { return self.error };
            let served = if held { self.serve(rule.serve) } else { None };
            self.trace.close(held, now);
            if let Some((variant, is_split)) = served {
                let reason = if is_split || rule.buckets { Reason::Split } else { Reason::TargetingMatch };
                return self.decided(Cause::Rule(flag.rules.start + place as u32), Some(variant), reason);
            }
        }
        if let Some(index) = flag.release {
            let Some(stage) = self.stage(index, now) else { return self.error };
            if let Some((stage, buckets)) = stage {
                let reason = if buckets { Reason::Split } else { Reason::TargetingMatch };
                return self.decided(Cause::Stage(index, stage), flag.moved_to, reason);
            }
        }
        self.trace.note(Note::Otherwise(index));
        let plain = if flag.is_static { Reason::Static } else { Reason::Default };
        match flag.otherwise {
            Serve::Nothing => self.decided(Cause::None, None, Reason::Default),
            Serve::Variant(variant) => self.decided(Cause::None, Some(variant), plain),
            Serve::Split(split) => self.otherwise(split, flag.off),
        }
    }

    fn decided(&mut self, cause: Cause, variant: Option<u32>, reason: Reason) -> Outcome {
        self.cause = cause;
        Outcome::new(variant, reason)
    }

    /// The first opened stage whose audience holds, and whether that contains a percentage or a ramp.
    fn stage(&mut self, release: u32, clock: Timestamp) -> Option<Option<(u32, bool)>> {
        let Some(release) = self.given.image.hot::<Release>(release) else { return Some(None) };
        let now = release.now(clock);
        if release.hold.is_some_and(|hold| hold <= clock) {
            self.trace.note(Note::Held(release));
        }
        if !self.bounds.go(release.stages.len) {
            return Some(None);
        }
        for (place, stage) in self.given.image.hot_rows::<Stage>(release.stages).enumerate() {
            if !release.is_open(place, &stage, now) {
                self.trace.note(Note::Shut(release, place, clock));
                return Some(None);
            }
            self.trace.open(Look::Stage(release, place));
            let held = self.condition(stage.audience, now)?;
            self.trace.close(held, now);
            if held {
                return Some(Some((release.stages.start + place as u32, stage.buckets)));
            }
        }
        Some(None)
    }

    /// The answer of a flag that no rule has answered and that has a split for the others.
    #[inline(never)]
    fn otherwise(&mut self, split: u32, off: Option<u32>) -> Outcome {
        match self.split(split) {
            Some(variant) => self.decided(Cause::None, Some(variant), Reason::Split),
            None if self.goes_by_targeting_key(split) => Outcome::TARGETING_KEY_MISSING,
            None => self.decided(Cause::None, off, Reason::Default),
        }
    }

    fn goes_by_targeting_key(&self, split: u32) -> bool {
        let split: Option<Split> = self.given.image.row(split);
        split.and_then(|split| self.given.image.row(split.bucketing)).is_some_and(|bucketing: Bucketing| bucketing.by_targeting_key)
    }

    /// The variant that a `serve` gives and whether it is a split; none: a split whose attribute has no text.
    #[inline(always)]
    fn serve(&mut self, serve: Serve) -> Option<(u32, bool)> {
        match serve {
            Serve::Nothing => None,
            Serve::Variant(variant) => Some((variant, false)),
            Serve::Split(split) => Some((self.split(split)?, true)),
        }
    }

    /// The variant that a split gives; none where the attribute has no text.
    #[inline(always)]
    fn split(&mut self, split: u32) -> Option<u32> {
        some(self.split_or_none(split))
    }

    /// The same, or [`NONE`].
    #[inline(never)]
    fn split_or_none(&mut self, split: u32) -> u32 {
        let Some(split) = self.given.image.row::<Split>(split) else { return NONE };
        let place = place(self.given, split.bucketing, split.total);
        let variant = place.and_then(|place| {
            // They are few: looking through them is as quick as halving them.
            self.given.image.rows::<Weight>(split.weights).find(|weight| place < weight.below)?.variant
        });
        self.trace.note(Note::Split { place, total: split.total, variant });
        variant.unwrap_or(NONE)
    }

    /// Whether a flag has one of the variants that a row of `FlagTests` says.
    #[inline(never)]
    fn answers(&mut self, test: u32, now: Timestamp) -> Option<bool> {
        match self.given.image.hot(test) {
            Some(test) => self.hot_answers(test, now),
            None => Some(false),
        }
    }

    /// The same without a call.
    #[inline(always)]
    fn hot_answers(&mut self, FlagTest { flag, is }: FlagTest, now: Timestamp) -> Option<bool> {
        if !self.bounds.enter(1) {
            return Some(false);
        }
        let outcome = self.flag(flag, now);
        if outcome.is_error() {
            self.error = outcome;
            return None;
        }
        let variant = outcome.variant();
        self.bounds.leave();
        self.trace.answered(variant);
        Some(self.given.image.hot_stretch(Section::Named, is, 1).iter().any(|named| Some(*named) == variant))
    }

    /// Whether the only condition of what is being looked at holds; none: an error ends it.
    #[inline(never)]
    fn condition(&mut self, index: u32, now: Timestamp) -> Option<bool> {
        let Some(node) = self.given.image.node(index) else { return Some(false) };
        self.trace.open(Look::Condition(0, index));
        let held = self.holds(node, now)?;
        self.trace.close(held, now);
        Some(held)
    }

    /// The same of the how-manieth, where every nanosecond counts: the two that most conditions are take no call.
    #[inline(always)]
    fn hot_condition(&mut self, place: u32, index: u32, now: Timestamp) -> Option<bool> {
        let Some(node) = self.given.image.node(index) else { return Some(false) };
        self.trace.open(Look::Condition(place, index));
        let held = match *node {
            [kind::IS, attribute, list, _] => attribute::is(self.given, attribute, list),
            [kind::PERCENT, from, to, bucketing] => within(self.given, (from, to), bucketing),
            _ => self.holds(node, now)?,
        };
        self.trace.close(held, now);
        Some(held)
    }

    /// Whether a condition of any kind holds.
    #[inline(never)]
    fn holds(&mut self, node: &[u32; 4], now: Timestamp) -> Option<bool> {
        let [kind, a, b, c] = *node;
        let inner = Span { start: a, len: b };
        Some(match kind {
            ..=kind::SEGMENT => {
                // For "all" and "not", one that does not hold decides.
                let wanted = kind == kind::ANY || kind == kind::SEGMENT;
                let nodes = if kind <= kind::ANY { inner } else { Span { start: a, len: 1 } };
                self.finds(nodes, wanted, now)? != (kind == kind::ALL)
            }
            kind::FLAG => self.answers(a, now)?,
            kind::HAS_ALL => (b..b.saturating_add(c)).all(|list| attribute::is_any(self.given, a, list)),
            kind::IS => attribute::is_any(self.given, a, b),
            kind::PERCENT..=kind::LINEAR => {
                let share = match kind {
                    kind::PERCENT => (a, b),
                    _ => (0, ramp_share(&self.given.image, inner, kind == kind::LINEAR, now)),
                };
                within(self.given, share, c)
            }
            kind::AFTER => now >= time([a, b]),
            kind::BEFORE => now < time([a, b]),
            _ => attribute::holds(self.given, node),
        })
    }

    /// Whether any of these conditions comes out as `wanted`; stops at the first that does.
    ///
    /// Part of the caller's frame, of which a deep document has a thousand on the stack at once.
    #[inline(always)]
    fn finds(&mut self, nodes: Span, wanted: bool, now: Timestamp) -> Option<bool> {
        if !self.bounds.enter(nodes.len) {
            return Some(false);
        }
        let mut found = false;
        for place in 0..nodes.len {
            if self.hot_condition(place, nodes.start.wrapping_add(place), now)? == wanted {
                found = true;
                break;
            }
        }
        self.bounds.leave();
        Some(found)
    }
}

/// Whether a place is in a share. The whole holds for everyone, text or not.
#[inline(always)]
fn within(given: &Given<'_, '_>, (from, to): (u32, u32), bucketing: u32) -> bool {
    let place = || match given.places.get(bucketing as usize) {
        Some(place) => *place,
        None => place_or_none(given, bucketing, bucket::EVERYONE),
    };
    // (`NONE` is within no share: it is below nothing.)
    (from, to) == (0, bucket::EVERYONE) || (from..to).contains(&place())
}

/// The share that a ramp has reached, in thousandths of a percent: 0 before its first point.
#[inline(never)]
pub(crate) fn ramp_share(image: &Image<'_>, points: Span, linear: bool, now: Timestamp) -> u32 {
    let mut last: Option<Point> = None;
    for point in image.rows::<Point>(points) {
        if point.at > now {
            return match last {
                Some(last) if linear => bucket::between((last.at.0, last.share), (point.at.0, point.share), now.0),
                last => last.map_or(0, |last| last.share),
            };
        }
        last = Some(point);
    }
    last.map_or(0, |last| last.share)
}

/// The place among `total` of whoever asks; none where the attribute has no text, or where a `targetingKey` is empty.
#[inline(always)]
pub(crate) fn place(given: &Given<'_, '_>, bucketing: u32, total: u32) -> Option<u32> {
    some(place_or_none(given, bucketing, total))
}

/// The same, or [`NONE`].
#[cfg_attr(target_arch = "wasm32", inline(never))]
#[cfg_attr(not(target_arch = "wasm32"), inline(always))]
fn place_or_none(given: &Given<'_, '_>, bucketing: u32, total: u32) -> u32 {
    let mut place = NONE;
    find_places(given, Span { start: bucketing, len: 1 }, total, slice::from_mut(&mut place));
    place
}

/// Writes the place among `total` under each of these `Bucketings`, or [`NONE`].
#[cfg_attr(target_arch = "wasm32", inline(never))]
#[cfg_attr(not(target_arch = "wasm32"), inline(always))]
pub(crate) fn find_places(given: &Given<'_, '_>, bucketings: Span, total: u32, places: &mut [u32]) {
    // Most go by the same attribute: its text is looked up once.
    let mut last = (NONE, None);
    for (place, Bucketing { by, by_targeting_key, hash }) in places.iter_mut().zip(given.image.hot_rows(bucketings)) {
        if by != last.0 {
            last = (by, given.slots.text(by).map(Pieces::of));
        }
        *place = match last.1 {
            Some(text) if !by_targeting_key || !text.is_empty() => hash.place(text, total),
            _ => NONE,
        };
    }
}

impl Release {
    /// The time at which its stages and all that they ask are judged.
    pub(crate) fn now(&self, clock: Timestamp) -> Timestamp {
        self.hold.map_or(clock, |hold| hold.min(clock))
    }

    /// Whether a stage is open, given that those before it are.
    pub(crate) fn is_open(&self, place: usize, stage: &Stage, now: Timestamp) -> bool {
        place < self.by_hand as usize || (!stage.lacks && stage.starts_at.is_some_and(|at| at <= now))
    }
}
