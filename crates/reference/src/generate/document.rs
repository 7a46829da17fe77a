//! Drafts of documents: everything of a document but what its references refer to, which `build` decides.

use super::condition::{bucketing, condition};
use super::context::context;
use super::pools;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Map, Value, json};

pub(super) const FLAG_KEYS: [&str; 6] = ["new-cart", "a", "Cart.v2", "0", "banner_x", "z-5"];
pub(super) const SEGMENT_KEYS: [&str; 4] = ["staff", "beta", "S.2", "1"];
pub(super) const RELEASE_KEYS: [&str; 3] = ["cart-launch", "b", "9.9"];
const READINESS: [&str; 3] = ["Runbook reviewed", "Überprüft ✓", "Support briefed"];

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
