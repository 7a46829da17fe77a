//! Documents in plain sentences, for pages, reviews and traces. Names stand in backticks, so that a page can set them apart.

use crate::document::{Condition, Operator, RampPoint, Range, Serve, Shape, Split, percent};
use crate::json::Json;

/// A condition as a clause about the user.
///
/// ```
/// use halyard_core::{check::decode_condition, phrase, Json};
/// let json = Json::parse(br#"{"all": [{"attribute": "country", "is": ["NL", "BE"]}, {"percent": 10}]}"#).unwrap();
/// assert_eq!(phrase::condition(&decode_condition(&json).unwrap()), "`country` is any of `NL`, `BE`, and in 10% of users");
/// ```
pub fn condition(condition: &Condition) -> String {
    match condition {
        Condition::Attribute { attribute, operator } => format!("`{attribute}` {}", self::operator(operator)),
        Condition::Segment { segment } => format!("in segment `{segment}`"),
        Condition::Flag { flag, is } => format!("flag `{flag}` is {}", any_of(is.iter().map(|variant| name(variant)))),
        Condition::Percent { percent, by, seed } => format!("in {}{}", share(*percent, by.as_deref()), seeded(seed.as_deref())),
        Condition::Ramp { ramp, shape, by, seed } => {
            format!("in {}{}", growing(ramp, *shape, by.as_deref()), seeded(seed.as_deref()))
        }
        Condition::After { after } => format!("from {after} on"),
        Condition::Before { before } => format!("until {before}"),
        Condition::All { all } if all.is_empty() => "everyone".to_owned(),
        Condition::Any { any } if any.is_empty() => "nobody".to_owned(),
        Condition::All { all } => joined(all, "and", |inner| matches!(inner, Condition::Any { any } if any.len() > 1)),
        Condition::Any { any } => joined(any, "or", |inner| matches!(inner, Condition::All { all } if all.len() > 1)),
        Condition::Not { not } => match &**not {
            Condition::Segment { segment } => format!("not in segment `{segment}`"),
            inner => format!("not ({})", self::condition(inner)),
        },
    }
}

/// What an operator asks of the attribute before it: "is any of `NL`, `BE`".
///
/// ```
/// use halyard_core::{document::Operator, phrase};
/// assert_eq!(phrase::operator(&Operator::AtLeast { at_least: 18.0 }), "is at least 18");
/// ```
pub fn operator(operator: &Operator) -> String {
    match operator {
        Operator::Is { is } => format!("is {}", any_of(is.iter().map(value))),
        Operator::Contains { contains, ignore_case } => texts("contains", contains, *ignore_case),
        Operator::StartsWith { starts_with, ignore_case } => texts("starts with", starts_with, *ignore_case),
        Operator::EndsWith { ends_with, ignore_case } => texts("ends with", ends_with, *ignore_case),
        Operator::Matches { matches } => format!("matches the pattern `{matches}`"),
        Operator::GreaterThan { greater_than } => format!("is above {}", Json::Number(*greater_than)),
        Operator::AtLeast { at_least } => format!("is at least {}", Json::Number(*at_least)),
        Operator::LessThan { less_than } => format!("is below {}", Json::Number(*less_than)),
        Operator::AtMost { at_most } => format!("is at most {}", Json::Number(*at_most)),
        Operator::After { after } => format!("is {after} or later"),
        Operator::Before { before } => format!("is before {before}"),
        Operator::Version { version } => format!("is a version in `{version}`"),
        Operator::Network { network } => format!("is an address in {}", any_of(network.iter().map(|cidr| name(cidr)))),
        Operator::Exists { exists: true } => "is known".to_owned(),
        Operator::Exists { exists: false } => "is not known".to_owned(),
        Operator::HasAll { has_all } => format!("has {}", listed(has_all.iter().map(value), "and")),
    }
}

/// What a rule answers with: "`on`", or a split with everyone's share: "`on` for 50% and `off` for 50%".
///
/// ```
/// use halyard_core::{document::Serve, phrase};
/// let split: Serve = serde_json::from_str(r#"{"split": [{"variant": "on", "weight": 1}, {"variant": "off", "weight": 2}]}"#).unwrap();
/// assert_eq!(phrase::serve(&split), "`on` for 33.3% and `off` for 66.7%");
/// ```
pub fn serve(serve: &Serve) -> String {
    match serve {
        Serve::Variant(variant) => name(variant),
        Serve::Split(Split { split, by, .. }) => {
            let sum: u64 = split.iter().map(|part| u64::from(part.weight)).sum();
            let parts = split.iter().map(|part| format!("`{}` for {}", part.variant, ratio(u64::from(part.weight), sum)));
            let by = by.as_ref().map(|by| format!(" by `{by}`")).unwrap_or_default();
            format!("{}{by}", listed(parts, "and"))
        }
    }
}

/// A JSON value, short enough to stand in a sentence.
///
/// ```
/// use halyard_core::{Json, phrase};
/// assert_eq!(phrase::value(&Json::parse(br#"{"free": true}"#).unwrap()), r#"`{"free":true}`"#);
/// ```
pub fn value(json: &Json) -> String {
    const LONGEST: usize = 60;
    let text = match json {
        Json::String(text) => text.clone(),
        other => other.canonical(),
    };
    if text.chars().count() <= LONGEST {
        return name(&text);
    }
    format!("`{}…`", text.chars().take(LONGEST).collect::<String>())
}

