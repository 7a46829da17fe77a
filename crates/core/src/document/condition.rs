//! Conditions as they are written: segments, rules and stages say with them for whom and when.

use serde::{Serialize, Serializer};

use super::{Key, is_false};
use crate::json::Json;
use crate::time::Time;

/// Something that holds or does not, for an evaluation context at a time.
///
/// ```
/// use halyard_core::{document::Condition, phrase};
/// let text = r#"{"any": [{"segment": "staff"}, {"all": [{"attribute": "country", "is": ["NL"]}, {"percent": 10}]}]}"#;
/// let condition: Condition = serde_json::from_str(text).unwrap();
/// assert_eq!(phrase::condition(&condition), "in segment `staff`, or (`country` is `NL`, and in 10% of users)");
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Condition {
    /// A test of an attribute.
    Attribute {
        /// The attribute's path.
        attribute: String,
        /// The test.
        #[serde(flatten)]
        operator: Operator,
    },
    /// Whoever is in the segment.
    Segment {
        /// The segment's key.
        segment: Key,
    },
    /// Whoever gets one of these variants of another flag.
    Flag {
        /// The other flag's key.
        flag: Key,
        /// The variants.
        is: Vec<Key>,
    },
    /// A share of users, by hash.
    Percent {
        /// The share.
        percent: Range,
        /// The attribute whose text is hashed; none: `targetingKey`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<String>,
        /// What the hash starts with; none: the key of the flag, release or segment that it is written in.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        seed: Option<String>,
    },
    /// A share of users that grows by the clock.
    Ramp {
        /// The points, `at` strictly rising, `percent` never falling: at least one.
        ramp: Vec<RampPoint>,
        /// How it goes from point to point.
        #[serde(default, skip_serializing_if = "Shape::is_steps")]
        shape: Shape,
        /// As for a percentage.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<String>,
        /// As for a percentage.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        seed: Option<String>,
    },
    /// From an instant on.
    After {
        /// The instant.
        #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::time"))]
        after: Time,
    },
    /// Until just before an instant.
    Before {
        /// The instant.
        #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::time"))]
        before: Time,
    },
    /// Every one of these; of none: holds.
    All {
        /// The conditions.
        all: Vec<Condition>,
    },
    /// At least one of these; of none: does not hold.
    Any {
        /// The conditions.
        any: Vec<Condition>,
    },
    /// Whenever this one does not.
    Not {
        /// The condition.
        not: Box<Condition>,
    },
}

/// A test of an attribute's value.
///
/// ```
/// use halyard_core::{document::{Condition, Operator}, phrase};
/// let text = r#"{"attribute": "app.version", "version": ">=2.1, <3"}"#;
/// let Condition::Attribute { operator, .. } = serde_json::from_str(text).unwrap() else { unreachable!() };
/// assert_eq!(operator, Operator::Version { version: ">=2.1, <3".to_owned() });
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged, rename_all_fields = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Operator {
    /// Equals any of these scalars, of the same JSON type.
    Is {
        /// The scalars: at least one.
        is: Vec<Json>,
    },
    /// A text that contains any of these.
    Contains {
        /// The texts: at least one.
        contains: Vec<String>,
        /// Whether both sides are lower-cased first.
        #[serde(default, skip_serializing_if = "is_false")]
        ignore_case: bool,
    },
    /// A text that starts with any of these.
    StartsWith {
        /// The texts: at least one.
        starts_with: Vec<String>,
        /// Whether both sides are lower-cased first.
        #[serde(default, skip_serializing_if = "is_false")]
        ignore_case: bool,
    },
    /// A text that ends with any of these.
    EndsWith {
        /// The texts: at least one.
        ends_with: Vec<String>,
        /// Whether both sides are lower-cased first.
        #[serde(default, skip_serializing_if = "is_false")]
        ignore_case: bool,
    },
    /// A text in which the pattern is found.
    Matches {
        /// A pattern in the syntax of regex-lite, at most 256 bytes: `^order-\d+$`.
        matches: String,
    },
    /// A number above this.
    GreaterThan {
        /// The number.
        greater_than: f64,
    },
    /// A number of this or above.
    AtLeast {
        /// The number.
        at_least: f64,
    },
    /// A number below this.
    LessThan {
        /// The number.
        less_than: f64,
    },
    /// A number of this or below.
    AtMost {
        /// The number.
        at_most: f64,
    },
    /// An instant at or after this.
    After {
        /// The instant.
        #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::time"))]
        after: Time,
    },
    /// An instant before this.
    Before {
        /// The instant.
        #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::time"))]
        before: Time,
    },
    /// A version within this range.
    Version {
        /// A range: `>=2.1, <3`, `^1.4`, `~2.0.3`.
        version: String,
    },
    /// An address within any of these networks.
    Network {
        /// Networks, or single addresses: `10.0.0.0/8`, `2001:db8::/32`, `192.0.2.7`.
        network: Vec<String>,
    },
    /// Present and not null; or not.
    Exists {
        /// Whether it must be there.
        exists: bool,
    },
    /// A list in which every one of these scalars is.
    HasAll {
        /// The scalars: at least one.
        has_all: Vec<Json>,
    },
}

