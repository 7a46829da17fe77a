//! Writes flags, releases and segments as rows of an image. Conditions are `lower`'s business.

use std::collections::BTreeMap;

use crate::context::TARGETING_KEY;
use crate::document::{self, Condition, Document, Requirement, Visibility};
use crate::image::node::Node;
use crate::image::part::Span;
use crate::image::row::{Bucketing, Card, Entry, Flag, FlagTest, Release, Rule, Serve, Split, Stage, Variant, Weight};
use crate::image::writer::{Writer, narrow};
use crate::image::{Section, needs};
use crate::json::Json;
use crate::operators::bucket::Murmur3;
use crate::operators::version;
use crate::time::Time;

use super::changes;

/// The words and the bytes of a document that is checked.
pub(super) fn build(document: &Document) -> (Vec<u32>, String, Vec<u8>) {
    let flags = document.flags.keys().map(String::as_str).zip(0..).collect();
    let mut builder =
        Builder { document, writer: Writer::default(), flags, shared: Shared::default(), variants: Vec::new(), segments: BTreeMap::new() };
    builder.variants();
    let moved = builder.releases();
    for (key, flag) in &document.flags {
        let row = builder.flag(key, flag, moved.get(key.as_str()).copied());
        builder.writer.push(&row);
    }
    builder.versions();
    let (changes, slopes) = changes::of(document);
    builder.writer.append(&changes);
    builder.writer.append(&slopes);
    builder.writer.flags_by_key(document.flags.keys().map(String::as_str));
    builder.writer.finish()
}

/// The image so far, and where things are in it.
pub(super) struct Builder<'d> {
    document: &'d Document,
    pub(super) writer: Writer<'d>,
    /// Short lists, ranges of versions and patterns that are written: what is written alike is evaluated by the same rows.
    pub(super) shared: Shared<'d>,
    flags: BTreeMap<&'d str, u32>,
    /// Each flag's variants.
    variants: Vec<Span>,
    /// The condition of each segment that is written.
    segments: BTreeMap<&'d str, Group>,
}

/// What is written once, by how a document writes it.
#[derive(Default)]
pub(super) struct Shared<'d> {
    pub(super) lists: BTreeMap<String, u32>,
    pub(super) ranges: BTreeMap<&'d str, Span>,
    /// The comparators of all ranges: they are written when all versions are known.
    pub(super) comparators: Vec<version::Comparator<'d>>,
    pub(super) patterns: BTreeMap<&'d str, u32>,
}

/// A condition that others name.
#[derive(Clone, Copy)]
struct Group {
    node: u32,
    /// Whether it contains a percentage or a ramp.
    buckets: bool,
}

/// The live release that moves a flag, and the variant that this brings.
type Move = (u32, Option<u32>);

impl<'d> Builder<'d> {
    fn variants(&mut self) {
        for flag in self.document.flags.values() {
            let rows: Vec<Variant> = flag
                .variants
                .iter()
                .map(|(name, value)| Variant { name: self.writer.text(name), value: self.writer.text(&value.canonical()) })
                .collect();
            let rows = self.writer.append(&rows);
            self.variants.push(rows);
        }
    }

    /// Where a variant of a flag is among all.
    fn variant(&self, flag: &str, name: &str) -> Option<u32> {
        let all = self.variants_of(flag)?;
        let place = self.document.flags.get(flag)?.variants.keys().position(|other| other == name)?;
        Some(all.start + narrow(place))
    }

    fn variants_of(&self, flag: &str) -> Option<Span> {
        self.variants.get(*self.flags.get(flag)? as usize).copied()
    }

    /// Writes a condition; its index.
    fn condition(&mut self, condition: &'d Condition, key: &str) -> u32 {
        let node = self.node(condition, key);
        self.push(node)
    }

    /// Writes a node.
    pub(super) fn push(&mut self, node: Node) -> u32 {
        self.writer.push(&node)
    }

    /// The condition of a segment, written where it is first needed. `check` sees to it that none needs itself.
    pub(super) fn segment(&mut self, key: &str) -> Option<u32> {
        Some(self.group(key)?.node)
    }

    fn group(&mut self, key: &str) -> Option<Group> {
        if let Some(known) = self.segments.get(key) {
            return Some(*known);
        }
        let (key, segment) = self.document.segments.get_key_value(key)?;
        let node = self.condition(&segment.when, key);
        let group = Group { node, buckets: self.buckets(&segment.when) };
        self.segments.insert(key, group);
        Some(group)
    }

    /// Whether a condition contains a percentage or a ramp, the segments that it names included.
    fn buckets(&mut self, condition: &'d Condition) -> bool {
        match condition {
            Condition::Percent { .. } | Condition::Ramp { .. } => true,
            Condition::All { all: inner } | Condition::Any { any: inner } => inner.iter().any(|inner| self.buckets(inner)),
            Condition::Not { not } => self.buckets(not),
            Condition::Segment { segment } => self.group(segment).is_some_and(|group| group.buckets),
            Condition::Attribute { .. } | Condition::Flag { .. } | Condition::After { .. } | Condition::Before { .. } => false,
        }
    }

