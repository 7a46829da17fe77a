//! The order of problems: errors before warnings, each group in the order of the document.

use std::collections::BTreeMap;

use crate::locate;
use crate::problem::{Level, Problem};

/// As the text has them; those without a place in it first.
pub(super) fn by_text(problems: &mut [Problem], text: &str) {
    by_key(problems);
    if problems.len() < 2 {
        return;
    }
    let mut starts: BTreeMap<String, usize> = problems.iter().map(|problem| (problem.pointer.to_string(), 0)).collect();
    let read = locate::scan(text, &mut |place, value| {
        if let Some(start) = starts.get_mut(place) {
            *start = value.start;
        }
    });
    if read.is_some() {
        problems
            .sort_by_key(|problem| (problem.level == Level::Warning, starts.get(problem.pointer.as_str()).copied().unwrap_or_default()));
    }
}

/// By the keys and indices on the way to each.
pub(super) fn by_key(problems: &mut [Problem]) {
    problems.sort_by_cached_key(|problem| {
        let place: Vec<(usize, String)> =
            problem.pointer.segments().map(|segment| (segment.parse().unwrap_or(usize::MAX), segment)).collect();
        (problem.level == Level::Warning, place)
    });
}
