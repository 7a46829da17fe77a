//! From a checked document to the image that is evaluated.

mod builder;
mod changes;
mod lower;
#[cfg(test)]
mod tests;

use crate::check::Checked;
use crate::context::{Context, Value};
use crate::evaluate::bind::Binding;
use crate::evaluate::run::Given;
use crate::evaluate::{Audience, Evaluation};
use crate::image::Image;
use crate::time::Timestamp;

/// A compiled document: what is evaluated.
///
/// It holds nothing of the document itself, but a flat image of what decides: flags are found by their hash, texts are kept once
/// and named by their place, patterns, versions, networks and times are read already.
///
/// ```
/// use halyard_core::{Context, Ruleset, Timestamp, check::Cap, compile, read};
/// let ruleset: Ruleset = compile(&read(br#"{"format": 1, "flags": {"dark-mode": {
///     "purpose": "operational", "owner": "team-shop", "created": "2026-11-01", "variants": {"on": true, "off": false},
///     "otherwise": "on"}}}"#, Cap::Reader).checked.unwrap());
/// assert_eq!(ruleset.evaluate("dark-mode", &Context::default(), Timestamp(0)).variant, Some("on"));
/// ```
#[derive(Clone, Debug)]
pub struct Ruleset {
    pub(crate) words: Vec<u32>,
    pub(crate) text: String,
    pub(crate) lists: Vec<u8>,
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
    let (words, text, lists) = builder::build(document);
    Ruleset { words, text, lists }
}

impl Ruleset {
    #[inline]
    pub(crate) fn image(&self) -> Image<'_> {
        Image::new(&self.words, self.text.as_bytes(), &self.lists)
    }

    /// A text of the image.
    #[inline]
    pub(crate) fn str(&self, text: u32) -> &str {
        self.text.get(self.image().text_at(text)).unwrap_or_default()
    }

    /// Binds a context: what the document asks of it is looked up once, however many flags are evaluated for it then.
    ///
    /// ```
    /// # use halyard_core::{check::Cap, compile, read, Context, Timestamp};
    /// let report = read(br#"{"format": 1, "flags": {"new-cart": {
    ///     "purpose": "operational", "owner": "team-cart", "created": "2026-11-01", "variants": {"on": true, "off": false},
    ///     "rules": [{"id": "dutch", "when": {"attribute": "country", "is": ["NL"]}, "serve": "on"}]}}}"#, Cap::Reader);
    /// let ruleset = compile(&report.checked.unwrap());
    /// let bound = ruleset.bind(&Context::parse(br#"{"country": "NL"}"#).unwrap());
    /// assert_eq!(bound.evaluate("new-cart", Timestamp(0)).variant, Some("on"));
    /// ```
    pub fn bind(&self, context: &Context) -> Bound<'_> {
        Bound { ruleset: self, binding: Binding::new(self.image(), context.values()) }
    }

    /// Binds attributes as they lie, each name once: nothing of them is copied into a [`Context`] before.
    ///
    /// ```
    /// # use halyard_core::{check::Cap, compile, context::Value, read, Timestamp};
    /// # let report = read(br#"{"format": 1, "flags": {"new-cart": {
    /// #     "purpose": "operational", "owner": "team-cart", "created": "2026-11-01", "variants": {"on": true, "off": false},
    /// #     "rules": [{"id": "large", "when": {"attribute": "seats", "atLeast": 50}, "serve": "on"}]}}}"#, Cap::Reader);
    /// # let ruleset = compile(&report.checked.unwrap());
    /// let bound = ruleset.bind_values([("targetingKey", Value::Text("u1")), ("seats", Value::Number(60.0))]);
    /// assert_eq!(bound.evaluate("new-cart", Timestamp(0)).variant, Some("on"));
    /// ```
    pub fn bind_values<'c>(&self, attributes: impl IntoIterator<Item = (&'c str, Value<'c>)>) -> Bound<'_> {
        Bound { ruleset: self, binding: Binding::new(self.image(), attributes.into_iter()) }
    }

    /// Evaluates one flag for a context, at a time. Of several flags for one context, [`Ruleset::bind`] is quicker.
    ///
    /// ```
    /// # use halyard_core::{check::Cap, compile, read, Context, Timestamp};
    /// use halyard_core::{ErrorCode, Reason};
    /// # let ruleset = compile(&read(br#"{"format": 1}"#, Cap::Reader).checked.unwrap());
    /// let answer = ruleset.evaluate("ghost", &Context::default(), Timestamp(0));
    /// assert_eq!((answer.reason, answer.error), (Reason::Error, Some(ErrorCode::FlagNotFound)));
    /// ```
    pub fn evaluate<'r>(&'r self, flag: &'r str, context: &Context, now: Timestamp) -> Evaluation<'r> {
        self.bind(context).evaluate(flag, now)
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
    pub fn evaluate_all(&self, audience: Audience, context: &Context, now: Timestamp) -> impl Iterator<Item = Evaluation<'_>> {
        let image = self.image();
        let binding = Binding::new(image, context.values());
        flags_for(image, audience).map(move |flag| self.answer(self.key(flag), flag, &Given::new(image, binding.slots()), now))
    }

    /// Whether `flag` is there and may be sent to pages.
    ///
    /// ```
    /// # use halyard_core::{check::Cap, compile, read};
    /// let ruleset = compile(&read(br#"{"format": 1, "flags": {
    ///     "a": {"purpose": "operational", "owner": "o", "created": "2026-11-01", "variants": {"on": true}},
    ///     "b": {"purpose": "operational", "owner": "o", "created": "2026-11-01", "variants": {"on": true}, "visibility": "public"}}}"#,
    ///     Cap::Reader).checked.unwrap());
    /// assert_eq!(["a", "b", "ghost"].map(|flag| ruleset.is_public(flag)), [false, true, false]);
    /// ```
    pub fn is_public(&self, flag: &str) -> bool {
        let image = self.image();
        image.flag(flag.as_bytes()).is_some_and(|flag| image.is_public(flag))
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
        self.image().next_change(now)
    }
}

