//! Words for people: how long ago, by which way, and other people's texts made safe to show.

use halyard_core::{Json, Timestamp};

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// "3 hours ago", in the largest unit that says something.
pub(crate) fn ago(then: Timestamp, now: Timestamp) -> String {
    let past = now.0.saturating_sub(then.0);
    let (number, unit) = match past {
        i64::MIN..0 => return "in the future, by this computer's clock".to_owned(),
        0..MINUTE => return "just now".to_owned(),
        MINUTE..HOUR => (past / MINUTE, "minute"),
        HOUR..DAY => (past / HOUR, "hour"),
        _ if past < 14 * DAY => (past / DAY, "day"),
        _ if past < 60 * DAY => (past / (7 * DAY), "week"),
        _ if past < 730 * DAY => (past / (30 * DAY), "month"),
        _ => (past / (365 * DAY), "year"),
    };
    format!("{number} {unit}{} ago", if number == 1 { "" } else { "s" })
}

/// "2026-11-21 09:30 UTC".
pub(crate) fn minute(at: Timestamp) -> String {
    let text = Timestamp(at.0.div_euclid(MINUTE) * MINUTE).to_string();
    let (date, time) = text.split_once('T').unwrap_or((&text, ""));
    format!("{date} {} UTC", time.get(..5).unwrap_or_default())
}

/// How somebody published.
pub(crate) fn via(via: &str) -> String {
    match via {
        "app" => "in the app".to_owned(),
        "cli" => "from the command line".to_owned(),
        "token" => "with a token".to_owned(),
        "init" => "when the project was made".to_owned(),
        other => format!("by {}", printable(other)),
    }
}

/// A text without control characters, line ends apart: what somebody wrote must not steer somebody else's terminal.
pub(crate) fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() && c != '\n' { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

/// The sentence that the API tells a change with.
pub(crate) fn sentence(change: &Json) -> String {
    printable(change.get("sentence").and_then(Json::as_str).unwrap_or("a change that this `halyard` is too old to tell"))
}

/// A line for each, with a dash before it; beyond the first few it is only said how many more.
pub(crate) fn listed(lines: impl ExactSizeIterator<Item = String>, most: usize) -> String {
    let more = lines.len().saturating_sub(most);
    let mut text: String = lines.take(most).map(|line| format!("  - {line}\n")).collect();
    if more > 0 {
        text.push_str(&format!("  … and {more} more\n"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_said_in_its_largest_unit() {
        let now = Timestamp::parse("2026-11-22T12:00:00Z").unwrap();
        for (past, said) in [
            (59_000, "just now"),
            (MINUTE, "1 minute ago"),
            (2 * HOUR + 59 * MINUTE, "2 hours ago"),
            (13 * DAY, "13 days ago"),
            (21 * DAY, "3 weeks ago"),
            (100 * DAY, "3 months ago"),
            (800 * DAY, "2 years ago"),
            (-1, "in the future, by this computer's clock"),
        ] {
            assert_eq!(ago(Timestamp(now.0 - past), now), said);
        }
        assert_eq!(minute(now), "2026-11-22 12:00 UTC");
    }

    #[test]
    fn nobody_steers_another_ones_terminal() {
        assert_eq!(printable("a\u{1b}[2Jb\rc\nd"), "a\u{fffd}[2Jb\u{fffd}c\nd");
    }
}
