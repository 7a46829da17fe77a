//! Answers in words: a flag's variant and value, why, and what is told beside them.

use crate::compile::Ruleset;
use crate::image::part::Span;
use crate::image::row;
use crate::time::Timestamp;

use super::outcome::Outcome;
use super::run::{Cause, Given};
use super::text::write_string;
use super::{ErrorCode, Reason};

/// Which flags [`crate::Ruleset::evaluate_all`] answers.
///
/// ```
/// # use halyard_core::{check::Cap, compile, read, Context, Timestamp};
/// use halyard_core::evaluate::Audience;
/// # let ruleset = compile(&read(br#"{"format": 1, "flags": {"new-cart": {
/// #     "purpose": "operational", "owner": "team-cart", "created": "2026-11-01", "variants": {"on": true, "off": false},
/// #     "metadata": {"page": "cart"}, "rules": [{"id": "dutch", "when": {"attribute": "country", "is": ["NL"]}, "serve": "on"}],
/// #     "otherwise": "off"}}}"#, Cap::Reader).checked.unwrap());
/// let told = |audience| ruleset.evaluate_all(audience, &Context::default(), Timestamp(0)).count();
/// assert_eq!((told(Audience::Server), told(Audience::Page)), (1, 0), "a flag is private unless it says that it is not");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// A server: all of them.
    Server,
    /// A page: the public ones.
    Page,
}

/// What decided.
///
/// ```
/// # use halyard_core::{check::Cap, compile, read, Context, Timestamp};
/// use halyard_core::evaluate::Detail;
/// # let ruleset = compile(&read(br#"{"format": 1, "flags": {"new-cart": {
/// #     "purpose": "operational", "owner": "team-cart", "created": "2026-11-01", "variants": {"on": true, "off": false},
/// #     "metadata": {"page": "cart"}, "rules": [{"id": "dutch", "when": {"attribute": "country", "is": ["NL"]}, "serve": "on"}],
/// #     "otherwise": "off"}}}"#, Cap::Reader).checked.unwrap());
/// let context = Context::parse(br#"{"country": "NL"}"#).unwrap();
/// assert_eq!(ruleset.evaluate("new-cart", &context, Timestamp(0)).detail, Detail::Rule("dutch"));
/// ```
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
///
/// ```
/// # use halyard_core::{check::Cap, compile, read, Context, Timestamp};
/// use halyard_core::Evaluation;
/// # let ruleset = compile(&read(br#"{"format": 1, "flags": {"new-cart": {
/// #     "purpose": "operational", "owner": "team-cart", "created": "2026-11-01", "variants": {"on": true, "off": false},
/// #     "metadata": {"page": "cart"}, "rules": [{"id": "dutch", "when": {"attribute": "country", "is": ["NL"]}, "serve": "on"}],
/// #     "otherwise": "off"}}}"#, Cap::Reader).checked.unwrap());
/// let context = Context::parse(br#"{"country": "NL"}"#).unwrap();
/// let answer: Evaluation<'_> = ruleset.evaluate("new-cart", &context, Timestamp(0));
/// assert_eq!((answer.variant, answer.value), (Some("on"), Some("true")));
/// assert_eq!((answer.reason.as_str(), answer.error), ("TARGETING_MATCH", None));
/// ```
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
///
/// ```
/// # use halyard_core::{check::Cap, compile, read, Context, Timestamp};
/// use halyard_core::evaluate::Metadata;
/// # let ruleset = compile(&read(br#"{"format": 1, "flags": {"new-cart": {
/// #     "purpose": "operational", "owner": "team-cart", "created": "2026-11-01", "variants": {"on": true, "off": false},
/// #     "metadata": {"page": "cart"}, "rules": [{"id": "dutch", "when": {"attribute": "country", "is": ["NL"]}, "serve": "on"}],
/// #     "otherwise": "off"}}}"#, Cap::Reader).checked.unwrap());
/// assert_ne!(ruleset.evaluate("new-cart", &Context::default(), Timestamp(0)).metadata, Metadata::default());
/// assert_eq!(ruleset.evaluate("ghost", &Context::default(), Timestamp(0)).metadata, Metadata::default(), "none");
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Metadata<'r> {
    flag: Option<(&'r Ruleset, u32)>,
}

impl<'r> Metadata<'r> {
    /// Each name and its value.
    ///
    /// ```
    /// # use halyard_core::{check::Cap, compile, read, Context, Timestamp};
    /// # let ruleset = compile(&read(br#"{"format": 1, "flags": {"new-cart": {
    /// #     "purpose": "operational", "owner": "team-cart", "created": "2026-11-01", "variants": {"on": true, "off": false},
    /// #     "metadata": {"page": "cart"}, "rules": [{"id": "dutch", "when": {"attribute": "country", "is": ["NL"]}, "serve": "on"}],
    /// #     "otherwise": "off"}}}"#, Cap::Reader).checked.unwrap());
    /// let answer = ruleset.evaluate("new-cart", &Context::default(), Timestamp(0));
    /// assert_eq!(answer.metadata.iter().collect::<Vec<_>>(), [("page", r#""cart""#)]);
    /// ```
    pub fn iter(&self) -> impl Iterator<Item = (&'r str, &'r str)> + use<'r> {
        let rows = |(ruleset, flag): (&'r Ruleset, u32)| {
            let card: Option<row::Card> = ruleset.image().row(flag);
            let entries = ruleset.image().rows(card.map_or(Span::default(), |card| card.metadata));
            entries.map(|row::Entry { key, value }| (ruleset.str(key), ruleset.str(value)))
        };
        self.flag.map(rows).into_iter().flatten()
    }
}

impl PartialEq for Metadata<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Ruleset {
    /// The answer of a flag of that key, for a context that is bound.
    #[inline(always)]
    pub(crate) fn answer<'r>(&'r self, key: &'r str, flag: u32, given: &Given<'r, '_>, now: Timestamp) -> Evaluation<'r> {
        self.told(key, flag, given.outcome(flag, now))
    }

    /// An outcome in words, for a flag of that key.
    ///
    /// Written out where it is asked for: whoever looks at the variant alone pays for no more.
    #[inline(always)]
    pub(crate) fn told<'r>(&'r self, key: &'r str, flag: u32, (outcome, cause): (Outcome, Cause)) -> Evaluation<'r> {
        let image = self.image();
        let reason = match outcome.reason() {
            Err(code) => return Evaluation::failed(key, code),
            Ok(reason) => reason,
        };
        let variant =
            outcome.variant().and_then(|variant| image.hot(variant)).map(|row: row::Variant| (self.str(row.name), self.str(row.value)));
        let detail = match cause {
            Cause::None => Detail::None,
            Cause::Rule(rule) => Detail::Rule(image.row(rule).map_or("", |rule: row::Rule| self.str(rule.id))),
            Cause::Stage(release, stage) => Detail::Release {
                release: image.row(release).map_or("", |release: row::Release| self.str(release.key)),
                stage: image.row(stage).map_or("", |stage: row::Stage| self.str(stage.name)),
            },
            Cause::BlockedBy(flag) => Detail::BlockedBy(self.key(flag)),
        };
        Evaluation {
            flag: key,
            variant: variant.map(|(name, _)| name),
            value: variant.map(|(_, value)| value),
            reason,
            error: None,
            metadata: Metadata { flag: Some((self, flag)) },
            detail,
        }
    }

    /// A flag's key.
    pub(crate) fn key(&self, flag: u32) -> &str {
        self.image().row(flag).map_or("", |card: row::Card| self.str(card.key))
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
    pub(super) fn entries(self) -> [Option<(&'static str, &'r str)>; 2] {
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
