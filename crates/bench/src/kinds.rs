//! One flag for each kind of rule, with a context that the rule is decided by and the answer that is expected.

use halyard_core::json::Object;
use halyard_core::{Json, Reason};
use serde_json::{Map, Value, json};

use crate::configuration::{self, MIDDLE};

/// The time of every evaluation, in milliseconds since 1970: 2026-12-01T12:00:00Z.
pub const NOW: i64 = 1_796_126_400_000;

/// A kind of rule.
#[derive(Clone, Debug)]
pub struct Kind {
    /// What the table says: `is: 2 texts`.
    pub name: &'static str,
    /// The flag that is asked for.
    pub flag: String,
    /// Who asks: six attributes, unless the kind is about more.
    pub context: Object,
    /// The variant that it must have.
    pub variant: Option<&'static str>,
    /// The reason that it must have.
    pub reason: Reason,
}

/// Every kind, and the document that has all their flags beside the configuration's.
pub struct Kinds {
    /// The kinds, as the table has them.
    pub kinds: Vec<Kind>,
    /// The document's text.
    pub document: Vec<u8>,
}

#[derive(Default)]
struct Builder {
    kinds: Vec<Kind>,
    flags: Map<String, Value>,
    releases: Map<String, Value>,
}

/// An attribute and its value.
type Extra = (&'static str, Value);

fn context(extra: Option<Extra>) -> Object {
    let mut context =
        json!({"targetingKey": "user-4711", "country": "NL", "plan": "pro", "email": "ann@acme.example", "app": "2.5.1", "ip": "10.1.2.3"});
    if let (Some((name, value)), Some(object)) = (extra, context.as_object_mut()) {
        if !object.contains_key(name) {
            object.remove("ip");
        }
        object.insert(name.to_owned(), value);
    }
    match Json::from(context) {
        Json::Object(attributes) => attributes,
        _ => Object::new(),
    }
}

/// `{"purpose", "owner", …}` with these fields over it.
fn flag(fields: Value) -> Value {
    let mut flag = json!({"purpose": "operational", "owner": "team-shop", "created": "2026-11-01", "variants": {"on": true, "off": false}, "offVariant": "off", "otherwise": "off"});
    if let (Some(flag), Value::Object(fields)) = (flag.as_object_mut(), fields) {
        flag.extend(fields);
    }
    flag
}

impl Builder {
    /// A kind with a flag of its own.
    fn add(&mut self, name: &'static str, fields: Value, extra: Option<Extra>, variant: &'static str, reason: Reason) {
        let key = format!("kind-{:02}", self.kinds.len());
        self.flags.insert(key.clone(), flag(fields));
        self.kinds.push(Kind { name, flag: key, context: context(extra), variant: Some(variant), reason });
    }

    /// A kind that is one rule with this condition.
    fn rule(&mut self, name: &'static str, when: Value, extra: Option<Extra>, reason: Reason) {
        self.add(name, json!({"rules": [{"id": "r", "when": when, "serve": "on"}]}), extra, "on", reason);
    }

    /// The same, where it does not hold.
    fn miss(&mut self, name: &'static str, when: Value, extra: Option<Extra>) {
        self.add(name, json!({"rules": [{"id": "r", "when": when, "serve": "on"}]}), extra, "off", Reason::Default);
    }

    /// A flag of the configuration that this context asks for.
    fn configured(&mut self, name: &'static str, extra: Vec<Extra>, variant: &'static str, reason: Reason) {
        let mut attributes = context(None);
        attributes.extend(extra.into_iter().map(|(name, value)| (name.to_owned(), Json::from(value))));
        self.kinds.push(Kind { name, flag: configuration::key(MIDDLE), context: attributes, variant: Some(variant), reason });
    }

    fn answers_without_rules(&mut self) {
        self.add("otherwise, no rules", json!({"otherwise": "on"}), None, "on", Reason::Static);
        self.add("disabled", json!({"enabled": false}), None, "off", Reason::Disabled);
        self.kinds.push(Kind {
            name: "no such flag",
            flag: "nowhere".to_owned(),
            context: context(None),
            variant: None,
            reason: Reason::Error,
        });
    }

    fn configuration(&mut self) {
        self.configured(
            "three rules: in the list of 100",
            vec![("targetingKey", json!(configuration::listed(MIDDLE, 60)))],
            "on",
            Reason::TargetingMatch,
        );
        self.configured("three rules: country and version", vec![], "on", Reason::TargetingMatch);
        self.configured("three rules: in the rollout", vec![("country", json!("FR"))], "on", Reason::Split);
        self.configured(
            "three rules: none holds",
            vec![("country", json!("FR")), ("targetingKey", json!("user-4712"))],
            "off",
            Reason::Default,
        );
    }

    fn operators(&mut self) {
        let hit = Reason::TargetingMatch;
        self.rule("is: 2 texts", json!({"attribute": "country", "is": ["BE", "NL"]}), None, hit);
        self.rule("is: 10 numbers", json!({"attribute": "seats", "is": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]}), Some(("seats", json!(7))), hit);
        let ids = |count: usize| (0..count).map(|place| format!("user-{:06}", (place * 7919) % 1_000_000)).collect::<Vec<_>>();
        let inside = |count: usize| Some(("targetingKey", json!(format!("user-{:06}", (count / 2 * 7919) % 1_000_000))));
        self.rule("is: list of 100 ids, in it", json!({"attribute": "targetingKey", "is": ids(100)}), inside(100), hit);
        self.miss("is: list of 100 ids, not in it", json!({"attribute": "targetingKey", "is": ids(100)}), None);
        self.rule("is: list of 10,000 ids, in it", json!({"attribute": "targetingKey", "is": ids(10_000)}), inside(10_000), hit);
        self.miss("is: list of 10,000 ids, not in it", json!({"attribute": "targetingKey", "is": ids(10_000)}), None);
        self.rule("contains", json!({"attribute": "email", "contains": ["@globex.", "@acme."]}), None, hit);
        self.rule("contains, ignoreCase", json!({"attribute": "email", "contains": ["@Globex.", "@Acme."], "ignoreCase": true}), None, hit);
        self.rule("startsWith", json!({"attribute": "email", "startsWith": ["bob@", "ann@"]}), None, hit);
        self.rule("endsWith", json!({"attribute": "email", "endsWith": ["@globex.example", "@acme.example"]}), None, hit);
        self.rule("matches", json!({"attribute": "email", "matches": "^[a-z]+@acme\\.example$"}), None, hit);
        self.rule("greaterThan", json!({"attribute": "seats", "greaterThan": 5}), Some(("seats", json!(7))), hit);
        self.rule(
            "after, of an attribute",
            json!({"attribute": "signup", "after": "2026-01-01T00:00:00Z"}),
            Some(("signup", json!("2026-06-01T10:00:00+02:00"))),
            hit,
        );
        self.rule("version", json!({"attribute": "app", "version": ">=2.1 <3"}), None, hit);
        self.rule("network: 3 CIDRs", json!({"attribute": "ip", "network": ["192.168.0.0/16", "2001:db8::/32", "10.0.0.0/8"]}), None, hit);
        self.rule(
            "network, IPv6",
            json!({"attribute": "ip", "network": ["10.0.0.0/8", "2001:db8::/32"]}),
            Some(("ip", json!("2001:db8:7::42"))),
            hit,
        );
        self.rule("exists", json!({"attribute": "plan", "exists": true}), None, hit);
        self.rule("hasAll", json!({"attribute": "tags", "hasAll": ["beta", "eu"]}), Some(("tags", json!(["eu", "pro", "beta"]))), hit);
        self.rule(
            "is, path of two",
            json!({"attribute": "company.plan", "is": ["free", "pro"]}),
            Some(("company", json!({"id": "c3", "plan": "pro"}))),
            hit,
        );
    }

    fn conditions(&mut self) {
        let hit = Reason::TargetingMatch;
        let country = json!({"attribute": "country", "is": ["NL"]});
        let plan = json!({"attribute": "plan", "is": ["pro"]});
        let nowhere = json!({"attribute": "country", "is": ["FR"]});
        self.rule("all of 3", json!({"all": [country, plan, {"attribute": "email", "exists": true}]}), None, hit);
        self.rule("any of 3, the last", json!({"any": [nowhere, {"attribute": "plan", "is": ["free"]}, country]}), None, hit);
        self.rule("not", json!({"not": nowhere}), None, hit);
        self.rule("after, of the clock", json!({"after": "2026-11-15T00:00:00Z"}), None, hit);
        self.rule("segment", json!({"segment": "s-1"}), None, hit);
        self.rule("segments: chain of 8", json!({"segment": "s-8"}), None, hit);
        self.rule("flag condition", json!({"flag": "chain-0", "is": ["on"]}), None, hit);
        self.add("requires", json!({"requires": [{"flag": "chain-0", "is": ["on"]}], "otherwise": "on"}), None, "on", Reason::Default);
        self.add(
            "requires: chain of 7",
            json!({"requires": [{"flag": "chain-6", "is": ["on"]}], "otherwise": "on"}),
            None,
            "on",
            Reason::Default,
        );
        let mut rules: Vec<Value> = (0..99)
            .map(|n| json!({"id": format!("r{n}"), "when": {"attribute": "country", "is": [format!("X{n}")]}, "serve": "on"}))
            .collect();
        rules.push(json!({"id": "last", "when": country, "serve": "on"}));
        self.add("100 rules, the last holds", json!({"rules": rules}), None, "on", hit);
    }

    fn buckets(&mut self) {
        let hit = Reason::Split;
        let steps = json!([{"at": "2026-11-01T00:00:00Z", "percent": 5}, {"at": "2026-11-20T00:00:00Z", "percent": 99.999}]);
        let linear = json!([{"at": "2026-11-01T00:00:00Z", "percent": 98}, {"at": "2026-12-31T00:00:00Z", "percent": 100}]);
        self.rule("percent", json!({"percent": 99.999}), None, hit);
        self.rule("percent, by and seed", json!({"percent": [0, 99.999], "by": "email", "seed": "winter"}), None, hit);
        self.rule("ramp, steps", json!({"ramp": steps}), None, hit);
        self.rule("ramp, linear", json!({"ramp": linear, "shape": "linear"}), None, hit);
        let split = json!({"split": [{"variant": "off", "weight": 0}, {"variant": "on", "weight": 1_000_000}]});
        self.add(
            "split of a rule",
            json!({"rules": [{"id": "r", "when": {"attribute": "country", "is": ["NL"]}, "serve": split}]}),
            None,
            "on",
            hit,
        );
        self.add("split of otherwise", json!({"otherwise": split}), None, "on", hit);
    }

    fn released(&mut self) {
        let audiences = |last: Value| {
            let nobody = json!({"attribute": "country", "is": ["FR"]});
            json!([{"name": "one", "audience": nobody}, {"name": "two", "audience": nobody}, {"name": "three", "audience": nobody}, {"name": "four", "audience": last}])
        };
        let release = |builder: &mut Builder, name, stages: Value, stage: &str, reason| {
            let key = format!("kind-{:02}", builder.kinds.len());
            builder.add(name, json!({}), None, "on", reason);
            builder.releases.insert(
                format!("of-{key}"),
                json!({"title": name, "owner": "team-shop", "flags": [{"flag": key, "variant": "on"}], "stages": stages, "stage": stage}),
            );
        };
        release(
            self,
            "release: first stage",
            json!([{"name": "one", "audience": {"attribute": "country", "is": ["NL"]}}, {"name": "two", "audience": {"all": []}}]),
            "one",
            Reason::TargetingMatch,
        );
        release(self, "release: fourth stage", audiences(json!({"attribute": "country", "is": ["NL"]})), "four", Reason::TargetingMatch);
        release(self, "release: fourth stage, percent", audiences(json!({"percent": 99.999})), "four", Reason::Split);
    }
}

