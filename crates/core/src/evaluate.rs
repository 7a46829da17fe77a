//! Answers: what a flag is for a context at a time, and why.

pub(crate) mod attribute;
#[cfg(feature = "document")]
pub(crate) mod bind;
mod bounds;
#[cfg(feature = "document")]
mod json;
mod next_change;
pub(crate) mod run;
pub mod slots;
pub(crate) mod text;
pub(crate) mod trace;

use alloc::string::String;

use crate::image::part::Span;
use crate::image::{Image, row};
use crate::time::Timestamp;

pub use run::Cause;
use run::{Given, Outcome, Run};
use slots::Slots;
use text::write_string;

/// OpenFeature's reasons.
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
    pub fn as_str(self) -> &'static str {
        match self {
            ErrorCode::FlagNotFound => "FLAG_NOT_FOUND",
            ErrorCode::TargetingKeyMissing => "TARGETING_KEY_MISSING",
        }
    }
}

/// Which flags [`crate::Ruleset::evaluate_all`] answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// A server: all of them.
    Server,
    /// A page: the public ones.
    Page,
}

/// What decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail<'r> {
    /// Nothing in particular.
    None,
    /// A rule, by id.
    Rule(&'r str),
    /// A stage of a release.
    Release {
        /// The release's key.
        release: &'r str,
        /// The stage's name.
        stage: &'r str,
    },
    /// A required flag that did not have one of the variants it must have.
    BlockedBy(&'r str),
}

/// The answer for one flag. It borrows from the ruleset and owns nothing: making one allocates nothing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Evaluation<'r> {
    /// The flag's key.
    pub flag: &'r str,
    /// The variant; none: the application's own default.
    pub variant: Option<&'r str>,
    /// The variant's value, as canonical JSON.
    pub value: Option<&'r str>,
    /// Why.
    pub reason: Reason,
    /// What went wrong, with [`Reason::Error`].
    pub error: Option<ErrorCode>,
    /// The flag's own metadata.
    pub metadata: Metadata<'r>,
    /// What decided; goes over the metadata.
    pub detail: Detail<'r>,
}

/// A flag's own metadata: names and values, as canonical JSON, in the order of the names.
#[derive(Clone, Copy, Debug, Default)]
pub struct Metadata<'r> {
    image: Image<'r>,
    entries: Span,
}

impl<'r> Metadata<'r> {
    /// Each name and its value.
    pub fn iter(&self) -> impl Iterator<Item = (&'r str, &'r str)> + use<'r> {
        let image = self.image;
        image.rows(self.entries).map(move |row::Entry { key, value }| (image.str(key), image.str(value)))
    }
}

impl PartialEq for Metadata<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl<'i> Image<'i> {
    /// The answer of the flag of that index.
    pub fn evaluate(&self, flag: u32, slots: Slots<'_>, now: Timestamp) -> Evaluation<'i> {
        self.evaluate_called(self.key(flag), flag, slots, now)
    }

    /// The same, told of a flag of that key.
    pub(crate) fn evaluate_called(&self, key: &'i str, flag: u32, slots: Slots<'_>, now: Timestamp) -> Evaluation<'i> {
        told(self, key, flag, self.outcome(flag, slots, now))
    }

    /// The same answer in one number: the reason in its lowest four bits, as the place of its word among `STATIC`, `DEFAULT`,
    /// `TARGETING_MATCH`, `SPLIT` and `DISABLED`, or 5 for `FLAG_NOT_FOUND` and 6 for `TARGETING_KEY_MISSING`; above them the variant
    /// and 1, or 0 for the application's own default. And what decided.
    pub fn decide(&self, flag: u32, slots: Slots<'_>, now: Timestamp) -> (u32, Cause) {
        match self.outcome(flag, slots, now) {
            Ok(Outcome { variant, reason, cause }) => (variant.map_or(0, |variant| variant.wrapping_add(1) << 4) | reason as u32, cause),
            Err(ErrorCode::FlagNotFound) => (5, Cause::None),
            Err(ErrorCode::TargetingKeyMissing) => (6, Cause::None),
        }
    }

    /// What decided, in words: a rule's id, or a release's key and a stage's name, or a flag's key.
    pub fn names(&self, cause: Cause) -> [&'i str; 2] {
        match cause {
            Cause::None => ["", ""],
            Cause::Rule(rule) => [self.row(rule).map_or("", |rule: row::Rule| self.str(rule.id)), ""],
            Cause::Stage(release, stage) => [
                self.row(release).map_or("", |release: row::Release| self.str(release.key)),
                self.row(stage).map_or("", |stage: row::Stage| self.str(stage.name)),
            ],
            Cause::BlockedBy(flag) => [self.key(flag), ""],
        }
    }

    /// A flag's own metadata: its first entry, and how many there are.
    pub fn metadata(&self, flag: u32) -> (u32, u32) {
        self.row(flag).map_or((0, 0), |card: row::Card| (card.metadata.start, card.metadata.len))
    }

    /// An entry's name, and its value as canonical JSON.
    pub fn entry(&self, entry: u32) -> (&'i str, &'i str) {
        self.row(entry).map_or(("", ""), |entry: row::Entry| (self.str(entry.key), self.str(entry.value)))
    }