/// A share of users: "10% of users", "the 5% of users from 10% to 15%".
fn share(range: Range, by: Option<&str>) -> String {
    let of = by.map_or("users".to_owned(), |by| format!("all `{by}`"));
    match (range.from, range.to) {
        (0, to) => format!("{}% of {of}", percent(to)),
        (from, to) => format!("the {}% of {of} from {}% to {}%", percent(to.saturating_sub(from)), percent(from), percent(to)),
    }
}

fn growing(ramp: &[RampPoint], shape: Shape, by: Option<&str>) -> String {
    let of = by.map_or("users".to_owned(), |by| format!("all `{by}`"));
    let points = ramp.iter().map(|point| format!("{}% at {}", percent(point.percent), point.at));
    let how = match shape {
        Shape::Steps => "in steps",
        Shape::Linear => "evenly",
    };
    format!("a share of {of} that grows {how}: {}", points.collect::<Vec<_>>().join(", "))
}

fn seeded(seed: Option<&str>) -> String {
    seed.map(|seed| format!(" (seed `{seed}`)")).unwrap_or_default()
}

fn joined(conditions: &[Condition], word: &str, needs_brackets: impl Fn(&Condition) -> bool) -> String {
    let clauses: Vec<String> =
        conditions.iter().map(|inner| if needs_brackets(inner) { format!("({})", condition(inner)) } else { condition(inner) }).collect();
    clauses.join(&format!(", {word} "))
}

fn texts(verb: &str, texts: &[String], ignore_case: bool) -> String {
    let ignoring = if ignore_case { ", ignoring case" } else { "" };
    format!("{verb} {}{ignoring}", any_of(texts.iter().map(|text| name(text))))
}

fn name(text: &str) -> String {
    format!("`{text}`")
}

/// "`a`", "any of `a`, `b`", and for long lists "any of 120 values (`a`, `b`, `c`, …)".
fn any_of(items: impl Iterator<Item = String>) -> String {
    const SHOWN: usize = 6;
    let items: Vec<String> = items.collect();
    match items.as_slice() {
        [only] => only.clone(),
        few if few.len() <= SHOWN => format!("any of {}", few.join(", ")),
        many => format!("any of {} values ({}, …)", many.len(), many.iter().take(3).cloned().collect::<Vec<_>>().join(", ")),
    }
}

fn listed(items: impl Iterator<Item = String>, word: &str) -> String {
    let items: Vec<String> = items.collect();
    match items.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} {word} {last}", rest.join(", ")),
        Some((last, _)) => last.clone(),
        None => String::new(),
    }
}

/// A part of a whole in percent, to a tenth where it is not whole.
fn ratio(part: u64, whole: u64) -> String {
    let tenths = (part * 1000 + whole / 2).checked_div(whole).unwrap_or(0);
    if tenths.is_multiple_of(10) { format!("{}%", tenths / 10) } else { format!("{}.{}%", tenths / 10, tenths % 10) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::decode_condition;

    fn phrased(json: &str) -> String {
        condition(&decode_condition(&Json::parse(json.as_bytes()).unwrap()).unwrap())
    }

    #[test]
    fn conditions_read_as_sentences() {
        for (json, sentence) in [
            (r#"{"all": []}"#, "everyone"),
            (r#"{"any": []}"#, "nobody"),
            (r#"{"attribute": "plan", "is": ["pro"]}"#, "`plan` is `pro`"),
            (r#"{"attribute": "n", "is": [1, true, "x"]}"#, "`n` is any of `1`, `true`, `x`"),
            (r#"{"attribute": "n", "is": [1, 2, 3, 4, 5, 6, 7]}"#, "`n` is any of 7 values (`1`, `2`, `3`, …)"),
            (r#"{"attribute": "e", "endsWith": ["@a.example"], "ignoreCase": true}"#, "`e` ends with `@a.example`, ignoring case"),
            (r#"{"attribute": "age", "atLeast": 18}"#, "`age` is at least 18"),
            (r#"{"attribute": "tags", "hasAll": ["a", "b"]}"#, "`tags` has `a` and `b`"),
            (r#"{"attribute": "x", "exists": false}"#, "`x` is not known"),
            (r#"{"not": {"segment": "staff"}}"#, "not in segment `staff`"),
            (r#"{"percent": [10, 15.5], "by": "company.id"}"#, "in the 5.5% of all `company.id` from 10% to 15.5%"),
            (
                r#"{"all": [{"segment": "a"}, {"any": [{"segment": "b"}, {"flag": "f", "is": ["on"]}]}]}"#,
                "in segment `a`, and (in segment `b`, or flag `f` is `on`)",
            ),
            (
                r#"{"ramp": [{"at": "2026-12-03T09:00:00Z", "percent": 5}, {"at": "2026-12-08T09:00:00Z", "percent": 100}], "shape": "linear"}"#,
                "in a share of users that grows evenly: 5% at 2026-12-03T09:00:00Z, 100% at 2026-12-08T09:00:00Z",
            ),
        ] {
            assert_eq!(phrased(json), sentence);
        }
    }

    #[test]
    fn a_split_says_everyones_share() {
        let part = |variant: &str, weight| crate::document::Weighted { variant: variant.to_owned(), weight };
        let thirds = Serve::Split(Split { split: vec![part("a", 1), part("b", 1), part("c", 1)], by: None, seed: None });
        assert_eq!(serve(&thirds), "`a` for 33.3%, `b` for 33.3% and `c` for 33.3%");
    }
}
