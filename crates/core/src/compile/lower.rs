//! Conditions and tests of attributes as rows. A condition's own conditions lie side by side.

use crate::document::{Condition, Operator, Shape};
use crate::image::node::{Comparison, Node, Test};
use crate::image::part::{Span, words_of};
use crate::image::row::{Bound, Pattern, Point, Scalars};
use crate::image::writer::narrow;
use crate::image::{Section, needs};
use crate::json::Json;
use crate::operators::network::Network;
use crate::operators::text::Place;
use crate::operators::{scalar, version};
use crate::pattern;

use super::builder::Builder;

impl<'d> Builder<'d> {
    /// A condition; `key` is the seed of percentages and ramps that name none.
    pub(super) fn node(&mut self, condition: &'d Condition, key: &str) -> Node {
        match condition {
            Condition::Attribute { attribute, operator } => self.test(attribute, operator).unwrap_or(Node::NOBODY),
            Condition::Segment { segment } => self.segment(segment).map_or(Node::NOBODY, Node::Segment),
            Condition::Flag { flag, is } => self.flag_test(flag, is).map_or(Node::NOBODY, |test| Node::Flag(self.writer.push(&test))),
            Condition::Percent { percent, by, seed } => {
                let bucketing = self.bucketing(by.as_deref(), seed.as_deref(), key);
                Node::Percent { from: percent.from, to: percent.to, bucketing }
            }
            Condition::Ramp { ramp, shape, by, seed } => {
                let points: Vec<Point> = ramp.iter().map(|point| Point { at: point.at.at(), share: point.percent }).collect();
                let bucketing = self.bucketing(by.as_deref(), seed.as_deref(), key);
                Node::Ramp { points: self.writer.append(&points), bucketing, linear: *shape == Shape::Linear }
            }
            Condition::After { after } => Node::After(after.at()),
            Condition::Before { before } => Node::Before(before.at()),
            Condition::All { all } => Node::All(self.nodes(all, key)),
            Condition::Any { any } => Node::Any(self.nodes(any, key)),
            Condition::Not { not } => {
                let inner = self.node(not, key);
                Node::Not(self.push(inner))
            }
        }
    }

    fn nodes(&mut self, conditions: &'d [Condition], key: &str) -> Span {
        let rows: Vec<Node> = conditions.iter().map(|condition| self.node(condition, key)).collect();
        self.writer.append(&rows)
    }

    fn test(&mut self, path: &str, operator: &'d Operator) -> Option<Node> {
        let attribute = self.writer.attribute(path, asked_by(operator));
        let test = match operator {
            Operator::Is { is } => Test::Is(self.scalars(is)),
            Operator::HasAll { has_all } => {
                let lists = has_all.iter().map(|one| self.list(std::slice::from_ref(one)));
                // They are written one behind the other.
                let first = lists.reduce(|first, _| first).unwrap_or_default();
                Test::HasAll(Span { start: first, len: narrow(has_all.len()) })
            }
            Operator::Contains { contains, ignore_case } => self.find(Place::Anywhere, contains, *ignore_case),
            Operator::StartsWith { starts_with, ignore_case } => self.find(Place::Start, starts_with, *ignore_case),
            Operator::EndsWith { ends_with, ignore_case } => self.find(Place::End, ends_with, *ignore_case),
            Operator::Matches { matches } => Test::Matches(self.pattern(matches)?),
            Operator::GreaterThan { greater_than } => Test::Compare(Comparison::GreaterThan, *greater_than),
            Operator::AtLeast { at_least } => Test::Compare(Comparison::AtLeast, *at_least),
            Operator::LessThan { less_than } => Test::Compare(Comparison::LessThan, *less_than),
            Operator::AtMost { at_most } => Test::Compare(Comparison::AtMost, *at_most),
            Operator::After { after } => Test::After(after.at()),
            Operator::Before { before } => Test::Before(before.at()),
            Operator::Version { version } => Test::Version(self.range(version)?),
            Operator::Network { network } => {
                let rows: Vec<Network> = network.iter().filter_map(|text| Network::parse(text)).collect();
                Test::Network(self.writer.append(&rows))
            }
            Operator::Exists { exists } => Test::Exists(*exists),
        };
        Some(Node::Attribute(attribute, test))
    }

