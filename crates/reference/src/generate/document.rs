//! Drafts of documents, and building a draft into a document whose references all exist and never go in a circle.
//!
//! Things are built one after the other and refer only to what is built already. A flag comes after the segments of its
//! level and after the releases whose first flag it is, because a release's stages are part of its flags.

use super::condition::{bucketing, condition};
use super::pools;
use super::{context::context, edit};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

const FLAG_KEYS: [&str; 6] = ["new-cart", "a", "Cart.v2", "0", "banner_x", "z-5"];
const SEGMENT_KEYS: [&str; 4] = ["staff", "beta", "S.2", "1"];
const RELEASE_KEYS: [&str; 3] = ["cart-launch", "b", "9.9"];
const READINESS: [&str; 3] = ["Runbook reviewed", "Überprüft ✓", "Support briefed"];

/// Condition steps that a flag or segment may cost at worst, well under what `check` allows.
const STEPS: u64 = 1_500;

/// A document whose references are numbers still.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    pub(super) segments: Vec<Part>,
    pub(super) flags: Vec<FlagDraft>,
    pub(super) releases: Vec<ReleaseDraft>,
    pub(super) plans: Vec<Part>,
    pub(super) scenarios: Vec<(Value, Option<String>, u64)>,
    pub(super) retired: bool,
    pub(super) all_public: bool,
}

/// A part of a document, ready but for its conditions, and a number that says where it stands.
#[derive(Clone, Debug)]
pub(super) struct Part {
    pub(super) fields: Map<String, Value>,
    pub(super) place: usize,
}

/// A flag, ready but for its conditions and for which of its variants is meant where.
#[derive(Clone, Debug)]
pub(super) struct FlagDraft {
    pub(super) fields: Map<String, Value>,
    pub(super) variants: Vec<(String, Value)>,
    pub(super) requires: Vec<(u16, u8)>,
    pub(super) rules: Vec<Value>,
    pub(super) off_variant: Option<Option<usize>>,
    pub(super) otherwise: Option<Value>,
}

/// A release, ready but for its stages' conditions and for which flags it moves.
#[derive(Clone, Debug)]
pub(super) struct ReleaseDraft {
    pub(super) fields: Map<String, Value>,
    pub(super) flags: Vec<(usize, usize)>,
    pub(super) stages: Vec<Value>,
    pub(super) stage: Option<usize>,
    pub(super) plan: bool,
}

pub(super) fn draft() -> impl Strategy<Value = Draft> {
    let scenario = (context(), option::of(pools::time_text()), any::<u64>());
    let all = (vec(segment(), 0..=SEGMENT_KEYS.len()), vec(flag(), 1..=FLAG_KEYS.len()), vec(release(), 0..=RELEASE_KEYS.len()));
    let rest = (vec(plan(), 0..3), vec(scenario, 0..3), any::<bool>(), prop::bool::weighted(0.2));
    (all, rest).prop_map(|((segments, flags, releases), (plans, scenarios, retired, all_public))| Draft {
        segments,
        flags,
        releases,
        plans,
        scenarios,
        retired,
        all_public,
    })
}

fn segment() -> impl Strategy<Value = Part> {
    (condition(2), description(), 0..=FLAG_KEYS.len()).prop_map(|(when, mut fields, place)| {
        fields.insert("when".into(), when);
        Part { fields, place }
    })
}

fn plan() -> impl Strategy<Value = Part> {
    let readiness = option::of(subsequence(READINESS.to_vec(), 0..3));
    (stages(), readiness, description()).prop_map(|(stages, readiness, mut fields)| {
        fields.insert("stages".into(), stages.into());
        if let Some(readiness) = readiness {
            fields.insert("readiness".into(), json!(readiness));
        }
        Part { fields, place: 0 }
    })
}

fn description() -> impl Strategy<Value = Map<String, Value>> {
    select(vec![None, Some(""), Some("Who works here – ✓")])
        .prop_map(|text| text.map(|text| ("description".to_owned(), json!(text))).into_iter().collect())
}