/// A context that is bound to a ruleset. Evaluating for it allocates nothing.
///
/// ```
/// use halyard_core::{Context, Timestamp, check::Cap, compile, read};
/// let ruleset = compile(&read(br#"{"format": 1, "flags": {
///     "a": {"purpose": "operational", "owner": "o", "created": "2026-11-01", "variants": {"on": true}, "otherwise": "on"},
///     "b": {"purpose": "operational", "owner": "o", "created": "2026-11-01", "variants": {"on": true}}}}"#, Cap::Reader).checked.unwrap());
/// let bound = ruleset.bind(&Context::default());
/// assert_eq!(["a", "b"].map(|flag| bound.evaluate(flag, Timestamp(0)).variant), [Some("on"), None]);
/// ```
#[derive(Clone, Debug)]
pub struct Bound<'r> {
    ruleset: &'r Ruleset,
    binding: Binding,
}

impl<'r> Bound<'r> {
    /// Evaluates one flag, at a time.
    ///
    /// ```
    /// # use halyard_core::{check::Cap, compile, read, Context, Reason, Timestamp};
    /// # let ruleset = compile(&read(br#"{"format": 1}"#, Cap::Reader).checked.unwrap());
    /// let bound = ruleset.bind(&Context::default());
    /// assert_eq!(bound.evaluate("ghost", Timestamp(0)).reason, Reason::Error);
    /// ```
    #[inline(always)]
    pub fn evaluate(&self, flag: &'r str, now: Timestamp) -> Evaluation<'r> {
        let given = self.given();
        match given.image.flag(flag.as_bytes()) {
            Some(index) => self.ruleset.answer(flag, index, &given, now),
            None => Evaluation::not_found(flag),
        }
    }

    /// Evaluates every flag (or only the public ones), in the order of their keys' bytes.
    ///
    /// ```
    /// # use halyard_core::{check::Cap, compile, read, Context, Timestamp};
    /// use halyard_core::evaluate::Audience;
    /// # let ruleset = compile(&read(br#"{"format": 1}"#, Cap::Reader).checked.unwrap());
    /// let bound = ruleset.bind(&Context::default());
    /// assert_eq!(bound.evaluate_all(Audience::Server, Timestamp(0)).count(), 0);
    /// ```
    pub fn evaluate_all(&self, audience: Audience, now: Timestamp) -> impl Iterator<Item = Evaluation<'r>> {
        let (ruleset, given) = (self.ruleset, self.given());
        flags_for(given.image, audience).map(move |flag| ruleset.answer(ruleset.key(flag), flag, &given, now))
    }

    #[inline]
    fn given(&self) -> Given<'r, '_> {
        Given::new(self.ruleset.image(), self.binding.slots())
    }
}

/// The flags that somebody may be told about.
fn flags_for(image: Image<'_>, audience: Audience) -> impl Iterator<Item = u32> {
    (0..image.flags()).filter(move |flag| audience == Audience::Server || image.is_public(*flag))
}
