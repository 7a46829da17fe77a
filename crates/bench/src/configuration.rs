//! The configuration that every figure is about, so that evaluators can be compared: flags with three rules each — a list of 100
//! ids, a country with a version, and a rollout to 20%.

use serde_json::{Map, Value, json};

/// Ids in each list.
const LISTED: usize = 100;

/// The flag that is asked for, however many there are.
pub const MIDDLE: usize = 500;

/// A flag's key.
///
/// ```
/// assert_eq!(halyard_bench::configuration::key(7), "flag-00007");
/// ```
pub fn key(number: usize) -> String {
    format!("flag-{number:05}")
}

/// The id at a place of a flag's list; flags have different ones.
pub fn listed(flag: usize, place: usize) -> String {
    format!("user-{:06}", (flag * 7919 + place * 104_729) % 1_000_000)
}

/// A flag of it.
pub fn flag(number: usize) -> Value {
    let ids: Vec<String> = (0..LISTED).map(|place| listed(number, place)).collect();
    json!({
        "description": "", "purpose": "operational", "owner": "team-shop", "created": "2026-11-01",
        "variants": {"on": true, "off": false}, "offVariant": "off", "otherwise": "off",
        "rules": [
            {"id": "testers", "when": {"attribute": "targetingKey", "is": ids}, "serve": "on"},
            {"id": "dutch", "when": {"all": [{"attribute": "country", "is": ["NL", "BE"]}, {"attribute": "app", "version": ">=2.1"}]}, "serve": "on"},
            {"id": "rollout", "when": {"percent": 20}, "serve": "on"}
        ]
    })
}

/// So many flags of it, by key: those around [`MIDDLE`].
pub fn flags(count: usize) -> Map<String, Value> {
    let first = MIDDLE.saturating_sub(count / 2);
    (first..first + count).map(|number| (key(number), flag(number))).collect()
}

/// The document's text.
pub fn document(count: usize) -> Vec<u8> {
    json!({"format": 1, "flags": flags(count)}).to_string().into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use halyard_core::{check::Cap, read};

    #[test]
    fn a_thousand_flags_of_it_can_be_published() {
        let report = read(&document(1000), Cap::Publisher);
        assert_eq!(report.errors().count(), 0, "{:?}", report.problems.first());
        assert_eq!(report.checked.unwrap().flags.len(), 1000);
    }
}
