//! `not` over an attribute that may be missing: it holds for everyone whose attribute nobody knows.

use std::collections::BTreeSet;

use crate::check::decode::Notes;
use crate::check::path::Path;
use crate::context::TARGETING_KEY;
use crate::document::{Condition, Operator};
use crate::problem::Code;

/// Notes every such `not` within a condition, once for each attribute.
pub(super) fn check(notes: &mut Notes, condition: &Condition, at: &Path<'_>) {
    look(notes, condition, at, false, &BTreeSet::new());
}

/// `negated`: within an odd number of `not`s. `asked`: attributes that an `exists` beside or above asks for, so that the author
/// has thought of those without.
fn look<'d>(notes: &mut Notes, condition: &'d Condition, at: &Path<'_>, negated: bool, asked: &BTreeSet<&'d str>) {
    match condition {
        Condition::Not { not } => {
            let place = at.key("not");
            if !negated {
                for attribute in unasked(not, asked) {
                    let message = format!("this `not` also holds for everyone whose `{attribute}` is unknown");
                    let hint = format!(
                        "to leave them out, write {{\"all\": [{{\"attribute\": \"{attribute}\", \"exists\": true}}, {{\"not\": …}}]}}"
                    );
                    notes.warning(Code::NotOverMissing, at, message, hint);
                }
            }
            look(notes, not, &place, !negated, asked);
        }
        Condition::All { all: inner } | Condition::Any { any: inner } => {
            let mut asked = asked.clone();
            asked.extend(inner.iter().filter_map(|condition| match condition {
                Condition::Attribute { attribute, operator: Operator::Exists { .. } } => Some(attribute.as_str()),
                _ => None,
            }));
            let list = at.key(if matches!(condition, Condition::All { .. }) { "all" } else { "any" });
            for (index, condition) in inner.iter().enumerate() {
                look(notes, condition, &list.index(index), negated, &asked);
            }
        }
        _ => {}
    }
}

/// The attributes that a negated condition tests without anybody asking whether they exist. `targetingKey` is always there.
fn unasked<'d>(condition: &'d Condition, asked: &BTreeSet<&'d str>) -> BTreeSet<&'d str> {
    match condition {
        Condition::Attribute { operator: Operator::Exists { .. }, .. } => BTreeSet::new(),
        Condition::Attribute { attribute, .. } if attribute == TARGETING_KEY || asked.contains(attribute.as_str()) => BTreeSet::new(),
        Condition::Attribute { attribute, .. } => BTreeSet::from([attribute.as_str()]),
        Condition::All { all: inner } | Condition::Any { any: inner } => {
            inner.iter().flat_map(|condition| unasked(condition, asked)).collect()
        }
        _ => BTreeSet::new(),
    }
}
