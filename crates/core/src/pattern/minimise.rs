//! The smallest automaton that finds the same: states that no text tells apart become one (Moore's algorithm).

use std::collections::BTreeMap;

use super::automaton::Automaton;
use super::matcher::MATCHED;

/// The same automaton with as few states as there can be. Dead ones fall together with `DEAD`, those that any text ends in a match
/// with `MATCHED`, because these two come first.
pub(super) fn minimise(automaton: &Automaton) -> Automaton {
    // At first, all that is known is whether a state matches at the end of the text.
    let mut groups: Vec<u32> = automaton.rows.iter().map(|row| u32::from(row.last() == Some(&MATCHED))).collect();
    let mut count = 2;
    loop {
        let mut known: BTreeMap<(u32, Vec<u32>), u32> = BTreeMap::new();
        let group = |state: &u32| usize::try_from(*state).ok().and_then(|state| groups.get(state)).copied().unwrap_or_default();
        let refined = automaton.rows.iter().zip(&groups).map(|(row, own)| {
            let next = u32::try_from(known.len()).unwrap_or_default();
            *known.entry((*own, row.iter().map(group).collect())).or_insert(next)
        });
        let refined: Vec<u32> = refined.collect();
        if known.len() == count {
            break;
        }
        count = known.len();
        groups = refined;
    }
    let group = |state: u32| usize::try_from(state).ok().and_then(|state| groups.get(state)).copied().unwrap_or_default();
    let mut rows: Vec<Vec<u32>> = Vec::new();
    for (row, own) in automaton.rows.iter().zip(&groups) {
        if usize::try_from(*own) == Ok(rows.len()) {
            rows.push(row.iter().map(|state| group(*state)).collect());
        }
    }
    Automaton { start: group(automaton.start), rows }
}
