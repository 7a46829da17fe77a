//! Warnings: what can be evaluated, and is probably not what its author meant.
//!
//! Parts with errors get no advice: they are not what they are going to be.

mod missing;
mod percent;
mod reach;

use std::collections::BTreeSet;

use crate::check::decode::Notes;
use crate::check::path::Path;
use crate::check::walk::{self, Owner};
use crate::document::{Condition, Document, Flag, Operator, Release};
use crate::limits;
use crate::problem::{Code, Problem};
use crate::time::Timestamp;

/// Notes all advice that needs no clock.
pub(crate) fn check(notes: &mut Notes, document: &Document) {
    let broken = notes.broken();
    let root = &Path::ROOT;
    for (key, flag) in document.flags.iter().filter(|(key, _)| !broken.contains(&("flags".to_owned(), (*key).clone()))) {
        let at = &root.key("flags");
        let at = &at.key(key);
        no_expiry(notes, flag, at);
        reach::rules(notes, flag, at);
        percent::rules(notes, key, flag, at);
    }
    for (key, release) in document.releases.iter().filter(|(key, _)| !broken.contains(&("releases".to_owned(), (*key).clone()))) {
        let at = &root.key("releases");
        let at = &at.key(key);
        if release.is_live() {
            behind_undated(notes, release, at);
            percent::stages(notes, key, release, at);
        }
    }
    walk::roots(document, &mut |owner, condition, at| {
        let part = match owner {
            Owner::Segment(key) => Some(("segments", key)),
            Owner::Flag(key) => Some(("flags", key)),
            Owner::Release(key) => Some(("releases", key)),
            Owner::Plan => None,
        };
        if part.is_some_and(|(part, key)| broken.contains(&(part.to_owned(), key.to_owned()))) {
            return;
        }
        walk::within(condition, at, &mut |condition, at| long_list(notes, condition, at));
        missing::check(notes, condition, at);
    });
    unused(notes, document, &broken);
}

/// Temporary flags past their `expires`. Apart from the rest, because it needs the time.
///
/// ```
/// use halyard_core::{Timestamp, check, read};
/// let text = br#"{"format": 1, "flags": {"a": {"purpose": "release", "owner": "o", "created": "2026-11-01", "expires": "2026-12-20",
///                 "variants": {"on": true}}}}"#;
/// let document = read(text, check::Cap::Reader).checked.unwrap();
/// let now = Timestamp::parse("2026-12-21T00:00:00Z").unwrap();
/// assert_eq!(check::expired(&document, now)[0].pointer.to_string(), "/flags/a/expires");
/// ```
pub fn expired(document: &Document, now: Timestamp) -> Vec<Problem> {
    let past = document.flags.iter().filter_map(|(key, flag)| Some((key, flag.expires.filter(|date| *date < now.date())?)));
    past.map(|(key, date)| {
        let place = Path::ROOT.key("flags").key(key).key("expires").pointer();
        let hint = "take it out of the code and the document and retire its key, or give it more time";
        Problem::warning(Code::Expired, place, format!("the flag `{key}` should have been gone by {date}"), hint)
    })
    .collect()
}

fn no_expiry(notes: &mut Notes, flag: &Flag, at: &Path<'_>) {
    if flag.purpose.is_temporary() && flag.expires.is_none() {
        let message = format!("a flag with the purpose `{}` is temporary, but this one has no `expires`", flag.purpose.as_str());
        notes.warning(Code::NoExpiry, at, message, "add the day by which it should be gone, as in \"expires\": \"2026-12-20\"");
    }
}

/// A date opens a stage only behind opened ones.
fn behind_undated(notes: &mut Notes, release: &Release, at: &Path<'_>) {
    let opened =
        release.stage.as_ref().and_then(|name| release.stages.iter().position(|stage| stage.name == *name)).map_or(0, |index| index + 1);
    let mut undated: Option<&str> = None;
    for (index, stage) in release.stages.iter().enumerate().skip(opened) {
        match (undated, &stage.starts_at) {
            (Some(before), Some(date)) => {
                let message = format!("the stage `{}` cannot open at {date}: `{before}` before it has no date and is not open", stage.name);
                let place = at.key("stages");
                notes.warning(
                    Code::StageBehindUndated,
                    &place.index(index).key("startsAt"),
                    message,
                    format!("give `{before}` a `startsAt`, or open it by hand in time"),
                );
            }
            (None, None) => undated = Some(&stage.name),
            _ => {}
        }
    }
}

fn long_list(notes: &mut Notes, condition: &Condition, at: &Path<'_>) {
    let Condition::Attribute { operator, attribute } = condition else { return };
    let (field, size) = match operator {
        Operator::Is { is } => ("is", is.len()),
        Operator::HasAll { has_all } => ("hasAll", has_all.len()),
        Operator::Contains { contains, .. } => ("contains", contains.len()),
        Operator::StartsWith { starts_with, .. } => ("startsWith", starts_with.len()),
        Operator::EndsWith { ends_with, .. } => ("endsWith", ends_with.len()),
        Operator::Network { network } => ("network", network.len()),
        _ => return,
    };
    if size > limits::LONG_LIST {
        let message = format!("the list for `{attribute}` has {size} values; more than {} are hard to keep right", limits::LONG_LIST);
        let hint = "let the application say who belongs (an attribute such as \"beta\": true), and ask for that";
        notes.warning(Code::LongList, &at.key(field), message, hint);
    }
}

fn unused(notes: &mut Notes, document: &Document, broken: &BTreeSet<(String, String)>) {
    let mut used: BTreeSet<&str> = BTreeSet::new();
    walk::roots(document, &mut |_, condition, at| {
        walk::within(condition, at, &mut |condition, _| {
            if let Condition::Segment { segment } = condition {
                used.insert(segment);
            }
        });
    });
    // What could not be read may use anything.
    if !broken.is_empty() {
        return;
    }
    for key in document.segments.keys().filter(|key| !used.contains(key.as_str())) {
        let at = &Path::ROOT.key("segments");
        notes.warning(Code::Unused, &at.key(key), format!("nothing uses the segment `{key}`"), "remove it, or use it");
    }
}
