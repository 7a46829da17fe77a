//! Percentages of one flag that share their users, so that a later one reaches nobody.
//!
//! Two percentages with the same seed and attribute hold the same first users on purpose (10% and later 20% keep the same 10%).
//! So "10% get blue, then 10% get green" gives green to nobody: that needs the ranges 0 to 10 and 10 to 20, or a split.

use std::collections::BTreeMap;

use crate::check::advice::reach::hashed;
use crate::check::decode::Notes;
use crate::check::path::Path;
use crate::document::{Condition, Flag, Range, Release, Serve};
use crate::problem::Code;

/// The users who are taken already, by seed and attribute: ranges, and who took each.
type Taken<'d> = BTreeMap<(&'d str, &'d str), Vec<(Range, &'d str)>>;

/// Notes rules whose percentage was taken by earlier rules.
pub(super) fn rules<'d>(notes: &mut Notes, key: &'d str, flag: &'d Flag, at: &Path<'_>) {
    let mut taken = Taken::new();
    for (index, rule) in flag.rules.iter().enumerate() {
        let list = at.key("rules");
        if let Some(earlier) = shares(&rule.when).find_map(|share| covering(&taken, key, share)) {
            let message =
                format!("the percentage of the rule `{}` reaches nobody: `{earlier}` before it has the same users already", rule.id);
            let hint = "percentages of one flag share their users: write a range such as [10, 20], or one rule that serves a split";
            notes.warning(Code::PercentReachesNobody, &list.index(index).key("when"), message, hint);
        }
        if let Condition::Percent { percent, by, seed } = &rule.when {
            let by = hashed(by.as_deref());
            // A split by another attribute passes over those who lack it.
            if matches!(&rule.serve, Serve::Split(split) if hashed(split.by.as_deref()) != by) {
                continue;
            }
            taken.entry((seed.as_deref().unwrap_or(key), by)).or_default().push((*percent, &rule.id));
        }
    }
}

/// Notes stages whose percentage adds nobody to the stages before.
pub(super) fn stages<'d>(notes: &mut Notes, key: &'d str, release: &'d Release, at: &Path<'_>) {
    let mut taken = Taken::new();
    for (index, stage) in release.stages.iter().enumerate() {
        let list = at.key("stages");
        if let Some(earlier) = shares(&stage.audience).find_map(|share| covering(&taken, key, share)) {
            let message = format!("the stage `{}` adds nobody: its percentage is within that of `{earlier}` before it", stage.name);
            let hint = "stages add up: give each one a larger percentage than the one before";
            notes.warning(Code::PercentReachesNobody, &list.index(index).key("audience"), message, hint);
        }
        if let Condition::Percent { percent, by, seed } = &stage.audience {
            taken.entry((seed.as_deref().unwrap_or(key), hashed(by.as_deref()))).or_default().push((*percent, &stage.name));
        }
    }
}

/// A percentage that must hold for a condition to hold.
#[derive(Clone, Copy)]
struct Share<'d> {
    range: Range,
    by: Option<&'d str>,
    seed: Option<&'d str>,
}

fn shares(condition: &Condition) -> Box<dyn Iterator<Item = Share<'_>> + '_> {
    match condition {
        Condition::Percent { percent, by, seed } => {
            Box::new(std::iter::once(Share { range: *percent, by: by.as_deref(), seed: seed.as_deref() }))
        }
        Condition::All { all } => Box::new(all.iter().flat_map(shares)),
        _ => Box::new(std::iter::empty()),
    }
}

/// Who took the last of `share`, if all of it is taken. An empty share asks for nobody, which is meant so: a rollout at 0%.
fn covering<'d>(taken: &Taken<'d>, key: &'d str, share: Share<'d>) -> Option<&'d str> {
    if share.range.from == share.range.to {
        return None;
    }
    let mut ranges = taken.get(&(share.seed.unwrap_or(key), hashed(share.by)))?.clone();
    ranges.sort_by_key(|(range, _)| range.from);
    let mut reached = share.range.from;
    for (range, who) in ranges {
        if range.from <= reached && range.to > reached {
            reached = range.to;
        }
        if reached >= share.range.to {
            return Some(who);
        }
    }
    None
}
