//! What a document already says about attributes: their names, values and types, so that a form can offer them and notice typos.

use std::collections::{BTreeMap, BTreeSet};

use halyard_core::check::nearest;
use halyard_core::document::{Condition, Document, Operator};
use halyard_core::json::Object;
use halyard_core::{Json, Pointer};

use super::kinds::Op;

/// How many values of an attribute are offered.
const VALUES: usize = 200;

/// What is known from a document.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Known {
    attributes: BTreeMap<String, Uses>,
    /// The segments' keys.
    pub(crate) segments: Vec<String>,
    /// The flags' keys, each with its variants' names.
    pub(crate) flags: BTreeMap<String, Vec<String>>,
    /// Who owns flags and releases.
    pub(crate) owners: BTreeSet<String>,
    /// The tags of flags.
    pub(crate) tags: BTreeSet<String>,
}

/// How an attribute is used.
#[derive(Clone, Debug, Default, PartialEq)]
struct Uses {
    values: BTreeSet<String>,
    texts: bool,
    others: bool,
    operators: Vec<Op>,
}

impl Known {
    /// What `document` says, but for what is written at `/part/key`: there, it is just being written.
    pub(crate) fn of(document: &Document, but: &Pointer) -> Known {
        let mut known = Known::default();
        known.uses("targetingKey");
        let here = |part: &str, key: &str| Pointer::root().at(part).at(key) == *but;
        for (key, segment) in document.segments.iter().filter(|(key, _)| !here("segments", key)) {
            known.segments.push(key.clone());
            known.condition(&segment.when);
        }
        for (key, flag) in document.flags.iter().filter(|(key, _)| !here("flags", key)) {
            known.flags.insert(key.clone(), flag.variants.keys().cloned().collect());
            known.tags.extend(flag.tags.iter().cloned());
            flag.rules.iter().for_each(|rule| known.condition(&rule.when));
        }
        known.owners.extend(document.flags.values().map(|flag| flag.owner.clone()));
        known.owners.extend(document.releases.values().map(|release| release.owner.clone()));
        for (_, release) in document.releases.iter().filter(|(key, _)| !here("releases", key)) {
            release.stages.iter().for_each(|stage| known.condition(&stage.audience));
        }
        for (_, plan) in document.plans.iter().filter(|(key, _)| !here("plans", key)) {
            plan.stages.iter().for_each(|stage| known.condition(&stage.audience));
        }
        let scenarios = document.scenarios.iter().enumerate().filter(|(index, _)| !here("scenarios", &index.to_string()));
        scenarios.for_each(|(_, scenario)| known.context("", &scenario.context));
        known
    }

    /// The attributes' names.
    pub(crate) fn attributes(&self) -> impl Iterator<Item = &String> {
        self.attributes.keys()
    }

    /// Values that an attribute is compared with, or has in a scenario, as they are typed.
    pub(crate) fn values(&self, attribute: &str) -> impl Iterator<Item = &String> {
        self.attributes.get(attribute).into_iter().flat_map(|uses| &uses.values)
    }

    /// Whether an attribute's values are texts, as far as is known.
    pub(crate) fn is_text(&self, attribute: &str) -> bool {
        self.attributes.get(attribute).is_some_and(|uses| uses.texts && !uses.others)
    }

    /// The operators, those first that the attribute is used with.
    pub(crate) fn operators(&self, attribute: &str) -> (Vec<Op>, Vec<Op>) {
        let used = self.attributes.get(attribute).map(|uses| uses.operators.clone()).unwrap_or_default();
        Op::ALL.into_iter().partition(|op| used.contains(op))
    }

    /// The attribute that was probably meant by one that nothing else mentions.
    pub(crate) fn meant(&self, attribute: &str) -> Option<&str> {
        if attribute.is_empty() || self.attributes.contains_key(attribute) {
            return None;
        }
        nearest(attribute, self.attributes.keys().map(String::as_str))
    }

    fn uses(&mut self, attribute: &str) -> &mut Uses {
        self.attributes.entry(attribute.to_owned()).or_default()
    }

    fn condition(&mut self, condition: &Condition) {
        match condition {
            Condition::Attribute { attribute, operator } => {
                let json = Json::from_value(operator);
                let uses = self.uses(attribute);
                uses.operators.extend(Op::of(&json).filter(|op| !uses.operators.contains(op)));
                match operator {
                    Operator::Is { is: values } | Operator::HasAll { has_all: values } => values.iter().for_each(|value| uses.value(value)),
                    Operator::StartsWith { .. } | Operator::EndsWith { .. } | Operator::Contains { .. } | Operator::Matches { .. } => {
                        uses.texts = true
                    }
                    _ => {}
                }
            }
            Condition::Percent { by, .. } | Condition::Ramp { by, .. } => {
                if let Some(by) = by {
                    self.uses(by);
                }
            }
            Condition::All { all: inner } | Condition::Any { any: inner } => inner.iter().for_each(|inner| self.condition(inner)),
            Condition::Not { not } => self.condition(not),
            Condition::Segment { .. } | Condition::Flag { .. } | Condition::After { .. } | Condition::Before { .. } => {}
        }
    }

    fn context(&mut self, before: &str, context: &Object) {
        for (name, value) in context {
            let path = format!("{before}{name}");
            match value {
                Json::Object(inner) => self.context(&format!("{path}."), inner),
                Json::Array(items) => items.iter().for_each(|item| self.uses(&path).value(item)),
                one => self.uses(&path).value(one),
            }
        }
    }
}

impl Uses {
    fn value(&mut self, value: &Json) {
        match value {
            Json::String(_) => self.texts = true,
            Json::Number(_) | Json::Bool(_) => self.others = true,
            _ => return,
        }
        if self.values.len() < VALUES {
            self.values.insert(super::kinds::text_of(value));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use halyard_core::check::Cap;
    use halyard_core::read;

    #[test]
    fn attributes_values_and_typos_are_known_from_the_rest_of_the_document() {
        let text = br#"{"format": 1,
            "segments": {"dutch": {"when": {"attribute": "country", "is": ["NL", "BE"]}}},
            "flags": {"f": {"purpose": "operational", "owner": "o", "created": "2026-11-01", "variants": {"on": true, "off": false},
                "rules": [{"id": "r", "when": {"any": [{"attribute": "contry", "is": ["NL"]}, {"not": {"attribute": "age", "atLeast": 18}}]}, "serve": "on"}]}},
            "scenarios": [{"name": "s", "context": {"targetingKey": "u1", "company": {"plan": "pro"}, "age": 20}, "expect": {"f": "on"}}]}"#;
        let document = read(text, Cap::Reader).checked.unwrap().into_inner();
        let known = Known::of(&document, &Pointer::parse("/flags/f").unwrap());
        assert_eq!(known.attributes().collect::<Vec<_>>(), ["age", "company.plan", "country", "targetingKey"]);
        assert_eq!(known.values("country").collect::<Vec<_>>(), ["BE", "NL"]);
        assert_eq!((known.is_text("country"), known.is_text("age")), (true, false));
        assert_eq!((known.meant("contry"), known.meant("country"), known.meant("shoe size")), (Some("country"), None, None));
        assert_eq!(known.operators("country").0, [Op::Is]);
        assert!(known.flags.is_empty());
        let all = Known::of(&document, &Pointer::root());
        assert_eq!(all.operators("age").0, [Op::AtLeast]);
        assert_eq!(all.flags["f"], ["off", "on"]);
    }
}
