//! Conditions: which kind one is, and each kind's fields. Operators on an attribute are next door.

use crate::check::decode::flag::nobody;
use crate::check::decode::operator::{self, OPERATORS};
use crate::check::decode::{Fields, Notes, found, key, limit, list, number, text, time, unknown_field, values, word};
use crate::check::path::Path;
use crate::check::suggest;
use crate::document::{Condition, RampPoint, Range, Shape};
use crate::json::{Json, Object};
use crate::limits;
use crate::problem::Code;

/// The fields of which a condition has exactly one.
const KINDS: [&str; 10] = ["attribute", "segment", "flag", "percent", "ramp", "after", "before", "all", "any", "not"];

/// Decodes a condition.
pub(crate) fn condition(notes: &mut Notes, json: &Json, at: &Path<'_>) -> Condition {
    nested(notes, json, at, 0)
}

/// A condition within `level` of `all`, `any` and `not`.
fn nested(notes: &mut Notes, json: &Json, at: &Path<'_>, level: usize) -> Condition {
    let Json::Object(object) = json else {
        let hint = match json {
            Json::Array(_) => "write {\"all\": […]} or {\"any\": […]}",
            Json::Bool(true) => "{\"all\": []} holds for everyone",
            Json::Bool(false) => "{\"any\": []} holds for nobody",
            Json::String(text) if matches!(text.to_lowercase().as_str(), "all" | "everyone" | "everybody" | "any" | "*") => {
                "{\"all\": []} holds for everyone"
            }
            _ => "write a condition such as {\"attribute\": \"country\", \"is\": [\"NL\"]}",
        };
        notes.error(Code::WrongType, at, format!("a condition must be an object, not {}", found(json)), hint);
        return nobody();
    };
    let kinds: Vec<&str> = KINDS.into_iter().filter(|kind| object.contains_key(*kind)).collect();
    let read = match kinds.as_slice() {
        // Beside an attribute, `after` and `before` are operators.
        ["attribute", rest @ ..] if rest.iter().all(|kind| OPERATORS.contains(kind)) => operator::attribute(notes, json, at),
        [kind] => {
            let kind = *kind;
            if matches!(kind, "all" | "any" | "not") && level >= limits::CONDITION_DEPTH {
                too_deep(notes, at);
                return nobody();
            }
            one(notes, json, at, kind, level)
        }
        [] => {
            no_kind(notes, object, at);
            None
        }
        several => {
            let hint = "to ask for all of them, write a condition each in {\"all\": […]}";
            notes.error(
                Code::BadValue,
                at,
                format!("a condition asks for one thing, but this one has {}", suggest::listing(several, "and")),
                hint,
            );
            None
        }
    };
    read.unwrap_or_else(nobody)
}

fn too_deep(notes: &mut Notes, at: &Path<'_>) {
    let message = format!("conditions are nested deeper than {} levels here", limits::CONDITION_DEPTH);
    notes.error(Code::TooDeep, at, message, "move the inner condition into a segment, and name that");
}

/// A condition of the kind that its one telling field names.
fn one(notes: &mut Notes, json: &Json, at: &Path<'_>, kind: &str, level: usize) -> Option<Condition> {
    let (what, known): (&str, &[&str]) = match kind {
        "segment" => ("a condition on a segment", &["segment"]),
        "flag" => ("a condition on a flag", &["flag", "is"]),
        "percent" => ("a percentage", &["percent", "by", "seed"]),
        "ramp" => ("a ramp", &["ramp", "shape", "by", "seed"]),
        "after" | "before" => return instant(notes, json, at, kind),
        "all" => ("an `all`", &["all"]),
        "any" => ("an `any`", &["any"]),
        _ => ("a `not`", &["not"]),
    };
    let fields = Fields::open(notes, json, at, what, known);
    let all = |notes: &mut Notes, json: &Json, at: &Path<'_>| conditions(notes, json, at, level + 1);
    Some(match kind {
        "segment" => Condition::Segment { segment: fields.required(notes, kind, "", key)? },
        "flag" => Condition::Flag {
            flag: fields.required(notes, kind, "", key)?,
            is: fields.required(notes, "is", "[\"on\"], the variants that count", |n, j, at| values(n, j, at, key)).unwrap_or_default(),
        },
        "percent" => Condition::Percent {
            percent: fields.required(notes, kind, "", range)?,
            by: fields.optional(notes, "by", text),
            seed: fields.optional(notes, "seed", text),
        },
        "ramp" => Condition::Ramp {
            ramp: fields.required(notes, kind, "", ramp)?,
            shape: fields
                .optional(notes, "shape", |n, j, at| {
                    word(n, j, at, &[("steps", Shape::Steps), ("linear", Shape::Linear)]).unwrap_or_default()
                })
                .unwrap_or_default(),
            by: fields.optional(notes, "by", text),
            seed: fields.optional(notes, "seed", text),
        },
        "all" => Condition::All { all: fields.required(notes, kind, "", all)? },
        "any" => Condition::Any { any: fields.required(notes, kind, "", all)? },
        _ => Condition::Not { not: Box::new(fields.required(notes, "not", "", |n, j, at| nested(n, j, at, level + 1))?) },
    })
}

