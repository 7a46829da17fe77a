//! Conditions on an attribute: its path and exactly one operator.

use crate::check::decode::{Fields, Notes, boolean, number, scalar, text, time, values};
use crate::check::path::Path;
use crate::check::{suggest, syntax};
use crate::document::{Condition, Operator};
use crate::json::Json;
use crate::problem::Code;

/// Every operator.
pub(super) const OPERATORS: [&str; 15] = [
    "is",
    "contains",
    "startsWith",
    "endsWith",
    "matches",
    "greaterThan",
    "atLeast",
    "lessThan",
    "atMost",
    "after",
    "before",
    "version",
    "network",
    "exists",
    "hasAll",
];

/// What other systems and languages call them.
const ALIASES: [(&str, &str); 34] = [
    ("equals", "is"),
    ("equal", "is"),
    ("eq", "is"),
    ("in", "is"),
    ("oneOf", "is"),
    ("isOneOf", "is"),
    ("anyOf", "is"),
    ("value", "is"),
    ("values", "is"),
    ("includes", "contains"),
    ("prefix", "startsWith"),
    ("suffix", "endsWith"),
    ("regex", "matches"),
    ("regexp", "matches"),
    ("pattern", "matches"),
    ("gt", "greaterThan"),
    ("gte", "atLeast"),
    ("min", "atLeast"),
    ("greaterThanOrEqual", "atLeast"),
    ("greaterThanOrEquals", "atLeast"),
    (">=", "atLeast"),
    ("lt", "lessThan"),
    ("lte", "atMost"),
    ("max", "atMost"),
    ("lessThanOrEqual", "atMost"),
    ("lessThanOrEquals", "atMost"),
    ("<=", "atMost"),
    ("since", "after"),
    ("until", "before"),
    ("semver", "version"),
    ("cidr", "network"),
    ("ip", "network"),
    ("present", "exists"),
    ("containsAll", "hasAll"),
];

/// What other systems write as an operator of its own.
const NEGATIONS: [&str; 8] = ["isNot", "notEquals", "neq", "ne", "notIn", "notContains", "notOneOf", "isNotOneOf"];

/// Decodes a condition that has an `attribute`.
pub(super) fn attribute(notes: &mut Notes, json: &Json, at: &Path<'_>) -> Option<Condition> {
    let object = json.as_object()?;
    let given: Vec<&str> = OPERATORS.into_iter().filter(|operator| object.contains_key(*operator)).collect();
    let strange: Vec<&str> = object
        .keys()
        .map(String::as_str)
        .filter(|name| !OPERATORS.contains(name) && !matches!(*name, "attribute" | "ignoreCase"))
        .collect();
    for name in &strange {
        unknown(notes, name, at);
    }
    let fields = Fields { object, at, what: "a condition on an attribute", void: false };
    let attribute = fields.required(notes, "attribute", "", text)?;
    let operator = match given.as_slice() {
        [operator] => *operator,
        [] => {
            // An operator that we do not know has been named already.
            if strange.is_empty() {
                let hint = format!("add one of {}", suggest::listing(&OPERATORS, "or"));
                notes.error(Code::MissingField, at, format!("the condition on {} has no operator", quoted(&attribute)), hint);
            }
            return None;
        }
        several => {
            let message = format!(
                "the condition on {} has {}, and only one operator is allowed",
                quoted(&attribute),
                suggest::listing(several, "and")
            );
            notes.error(Code::BadValue, at, message, "write a condition each, in {\"all\": […]} or {\"any\": […]}");
            return None;
        }
    };
    let ignore_case = ignore_case(notes, &fields, operator);
    let operator = fields.required(notes, operator, "", |notes, json, at| read(notes, json, at, operator, ignore_case))??;
    Some(Condition::Attribute { attribute, operator })
}

fn quoted(attribute: &str) -> String {
    format!("`{}`", syntax::start(attribute))
}

fn ignore_case(notes: &mut Notes, fields: &Fields<'_>, operator: &str) -> bool {
    let ignore = fields.optional(notes, "ignoreCase", boolean).unwrap_or_default();
    if fields.object.contains_key("ignoreCase") && !matches!(operator, "contains" | "startsWith" | "endsWith") {
        let hint = match operator {
            "matches" => "start the pattern with (?i) instead",
            "is" => "name each spelling, or use `matches` with (?i)",
            _ => "leave it out",
        };
        let message = format!("`ignoreCase` belongs to `contains`, `startsWith` and `endsWith`, not to `{operator}`");
        notes.error(Code::UnknownField, &fields.at.key("ignoreCase"), message, hint);
    }
    ignore
}

fn unknown(notes: &mut Notes, name: &str, at: &Path<'_>) {
    let alias = ALIASES.iter().find(|(alias, _)| alias.eq_ignore_ascii_case(name)).map(|(_, operator)| *operator);
    let hint = if NEGATIONS.iter().any(|negation| negation.eq_ignore_ascii_case(name)) {
        "write {\"not\": {\"attribute\": …, \"is\": […]}}".to_owned()
    } else if let Some(operator) = alias {
        format!("did you mean `{operator}`?")
    } else {
        let known = OPERATORS.into_iter().chain(["ignoreCase"]);
        suggest::hint(name, known, || format!("it can be {}", suggest::listing(&OPERATORS, "or")))
    };
    notes.error(Code::UnknownField, &at.key(name), format!("there is no operator `{}`", syntax::start(name)), hint);
}

/// None where the value could not be read.
fn read(notes: &mut Notes, json: &Json, at: &Path<'_>, operator: &str, ignore_case: bool) -> Option<Operator> {
    let before = notes.errors();
    let texts = |notes: &mut Notes| values(notes, json, at, text);
    let read = match operator {
        "is" => Operator::Is { is: values(notes, json, at, scalar) },
        "hasAll" => Operator::HasAll { has_all: values(notes, json, at, scalar) },
        "contains" => Operator::Contains { contains: texts(notes), ignore_case },
        "startsWith" => Operator::StartsWith { starts_with: texts(notes), ignore_case },
        "endsWith" => Operator::EndsWith { ends_with: texts(notes), ignore_case },
        "matches" => Operator::Matches { matches: parsed(notes, json, at, syntax::matches) },
        "version" => Operator::Version { version: parsed(notes, json, at, syntax::version_range) },
        "network" => Operator::Network { network: values(notes, json, at, |n, j, at| parsed(n, j, at, syntax::network)) },
        "greaterThan" => Operator::GreaterThan { greater_than: number(notes, json, at) },
        "atLeast" => Operator::AtLeast { at_least: number(notes, json, at) },
        "lessThan" => Operator::LessThan { less_than: number(notes, json, at) },
        "atMost" => Operator::AtMost { at_most: number(notes, json, at) },
        "after" => Operator::After { after: time(notes, json, at) },
        "before" => Operator::Before { before: time(notes, json, at) },
        _ => Operator::Exists { exists: boolean(notes, json, at) },
    };
    (notes.errors() == before).then_some(read)
}

/// A text in a small language of its own.
fn parsed(notes: &mut Notes, json: &Json, at: &Path<'_>, parse: fn(&str) -> Result<(), syntax::Fault>) -> String {
    let before = notes.errors();
    let text = text(notes, json, at);
    if notes.errors() == before
        && let Err(fault) = parse(&text)
    {
        notes.fault(Code::BadValue, at, fault);
    }
    text
}
