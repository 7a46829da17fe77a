//! Releases, their stages, plans and scenarios.

use std::collections::BTreeMap;

use crate::check::decode::flag::{nobody, visibility};
use crate::check::decode::{Fields, Notes, any_context, boolean, condition, date, found, key, keyed, limit, list, text, time};
use crate::check::path::Path;
use crate::check::syntax;
use crate::document::{Plan, ReadinessItem, Release, ReleaseFlag, Scenario, Stage};
use crate::json::{Json, Object};
use crate::limits;
use crate::problem::Code;

/// Decodes a plan.
pub(crate) fn plan(notes: &mut Notes, json: &Json, at: &Path<'_>) -> Plan {
    let fields = Fields::open(notes, json, at, "a plan", &["description", "visibility", "stages", "readiness"]);
    Plan {
        description: fields.optional(notes, "description", text).unwrap_or_default(),
        visibility: fields.optional(notes, "visibility", visibility).unwrap_or_default(),
        stages: fields.required(notes, "stages", STAGES, stages).unwrap_or_default(),
        readiness: fields.optional(notes, "readiness", |n, j, at| list(n, j, at, text)).unwrap_or_default(),
    }
}

const STAGES: &str = "[{\"name\": \"everyone\", \"audience\": {\"all\": []}}]";

const RELEASE: [&str; 14] = [
    "title",
    "description",
    "owner",
    "target",
    "plan",
    "flags",
    "stages",
    "stage",
    "hold",
    "rolledBack",
    "closed",
    "readiness",
    "contingency",
    "announcement",
];

/// Decodes a release.
pub(crate) fn release(notes: &mut Notes, json: &Json, at: &Path<'_>) -> Release {
    let fields = Fields::open(notes, json, at, "a release", &RELEASE);
    Release {
        title: fields.required(notes, "title", "\"Checkout revamp\"", text).unwrap_or_default(),
        description: fields.optional(notes, "description", text).unwrap_or_default(),
        owner: fields.required(notes, "owner", "\"team-…\", whoever answers for it", text).unwrap_or_default(),
        target: fields.optional(notes, "target", date),
        plan: fields.optional(notes, "plan", key),
        flags: fields
            .required(notes, "flags", "[{\"flag\": \"new-checkout\", \"variant\": \"on\"}]", |n, j, at| {
                at_least_one(n, j, at, "flag", |n, j, at| list(n, j, at, member))
            })
            .unwrap_or_default(),
        stages: fields.required(notes, "stages", STAGES, |n, j, at| at_least_one(n, j, at, "stage", stages)).unwrap_or_default(),
        stage: fields.optional(notes, "stage", key),
        hold: fields.optional(notes, "hold", time),
        rolled_back: fields.optional(notes, "rolledBack", boolean).unwrap_or_default(),
        closed: fields.optional(notes, "closed", boolean).unwrap_or_default(),
        readiness: fields.optional(notes, "readiness", |n, j, at| list(n, j, at, readiness)).unwrap_or_default(),
        contingency: fields.optional(notes, "contingency", text).unwrap_or_default(),
        announcement: fields.optional(notes, "announcement", text).unwrap_or_default(),
    }
}

/// A list that names something.
fn at_least_one<T>(notes: &mut Notes, json: &Json, at: &Path<'_>, what: &str, read: impl FnOnce(&mut Notes, &Json, &Path<'_>) -> T) -> T {
    if json.as_array().is_some_and(<[Json]>::is_empty) {
        notes.error(Code::BadValue, at, format!("a release needs at least one {what}"), format!("add a {what}, or remove the release"));
    }
    read(notes, json, at)
}

fn stages(notes: &mut Notes, json: &Json, at: &Path<'_>) -> Vec<Stage> {
    limit(notes, json, at, limits::STAGES, "stages", "a ramp grows by itself, without a stage for each step");
    list(notes, json, at, stage)
}

fn member(notes: &mut Notes, json: &Json, at: &Path<'_>) -> ReleaseFlag {
    if let Json::String(flag) = json {
        let hint =
            format!("write {{\"flag\": \"{}\", \"variant\": \"on\"}}, with the variant that the release brings", syntax::start(flag));
        notes.error(Code::WrongType, at, format!("a flag of a release must be an object, not {}", found(json)), hint);
        return ReleaseFlag { flag: String::new(), variant: String::new() };
    }
    let fields = Fields::open(notes, json, at, "a flag of a release", &["flag", "variant"]);
    ReleaseFlag {
        flag: fields.required(notes, "flag", "\"new-checkout\"", key).unwrap_or_default(),
        variant: fields.required(notes, "variant", "\"on\", what the release brings", key).unwrap_or_default(),
    }
}

fn stage(notes: &mut Notes, json: &Json, at: &Path<'_>) -> Stage {
    let fields = Fields::open(notes, json, at, "a stage", &["name", "audience", "startsAt", "needs"]);
    Stage {
        name: fields.required(notes, "name", "\"beta\", unique within the release", key).unwrap_or_default(),
        audience: fields.required(notes, "audience", "a condition ({\"all\": []} holds for everyone)", condition).unwrap_or_else(nobody),
        starts_at: fields.optional(notes, "startsAt", time),
        needs: fields.optional(notes, "needs", |n, j, at| list(n, j, at, text)).unwrap_or_default(),
    }
}

fn readiness(notes: &mut Notes, json: &Json, at: &Path<'_>) -> ReadinessItem {
    let fields = Fields::open(notes, json, at, "a readiness item", &["item", "done", "by", "at"]);
    ReadinessItem {
        item: fields.required(notes, "item", "\"Runbook reviewed\"", text).unwrap_or_default(),
        done: fields.required(notes, "done", "true or false", boolean).unwrap_or_default(),
        by: fields.optional(notes, "by", text),
        at: fields.optional(notes, "at", time),
    }
}

/// Decodes a scenario.
pub(crate) fn scenario(notes: &mut Notes, json: &Json, at: &Path<'_>) -> Scenario {
    let fields = Fields::open(notes, json, at, "a scenario", &["name", "context", "at", "expect"]);
    Scenario {
        name: fields.required(notes, "name", "\"A Dutch customer still sees the old checkout\"", text).unwrap_or_default(),
        context: fields.required(notes, "context", "{\"targetingKey\": \"user-1\"}", context).unwrap_or_default(),
        at: fields.optional(notes, "at", time),
        expect: fields.required(notes, "expect", "{\"new-checkout\": \"off\"}", expect).unwrap_or_default(),
    }
}

fn context(notes: &mut Notes, json: &Json, at: &Path<'_>) -> Object {
    match any_context(notes, json, at) {
        Json::Object(object) => object,
        other => {
            notes.wrong_type(&other, at, "an object", "write {\"targetingKey\": \"user-1\", \"country\": \"NL\"}");
            Object::new()
        }
    }
}

fn expect(notes: &mut Notes, json: &Json, at: &Path<'_>) -> BTreeMap<String, Option<String>> {
    keyed(notes, json, at, |notes, json, at| if json.is_null() { None } else { Some(key(notes, json, at)) })
}
