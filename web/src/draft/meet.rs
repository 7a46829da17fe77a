//! A draft meets what somebody else published meanwhile: what is disjoint is merged at once, what clashes is chosen by a person.

use std::collections::BTreeMap;
use std::sync::Arc;

use halyard_core::merge::{Clash, Merge, Side, merge};
use halyard_core::{Change, Document, Json, Pointer, diff};
use halyard_edge::wire::Record;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::draft::{Base, State, Workspace};
use crate::ui::rich::count;

/// Whose side of a clash a person chose, and what the other side was then.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Choice {
    /// Whose side.
    pub(crate) side: Side,
    /// What was published there when this was chosen. If it is something else by now, the choice was about something else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) theirs: Option<Json>,
}

/// A merge in which nothing clashed.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Met {
    /// The version that the draft is on now.
    pub(crate) version: u64,
    /// What the others published since the version that it was on before, newest first, as far as it could be read.
    pub(crate) records: Vec<Record>,
    /// How many changes that was.
    pub(crate) theirs: usize,
    /// How many changes of the draft are left: none if they said all that it said.
    pub(crate) left: usize,
}

impl Met {
    /// Who was faster, and what it means, for the person `me`.
    pub(crate) fn line(&self, me: &str) -> String {
        let what = count(self.theirs, "change", "changes");
        let who = who_published(&self.records, self.version, me);
        match (self.left, self.theirs) {
            (0, _) => format!("{who}: {what}. They say all that your draft said, so nothing is left of it."),
            (_, 0) => format!("{who}. Your draft is on top of it now."),
            (_, 1) => format!("{who}: {what}, which touches none of yours. Your draft is on top of it now."),
            _ => format!("{who}: {what}, none touches yours. Your draft is on top of them now."),
        }
    }
}

/// "bo@acme.example published version 43 meanwhile".
pub(crate) fn who_published(records: &[Record], version: u64, me: &str) -> String {
    let mut names: Vec<&str> = Vec::new();
    for record in records.iter().rev() {
        let name = if record.by == me { "you" } else { record.by.as_str() };
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let versions = match records.last() {
        Some(first) if first.version < version => format!("versions {} to {version}", first.version),
        _ => format!("version {version}"),
    };
    let line = match names.split_last() {
        None => return format!("Somebody published {versions} meanwhile"),
        Some((only, [])) => format!("{only} published {versions} meanwhile"),
        Some((last, others)) => format!("{} and {last} published {versions} meanwhile", others.join(", ")),
    };
    if names.first() == Some(&"you") { line.replacen("you", "You", 1) } else { line }
}

/// The name of a place in a document: `/flags/new-cart/enabled`.
pub(crate) fn pointer(path: &[String]) -> String {
    Pointer::from_segments(path.iter().map(String::as_str)).to_string()
}

/// What has been chosen of a clash, if what is published there is what it was when that was chosen.
pub(crate) fn chosen(choices: &BTreeMap<String, Choice>, clash: &Clash) -> Option<Side> {
    choices.get(&pointer(&clash.path)).filter(|choice| choice.theirs == clash.theirs).map(|choice| choice.side)
}

/// The newest of the records that changed what a clash is about.
pub(crate) fn story<'a>(records: &'a [Record], clash: &Clash) -> Option<&'a Record> {
    let touches = |path: &[String]| path.starts_with(&clash.path) || clash.path.starts_with(path);
    records.iter().find(|record| record.changes.iter().any(|told| touches(&told.change.path)))
}

/// The merge of a draft with what is live, if they clash.
pub(super) fn clashing(base: &Base, edited: &Document, live: &Base) -> Option<Merge> {
    Some(merge(&base.document, edited, &live.document)).filter(|merge| !merge.clashes.is_empty())
}

impl Workspace {
    /// What others published since the draft began, newest first, as far as it has been read.
    pub(crate) fn meanwhile(&self) -> Vec<Record> {
        let (Some(base), Some(live)) = (self.base.get(), self.live.get()) else { return Vec::new() };
        let Some(Ok(records)) = self.records.get() else { return Vec::new() };
        between(&records, base.version, live.version)
    }

    /// What others changed since the draft began.
    pub(crate) fn theirs(&self) -> Vec<Change> {
        match (&*self.base.read(), &*self.live.read()) {
            (Some(base), Some(live)) => diff(&base.document, &live.document),
            _ => Vec::new(),
        }
    }

    /// Brings the draft onto what is live, if nothing clashes; else leaves it where it is, for a person to choose.
    pub(super) fn meet(&self) {
        let (Some(base), Some(live), Some(edited)) = (self.base.get_untracked(), self.live.get_untracked(), self.edited.get_untracked())
        else {
            return;
        };
        if base.etag == live.etag {
            return;
        }
        if self.is_clean() {
            self.move_to(live.clone(), live.document);
            return;
        }
        let merged = merge(&base.document, &edited, &live.document);
        if !merged.clashes.is_empty() {
            return;
        }
        let known = self.records.get_untracked().and_then(Result::ok).unwrap_or_default();
        let mut records = between(&known, base.version, live.version);
        let mut theirs = diff(&base.document, &live.document).len();
        // What was told before and not read yet is told together with this.
        if let Some(unread) = self.met.get_untracked() {
            records.extend(unread.records);
            theirs += unread.theirs;
        }
        self.met.set(Some(Met { version: live.version, records, theirs, left: merged.taken.len() }));
        self.move_to(live, Arc::new(merged.document));
    }

