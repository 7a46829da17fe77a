//! Versions and ranges of versions.

use std::cmp::Ordering;

/// A version: MAJOR, MINOR, PATCH and a pre-release's identifiers (none for a release). Build is not kept.
///
/// Numbers are wider than a part may be (below 2⁶⁴), so that the version after the last still has a place.
#[derive(Clone, PartialEq, Eq)]
struct Version {
    numbers: [u128; 3],
    pre: Vec<String>,
}

impl Version {
    /// The lowest of all that have these numbers: `1.3.0-0`.
    fn lowest(major: u128, minor: u128, patch: u128) -> Self {
        Version { numbers: [major, minor, patch], pre: vec!["0".to_owned()] }
    }

    /// SemVer 2.0 §11.
    fn order(&self, other: &Self) -> Ordering {
        self.numbers.cmp(&other.numbers).then_with(|| match (self.pre.is_empty(), other.pre.is_empty()) {
            (true, true) => Ordering::Equal,
            (true, false) => Ordering::Greater,
            (false, true) => Ordering::Less,
            (false, false) => {
                let pairs = self.pre.iter().zip(&other.pre).map(|(a, b)| identifier_order(a, b));
                pairs.fold(Ordering::Equal, Ordering::then).then(self.pre.len().cmp(&other.pre.len()))
            }
        })
    }
}

/// Numbers before words, numbers by size (unbounded), words by their bytes.
fn identifier_order(a: &str, b: &str) -> Ordering {
    match (is_digits(a), is_digits(b)) {
        (true, true) => a.len().cmp(&b.len()).then_with(|| a.cmp(b)),
        (true, false) => Ordering::Less,
        (false, true) => Ordering::Greater,
        (false, false) => a.cmp(b),
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn has_leading_zero(text: &str) -> bool {
    text.len() > 1 && text.starts_with('0')
}

/// Reads `v?MAJOR[.MINOR[.PATCH[-pre][+build]]]`: the version with absent parts as 0, and how many parts were given.
fn parse(text: &str) -> Option<(Version, usize)> {
    let text = text.strip_prefix('v').unwrap_or(text);
    let (text, build) = match text.split_once('+') {
        Some((text, build)) => (text, Some(build)),
        None => (text, None),
    };
    let (text, pre) = match text.split_once('-') {
        Some((text, pre)) => (text, Some(pre)),
        None => (text, None),
    };
    let mut numbers = Vec::new();
    for part in text.split('.') {
        if !is_digits(part) || has_leading_zero(part) {
            return None;
        }
        numbers.push(u128::from(part.parse::<u64>().ok()?));
    }
    let given = numbers.len();
    if given > 3 || (given < 3 && (pre.is_some() || build.is_some())) {
        return None;
    }
    let is_identifier = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if build.is_some_and(|build| !build.split('.').all(is_identifier)) {
        return None;
    }
    let pre: Vec<String> = pre.map(|pre| pre.split('.').map(str::to_owned).collect()).unwrap_or_default();
    if !pre.iter().all(|part| is_identifier(part) && !(is_digits(part) && has_leading_zero(part))) {
        return None;
    }
    numbers.resize(3, 0);
    Some((Version { numbers: numbers.try_into().ok()?, pre }, given))
}

/// Whether the version in `value` is within `range`; false where either does not parse.
pub(crate) fn within(range: &str, value: &str) -> bool {
    let Some((version, _)) = parse(value) else {
        return false;
    };
    let mut rest = range;
    let mut holds = !range.is_empty();
    while !rest.is_empty() {
        let operator = ["!=", ">=", "<=", "=", ">", "<", "^", "~"].into_iter().find(|operator| rest.starts_with(operator)).unwrap_or("");
        let after = rest.strip_prefix(operator).unwrap_or(rest).trim_start_matches(' ');
        let end = after.find([' ', ',', '=', '!', '>', '<', '^', '~']).unwrap_or(after.len());
        let (text, following) = after.split_at(end);
        let Some((wanted, given)) = parse(text) else {
            return false;
        };
        holds &= comparator(operator, &wanted, given, &version);
        rest = following.trim_start_matches([' ', ',']);
    }
    holds
}

fn comparator(operator: &str, wanted: &Version, given: usize, version: &Version) -> bool {
    let [major, minor, patch] = wanted.numbers;
    let is_at_least = |bound: &Version| version.order(bound).is_ge();
    let is_below = |bound: &Version| version.order(bound).is_lt();
    let lo = wanted;
    if operator == "^" {
        let next = match (major, minor, given) {
            (0, _, 1) => Version::lowest(1, 0, 0),
            (0, 0, 2) => Version::lowest(0, 1, 0),
            (0, 0, _) => Version::lowest(0, 0, patch + 1),
            (0, _, _) => Version::lowest(0, minor + 1, 0),
            _ => Version::lowest(major + 1, 0, 0),
        };
        return is_at_least(lo) && is_below(&next);
    }
    if operator == "~" {
        let next = if given == 1 { Version::lowest(major + 1, 0, 0) } else { Version::lowest(major, minor + 1, 0) };
        return is_at_least(lo) && is_below(&next);
    }
    if given == 3 {
        let order = version.order(wanted);
        return match operator {
            "!=" => order.is_ne(),
            ">" => order.is_gt(),
            ">=" => order.is_ge(),
            "<" => order.is_lt(),
            "<=" => order.is_le(),
            _ => order.is_eq(),
        };
    }
    let next = if given == 1 { Version::lowest(major + 1, 0, 0) } else { Version::lowest(major, minor + 1, 0) };
    match operator {
        "!=" => !(is_at_least(lo) && is_below(&next)),
        ">" => is_at_least(&next),
        ">=" => is_at_least(lo),
        "<" => is_below(lo),
        "<=" => is_below(&next),
        _ => is_at_least(lo) && is_below(&next),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn semver_orders_its_own_example() {
        let rising =
            ["1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0"];
        for (i, a) in rising.iter().enumerate() {
            for (j, b) in rising.iter().enumerate() {
                assert_eq!(within(&format!("<{b}"), a), i < j, "{a} < {b}");
                assert_eq!(within(b, a), i == j, "{a} = {b}");
            }
        }
    }

    #[test]
    fn carets_end_where_the_specification_says() {
        assert_eq!(version("^1.2.3"), "2.0.0-0");
        assert_eq!(version("^0.2.3"), "0.3.0-0");
        assert_eq!(version("^0.0.3"), "0.0.4-0");
        assert_eq!(version("^0.0"), "0.1.0-0");
        assert_eq!(version("^0"), "1.0.0-0");
        assert_eq!(version("^1.2"), "2.0.0-0");
        assert_eq!(version("^0.0.0"), "0.0.1-0");
        assert_eq!(version("^0.2"), "0.3.0-0");
        assert_eq!(version("~1.2.3"), "1.3.0-0");
        assert_eq!(version("~1"), "2.0.0-0");
    }

    /// The first of the likely ends that the range leaves out, while it holds what lies just before.
    fn version(range: &str) -> String {
        let ends = ["0.0.1", "0.0.4", "0.1.0", "0.3.0", "1.0.0", "1.3.0", "2.0.0"];
        let held = |text: &str| within(range, text);
        let start = range.trim_start_matches(['^', '~']);
        assert!(held(start), "{start} is its own range's start");
        let first_out = ends.iter().filter(|end| within(&format!(">{start}"), end)).find(|end| !held(&format!("{end}-0"))).unwrap();
        format!("{first_out}-0")
    }
}
