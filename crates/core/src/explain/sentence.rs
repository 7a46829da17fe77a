//! What a trace says, in words. Conditions are worded by `phrase`, as on every page; here is what came of them.

use crate::compile::tables::{Bucketing, Comparison, FlagTest, Instant, Node, Release, Scalars, Span, Split, Stage, Tables, Test, Text};
use crate::context::Context;
use crate::document::{self, Condition, Operator, RampPoint, Range, Serve, Shape, Weighted, percent};
use crate::evaluate::trace::Look;
use crate::evaluate::{attribute, run};
use crate::json::Json;
use crate::operators::bucket;
use crate::operators::text::Place;
use crate::phrase;
use crate::time::{Time, Timestamp};

/// Makes sentences about one context's evaluation.
#[derive(Clone, Copy)]
pub(super) struct Words<'r, 'c> {
    pub(super) tables: &'r Tables,
    pub(super) context: &'c Context,
}

/// The flag that is asked about, if a flag is.
pub(super) fn asked_flag<'r>(tables: &'r Tables, look: &Look<'_>) -> Option<&'r str> {
    match look {
        Look::Requirement(_, _, test) => Some(tables.text(test.key)),
        Look::Condition(_, Node::Flag(index)) => tables.tests.get(*index as usize).map(|test| tables.text(test.key)),
        _ => None,
    }
}

impl Words<'_, '_> {
    /// What was looked at and, if it has come out, how.
    pub(super) fn look(&self, look: &Look<'_>, held: Option<bool>, now: Timestamp, answered: Option<Option<u32>>) -> String {
        match look {
            Look::Requirement(_, _, test) => {
                let it = answered.map(|variant| format!(" — it is {}", self.variant(variant))).unwrap_or_default();
                format!("it requires that {}{it}", phrase::condition(&self.flag(test)))
            }
            Look::Rule(_, _, rule) => format!("rule `{}`", self.tables.text(rule.id)),
            Look::Stage(release, _, stage) => {
                format!("stage `{}` of release `{}`", self.tables.text(stage.name), self.tables.text(release.key))
            }
            Look::Condition(_, node) => match node {
                Node::All(inner) if !inner.is_empty() => "all of these".to_owned(),
                Node::Any(inner) if !inner.is_empty() => "any of these".to_owned(),
                Node::Not(_) => "not this".to_owned(),
                _ => {
                    let why = held.and_then(|_| self.why(node, now, answered)).map(|why| format!(" — {why}")).unwrap_or_default();
                    format!("{}{why}", self.condition(node).map(|condition| phrase::condition(&condition)).unwrap_or_default())
                }
            },
        }
    }

    /// A variant, or what no variant means.
    pub(super) fn variant(&self, variant: Option<u32>) -> String {
        variant.map_or_else(|| "the application's own default".to_owned(), |index| format!("`{}`", self.tables.variant_name(index)))
    }

    /// What a condition without conditions of its own met.
    fn why(&self, node: &Node, now: Timestamp, answered: Option<Option<u32>>) -> Option<String> {
        match node {
            Node::Attribute { path, test } => {
                let path = self.tables.text(*path);
                match self.context.get(path) {
                    None if matches!(test, Test::Exists(_)) => None,
                    None => Some(format!("`{path}` is missing")),
                    Some(value) => {
                        let kind = match value {
                            Json::Array(_) => None,
                            one => attribute::lacks(test, one),
                        };
                        let kind = kind.map(|kind| format!(", which is no {kind}")).unwrap_or_default();
                        Some(format!("it is {}{kind}", phrase::value(value)))
                    }
                }
            }
            Node::Flag(_) => answered.map(|variant| format!("it is {}", self.variant(variant))),
            Node::Percent { from, to, bucketing } => Some(self.place(*from, *to, bucketing)),
            Node::Ramp { bucketing, .. } => {
                let share = run::ramp_share(self.tables, node, now);
                Some(format!("now at {}%; {}", percent(share), self.place(0, share, bucketing)))
            }
            Node::After(_) | Node::Before(_) => Some(format!("it is {now}")),
            Node::Segment(_) | Node::All(_) | Node::Any(_) | Node::Not(_) => None,
        }
    }