fn stages() -> impl Strategy<Value = Vec<Value>> {
    let needs = option::weighted(0.5, subsequence(READINESS.to_vec(), 0..=2));
    let stage = (condition(2), option::weighted(0.6, pools::time_text()), needs);
    (vec(stage, 1..5), 0..3_usize).prop_map(|(stages, names)| {
        let names =
            [["internal", "beta", "canary", "everyone"], ["s-1", "S.2", "3", "x_4"], ["everyone", "canary", "beta", "internal"]][names];
        let named = stages.into_iter().zip(names).map(|((audience, starts_at, needs), name)| {
            let mut stage = json!({ "name": name, "audience": audience });
            if let Some(starts_at) = starts_at {
                stage["startsAt"] = json!(starts_at);
            }
            if let Some(needs) = needs {
                stage["needs"] = json!(needs);
            }
            stage
        });
        named.collect()
    })
}

/// A variant (a number), or a split (weights in the variants' order from a number on).
fn serve() -> impl Strategy<Value = Value> {
    let weight = prop_oneof![2 => Just(0_u32), 5 => 1..10_u32, 1 => Just(1000), 1 => Just(500_000_000)];
    let split = (vec(weight, 1..5), any::<u8>(), bucketing()).prop_map(|(weights, from, mut split)| {
        split.insert("split".into(), json!(weights));
        split.insert("from".into(), json!(from));
        split.into()
    });
    prop_oneof![3 => any::<u8>().prop_map(Value::from), 2 => split]
}

fn variants() -> impl Strategy<Value = Vec<(String, Value)>> {
    let kinds = vec![
        json!({ "on": true, "off": false }),
        json!({ "on": true, "off": false }),
        json!({ "control": "", "blue": "bleu ✓", "Green.2": "green", "4": "𝄞" }),
        json!({ "lo": 1, "hi": 2.5, "zero": 0, "minus": -1e-7 }),
        json!({ "x": { "k": [1, { "y": null }], "é": "é" }, "y": {} }),
        json!({ "short": [], "long": [1, "a", [true, null], {}] }),
        json!({ "only": "one" }),
    ];
    select(kinds).prop_map(|kind| kind.as_object().into_iter().flatten().map(|(name, value)| (name.clone(), value.clone())).collect())
}

fn flag() -> impl Strategy<Value = FlagDraft> {
    let rule = (condition(3), serve(), option::of(Just("why – ✓"))).prop_map(|(when, serve, description)| {
        let mut rule = json!({ "when": when, "serve": serve });
        if let Some(description) = description {
            rule["description"] = json!(description);
        }
        rule
    });
    let decides = (
        vec((any::<u16>(), 1..=u8::MAX), 0..3),
        vec(rule, 0..4),
        option::of(option::of(any::<usize>())),
        option::weighted(0.8, prop_oneof![9 => serve(), 1 => Just(Value::Null)]),
    );
    // Mostly without requirements: a flag that is blocked says little about the rest.
    let blocked = prop::bool::weighted(0.25);
    (fields(), variants(), decides, blocked).prop_map(|(fields, variants, (requires, rules, off_variant, otherwise), blocked)| FlagDraft {
        fields,
        variants,
        requires: if blocked { requires } else { Vec::new() },
        rules,
        off_variant,
        otherwise,
    })
}

/// What of a flag refers to nothing.
fn fields() -> impl Strategy<Value = Map<String, Value>> {
    let purpose = select(vec!["release", "experiment", "operational", "permission"]);
    let enabled = prop_oneof![4 => Just(None), 4 => Just(Some(true)), 1 => Just(Some(false))];
    let tags = option::of(subsequence(vec!["checkout", "größe", "x y"], 0..3));
    let expires = option::of(select(vec!["2026-12-20", "2027-02-28", "9999-12-31"]));
    let created = select(vec!["2026-11-01", "2024-02-29"]);
    let metadata = vec![
        ("team", json!("x")),
        ("n", json!(1)),
        ("half", json!(0.5)),
        ("b", json!(true)),
        ("rule", json!("mine")),
        ("release", json!("mine")),
        ("stage", json!("mine")),
        ("blockedBy", json!(0)),
    ];
    let metadata = option::weighted(0.4, subsequence(metadata, 0..5));
    (purpose, enabled, tags, expires, created, metadata, description(), select(vec!["team-cart", "Ünal"])).prop_map(
        |(purpose, enabled, tags, expires, created, metadata, mut fields, owner)| {
            fields.insert("purpose".into(), json!(purpose));
            fields.insert("owner".into(), json!(owner));
            fields.insert("created".into(), json!(created));
            let metadata =
                metadata.map(|metadata| metadata.into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<Map<_, _>>());
            let optional = [
                ("enabled", enabled.map(Value::from)),
                ("tags", tags.map(Value::from)),
                ("expires", expires.map(Value::from)),
                ("metadata", metadata.map(Value::from)),
            ];
            fields.extend(optional.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))));
            fields
        },
    )
}

