//! `version`: SemVer 2.0 versions, leniently written, and ranges of them.

#[cfg(feature = "document")]
mod range;

use core::cmp::Ordering;

#[cfg(feature = "document")]
pub(crate) use range::{Comparator, parse_range, places};

/// A version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Version<'t> {
    /// MAJOR, MINOR and PATCH.
    pub(crate) parts: [u64; 3],
    /// The pre-release's identifiers, dots between them; empty: none.
    pub(crate) pre: &'t [u8],
}

impl<'t> Version<'t> {
    /// Reads `v?MAJOR[.MINOR[.PATCH[-pre][+build]]]`; absent parts are 0.
    pub(crate) fn parse(text: &'t [u8]) -> Option<Version<'t>> {
        Some(parse(text)?.0)
    }

    /// SemVer 2.0 §11.
    pub(crate) fn order(self, other: Version<'_>) -> Ordering {
        self.parts.cmp(&other.parts).then_with(|| match (self.pre.is_empty(), other.pre.is_empty()) {
            (true, true) => Ordering::Equal,
            (true, false) => Ordering::Greater,
            (false, true) => Ordering::Less,
            (false, false) => identifiers(self.pre).map(Identifier).cmp(identifiers(other.pre).map(Identifier)),
        })
    }
}

/// A comparator by places among versions that rise: the place of one that is not among them is twice the number of those below it,
/// that of one which is, 1 more. It means the places from the first to the last, or all others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Places {
    pub(crate) from: u32,
    pub(crate) to: u32,
    pub(crate) is_not: bool,
}

impl Places {
    /// Whether it holds for a version at that place.
    pub(crate) fn holds(self, place: u32) -> bool {
        (self.from <= place && place <= self.to) != self.is_not
    }
}

/// Part of a pre-release: numbers come before words; numbers by size, words by their bytes.
#[derive(PartialEq, Eq)]
struct Identifier<'t>(&'t [u8]);

impl Ord for Identifier<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        match (is_digits(self.0), is_digits(other.0)) {
            // No leading zeros: the longer number is the greater.
            (true, true) => self.0.len().cmp(&other.0.len()).then_with(|| self.0.cmp(other.0)),
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
            (false, false) => self.0.cmp(other.0),
        }
    }
}

impl PartialOrd for Identifier<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// A version and how many of its parts are given.
fn parse(text: &[u8]) -> Option<(Version<'_>, usize)> {
    let mut rest = text.strip_prefix(b"v").unwrap_or(text);
    let (mut parts, mut given) = ([0; 3], 0);
    loop {
        let part = parts.get_mut(given)?;
        (*part, rest) = number(rest)?;
        given += 1;
        match rest.split_first() {
            Some((b'.', behind)) => rest = behind,
            _ => break,
        }
    }
    if given < 3 && !rest.is_empty() {
        return None;
    }
    let pre = suffix(&mut rest, b'-')?;
    suffix(&mut rest, b'+')?;
    rest.is_empty().then_some((Version { parts, pre }, given))
}

/// Takes what stands behind a mark off the front: identifiers with dots between them; nothing, where the mark is not there.
fn suffix<'t>(rest: &mut &'t [u8], mark: u8) -> Option<&'t [u8]> {
    let Some((_, behind)) = rest.split_first().filter(|(first, _)| **first == mark) else { return Some(&[]) };
    let end = behind.iter().position(|byte| *byte == b'+').unwrap_or(behind.len());
    let (all, behind) = behind.split_at_checked(end)?;
    *rest = behind;
    let is_sound = |part: &[u8]| {
        let has_zero = mark == b'-' && part.len() > 1 && part.starts_with(b"0") && is_digits(part);
        !part.is_empty() && !has_zero && part.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
    };
    identifiers(all).all(is_sound).then_some(all)
}

fn identifiers(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|byte| *byte == b'.')
}

fn is_digits(text: &[u8]) -> bool {
    !text.is_empty() && text.iter().all(u8::is_ascii_digit)
}

/// Reads digits without a leading zero, below 2⁶⁴, off the front.
fn number(text: &[u8]) -> Option<(u64, &[u8])> {
    let (mut value, mut rest) = (0_u64, text);
    while let Some((digit @ b'0'..=b'9', behind)) = rest.split_first() {
        // (`checked_mul` brings a multiplication of 128 bits along.)
        if value > u64::MAX / 10 {
            return None;
        }
        value = (value * 10).checked_add(u64::from(digit - b'0'))?;
        rest = behind;
    }
    let digits = text.len() - rest.len();
    let is_one = digits == 1 || (digits > 1 && !text.starts_with(b"0"));
    is_one.then_some((value, rest))
}

#[cfg(test)]
mod tests {
    use super::range::{Comparator, Relation};
    use super::*;

    fn within(range: &str, version: &str) -> bool {
        let version = Version::parse(version.as_bytes()).unwrap();
        let (versions, places) = places(&parse_range(range).unwrap());
        assert!(versions.is_sorted_by(|a, b| a.order(*b).is_lt()));
        let place = versions.binary_search_by(|other| other.order(version)).map_or_else(|below| 2 * below, |at| 2 * at + 1);
        places.iter().all(|places| places.holds(place as u32))
    }

