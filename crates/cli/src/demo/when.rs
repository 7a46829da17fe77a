//! Times in the demo's files: `{{-3d}}` is an instant three days before the demo is made, `{{day:+7d}}` the first
//! instant of a day, and `{{date:+45d}}` a date. So the demo is as
//! fresh on any day as on the day that it was written.

use halyard_core::{Json, Timestamp};

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// The sum of signed terms in days, hours and minutes, in milliseconds: `-3d-1h+20m`.
pub(crate) fn offset(text: &str) -> Option<i64> {
    let mut rest = text;
    let mut sum = 0;
    while let Some(sign) = rest.chars().next() {
        let sign = match sign {
            '+' => 1,
            '-' => -1,
            _ => return None,
        };
        rest = rest.get(1..)?;
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let number: i64 = rest.get(..digits)?.parse().ok()?;
        let unit = match rest.get(digits..)?.chars().next()? {
            'd' => DAY,
            'h' => HOUR,
            'm' => MINUTE,
            _ => return None,
        };
        sum += sign * number * unit;
        rest = rest.get(digits + 1..)?;
    }
    Some(sum)
}

/// The instant at an offset from `now`.
pub(crate) fn instant(text: &str, now: Timestamp) -> Option<Timestamp> {
    Some(Timestamp(now.0 + offset(text)?))
}

/// Replaces every placeholder in a document. Instants count from the hour that `now` is in, so that they look as people write them.
pub(crate) fn expand(json: &mut Json, now: Timestamp) {
    match json {
        Json::String(text) => {
            let hour = Timestamp(now.0.div_euclid(HOUR) * HOUR);
            let Some(inner) = text.strip_prefix("{{").and_then(|text| text.strip_suffix("}}")) else { return };
            let written = match inner.split_once(':') {
                Some(("date", inner)) => instant(inner, hour).map(|at| at.date().to_string()),
                Some(("day", inner)) => instant(inner, hour).map(|at| at.date().start().to_string()),
                _ => instant(inner, hour).map(|at| at.to_string()),
            };
            if let Some(written) = written {
                *text = written;
            }
        }
        Json::Array(list) => list.iter_mut().for_each(|item| expand(item, now)),
        Json::Object(object) => object.values_mut().for_each(|value| expand(value, now)),
        Json::Null | Json::Bool(_) | Json::Number(_) => {}
    }
}

/// Merges `changes` into `json` as RFC 7396 says: objects member by member, null takes away, all else is replaced.
pub(crate) fn merge(json: &mut Json, changes: &Json) {
    let Json::Object(changes) = changes else {
        *json = changes.clone();
        return;
    };
    if json.as_object().is_none() {
        *json = Json::Object(halyard_core::json::Object::new());
    }
    let Json::Object(object) = json else { return };
    for (key, change) in changes {
        if change.is_null() {
            object.remove(key);
        } else {
            merge(object.entry(key.clone()).or_default(), change);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_become_times_around_now() {
        let now = Timestamp::parse("2026-11-22T12:34:56Z").unwrap();
        let mut json =
            Json::parse(br#"["{{-3d}}", {"a": "{{+1d-2h}}"}, "{{date:+10d}}", "{{day:+1d}}", "{{+0d}}", "{{what}}", "-3d"]"#).unwrap();
        expand(&mut json, now);
        assert_eq!(
            json.canonical(),
            r#"["2026-11-19T12:00:00Z",{"a":"2026-11-23T10:00:00Z"},"2026-12-02","2026-11-23T00:00:00Z","2026-11-22T12:00:00Z","{{what}}","-3d"]"#
        );
        assert_eq!(instant("-22h-9m", now).unwrap().to_string(), "2026-11-21T14:25:56Z");
        for bad in ["3d", "-d", "-3", "-3w", "- 3d"] {
            assert_eq!(offset(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_merge_follows_rfc_7396() {
        let mut json = Json::parse(br#"{"a": {"b": 1, "c": 2}, "d": [1], "e": "x"}"#).unwrap();
        merge(&mut json, &Json::parse(br#"{"a": {"b": null, "f": {"g": 1}}, "d": [2], "e": {"h": 1}}"#).unwrap());
        assert_eq!(json.canonical(), r#"{"a":{"c":2,"f":{"g":1}},"d":[2],"e":{"h":1}}"#);
    }
}
