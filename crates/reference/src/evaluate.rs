//! A flag's answer: the five steps, and the conditions that they judge.

use crate::bucket::{self, bucket, thousandths};
use crate::time::parse_time;
use crate::{operators, value};
use serde_json::{Map, Value, json};

/// Evaluates a flag of a valid document for a context at a time (milliseconds since 1970): the whole answer.
///
/// The document must have passed `check`; of an invalid one, the answer means nothing.
///
/// ```
/// use serde_json::json;
/// let document = json!({"format": 1, "flags": {"new-cart": {
///     "purpose": "release", "owner": "team-cart", "created": "2026-11-01",
///     "variants": {"on": true, "off": false}, "otherwise": "on"}}});
/// let answer = halyard_reference::evaluate(&document, "new-cart", &json!({}), 0);
/// assert_eq!(answer, json!({"flag": "new-cart", "variant": "on", "value": true, "reason": "STATIC"}));
/// ```
pub fn evaluate(document: &Value, flag: &str, context: &Value, now_ms: i64) -> Value {
    let outcome = match (Evaluation { document, context }).flag(flag, now_ms) {
        Ok(outcome) => outcome,
        Err(code) => return json!({"flag": flag, "reason": "ERROR", "errorCode": code}),
    };
    let definition = &document["flags"][flag];
    let mut answer = Map::new();
    answer.insert("flag".into(), flag.into());
    if let Some(variant) = outcome.variant {
        answer.insert("value".into(), definition["variants"][&variant].clone());
        answer.insert("variant".into(), variant.into());
    }
    answer.insert("reason".into(), outcome.reason.into());
    let mut metadata = definition["metadata"].as_object().cloned().unwrap_or_default();
    for (name, value) in outcome.metadata {
        metadata.insert(name.into(), value.into());
    }
    if !metadata.is_empty() {
        answer.insert("metadata".into(), metadata.into());
    }
    answer.into()
}

/// What every step sees; the time is handed along, because a held release changes it.
struct Evaluation<'a> {
    document: &'a Value,
    context: &'a Value,
}

/// An answer without error, before the flag's own metadata joins it.
struct Outcome {
    variant: Option<String>,
    reason: &'static str,
    metadata: Vec<(&'static str, String)>,
}

/// The code of an answer with reason ERROR; it ends every evaluation that comes by it.
type ErrorCode = &'static str;

impl Evaluation<'_> {
    fn flag(&self, key: &str, now: i64) -> Result<Outcome, ErrorCode> {
        // 1. Known?
        let Some(flag) = self.document["flags"].get(key) else {
            return Err("FLAG_NOT_FOUND");
        };

        // 2. Enabled and not blocked?
        let off = |reason, metadata| Outcome { variant: text(&flag["offVariant"]), reason, metadata };
        if flag["enabled"] == false {
            return Ok(off("DISABLED", vec![]));
        }
        for required in list(&flag["requires"]) {
            if !self.answers(required, now)? {
                return Ok(off("DISABLED", vec![("blockedBy", string(&required["flag"]))]));
            }
        }

        // 3. The rules.
        for rule in list(&flag["rules"]) {
            if !self.holds(&rule["when"], key, now)? {
                continue;
            }
            let serve = &rule["serve"];
            let is_split = serve.is_object();
            let variant = if is_split { self.split(serve, key) } else { text(serve) };
            if variant.is_some() {
                let reason = if is_split || self.buckets(&rule["when"]) { "SPLIT" } else { "TARGETING_MATCH" };
                return Ok(Outcome { variant, reason, metadata: vec![("rule", string(&rule["id"]))] });
            }
        }

        // 4. The live release.
        let live = self.live_release(key);
        if let Some((release_key, release, variant)) = live {
            let now = parse_time(&string(&release["hold"])).map_or(now, |hold| now.min(hold));
            for stage in opened_stages(release, now) {
                if self.holds(&stage["audience"], release_key, now)? {
                    let reason = if self.buckets(&stage["audience"]) { "SPLIT" } else { "TARGETING_MATCH" };
                    let metadata = vec![("release", release_key.to_owned()), ("stage", string(&stage["name"]))];
                    return Ok(Outcome { variant: text(variant), reason, metadata });
                }
            }
        }

        // 5. Otherwise.
        let otherwise = &flag["otherwise"];
        if otherwise.is_object() {
            return match self.split(otherwise, key) {
                Some(variant) => Ok(Outcome { variant: Some(variant), reason: "SPLIT", metadata: vec![] }),
                None if by(otherwise) == "targetingKey" => Err("TARGETING_KEY_MISSING"),
                None => Ok(off("DEFAULT", vec![])),
            };
        }
        let nothing_decides = list(&flag["rules"]).is_empty() && list(&flag["requires"]).is_empty() && live.is_none();
        let reason = if otherwise.is_string() && nothing_decides { "STATIC" } else { "DEFAULT" };
        Ok(Outcome { variant: text(otherwise), reason, metadata: vec![] })
    }

