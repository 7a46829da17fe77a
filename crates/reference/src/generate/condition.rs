//! Drafts of conditions: a segment is a number instead of a key, a flag is a number and its variants are bits.

use super::pools;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Map, Value, json};

/// A draft of a condition, nested to `depth` levels at most beside its own.
pub(super) fn condition(depth: u32) -> BoxedStrategy<Value> {
    let leaf = leaf();
    if depth == 0 {
        return leaf;
    }
    let several = vec(condition(depth - 1), 0..4);
    let within = (several, select(vec!["all", "any"])).prop_map(|(conditions, name)| json!({ name: conditions }));
    let not = condition(depth - 1).prop_map(|condition| json!({ "not": condition }));
    prop_oneof![6 => leaf, 3 => within, 1 => not].boxed()
}

fn leaf() -> BoxedStrategy<Value> {
    let segment = any::<u16>().prop_map(|index| json!({ "segment": index }));
    let flag = (any::<u16>(), 1..=u8::MAX).prop_map(|(index, variants)| json!({ "flag": index, "is": variants }));
    let clock = (select(vec!["after", "before"]), pools::time_text()).prop_map(|(name, time)| json!({ name: time }));
    prop_oneof![10 => attribute(), 3 => segment, 2 => flag, 4 => percent(), 3 => ramp(), 2 => clock].boxed()
}

fn attribute() -> BoxedStrategy<Value> {
    let on = |path: BoxedStrategy<String>, operator: BoxedStrategy<Value>| {
        (path, operator).prop_map(|(path, mut operator)| {
            operator["attribute"] = json!(path);
            operator
        })
    };
    let at = |names: &'static [&'static str]| prop_oneof![5 => select(names).prop_map(str::to_owned), 1 => pools::path()].boxed();
    let any_path = || pools::path().boxed();
    let is = pools::scalars().prop_map(|scalars| json!({ "is": scalars })).boxed();
    let few = prop_oneof![4 => subsequence(pools::common(), 1..4).boxed(), 1 => pools::scalars().boxed()];
    let has_all = few.prop_map(|scalars| json!({ "hasAll": scalars })).boxed();
    let text = (select(vec!["contains", "startsWith", "endsWith"]), pools::texts(), option::of(any::<bool>())).prop_map(
        |(name, texts, ignore_case)| {
            let mut operator = json!({ name: texts });
            if let Some(ignore_case) = ignore_case {
                operator["ignoreCase"] = json!(ignore_case);
            }
            operator
        },
    );
    let matches = pools::pattern().prop_map(|pattern| json!({ "matches": pattern })).boxed();
    let number =
        (select(vec!["greaterThan", "atLeast", "lessThan", "atMost"]), pools::number()).prop_map(|(name, number)| json!({ name: number }));
    let clock = (select(vec!["after", "before"]), pools::time_text()).prop_map(|(name, time)| json!({ name: time }));
    let version = pools::range().prop_map(|range| json!({ "version": range })).boxed();
    let network = pools::networks().prop_map(|networks| json!({ "network": networks })).boxed();
    let exists = any::<bool>().prop_map(|exists| json!({ "exists": exists })).boxed();
    prop_oneof![
        3 => on(any_path(), is),
        2 => on(at(&["tags", "scores", "deep"]), has_all),
        3 => on(at(&["email", "country", "plan", "name", "tags"]), text.boxed()),
        2 => on(at(&["email", "country", "name"]), matches),
        2 => on(at(&["n", "score", "scores"]), number.boxed()),
        2 => on(at(&["signup"]), clock.boxed()),
        2 => on(at(&["app"]), version),
        2 => on(at(&["ip"]), network),
        2 => on(any_path(), exists),
    ]
    .boxed()
}

/// `by` and `seed`, each or neither.
pub(super) fn bucketing() -> impl Strategy<Value = Map<String, Value>> {
    (option::weighted(0.3, pools::path()), option::weighted(0.3, pools::seed())).prop_map(|(by, seed)| {
        let by = by.map(|by| ("by".to_owned(), json!(by)));
        by.into_iter().chain(seed.map(|seed| ("seed".to_owned(), json!(seed)))).collect()
    })
}

fn percent() -> impl Strategy<Value = Value> {
    (pools::percent(), pools::percent(), any::<bool>(), bucketing()).prop_map(|(a, b, is_range, mut condition)| {
        let percent = if is_range { json!([pools::percent_json(a.min(b)), pools::percent_json(a.max(b))]) } else { pools::percent_json(a) };
        condition.insert("percent".into(), percent);
        condition.into()
    })
}

fn ramp() -> impl Strategy<Value = Value> {
    let points = vec((pools::instant(), any::<u8>(), pools::percent()), 1..5);
    let shape = select(vec![None, Some("steps"), Some("linear"), Some("linear")]);
    (points, shape, bucketing()).prop_map(|(points, shape, mut condition)| {
        condition.insert("ramp".into(), ramp_points(points));
        if let Some(shape) = shape {
            condition.insert("shape".into(), json!(shape));
        }
        condition.into()
    })
}

/// The points in order: times strictly rising (doubled ones left out), percentages never falling.
fn ramp_points(points: Vec<(i64, u8, f64)>) -> Value {
    let mut times: Vec<(i64, u8)> = points.iter().map(|&(at, way, _)| (at, way)).collect();
    times.sort_unstable();
    times.dedup_by_key(|(at, _)| *at);
    let mut percents: Vec<f64> = points.iter().map(|&(_, _, percent)| percent).collect();
    percents.sort_by(f64::total_cmp);
    let points = times.into_iter().zip(percents);
    points.map(|((at, way), percent)| json!({ "at": pools::written(at, way), "percent": pools::percent_json(percent) })).collect()
}
