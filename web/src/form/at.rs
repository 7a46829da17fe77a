//! Reading and writing a JSON value at a place inside another.

use halyard_core::{Json, Pointer};

/// The value at a place.
pub(crate) fn get<'j>(json: &'j Json, at: &Pointer) -> Option<&'j Json> {
    at.segments().try_fold(json, |json, segment| match json {
        Json::Array(items) => items.get(segment.parse::<usize>().ok()?),
        other => other.get(&segment),
    })
}

fn get_mut<'j>(json: &'j mut Json, at: &Pointer) -> Option<&'j mut Json> {
    at.segments().try_fold(json, |json, segment| match json {
        Json::Array(items) => items.get_mut(segment.parse::<usize>().ok()?),
        Json::Object(members) => members.get_mut(&segment),
        _ => None,
    })
}

/// Puts a value at a place; none takes it away. Where the way there is not, nothing happens.
pub(crate) fn set(json: &mut Json, at: &Pointer, value: Option<Json>) {
    let (outer, Some(last)) = split(at) else {
        if let Some(value) = value {
            *json = value;
        }
        return;
    };
    match (get_mut(json, &outer), value) {
        (Some(Json::Object(members)), Some(value)) => {
            members.insert(last, value);
        }
        (Some(Json::Object(members)), None) => {
            members.remove(&last);
        }
        (Some(Json::Array(items)), value) => {
            let Some(index) = last.parse::<usize>().ok().filter(|index| *index <= items.len()) else { return };
            match value {
                Some(value) if index == items.len() => items.push(value),
                Some(value) => items.splice(index..=index, [value]).for_each(drop),
                None if index < items.len() => {
                    items.remove(index);
                }
                None => {}
            }
        }
        _ => {}
    }
}

/// Puts a value into the list at a place, before the element `index`; a list that is not there yet is made.
pub(crate) fn insert(json: &mut Json, list: &Pointer, index: usize, value: Json) {
    if get(json, list).is_none() {
        set(json, list, Some(Json::Array(Vec::new())));
    }
    if let Some(Json::Array(items)) = get_mut(json, list) {
        items.insert(index.min(items.len()), value);
    }
}

/// Moves an element of the list at a place, so that it is the element `to`.
pub(crate) fn shift(json: &mut Json, list: &Pointer, from: usize, to: usize) {
    if let Some(Json::Array(items)) = get_mut(json, list)
        && from < items.len()
    {
        let item = items.remove(from);
        items.insert(to.min(items.len()), item);
    }
}

/// How many elements the list at a place has.
pub(crate) fn len(json: &Json, list: &Pointer) -> usize {
    get(json, list).and_then(Json::as_array).map_or(0, <[Json]>::len)
}

/// A place and the last step to it.
pub(crate) fn split(at: &Pointer) -> (Pointer, Option<String>) {
    let mut segments: Vec<String> = at.segments().collect();
    let last = segments.pop();
    (Pointer::from_segments(segments.iter().map(String::as_str)), last)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Pointer {
        Pointer::parse(text).unwrap()
    }

    #[test]
    fn values_are_put_taken_and_moved_where_they_are() {
        let mut json = Json::parse(br#"{"rules": [{"id": "a"}, {"id": "b"}, {"id": "c"}], "x~/y": 1}"#).unwrap();
        assert_eq!(get(&json, &at("/rules/1/id")), Some(&Json::from("b")));
        assert_eq!(get(&json, &at("/x~0~1y")), Some(&Json::from(1.0)));
        set(&mut json, &at("/rules/1/id"), Some(Json::from("B")));
        shift(&mut json, &at("/rules"), 0, 2);
        insert(&mut json, &at("/rules"), 1, Json::from("new"));
        insert(&mut json, &at("/tags"), 9, Json::from("made"));
        set(&mut json, &at("/rules/3"), None);
        set(&mut json, &at("/nowhere/0"), Some(Json::Null));
        set(&mut json, &at("/rules/9"), Some(Json::Null));
        assert_eq!(json.canonical(), r#"{"rules":[{"id":"B"},"new",{"id":"c"}],"tags":["made"],"x~/y":1}"#);
        assert_eq!((len(&json, &at("/rules")), len(&json, &at("/x~0~1y"))), (3, 0));
    }
}
