//! The flags of the simulated environment: the first document, what publishers do to it, and what a node must answer for it.

use std::collections::BTreeMap;

use halyard_core::check::{Cap, Checked};
use halyard_core::evaluate::Audience;
use halyard_core::json::Object;
use halyard_core::{Context, Document, Json, Ruleset, Timestamp, compile, read};

use crate::random::Random;

/// The key of the environment.
pub(crate) const ENVIRONMENT: &str = "production";
/// Contexts to evaluate for. Each has a targeting key, and no flag here depends on the time.
pub(crate) const CONTEXTS: [&str; 3] =
    [r#"{"targetingKey":"u1","email":"ann@acme.example"}"#, r#"{"targetingKey":"u2"}"#, r#"{"country":"NL","targetingKey":"u3"}"#];
/// The flags that nobody takes away.
pub(crate) const FLAGS: [&str; 3] = ["banner", "checkout", "price"];

/// The first document.
pub(crate) const FIRST: &str = r#"{"format": 1,
    "segments": {"staff": {"when": {"attribute": "email", "endsWith": ["@acme.example"]}}},
    "flags": {
        "banner": {"purpose": "operational", "owner": "o", "created": "2026-11-01", "variants": {"on": true, "off": false}, "offVariant": "off", "otherwise": "on"},
        "checkout": {"purpose": "operational", "owner": "o", "created": "2026-11-01", "variants": {"new": "new", "old": "old"},
            "rules": [{"id": "staff", "when": {"segment": "staff"}, "serve": "new"}], "otherwise": "old", "metadata": {"team": "shop"}},
        "price": {"purpose": "operational", "owner": "o", "created": "2026-11-01", "variants": {"a": 1, "b": 2},
            "otherwise": {"split": [{"variant": "a", "weight": 1}, {"variant": "b", "weight": 1}]}}},
    "scenarios": [{"name": "staff see the new checkout", "context": {"email": "ann@acme.example"}, "expect": {"checkout": "new"}}]}"#;

/// What a publisher does to a document. Each can be done again on top of somebody else's.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Edit {
    /// Writes something of one's own into a flag's metadata.
    Note { flag: &'static str, key: String, text: String },
    /// Turns a flag on or off.
    Enable { flag: &'static str, enabled: bool },
    /// Adds a flag.
    Add { flag: String },
    /// Takes a flag away, where it is there.
    Remove { flag: String },
    /// Another split.
    Split { weight: f64 },
    /// A document that no check lets pass.
    Break,
    /// No change.
    Nothing,
}

impl Edit {
    pub(crate) fn random(random: &mut Random, publisher: usize, number: u32) -> Edit {
        let flag = FLAGS.get(random.below(FLAGS.len())).copied().unwrap_or("banner");
        let own = format!("flag-{publisher}-{}", random.below(2));
        match random.below(20) {
            0..=8 => Edit::Note { flag, key: format!("p{publisher}"), text: format!("n{number}") },
            9 => Edit::Note { flag, key: "long".to_owned(), text: format!("{number} ").repeat(1200) },
            10..=11 => Edit::Enable { flag, enabled: random.chance(500) },
            12..=13 => Edit::Add { flag: own },
            14 => Edit::Remove { flag: own },
            15..=16 => Edit::Split { weight: [1.0, 2.0, 3.0].get(random.below(3)).copied().unwrap_or(1.0) },
            17 => Edit::Break,
            18 => Edit::Nothing,
            _ => Edit::Note { flag, key: "shared".to_owned(), text: format!("{publisher} {number}") },
        }
    }

    /// The document with this done to it.
    pub(crate) fn apply(&self, document: &Json) -> Json {
        let mut document = document.clone();
        let Some(flags) = member(&mut document, "flags") else { return document };
        match self {
            Edit::Note { flag, key, text } => {
                if let Some(metadata) = child(flags, flag).and_then(|flag| child(flag, "metadata")) {
                    metadata.insert(key.clone(), Json::from(text.as_str()));
                }
            }
            Edit::Enable { flag, enabled } => {
                if let Some(flag) = child(flags, flag) {
                    flag.insert("enabled".to_owned(), Json::from(*enabled));
                }
            }
            Edit::Add { flag } => {
                let new = r#"{"purpose": "operational", "owner": "o", "created": "2026-11-01", "variants": {"x": "x"}, "otherwise": "x"}"#;
                flags.insert(flag.clone(), Json::parse(new.as_bytes()).unwrap_or_default());
            }
            Edit::Remove { flag } => {
                flags.remove(flag);
            }
            Edit::Split { weight } => {
                let split = format!(r#"{{"split": [{{"variant": "a", "weight": {weight}}}, {{"variant": "b", "weight": 1}}]}}"#);
                if let Some(flag) = child(flags, "price") {
                    flag.insert("otherwise".to_owned(), Json::parse(split.as_bytes()).unwrap_or_default());
                }
            }
            Edit::Break => {
                if let Some(flag) = child(flags, "banner") {
                    flag.insert("otherwise".to_owned(), Json::from("nowhere"));
                }
            }
            Edit::Nothing => {}
        }
        document
    }
}

fn member<'j>(json: &'j mut Json, key: &str) -> Option<&'j mut Object> {
    match json {
        Json::Object(object) => child(object, key),
        _ => None,
    }
}

/// The object at a key; an empty one where there was none.
fn child<'j>(object: &'j mut Object, key: &str) -> Option<&'j mut Object> {
    match object.entry(key.to_owned()).or_insert_with(|| Json::Object(Object::new())) {
        Json::Object(child) => Some(child),
        _ => None,
    }
}

/// A document that core has read: what the invariants compare nodes with.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) checked: Checked,
    ruleset: Ruleset,
    bodies: BTreeMap<usize, Vec<u8>>,
}

impl Known {
    /// Reads a document as a node would that loads it.
    pub(crate) fn read(bytes: &[u8]) -> Option<Known> {
        let checked = read(bytes, Cap::Reader).checked?;
        let ruleset = compile(&checked);
        Some(Known { checked, ruleset, bodies: BTreeMap::new() })
    }

    pub(crate) fn document(&self) -> &Document {
        &self.checked
    }

    /// The body of the bulk answer for one of [`CONTEXTS`].
    pub(crate) fn all(&mut self, context: usize) -> &[u8] {
        let ruleset = &self.ruleset;
        self.bodies.entry(context).or_insert_with(|| {
            let context = context_of(context);
            let flags = ruleset.evaluate_all(Audience::Server, &context, Timestamp(0)).map(|answer| ofrep(answer.to_json()));
            Json::Object([("flags".to_owned(), Json::Array(flags.collect()))].into()).canonical().into_bytes()
        })
    }

    /// The body of one flag's answer.
    pub(crate) fn one(&self, flag: &str, context: usize) -> Vec<u8> {
        ofrep(self.ruleset.evaluate(flag, &context_of(context), Timestamp(0)).to_json()).canonical().into_bytes()
    }
}

fn context_of(place: usize) -> Context {
    let text = CONTEXTS.get(place).copied().unwrap_or("{}");
    Context::parse(text.as_bytes()).unwrap_or_else(|_| Context::new(Object::new()))
}

/// OFREP says `key` where docs/evaluation.md says `flag`.
fn ofrep(answer: Json) -> Json {
    match answer {
        Json::Object(mut answer) => {
            if let Some(flag) = answer.remove("flag") {
                answer.insert("key".to_owned(), flag);
            }
            Json::Object(answer)
        }
        other => other,
    }
}
