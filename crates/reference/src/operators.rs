//! The operators on an attribute.

use crate::value::same_scalar;
use crate::{network, time, version};
use serde_json::Value;

/// Whether a condition on an attribute holds for its value; `None` is a missing attribute.
pub(crate) fn holds(condition: &Value, value: Option<&Value>) -> bool {
    if let Some(wanted) = condition["exists"].as_bool() {
        return value.is_some() == wanted;
    }
    let Some(value) = value else { return false };
    if let Some(wanted) = condition["hasAll"].as_array() {
        let elements = match value {
            Value::Array(elements) => elements.as_slice(),
            Value::Object(_) => return false,
            scalar => std::slice::from_ref(scalar),
        };
        return wanted.iter().all(|wanted| elements.iter().any(|element| same_scalar(wanted, element)));
    }
    match value {
        Value::Array(elements) => elements.iter().any(|element| !element.is_array() && holds_for_one(condition, element)),
        one => holds_for_one(condition, one),
    }
}

/// An operator other than `exists` and `hasAll`, on a value that is no array.
fn holds_for_one(condition: &Value, value: &Value) -> bool {
    if let Some(scalars) = condition["is"].as_array() {
        return scalars.iter().any(|scalar| same_scalar(scalar, value));
    }
    for (name, compare) in NUMBER_OPERATORS {
        if let Some(bound) = condition[name].as_f64() {
            return value.as_f64().is_some_and(|number| compare(&number, &bound));
        }
    }
    if let Some(time) = condition["after"].as_str() {
        return compare_time(value, time, |value, time| value >= time);
    }
    if let Some(time) = condition["before"].as_str() {
        return compare_time(value, time, |value, time| value < time);
    }
    let Some(text) = value.as_str() else {
        return false;
    };
    if let Some(pattern) = condition["matches"].as_str() {
        return regex_lite::Regex::new(pattern).is_ok_and(|pattern| pattern.is_match(text));
    }
    if let Some(range) = condition["version"].as_str() {
        return version::within(range, text);
    }
    if let Some(cidrs) = condition["network"].as_array() {
        return cidrs.iter().filter_map(Value::as_str).any(|cidr| network::within(cidr, text));
    }
    let ignore_case = condition["ignoreCase"] == true;
    let folded = |text: &str| {
        if ignore_case { text.to_lowercase() } else { text.to_owned() }
    };
    let text = folded(text);
    for (name, find) in TEXT_OPERATORS {
        if let Some(wanted) = condition[name].as_array() {
            return wanted.iter().filter_map(Value::as_str).any(|wanted| find(&text, &folded(wanted)));
        }
    }
    false
}

type Compare = fn(&f64, &f64) -> bool;
const NUMBER_OPERATORS: [(&str, Compare); 4] = [("greaterThan", f64::gt), ("atLeast", f64::ge), ("lessThan", f64::lt), ("atMost", f64::le)];

type Find = fn(&str, &str) -> bool;
const TEXT_OPERATORS: [(&str, Find); 3] = [
    ("contains", |text, wanted| text.contains(wanted)),
    ("startsWith", |text, wanted| text.starts_with(wanted)),
    ("endsWith", |text, wanted| text.ends_with(wanted)),
];

/// A text is read as a time; a number is milliseconds already, and is compared as it is, fraction and all.
fn compare_time(value: &Value, time: &str, compare: fn(f64, f64) -> bool) -> bool {
    let Some(time) = time::parse_time(time) else {
        return false;
    };
    let value = match value {
        Value::String(text) => time::parse_time(text).map(|ms| ms as f64),
        value => value.as_f64(),
    };
    value.is_some_and(|value| compare(value, time as f64))
}
