//! Flags, their rules, and segments.

use crate::check::decode::{Fields, Notes, any, boolean, condition, date, key, keyed, limit, list, number, scalar, text, values, word};
use crate::check::path::Path;
use crate::document::{Condition, Flag, Purpose, Requirement, Rule, Segment, Serve, Split, Visibility, Weighted};
use crate::json::Json;
use crate::limits;
use crate::problem::Code;
use crate::time::Timestamp;

/// Decodes a segment.
pub(crate) fn segment(notes: &mut Notes, json: &Json, at: &Path<'_>) -> Segment {
    let fields = Fields::open(notes, json, at, "a segment", &["description", "visibility", "when"]);
    Segment {
        description: fields.optional(notes, "description", text).unwrap_or_default(),
        visibility: fields.optional(notes, "visibility", visibility).unwrap_or_default(),
        when: fields.required(notes, "when", "a condition", condition).unwrap_or_else(nobody),
    }
}

/// What stands in for a condition that could not be read.
pub(super) fn nobody() -> Condition {
    Condition::Any { any: Vec::new() }
}

pub(super) fn visibility(notes: &mut Notes, json: &Json, at: &Path<'_>) -> Visibility {
    word(notes, json, at, &[("private", Visibility::Private), ("public", Visibility::Public)]).unwrap_or_default()
}

const FLAG: [&str; 14] = [
    "description",
    "purpose",
    "owner",
    "tags",
    "created",
    "expires",
    "visibility",
    "metadata",
    "variants",
    "enabled",
    "offVariant",
    "requires",
    "rules",
    "otherwise",
];

/// Decodes a flag.
pub(crate) fn flag(notes: &mut Notes, json: &Json, at: &Path<'_>) -> Flag {
    let fields = Fields::open(notes, json, at, "a flag", &FLAG);
    Flag {
        description: fields.optional(notes, "description", text).unwrap_or_default(),
        purpose: fields
            .required(notes, "purpose", "\"release\", \"experiment\", \"operational\" or \"permission\"", purpose)
            .unwrap_or(Purpose::Operational),
        owner: fields.required(notes, "owner", "\"team-…\", whoever answers for it", text).unwrap_or_default(),
        tags: fields.optional(notes, "tags", |n, j, at| list(n, j, at, text)).unwrap_or_default(),
        created: fields.required(notes, "created", "\"2026-11-01\", the day that it was made", date).unwrap_or_else(|| Timestamp(0).date()),
        expires: fields.optional(notes, "expires", date),
        visibility: fields.optional(notes, "visibility", visibility).unwrap_or_default(),
        metadata: fields.optional(notes, "metadata", metadata).unwrap_or_default(),
        variants: fields.required(notes, "variants", "{\"on\": true, \"off\": false}", variants).unwrap_or_default(),
        enabled: fields.optional(notes, "enabled", boolean).unwrap_or(true),
        off_variant: fields.optional(notes, "offVariant", key),
        requires: fields.optional(notes, "requires", |n, j, at| list(n, j, at, requirement)).unwrap_or_default(),
        rules: fields.optional(notes, "rules", rules).unwrap_or_default(),
        otherwise: fields.optional(notes, "otherwise", serve),
    }
}

fn purpose(notes: &mut Notes, json: &Json, at: &Path<'_>) -> Purpose {
    word(notes, json, at, &Purpose::ALL.map(|purpose| (purpose.as_str(), purpose))).unwrap_or(Purpose::Operational)
}

fn metadata(notes: &mut Notes, json: &Json, at: &Path<'_>) -> crate::json::Object {
    let Json::Object(object) = json else {
        notes.wrong_type(json, at, "an object", "write {\"jira\": \"SHOP-12\"}");
        return crate::json::Object::new();
    };
    for (name, value) in object {
        let place = at.key(name);
        match value {
            Json::Null => notes.wrong_type(value, &place, "a string, a number or a boolean", "leave it out instead"),
            other => drop(scalar(notes, other, &place)),
        }
    }
    object.clone()
}

fn variants(notes: &mut Notes, json: &Json, at: &Path<'_>) -> std::collections::BTreeMap<String, Json> {
    if json.as_object().is_some_and(crate::json::Object::is_empty) {
        notes.error(Code::BadValue, at, "a flag needs at least one variant", "write {\"on\": true, \"off\": false}");
    }
    limit(notes, json, at, limits::VARIANTS, "variants", "a value that takes this many forms belongs into the application's own data");
    keyed(notes, json, at, |notes, value, at| {
        if value.is_null() {
            let hint = "give it a value; to leave the choice to the application, serve nothing: leave `otherwise` or `offVariant` out";
            notes.error(Code::WrongType, at, format!("the variant {} has no value: it is null", at.name()), hint);
        }
        any(notes, value, at)
    })
}

