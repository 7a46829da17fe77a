//! Ranges of versions, as a document writes them.

use super::{Comparator, Relation, Version, parse};

const OPERATORS: [&str; 8] = ["!=", ">=", "<=", "=", ">", "<", "^", "~"];

/// Reads a range: at least one comparator, any number of spaces and commas behind each. A version must satisfy them all.
pub(crate) fn parse_range(text: &str) -> Option<Vec<Comparator<'_>>> {
    let mut comparators = Vec::new();
    let mut rest = text;
    loop {
        let operator = OPERATORS.into_iter().find(|operator| rest.starts_with(operator)).unwrap_or_default();
        let version = rest.strip_prefix(operator)?.trim_start_matches(' ');
        let end = version.find([' ', ',', '=', '!', '>', '<', '^', '~']).unwrap_or(version.len());
        let (version, behind) = version.split_at_checked(end)?;
        let (version, given) = parse(version)?;
        comparators.push(comparator(operator, version, given));
        rest = behind.trim_start_matches([' ', ',']);
        if rest.is_empty() {
            return Some(comparators);
        }
    }
}

fn comparator<'t>(operator: &str, version: Version<'t>, given: usize) -> Comparator<'t> {
    let [major, minor, patch] = version.parts;
    let between = |below| Comparator { relation: Relation::Between, from: version, below };
    let to = |relation, version| Comparator { relation, from: version, below: version };
    match operator {
        "^" => between(match (major, minor, given) {
            (0, _, 1) => lowest(1, 0, 0),
            (0, 0, 2) => lowest(0, 1, 0),
            (0, 0, _) => lowest(0, 0, patch + 1),
            (0, _, _) => lowest(0, minor + 1, 0),
            _ => lowest(major + 1, 0, 0),
        }),
        "~" => between(following(major, minor, given)),
        _ if given < 3 => {
            let below = following(major, minor, given);
            match operator {
                "!=" => Comparator { relation: Relation::Outside, from: version, below },
                ">" => to(Relation::AtLeast, below),
                ">=" => to(Relation::AtLeast, version),
                "<" => to(Relation::Below, version),
                "<=" => to(Relation::Below, below),
                _ => between(below),
            }
        }
        "!=" => to(Relation::NotEqual, version),
        ">" => to(Relation::Above, version),
        ">=" => to(Relation::AtLeast, version),
        "<" => to(Relation::Below, version),
        "<=" => to(Relation::AtMost, version),
        _ => to(Relation::Equal, version),
    }
}

/// The lowest version behind all that begin as one of which so many parts are given, by MAJOR or by MAJOR and MINOR.
fn following<'t>(major: u128, minor: u128, given: usize) -> Version<'t> {
    if given == 1 { lowest(major + 1, 0, 0) } else { lowest(major, minor + 1, 0) }
}

/// The lowest version of all that have these parts: `1.3.0-0`.
fn lowest<'t>(major: u128, minor: u128, patch: u128) -> Version<'t> {
    Version { parts: [major, minor, patch], pre: "0" }
}
