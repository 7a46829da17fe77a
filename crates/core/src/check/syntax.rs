//! The small languages inside texts (keys, times, dates, version ranges, networks, patterns): what is wrong with one, in words.

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::limits;
use crate::operators;
use crate::pattern;
use crate::time::{Date, Timestamp};

/// A message and a hint.
pub(crate) type Fault = (String, String);

fn fault<T>(message: impl Into<String>, hint: impl Into<String>) -> Result<T, Fault> {
    Err((message.into(), hint.into()))
}

/// `[A-Za-z0-9][A-Za-z0-9._-]{0,127}`.
pub(crate) fn key(text: &str) -> Result<(), Fault> {
    let rule = "keys are 1 to 128 of the characters A-Z, a-z, 0-9, `.`, `_` and `-`, and start with a letter or a digit";
    let Some(first) = text.chars().next() else { return fault("a key cannot be empty", rule) };
    if text.len() > limits::KEY && text.is_ascii() {
        return fault(format!("the key `{}` has {} characters", start(text), text.len()), rule);
    }
    if let Some(bad) = text.chars().find(|c| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'))) {
        let what = if bad == ' ' { "a space".to_owned() } else { format!("`{}`", bad.escape_debug()) };
        let hint = similar(text).map_or_else(|| rule.to_owned(), |key| format!("write `{key}`; {rule}"));
        return fault(format!("the key `{}` has {what} in it", start(text)), hint);
    }
    if !first.is_ascii_alphanumeric() {
        return fault(format!("the key `{}` starts with `{first}`", start(text)), rule);
    }
    Ok(())
}

/// The text with a `-` for what a key cannot have, if that is a key.
fn similar(text: &str) -> Option<String> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    let parts: Vec<&str> = text.split(|c| !is_part(c)).filter(|part| !part.is_empty()).collect();
    let found = parts.join("-");
    // Letters that are only missing would make another word.
    (text.chars().all(|c| is_part(c) || matches!(c, ' ' | '/' | ':')) && key(&found).is_ok()).then_some(found)
}

