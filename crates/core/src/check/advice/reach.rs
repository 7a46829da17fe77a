//! Rules that can never decide, because an earlier one already did.

use crate::check::decode::Notes;
use crate::check::path::Path;
use crate::context::TARGETING_KEY;
use crate::document::{Condition, Flag, Range, Rule, Serve};
use crate::problem::Code;

/// Notes the rules of a flag that no one can reach.
pub(super) fn rules(notes: &mut Notes, flag: &Flag, at: &Path<'_>) {
    let list = at.key("rules");
    let mut always: Option<&Rule> = None;
    for (index, rule) in flag.rules.iter().enumerate() {
        let place = list.index(index);
        let same = flag.rules.iter().take(index).find(|earlier| earlier.when == rule.when && decides(earlier, rule));
        if let Some(earlier) = always {
            let message = format!("the rule `{}` is never reached: `{}` before it holds for everyone", rule.id, earlier.id);
            notes.warning(Code::UnreachableRule, &place, message, "move it up, or remove it");
        } else if let Some(earlier) = same {
            let message = format!("the rule `{}` is never reached: it asks for the same as `{}` before it", rule.id, earlier.id);
            notes.warning(Code::UnreachableRule, &place.key("when"), message, "remove one of them");
        }
        if always.is_none() && holds_always(&rule.when) && matches!(rule.serve, Serve::Variant(_)) {
            always = Some(rule);
        }
    }
}

/// Whether `earlier` answers whenever `later` could. A split passes over those who have no text to be hashed.
fn decides(earlier: &Rule, later: &Rule) -> bool {
    match (&earlier.serve, &later.serve) {
        (Serve::Variant(_), _) => true,
        (Serve::Split(first), Serve::Split(second)) => hashed(first.by.as_deref()) == hashed(second.by.as_deref()),
        (Serve::Split(_), Serve::Variant(_)) => false,
    }
}

/// The attribute that is hashed.
pub(super) fn hashed(by: Option<&str>) -> &str {
    by.unwrap_or(TARGETING_KEY)
}

/// Whether a condition holds for every context at every time.
pub(super) fn holds_always(condition: &Condition) -> bool {
    match condition {
        Condition::All { all } => all.iter().all(holds_always),
        Condition::Any { any } => any.iter().any(holds_always),
        Condition::Not { not } => holds_never(not),
        Condition::Percent { percent, .. } => *percent == Range { from: 0, to: 100_000 },
        _ => false,
    }
}

/// Whether a condition holds for no context at no time.
fn holds_never(condition: &Condition) -> bool {
    match condition {
        Condition::All { all } => all.iter().any(holds_never),
        Condition::Any { any } => any.iter().all(holds_never),
        Condition::Not { not } => holds_always(not),
        Condition::Percent { percent, .. } => percent.from == percent.to,
        _ => false,
    }
}