fn instant(notes: &mut Notes, json: &Json, at: &Path<'_>, kind: &str) -> Option<Condition> {
    let fields = Fields::open(notes, json, at, "a condition on the time", &[kind]);
    let time = fields.required(notes, kind, "", time)?;
    Some(if kind == "after" { Condition::After { after: time } } else { Condition::Before { before: time } })
}

fn conditions(notes: &mut Notes, json: &Json, at: &Path<'_>, level: usize) -> Vec<Condition> {
    limit(notes, json, at, limits::LIST, "conditions", "use `is` with a list, or a segment");
    list(notes, json, at, |notes, json, at| nested(notes, json, at, level))
}

/// A condition that names none of the kinds.
fn no_kind(notes: &mut Notes, object: &Object, at: &Path<'_>) {
    let operators: Vec<&str> = OPERATORS.into_iter().filter(|operator| object.contains_key(*operator)).collect();
    if object.is_empty() {
        let hint = "{\"all\": []} holds for everyone, {\"any\": []} for nobody";
        return notes.error(Code::MissingField, at, "this condition is empty", hint);
    }
    let mut guessed = false;
    for name in
        object.keys().filter(|name| !OPERATORS.contains(&name.as_str()) && !matches!(name.as_str(), "by" | "seed" | "shape" | "ignoreCase"))
    {
        guessed = true;
        unknown_field(notes, name, at, "a condition", &KINDS);
    }
    if guessed {
        return;
    }
    let (message, hint) = match operators.first() {
        Some(operator) => {
            (format!("this condition has `{operator}`, but no `attribute` to apply it to"), "add \"attribute\": \"country\"".to_owned())
        }
        None => ("this condition does not say what it asks for".to_owned(), format!("it needs one of {}", suggest::listing(&KINDS, "or"))),
    };
    notes.error(Code::MissingField, at, message, hint);
}

fn range(notes: &mut Notes, json: &Json, at: &Path<'_>) -> Range {
    match json {
        Json::Number(_) => Range { from: 0, to: percent(notes, json, at) },
        Json::Array(list) if list.len() == 2 => {
            let before = notes.errors();
            let ends: Vec<u32> = list.iter().enumerate().map(|(index, end)| percent(notes, end, &at.index(index))).collect();
            let (from, to) = (ends.first().copied().unwrap_or_default(), ends.last().copied().unwrap_or_default());
            if from > to && notes.errors() == before {
                notes.error(
                    Code::BadValue,
                    at,
                    format!("the percentage ends before it starts: `{json}`"),
                    "write the smaller number first",
                );
                return Range { from: to, to: from };
            }
            Range { from, to: to.max(from) }
        }
        other => {
            notes.wrong_type(
                other,
                at,
                "a number from 0 to 100, or a list of two",
                "write 5 for the first 5%, or [5, 10] for those between",
            );
            Range { from: 0, to: 0 }
        }
    }
}

/// A percent, in thousandths of a percent.
fn percent(notes: &mut Notes, json: &Json, at: &Path<'_>) -> u32 {
    let before = notes.errors();
    let percent = number(notes, json, at);
    if notes.errors() > before {
        return 0;
    }
    if !(0.0..=100.0).contains(&percent) {
        notes.error(Code::BadValue, at, format!("a percentage is from 0 to 100, not `{json}`"), "100 is everyone");
        return 0;
    }
    let thousandths = (percent * 1000.0).round();
    if thousandths / 1000.0 != percent {
        let hint = format!("places are counted in thousandths of a percent: write {}", thousandths / 1000.0);
        notes.error(Code::BadValue, at, format!("the percentage `{json}` has more than three decimals"), hint);
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 100,000")]
    let thousandths = thousandths as u32;
    thousandths
}

fn ramp(notes: &mut Notes, json: &Json, at: &Path<'_>) -> Vec<RampPoint> {
    let before = notes.errors();
    let points: Vec<Option<RampPoint>> = values(notes, json, at, |notes, json, at| {
        let fields = Fields::open(notes, json, at, "a point of a ramp", &["at", "percent"]);
        let (time, share) =
            (fields.required(notes, "at", "\"2026-12-01T09:00:00Z\"", time), fields.required(notes, "percent", "5", percent));
        Some(RampPoint { at: time?, percent: share? })
    });
    let points: Vec<RampPoint> = points.into_iter().flatten().collect();
    if notes.errors() > before {
        return points;
    }
    for (index, pair) in points.windows(2).enumerate() {
        let [a, b] = pair else { continue };
        let place = at.index(index + 1);
        if b.at.at() <= a.at.at() {
            let message = format!("the ramp reaches this point at {}, not after the one before it ({})", b.at, a.at);
            notes.error(Code::BadValue, &place.key("at"), message, "write the points in the order of time");
        }
        if b.percent < a.percent {
            let message =
                format!("the ramp falls here, from {} to {}", crate::document::percent(a.percent), crate::document::percent(b.percent));
            notes.error(
                Code::BadValue,
                &place.key("percent"),
                message,
                "a ramp only grows; to take users back out, hold or roll back the release",
            );
        }
    }
    points
}
