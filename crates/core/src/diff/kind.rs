//! The kinds of change: what a role allows, what history is filtered by.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use crate::json::Json;
use crate::time::Timestamp;

/// Writes the kinds down once: the type, all of them, and their words and meanings.
macro_rules! kinds {
    ($(#[doc = $meaning:literal] $name:ident = $word:literal,)+) => {
        /// The kinds of change.
        ///
        /// ```
        /// use halyard_core::diff::Kind;
        /// let of_segments: Vec<_> = Kind::ALL.into_iter().map(Kind::as_str).filter(|word| word.starts_with("segment.")).collect();
        /// assert_eq!(of_segments, ["segment.create", "segment.delete", "segment.describe", "segment.when"]);
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        pub enum Kind {
            $(#[doc = $meaning] #[serde(rename = $word)] $name,)+
        }

        impl Kind {
            /// Every kind, grouped by what it changes.
            pub const ALL: [Kind; [$($word),+].len()] = [$(Kind::$name),+];

            /// The word in records and in roles: `flag.enable`.
            ///
            /// ```
            /// use halyard_core::diff::Kind;
            /// assert_eq!(Kind::ReleaseOpen.as_str(), "release.open");
            /// ```
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Kind::$name => $word,)+
                }
            }

            /// What such a change does, in a few words.
            ///
            /// ```
            /// use halyard_core::diff::Kind;
            /// assert_eq!(Kind::ReleaseHold.meaning(), "Its clock stops.");
            /// ```
            pub fn meaning(self) -> &'static str {
                match self {
                    $(Kind::$name => $meaning.trim_ascii(),)+
                }
            }
        }
    };
}

kinds! {
    /// A new flag.
    FlagCreate = "flag.create",
    /// A flag is gone.
    FlagDelete = "flag.delete",
    /// What people read about a flag: description, owner, tags, dates, metadata.
    FlagDescribe = "flag.describe",
    /// Why it exists.
    FlagPurpose = "flag.purpose",
    /// Whether pages may hold it.
    FlagVisibility = "flag.visibility",
    /// Its variants and their values.
    FlagVariants = "flag.variants",
    /// Switched on.
    FlagEnable = "flag.enable",
    /// Switched off.
    FlagDisable = "flag.disable",
    /// The flags that it requires.
    FlagRequires = "flag.requires",
    /// Its rules.
    FlagRules = "flag.rules",
    /// What it serves otherwise, and while off.
    FlagOtherwise = "flag.otherwise",
    /// A new segment.
    SegmentCreate = "segment.create",
    /// A segment is gone.
    SegmentDelete = "segment.delete",
    /// What people read about a segment.
    SegmentDescribe = "segment.describe",
    /// Who is in a segment, and who may hold it.
    SegmentWhen = "segment.when",
    /// A new plan.
    PlanCreate = "plan.create",
    /// A plan is gone.
    PlanDelete = "plan.delete",
    /// A plan's stages, items or description.
    PlanChange = "plan.change",
    /// A new release.
    ReleaseCreate = "release.create",
    /// A release is gone.
    ReleaseDelete = "release.delete",
    /// What people read about a release: title, description, owner, target, plan, contingency, announcement.
    ReleaseDescribe = "release.describe",
    /// The flags that it moves.
    ReleaseFlags = "release.flags",
    /// Its stages.
    ReleaseStages = "release.stages",
    /// Opened to a further stage.
    ReleaseOpen = "release.open",
    /// Taken back to an earlier stage.
    ReleaseNarrow = "release.narrow",
    /// Its clock stops.
    ReleaseHold = "release.hold",
    /// Its clock goes on.
    ReleaseResume = "release.resume",
    /// Taken back.
    ReleaseRollBack = "release.roll-back",
    /// No longer taken back.
    ReleaseRestore = "release.restore",
    /// Ended.
    ReleaseClose = "release.close",
    /// No longer ended.
    ReleaseReopen = "release.reopen",
    /// Its readiness items, and which are done.
    ReleaseReadiness = "release.readiness",
    /// Scenarios.
    Scenarios = "scenarios.change",
    /// Retired keys.
    Retired = "retired.change",
}

impl Kind {
    /// The kind of a word: `flag.enable`.
    ///
    /// ```
    /// use halyard_core::diff::Kind;
    /// assert!(Kind::ALL.into_iter().all(|kind| Kind::parse(kind.as_str()) == Some(kind)));
    /// assert_eq!(Kind::parse("flag.explode"), None);
    /// ```
    pub fn parse(word: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// Whether such a change can change an answer, now or by the clock: then it is also a change to whatever rests on what it touches.
    /// A readiness item can: a stage that waits for it opens by the clock.
    ///
    /// ```
    /// use halyard_core::diff::Kind;
    /// assert!(Kind::SegmentWhen.can_change_answers());
    /// assert!(!Kind::FlagDescribe.can_change_answers());
    /// ```
    pub fn can_change_answers(self) -> bool {
        !matches!(
            self,
            Kind::FlagDescribe
                | Kind::FlagPurpose
                | Kind::FlagVisibility
                | Kind::SegmentDescribe
                | Kind::PlanCreate
                | Kind::PlanDelete
                | Kind::PlanChange
                | Kind::ReleaseDescribe
                | Kind::Scenarios
                | Kind::Retired
        )
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
                // To hold it at a later time lets its clock go on up to there.
                let at = |side: Option<&Json>| side.and_then(Json::as_str).and_then(Timestamp::parse);
                match (to, at(from), at(to)) {
                    (None, ..) => Kind::ReleaseResume,
                    (_, Some(before), Some(after)) if after > before => Kind::ReleaseResume,
                    _ => Kind::ReleaseHold,
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