    fn pattern(&mut self, pattern: &'d str) -> Option<u32> {
        if let Some(known) = self.shared.patterns.get(pattern) {
            return Some(*known);
        }
        let words: Vec<[u32; 1]> = pattern::compile(&pattern::parse(pattern).ok()?).into_iter().map(|word| [word]).collect();
        let program = self.writer.list(Section::Programs, &words);
        let row = self.writer.push(&Pattern { program });
        self.shared.patterns.insert(pattern, row);
        Some(row)
    }

    fn range(&mut self, range: &'d str) -> Option<Span> {
        if let Some(known) = self.shared.ranges.get(range) {
            return Some(*known);
        }
        let comparators = version::parse_range(range)?;
        let span = Span { start: narrow(self.shared.comparators.len()), len: narrow(comparators.len()) };
        self.shared.comparators.extend(comparators);
        self.shared.ranges.insert(range, span);
        Some(span)
    }

    /// Writes the comparators of all ranges, and the versions that they name.
    pub(super) fn versions(&mut self) {
        let (versions, comparators) = version::places(&self.shared.comparators);
        for version in versions {
            let pre = self.writer.text(std::str::from_utf8(version.pre).unwrap_or_default());
            self.writer.push(&Bound::of(&version, pre));
        }
        self.writer.append(&comparators);
    }

    fn find(&mut self, place: Place, wanted: &[String], ignore_case: bool) -> Test {
        let in_case = |text: &String| if ignore_case { text.to_lowercase() } else { text.clone() };
        let words: Vec<[u32; 1]> = wanted.iter().map(|text| [self.writer.text(&in_case(text))]).collect();
        Test::Find { place, ignore_case, wanted: self.writer.list(Section::Listed, &words) }
    }

    fn scalars(&mut self, list: &'d [Json]) -> u32 {
        let written = (list.len() <= SHORT).then(|| list.iter().map(|value| value.canonical() + ",").collect::<String>());
        if let Some(known) = written.as_ref().and_then(|written| self.shared.lists.get(written)) {
            return *known;
        }
        let index = self.list(list);
        if let Some(written) = written {
            self.shared.lists.insert(written, index);
        }
        index
    }

    /// Writes a list of scalars; its index.
    fn list(&mut self, list: &'d [Json]) -> u32 {
        let mut numbers: Vec<f64> = list.iter().filter_map(Json::as_f64).collect();
        numbers.sort_unstable_by(|a, b| scalar::order(*a, *b));
        let numbers: Vec<[u32; 2]> = numbers.into_iter().map(words_of).collect();
        let row = Scalars {
            numbers: self.writer.list(Section::Numbers, &numbers),
            yes: list.iter().any(|value| value.as_bool() == Some(true)),
            no: list.iter().any(|value| value.as_bool() == Some(false)),
        };
        self.writer.scalars(list.iter().filter_map(Json::as_str), &row)
    }
}

/// Lists that are longer than this are hardly written twice.
const SHORT: usize = 16;

/// What an operator asks of its attribute's values.
fn asked_by(operator: &Operator) -> u32 {
    match operator {
        Operator::Is { .. } | Operator::HasAll { .. } => needs::LISTS,
        Operator::Contains { ignore_case: true, .. }
        | Operator::StartsWith { ignore_case: true, .. }
        | Operator::EndsWith { ignore_case: true, .. } => needs::LOWER_CASE,
        Operator::Version { .. } => needs::VERSIONS,
        Operator::Contains { .. }
        | Operator::StartsWith { .. }
        | Operator::EndsWith { .. }
        | Operator::Matches { .. }
        | Operator::After { .. }
        | Operator::Before { .. }
        | Operator::Network { .. } => needs::LETTERS,
        Operator::GreaterThan { .. }
        | Operator::AtLeast { .. }
        | Operator::LessThan { .. }
        | Operator::AtMost { .. }
        | Operator::Exists { .. } => 0,
    }
}
