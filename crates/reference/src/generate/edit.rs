//! Later documents: random edits of every part, and the two edits that must never put anyone out.

use super::condition::condition;
use super::document::{Draft, FlagDraft, ReleaseDraft, draft};
use super::pools;
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// A document and a later one, which share most of their parts: flags, releases and the rest come, go and change.
pub fn edited() -> impl Strategy<Value = (Value, Value)> {
    (draft(), draft(), vec(any::<u8>(), 32)).prop_map(|(draft, other, choices)| (draft.build(), mix(&draft, &other, &choices).build()))
}

/// A document, and two later ones that two people made of it without knowing of each other.
pub fn edited_by_two() -> impl Strategy<Value = [Value; 3]> {
    (draft(), draft(), draft(), vec(any::<u8>(), 32), vec(any::<u8>(), 32)).prop_map(|(draft, one, two, of_one, of_two)| {
        [draft.build(), mix(&draft, &one, &of_one).build(), mix(&draft, &two, &of_two).build()]
    })
}

/// A document before and after an edit: whoever has `variant` of `flag` before has it afterwards, at any time.
#[derive(Clone, Debug)]
pub struct Step {
    /// The document.
    pub before: Value,
    /// The later document.
    pub after: Value,
    /// The flag's key.
    pub flag: String,
    /// The variant that the edit brings to more people.
    pub variant: String,
}

const FLAG: &str = "step-flag";
const RELEASE: &str = "step-release";
const SEGMENT: &str = "step-segment";

/// A percentage or a ramp that is raised: in a rule, in a release's stage, or in a segment.
pub fn raised() -> impl Strategy<Value = Step> {
    let shares = (vec((pools::percent(), pools::percent()), 3), vec(pools::instant(), 3), super::condition::bucketing(), 0..4_u8);
    (draft(), shares, condition(1), 0..3_u8).prop_map(|(draft, (shares, times, bucketing, shape), other, place)| {
        let [before, after] = [false, true].map(|later| {
            let share = share(&shares, &times, shape, later, &bucketing);
            let when = json!({ "all": [without_references(&other), share] });
            with_step(&draft, |document| match place {
                0 => put_flag(
                    document,
                    json!([rule("first", json!({ "attribute": "plan", "is": ["free"] }), "off"), rule("share", when, "on")]),
                ),
                1 => {
                    put_flag(document, json!([]));
                    put_release(document, json!([{ "name": "share", "audience": when }]), json!("share"));
                }
                _ => {
                    document["segments"][SEGMENT] = json!({ "when": when });
                    put_flag(document, json!([rule("share", json!({ "any": [{ "segment": SEGMENT }] }), "on")]));
                }
            })
        });
        Step { before, after, flag: FLAG.to_owned(), variant: "on".to_owned() }
    })
}

/// A release of which one more stage is opened by hand.
pub fn opened() -> impl Strategy<Value = Step> {
    let stage = (condition(2), proptest::option::of(pools::time_text()), any::<bool>());
    (draft(), vec(stage, 1..5), any::<usize>(), proptest::option::of(pools::time_text())).prop_map(|(draft, stages, next, hold)| {
        let next = next % stages.len();
        let named = stages.iter().zip(["internal", "beta", "canary", "everyone"]).map(|((audience, starts_at, needs), name)| {
            let mut stage = json!({ "name": name, "audience": without_references(audience) });
            if let Some(starts_at) = starts_at {
                stage["startsAt"] = json!(starts_at);
            }
            if *needs {
                stage["needs"] = json!(["Runbook reviewed"]);
            }
            stage
        });
        let stages: Vec<Value> = named.collect();
        let [before, after] = [next.checked_sub(1), Some(next)].map(|last| {
            let stage = last.map_or(Value::Null, |last| stages[last]["name"].clone());
            with_step(&draft, |document| {
                put_flag(document, json!([rule("first", json!({ "attribute": "plan", "is": ["free"] }), "off")]));
                put_release(document, json!(stages), stage);
                document["releases"][RELEASE]["hold"] = json!(hold);
            })
        });
        Step { before, after, flag: FLAG.to_owned(), variant: "on".to_owned() }
    })
}

