//! What a publisher is told whose document is refused.

use halyard_core::{Code, Problem};

use super::Judgement;
use crate::wire::{Refusal, Trouble};

/// What cannot be read, or has errors.
pub(super) fn refused(problems: Vec<Problem>) -> Trouble {
    let is = |code: Code| problems.iter().any(|problem| problem.code == code);
    let (status, title) = match () {
        () if is(Code::TooLarge) => (413, "the document is too large"),
        () if is(Code::Syntax) => (400, "this is not JSON"),
        () => (422, "the document has errors"),
    };
    let errors = problems.iter().filter(|problem| problem.is_error());
    let detail = match errors.clone().count() {
        1 => errors.map(Problem::to_string).collect(),
        count => format!("nothing was published: mend these {count} errors and publish again"),
    };
    Trouble { problems, ..Trouble::new(status, title, detail).of_kind("document") }
}

/// These changes are not theirs to make.
pub(super) fn not_allowed(refusals: Vec<Refusal>, changes: usize) -> Trouble {
    let detail = match refusals.as_slice() {
        [only] => {
            let sentence = only.change.as_ref().map(|told| &told.sentence).or(only.edit.as_ref().map(|edit| &edit.sentence));
            format!("nothing was published, for you may not make this change: {}: {}", sentence.map_or("", String::as_str), only.why)
        }
        several => {
            format!("nothing was published: {} of its {changes} changes are not yours to make; each says why, and who may", several.len())
        }
    };
    Trouble { refusals, ..Trouble::new(403, "not allowed", detail).of_kind("not-allowed") }
}

/// What the project's policy, or a scenario, stands against.
pub(super) fn unfit(judgement: Judgement) -> Trouble {
    let scenarios = judgement.newly_failing().count();
    let detail = match (scenarios, judgement.problems.is_empty()) {
        (0, _) => {
            "nothing was published: a limit of the project or a stage's readiness stands against it; the problems say which".to_owned()
        }
        (_, true) => {
            "nothing was published: scenarios would fail that hold now; mend the change, or the scenario if it is wrong".to_owned()
        }
        (_, false) => "nothing was published: scenarios would fail, and the problems stand against it too".to_owned(),
    };
    let kind = if scenarios > 0 { "scenarios" } else { "policy" };
    let failing = judgement.newly_failing().cloned().collect();
    Trouble { problems: judgement.problems, scenarios: failing, ..Trouble::new(422, "not fit to be published", detail).of_kind(kind) }
}