    fn place(&self, from: u32, to: u32, bucketing: &Bucketing) -> String {
        match (from, to) {
            (0, bucket::EVERYONE) => return "that is everyone".to_owned(),
            (from, to) if from >= to => return "that is nobody".to_owned(),
            _ => {}
        }
        let Some(place) = bucketing.place(self.tables, self.context, bucket::EVERYONE) else { return self.no_text(bucketing) };
        let needs = match from {
            0 => format!("below {}%", percent(to)),
            from => format!("{}% or above and below {}%", percent(from), percent(to)),
        };
        format!("place {}% by `{}`, needs {needs}", percent(place), self.tables.text(bucketing.by))
    }

    fn no_text(&self, bucketing: &Bucketing) -> String {
        let by = self.tables.text(bucketing.by);
        match self.context.get(by) {
            None => format!("`{by}` is missing"),
            Some(Json::String(_)) => format!("`{by}` is empty"),
            Some(value) => format!("`{by}` is {}, which has no text", value.kind()),
        }
    }

    /// What a split gives.
    pub(super) fn split(&self, split: &Split, variant: Option<u32>) -> String {
        let shares = phrase::serve(&Serve::Split(self.document_split(split)));
        match (split.bucketing.place(self.tables, self.context, split.total), variant) {
            (Some(place), Some(_)) => {
                let by = self.tables.text(split.bucketing.by);
                format!("{shares} — place {place} of {} by `{by}` gets {}", split.total, self.variant(variant))
            }
            _ => format!("{shares} — {}", self.no_text(&split.bucketing)),
        }
    }

    /// A split as the document writes it, but for how people come to their places.
    fn document_split(&self, split: &Split) -> document::Split {
        let mut sum = 0;
        let mut parts = Vec::new();
        for weight in split.weights.of(&self.tables.weights) {
            let variant = weight.variant.map(|variant| self.tables.variant_name(variant).to_owned()).unwrap_or_default();
            parts.push(Weighted { variant, weight: weight.below.saturating_sub(sum) });
            sum = weight.below;
        }
        document::Split { split: parts, by: None, seed: None }
    }

    /// Why a stage is not open.
    pub(super) fn shut(&self, release: &Release, stage: &Stage, clock: Timestamp) -> String {
        let name = self.tables.text(stage.name);
        let Some(at) = stage.starts_at else {
            return format!("stage `{name}` of release `{}` is not open: nobody has opened it", self.tables.text(release.key));
        };
        if !stage.lacks.is_empty() {
            let lacks = stage.lacks.of(&self.tables.texts).iter().map(|item| format!("`{}`", self.tables.text(*item)));
            return format!("stage `{name}` is not open: {} is not done", lacks.collect::<Vec<_>>().join(", "));
        }
        match release.hold {
            Some(hold) if hold < at && hold <= clock => format!("stage `{name}` would open at {at}; not while the release is held"),
            _ => format!("stage `{name}` opens at {at}; not yet"),
        }
    }

    fn text(&self, text: Text) -> String {
        self.tables.text(text).to_owned()
    }

    fn texts(&self, texts: Span) -> Vec<String> {
        texts.of(&self.tables.texts).iter().map(|text| self.text(*text)).collect()
    }

    fn time(&self, instant: &Instant) -> Time {
        Time::parse(self.tables.text(instant.text)).unwrap_or_else(|| Time::from(instant.at))
    }

    fn flag(&self, test: &FlagTest) -> Condition {
        let is = test.is.of(&self.tables.named).iter().map(|variant| self.tables.variant_name(*variant).to_owned()).collect();
        Condition::Flag { flag: self.text(test.key), is }
    }

