//! Builds the tables: flags, releases and segments. Conditions are `lower`'s business.

use std::collections::BTreeMap;

use crate::document::{self, Document, Requirement, Visibility};
use crate::operators::bucket::Murmur3;
use crate::time::Time;

use super::tables::{
    Bucketing, Flag, FlagTest, Node, Release, Rule, Segment, Serve, Span, Split, Stage, Tables, Text, Variant, Weight, narrow,
};

/// The tables of a document that is checked.
pub(super) fn build(document: &Document) -> Tables {
    let mut builder = Builder {
        tables: Tables::default(),
        interned: BTreeMap::new(),
        flags: document.flags.keys().map(String::as_str).zip(0..).collect(),
        segments: document.segments.keys().map(String::as_str).zip(0..).collect(),
        variants: Vec::new(),
    };
    builder.variants(document);
    builder.segments(document);
    let moved = builder.releases(document);
    for (key, flag) in &document.flags {
        let row = builder.flag(key, flag, moved.get(key.as_str()).copied());
        builder.tables.flags.push(row);
    }
    builder.tables
}

/// The tables so far, and where things are in them.
pub(super) struct Builder<'d> {
    pub(super) tables: Tables,
    interned: BTreeMap<String, Text>,
    flags: BTreeMap<&'d str, u32>,
    segments: BTreeMap<&'d str, u32>,
    /// Every flag's variants in `tables.variants`.
    variants: Vec<Span>,
}

impl<'d> Builder<'d> {
    /// Keeps a text, once.
    pub(super) fn text(&mut self, text: &str) -> Text {
        if let Some(known) = self.interned.get(text) {
            return *known;
        }
        let kept = Text(Span::new(self.tables.characters.len(), text.len()));
        self.tables.characters.push_str(text);
        self.interned.insert(text.to_owned(), kept);
        kept
    }

