//! Every condition of a document, with who holds it and where it is written.

use crate::check::path::Path;
use crate::document::{Condition, Document};

/// Who holds a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Owner<'d> {
    Segment(&'d str),
    Plan,
    /// A flag, in one of its rules.
    Flag(&'d str),
    /// A release, in one of its stages.
    Release(&'d str),
}

/// Every outermost condition: of segments, plans' stages, rules and releases' stages.
pub(crate) fn roots<'d>(document: &'d Document, visit: &mut dyn FnMut(Owner<'d>, &'d Condition, &Path<'_>)) {
    let root = &Path::ROOT;
    let segments = &root.key("segments");
    for (key, segment) in &document.segments {
        visit(Owner::Segment(key), &segment.when, &segments.key(key).key("when"));
    }
    let plans = &root.key("plans");
    for (key, plan) in &document.plans {
        for (index, stage) in plan.stages.iter().enumerate() {
            visit(Owner::Plan, &stage.audience, &plans.key(key).key("stages").index(index).key("audience"));
        }
    }
    let flags = &root.key("flags");
    for (key, flag) in &document.flags {
        for (index, rule) in flag.rules.iter().enumerate() {
            visit(Owner::Flag(key), &rule.when, &flags.key(key).key("rules").index(index).key("when"));
        }
    }
    let releases = &root.key("releases");
    for (key, release) in &document.releases {
        for (index, stage) in release.stages.iter().enumerate() {
            visit(Owner::Release(key), &stage.audience, &releases.key(key).key("stages").index(index).key("audience"));
        }
    }
}

/// A condition and everything inside it, from the outside in and left to right.
pub(crate) fn within<'d>(condition: &'d Condition, at: &Path<'_>, visit: &mut dyn FnMut(&'d Condition, &Path<'_>)) {
    visit(condition, at);
    match condition {
        Condition::All { all: inner } | Condition::Any { any: inner } => {
            let list = at.key(if matches!(condition, Condition::All { .. }) { "all" } else { "any" });
            for (index, condition) in inner.iter().enumerate() {
                within(condition, &list.index(index), visit);
            }
        }
        Condition::Not { not } => within(not, &at.key("not"), visit),
        _ => {}
    }
}