    /// A condition as the document writes it, but for the order of long lists and the case of texts whose case is ignored.
    fn condition(&self, node: &Node) -> Option<Condition> {
        let by = |bucketing: &Bucketing| (!bucketing.by_targeting_key).then(|| self.text(bucketing.by));
        let seed = |bucketing: &Bucketing| bucketing.seed.map(|seed| self.text(seed));
        Some(match node {
            Node::Attribute { path, test } => Condition::Attribute { attribute: self.text(*path), operator: self.operator(test) },
            Node::Segment(index) => Condition::Segment { segment: self.text(self.tables.segments.get(*index as usize)?.key) },
            Node::Flag(index) => self.flag(self.tables.tests.get(*index as usize)?),
            Node::Percent { from, to, bucketing } => {
                Condition::Percent { percent: Range { from: *from, to: *to }, by: by(bucketing), seed: seed(bucketing) }
            }
            Node::Ramp { points, linear, bucketing } => {
                let point = |point: &crate::compile::tables::Point| RampPoint {
                    at: self.time(&Instant { at: point.at, text: point.text }),
                    percent: point.share,
                };
                Condition::Ramp {
                    ramp: points.of(&self.tables.points).iter().map(point).collect(),
                    shape: if *linear { Shape::Linear } else { Shape::Steps },
                    by: by(bucketing),
                    seed: seed(bucketing),
                }
            }
            Node::After(instant) => Condition::After { after: self.time(instant) },
            Node::Before(instant) => Condition::Before { before: self.time(instant) },
            Node::All(_) => Condition::All { all: Vec::new() },
            Node::Any(_) => Condition::Any { any: Vec::new() },
            Node::Not(_) => return None,
        })
    }

    fn operator(&self, test: &Test) -> document::Operator {
        match *test {
            Test::Is(scalars) => Operator::Is { is: self.scalars(&scalars) },
            Test::HasAll(scalars) => Operator::HasAll { has_all: self.scalars(&scalars) },
            Test::Find { place: Place::Anywhere, wanted, ignore_case } => Operator::Contains { contains: self.texts(wanted), ignore_case },
            Test::Find { place: Place::Start, wanted, ignore_case } => {
                Operator::StartsWith { starts_with: self.texts(wanted), ignore_case }
            }
            Test::Find { place: Place::End, wanted, ignore_case } => Operator::EndsWith { ends_with: self.texts(wanted), ignore_case },
            Test::Matches(index) => Operator::Matches {
                matches: self.tables.patterns.get(index as usize).map_or(String::new(), |pattern| pattern.as_str().to_owned()),
            },
            Test::Compare(Comparison::GreaterThan, bound) => Operator::GreaterThan { greater_than: bound },
            Test::Compare(Comparison::AtLeast, bound) => Operator::AtLeast { at_least: bound },
            Test::Compare(Comparison::LessThan, bound) => Operator::LessThan { less_than: bound },
            Test::Compare(Comparison::AtMost, bound) => Operator::AtMost { at_most: bound },
            Test::After(instant) => Operator::After { after: self.time(&instant) },
            Test::Before(instant) => Operator::Before { before: self.time(&instant) },
            Test::Version(_, range) => Operator::Version { version: self.text(range) },
            Test::Network(networks) => {
                Operator::Network { network: networks.of(&self.tables.networks).iter().map(|(_, text)| self.text(*text)).collect() }
            }
            Test::Exists(exists) => Operator::Exists { exists },
        }
    }

    fn scalars(&self, scalars: &Scalars) -> Vec<Json> {
        let texts = self.texts(scalars.texts).into_iter().map(Json::String);
        let numbers = scalars.numbers.of(&self.tables.numbers).iter().copied().map(Json::Number);
        let booleans =
            [(scalars.yes, true), (scalars.no, false)].into_iter().filter(|(there, _)| *there).map(|(_, value)| Json::Bool(value));
        texts.chain(numbers).chain(booleans).collect()
    }
}
