//! A flag's answer, step by step as EVALUATION.md has them. Deterministic, without allocation, generic over who listens.
//!
//! Recursion goes through flags, segments and nested conditions. `check` bounds each of the three chains (`limits`), so that
//! their product fits the smallest stack that we run on; what is done at a leaf is kept out of the recursive frames.

use crate::compile::tables::{Bucketing, Flag, FlagTest, Node, Release, Serve, Split, Stage, Tables};
use crate::context::Context;
use crate::evaluate::trace::{At, Look, Note, Trace};
use crate::evaluate::{Detail, ErrorCode, Evaluation, Reason, attribute};
use crate::operators::{bucket, scalar};
use crate::time::Timestamp;

/// One context's evaluation.
pub(crate) struct Run<'r, 'c, T> {
    tables: &'r Tables,
    context: &'c Context,
    pub(crate) trace: T,
}

/// An answer without error.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Outcome<'r> {
    pub(crate) variant: Option<u32>,
    pub(crate) reason: Reason,
    pub(crate) detail: Detail<'r>,
}

/// Evaluates the flag of that key.
pub(crate) fn evaluate<'r, T: Trace<'r>>(run: &mut Run<'r, '_, T>, key: &'r str, now: Timestamp) -> Evaluation<'r> {
    match run.tables.flag(key) {
        Some(flag) => answer(run, flag, now),
        None => failed(key, ErrorCode::FlagNotFound),
    }
}

/// Evaluates a flag.
pub(crate) fn answer<'r, T: Trace<'r>>(run: &mut Run<'r, '_, T>, flag: &'r Flag, now: Timestamp) -> Evaluation<'r> {
    let tables = run.tables;
    let key = tables.text(flag.key);
    match run.flag(flag, now) {
        Err(code) => failed(key, code),
        Ok(Outcome { variant, reason, detail }) => {
            let variant = variant.and_then(|index| tables.variant(index));
            Evaluation {
                flag: key,
                variant: variant.map(|variant| tables.text(variant.name)),
                value: variant.map(|variant| &variant.value),
                reason,
                error: None,
                metadata: (!flag.metadata.is_empty()).then_some(&flag.metadata),
                detail,
            }
        }
    }
}

fn failed(flag: &str, code: ErrorCode) -> Evaluation<'_> {
    Evaluation { flag, variant: None, value: None, reason: Reason::Error, error: Some(code), metadata: None, detail: Detail::None }
}

impl<'r, 'c, T: Trace<'r>> Run<'r, 'c, T> {
    pub(crate) fn new(tables: &'r Tables, context: &'c Context, trace: T) -> Run<'r, 'c, T> {
        Run { tables, context, trace }
    }

    fn flag(&mut self, flag: &'r Flag, now: Timestamp) -> Result<Outcome<'r>, ErrorCode> {
        let tables = self.tables;
        if !flag.enabled {
            self.trace.note(Note::Disabled(flag));
            return Ok(Outcome { variant: flag.off, reason: Reason::Disabled, detail: Detail::None });
        }
        for (index, test) in flag.requires.of(&tables.tests).iter().enumerate() {
            self.trace.open(Look::Requirement(flag, index, test));
            let held = self.answers(test, now)?;
            self.trace.close(held, now);
            if !held {
                let detail = Detail::BlockedBy(tables.text(test.key));
                return Ok(Outcome { variant: flag.off, reason: Reason::Disabled, detail });
            }
        }
        for (index, rule) in flag.rules.of(&tables.rules).iter().enumerate() {
            self.trace.open(Look::Rule(flag, index, rule));
            let held = self.condition(At::Member("when"), &rule.when, now)?;
            let served = if held { self.serve(&rule.serve) } else { None };
            self.trace.close(held, now);
            if let Some((variant, is_split)) = served {
                let reason = if is_split || rule.buckets { Reason::Split } else { Reason::TargetingMatch };
                return Ok(Outcome { variant: Some(variant), reason, detail: Detail::Rule(tables.text(rule.id)) });
            }
        }
        if let Some((release, variant)) = flag.release
            && let Some(release) = tables.releases.get(release as usize)
            && let Some(stage) = self.stage(release, now)?
        {
            let reason = if stage.buckets { Reason::Split } else { Reason::TargetingMatch };
            let detail = Detail::Release { release: tables.text(release.key), stage: tables.text(stage.name) };
            return Ok(Outcome { variant, reason, detail });
        }
        self.otherwise(flag)
    }

    /// The first opened stage whose audience holds.
    fn stage(&mut self, release: &'r Release, clock: Timestamp) -> Result<Option<&'r Stage>, ErrorCode> {
        let now = release.now(clock);
        if let Some(hold) = release.hold.filter(|hold| *hold <= clock) {
            self.trace.note(Note::Held(release, hold));
        }
        for (index, stage) in release.stages.of(&self.tables.stages).iter().enumerate() {
            if !release.is_open(index, stage, now) {
                self.trace.note(Note::Shut(release, index, stage, clock));
                return Ok(None);
            }
            self.trace.open(Look::Stage(release, index, stage));
            let held = self.condition(At::Member("audience"), &stage.audience, now)?;
            self.trace.close(held, now);
            if held {
                return Ok(Some(stage));
            }
        }
        Ok(None)
    }

    #[inline(never)]
    fn otherwise(&mut self, flag: &'r Flag) -> Result<Outcome<'r>, ErrorCode> {
        self.trace.note(Note::Otherwise(flag));
        let plain = if flag.is_static { Reason::Static } else { Reason::Default };
        let (variant, reason) = match flag.otherwise {
            None => (None, Reason::Default),
            Some(Serve::Variant(variant)) => (variant, plain),
            Some(serve @ Serve::Split(split)) => match self.serve(&serve) {
                Some((variant, _)) => (Some(variant), Reason::Split),
                None if self.tables.splits.get(split as usize).is_some_and(|split| split.bucketing.by_targeting_key) => {
                    return Err(ErrorCode::TargetingKeyMissing);
                }
                None => (flag.off, Reason::Default),
            },
        };
        Ok(Outcome { variant, reason, detail: Detail::None })
    }

    /// The variant that a `serve` gives and whether it is a split; none: a split whose attribute has no text.
    #[inline(never)]
    fn serve(&mut self, serve: &Serve) -> Option<(u32, bool)> {
        match *serve {
            Serve::Variant(variant) => Some((variant?, false)),
            Serve::Split(index) => {
                let split = self.tables.splits.get(index as usize)?;
                let variant = split.variant(self.tables, self.context);
                self.trace.note(Note::Split(split, variant));
                Some((variant?, true))
            }
        }
    }

    /// Whether the flag that a test names has one of the variants that it names.
    fn answers(&mut self, test: &'r FlagTest, now: Timestamp) -> Result<bool, ErrorCode> {
        let tables = self.tables;
        let flag = tables.flag_at(test.flag).ok_or(ErrorCode::FlagNotFound)?;
        let variant = self.flag(flag, now)?.variant;
        self.trace.answered(variant);
        Ok(variant.is_some_and(|variant| test.is.of(&tables.named).contains(&variant)))
    }

    fn condition(&mut self, at: At<'r>, node: &'r Node, now: Timestamp) -> Result<bool, ErrorCode> {
        let tables = self.tables;
        self.trace.open(Look::Condition(at, node));
        let held = match node {
            Node::All(inner) => !self.any("all", inner.of(&tables.nodes), false, now)?,
            Node::Any(inner) => self.any("any", inner.of(&tables.nodes), true, now)?,
            Node::Not(inner) => match inner.of(&tables.nodes) {
                [inner] => !self.condition(At::Member("not"), inner, now)?,
                _ => false,
            },
            Node::Segment(index) => match tables.segments.get(*index as usize) {
                Some(segment) => self.condition(At::Segment(segment), &segment.when, now)?,
                None => false,
            },
            Node::Flag(index) => match tables.tests.get(*index as usize) {
                Some(test) => self.answers(test, now)?,
                None => false,
            },
            leaf => leaf_holds(tables, leaf, self.context, now),
        };
        self.trace.close(held, now);
        Ok(held)
    }

    /// Whether any of these conditions comes out as `wanted`; stops at the first that does.
    ///
    /// Part of the caller's frame, of which a deep document has a thousand on the stack at once.
    #[inline(always)]
    fn any(&mut self, name: &'static str, nodes: &'r [Node], wanted: bool, now: Timestamp) -> Result<bool, ErrorCode> {
        for (index, node) in nodes.iter().enumerate() {
            if self.condition(At::Element(name, index), node, now)? == wanted {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// A condition without conditions of its own.
#[inline(never)]
fn leaf_holds(tables: &Tables, node: &Node, context: &Context, now: Timestamp) -> bool {
    match node {
        Node::Attribute { path, test } => attribute::holds(tables, test, context.get(tables.text(*path))),
        Node::Percent { from, to, bucketing } => within(tables, *from, *to, bucketing, context),
        Node::Ramp { bucketing, .. } => within(tables, 0, ramp_share(tables, node, now), bucketing, context),
        Node::After(instant) => now >= instant.at,
        Node::Before(instant) => now < instant.at,
        Node::Segment(_) | Node::Flag(_) | Node::All(_) | Node::Any(_) | Node::Not(_) => false,
    }
}

/// Whether a place is in a share. The whole holds for everyone, text or not.
fn within(tables: &Tables, from: u32, to: u32, bucketing: &Bucketing, context: &Context) -> bool {
    if (from, to) == (0, bucket::EVERYONE) {
        return true;
    }
    bucketing.place(tables, context, bucket::EVERYONE).is_some_and(|place| from <= place && place < to)
}

/// The share that a ramp has reached, in thousandths of a percent: 0 before its first point.
pub(crate) fn ramp_share(tables: &Tables, ramp: &Node, now: Timestamp) -> u32 {
    let Node::Ramp { points, linear, .. } = ramp else { return 0 };
    let points = points.of(&tables.points);
    let reached = points.partition_point(|point| point.at <= now);
    let Some(last) = reached.checked_sub(1).and_then(|index| points.get(index)) else { return 0 };
    match points.get(reached) {
        Some(next) if *linear => bucket::between((last.at.0, last.share), (next.at.0, next.share), now.0),
        _ => last.share,
    }
}

impl Bucketing {
    /// The place among `total` of whoever asks; none where the attribute has no text, or where a `targetingKey` is empty.
    pub(crate) fn place(&self, tables: &Tables, context: &Context, total: u32) -> Option<u32> {
        let value = context.get(tables.text(self.by))?;
        scalar::with_text(value, |text| (!self.by_targeting_key || !text.is_empty()).then(|| self.hash.place(text, total))).flatten()
    }
}

impl Split {
    /// The variant for whoever asks.
    fn variant(&self, tables: &Tables, context: &Context) -> Option<u32> {
        let place = self.bucketing.place(tables, context, self.total)?;
        let weights = self.weights.of(&tables.weights);
        weights.get(weights.partition_point(|weight| weight.below <= place))?.variant
    }
}

impl Release {
    /// The time at which its stages and all that they ask are judged.
    pub(crate) fn now(&self, clock: Timestamp) -> Timestamp {
        self.hold.map_or(clock, |hold| hold.min(clock))
    }

    /// Whether a stage is open, given that those before it are.
    pub(crate) fn is_open(&self, index: usize, stage: &Stage, now: Timestamp) -> bool {
        index < self.by_hand as usize || (stage.lacks.is_empty() && stage.starts_at.is_some_and(|at| at <= now))
    }
}