/// A percentage, a range or a ramp: the smaller of each pair of shares before, the greater later.
fn share(shares: &[(f64, f64)], times: &[i64], shape: u8, later: bool, bucketing: &Map<String, Value>) -> Value {
    let mut chosen: Vec<f64> = shares.iter().map(|&(a, b)| if later { a.max(b) } else { a.min(b) }).collect();
    let mut condition = bucketing.clone();
    match shape {
        0 => drop(condition.insert("percent".into(), pools::percent_json(chosen[0]))),
        1 => {
            // A range that begins where the smaller of the first pair says, before and later.
            let from = shares[0].0.min(shares[0].1);
            drop(condition.insert("percent".into(), json!([from, from.max(chosen[1])])));
        }
        _ => {
            chosen.sort_by(f64::total_cmp);
            let mut times = times.to_vec();
            times.sort_unstable();
            times.dedup();
            let points = times.iter().zip(chosen).map(|(&at, percent)| json!({ "at": pools::written(at, 0), "percent": percent }));
            condition.insert("ramp".into(), points.collect());
            condition.insert("shape".into(), json!(if shape == 2 { "linear" } else { "steps" }));
        }
    }
    condition.into()
}

/// The draft's document with the flag, release or segment of the edit beside its own.
fn with_step(draft: &Draft, put: impl FnOnce(&mut Value)) -> Value {
    let mut document = draft.build();
    for name in ["segments", "releases"] {
        if document.get(name).is_none() {
            document[name] = json!({});
        }
    }
    put(&mut document);
    document
}

fn put_flag(document: &mut Value, rules: Value) {
    document["flags"][FLAG] = json!({
        "purpose": "release", "owner": "team-cart", "created": "2026-11-01", "expires": "2027-01-01",
        "variants": { "on": true, "off": false }, "rules": rules, "otherwise": "off" });
}

fn put_release(document: &mut Value, stages: Value, stage: Value) {
    document["releases"][RELEASE] = json!({
        "title": "Step", "owner": "team-cart", "flags": [{ "flag": FLAG, "variant": "on" }], "stages": stages, "stage": stage,
        "readiness": [{ "item": "Runbook reviewed", "done": true }] });
}

fn rule(id: &str, when: Value, serve: &str) -> Value {
    json!({ "id": id, "when": when, "serve": serve })
}

/// A draft of a condition whose references, of which the draft's document knows nothing, hold for everyone.
fn without_references(draft: &Value) -> Value {
    if draft.get("segment").is_some() || draft.get("flag").is_some() {
        return json!({ "all": [] });
    }
    for name in ["all", "any"] {
        if let Some(conditions) = draft[name].as_array() {
            return json!({ name: conditions.iter().map(without_references).collect::<Vec<_>>() });
        }
    }
    if draft["not"].is_object() { json!({ "not": without_references(&draft["not"]) }) } else { draft.clone() }
}

/// The first draft with those parts of the other that the choices name; most stay.
fn mix(one: &Draft, other: &Draft, choices: &[u8]) -> Draft {
    let mut choices = choices.iter().copied();
    let mut is_changed = || choices.next().is_some_and(|choice| choice % 6 == 0);
    let mut mixed = one.clone();
    mixed.flags = mixed_list(&one.flags, &other.flags, &mut is_changed, mixed_flag);
    mixed.releases = mixed_list(&one.releases, &other.releases, &mut is_changed, mixed_release);
    mixed.segments = mixed_list(&one.segments, &other.segments, &mut is_changed, |_, b, _| b.clone());
    mixed.plans = mixed_list(&one.plans, &other.plans, &mut is_changed, |_, b, _| b.clone());
    mixed.scenarios = mixed_list(&one.scenarios, &other.scenarios, &mut is_changed, |_, b, _| b.clone());
    mixed.retired = if is_changed() { other.retired } else { one.retired };
    mixed.all_public = if is_changed() { other.all_public } else { one.all_public };
    mixed
}

/// Item by item; sometimes as many as the other has.
fn mixed_list<T: Clone>(one: &[T], other: &[T], is_changed: &mut impl FnMut() -> bool, change: impl Fn(&T, &T, bool) -> T) -> Vec<T> {
    let mut mixed = one.to_vec();
    for (item, changed) in mixed.iter_mut().zip(other) {
        if is_changed() {
            *item = change(item, changed, is_changed());
        }
    }
    if is_changed() {
        mixed.extend(other.iter().skip(one.len()).cloned());
        mixed.truncate(other.len());
    }
    mixed
}

fn mixed_flag(one: &FlagDraft, other: &FlagDraft, wholly: bool) -> FlagDraft {
    if wholly {
        return other.clone();
    }
    FlagDraft {
        rules: other.rules.iter().take(1).chain(one.rules.iter().take(2)).cloned().collect(),
        otherwise: other.otherwise.clone(),
        ..one.clone()
    }
}

fn mixed_release(one: &ReleaseDraft, other: &ReleaseDraft, wholly: bool) -> ReleaseDraft {
    if wholly { other.clone() } else { ReleaseDraft { stage: other.stage, fields: other.fields.clone(), ..one.clone() } }
}
