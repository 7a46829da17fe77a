//! Conditions and tests of attributes as rows of the tables. A condition's own conditions lie side by side.

use crate::document::{Condition, Operator, Shape};
use crate::json::Json;
use crate::operators::text::Place;
use crate::operators::{self, network::Network, scalar, version};
use crate::time::Time;

use super::builder::{Builder, append};
use super::tables::{Bound, Comparison, Instant, Node, Point, SHORT_LIST, Scalars, Span, Test, narrow};

/// What holds for nobody: stands for what `check` refuses, a pattern that cannot be read or a segment that is not there.
const NOBODY: Node = Node::Any(Span::EMPTY);

impl Builder<'_> {
    /// A condition; `key` is the seed of percentages and ramps that name none.
    pub(super) fn condition(&mut self, condition: &Condition, key: &str) -> Node {
        match condition {
            Condition::Attribute { attribute, operator } => match self.test(operator) {
                Some(test) => Node::Attribute { path: self.text(attribute), test },
                None => NOBODY,
            },
            Condition::Segment { segment } => self.segment_index(segment).map_or(NOBODY, Node::Segment),
            Condition::Flag { flag, is } => {
                let test = self.flag_test(flag, is);
                self.tables.tests.push(test);
                Node::Flag(narrow(self.tables.tests.len() - 1))
            }
            Condition::Percent { percent, by, seed } => {
                Node::Percent { from: percent.from, to: percent.to, bucketing: self.bucketing(by.as_deref(), seed.as_deref(), key) }
            }
            Condition::Ramp { ramp, shape, by, seed } => {
                let points = ramp
                    .iter()
                    .map(|point| Point { at: point.at.at(), share: point.percent, text: self.text(point.at.as_str()) })
                    .collect();
                Node::Ramp {
                    points: append(&mut self.tables.points, points),
                    linear: *shape == Shape::Linear,
                    bucketing: self.bucketing(by.as_deref(), seed.as_deref(), key),
                }
            }
            Condition::After { after } => Node::After(self.instant(after)),
            Condition::Before { before } => Node::Before(self.instant(before)),
            Condition::All { all } => Node::All(self.conditions(all, key)),
            Condition::Any { any } => Node::Any(self.conditions(any, key)),
            Condition::Not { not } => Node::Not(self.conditions(std::slice::from_ref(not), key)),
        }
    }

    fn conditions(&mut self, conditions: &[Condition], key: &str) -> Span {
        let nodes = conditions.iter().map(|condition| self.condition(condition, key)).collect();
        append(&mut self.tables.nodes, nodes)
    }

    fn instant(&mut self, time: &Time) -> Instant {
        Instant { at: time.at(), text: self.text(time.as_str()) }
    }

    fn test(&mut self, operator: &Operator) -> Option<Test> {
        Some(match operator {
            Operator::Is { is } => Test::Is(self.scalars(is)),
            Operator::HasAll { has_all } => Test::HasAll(self.scalars(has_all)),
            Operator::Contains { contains, ignore_case } => self.find(Place::Anywhere, contains, *ignore_case),
            Operator::StartsWith { starts_with, ignore_case } => self.find(Place::Start, starts_with, *ignore_case),
            Operator::EndsWith { ends_with, ignore_case } => self.find(Place::End, ends_with, *ignore_case),
            Operator::Matches { matches } => {
                self.tables.patterns.push(operators::pattern(matches).ok()?);
                Test::Matches(narrow(self.tables.patterns.len() - 1))
            }
            Operator::GreaterThan { greater_than } => Test::Compare(Comparison::GreaterThan, *greater_than),
            Operator::AtLeast { at_least } => Test::Compare(Comparison::AtLeast, *at_least),
            Operator::LessThan { less_than } => Test::Compare(Comparison::LessThan, *less_than),
            Operator::AtMost { at_most } => Test::Compare(Comparison::AtMost, *at_most),
            Operator::After { after } => Test::After(self.instant(after)),
            Operator::Before { before } => Test::Before(self.instant(before)),
            Operator::Version { version } => {
                let comparators = version::parse_range(version)?
                    .into_iter()
                    .map(|comparator| comparator.map(|version| Bound { parts: version.parts, pre: self.text(version.pre) }))
                    .collect();
                Test::Version(append(&mut self.tables.comparators, comparators), self.text(version))
            }
            Operator::Network { network } => {
                let networks = network.iter().filter_map(|text| Some((Network::parse(text)?, self.text(text)))).collect();
                Test::Network(append(&mut self.tables.networks, networks))
            }
            Operator::Exists { exists } => Test::Exists(*exists),
        })
    }

    fn find(&mut self, place: Place, wanted: &[String], ignore_case: bool) -> Test {
        let wanted = if ignore_case {
            let lower: Vec<String> = wanted.iter().map(|text| text.to_lowercase()).collect();
            self.texts(lower.iter().map(String::as_str))
        } else {
            self.texts(wanted.iter().map(String::as_str))
        };
        Test::Find { place, wanted, ignore_case }
    }

    fn scalars(&mut self, list: &[Json]) -> Scalars {
        let mut texts: Vec<&str> = list.iter().filter_map(Json::as_str).collect();
        if texts.len() > SHORT_LIST {
            texts.sort_unstable();
            texts.dedup();
        }
        let mut numbers: Vec<f64> = list.iter().filter_map(Json::as_f64).collect();
        if numbers.len() > SHORT_LIST {
            numbers.sort_unstable_by(|a, b| scalar::order(*a, *b));
        }
        Scalars {
            texts: self.texts(texts),
            numbers: append(&mut self.tables.numbers, numbers),
            yes: list.iter().any(|value| value.as_bool() == Some(true)),
            no: list.iter().any(|value| value.as_bool() == Some(false)),
        }
    }
}
