//! Releases as they are written: flags that are moved together, stage by stage.

use serde::Serialize;

use super::{Condition, Key, is_false};
use crate::time::{Date, Time};

/// A launch: flags moved together through stages to an audience.
///
/// ```
/// use halyard_core::document::Release;
/// let text = r#"{"title": "Cart", "owner": "team-cart", "flags": [{"flag": "new-cart", "variant": "on"}],
///     "stages": [{"name": "staff", "audience": {"segment": "staff"}}, {"name": "everyone", "audience": {"all": []}}], "stage": "staff"}"#;
/// let release: Release = serde_json::from_str(text).unwrap();
/// assert_eq!(release.stage.as_deref(), Some("staff"));
/// assert_eq!(release.flags[0].variant, "on");
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Release {
    /// For people.
    pub title: String,
    /// For people.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Who answers for it.
    pub owner: String,
    /// The day it is meant to reach everyone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::optional_date"))]
    pub target: Option<Date>,
    /// The plan that its stages came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<Key>,
    /// The flags that it moves, and to which variant: at least one.
    pub flags: Vec<ReleaseFlag>,
    /// Its stages, in order: at least one, names unique.
    pub stages: Vec<Stage>,
    /// The last stage that somebody opened by hand; none: nobody has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<Key>,
    /// When held, since when: its clock stands still there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::optional_time"))]
    pub hold: Option<Time>,
    /// Taken back: as if it were not there.
    #[serde(default, skip_serializing_if = "is_false")]
    pub rolled_back: bool,
    /// Ended, and kept for the record.
    #[serde(default, skip_serializing_if = "is_false")]
    pub closed: bool,
    /// What must be done before stages that need it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub readiness: Vec<ReadinessItem>,
    /// What to do when it goes wrong.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub contingency: String,
    /// What will be told to users.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub announcement: String,
}

impl Release {
    /// Neither closed nor rolled back.
    ///
    /// ```
    /// use halyard_core::document::Release;
    /// let text = r#"{"title": "Cart", "owner": "team-cart", "flags": [{"flag": "new-cart", "variant": "on"}],
    ///     "stages": [{"name": "staff", "audience": {"segment": "staff"}}, {"name": "everyone", "audience": {"all": []}}], "stage": "staff"}"#;
    /// let release: Release = serde_json::from_str(text).unwrap();
    /// assert!(release.is_live());
    /// assert!(!Release { rolled_back: true, ..release }.is_live());
    /// ```
    pub fn is_live(&self) -> bool {
        !self.closed && !self.rolled_back
    }

    /// How many stages are opened by hand: all up to the last one that somebody opened.
    pub(crate) fn opened_by_hand(&self) -> usize {
        self.stages.iter().position(|stage| Some(&stage.name) == self.stage.as_ref()).map_or(0, |last| last + 1)
    }

    /// What a stage of this release needs and is not done.
    ///
    /// ```
    /// use halyard_core::document::Release;
    /// let text = r#"{"title": "Cart", "owner": "team-cart", "flags": [{"flag": "new-cart", "variant": "on"}], "stage": null,
    ///     "readiness": [{"item": "Runbook", "done": true}, {"item": "Load test", "done": false}],
    ///     "stages": [{"name": "everyone", "audience": {"all": []}, "needs": ["Runbook", "Load test"]}]}"#;
    /// let release: Release = serde_json::from_str(text).unwrap();
    /// assert_eq!(release.missing(&release.stages[0]).collect::<Vec<_>>(), ["Load test"]);
    /// ```
    pub fn missing<'s>(&self, stage: &'s Stage) -> impl Iterator<Item = &'s str> {
        let is_done = |item: &str| self.readiness.iter().any(|listed| listed.item == item && listed.done);
        stage.needs.iter().map(String::as_str).filter(move |item| !is_done(item))
    }
}

/// A flag of a release, and the variant that the release brings.
///
/// ```
/// use halyard_core::document::ReleaseFlag;
/// let member = ReleaseFlag { flag: "new-cart".to_owned(), variant: "on".to_owned() };
/// assert_eq!(serde_json::to_string(&member).unwrap(), r#"{"flag":"new-cart","variant":"on"}"#);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ReleaseFlag {
    /// The flag.
    pub flag: Key,
    /// The variant.
    pub variant: Key,
}

/// A step of a release: an audience that joins those before it.
///
/// ```
/// use halyard_core::{Json, check::decode_plan};
/// let json = Json::parse(br#"{"stages": [{"name": "canary", "audience": {"percent": 5}, "startsAt": "2026-12-01T09:00:00+01:00",
///     "needs": ["Runbook reviewed"]}], "readiness": ["Runbook reviewed"]}"#).unwrap();
/// let stage = &decode_plan(&json).unwrap().stages[0];
/// assert_eq!(stage.starts_at.as_ref().unwrap().at().to_string(), "2026-12-01T08:00:00Z");
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Stage {
    /// Unique within the release.
    pub name: Key,
    /// Who joins.
    pub audience: Condition,
    /// When it opens by the clock, behind an opened stage.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::optional_time"))]
    pub starts_at: Option<Time>,
    /// Readiness items without which it does not open by the clock.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<String>,
}

/// Something that must be done before a stage opens.
///
/// ```
/// use halyard_core::document::ReadinessItem;
/// let item = ReadinessItem { item: "Runbook reviewed".to_owned(), done: false, by: None, at: None };
/// assert_eq!(serde_json::to_string(&item).unwrap(), r#"{"item":"Runbook reviewed","done":false}"#);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ReadinessItem {
    /// What.
    pub item: String,
    /// Whether it is.
    pub done: bool,
    /// Who said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// When.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::optional_time"))]
    pub at: Option<Time>,
}
