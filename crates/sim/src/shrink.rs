//! A finding made small: what went wrong without mattering is left out.

use crate::{Outcome, Setup, run};

/// Leaves out, as long as the same promise stays broken, first whole kinds of trouble, then halves of what is left, then one by one.
/// What remains is told with its trace. A schedule that breaks nothing stays as it is.
pub fn shrink(setup: &Setup) -> (Setup, Outcome) {
    let mut best = Setup { trace: false, ..setup.clone() };
    let mut outcome = run(&best);
    let promise = outcome.violation.as_ref().map(|violation| violation.promise);
    let try_it = |candidate: Setup, best: &mut Setup, outcome: &mut Outcome| {
        let came = run(&candidate);
        let same = came.violation.is_some() && came.violation.as_ref().map(|violation| violation.promise) == promise;
        if same {
            (*best, *outcome) = (candidate, came);
        }
    };
    let mut kinds: Vec<String> = outcome.troubles.iter().map(|(_, kind)| kind.to_lowercase()).collect();
    kinds.sort();
    kinds.dedup();
    for kind in kinds {
        let mut candidate = best.clone();
        candidate.without_kinds.push(kind);
        try_it(candidate, &mut best, &mut outcome);
    }
    let mut size = outcome.troubles.len();
    while size > 0 {
        let numbers: Vec<u64> = outcome.troubles.iter().map(|(number, _)| *number).collect();
        for part in numbers.chunks(size) {
            let mut candidate = best.clone();
            candidate.without.extend(part);
            try_it(candidate, &mut best, &mut outcome);
        }
        size /= 2;
    }
    best.trace = setup.trace;
    let outcome = run(&best);
    (best, outcome)
}
