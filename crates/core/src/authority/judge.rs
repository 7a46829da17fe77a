//! The decision: what a change touches, what it reaches, and whether a grant covers all of it in both documents.

use std::cell::OnceCell;
use std::collections::BTreeSet;

use super::{Authority, Grant, Reach, Refusal};
use crate::check::{Dependents, Node, listing};
use crate::diff::Change;
use crate::document::{Document, Flag, Purpose};

impl Authority {
    /// The changes from one document to another that they may not make, in order; none: they may make all of them.
    ///
    /// Each flag that a change touches (the flag itself, or a release's flags) or reaches (a flag that rests on what is touched:
    /// through `requires`, a condition on a flag, a segment, a live release's stages) must be covered by a grant that holds the
    /// change's kind, as the flag was and as it is. A change to nothing that a flag rests on needs a grant that holds its kind.
    ///
    /// ```
    /// use halyard_core::authority::Authority;
    /// use halyard_core::{Document, diff};
    /// let (from, mut to) = (Document::default(), Document::default());
    /// to.retired.push("old-banner".to_owned());
    /// let changes = diff(&from, &to);
    /// assert!(Authority::everything().refusals(&from, &to, &changes).is_empty());
    /// assert_eq!(Authority::nothing().refusals(&from, &to, &changes).len(), 1);
    /// ```
    pub fn refusals(&self, from: &Document, to: &Document, changes: &[Change]) -> Vec<Refusal> {
        self.judge(from, to, changes).into_iter().flatten().collect()
    }

    /// The same, an answer a change: none where it is allowed.
    ///
    /// ```
    /// use halyard_core::authority::Authority;
    /// use halyard_core::{Document, diff};
    /// let (from, mut to) = (Document::default(), Document::default());
    /// to.retired.push("old-banner".to_owned());
    /// let answers = Authority::nothing().judge(&from, &to, &diff(&from, &to));
    /// assert_eq!(answers[0].as_ref().unwrap().why, "your roles do not include `retired.change`");
    /// ```
    pub fn judge(&self, from: &Document, to: &Document, changes: &[Change]) -> Vec<Option<Refusal>> {
        let sides = [
            Side { document: from, verb: "was", dependents: OnceCell::new() },
            Side { document: to, verb: "is", dependents: OnceCell::new() },
        ];
        changes.iter().map(|change| self.refuse(change, &sides)).collect()
    }

    fn refuse(&self, change: &Change, sides: &[Side<'_>; 2]) -> Option<Refusal> {
        let kind = change.kind.as_str();
        let grants: Vec<&Grant> = self.grants.iter().filter(|grant| grant.covers(kind)).collect();
        if grants.is_empty() {
            return Some(Refusal { change: change.clone(), flag: None, why: format!("your roles do not include `{kind}`") });
        }
        if grants.iter().any(|grant| !grant.is_narrowed()) {
            return None;
        }
        let touched: BTreeSet<&str> = sides.iter().flat_map(|side| side.touched(change)).collect();
        let stands_against = |key: &str, how: &str| {
            let (side, flag) = sides.iter().rev().find_map(|side| {
                let flag = side.document.flags.get(key)?;
                (!grants.iter().any(|grant| grant.fits(flag))).then_some((side, flag))
            })?;
            let why =
                format!("`{kind}` is yours only for flags {}, and `{key}`{how} {} {}", narrowing(&grants), side.verb, told(flag, &grants));
            Some(Refusal { change: change.clone(), flag: Some(key.to_owned()), why })
        };
        if let Some(refusal) = touched.iter().find_map(|key| stands_against(key, "")) {
            return Some(refusal);
        }
        let fits_all = |grant: &Grant| {
            let flags = touched.iter().flat_map(|key| sides.iter().filter_map(|side| side.document.flags.get(*key)));
            flags.into_iter().all(|flag| grant.fits(flag))
        };
        if !change.kind.can_change_answers() || grants.iter().any(|grant| grant.reach == Reach::Anything && fits_all(grant)) {
            return None;
        }
        let reached: BTreeSet<&str> = sides.iter().flat_map(|side| side.reached(change)).collect();
        reached.difference(&touched).find_map(|key| stands_against(key, ", which rests on it,"))
    }
}

/// One of the two documents.
struct Side<'d> {
    document: &'d Document,
    verb: &'static str,
    dependents: OnceCell<Dependents<'d>>,
}

impl Side<'_> {
    /// The flags that a change is to: the flag itself, or a release's flags here.
    fn touched<'s>(&'s self, change: &'s Change) -> Vec<&'s str> {
        match change.subject() {
            ("flags", key) => vec![key],
            ("releases", key) => {
                let release = self.document.releases.get(key);
                release.into_iter().flat_map(|release| &release.flags).map(|member| member.flag.as_str()).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The flags that rest on what it is to.
    fn reached(&self, change: &Change) -> BTreeSet<&str> {
        let node = match change.subject() {
            ("flags", key) => Node::Flag(key),
            ("releases", key) => Node::Release(key),
            ("segments", key) => Node::Segment(key),
            _ => return BTreeSet::new(),
        };
        self.dependents.get_or_init(|| Dependents::of(self.document)).flags_on(node)
    }
}

/// "of purpose `release` or `experiment`, owned by `team-a`": what narrows the grants.
pub(super) fn narrowing(grants: &[&Grant]) -> String {
    let told = grants.iter().map(|grant| {
        let purposes: Vec<&str> = grant.purposes.iter().map(|purpose| purpose.as_str()).collect();
        let parts =
            [("of purpose", listing(&purposes, "or")), ("tagged", listing(&grant.tags, "or")), ("owned by", listing(&grant.owners, "or"))];
        let lists = [purposes.len(), grant.tags.len(), grant.owners.len()];
        let said = parts.into_iter().zip(lists).filter(|(_, length)| *length > 0).map(|((word, list), _)| format!("{word} {list}"));
        said.collect::<Vec<_>>().join(" and ")
    });
    let mut told: Vec<String> = told.collect();
    told.dedup();
    told.join(", or ")
}

/// What a flag is, as far as these grants ask.
fn told(flag: &Flag, grants: &[&Grant]) -> String {
    let asks = |list: fn(&Grant) -> bool| grants.iter().any(|grant| list(grant));
    let mut parts = Vec::new();
    if asks(|grant| !grant.purposes.is_empty()) {
        parts.push(format!("of purpose `{}`", Purpose::as_str(flag.purpose)));
    }
    if asks(|grant| !grant.tags.is_empty()) {
        parts.push(if flag.tags.is_empty() { "without a tag".to_owned() } else { format!("tagged {}", listing(&flag.tags, "and")) });
    }
    if asks(|grant| !grant.owners.is_empty()) {
        parts.push(format!("owned by `{}`", flag.owner));
    }
    parts.join(" and ")
}
