//! What a trace says, in words. Conditions are worded by `phrase`, as on every page; here is what came of them.

use crate::context::{Context, TARGETING_KEY};
use crate::document::{self, Condition, Operator, Requirement, Rule, Serve, Stage, percent};
use crate::evaluate::attribute::millis;
use crate::evaluate::run::{self, Given};
use crate::image::node::Node;
use crate::image::row;
use crate::json::Json;
use crate::operators::bucket;
use crate::operators::network::Address;
use crate::operators::version::Version;
use crate::phrase;
use crate::time::Timestamp;

/// Makes sentences about one context's evaluation.
#[derive(Clone, Copy)]
pub(super) struct Words<'r, 'c> {
    pub(super) given: Given<'r, 'c>,
    pub(super) context: &'c Context,
}

/// What is looked at, as the document writes it.
#[derive(Clone, Copy)]
pub(super) enum About<'d> {
    Requirement(&'d Requirement),
    Rule(&'d Rule),
    /// A stage, and its release's key.
    Stage(&'d str, &'d Stage),
    /// A condition, and what it was compiled to.
    Condition(&'d Condition, Node),
}

impl<'d> About<'d> {
    /// The flag that is asked about, if a flag is.
    pub(super) fn asked_flag(self) -> Option<&'d str> {
        match self {
            About::Requirement(requirement) => Some(&requirement.flag),
            About::Condition(Condition::Flag { flag, .. }, _) => Some(flag),
            _ => None,
        }
    }
}

impl Words<'_, '_> {
    /// What was looked at and, if it has come out, how.
    pub(super) fn look(&self, about: About<'_>, held: Option<bool>, now: Timestamp, answered: Option<Option<u32>>) -> String {
        match about {
            About::Requirement(Requirement { flag, is }) => {
                let it = answered.map(|variant| format!(" — it is {}", self.variant(variant))).unwrap_or_default();
                let asked = Condition::Flag { flag: flag.clone(), is: is.clone() };
                format!("it requires that {}{it}", phrase::condition(&asked))
            }
            About::Rule(rule) => format!("rule `{}`", rule.id),
            About::Stage(release, stage) => format!("stage `{}` of release `{release}`", stage.name),
            About::Condition(condition, node) => match condition {
                Condition::All { all } if !all.is_empty() => "all of these".to_owned(),
                Condition::Any { any } if !any.is_empty() => "any of these".to_owned(),
                Condition::Not { .. } => "not this".to_owned(),
                leaf => {
                    let why = held.and_then(|_| self.why(leaf, node, now, answered)).map(|why| format!(" — {why}")).unwrap_or_default();
                    format!("{}{why}", phrase::condition(leaf))
                }
            },
        }
    }

    /// A variant, or what no variant means.
    pub(super) fn variant(&self, variant: Option<u32>) -> String {
        let row = variant.and_then(|variant| self.given.image.row(variant));
        named(row.map(|variant: row::Variant| self.given.image.str(variant.name)))
    }

    /// What a condition without conditions of its own met.
    fn why(&self, condition: &Condition, node: Node, now: Timestamp, answered: Option<Option<u32>>) -> Option<String> {
        match (condition, node) {
            (Condition::Attribute { attribute, operator }, _) => match self.context.get(attribute) {
                None if matches!(operator, Operator::Exists { .. }) => None,
                None => Some(format!("`{attribute}` is missing")),
                Some(value) => {
                    let kind = match value {
                        Json::Array(_) => None,
                        one => lacks(operator, one),
                    };
                    let kind = kind.map(|kind| format!(", which is no {kind}")).unwrap_or_default();
                    Some(format!("it is {}{kind}", phrase::value(value)))
                }
            },
            (Condition::Flag { .. }, _) => answered.map(|variant| format!("it is {}", self.variant(variant))),
            (Condition::Percent { by, .. }, Node::Percent { from, to, bucketing }) => {
                Some(self.place((from, to), bucketing, by.as_deref()))
            }
            (Condition::Ramp { by, .. }, Node::Ramp { points, linear, bucketing }) => {
                let share = run::ramp_share(&self.given.image, points, linear, now);
                Some(format!("now at {}%; {}", percent(share), self.place((0, share), bucketing, by.as_deref())))
            }
            (Condition::After { .. } | Condition::Before { .. }, _) => Some(format!("it is {now}")),
            _ => None,
        }
    }

    fn place(&self, (from, to): (u32, u32), bucketing: u32, by: Option<&str>) -> String {
        match (from, to) {
            (0, bucket::EVERYONE) => return "that is everyone".to_owned(),
            (from, to) if from >= to => return "that is nobody".to_owned(),
            _ => {}
        }
        let by = by.unwrap_or(TARGETING_KEY);
        let Some(place) = run::place(&self.given, bucketing, bucket::EVERYONE) else { return self.no_text(by) };
        let needs = match from {
            0 => format!("below {}%", percent(to)),
            from => format!("{}% or above and below {}%", percent(from), percent(to)),
        };
        format!("place {}% by `{by}`, needs {needs}", percent(place))
    }

    fn no_text(&self, by: &str) -> String {
        match self.context.get(by) {
            None => format!("`{by}` is missing"),
            Some(Json::String(_)) => format!("`{by}` is empty"),
            Some(value) => format!("`{by}` is {}, which has no text", value.kind()),
        }
    }

    /// What a split gives for a place among a total.
    pub(super) fn split(&self, split: &document::Split, place: Option<u32>, total: u32, variant: Option<u32>) -> String {
        // The seed and the attribute are told by the place.
        let shares = phrase::serve(&Serve::Split(document::Split { split: split.split.clone(), by: None, seed: None }));
        let by = by_of(split);
        match (place, variant) {
            (Some(place), Some(_)) => format!("{shares} — place {place} of {total} by `{by}` gets {}", self.variant(variant)),
            _ => format!("{shares} — {}", self.no_text(by)),
        }
    }
}

/// The attribute that a split goes by.
pub(super) fn by_of(split: &document::Split) -> &str {
    split.by.as_deref().unwrap_or(TARGETING_KEY)
}

/// A variant by its name, or what no variant means.
pub(super) fn named(variant: Option<&str>) -> String {
    variant.map_or_else(|| "the application's own default".to_owned(), |name| format!("`{name}`"))
}

/// Why a stage is not open.
pub(super) fn shut(key: &str, release: &document::Release, stage: &Stage, clock: Timestamp) -> String {
    let name = &stage.name;
    let Some(starts_at) = &stage.starts_at else {
        return format!("stage `{name}` of release `{key}` is not open: nobody has opened it");
    };
    let lacking: Vec<String> = release.missing(stage).map(|item| format!("`{item}`")).collect();
    if !lacking.is_empty() {
        return format!("stage `{name}` is not open: {} is not done", lacking.join(", "));
    }
    let at = starts_at.at();
    match release.hold.as_ref().map(|hold| hold.at()) {
        Some(hold) if hold < at && hold <= clock => format!("stage `{name}` would open at {at}; not while the release is held"),
        _ => format!("stage `{name}` opens at {at}; not yet"),
    }
}

/// What a value lacks to be tested at all: "a number". None where it is of the kind that the operator takes.
fn lacks(operator: &Operator, value: &Json) -> Option<&'static str> {
    let text = value.as_str();
    match operator {
        Operator::Is { .. } | Operator::HasAll { .. } | Operator::Exists { .. } => None,
        Operator::Contains { .. } | Operator::StartsWith { .. } | Operator::EndsWith { .. } | Operator::Matches { .. } => {
            text.is_none().then_some("text")
        }
        Operator::GreaterThan { .. } | Operator::AtLeast { .. } | Operator::LessThan { .. } | Operator::AtMost { .. } => {
            value.as_f64().is_none().then_some("number")
        }
        Operator::After { .. } | Operator::Before { .. } => {
            let time = value.as_f64().or_else(|| text.and_then(Timestamp::parse).map(millis));
            time.is_none().then_some("time")
        }
        Operator::Version { .. } => text.and_then(|text| Version::parse(text.as_bytes())).is_none().then_some("version"),
        Operator::Network { .. } => text.and_then(|text| Address::parse(text.as_bytes())).is_none().then_some("address"),
    }
}