/// At most 40 characters of a text, for messages.
pub(crate) fn start(text: &str) -> String {
    match text.char_indices().nth(40) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// What is wrong with a text that [`Timestamp::parse`] refused.
pub(crate) fn time(text: &str) -> Fault {
    let hint = "write date, `T`, time and offset, as in 2026-12-01T09:00:00Z or 2026-12-01T09:00:00+01:00".to_owned();
    let shown = start(text);
    let message = if Date::parse(text).is_some() {
        return (format!("`{shown}` is a date without a time"), format!("write the instant that it starts: {text}T00:00:00Z"));
    } else if Timestamp::parse(&format!("{text}Z")).is_some() {
        return (
            format!("`{shown}` does not say which time zone it is in"),
            format!("add Z for UTC ({text}Z), or an offset such as +01:00"),
        );
    } else if Timestamp::parse(&text.replacen(' ', "T", 1)).is_some() {
        format!("`{shown}` has a space where a `T` belongs")
    } else if text.get(17..19) == Some("60") {
        format!("`{shown}` has a second 60, which not every clock knows")
    } else if let Some(day) = text.get(..10).filter(|date| shaped(date, "0000-00-00") && Date::parse(date).is_none()) {
        return (format!("`{shown}` names a day that the calendar does not have"), last_day(day));
    } else {
        format!("`{shown}` is not an RFC 3339 time")
    };
    (message, hint)
}

/// What is wrong with a text that [`Date::parse`] refused.
pub(crate) fn date(text: &str) -> Fault {
    let shown = start(text);
    let hint = "write year, month and day, as in 2026-12-20".to_owned();
    if Timestamp::parse(text).is_some() {
        return (format!("`{shown}` is a time where a date is expected"), format!("write {}", text.get(..10).unwrap_or("2026-12-20")));
    }
    if shaped(text, "0000-00-00") {
        return (format!("`{shown}` is a day that the calendar does not have"), last_day(text));
    }
    (format!("`{shown}` is not a date"), hint)
}

/// What to write instead of a day that no calendar has.
fn last_day(day: &str) -> String {
    let month = day.get(..7).unwrap_or_default();
    let last = (1..=31).rev().map(|day| format!("{month}-{day:02}")).find(|day| Date::parse(day).is_some());
    last.map_or_else(|| "months are 01 to 12".to_owned(), |last| format!("the last day of that month is {last}"))
}

/// Whether `text` has a digit wherever `shape` has a 0, and is equal elsewhere.
fn shaped(text: &str, shape: &str) -> bool {
    text.len() == shape.len()
        && text.bytes().zip(shape.bytes()).all(|(byte, like)| if like == b'0' { byte.is_ascii_digit() } else { byte == like })
}

/// A range of versions: comparators, joined by spaces and commas.
pub(crate) fn version_range(range: &str) -> Result<(), Fault> {
    if operators::version::parse_range(range).is_some() {
        return Ok(());
    }
    let hint = "a range is comparators such as >=1.2.0, <2, ^1.4 or ~2.1.3, with spaces or commas between them";
    if range.is_empty() {
        return fault("the version range is empty", hint);
    }
    if range.contains("||") {
        return fault("a version range cannot hold `||`", "write two conditions in {\"any\": […]}");
    }
    let mut rest = range;
    while !rest.is_empty() {
        let operator = ["!=", ">=", "<=", "=", ">", "<", "^", "~"].into_iter().find(|operator| rest.starts_with(operator)).unwrap_or("");
        let after = rest.strip_prefix(operator).unwrap_or(rest).trim_start_matches(' ');
        let end = after.find([' ', ',', '=', '!', '>', '<', '^', '~']).unwrap_or(after.len());
        let (version, following) = after.split_at_checked(end).unwrap_or((after, ""));
        if version.is_empty() {
            return match operator {
                "" => fault(format!("the version range `{}` has nothing before `{}`", start(range), start(after)), hint),
                operator => fault(format!("the version range `{}` has no version after `{operator}`", start(range)), hint),
            };
        }
        if let Err(why) = self::version(version) {
            return fault(format!("`{}` in the version range is no version: {why}", start(version)), hint);
        }
        rest = following.trim_start_matches([' ', ',']);
    }
    fault(format!("the version range `{}` cannot be read", start(range)), hint)
}

/// `v?MAJOR[.MINOR[.PATCH[-pre][+build]]]`.
fn version(text: &str) -> Result<(), String> {
    let text = text.strip_prefix('v').unwrap_or(text);
    let (text, build) = text.split_once('+').map_or((text, None), |(text, build)| (text, Some(build)));
    let (core, pre) = text.split_once('-').map_or((text, None), |(core, pre)| (core, Some(pre)));
    let mut given = 0;
    for part in core.split('.') {
        given += 1;
        if matches!(part, "x" | "X" | "*") {
            return Err(format!("leave `.{part}` out to mean all that begin so"));
        }
        if part.is_empty() || !part.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(format!("`{}` is not a number", start(part)));
        }
        if part.len() > 1 && part.starts_with('0') {
            return Err(format!("`{}` has a leading zero", start(part)));
        }
        if part.parse::<u64>().is_err() {
            return Err(format!("`{}` is too large", start(part)));
        }
    }
    if given > 3 {
        return Err(format!("it has {given} numbers, and at most three are allowed"));
    }
    if given < 3 && (pre.is_some() || build.is_some()) {
        return Err("a pre-release or build needs all three numbers before it".to_owned());
    }
    let is_identifier = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    for part in pre.iter().chain(build.iter()).flat_map(|parts| parts.split('.')) {
        if !is_identifier(part) {
            return Err(format!("`{}` is no identifier of letters, digits and `-`", start(part)));
        }
    }
    let leading_zero = |part: &&str| part.len() > 1 && part.starts_with('0') && part.bytes().all(|byte| byte.is_ascii_digit());
    match pre.and_then(|pre| pre.split('.').find(leading_zero)) {
        Some(part) => Err(format!("`{}` has a leading zero", start(part))),
        None => Ok(()),
    }
}

/// An address, or a network as address and prefix length.
pub(crate) fn network(text: &str) -> Result<(), Fault> {
    if operators::network::Network::parse(text).is_some() {
        return Ok(());
    }
    let hint = "write a network such as 10.0.0.0/8 or 2001:db8::/32, or a single address";
    let shown = start(text);
    let (address, prefix) = text.split_once('/').map_or((text, None), |(address, prefix)| (address, Some(prefix)));
    let longest: u32 = if address.parse::<Ipv4Addr>().is_ok() {
        32
    } else if address.parse::<Ipv6Addr>().is_ok() {
        128
    } else if shaped_like_v4(address) {
        return fault(format!("`{shown}` has no valid IPv4 address: it needs four numbers from 0 to 255, without leading zeros"), hint);
    } else {
        let parts: Vec<&str> = address.split('.').collect();
        if let [a, b, c, "*"] = parts.as_slice() {
            return fault(format!("`{shown}` has a `*`, which networks do not know"), format!("write {a}.{b}.{c}.0/24"));
        }
        if address.split_once('-').is_some_and(|(first, _)| first.trim().parse::<Ipv4Addr>().is_ok()) {
            return fault(
                format!("`{shown}` is a range, which networks do not know"),
                "write the networks and the single addresses that it is made of",
            );
        }
        return fault(format!("`{shown}` is no IPv4 or IPv6 address or network"), hint);
    };
    let prefix = prefix.unwrap_or_default();
    fault(format!("`{shown}` has the prefix length `{}`: it must be a number from 0 to {longest}", start(prefix)), hint)
}