    fn outcome(&self, flag: u32, slots: Slots<'_>, now: Timestamp) -> Result<Outcome, ErrorCode> {
        Run::new(&Given { image: *self, slots }, trace::Silent).flag(flag, now)
    }
}

/// An outcome in words, for a flag of that key.
pub(crate) fn told<'r>(image: &Image<'r>, key: &'r str, index: u32, outcome: Result<Outcome, ErrorCode>) -> Evaluation<'r> {
    let Outcome { variant, reason, cause } = match outcome {
        Err(code) => return Evaluation::failed(key, code),
        Ok(outcome) => outcome,
    };
    let variant = variant.and_then(|variant| image.hot(variant)).map(|row: row::Variant| (image.str(row.name), image.str(row.value)));
    let detail = match cause {
        Cause::None => Detail::None,
        Cause::Rule(_) => Detail::Rule(image.names(cause)[0]),
        Cause::Stage(..) => {
            let [release, stage] = image.names(cause);
            Detail::Release { release, stage }
        }
        Cause::BlockedBy(flag) => Detail::BlockedBy(image.key(flag)),
    };
    Evaluation {
        flag: key,
        variant: variant.map(|(name, _)| name),
        value: variant.map(|(_, value)| value),
        reason,
        error: None,
        metadata: Metadata { image: *image, entries: image.hot(index).map_or(Span::default(), |card: row::Card| card.metadata) },
        detail,
    }
}

impl<'r> Evaluation<'r> {
    pub(crate) fn not_found(flag: &'r str) -> Evaluation<'r> {
        Evaluation::failed(flag, ErrorCode::FlagNotFound)
    }

    fn failed(flag: &'r str, code: ErrorCode) -> Evaluation<'r> {
        Evaluation {
            flag,
            variant: None,
            value: None,
            reason: Reason::Error,
            error: Some(code),
            metadata: Metadata::default(),
            detail: Detail::None,
        }
    }

    /// Writes the same text as [`Evaluation::to_json`]'s, with another name for `flag`, without making JSON of it first.
    ///
    /// ```
    /// # use halyard_core::{check::Cap, compile, read, Context, Timestamp};
    /// # let ruleset = compile(&read(br#"{"format": 1}"#, Cap::Reader).checked.unwrap());
    /// let answer = ruleset.evaluate("ghost", &Context::default(), Timestamp(0));
    /// let mut text = String::new();
    /// answer.write_canonical("key", &mut text);
    /// assert_eq!(text, r#"{"errorCode":"FLAG_NOT_FOUND","key":"ghost","reason":"ERROR"}"#);
    /// ```
    pub fn write_canonical(&self, name: &str, out: &mut String) {
        out.push('{');
        if let Some(error) = self.error {
            out.push_str("\"errorCode\":\"");
            out.push_str(error.as_str());
            out.push_str("\",");
        }
        out.push('"');
        out.push_str(name);
        out.push_str("\":");
        write_string(self.flag, out);
        self.write_metadata(out);
        out.push_str(",\"reason\":\"");
        out.push_str(self.reason.as_str());
        out.push('"');
        if let Some(value) = self.value {
            out.push_str(",\"value\":");
            out.push_str(value);
        }
        if let Some(variant) = self.variant {
            out.push_str(",\"variant\":");
            write_string(variant, out);
        }
        out.push('}');
    }

    /// The metadata: both lists are in order, and what decided goes over the flag's own.
    fn write_metadata(&self, out: &mut String) {
        let start = out.len();
        let mut decided = self.detail.entries().into_iter().flatten().peekable();
        let mut put = |key: &str, write: &mut dyn FnMut(&mut String)| {
            out.push_str(if out.len() == start { ",\"metadata\":{" } else { "," });
            write_string(key, out);
            out.push(':');
            write(out);
        };
        for (key, value) in self.metadata.iter() {
            while let Some((over, text)) = decided.next_if(|(over, _)| before(over, key)) {
                put(over, &mut |out| write_string(text, out));
            }
            match decided.next_if(|(over, _)| *over == key) {
                Some((_, text)) => put(key, &mut |out| write_string(text, out)),
                None => put(key, &mut |out| out.push_str(value)),
            }
        }
        for (over, text) in decided {
            put(over, &mut |out| write_string(text, out));
        }
        if out.len() != start {
            out.push('}');
        }
    }
}

impl<'r> Detail<'r> {
    /// What it adds to the metadata, in order.
    fn entries(self) -> [Option<(&'static str, &'r str)>; 2] {
        match self {
            Detail::None => [None, None],
            Detail::Rule(rule) => [Some(("rule", rule)), None],
            Detail::Release { release, stage } => [Some(("release", release)), Some(("stage", stage))],
            Detail::BlockedBy(flag) => [Some(("blockedBy", flag)), None],
        }
    }
}

/// Canonical JSON's order of names: by their UTF-16 units.
fn before(a: &str, b: &str) -> bool {
    a.encode_utf16().lt(b.encode_utf16())
}