    /// The flag's live release: its key, itself, and the variant that it brings to the flag.
    fn live_release(&self, flag: &str) -> Option<(&str, &Value, &Value)> {
        for (key, release) in self.document["releases"].as_object()? {
            if release["closed"] == true || release["rolledBack"] == true {
                continue;
            }
            for moved in list(&release["flags"]) {
                if moved["flag"] == flag {
                    return Some((key, release, &moved["variant"]));
                }
            }
        }
        None
    }

    /// `{"flag": k, "is": […]}`, as a condition and in `requires`: the flag's answer has a variant that is named.
    fn answers(&self, condition: &Value, now: i64) -> Result<bool, ErrorCode> {
        let outcome = self.flag(&string(&condition["flag"]), now)?;
        Ok(outcome.variant.is_some_and(|variant| list(&condition["is"]).iter().any(|named| *named == variant)))
    }

    /// Whether a condition holds; `key` is the seed of percentages and ramps that name none.
    fn holds(&self, condition: &Value, key: &str, now: i64) -> Result<bool, ErrorCode> {
        if let Some(path) = condition["attribute"].as_str() {
            return Ok(operators::holds(condition, value::attribute(self.context, path)));
        }
        if let Some(segment) = condition["segment"].as_str() {
            return self.holds(&self.document["segments"][segment]["when"], segment, now);
        }
        if condition["flag"].is_string() {
            return self.answers(condition, now);
        }
        if let Some(conditions) = condition["all"].as_array() {
            for condition in conditions {
                if !self.holds(condition, key, now)? {
                    return Ok(false);
                }
            }
            return Ok(true);
        }
        if let Some(conditions) = condition["any"].as_array() {
            for condition in conditions {
                if self.holds(condition, key, now)? {
                    return Ok(true);
                }
            }
            return Ok(false);
        }
        if condition["not"].is_object() {
            return Ok(!self.holds(&condition["not"], key, now)?);
        }
        if let Some(time) = condition["after"].as_str() {
            return Ok(parse_time(time).is_some_and(|time| now >= time));
        }
        if let Some(time) = condition["before"].as_str() {
            return Ok(parse_time(time).is_some_and(|time| now < time));
        }
        let seed = condition["seed"].as_str().unwrap_or(key);
        let bucketed = value::bucket_text(self.context, by(condition));
        if let Some(points) = condition["ramp"].as_array() {
            let points: Vec<(i64, u64)> =
                points.iter().filter_map(|p| Some((parse_time(p["at"].as_str()?)?, thousandths(&p["percent"])))).collect();
            let percent = bucket::ramp_at(&points, condition["shape"] == "linear", now);
            return Ok(percent.is_some_and(|percent| bucket::within(0, percent, seed, bucketed.as_deref())));
        }
        let (from, to) = match list(&condition["percent"]) {
            [from, to] => (thousandths(from), thousandths(to)),
            _ => (0, thousandths(&condition["percent"])),
        };
        Ok(bucket::within(from, to, seed, bucketed.as_deref()))
    }

    /// Whether a condition contains a percentage or a ramp as written, in the segments that it names too.
    fn buckets(&self, condition: &Value) -> bool {
        if let Some(segment) = condition["segment"].as_str() {
            return self.buckets(&self.document["segments"][segment]["when"]);
        }
        let conditions = [&condition["all"], &condition["any"]].into_iter().flat_map(list).chain(condition.get("not"));
        let within = conditions.into_iter().any(|condition| self.buckets(condition));
        within || condition.get("percent").is_some() || condition.get("ramp").is_some()
    }

    /// The variant that a split serves; none without text.
    fn split(&self, serve: &Value, flag: &str) -> Option<String> {
        let text = value::bucket_text(self.context, by(serve))?;
        let seed = serve["seed"].as_str().map_or_else(|| format!("{flag}/split"), str::to_owned);
        let weight = |part: &Value| part["weight"].as_f64().unwrap_or(0.0) as u64;
        let parts = list(&serve["split"]);
        let bucket = bucket(&seed, &text, parts.iter().map(weight).sum());
        let mut sum = 0;
        for part in parts {
            sum += weight(part);
            if sum > bucket {
                return Some(string(&part["variant"]));
            }
        }
        None
    }
}

/// The stages up to and with `stage`, then on while the next one's date has come and what it needs is done.
fn opened_stages(release: &Value, now: i64) -> &[Value] {
    let stages = list(&release["stages"]);
    let by_hand = stages.iter().position(|stage| stage["name"] == release["stage"]).map_or(0, |last| last + 1);
    let done = |item: &Value| list(&release["readiness"]).iter().any(|listed| listed["item"] == *item && listed["done"] == true);
    let is_due = |stage: &&Value| {
        let starts_at = stage["startsAt"].as_str().and_then(parse_time);
        starts_at.is_some_and(|at| at <= now) && list(&stage["needs"]).iter().all(done)
    };
    let by_date = stages.iter().skip(by_hand).take_while(is_due).count();
    stages.get(..by_hand + by_date).unwrap_or_default()
}

/// The path whose text buckets, for a percentage, a ramp or a split.
fn by(bucketing: &Value) -> &str {
    bucketing["by"].as_str().unwrap_or("targetingKey")
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

fn string(value: &Value) -> String {
    text(value).unwrap_or_default()
}
