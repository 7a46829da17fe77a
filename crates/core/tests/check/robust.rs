//! Whatever is done to a good document: no panic, and every problem has a place.

use halyard_core::check::{Cap, check, check_json, read};
use halyard_core::locate::locate;
use halyard_core::{Json, Pointer, compile};
use proptest::prelude::*;
use serde_json::{Value, json};

/// Every place in a value.
fn places(value: &Value, at: Pointer, out: &mut Vec<Pointer>) {
    match value {
        Value::Array(list) => list.iter().enumerate().for_each(|(index, item)| places(item, at.at(index), out)),
        Value::Object(object) => object.iter().for_each(|(key, item)| places(item, at.at(key), out)),
        _ => {}
    }
    out.push(at);
}

fn strange() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(json!(null)),
        Just(json!(true)),
        any::<f64>().prop_filter_map("finite", |number| serde_json::Number::from_f64(number).map(Value::Number)),
        any::<i64>().prop_map(Value::from),
        "[ -~é]{0,12}".prop_map(Value::from),
        prop::sample::select(vec!["a", "b", "on", "staff", "2026-12-01T00:00:00Z", "2026-12-01", ">=1.2", "everyone"])
            .prop_map(Value::from),
    ];
    let key = prop::sample::select(vec![
        "attribute",
        "is",
        "segment",
        "flag",
        "all",
        "any",
        "not",
        "percent",
        "ramp",
        "after",
        "split",
        "variant",
        "weight",
        "when",
        "serve",
        "id",
        "zz",
        "on",
        "a",
    ]);
    leaf.prop_recursive(4, 16, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((key.clone(), inner), 0..4)
                .prop_map(|members| Value::Object(members.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()))
        ]
    })
}

#[derive(Clone, Debug)]
enum Mutation {
    Replace(Value),
    Remove,
    Add(String, Value),
    CopyTo(prop::sample::Index),
}

fn mutation() -> impl Strategy<Value = (prop::sample::Index, Mutation)> {
    let kind = prop_oneof![
        3 => strange().prop_map(Mutation::Replace),
        2 => Just(Mutation::Remove),
        1 => ("[a-z~/]{1,6}", strange()).prop_map(|(key, value)| Mutation::Add(key, value)),
        3 => any::<prop::sample::Index>().prop_map(Mutation::CopyTo),
    ];
    (any::<prop::sample::Index>(), kind)
}

fn mutate(document: &mut Value, at: prop::sample::Index, mutation: Mutation) {
    let mut all = Vec::new();
    places(document, Pointer::root(), &mut all);
    let place = at.get(&all).clone();
    match mutation {
        Mutation::Replace(value) => *document.pointer_mut(place.as_str()).unwrap() = value,
        Mutation::CopyTo(to) => {
            let copied = document.pointer(place.as_str()).unwrap().clone();
            *document.pointer_mut(to.get(&all).as_str()).unwrap() = copied;
        }
        Mutation::Add(key, value) => {
            if let Some(Value::Object(object)) = document.pointer_mut(place.as_str()) {
                object.insert(key, value);
            }
        }
        Mutation::Remove => {
            let Some((parent, key)) = place.as_str().rsplit_once('/') else { return };
            match document.pointer_mut(parent) {
                Some(Value::Object(object)) => drop(object.remove(&key.replace("~1", "/").replace("~0", "~"))),
                Some(Value::Array(list)) => drop(list.remove(key.parse().unwrap())),
                _ => {}
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn mutated_documents_get_problems_with_places_and_never_a_panic(mutations in prop::collection::vec(mutation(), 1..5)) {
        let mut document = crate::good();
        for (at, mutation) in mutations {
            mutate(&mut document, at, mutation);
        }
        let text = document.to_string();
        let report = read(text.as_bytes(), Cap::Publisher);
        for problem in &report.problems {
            crate::told(problem);
            prop_assert!(document.pointer(problem.pointer.as_str()).is_some(), "{problem} is in {text}");
            prop_assert!(locate(&text, &problem.pointer).is_some(), "{problem} is in {text}");
        }
        let without_text = check_json(&Json::parse(text.as_bytes()).unwrap());
        prop_assert_eq!(report.checked.is_some(), without_text.checked.is_some());
        prop_assert_eq!(report.problems.len(), without_text.problems.len());
        if let Some(checked) = report.checked {
            prop_assert!(check(&checked).checked.as_ref() == Some(&checked));
            drop(compile(&checked));
        }
    }

    #[test]
    fn mutated_bytes_never_panic(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut bytes = crate::good().to_string().into_bytes();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        let report = read(&bytes, Cap::Reader);
        prop_assert_eq!(report.checked.is_none(), report.errors().next().is_some());
    }
}
