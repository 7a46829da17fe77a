//! Small damage to JSON: what is nearly right reaches further into a reader than what is not.

use halyard_core::Json;

use crate::made::Cursor;

const TEXTS: [&str; 24] = [
    "",
    "a",
    "on",
    "off",
    "a.b",
    "targetingKey",
    "..",
    "1",
    "1.2.3",
    "^a$",
    "[",
    "10.0.0.0/8",
    "2026-12-01T09:00:00Z",
    "2026-12-01",
    "release",
    "public",
    "linear",
    "new-cart",
    "staff",
    "\u{0}",
    "İΣς𝄞",
    "production",
    "sha256-",
    "halyard_token_",
];
const NUMBERS: [f64; 16] = [
    0.0,
    1.0,
    -1.0,
    2.0,
    100.0,
    99.999,
    0.001,
    0.0005,
    1e-7,
    4_294_967_296.0,
    9_007_199_254_740_992.0,
    9.1e15,
    1e21,
    f64::MAX,
    5e-324,
    -0.0,
];

/// Damages one place of `json` as the bytes say.
pub(crate) fn spoil(json: &mut Json, bytes: &mut Cursor<'_>) {
    let mut count = 0;
    visit(json, &mut |_| count += 1);
    let (place, donor) = (usize::from(bytes.short()) % count, usize::from(bytes.short()) % count);
    let other = nth(json, donor).cloned().unwrap_or_default();
    let (kind, detail) = (bytes.byte(), bytes.byte());
    let Some(value) = nth_mut(json, place) else { return };
    damage(value, kind, detail, other);
}

fn damage(value: &mut Json, kind: u8, detail: u8, other: Json) {
    let place = usize::from(detail);
    match (kind % 10, value) {
        (0, value) => *value = other,
        (1, value) => *value = Json::from(TEXTS[place % TEXTS.len()]),
        (2, value) => *value = Json::Number(NUMBERS[place % NUMBERS.len()]),
        (3, value) => {
            *value = [Json::Null, Json::Bool(true), Json::Bool(false), Json::Array(vec![]), Json::Object([].into())][place % 5].clone()
        }
        (4 | 5, Json::Object(object)) => {
            let Some(key) = object.keys().nth(place % object.len().max(1)).cloned() else { return };
            let taken = object.remove(&key).unwrap_or_default();
            if kind % 10 == 5 {
                let name = other.as_str().unwrap_or(TEXTS[place % TEXTS.len()]);
                object.insert(name.to_owned(), taken);
            }
        }
        (6, Json::Object(object)) => {
            drop(object.insert(other.as_str().unwrap_or("more").to_owned(), Json::from(TEXTS[place % TEXTS.len()])))
        }
        (4 | 5, Json::Array(list)) if !list.is_empty() => drop(list.remove(place % list.len())),
        (6 | 7, Json::Array(list)) => list.insert(place % (list.len() + 1), other),
        (8, Json::Array(list)) if !list.is_empty() => {
            let length = list.len();
            list.swap(0, place % length);
        }
        (_, Json::Number(number)) => *number += [1.0, -1.0, 0.001, -0.001, 0.5][place % 5],
        (_, Json::String(text)) => match text.char_indices().nth(place % 64) {
            Some((at, _)) => text.truncate(at),
            None => text.push(char::from(b' ' + detail % 95)),
        },
        (_, Json::Bool(bool)) => *bool = !*bool,
        (_, value) => *value = other,
    }
}

fn visit(json: &Json, seen: &mut dyn FnMut(&Json)) {
    seen(json);
    match json {
        Json::Array(list) => list.iter().for_each(|item| visit(item, seen)),
        Json::Object(object) => object.values().for_each(|value| visit(value, seen)),
        _ => {}
    }
}

fn nth(json: &Json, place: usize) -> Option<&Json> {
    let mut left = place;
    walk(json, &mut left)
}

fn walk<'j>(json: &'j Json, left: &mut usize) -> Option<&'j Json> {
    if *left == 0 {
        return Some(json);
    }
    *left -= 1;
    match json {
        Json::Array(list) => list.iter().find_map(|item| walk(item, left)),
        Json::Object(object) => object.values().find_map(|value| walk(value, left)),
        _ => None,
    }
}

fn nth_mut(json: &mut Json, place: usize) -> Option<&mut Json> {
    let mut left = place;
    walk_mut(json, &mut left)
}

fn walk_mut<'j>(json: &'j mut Json, left: &mut usize) -> Option<&'j mut Json> {
    if *left == 0 {
        return Some(json);
    }
    *left -= 1;
    match json {
        Json::Array(list) => list.iter_mut().find_map(|item| walk_mut(item, left)),
        Json::Object(object) => object.values_mut().find_map(|value| walk_mut(value, left)),
        _ => None,
    }
}