fn release() -> impl Strategy<Value = ReleaseDraft> {
    let readiness = subsequence(READINESS.to_vec(), 0..=3).prop_flat_map(|items| {
        let done = vec((prop::bool::weighted(0.7), any::<bool>(), pools::time_text()), items.len());
        done.prop_map(move |done| {
            let listed = items.iter().zip(done).map(|(item, (done, signed, at))| {
                if signed {
                    json!({ "item": item, "done": done, "by": "ann@acme.example", "at": at })
                } else {
                    json!({ "item": item, "done": done })
                }
            });
            Value::from(listed.collect::<Vec<_>>())
        })
    });
    let hold = prop_oneof![6 => Just(None), 1 => Just(Some(Value::Null)), 3 => pools::time_text().prop_map(|time| Some(json!(time)))];
    let ended = prop_oneof![6 => Just((None, None)), 2 => Just((Some(false), Some(false))), 1 => Just((Some(true), None)), 1 => Just((None, Some(true)))];
    let texts = option::of(Just("Roll back; 退"));
    let fields = (readiness, hold, ended, texts, option::of(Just("2026-12-01")), description()).prop_map(
        |(readiness, hold, ended, texts, target, mut fields)| {
            fields.insert("title".into(), json!("Cart launch"));
            fields.insert("owner".into(), json!("team-cart"));
            let optional = [
                ("readiness", Some(readiness).filter(|list| *list != json!([]))),
                ("hold", hold),
                ("rolledBack", ended.0.map(Value::from)),
                ("closed", ended.1.map(Value::from)),
                ("contingency", texts.map(Value::from)),
                ("announcement", texts.map(Value::from)),
                ("target", target.map(Value::from)),
            ];
            fields.extend(optional.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))));
            fields
        },
    );
    let flags = vec((any::<usize>(), any::<usize>()), 1..4);
    (fields, flags, stages(), option::weighted(0.75, any::<usize>()), any::<bool>())
        .prop_map(|(fields, flags, stages, stage, plan)| ReleaseDraft { fields, flags, stages, stage, plan })
}

