//! From a checked document to index-based tables that are evaluated.

mod builder;
mod lower;
pub(crate) mod tables;

use crate::check::Checked;
use crate::context::Context;
use crate::evaluate::run::{self, Run};
use crate::evaluate::trace::Silent;
use crate::evaluate::{Audience, Evaluation, next_change};
use crate::time::Timestamp;

/// A compiled document: what is evaluated.
///
/// It holds nothing of the document itself: flags are found by binary search, texts are kept once and named by their place,
/// conditions lie in one row, patterns, versions, networks and times are read already.
#[derive(Clone, Debug)]
pub struct Ruleset {
    pub(crate) tables: tables::Tables,
}

/// Compiles a checked document. Cannot fail.
///
/// ```
/// use halyard_core::{check::Cap, compile, read, Context, Timestamp};
/// let report = read(br#"{"format": 1, "flags": {"new-cart": {
///     "purpose": "release", "owner": "team-cart", "created": "2026-11-01", "expires": "2027-01-31",
///     "variants": {"on": true, "off": false},
///     "rules": [{"id": "dutch", "when": {"attribute": "country", "is": ["NL"]}, "serve": "on"}],
///     "otherwise": "off"}}}"#, Cap::Reader);
/// let ruleset = compile(&report.checked.unwrap());
/// let context = Context::parse(br#"{"targetingKey": "u1", "country": "NL"}"#).unwrap();
/// let answer = ruleset.evaluate("new-cart", &context, Timestamp(0));
/// assert_eq!(
///     answer.to_json().canonical(),
///     r#"{"flag":"new-cart","metadata":{"rule":"dutch"},"reason":"TARGETING_MATCH","value":true,"variant":"on"}"#
/// );
/// ```
pub fn compile(document: &Checked) -> Ruleset {
    Ruleset { tables: builder::build(document) }
}

impl Ruleset {
    /// Evaluates one flag for a context, at a time.
    ///
    /// It allocates nothing, but for two things that a condition may ask for: a pattern's first use makes room for its matcher,
    /// which is kept, and `ignoreCase` copies a text with a capital sigma (Σ).
    ///
    /// ```
    /// # use halyard_core::{check::Cap, compile, read, Context, Timestamp};
    /// use halyard_core::{ErrorCode, Reason};
    /// # let ruleset = compile(&read(br#"{"format": 1}"#, Cap::Reader).checked.unwrap());
    /// let answer = ruleset.evaluate("ghost", &Context::default(), Timestamp(0));
    /// assert_eq!((answer.reason, answer.error), (Reason::Error, Some(ErrorCode::FlagNotFound)));
    /// ```
    pub fn evaluate<'r>(&'r self, flag: &'r str, context: &Context, now: Timestamp) -> Evaluation<'r> {
        run::evaluate(&mut Run::new(&self.tables, context, Silent), flag, now)
    }

    /// Evaluates every flag (or only the public ones), in the order of their keys' bytes.
    ///
    /// ```
    /// # use halyard_core::{check::Cap, compile, read, Context, Timestamp};
    /// use halyard_core::evaluate::Audience;
    /// # let ruleset = compile(&read(br#"{"format": 1, "flags": {
    /// #     "b": {"purpose": "operational", "owner": "o", "created": "2026-11-01", "variants": {"on": true}, "visibility": "public"},
    /// #     "a": {"purpose": "operational", "owner": "o", "created": "2026-11-01", "variants": {"on": true}}}}"#,
    /// #     Cap::Reader).checked.unwrap());
    /// let keys = |audience| ruleset.evaluate_all(audience, &Context::default(), Timestamp(0)).map(|answer| answer.flag).collect::<Vec<_>>();
    /// assert_eq!(keys(Audience::Server), ["a", "b"]);
    /// assert_eq!(keys(Audience::Page), ["b"]);
    /// ```
    pub fn evaluate_all<'r>(&'r self, audience: Audience, context: &Context, now: Timestamp) -> impl Iterator<Item = Evaluation<'r>> {
        let tables = &self.tables;
        let mut run = Run::new(tables, context, Silent);
        let flags = tables.flags.iter().filter(move |flag| flag.public || audience == Audience::Server);
        flags.map(move |flag| run::answer(&mut run, flag, now))
    }

    /// Whether `flag` is there and may be sent to pages.
    pub fn is_public(&self, flag: &str) -> bool {
        self.tables.flag(flag).is_some_and(|flag| flag.public)
    }

    /// The next instant after `now` at which the clock alone can change an answer; none: never.
    ///
    /// No answer changes before it. At it, one may: whether it does depends on the context.
    ///
    /// ```
    /// # use halyard_core::{check::Cap, compile, read, Timestamp};
    /// let report = read(br#"{"format": 1, "flags": {"sale": {
    ///     "purpose": "operational", "owner": "team-shop", "created": "2026-11-01", "variants": {"on": true, "off": false},
    ///     "rules": [{"id": "week", "when": {"all": [{"after": "2026-12-01T00:00:00Z"}, {"before": "2026-12-08T00:00:00Z"}]}, "serve": "on"}],
    ///     "otherwise": "off"}}}"#, Cap::Reader);
    /// let ruleset = compile(&report.checked.unwrap());
    /// let start = Timestamp::parse("2026-12-01T00:00:00Z").unwrap();
    /// assert_eq!(ruleset.next_change(Timestamp(0)), Some(start));
    /// assert_eq!(ruleset.next_change(start), Timestamp::parse("2026-12-08T00:00:00Z"));
    /// assert_eq!(ruleset.next_change(Timestamp::parse("2026-12-08T00:00:00Z").unwrap()), None);
    /// ```
    pub fn next_change(&self, now: Timestamp) -> Option<Timestamp> {
        next_change::next_change(&self.tables, now)
    }
}
