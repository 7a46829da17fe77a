//! Times: RFC 3339 to milliseconds since 1970.

/// Reads an RFC 3339 time as milliseconds since 1970-01-01T00:00:00Z; digits below a millisecond are cut off.
///
/// `T` and `Z` in either case, offsets to ±23:59, years 0001–9999 as written, no second 60.
///
/// ```
/// use halyard_reference::parse_time;
/// assert_eq!(parse_time("1970-01-01t01:00:00.0019+01:00"), Some(1));
/// assert_eq!(parse_time("1970-01-01 00:00:00Z"), None);
/// ```
pub fn parse_time(text: &str) -> Option<i64> {
    // 2026-12-01T09:00:00 is 19 characters; a fraction and the offset follow.
    let (date_time, rest) = (text.get(..19)?, text.get(19..)?);
    let shape: String = date_time.chars().map(|c| if c.is_ascii_digit() { '0' } else { c.to_ascii_uppercase() }).collect();
    if shape != "0000-00-00T00:00:00" {
        return None;
    }
    let number = |from: usize, to: usize| date_time.get(from..to).and_then(|digits| digits.parse::<i64>().ok());
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
    if year < 1 || !(1..=12).contains(&month) || !(1..=days_in(year, month)).contains(&day) {
        return None;
    }
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let (millis, offset) = match rest.strip_prefix('.') {
        Some(rest) => {
            let end = rest.find(|c: char| !c.is_ascii_digit())?;
            let (digits, offset) = rest.split_at(end);
            if digits.is_empty() {
                return None;
            }
            let three: String = digits.chars().chain("00".chars()).take(3).collect();
            (three.parse::<i64>().ok()?, offset)
        }
        None => (0, rest),
    };
    let seconds = (days_before(year, month, day) * 24 + hour) * 3600 + minute * 60 + second - offset_seconds(offset)?;
    Some(seconds * 1000 + millis)
}

fn offset_seconds(text: &str) -> Option<i64> {
    if text.eq_ignore_ascii_case("z") {
        return Some(0);
    }
    let shape: String = text.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    let sign = match shape.as_str() {
        "+00:00" => 1,
        "-00:00" => -1,
        _ => return None,
    };
    let (hour, minute) = (text.get(1..3)?.parse::<i64>().ok()?, text.get(4..6)?.parse::<i64>().ok()?);
    if hour > 23 || minute > 59 { None } else { Some(sign * (hour * 3600 + minute * 60)) }
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970-01-01 to a date, counting whole years and then whole months.
fn days_before(year: i64, month: i64, day: i64) -> i64 {
    // Whole years since year 1, with a leap day for every fourth but three of four centuries.
    let years = |year: i64| (year - 1) * 365 + (year - 1) / 4 - (year - 1) / 100 + (year - 1) / 400;
    let months: i64 = (1..month).map(|month| days_in(year, month)).sum();
    years(year) - years(1970) + months + day - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc_3339_times_become_milliseconds() {
        for (text, expected) in [
            ("1970-01-01T00:00:00Z", 0),
            ("1969-12-31T23:59:59.9999Z", -1),
            ("2026-12-01T09:00:00Z", 1_796_115_600_000),
            ("2026-12-01T09:00:00.5+23:59", 1_796_029_260_500),
            ("2026-12-01T09:00:00-00:00", 1_796_115_600_000),
            ("2000-02-29t00:00:00z", 951_782_400_000),
            ("0001-01-01T00:00:00Z", -62_135_596_800_000),
            ("0001-01-01T00:00:00+23:59", -62_135_683_140_000),
            ("9999-12-31T23:59:59.999Z", 253_402_300_799_999),
        ] {
            assert_eq!(parse_time(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn other_texts_are_no_times() {
        for text in [
            "",
            "2026-12-01",
            "2026-12-01T09:00Z",
            "2026-12-01T09:00:00",
            "2026-12-01 09:00:00Z",
            "2026-12-01T09:00:60Z",
            "2026-12-01T24:00:00Z",
            "2026-12-01T09:60:00Z",
            "2026-02-29T00:00:00Z",
            "1900-02-29T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-00-01T00:00:00Z",
            "2026-12-00T00:00:00Z",
            "0000-01-01T00:00:00Z",
            "2026-12-01T09:00:00.Z",
            "2026-12-01T09:00:00,5Z",
            "2026-12-01T09:00:00+24:00",
            "2026-12-01T09:00:00+01:60",
            "2026-12-01T09:00:00+0100",
            "2026-12-01T09:00:00+01",
            "2026-12-01T09:00:00Z ",
            " 2026-12-01T09:00:00Z",
            "+2026-12-01T09:00:00Z",
            "12026-12-01T09:00:00Z",
            "2026-12-01T09:00:00.5",
            "２026-12-01T09:00:00Z",
            "2026-12-01T09:00:00−01:00",
        ] {
            assert_eq!(parse_time(text), None, "{text}");
        }
    }
}