    pub(super) fn texts<'t>(&mut self, texts: impl IntoIterator<Item = &'t str>) -> Span {
        let texts: Vec<Text> = texts.into_iter().map(|text| self.text(text)).collect();
        append(&mut self.tables.texts, texts)
    }

    pub(super) fn segment_index(&self, key: &str) -> Option<u32> {
        self.segments.get(key).copied()
    }

    fn variants(&mut self, document: &'d Document) {
        for flag in document.flags.values() {
            let rows = flag.variants.iter().map(|(name, value)| Variant { name: self.text(name), value: value.clone() }).collect();
            let span = append(&mut self.tables.variants, rows);
            self.variants.push(span);
        }
    }

    /// Where a variant of a flag is among all.
    fn variant(&self, flag: &str, name: &str) -> Option<u32> {
        let span = self.variants.get(*self.flags.get(flag)? as usize)?;
        span.indices().find(|index| self.tables.variant_name(*index) == name)
    }

    fn segments(&mut self, document: &'d Document) {
        for (key, segment) in &document.segments {
            let row = Segment { key: self.text(key), when: self.condition(&segment.when, key), buckets: false };
            self.tables.segments.push(row);
        }
        // Segments follow one another without a cycle, so after as many rounds as the longest chain nothing changes any more.
        loop {
            let buckets: Vec<bool> = self.tables.segments.iter().map(|segment| self.buckets(&segment.when)).collect();
            let mut changed = false;
            for (segment, buckets) in self.tables.segments.iter_mut().zip(buckets) {
                changed |= segment.buckets != buckets;
                segment.buckets = buckets;
            }
            if !changed {
                return;
            }
        }
    }

    /// Whether a condition contains a percentage or a ramp, the segments that it names included.
    fn buckets(&self, node: &Node) -> bool {
        match node {
            Node::Percent { .. } | Node::Ramp { .. } => true,
            Node::All(inner) | Node::Any(inner) | Node::Not(inner) => inner.of(&self.tables.nodes).iter().any(|node| self.buckets(node)),
            Node::Segment(index) => self.tables.segments.get(*index as usize).is_some_and(|segment| segment.buckets),
            Node::Attribute { .. } | Node::Flag(_) | Node::After(_) | Node::Before(_) => false,
        }
    }

    /// The live releases, and which of them moves which flag to which variant.
    fn releases(&mut self, document: &'d Document) -> BTreeMap<&'d str, (u32, Option<u32>)> {
        let mut moved = BTreeMap::new();
        for (key, release) in document.releases.iter().filter(|(_, release)| release.is_live()) {
            let index = narrow(self.tables.releases.len());
            for member in &release.flags {
                moved.entry(member.flag.as_str()).or_insert((index, self.variant(&member.flag, &member.variant)));
            }
            let row = self.release(key, release);
            self.tables.releases.push(row);
        }
        moved
    }

    fn release(&mut self, key: &str, release: &document::Release) -> Release {
        let by_hand = release.stages.iter().position(|stage| Some(&stage.name) == release.stage.as_ref());
        let is_done = |item: &str| release.readiness.iter().any(|listed| listed.item == item && listed.done);
        let stages = release
            .stages
            .iter()
            .map(|stage| {
                let audience = self.condition(&stage.audience, key);
                Stage {
                    name: self.text(&stage.name),
                    audience,
                    buckets: self.buckets(&audience),
                    starts_at: stage.starts_at.as_ref().map(Time::at),
                    lacks: self.texts(stage.needs.iter().map(String::as_str).filter(|item| !is_done(item))),
                }
            })
            .collect();
        Release {
            key: self.text(key),
            stages: append(&mut self.tables.stages, stages),
            by_hand: by_hand.map_or(0, |last| narrow(last + 1)),
            hold: release.hold.as_ref().map(Time::at),
        }
    }

    fn flag(&mut self, key: &str, flag: &document::Flag, release: Option<(u32, Option<u32>)>) -> Flag {
        let requires = flag.requires.iter().map(|Requirement { flag, is }| self.flag_test(flag, is)).collect();
        let requires = append(&mut self.tables.tests, requires);
        let rules = flag
            .rules
            .iter()
            .map(|rule| {
                let when = self.condition(&rule.when, key);
                Rule { id: self.text(&rule.id), when, buckets: self.buckets(&when), serve: self.serve(key, &rule.serve) }
            })
            .collect();
        let rules = append(&mut self.tables.rules, rules);
        Flag {
            key: self.text(key),
            public: flag.visibility == Visibility::Public,
            enabled: flag.enabled,
            is_static: flag.rules.is_empty() && flag.requires.is_empty() && release.is_none(),
            off: flag.off_variant.as_ref().and_then(|name| self.variant(key, name)),
            requires,
            rules,
            release,
            otherwise: flag.otherwise.as_ref().map(|serve| self.serve(key, serve)),
            metadata: flag.metadata.clone(),
        }
    }

    pub(super) fn flag_test(&mut self, flag: &str, is: &[String]) -> FlagTest {
        let named = is.iter().filter_map(|name| self.variant(flag, name)).collect();
        FlagTest {
            key: self.text(flag),
            flag: self.flags.get(flag).copied().unwrap_or(u32::MAX),
            is: append(&mut self.tables.named, named),
        }
    }

    fn serve(&mut self, flag: &str, serve: &document::Serve) -> Serve {
        let split = match serve {
            document::Serve::Variant(name) => return Serve::Variant(self.variant(flag, name)),
            document::Serve::Split(split) => split,
        };
        let mut total = 0_u32;
        let mut weights = Vec::new();
        for part in &split.split {
            total = total.saturating_add(part.weight);
            weights.push(Weight { variant: self.variant(flag, &part.variant), below: total });
        }
        let bucketing = self.bucketing(split.by.as_deref(), split.seed.as_deref(), &format!("{flag}/split"));
        let row = Split { weights: append(&mut self.tables.weights, weights), total, bucketing };
        self.tables.splits.push(row);
        Serve::Split(narrow(self.tables.splits.len() - 1))
    }

    /// How people come to their places, by `targetingKey` where nothing else is written and with a seed by default.
    pub(super) fn bucketing(&mut self, by: Option<&str>, seed: Option<&str>, default_seed: &str) -> Bucketing {
        let by = by.unwrap_or(TARGETING_KEY);
        Bucketing {
            by: self.text(by),
            by_targeting_key: by == TARGETING_KEY,
            hash: Murmur3::seeded(seed.unwrap_or(default_seed)),
            seed: seed.map(|seed| self.text(seed)),
        }
    }
}

/// The attribute that says who asks.
const TARGETING_KEY: &str = "targetingKey";

/// Appends rows to a table; where they are now.
pub(super) fn append<T>(table: &mut Vec<T>, mut rows: Vec<T>) -> Span {
    let span = Span::new(table.len(), rows.len());
    table.append(&mut rows);
    span
}