/// What is built already and what each costs at worst, so that later parts may refer to it.
#[derive(Default)]
struct Built {
    segments: Vec<(&'static str, u64)>,
    /// With the names of its variants.
    flags: Vec<(&'static str, Vec<String>, u64)>,
}

impl Built {
    /// A condition with its references by key; `cost` grows by its steps. A reference that nothing answers to, or that
    /// would cost too much, becomes a condition that everyone meets.
    fn condition(&self, draft: &Value, cost: &mut u64) -> Value {
        *cost += 1;
        if let Some(index) = draft["segment"].as_u64() {
            return match pick(&self.segments, index) {
                Some((key, steps)) if *cost + steps < STEPS => {
                    *cost += steps;
                    json!({ "segment": key })
                }
                _ => json!({ "all": [] }),
            };
        }
        if let (Some(index), Some(bits)) = (draft["flag"].as_u64(), draft["is"].as_u64()) {
            return self.variants_of(index, bits, cost).unwrap_or_else(|| json!({ "all": [] }));
        }
        for name in ["all", "any"] {
            if let Some(conditions) = draft[name].as_array() {
                let conditions: Vec<Value> = conditions.iter().map(|condition| self.condition(condition, cost)).collect();
                return json!({ name: conditions });
            }
        }
        if draft["not"].is_object() {
            return json!({ "not": self.condition(&draft["not"], cost) });
        }
        *cost += draft.as_object().into_iter().flatten().map(|(_, value)| value.as_array().map_or(0, Vec::len) as u64).sum::<u64>();
        draft.clone()
    }

    /// A flag and the variants that the bits name: at least one.
    fn variants_of(&self, index: u64, bits: u64, cost: &mut u64) -> Option<Value> {
        let (key, variants, steps) = pick(&self.flags, index)?;
        if *cost + steps >= STEPS {
            return None;
        }
        *cost += steps + 1;
        let named: Vec<&String> = variants.iter().enumerate().filter(|(i, _)| bits >> i & 1 == 1).map(|(_, name)| name).collect();
        let named = if named.is_empty() { variants.iter().take(1).collect() } else { named };
        Some(json!({ "flag": key, "is": named }))
    }
}

fn pick<T>(items: &[T], index: u64) -> Option<&T> {
    items.get((index % items.len().max(1) as u64) as usize)
}

impl Draft {
    /// The document.
    pub(super) fn build(&self) -> Value {
        let mut built = Built::default();
        let (mut segments, mut flags, mut releases) = (Map::new(), Map::new(), Map::new());
        let moved = self.moved_flags();
        for (level, flag) in self.flags.iter().map(Some).chain([None]).enumerate() {
            for (segment, key) in self.segments.iter().zip(SEGMENT_KEYS) {
                if segment.place.min(self.flags.len()) == level {
                    let mut cost = 0;
                    let mut fields = segment.fields.clone();
                    fields.insert("when".into(), built.condition(&segment.fields["when"], &mut cost));
                    self.set_visibility(&mut fields);
                    segments.insert(key.into(), fields.into());
                    built.segments.push((key, cost));
                }
            }
            let Some(flag) = flag else { break };
            let mut cost = 0;
            for ((release, key), moves) in self.releases.iter().zip(RELEASE_KEYS).zip(&moved) {
                if moves.keys().next() == Some(&level) {
                    releases.insert(key.into(), self.release(release, moves, &built));
                }
                if moves.contains_key(&level) {
                    // Built with the release's first flag; counted again for each flag that it moves.
                    release.stages.iter().for_each(|stage| drop(built.condition(&stage["audience"], &mut cost)));
                }
            }
            let key = FLAG_KEYS[level];
            flags.insert(key.into(), self.flag(flag, &built, &mut cost));
            built.flags.push((key, flag.variants.iter().map(|(name, _)| name.clone()).collect(), cost));
        }
        self.document(&built, segments, flags, releases)
    }

    fn document(&self, built: &Built, segments: Map<String, Value>, flags: Map<String, Value>, releases: Map<String, Value>) -> Value {
        let plans = self.plans.iter().zip(["standard", "P.2"]).map(|(plan, key)| {
            let mut fields = plan.fields.clone();
            fields.insert(
                "stages".into(),
                plan.fields["stages"].as_array().into_iter().flatten().map(|stage| built_stage(stage, built)).collect(),
            );
            (key.to_owned(), Value::from(fields))
        });
        let plans: Map<String, Value> = plans.collect();
        let scenarios: Vec<Value> =
            self.scenarios.iter().enumerate().map(|(number, scenario)| built_scenario(number, scenario, built)).collect();
        let mut document = json!({ "format": 1, "flags": flags });
        for (name, parts) in [("segments", segments), ("plans", plans), ("releases", releases)] {
            if !parts.is_empty() {
                document[name] = parts.into();
            }
        }
        if !scenarios.is_empty() {
            document["scenarios"] = scenarios.into();
        }
        if self.retired {
            document["retired"] = json!(["old-banner", "r.2"]);
        }
        document
    }

    /// For each release its flags (their numbers) and the variant of each; a live release takes no flag that is taken.
    fn moved_flags(&self) -> Vec<BTreeMap<usize, usize>> {
        let mut taken = Vec::new();
        let of = |release: &ReleaseDraft| {
            let is_live = release.fields.get("closed") != Some(&json!(true)) && release.fields.get("rolledBack") != Some(&json!(true));
            let mut moves = BTreeMap::new();
            for (flag, variant) in &release.flags {
                let flag = flag % self.flags.len();
                if !(is_live && taken.contains(&flag)) {
                    moves.insert(flag, *variant);
                }
            }
            if is_live {
                taken.extend(moves.keys());
            }
            moves
        };
        self.releases.iter().map(of).collect()
    }

    fn release(&self, release: &ReleaseDraft, moves: &BTreeMap<usize, usize>, built: &Built) -> Value {
        let mut fields = release.fields.clone();
        let flags = moves.iter().map(|(&flag, &variant)| {
            let variants = &self.flags[flag].variants;
            json!({ "flag": FLAG_KEYS[flag], "variant": variants[variant % variants.len()].0 })
        });
        fields.insert("flags".into(), flags.collect());
        fields.insert("stages".into(), release.stages.iter().map(|stage| built_stage(stage, built)).collect());
        if let Some(stage) = release.stage {
            // One place more than there are stages: null, written out.
            let stage = release.stages.get(stage % (release.stages.len() + 1)).map_or(Value::Null, |stage| stage["name"].clone());
            fields.insert("stage".into(), stage);
        }
        if release.plan && !self.plans.is_empty() {
            fields.insert("plan".into(), json!("standard"));
        }
        fields.into()
    }

    fn flag(&self, flag: &FlagDraft, built: &Built, cost: &mut u64) -> Value {
        let mut fields = flag.fields.clone();
        self.set_visibility(&mut fields);
        fields.insert("variants".into(), flag.variants.iter().cloned().collect::<Map<_, _>>().into());
        let mut required: Vec<Value> =
            flag.requires.iter().filter_map(|&(index, bits)| built.variants_of(index.into(), bits.into(), cost)).collect();
        required.dedup_by(|a, b| a["flag"] == b["flag"]);
        if !required.is_empty() {
            fields.insert("requires".into(), required.into());
        }
        let rules: Vec<Value> = flag
            .rules
            .iter()
            .zip(["r0", "no-enterprise", "3"])
            .map(|(rule, id)| {
                let mut built_rule = rule.clone();
                built_rule["id"] = json!(id);
                built_rule["when"] = built.condition(&rule["when"], cost);
                built_rule["serve"] = built_serve(&rule["serve"], &flag.variants);
                built_rule
            })
            .collect();
        if !rules.is_empty() {
            fields.insert("rules".into(), rules.into());
        }
        if let Some(off_variant) = flag.off_variant {
            let name = off_variant.map(|index| flag.variants[index % flag.variants.len()].0.clone());
            fields.insert("offVariant".into(), name.into());
        }
        if let Some(otherwise) = &flag.otherwise {
            fields.insert("otherwise".into(), built_serve(otherwise, &flag.variants));
        }
        fields.into()
    }

    /// A public flag may need only what is public: all or none.
    fn set_visibility(&self, fields: &mut Map<String, Value>) {
        if self.all_public {
            fields.insert("visibility".into(), json!("public"));
        }
    }

    /// This draft with some of its parts from another one; `choices` says which, bit by bit.
    pub(super) fn mixed_with(&self, other: &Draft, choices: &[u8]) -> Draft {
        edit::mix(self, other, choices)
    }
}

fn built_stage(stage: &Value, built: &Built) -> Value {
    let mut stage = stage.clone();
    stage["audience"] = built.condition(&stage["audience"], &mut 0);
    stage
}

fn built_serve(serve: &Value, variants: &[(String, Value)]) -> Value {
    let name = |index: u64| variants[(index % variants.len() as u64) as usize].0.clone();
    if let Some(index) = serve.as_u64() {
        return json!(name(index));
    }
    let (Some(weights), Some(from)) = (serve["split"].as_array(), serve["from"].as_u64()) else { return Value::Null };
    let parts = weights.iter().take(variants.len()).zip(from..).map(|(weight, index)| json!({ "variant": name(index), "weight": weight }));
    let mut parts: Vec<Value> = parts.collect();
    if parts.iter().all(|part| part["weight"] == 0) {
        parts[0]["weight"] = json!(1);
    }
    let mut split = serve.clone();
    split["split"] = parts.into();
    if let Some(fields) = split.as_object_mut() {
        fields.remove("from");
    }
    split
}

fn built_scenario(number: usize, (context, at, choice): &(Value, Option<String>, u64), built: &Built) -> Value {
    let expected = pick(&built.flags, *choice).map(|(key, variants, _)| {
        // Now and then the application's own default.
        let variant = variants.get((choice >> 8) as usize % (variants.len() + 1));
        ((*key).to_owned(), json!(variant))
    });
    let expect: Map<String, Value> = expected.into_iter().collect();
    let mut scenario = json!({ "name": format!("Scenario {number} – ✓"), "context": context, "expect": expect });
    if let Some(at) = at {
        scenario["at"] = json!(at);
    }
    scenario
}