    /// Goes on from what is live, with `document` as the draft. What can be undone comes along.
    fn move_to(&self, live: Base, document: Arc<Document>) {
        self.steps.update(|steps| {
            steps.carry(|state| {
                let merged = merge(&state.base.document, &state.edited, &live.document);
                // What clashes stays where it is: going back there leads to the choice.
                if merged.clashes.is_empty() { State { base: live.clone(), edited: Arc::new(merged.document) } } else { state.clone() }
            });
        });
        self.choices.update(BTreeMap::clear);
        self.edited.set(Some(document));
        self.base.set(Some(live));
        self.settle();
    }

    /// What the draft would be with what has been chosen so far; where nothing is chosen, with what is live.
    pub(crate) fn outcome(&self, merge: &Merge) -> Option<Document> {
        let choices = self.choices.read();
        let sides: Vec<Side> = merge.clashes.iter().map(|clash| chosen(&choices, clash).unwrap_or(Side::Theirs)).collect();
        merge.resolve(&sides).ok()
    }

    /// Chooses a side of a clash.
    pub(crate) fn choose(&self, clash: &Clash, side: Side) {
        let choice = Choice { side, theirs: clash.theirs.clone() };
        self.choices.update(|choices| {
            choices.insert(pointer(&clash.path), choice);
        });
    }

    /// Brings the draft onto what is live, as it has been chosen. Undo goes back to the choice.
    pub(crate) fn settle_clashes(&self, outcome: Document) {
        let (Some(live), Some(before)) = (self.live.get_untracked(), self.state()) else { return };
        self.steps.update(|steps| steps.done(&before, None, 0, |_| Some(format!("bringing the draft onto version {}", live.version))));
        self.edited.set(Some(Arc::new(outcome)));
        self.base.set(Some(live));
        self.settle();
    }
}

fn between(records: &[Record], above: u64, up_to: u64) -> Vec<Record> {
    records.iter().filter(|record| (above + 1..=up_to).contains(&record.version)).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use halyard_core::Timestamp;
    use halyard_core::diff::Kind;

    fn path(text: &str) -> Vec<String> {
        text.split('/').map(str::to_owned).collect()
    }

    fn record(version: u64, by: &str, changed: &str) -> Record {
        let change = Change { kind: Kind::FlagEnable, path: path(changed), from: None, to: None, after: None };
        let (message, via, document) = (String::new(), "app".to_owned(), String::new());
        Record { version, at: Timestamp(0), by: by.to_owned(), via, message, changes: vec![change.into()], marks: Vec::new(), document }
    }

    fn clash(at: &str, theirs: bool) -> Clash {
        let theirs = Some(Json::Bool(theirs));
        Clash { path: path(at), order: false, base: None, mine: None, theirs, my_changes: Vec::new(), their_changes: Vec::new() }
    }

    #[test]
    fn a_merge_is_told_in_a_line() {
        let met = |by: &[&str], theirs, left| {
            let newest = 42 + by.len() as u64;
            let records = by.iter().enumerate().map(|(index, by)| record(newest - index as u64, by, "flags/a/enabled")).collect();
            Met { version: newest.max(43), records, theirs, left }.line("me")
        };
        assert_eq!(
            met(&["bo"], 2, 1),
            "bo published version 43 meanwhile: 2 changes, none touches yours. Your draft is on top of them now."
        );
        assert_eq!(
            met(&["bo"], 1, 1),
            "bo published version 43 meanwhile: 1 change, which touches none of yours. Your draft is on top of it now."
        );
        assert_eq!(
            met(&["bo", "cy", "bo"], 3, 0),
            "bo and cy published versions 43 to 45 meanwhile: 3 changes. They say all that your draft said, so nothing is left of it."
        );
        assert!(met(&["bo", "me"], 2, 1).starts_with("You and bo published versions 43 to 44 meanwhile"));
        assert!(met(&[], 2, 1).starts_with("Somebody published version 43 meanwhile"));
    }

    #[test]
    fn a_choice_holds_for_as_long_as_what_it_was_about_stays_the_same() {
        let before = clash("flags/a", true);
        let choice = Choice { side: Side::Mine, theirs: before.theirs.clone() };
        let choices = BTreeMap::from([(pointer(&before.path), choice)]);
        assert_eq!(chosen(&choices, &before), Some(Side::Mine));
        assert_eq!(chosen(&choices, &clash("flags/a", false)), None, "somebody changed it again");
        assert_eq!(chosen(&choices, &clash("flags/b", true)), None);
    }

    #[test]
    fn a_clash_is_told_by_the_newest_record_that_touched_it() {
        let records = [record(45, "cy", "flags/b/enabled"), record(44, "bo", "flags/a"), record(43, "al", "flags/a/enabled")];
        let told = |at| story(&records, &clash(at, true)).map(|record| record.version);
        assert_eq!(told("flags/a/enabled"), Some(44), "what was done to the whole flag was done to this too");
        assert_eq!(told("flags/b"), Some(45));
        assert_eq!(told("flags/c"), None);
    }

    #[test]
    fn what_lies_between_two_versions_is_above_the_one_and_up_to_the_other() {
        let records = [record(45, "", "a"), record(44, "", "a"), record(43, "", "a")];
        let versions = |above, up_to| between(&records, above, up_to).iter().map(|record| record.version).collect::<Vec<_>>();
        assert_eq!(versions(43, 45), [45, 44]);
        assert!(versions(45, 45).is_empty());
    }
}
