//! The smallest automaton that finds the same: states that no text tells apart become one (Hopcroft's algorithm).

use std::collections::BTreeMap;
use std::mem::take;

use super::automaton::{Automaton, MATCHED};

/// The same automaton with as few states as there can be. Dead ones fall together with `DEAD`, those that any text ends in a match
/// with `MATCHED`, because these two come first.
pub(super) fn minimise(automaton: &Automaton) -> Automaton {
    let group_of = groups(&automaton.rows);
    // Groups are numbered in the order of their first states.
    let mut numbers: BTreeMap<usize, u32> = BTreeMap::new();
    let mut firsts: Vec<&Vec<u32>> = Vec::new();
    for (row, group) in automaton.rows.iter().zip(&group_of) {
        let next = u32::try_from(numbers.len()).unwrap_or_default();
        numbers.entry(*group).or_insert_with(|| {
            firsts.push(row);
            next
        });
    }
    let number = |state: &u32| group_of.get(*state as usize).and_then(|group| numbers.get(group)).copied().unwrap_or_default();
    Automaton { start: number(&automaton.start), rows: firsts.into_iter().map(|row| row.iter().map(number).collect()).collect() }
}

/// The group of each state. Groups begin as what matches at the end of the text and what does not. A group is split by another if
/// some symbol leads from a part of it there, until none is.
fn groups(rows: &[Vec<u32>]) -> Vec<usize> {
    let matches = |row: &Vec<u32>| row.last() == Some(&MATCHED);
    let mut group_of: Vec<usize> = rows.iter().map(|row| usize::from(matches(row))).collect();
    let mut groups: Vec<Vec<usize>> =
        (0..2).map(|group| (0..rows.len()).filter(|state| group_of.get(*state) == Some(&group)).collect()).collect();
    // Which states lead to a state, with their symbols but the end of the text, which has made the first two groups.
    let mut leading: Vec<Vec<(usize, usize)>> = vec![Vec::new(); rows.len()];
    for (from, row) in rows.iter().enumerate() {
        for (symbol, to) in row.iter().enumerate().take(row.len().saturating_sub(1)) {
            if let Some(leading) = leading.get_mut(*to as usize) {
                leading.push((symbol, from));
            }
        }
    }
    let mut waiting = vec![false, true];
    let mut queue = vec![1];
    while let Some(splitter) = queue.pop() {
        waiting.get_mut(splitter).map(take);
        let members = groups.get(splitter).into_iter().flatten();
        let mut reaching: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (symbol, from) in members.filter_map(|state| leading.get(*state)).flatten() {
            reaching.entry(*symbol).or_default().push(*from);
        }
        for states in reaching.into_values() {
            let mut parts: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
            for state in states {
                parts.entry(group_of.get(state).copied().unwrap_or_default()).or_default().push(state);
            }
            for (group, part) in parts {
                let Some(whole) = groups.get_mut(group).filter(|whole| whole.len() > part.len()) else { continue };
                let new = waiting.len();
                for state in &part {
                    if let Some(group) = group_of.get_mut(*state) {
                        *group = new;
                    }
                }
                whole.retain(|state| group_of.get(*state) == Some(&group));
                // The smaller part is enough, unless the whole was to come.
                let also = if waiting.get(group) == Some(&true) || part.len() <= whole.len() { new } else { group };
                groups.push(part);
                waiting.push(false);
                if let Some(waiting) = waiting.get_mut(also) {
                    *waiting = true;
                }
                queue.push(also);
            }
        }
    }
    group_of
}