fn shaped_like_v4(text: &str) -> bool {
    text.contains('.') && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}

/// A pattern in regex-lite's syntax.
pub(crate) fn matches(text: &str) -> Result<(), Fault> {
    if text.len() > limits::PATTERN_BYTES {
        return fault(
            format!("the pattern has {} bytes, and at most {} are allowed", text.len(), limits::PATTERN_BYTES),
            "use `contains`, `startsWith`, `endsWith` or `is` with a list, or split it into several conditions in {\"any\": […]}",
        );
    }
    match pattern::parse(text) {
        Ok(_) => Ok(()),
        Err(error) => fault(format!("the pattern `{}` cannot be read: {}", start(text), error.message), error.hint),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(found: Result<(), Fault>) -> String {
        found.err().map(|(message, _)| message).unwrap_or_default()
    }

    #[test]
    fn who_writes_a_day_that_is_not_is_told_which_are() {
        let hints = ["2026-11-31", "2026-02-30", "2028-02-30", "2026-13-01"].map(|day| date(day).1);
        let last = |day: &str| format!("the last day of that month is {day}");
        assert_eq!(hints, [last("2026-11-30"), last("2026-02-28"), last("2028-02-29"), "months are 01 to 12".to_owned()]);
        assert_eq!(time("2026-04-31T09:00:00Z").1, last("2026-04-30"));
    }

    #[test]
    fn ranges_that_the_specification_names_are_fine() {
        for range in ["1", "v1.2", "^1.2.3", "~ 1.2.3", ">=1.2 <2", ">1.2.3-alpha, <=2.0.0", "!=1.2.3+build.5", ">=1.2<2", "=2.0.0-beta.1,"]
        {
            assert_eq!(version_range(range), Ok(()), "{range}");
        }
    }

    #[test]
    fn bad_ranges_say_what_is_wrong() {
        for (range, part) in [
            ("", "is empty"),
            (">=", "no version after `>=`"),
            (", 1.2", "nothing before"),
            ("1.2.3.4", "4 numbers"),
            ("01.2", "leading zero"),
            ("1.x", "leave `.x` out"),
            ("1.2-beta", "all three numbers"),
            ("1.2.3-01", "leading zero"),
            ("1.2.3-", "no identifier"),
            ("18446744073709551616", "too large"),
            ("^1 || ^2", "`||`"),
            ("latest", "not a number"),
        ] {
            assert!(message(version_range(range)).contains(part), "{range}: {}", message(version_range(range)));
        }
    }

    #[test]
    fn networks() {
        for good in ["10.0.0.0/8", "10.9.9.9/8", "0.0.0.0/0", "::/0", "::ffff:10.0.0.0/104", "192.168.1.7", "2001:DB8::1"] {
            assert_eq!(network(good), Ok(()), "{good}");
        }
        for (bad, part) in [
            ("10.0.0/8", "four numbers"),
            ("010.0.0.1", "leading zeros"),
            ("10.0.0.0/33", "0 to 32"),
            ("10.0.0.0/", "prefix length"),
            ("10.0.0.0/08", "prefix length"),
            ("::/129", "0 to 128"),
            ("acme", "no IPv4 or IPv6 address"),
            ("", "no IPv4 or IPv6 address"),
            ("fe80::1%eth0", "no IPv4 or IPv6 address"),
        ] {
            assert!(message(network(bad)).contains(part), "{bad}: {}", message(network(bad)));
        }
    }

    #[test]
    fn times_and_dates() {
        for (bad, part) in [
            ("2026-12-01", "without a time"),
            ("2026-12-01T09:00:00", "time zone"),
            ("2026-12-01 09:00:00Z", "space"),
            ("2026-02-30T09:00:00Z", "calendar"),
            ("2026-12-01T09:00:60Z", "second 60"),
            ("tomorrow", "not an RFC 3339 time"),
            ("é", "not an RFC 3339 time"),
        ] {
            assert!(time(bad).0.contains(part), "{bad}: {}", time(bad).0);
        }
        for (bad, part) in [("2026-12-01T09:00:00Z", "a time where a date"), ("2026-02-30", "calendar"), ("20 Dec", "not a date")] {
            assert!(date(bad).0.contains(part), "{bad}: {}", date(bad).0);
        }
    }

    #[test]
    fn keys() {
        for good in ["a", "new-checkout", "2fa", "A.b_c-d", &"k".repeat(128)] {
            assert_eq!(key(good), Ok(()), "{good}");
        }
        for (bad, part) in
            [("", "empty"), ("-a", "starts with `-`"), ("a b", "a space"), ("é", "`é`"), ("a/b", "`/`"), (&"k".repeat(129), "129")]
        {
            assert!(message(key(bad)).contains(part), "{bad}: {}", message(key(bad)));
        }
    }
}