    #[test]
    fn versions_are_in_semvers_order() {
        let rising = [
            "1.0.0-0",
            "1.0.0-2",
            "1.0.0-10",
            "1.0.0-99999999999999999999999",
            "1.0.0---",
            "1.0.0-alpha",
            "1.0.0-alpha.1",
            "1.0.0-alpha.beta",
            "1.0.0-beta",
            "1.0.0-beta.2",
            "1.0.0-beta.11",
            "1.0.0-rc.1",
            "1.0.0",
            "1.0.1-0",
            "1.0.1",
            "1.1",
            "2",
            "18446744073709551615",
        ];
        for (i, a) in rising.iter().enumerate() {
            for (j, b) in rising.iter().enumerate() {
                assert_eq!(Version::parse(a.as_bytes()).unwrap().order(Version::parse(b.as_bytes()).unwrap()), i.cmp(&j), "{a} {b}");
            }
        }
    }

    #[test]
    fn build_and_a_leading_v_count_for_nothing_and_absent_parts_are_0() {
        for (a, b) in [("v1.2.3", "1.2.3"), ("1.2.3+a.b-c.007", "1.2.3+d"), ("1", "1.0.0"), ("1.2", "1.2.0"), ("1.2.3-x+y", "1.2.3-x")] {
            assert_eq!(Version::parse(a.as_bytes()).unwrap().order(Version::parse(b.as_bytes()).unwrap()), Ordering::Equal, "{a} {b}");
        }
    }

    #[test]
    fn what_is_no_version_is_refused() {
        for text in [
            "",
            "v",
            "V1",
            "vv1",
            "01.2.3",
            "1.02",
            "1.2.3.4",
            "1.2-beta",
            "1-0",
            "1.2+b",
            "1.2.3-",
            "1.2.3+",
            "1.2.3-01",
            "1.2.3-a..b",
            "1.2.3-é",
            "1.2.3+a+b",
            " 1",
            "1 ",
            "1.",
            ".1",
            "+1",
            "-1",
            "1.x",
            "18446744073709551616",
            "1.2.3+a_b",
        ] {
            assert_eq!(Version::parse(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn a_comparator_with_absent_parts_stands_for_all_that_begin_so() {
        for (range, inside, outside) in [
            ("1.2", &["1.2.0", "1.2.9", "1.2.3-x"][..], &["1.2.0-0", "1.3.0-0", "1.3.0"][..]),
            ("=1", &["1.0.0", "1.9.9"], &["1.0.0-rc", "2.0.0-0"]),
            ("!=1.2", &["1.1.9", "1.3.0-0", "1.2.0-0"], &["1.2.0", "1.2.7"]),
            (">1.2", &["1.3.0-0", "1.3.0"], &["1.2.0", "1.2.9"]),
            (">=1.2", &["1.2.0", "7"], &["1.2.0-0", "1.1.9"]),
            ("<1.2", &["1.2.0-0", "1.1.9"], &["1.2.0"]),
            ("<=1.2", &["1.2.9", "1"], &["1.3.0-0", "1.3.0"]),
            ("1.2.3", &["1.2.3", "1.2.3+b"], &["1.2.3-x", "1.2.4"]),
            ("!=1.2.3", &["1.2.3-x", "1.2.4"], &["1.2.3"]),
            (">1.2.3", &["1.2.4-0", "1.2.4"], &["1.2.3", "1.2.3-x"]),
            ("<=1.2.3", &["1.2.3", "1.2.3-x"], &["1.2.4-0"]),
        ] {
            inside.iter().for_each(|version| assert!(within(range, version), "{version} is in {range}"));
            outside.iter().for_each(|version| assert!(!within(range, version), "{version} is not in {range}"));
        }
    }

    #[test]
    fn carets_and_tildes_end_where_the_specification_says() {
        for (range, below) in [
            ("^1.2.3", "2.0.0-0"),
            ("^0.2.3", "0.3.0-0"),
            ("^0.0.3", "0.0.4-0"),
            ("^0.0", "0.1.0-0"),
            ("^0", "1.0.0-0"),
            ("^1.2", "2.0.0-0"),
            ("^0.2", "0.3.0-0"),
            ("^0.0.0", "0.0.1-0"),
            ("~1.2.3", "1.3.0-0"),
            ("~1.2", "1.3.0-0"),
            ("~1", "2.0.0-0"),
            ("~0.0.3", "0.1.0-0"),
        ] {
            let start = range.trim_start_matches(['^', '~']);
            let Some([Comparator { relation: Relation::Between, from, below: end }]) =
                parse_range(range).as_deref().map(|list| <[_; 1]>::try_from(list).unwrap())
            else {
                panic!("{range}");
            };
            assert_eq!((from, end), (Version::parse(start.as_bytes()).unwrap(), Version::parse(below.as_bytes()).unwrap()), "{range}");
        }
    }

    #[test]
    fn ranges_at_the_greatest_part_still_have_an_end() {
        assert!(within("^18446744073709551615", "18446744073709551615.1.0"));
        assert!(within("~1.18446744073709551615", "1.18446744073709551615.9"));
        assert!(!within("~1.18446744073709551615", "2.0.0-0"));
        assert!(within(">1.18446744073709551615", "2.0.0-0"));
    }

    #[test]
    fn comparators_are_joined_by_any_number_of_spaces_and_commas() {
        for range in [">=1.2 <2", ">=1.2,<2", ">= 1.2 , ,  < 2", ">=1.2<2", ">=1.2 <2, "] {
            assert!(within(range, "1.5.0"), "{range}");
            assert!(!within(range, "2.0.0"), "{range}");
        }
        for range in ["", " ", ",", ">", "> ,1", ",1", ">=1.2 ||", "1.2 || 2", "1 - 2", "1.x", "*", "=>1", "==1", "> =1", ">=1 beta"] {
            assert_eq!(parse_range(range), None, "{range}");
        }
    }
}