    /// The live releases, and which of them moves which flag.
    fn releases(&mut self) -> BTreeMap<&'d str, Move> {
        let mut moved = BTreeMap::new();
        for (key, release) in self.document.releases.iter().filter(|(_, release)| release.is_live()) {
            let row = self.release(key, release);
            let index = self.writer.push(&row);
            for member in &release.flags {
                moved.entry(member.flag.as_str()).or_insert((index, self.variant(&member.flag, &member.variant)));
            }
        }
        moved
    }

    fn release(&mut self, key: &str, release: &'d document::Release) -> Release {
        let stages: Vec<Stage> = release
            .stages
            .iter()
            .map(|stage| Stage {
                name: self.writer.text(&stage.name),
                audience: self.condition(&stage.audience, key),
                buckets: self.buckets(&stage.audience),
                lacks: release.missing(stage).next().is_some(),
                starts_at: stage.starts_at.as_ref().map(Time::at),
            })
            .collect();
        Release {
            key: self.writer.text(key),
            stages: self.writer.append(&stages),
            by_hand: narrow(release.opened_by_hand()),
            hold: release.hold.as_ref().map(Time::at),
        }
    }

    fn flag(&mut self, key: &str, flag: &'d document::Flag, moved: Option<Move>) -> Flag {
        let tests = flag.requires.iter().filter_map(|Requirement { flag, is }| self.flag_test(flag, is));
        let tests: Vec<FlagTest> = tests.collect();
        let rules: Vec<Rule> = flag
            .rules
            .iter()
            .map(|rule| Rule {
                id: self.writer.text(&rule.id),
                when: self.condition(&rule.when, key),
                buckets: self.buckets(&rule.when),
                serve: self.serve(key, &rule.serve),
            })
            .collect();
        let mut metadata: Vec<(&String, &Json)> = flag.metadata.iter().collect();
        metadata.sort_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16())); // As canonical JSON has them.
        let metadata: Vec<Entry> = metadata
            .into_iter()
            .map(|(key, value)| Entry { key: self.writer.text(key), value: self.writer.text(&value.canonical()) })
            .collect();
        let card = Card {
            key: self.writer.text(key),
            public: flag.visibility == Visibility::Public,
            variants: self.variants_of(key).unwrap_or_default(),
            metadata: self.writer.append(&metadata),
        };
        self.writer.push(&card);
        Flag {
            enabled: flag.enabled,
            is_static: rules.is_empty() && tests.is_empty() && moved.is_none(),
            off: flag.off_variant.as_ref().and_then(|name| self.variant(key, name)),
            requires: self.writer.append(&tests),
            rules: self.writer.append(&rules),
            release: moved.map(|(release, _)| release),
            moved_to: moved.and_then(|(_, variant)| variant),
            otherwise: flag.otherwise.as_ref().map_or(Serve::Nothing, |serve| self.serve(key, serve)),
        }
    }

    pub(super) fn flag_test(&mut self, flag: &str, is: &[String]) -> Option<FlagTest> {
        let named: Vec<[u32; 1]> = is.iter().filter_map(|name| self.variant(flag, name)).map(|variant| [variant]).collect();
        Some(FlagTest { flag: *self.flags.get(flag)?, is: self.writer.list(Section::Named, &named) })
    }

    fn serve(&mut self, flag: &str, serve: &document::Serve) -> Serve {
        let split = match serve {
            document::Serve::Variant(name) => return self.variant(flag, name).map_or(Serve::Nothing, Serve::Variant),
            document::Serve::Split(split) => split,
        };
        let mut total = 0_u32;
        let mut weights = Vec::new();
        for part in &split.split {
            total = total.saturating_add(part.weight);
            weights.push(Weight { variant: self.variant(flag, &part.variant), below: total });
        }
        let bucketing = self.bucketing(split.by.as_deref(), split.seed.as_deref(), &format!("{flag}/split"));
        let row = Split { weights: self.writer.append(&weights), total, bucketing };
        Serve::Split(self.writer.push(&row))
    }

    /// How people come to their places, by `targetingKey` where nothing else is written and with a seed by default.
    pub(super) fn bucketing(&mut self, by: Option<&str>, seed: Option<&str>, default_seed: &str) -> u32 {
        let by = by.unwrap_or(TARGETING_KEY);
        let attribute = self.writer.attribute(by, needs::TEXT);
        let hash = Murmur3::seeded(seed.unwrap_or(default_seed));
        self.writer.push(&Bucketing { by: attribute, by_targeting_key: by == TARGETING_KEY, hash })
    }
}
