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
        let (version, given) = parse(version.as_bytes())?;
        comparators.push(comparator(operator, version, given));
        rest = behind.trim_start_matches([' ', ',']);
        if rest.is_empty() {
            return Some(comparators);
        }
    }
}

fn comparator<'t>(operator: &str, version: Version<'t>, given: usize) -> Comparator<'t> {
    let [major, minor, _] = version.parts;
    let to = |relation, version| Comparator { relation, from: version, below: version };
    // Behind the last version of all there is none: what is below that is everything, what is above it is nothing.
    let between = |below: Option<Version<'t>>| match below {
        Some(below) => Comparator { relation: Relation::Between, from: version, below },
        None => to(Relation::AtLeast, version),
    };
    match operator {
        "^" => between(behind(
            version.parts,
            match (major, minor, given) {
                (0, _, 1) => 0,
                (0, 0, 2) => 1,
                (0, 0, _) => 2,
                (0, _, _) => 1,
                _ => 0,
            },
        )),
        "~" => between(following(version, given)),
        _ if given < 3 => {
            let below = following(version, given);
            match (operator, below) {
                ("!=", Some(below)) => Comparator { relation: Relation::Outside, from: version, below },
                ("!=" | "<", _) => to(Relation::Below, version),
                (">", Some(below)) => to(Relation::AtLeast, below),
                (">", None) => to(Relation::Below, LOWEST),
                (">=", _) => to(Relation::AtLeast, version),
                ("<=", Some(below)) => to(Relation::Below, below),
                ("<=", None) => to(Relation::AtLeast, LOWEST),
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

/// The lowest version of all.
const LOWEST: Version<'static> = Version { parts: [0; 3], pre: b"0" };

/// The lowest version behind all that begin as one of which so many parts are given, by MAJOR or by MAJOR and MINOR.
fn following<'t>(version: Version<'_>, given: usize) -> Option<Version<'t>> {
    behind(version.parts, if given == 1 { 0 } else { 1 })
}

/// The lowest version (`1.3.0-0`) behind all that begin with these parts up to that place.
fn behind<'t>(mut parts: [u64; 3], place: usize) -> Option<Version<'t>> {
    let (begin, rest) = parts.split_at_mut_checked(place + 1)?;
    rest.fill(0);
    for part in begin.iter_mut().rev() {
        *part = part.wrapping_add(1);
        if *part != 0 {
            return Some(Version { parts, ..LOWEST });
        }
    }
    None
}