fn requirement(notes: &mut Notes, json: &Json, at: &Path<'_>) -> Requirement {
    let fields = Fields::open(notes, json, at, "a requirement", &["flag", "is"]);
    Requirement {
        flag: fields.required(notes, "flag", "\"the-other-flag\"", key).unwrap_or_default(),
        is: fields.required(notes, "is", "[\"on\"], the variants that it must have", |n, j, at| values(n, j, at, key)).unwrap_or_default(),
    }
}

fn rules(notes: &mut Notes, json: &Json, at: &Path<'_>) -> Vec<Rule> {
    limit(notes, json, at, limits::RULES, "rules", "join rules that serve the same variant with {\"any\": […]}, or use a segment");
    list(notes, json, at, rule)
}

fn rule(notes: &mut Notes, json: &Json, at: &Path<'_>) -> Rule {
    let fields = Fields::open(notes, json, at, "a rule", &["id", "description", "when", "serve"]);
    Rule {
        id: fields.required(notes, "id", "\"no-enterprise\", unique within the flag", key).unwrap_or_default(),
        description: fields.optional(notes, "description", text).unwrap_or_default(),
        when: fields.required(notes, "when", "a condition ({\"all\": []} holds for everyone)", condition).unwrap_or_else(nobody),
        serve: fields.required(notes, "serve", "a variant, such as \"on\"", serve).unwrap_or(Serve::Variant(String::new())),
    }
}

pub(crate) fn serve(notes: &mut Notes, json: &Json, at: &Path<'_>) -> Serve {
    match json {
        Json::String(_) => Serve::Variant(key(notes, json, at)),
        Json::Object(_) => split(notes, json, at),
        other => {
            let hint = "write \"on\", or {\"split\": [{\"variant\": \"on\", \"weight\": 1}, {\"variant\": \"off\", \"weight\": 1}]}";
            notes.wrong_type(other, at, "a variant's name or a split", hint);
            Serve::Variant(String::new())
        }
    }
}

fn split(notes: &mut Notes, json: &Json, at: &Path<'_>) -> Serve {
    let fields = Fields::open(notes, json, at, "a split", &["split", "by", "seed"]);
    let example = "[{\"variant\": \"on\", \"weight\": 1}, {\"variant\": \"off\", \"weight\": 1}]";
    Serve::Split(Split {
        split: fields.required(notes, "split", example, weights).unwrap_or_default(),
        by: fields.optional(notes, "by", text),
        seed: fields.optional(notes, "seed", text),
    })
}

fn weights(notes: &mut Notes, json: &Json, at: &Path<'_>) -> Vec<Weighted> {
    let before = notes.errors();
    if json.as_object().is_some() {
        let hint = "write a share for each variant: [{\"variant\": \"on\", \"weight\": 1}, {\"variant\": \"off\", \"weight\": 1}]";
        notes.wrong_type(json, at, "a list", hint);
        return Vec::new();
    }
    let split = values(notes, json, at, |notes, json, at| {
        let fields = Fields::open(notes, json, at, "a share of a split", &["variant", "weight"]);
        Weighted {
            variant: fields.required(notes, "variant", "\"on\"", key).unwrap_or_default(),
            weight: fields.required(notes, "weight", "1", weight).unwrap_or_default(),
        }
    });
    let sum: u64 = split.iter().map(|share| u64::from(share.weight)).sum();
    if notes.errors() == before && !(1..=limits::WEIGHTS).contains(&sum) {
        let (message, hint) = if sum == 0 {
            ("every weight is 0, so that nobody could get any of these variants".to_owned(), "give at least one variant a weight above 0")
        } else {
            let message = format!("the weights sum to {sum}, and at most {} is allowed", limits::WEIGHTS);
            (message, "only the ratios count: divide all of them by the same number")
        };
        notes.error(Code::BadValue, at, message, hint);
    }
    split
}

fn weight(notes: &mut Notes, json: &Json, at: &Path<'_>) -> u32 {
    let before = notes.errors();
    let weight = number(notes, json, at);
    if notes.errors() > before {
        return 0;
    }
    #[expect(clippy::cast_precision_loss, reason = "the limit is below 2^53")]
    let most = limits::WEIGHTS as f64;
    if weight.fract() != 0.0 || !(0.0..=most).contains(&weight) {
        let hint = "only the ratios count: instead of 0.5 and 0.5 write 1 and 1";
        notes.error(Code::BadValue, at, format!("the weight `{json}` is not a whole number from 0 to {}", limits::WEIGHTS), hint);
        return 0;
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a whole number from 0 to 2^31 - 1")]
    let weight = weight as u32;
    weight
}
