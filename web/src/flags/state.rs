//! A flag's state in a word: what most people get from it just now.

use halyard_core::document::{Document, Flag, Serve};
use halyard_core::{Json, Timestamp};

use crate::releases::progress::{Progress, Standing, percent};
use crate::ui::Tone;

/// A state as the list shows it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct FlagState {
    /// The word.
    pub(crate) word: String,
    /// What it looks like.
    pub(crate) tone: Tone,
    /// Which group the list's filter puts it in.
    pub(crate) group: Group,
}

/// What the list can be narrowed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Group {
    On,
    Moving,
    Some,
    Off,
}

impl Group {
    pub(crate) const ALL: [Group; 4] = [Group::On, Group::Moving, Group::Some, Group::Off];

    /// The name in addresses.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Group::On => "on",
            Group::Moving => "moving",
            Group::Some => "some",
            Group::Off => "off",
        }
    }

    /// What people read.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Group::On => "on for everyone",
            Group::Moving => "rolling out",
            Group::Some => "by rules",
            Group::Off => "off",
        }
    }
}

fn make(tone: Tone, group: Group, word: impl Into<String>) -> FlagState {
    FlagState { word: word.into(), tone, group }
}

/// The state of a flag at a time.
pub(crate) fn state(document: &Document, key: &str, flag: &Flag, now: Timestamp) -> FlagState {
    if !flag.enabled {
        return make(Tone::Off, Group::Off, if flag.is_toggle() { "off" } else { "disabled" });
    }
    if let Some((_, release)) = document.live_release(key) {
        let progress = Progress::of(release, now);
        let share = progress.percent.map(percent);
        match (progress.standing, share) {
            (Standing::Planned, _) => {}
            (Standing::Everyone, _) if flag.rules.is_empty() => return make(Tone::On, Group::On, "on for everyone"),
            (Standing::Everyone, _) => return make(Tone::On, Group::Moving, "on, but for its rules"),
            (Standing::Held, Some(share)) => return make(Tone::Held, Group::Moving, format!("held at {share}")),
            (Standing::Held, None) => return make(Tone::Held, Group::Moving, "held"),
            (_, Some(share)) => return make(Tone::Moving, Group::Moving, format!("rolling out {share}")),
            (_, None) => {
                let stage = release.stages.get(progress.opened.saturating_sub(1)).map(|stage| stage.name.clone()).unwrap_or_default();
                return make(Tone::Moving, Group::Moving, format!("open to {stage}"));
            }
        }
    }
    let rules = flag.rules.len();
    if rules > 0 {
        return make(Tone::Some, Group::Some, if rules == 1 { "1 rule".to_owned() } else { format!("{rules} rules") });
    }
    match &flag.otherwise {
        Some(Serve::Split(split)) => make(Tone::Some, Group::Some, format!("split {} ways", split.split.len())),
        Some(Serve::Variant(variant)) => match flag.variants.get(variant) {
            Some(Json::Bool(true)) => make(Tone::On, Group::On, "on for everyone"),
            Some(Json::Bool(false)) => make(Tone::Off, Group::Off, "off"),
            // A flag of values that serves what it serves while off is as good as off.
            _ if flag.off_variant.as_ref() == Some(variant) => make(Tone::Off, Group::Off, format!("{variant} for everyone")),
            _ => make(Tone::On, Group::On, format!("{variant} for everyone")),
        },
        None => make(Tone::Off, Group::Off, "application’s default"),
    }
}