/// Makes them, among so many flags of the configuration.
pub fn kinds(among: usize) -> Kinds {
    let mut builder = Builder::default();
    builder.answers_without_rules();
    builder.configuration();
    builder.operators();
    builder.conditions();
    builder.buckets();
    builder.released();
    let Builder { kinds, mut flags, releases } = builder;
    flags.extend(configuration::flags(among));
    flags.insert("chain-0".to_owned(), flag(json!({"otherwise": "on"})));
    for link in 1..7 {
        flags.insert(
            format!("chain-{link}"),
            flag(json!({"requires": [{"flag": format!("chain-{}", link - 1), "is": ["on"]}], "otherwise": "on"})),
        );
    }
    let mut segments = Map::new();
    segments.insert("s-1".to_owned(), json!({"when": {"attribute": "country", "is": ["NL"]}}));
    for link in 2..=8 {
        segments.insert(format!("s-{link}"), json!({"when": {"segment": format!("s-{}", link - 1)}}));
    }
    let document = json!({"format": 1, "segments": segments, "flags": flags, "releases": releases}).to_string().into_bytes();
    Kinds { kinds, document }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_context_has_six_attributes() {
        for kind in kinds(1).kinds {
            assert_eq!(kind.context.len(), 6, "{}", kind.name);
        }
    }

    #[test]
    fn kinds_have_names_of_their_own() {
        let kinds = kinds(1).kinds;
        let names: std::collections::BTreeSet<_> = kinds.iter().map(|kind| kind.name).collect();
        assert_eq!(names.len(), kinds.len());
    }
}
