//! Random evaluation contexts: values on either side of what conditions ask for, and values of odd shapes.

use super::pools;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};

/// A random evaluation context.
pub fn context() -> impl Strategy<Value = Value> {
    let of_users = (
        option::weighted(0.85, targeting_key()),
        maybe(email()),
        maybe(text()),
        maybe(text()),
        maybe(any::<bool>().prop_map(Value::from)),
        maybe(number()),
    );
    let of_lists = (maybe(number()), maybe(list()), maybe(list()), option::weighted(0.6, company()), maybe(text()), maybe(version()));
    let of_rest = (maybe(address()), maybe(signup()), maybe(odd()), option::of(Just(Value::Null)), option::of(size()), maybe(text()));
    (of_users, of_lists, of_rest, option::weighted(0.1, scalar())).prop_map(|(users, lists, rest, literal)| {
        let named = [
            ("targetingKey", users.0),
            ("email", users.1),
            ("country", users.2),
            ("plan", users.3),
            ("beta", users.4),
            ("n", users.5),
            ("score", lists.0),
            ("tags", lists.1),
            ("scores", lists.2),
            ("company", lists.3),
            ("name", lists.4),
            ("app", lists.5),
            ("ip", rest.0),
            ("signup", rest.1),
            ("deep", rest.2),
            ("nul", rest.3),
            ("größe", rest.4),
            ("odd key", rest.5),
            ("company.id", literal),
        ];
        named.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect::<Map<_, _>>().into()
    })
}

/// Often the value, sometimes one of an odd shape, sometimes none.
fn maybe(value: impl Strategy<Value = Value> + 'static) -> impl Strategy<Value = Option<Value>> {
    prop_oneof![12 => value.prop_map(Some), 1 => odd().prop_map(Some), 4 => Just(None)]
}

fn targeting_key() -> impl Strategy<Value = Value> {
    prop_oneof![20 => (0..1000_u32).prop_map(|n| json!(format!("u{n}"))), 2 => scalar(), 1 => select(vec![json!(""), json!(null), json!([]), json!({"id": 1}), json!(5.0)])]
}

fn email() -> impl Strategy<Value = Value> {
    (0..100_u32, select(vec!["acme.example", "ACME.example", "beta.example", "other.test"]))
        .prop_map(|(n, host)| json!(format!("u{n}@{host}")))
}

fn text() -> impl Strategy<Value = Value> {
    select(&pools::TEXTS[..]).prop_map(Value::from)
}

fn number() -> impl Strategy<Value = Value> {
    let odd = vec![
        json!(1e21),
        json!(9_007_199_254_740_993_u64),
        json!(u64::MAX),
        json!(i64::MIN),
        json!(5e-324),
        json!(-1e-7),
        json!(0.1 + 0.2),
    ];
    prop_oneof![6 => pools::number(), 2 => (-3..12_i64).prop_map(Value::from), 1 => select(odd)]
}

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![3 => text(), 2 => number(), 1 => any::<bool>().prop_map(Value::from)]
}

fn list() -> impl Strategy<Value = Value> {
    vec(prop_oneof![10 => select(pools::common()), 5 => scalar(), 1 => odd()], 0..6).prop_map(Value::from)
}

fn company() -> impl Strategy<Value = Value> {
    prop_oneof![
        6 => (scalar(), option::of(number())).prop_map(|(id, size)| json!({ "id": id, "size": size })),
        1 => scalar(),
    ]
}

fn size() -> impl Strategy<Value = Value> {
    scalar().prop_map(|value| json!({ "✓": value }))
}

fn version() -> impl Strategy<Value = Value> {
    pools::version_value().prop_map(Value::from)
}

fn address() -> impl Strategy<Value = Value> {
    pools::address().prop_map(Value::from)
}

fn signup() -> impl Strategy<Value = Value> {
    let odd = [
        "2026-12-01",
        "2026-12-01T00:00:60Z",
        "2026-12-01 00:00:00Z",
        "2026-12-01T00:00:00",
        "2026-12-01T00:00:00+24:00",
        "2026-02-29T00:00:00Z",
        "0000-01-01T00:00:00Z",
        "x",
    ];
    prop_oneof![
        5 => pools::time_text().prop_map(Value::from),
        3 => pools::time().prop_map(Value::from),
        1 => pools::time().prop_map(|at| json!(at as f64 + 0.5)),
        1 => select(odd.to_vec()).prop_map(Value::from),
    ]
}

/// Values of shapes that few operators take.
fn odd() -> impl Strategy<Value = Value> {
    let shapes = [
        json!(null),
        json!([]),
        json!({}),
        json!([null]),
        json!([["NL"], "a"]),
        json!([[["a"]], 7]),
        json!({ "x": 1 }),
        json!([{ "x": 1 }, true]),
        json!(["", 7, false]),
        json!(""),
        json!(false),
    ];
    select(shapes.to_vec())
}
