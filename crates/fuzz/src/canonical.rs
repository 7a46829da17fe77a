//! JSON in, canonical text out: the same value, the same text, the same digest, and as others read and write it.

use halyard_core::document::digest;
use halyard_core::locate::locate;
use halyard_core::problem::Code;
use halyard_core::{Json, Pointer, Timestamp};
use serde_json::Value;

/// Any bytes as JSON text.
pub fn canonical(input: &[u8]) {
    let others: Result<Value, _> = serde_json::from_slice(input);
    let json = match (Json::parse(input), &others) {
        (Ok(json), Ok(_)) => json,
        (Ok(json), Err(error)) => panic!("only we read it, as {json}: {error}"),
        (Err(problems), others) => {
            assert!(!problems.is_empty());
            let is_doubled = problems.iter().all(|problem| matches!(problem.code, Code::DuplicateKey | Code::More));
            assert_eq!(is_doubled, others.is_ok(), "{problems:?}");
            return;
        }
    };
    let others = others.unwrap();
    assert_eq!(Json::from(others.clone()), json, "serde_json reads another value");

    let text = json.canonical();
    let again = Json::parse(text.as_bytes()).unwrap_or_else(|problems| panic!("{problems:?}: {text}"));
    assert_eq!(again, json, "{text}");
    assert_eq!(again.canonical(), text);
    assert_eq!(text, obvious(&others), "another canonical text");
    assert_eq!(digest(text.as_bytes()), digest(again.canonical().as_bytes()));
    assert_eq!(Json::parse(json.pretty().as_bytes()).as_ref(), Ok(&json), "{}", json.pretty());
    assert_eq!(serde_json::from_str::<Json>(&serde_json::to_string(&json).unwrap()).unwrap(), json);
    assert_eq!(Json::from_value(&json), json);

    match &json {
        Json::Number(number) => {
            // std reads every decimal text as the nearest double, and shares no code with serde_json.
            let std: f64 = std::str::from_utf8(input).unwrap().trim_matches([' ', '\t', '\n', '\r']).parse().unwrap();
            assert!(*number == std, "{number} is not {std}");
        }
        Json::String(text) => {
            let time = Timestamp::parse(text);
            assert_eq!(time.map(|time| time.0), halyard_reference::parse_time(text), "{text}");
            // An offset may lead out of the years 0001–9999, which have no text.
            if let Some(time) = time.filter(|time| (-62_135_596_800_000..=253_402_300_799_999).contains(&time.0)) {
                assert_eq!(Timestamp::parse(&time.to_string()), Some(time), "{text}");
            }
        }
        _ => {}
    }
    let whole = std::str::from_utf8(input).unwrap();
    let mut places = vec![Pointer::root()];
    while let Some(place) = places.pop() {
        assert!(locate(whole, &place).is_some(), "nothing at `{place}`");
        if places.len() < 8 {
            places.extend(children(&json, &place).into_iter().take(4));
        }
    }
}

/// The pointers of what is in the value at a pointer.
fn children(json: &Json, place: &Pointer) -> Vec<Pointer> {
    let value = place.segments().try_fold(json, |json, segment| match json {
        Json::Array(list) => list.get(segment.parse::<usize>().ok()?),
        other => other.get(&segment),
    });
    match value {
        Some(Json::Array(list)) => (0..list.len()).map(|index| place.clone().at(index)).collect(),
        Some(Json::Object(object)) => object.keys().map(|key| place.clone().at(key)).collect(),
        Some(_) => Vec::new(),
        None => panic!("nothing at `{place}`"),
    }
}

/// RFC 8785 read aloud, over serde_json's values and strings.
fn obvious(value: &Value) -> String {
    match value {
        Value::Null | Value::Bool(_) | Value::String(_) => value.to_string(),
        Value::Number(number) => halyard_reference::number_text(number.as_f64().unwrap()),
        Value::Array(list) => format!("[{}]", list.iter().map(obvious).collect::<Vec<_>>().join(",")),
        Value::Object(object) => {
            let mut members: Vec<_> = object.iter().collect();
            members.sort_by_key(|(key, _)| key.encode_utf16().collect::<Vec<_>>());
            let members = members.into_iter().map(|(key, value)| format!("{}:{}", Value::from(key.as_str()), obvious(value)));
            format!("{{{}}}", members.collect::<Vec<_>>().join(","))
        }
    }
}