/// A share of all users in thousandths of a percent, `from` ≤ place < `to`. Written `5` for `[0, 5]`, or `[10, 20]`.
///
/// ```
/// use halyard_core::document::Range;
/// assert_eq!(serde_json::to_string(&Range { from: 0, to: 2_500 }).unwrap(), "2.5");
/// assert_eq!(serde_json::to_string(&Range { from: 10_000, to: 20_000 }).unwrap(), "[10,20]");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// The first place that is in, 0 … 100,000.
    pub from: u32,
    /// The first place that is out, `from` … 100,000.
    pub to: u32,
}

impl Serialize for Range {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.from == 0 { percent(self.to).serialize(serializer) } else { [percent(self.from), percent(self.to)].serialize(serializer) }
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Range {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Percent".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let percent = serde_json::json!({ "type": "number", "minimum": 0, "maximum": 100 });
        schemars::json_schema!({ "anyOf": [percent, { "type": "array", "items": percent, "minItems": 2, "maxItems": 2 }] })
    }
}

/// A point of a ramp.
///
/// ```
/// use halyard_core::{Time, document::RampPoint};
/// let point = RampPoint { at: Time::parse("2026-12-03T09:00:00Z").unwrap(), percent: 5_000 };
/// assert_eq!(serde_json::to_string(&point).unwrap(), r#"{"at":"2026-12-03T09:00:00Z","percent":5}"#);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RampPoint {
    /// When.
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::time"))]
    pub at: Time,
    /// The share from then on, in thousandths of a percent; written in percent.
    #[serde(serialize_with = "write_percent")]
    #[cfg_attr(feature = "schema", schemars(with = "f64"))]
    pub percent: u32,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
fn write_percent<S: Serializer>(thousandths: &u32, serializer: S) -> Result<S::Ok, S::Error> {
    percent(*thousandths).serialize(serializer)
}

/// Thousandths of a percent as a percent that reads back as the same thousandths.
///
/// ```
/// use halyard_core::document::percent;
/// assert_eq!(percent(12_500).canonical(), "12.5");
/// ```
pub fn percent(thousandths: u32) -> Json {
    Json::Number(f64::from(thousandths) / 1000.0)
}

/// How a ramp goes from point to point.
///
/// ```
/// use halyard_core::document::{Condition, Shape};
/// let text = r#"{"ramp": [{"at": "2026-12-03T09:00:00Z", "percent": 5}, {"at": "2026-12-08T09:00:00Z", "percent": 100}], "shape": "linear"}"#;
/// let Condition::Ramp { shape, .. } = serde_json::from_str(text).unwrap() else { unreachable!() };
/// assert_eq!(shape, Shape::Linear);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Shape {
    /// Stays at the last point reached.
    #[default]
    Steps,
    /// Goes straight to the next point.
    Linear,
}

impl Shape {
    fn is_steps(&self) -> bool {
        *self == Shape::Steps
    }
}
