//! Whether an image that comes from elsewhere may be evaluated: every index names a row that is there, and nothing follows itself.
//! Evaluating cannot panic even without that; with it, what is evaluated is what a document says, and it ends soon.

use super::cost::Cost;
use super::node::{Node, Test};
use super::part::{Row, Span};
use super::row::{
    Attribute, Bound, Bucketing, Comparator, Entry, Flag, FlagTest, Network, Pattern, Release, Root, Rule, Scalars, Serve, Split, Stage,
    Variant, Weighed, Weight,
};
use super::{Image, Section};
use crate::operators::matches;

/// Whether it is a sound image.
pub(crate) fn verify(image: Image<'_>) -> bool {
    image.is_laid_out()
        && image.texts_are_sound()
        && image.each(|flag: Flag| image.flag_is_sound(&flag))
        && image.each(|Variant { name, value }| image.has_text(name) && image.has_text(value))
        && image.each(|FlagTest { flag, is }| image.has::<Flag>(flag) && image.has_all(Section::Named, is))
        && image.each(|rule: Rule| image.has_text(rule.id) && image.has::<Weighed>(rule.when) && image.can_serve(rule.serve))
        && image.each(|split: Split| image.has_all(Section::Weights, split.weights) && image.has::<Bucketing>(split.bucketing))
        && image.each(|weight: Weight| weight.variant.is_none_or(|variant| image.has::<Variant>(variant)))
        && image.each(|bucketing: Bucketing| image.has::<Attribute>(bucketing.by))
        && image.each(|release: Release| image.has_text(release.key) && image.has_all(Section::Stages, release.stages))
        && image.each(|stage: Stage| image.has_text(stage.name) && image.has::<Weighed>(stage.audience))
        && image.each(|row: Weighed| image.node_is_sound(&row))
        && image.each(|list: Scalars| image.has_all(Section::Listed, list.texts) && image.has_all(Section::Numbers, list.numbers))
        && image.each(|range: Comparator| image.has::<Bound>(range.from) && image.has::<Bound>(range.below))
        && image.each(|bound: Bound| image.has_text(bound.pre))
        && image.each(|network: Network| network.length <= if network.is_v6 { 128 } else { 32 })
        && image.each(|Pattern { program }| {
            image.has_all(Section::Programs, program) && matches::verify(image.list(Section::Programs, program))
        })
        && image.each(|attribute: Attribute| image.has_text(attribute.path))
        && image.each(|Root { name, whole, nested }| {
            image.has_text(name) && whole.is_none_or(|whole| image.has::<Attribute>(whole)) && image.has_all(Section::Nested, nested)
        })
        && image.each(|Entry { key, value }| image.has_text(key) && image.has_text(value))
        && image.every(Section::Named, |variant| image.has::<Variant>(variant))
        && image.every(Section::Listed, |text| image.has_text(text))
        && image.every(Section::Nested, |attribute| image.has::<Attribute>(attribute))
        && image.table_is_sound(Section::FlagsByKey, image.count(Section::Flags))
        && image.table_is_sound(Section::RootsByKey, image.count(Section::Roots))
        && image.table_is_sound(Section::TextsByContent, image.texts())
}

