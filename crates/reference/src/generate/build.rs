//! Building a draft into a document whose references all exist and never go in a circle.
//!
//! Things are built one after the other and refer only to what is built already. A flag comes after the segments of its
//! level and after the releases whose first flag it is, because a release's stages are part of its flags.

use super::document::{Draft, FLAG_KEYS, FlagDraft, RELEASE_KEYS, ReleaseDraft, SEGMENT_KEYS};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Condition steps that a flag or segment may cost at worst, well under what `check` allows.
const STEPS: u64 = 1_500;

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
