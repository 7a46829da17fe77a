//! The kinds of change: what a role allows, what history is filtered by.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use crate::json::Json;

/// The kinds of change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Kind {
    /// A new flag.
    #[serde(rename = "flag.create")]
    FlagCreate,
    /// A flag is gone.
    #[serde(rename = "flag.delete")]
    FlagDelete,
    /// What people read about a flag: description, owner, tags, dates, metadata.
    #[serde(rename = "flag.describe")]
    FlagDescribe,
    /// Why it exists.
    #[serde(rename = "flag.purpose")]
    FlagPurpose,
    /// Whether pages may hold it.
    #[serde(rename = "flag.visibility")]
    FlagVisibility,
    /// Its variants and their values.
    #[serde(rename = "flag.variants")]
    FlagVariants,
    /// Switched on.
    #[serde(rename = "flag.enable")]
    FlagEnable,
    /// Switched off.
    #[serde(rename = "flag.disable")]
    FlagDisable,
    /// The flags that it requires.
    #[serde(rename = "flag.requires")]
    FlagRequires,
    /// Its rules.
    #[serde(rename = "flag.rules")]
    FlagRules,
    /// What it serves otherwise, and while off.
    #[serde(rename = "flag.otherwise")]
    FlagOtherwise,
    /// A new segment.
    #[serde(rename = "segment.create")]
    SegmentCreate,
    /// A segment is gone.
    #[serde(rename = "segment.delete")]
    SegmentDelete,
    /// What people read about a segment.
    #[serde(rename = "segment.describe")]
    SegmentDescribe,
    /// Who is in a segment, and who may hold it.
    #[serde(rename = "segment.when")]
    SegmentWhen,
    /// A new plan.
    #[serde(rename = "plan.create")]
    PlanCreate,
    /// A plan is gone.
    #[serde(rename = "plan.delete")]
    PlanDelete,
    /// A plan's stages, items or description.
    #[serde(rename = "plan.change")]
    PlanChange,
    /// A new release.
    #[serde(rename = "release.create")]
    ReleaseCreate,
    /// A release is gone.
    #[serde(rename = "release.delete")]
    ReleaseDelete,
    /// What people read about a release: title, description, owner, target, plan, contingency, announcement.
    #[serde(rename = "release.describe")]
    ReleaseDescribe,
    /// The flags that it moves.
    #[serde(rename = "release.flags")]
    ReleaseFlags,
    /// Its stages.
    #[serde(rename = "release.stages")]
    ReleaseStages,
    /// Opened to a further stage.
    #[serde(rename = "release.open")]
    ReleaseOpen,
    /// Taken back to an earlier stage.
    #[serde(rename = "release.narrow")]
    ReleaseNarrow,
    /// Its clock stops.
    #[serde(rename = "release.hold")]
    ReleaseHold,
    /// Its clock goes on.
    #[serde(rename = "release.resume")]
    ReleaseResume,
    /// Taken back.
    #[serde(rename = "release.roll-back")]
    ReleaseRollBack,
    /// No longer taken back.
    #[serde(rename = "release.restore")]
    ReleaseRestore,
    /// Ended.
    #[serde(rename = "release.close")]
    ReleaseClose,
    /// No longer ended.
    #[serde(rename = "release.reopen")]
    ReleaseReopen,
    /// Its readiness items, and which are done.
    #[serde(rename = "release.readiness")]
    ReleaseReadiness,
    /// Scenarios.
    #[serde(rename = "scenarios.change")]
    Scenarios,
    /// Retired keys.
    #[serde(rename = "retired.change")]
    Retired,
}

impl Kind {
    /// The word in records: `flag.enable`.
    pub fn as_str(self) -> String {
        serde_json::to_value(self).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
    }

    /// The kind of a change at `path`. `stages` names the release's stages in order, as far as either document has them.
    pub(super) fn of(path: &[String], from: Option<&Json>, to: Option<&Json>, stages: &[String]) -> Kind {
        let mut parts = path.iter().map(String::as_str);
        let whole = path.len() <= 2;
        match (parts.next().unwrap_or(""), parts.nth(1).unwrap_or("")) {
            ("flags", _) if whole => {
                if to.is_some() {
                    Kind::FlagCreate
                } else {
                    Kind::FlagDelete
                }
            }
            ("flags", "purpose") => Kind::FlagPurpose,
            ("flags", "visibility") => Kind::FlagVisibility,
            ("flags", "variants") => Kind::FlagVariants,
            ("flags", "enabled") => {
                if to == Some(&Json::Bool(false)) {
                    Kind::FlagDisable
                } else {
                    Kind::FlagEnable
                }
            }
            ("flags", "requires") => Kind::FlagRequires,
            ("flags", "rules") => Kind::FlagRules,
            ("flags", "otherwise" | "offVariant") => Kind::FlagOtherwise,
            ("flags", _) => Kind::FlagDescribe,
            ("segments", _) if whole => {
                if to.is_some() {
                    Kind::SegmentCreate
                } else {
                    Kind::SegmentDelete
                }
            }
            ("segments", "when" | "visibility") => Kind::SegmentWhen,
            ("segments", _) => Kind::SegmentDescribe,
            ("plans", _) if whole => {
                if to.is_some() {
                    Kind::PlanCreate
                } else {
                    Kind::PlanDelete
                }
            }
            ("plans", _) => Kind::PlanChange,
            ("releases", _) if whole => {
                if to.is_some() {
                    Kind::ReleaseCreate
                } else {
                    Kind::ReleaseDelete
                }
            }
            ("releases", "flags") => Kind::ReleaseFlags,
            ("releases", "stages") => Kind::ReleaseStages,
            ("releases", "readiness") => Kind::ReleaseReadiness,
            ("releases", "hold") => {
                if to.is_some() {
                    Kind::ReleaseHold
                } else {
                    Kind::ReleaseResume
                }
            }
            ("releases", "rolledBack") => {
                if to.is_some() {
                    Kind::ReleaseRollBack
                } else {
                    Kind::ReleaseRestore
                }
            }
            ("releases", "closed") => {
                if to.is_some() {
                    Kind::ReleaseClose
                } else {
                    Kind::ReleaseReopen
                }
            }
            ("releases", "stage") => {
                let place =
                    |stage: Option<&Json>| stage.and_then(Json::as_str).and_then(|name| stages.iter().position(|stage| stage == name));
                if place(from).cmp(&place(to)) == Ordering::Less { Kind::ReleaseOpen } else { Kind::ReleaseNarrow }
            }
            ("releases", _) => Kind::ReleaseDescribe,
            ("scenarios", _) => Kind::Scenarios,
            _ => Kind::Retired,
        }
    }
}
