//! Which records somebody wants to see.

use halyard_core::{Json, Timestamp};

use crate::store::Moves;

/// By how much two publishers' clocks may disagree, in milliseconds: a day. A version may be older by its clock than the one before
/// it, so a search by time goes on for so long behind the first record that is too old.
const SKEW_MS: i64 = 24 * 60 * 60 * 1000;

/// What a record must have. Where several things are asked of a change, one change must have them all.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Filter {
    /// Who published it.
    pub(crate) by: Option<String>,
    /// The flag that it changes, or that a release moves which it changes: as the record tells, an older one as the change itself does.
    pub(crate) flag: Option<String>,
    /// The release that it changes.
    pub(crate) release: Option<String>,
    /// The kind of change; with `*` at its end, all kinds that begin so.
    pub(crate) kind: Option<String>,
    /// Not before.
    pub(crate) since: Option<Timestamp>,
    /// Before.
    pub(crate) until: Option<Timestamp>,
}

impl Filter {
    /// Whether a record's person and time are asked for.
    pub(crate) fn admits(&self, by: &str, at: Timestamp) -> bool {
        self.by.as_ref().is_none_or(|wanted| wanted == by)
            && self.since.is_none_or(|since| at >= since)
            && self.until.is_none_or(|until| at < until)
    }

    /// Whether it asks for anything of the changes.
    pub(crate) fn asks_of_changes(&self) -> bool {
        self.flag.is_some() || self.release.is_some() || self.kind.is_some()
    }

    /// Whether changes are asked for.
    pub(crate) fn wants(&self, changes: &[Json], moves: &Moves) -> bool {
        !self.asks_of_changes() || changes.iter().any(|change| self.wants_change(change, moves))
    }

    /// Whether a record of this time shows that those before it are too old.
    pub(crate) fn ends_at(&self, at: Timestamp) -> bool {
        self.since.is_some_and(|since| at.0 < since.0.saturating_sub(SKEW_MS))
    }

    /// Whether this kind of change is asked for.
    pub(crate) fn is_of_kind(&self, kind: &str) -> bool {
        self.kind.as_ref().is_none_or(|wanted| wanted.strip_suffix('*').map_or(kind == wanted, |start| kind.starts_with(start)))
    }

    fn wants_change(&self, change: &Json, moves: &Moves) -> bool {
        let path: Vec<&str> = change.get("path").and_then(Json::as_array).unwrap_or_default().iter().filter_map(Json::as_str).collect();
        self.is_of_kind(change.get("kind").and_then(Json::as_str).unwrap_or_default())
            && self.flag.as_ref().is_none_or(|flag| is_of_flag(flag, &path, change, moves))
            && self.release.as_ref().is_none_or(|release| matches!(path.as_slice(), ["releases", key, ..] if key == release))
    }
}

/// Whether a change is one of the flag's, or one of a release that moves the flag.
fn is_of_flag(flag: &str, path: &[&str], change: &Json, of_releases: &Moves) -> bool {
    match path {
        ["releases", key, _, ..] if of_releases.get(*key).is_some_and(|flags| flags.iter().any(|moved| moved == flag)) => true,
        ["flags", key, ..] => *key == flag,
        ["releases", _, "flags", key] => *key == flag,
        ["releases", _] | ["releases", _, "flags"] => {
            [change.get("from"), change.get("to")].into_iter().flatten().any(|release| moves(release.get("flags").unwrap_or(release), flag))
        }
        _ => false,
    }
}

/// Whether a release's list of flags, or of their names, has this one.
fn moves(flags: &Json, flag: &str) -> bool {
    let names = flags.as_array().unwrap_or_default().iter().map(|entry| entry.get("flag").unwrap_or(entry));
    names.filter_map(Json::as_str).any(|name| name == flag)
}
