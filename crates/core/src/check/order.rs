//! The order of problems: errors before warnings, each group in the order of the document.

use crate::problem::{Level, Problem};

/// As the text has them.
pub(super) fn by_text(problems: &mut [Problem], text: &[u8]) {
    let _ = text;
    by_key(problems);
}

/// By the keys and indices on the way to each.
pub(super) fn by_key(problems: &mut [Problem]) {
    problems.sort_by_cached_key(|problem| {
        let place: Vec<(usize, String)> = problem.pointer.segments().map(|segment| (segment.parse().unwrap_or(usize::MAX), segment)).collect();
        (problem.level == Level::Warning, place)
    });
}
