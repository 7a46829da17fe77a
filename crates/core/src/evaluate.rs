//! Answers: what a flag is for a context at a time, and why.

#[cfg(feature = "document")]
pub(crate) mod answer;
pub(crate) mod attribute;
#[cfg(feature = "document")]
pub(crate) mod bind;
mod bounds;
#[cfg(feature = "document")]
mod few;
#[cfg(feature = "document")]
mod json;
mod next_change;
pub(crate) mod outcome;
pub(crate) mod run;
pub mod slots;
#[cfg(test)]
mod tests;
#[cfg(feature = "document")]
pub(crate) mod text;
pub(crate) mod trace;

use crate::image::part::Span;
use crate::image::{Image, Section};
use crate::operators::bucket::EVERYONE;
use crate::time::Timestamp;

#[cfg(feature = "document")]
pub use answer::{Audience, Detail, Evaluation, Metadata};
use outcome::Outcome;
pub use run::Cause;
use run::{Given, Run, find_places};
use slots::Slots;

/// OpenFeature's reasons.
///
/// ```
/// # use halyard_core::{check::Cap, compile, read, Context, Timestamp};
/// use halyard_core::Reason;
/// # let ruleset = compile(&read(br#"{"format": 1, "flags": {"new-cart": {
/// #     "purpose": "operational", "owner": "team-cart", "created": "2026-11-01", "variants": {"on": true, "off": false},
/// #     "metadata": {"page": "cart"}, "rules": [{"id": "dutch", "when": {"attribute": "country", "is": ["NL"]}, "serve": "on"}],
/// #     "otherwise": "off"}}}"#, Cap::Reader).checked.unwrap());
/// let answer = ruleset.evaluate("new-cart", &Context::default(), Timestamp(0));
/// assert_eq!((answer.variant, answer.reason), (Some("off"), Reason::Default), "no rule holds");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "document", derive(serde::Serialize), serde(rename_all = "SCREAMING_SNAKE_CASE"))]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[expect(missing_docs, reason = "OpenFeature's words; docs/evaluation.md says when each applies")]
pub enum Reason {
    Static,
    Default,
    TargetingMatch,
    Split,
    Disabled,
    Error,
}

impl Reason {
    /// The word in answers: `STATIC`, `TARGETING_MATCH`, …
    ///
    /// ```
    /// use halyard_core::Reason;
    /// assert_eq!(Reason::TargetingMatch.as_str(), "TARGETING_MATCH");
    /// ```
    pub fn as_str(self) -> &'static str {
        match self {
            Reason::Static => "STATIC",
            Reason::Default => "DEFAULT",
            Reason::TargetingMatch => "TARGETING_MATCH",
            Reason::Split => "SPLIT",
            Reason::Disabled => "DISABLED",
            Reason::Error => "ERROR",
        }
    }
}

/// OpenFeature's error codes, as far as evaluating can give them.
///
/// ```
/// # use halyard_core::{check::Cap, compile, read, Context, Timestamp};
/// use halyard_core::ErrorCode;
/// # let ruleset = compile(&read(br#"{"format": 1}"#, Cap::Reader).checked.unwrap());
/// assert_eq!(ruleset.evaluate("ghost", &Context::default(), Timestamp(0)).error, Some(ErrorCode::FlagNotFound));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "document", derive(serde::Serialize), serde(rename_all = "SCREAMING_SNAKE_CASE"))]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[expect(missing_docs, reason = "OpenFeature's words; docs/evaluation.md says when each applies")]
pub enum ErrorCode {
    FlagNotFound,
    TargetingKeyMissing,
}

impl ErrorCode {
    /// The word in answers: `FLAG_NOT_FOUND` or `TARGETING_KEY_MISSING`.
    ///
    /// ```
    /// use halyard_core::ErrorCode;
    /// assert_eq!(ErrorCode::TargetingKeyMissing.as_str(), "TARGETING_KEY_MISSING");
    /// ```
    pub fn as_str(self) -> &'static str {
        match self {
            ErrorCode::FlagNotFound => "FLAG_NOT_FOUND",
            ErrorCode::TargetingKeyMissing => "TARGETING_KEY_MISSING",
        }
    }
}

impl Image<'_> {
    /// The answer of a flag that the image has, in one number: the reason in its lowest four bits, as the place of its word among
    /// `STATIC`, `DEFAULT`, `TARGETING_MATCH`, `SPLIT` and `DISABLED`, or 6 for `TARGETING_KEY_MISSING` (5, `FLAG_NOT_FOUND`, is for
    /// whoever looks flags up by their keys); above them the variant and 1, or 0 for the application's own default. And what decided.
    ///
    /// ```
    /// # use halyard_core::Timestamp;
    /// use halyard_core::evaluate::{Cause, slots::Slots};
    /// # use halyard_core::image::Image;
    /// # let (words, text, lists) = include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/image/example.rs"));
    /// let image = Image::new(&words, &text, &lists);
    /// // Without any attribute it is `DEFAULT`, 1, with the first variant by name, `off`.
    /// let first = 0;
    /// assert_eq!(image.decide(0, Slots::default(), Timestamp(0)), ((first + 1) << 4 | 1, Cause::None));
    /// ```
    #[inline]
    pub fn decide(self, flag: u32, slots: Slots<'_>, now: Timestamp) -> (u32, Cause) {
        let (Outcome(answer), cause) = Given::new(self, slots).outcome(flag, now);
        (answer, cause)
    }

    /// How many words of room [`Image::decide_all`] takes.
    ///
    /// ```
    /// # use halyard_core::image::Image;
    /// # let (words, text, lists) = include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/image/example.rs"));
    /// let image = Image::new(&words, &text, &lists);
    /// assert_eq!(image.room(), 1, "one flag, and no percentage");
    /// ```
    pub fn room(self) -> usize {
        self.flags() as usize + self.count(Section::Bucketings) as usize
    }

    /// The same number for each flag, as far as there is room. Where there is as much as [`Image::room`] says, the places that
    /// percentages and ramps ask for are worked out first, in one go: that takes less time than one by one.
    ///
    /// ```
    /// # use halyard_core::Timestamp;
    /// # use halyard_core::evaluate::slots::Slots;
    /// # use halyard_core::image::Image;
    /// # let (words, text, lists) = include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/image/example.rs"));
    /// let image = Image::new(&words, &text, &lists);
    /// let mut room = vec![0; image.room()];
    /// let answers = image.decide_all(Slots::default(), Timestamp(0), &mut room);
    /// assert_eq!(answers, [image.decide(0, Slots::default(), Timestamp(0)).0]);
    /// ```
    pub fn decide_all<'a>(self, slots: Slots<'_>, now: Timestamp, room: &'a mut [u32]) -> &'a [u32] {
        let (answers, places) = room.split_at_mut(room.len().min(self.flags() as usize));
        let mut given = Given::new(self, slots);
        let bucketings = Span { start: 0, len: self.count(Section::Bucketings) };
        if let Some(places) = places.get_mut(..bucketings.len as usize) {
            find_places(&given, bucketings, EVERYONE, places);
            given.places = places;
        }
        for (flag, answer) in (0..).zip(&mut *answers) {
            *answer = Run::new(&given, trace::Silent).flag(flag, now).0;
        }
        answers
    }
}

impl Given<'_, '_> {
    /// The answer of a flag, and what decided.
    #[inline(always)]
    fn outcome(&self, flag: u32, now: Timestamp) -> (Outcome, Cause) {
        let mut run = Run::new(self, trace::Silent);
        (run.flag(flag, now), run.cause)
    }
}
