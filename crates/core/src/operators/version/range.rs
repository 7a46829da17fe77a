//! Ranges of versions, as a document writes them.

use crate::image::writer::narrow;

use super::{Places, Version, parse};

/// One comparator of a range: how a version must stand to `from`; or, of two, to `from` and `below`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Comparator<'t> {
    pub(super) relation: Relation,
    pub(super) from: Version<'t>,
    pub(super) below: Version<'t>,
}

/// How a version stands to a comparator's versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Relation {
    Equal,
    NotEqual,
    Above,
    AtLeast,
    Below,
    AtMost,
    /// At least `from`, and below `below`.
    Between,
    /// Not that.
    Outside,
}

/// The versions that comparators name, rising and each once; and each comparator by places among them.
pub(crate) fn places<'t>(comparators: &[Comparator<'t>]) -> (Vec<Version<'t>>, Vec<Places>) {
    let mut versions: Vec<Version<'t>> = comparators.iter().flat_map(|comparator| [comparator.from, comparator.below]).collect();
    versions.sort_unstable_by(|a, b| a.order(*b));
    versions.dedup();
    let place = |version: Version<'_>| 2 * narrow(versions.partition_point(|other| other.order(version).is_lt())) + 1;
    let places = comparators.iter().map(|Comparator { relation, from, below }| {
        let (at, below) = (place(*from), place(*below));
        let (from, to) = match relation {
            Relation::Equal | Relation::NotEqual => (at, at),
            Relation::Above => (at + 1, u32::MAX),
            Relation::AtLeast => (at, u32::MAX),
            Relation::Below => (0, at - 1),
            Relation::AtMost => (0, at),
            Relation::Between | Relation::Outside => (at, below - 1),
        };
        Places { from, to, is_not: matches!(relation, Relation::NotEqual | Relation::Outside) }
    });
    let places = places.collect();
    (versions, places)
}

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