impl Image<'_> {
    /// Whether the sections lie one behind the other, and end with the words.
    fn is_laid_out(self) -> bool {
        let header = self.words.get(..Section::HEADER).unwrap_or_default().as_chunks::<2>().0;
        let end = header.iter().zip(Section::WIDTHS).try_fold(Section::HEADER, |end, ([start, count], width)| {
            (*start as usize == end).then_some(())?;
            (*count as usize).checked_mul(width)?.checked_add(end)
        });
        end == Some(self.words.len()) && header.len() == Section::COUNT
    }

    /// How many texts there are.
    fn texts(self) -> u32 {
        self.count(Section::Texts).saturating_sub(1)
    }

    fn texts_are_sound(self) -> bool {
        let bounds = self.list(Section::Texts, Span { start: 0, len: self.count(Section::Texts) });
        let rising = bounds.is_sorted() && bounds.last().is_some_and(|end| *end as usize == self.bytes.len());
        rising && (0..self.texts()).all(|text| core::str::from_utf8(self.text(text)).is_ok())
    }

    fn each<R: Row>(self, sound: impl Fn(R) -> bool) -> bool {
        let all = Span { start: 0, len: self.count(R::SECTION) };
        self.rows(all).all(sound)
    }

    fn every(self, section: Section, sound: impl Fn(u32) -> bool) -> bool {
        self.list(section, Span { start: 0, len: self.count(section) }).iter().all(|word| sound(*word))
    }

    fn has<R: Row>(self, index: u32) -> bool {
        index < self.count(R::SECTION)
    }

    fn has_text(self, text: u32) -> bool {
        text < self.texts()
    }

    fn has_all(self, section: Section, span: Span) -> bool {
        span.start.checked_add(span.len).is_some_and(|end| end <= self.count(section))
    }

    fn can_serve(self, serve: Serve) -> bool {
        match serve {
            Serve::Nothing => true,
            Serve::Variant(variant) => self.has::<Variant>(variant),
            Serve::Split(split) => self.has::<Split>(split),
        }
    }

    fn flag_is_sound(self, flag: &Flag) -> bool {
        let variant = |variant: Option<u32>| variant.is_none_or(|variant| self.has::<Variant>(variant));
        self.has_text(flag.key)
            && self.has_all(Section::Variants, flag.variants)
            && variant(flag.off)
            && variant(flag.moved_to)
            && self.has_all(Section::FlagTests, flag.requires)
            && self.has_all(Section::Rules, flag.rules)
            && flag.release.is_none_or(|release| self.has::<Release>(release))
            && self.can_serve(flag.otherwise)
            && self.has_all(Section::Metadata, flag.metadata)
            && self.cost_is_sound(flag.cost, self.cost_of_flag(flag))
    }

    fn cost_is_sound(self, told: Cost, found: Cost) -> bool {
        told == found && told.steps <= Cost::MOST.steps && told.depth <= Cost::MOST.depth
    }

    fn node_is_sound(self, Weighed { node, cost }: &Weighed) -> bool {
        let names_what_is_there = match *node {
            Node::All(list) | Node::Any(list) => self.has_all(Section::Nodes, list),
            Node::Not(node) | Node::Segment(node) => self.has::<Weighed>(node),
            Node::Flag(test) => self.has::<FlagTest>(test),
            Node::Percent { bucketing, .. } => self.has::<Bucketing>(bucketing),
            Node::Ramp { points, bucketing, .. } => self.has_all(Section::Points, points) && self.has::<Bucketing>(bucketing),
            Node::After(_) | Node::Before(_) => true,
            Node::Attribute(attribute, test) => self.has::<Attribute>(attribute) && self.test_is_sound(test),
        };
        names_what_is_there && self.cost_is_sound(*cost, self.cost_of(node))
    }

    fn test_is_sound(self, test: Test) -> bool {
        match test {
            Test::Is(scalars) | Test::HasAll(scalars) => self.has::<Scalars>(scalars),
            Test::Find { wanted, .. } => self.has_all(Section::Listed, wanted),
            Test::Matches(pattern) => self.has::<Pattern>(pattern),
            Test::Version(comparators) => self.has_all(Section::Comparators, comparators),
            Test::Network(networks) => self.has_all(Section::Networks, networks),
            Test::Compare(..) | Test::After(_) | Test::Before(_) | Test::Exists(_) => true,
        }
    }

    /// Whether a hash table's size is one, and it names rows that are there.
    fn table_is_sound(self, table: Section, rows: u32) -> bool {
        let size = self.count(table);
        (size == 0 || size.is_power_of_two()) && self.every(table, |entry| entry <= rows)
    }
}
