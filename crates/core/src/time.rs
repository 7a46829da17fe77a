//! Instants and dates as documents and contexts write them. No clock: "now" is always an argument.

use core::fmt;

#[cfg(feature = "document")]
mod written;

#[cfg(feature = "document")]
pub use written::Time;

/// An instant: milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
///
/// ```
/// use halyard_core::Timestamp;
/// assert_eq!(Timestamp(1_500).to_string(), "1970-01-01T00:00:01.500Z");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "document", derive(serde::Serialize, serde::Deserialize), serde(transparent))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// Reads RFC 3339 text: `T` and `Z` in either case, offsets to ±23:59, years 0001–9999, no second 60; digits below a
    /// millisecond are cut off.
    ///
    /// ```
    /// use halyard_core::Timestamp;
    /// assert_eq!(Timestamp::parse("2026-12-01T09:00:00+01:00"), Timestamp::parse("2026-12-01t08:00:00.0009z"));
    /// assert_eq!(Timestamp::parse("2026-02-29T00:00:00Z"), None);
    /// ```
    pub fn parse(text: &str) -> Option<Timestamp> {
        Timestamp::read(text.as_bytes())
    }

    /// The same of text as bytes.
    pub(crate) fn read(text: &[u8]) -> Option<Timestamp> {
        let (date, rest) = text.split_at_checked(10)?;
        let days = days_since_1970(read_date(date)?);
        let ([b'T' | b't', h1, h2, b':', m1, m2, b':', s1, s2], rest) = rest.split_first_chunk()? else { return None };
        let (hour, minute, second) = (number(&[*h1, *h2])?, number(&[*m1, *m2])?, number(&[*s1, *s2])?);
        if hour > 23 || minute > 59 || second > 59 {
            return None;
        }
        let (millis, rest) = match rest.split_first() {
            Some((b'.', rest)) => {
                let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
                let (fraction, rest) = rest.split_at_checked(digits).filter(|_| digits > 0)?;
                (fraction.iter().chain(b"000").take(3).fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0')), rest)
            }
            _ => (0, rest),
        };
        let offset = match rest {
            b"Z" | b"z" => 0,
            [sign @ (b'+' | b'-'), h1, h2, b':', m1, m2] => {
                let (hours, minutes) = (number(&[*h1, *h2])?, number(&[*m1, *m2])?);
                if hours > 23 || minutes > 59 {
                    return None;
                }
                (hours * 60 + minutes) * if *sign == b'-' { -1 } else { 1 }
            }
            _ => return None,
        };
        Some(Timestamp((((days * 24 + hour) * 60 + minute - offset) * 60 + second) * 1000 + millis))
    }

    /// The UTC date of this instant.
    ///
    /// ```
    /// use halyard_core::Timestamp;
    /// let evening = Timestamp::parse("2026-12-01T23:30:00-01:00").unwrap();
    /// assert_eq!(evening.date().to_string(), "2026-12-02", "the day in UTC");
    /// ```
    pub fn date(self) -> Date {
        Date::from_days(self.0.div_euclid(86_400_000))
    }
}

impl fmt::Display for Timestamp {
    /// RFC 3339 in UTC, with milliseconds only where there are any.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let in_day = self.0.rem_euclid(86_400_000);
        let (seconds, millis) = (in_day / 1000, in_day % 1000);
        write!(f, "{}T{:02}:{:02}:{:02}", self.date(), seconds / 3600, seconds / 60 % 60, seconds % 60)?;
        if millis != 0 {
            write!(f, ".{millis:03}")?;
        }
        f.write_str("Z")
    }
}

/// A calendar date, written `2026-12-20`.
///
/// ```
/// use halyard_core::Date;
/// assert!(Date::parse("2026-12-20").unwrap() < Date::parse("2027-01-31").unwrap());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: i64,
    month: i64,
    day: i64,
}

impl Date {
    /// Reads `YYYY-MM-DD`, years 0001–9999.
    ///
    /// ```
    /// use halyard_core::Date;
    /// assert_eq!(Date::parse("2028-02-29").unwrap().to_string(), "2028-02-29");
    /// assert_eq!(Date::parse("2026-02-29"), None);
    /// ```
    pub fn parse(text: &str) -> Option<Date> {
        read_date(text.as_bytes())
    }

    /// The first instant of the day, in UTC.
    ///
    /// ```
    /// use halyard_core::Date;
    /// assert_eq!(Date::parse("2026-12-20").unwrap().start().to_string(), "2026-12-20T00:00:00Z");
    /// ```
    pub fn start(self) -> Timestamp {
        Timestamp(days_since_1970(self) * 86_400_000)
    }

    fn from_days(days: i64) -> Date {
        // Civil calendar from days (H. Hinnant, "chrono-compatible low-level date algorithms").
        let z = days + 719_468;
        let era = z.div_euclid(146_097);
        let day_of_era = z.rem_euclid(146_097);
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * shifted + 2) / 5 + 1;
        let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
        Date { year: year_of_era + era * 400 + i64::from(month <= 2), month, day }
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

fn read_date(text: &[u8]) -> Option<Date> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = text else { return None };
    let date = Date { year: number(&[*y1, *y2, *y3, *y4])?, month: number(&[*m1, *m2])?, day: number(&[*d1, *d2])? };
    let leap = date.year % 4 == 0 && (date.year % 100 != 0 || date.year % 400 == 0);
    let days = match date.month {
        4 | 6 | 9 | 11 => 30,
        2 => 28 + i64::from(leap),
        1..=12 => 31,
        _ => return None,
    };
    (date.year >= 1 && (1..=days).contains(&date.day)).then_some(date)
}

fn number(digits: &[u8]) -> Option<i64> {
    digits.iter().try_fold(0, |sum, digit| digit.is_ascii_digit().then(|| sum * 10 + i64::from(digit - b'0')))
}

/// Days from the civil calendar (same source as `Date::from_days`).
fn days_since_1970(Date { year, month, day }: Date) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_of_four_centuries_reads_back() {
        for days in -150_000..150_000 {
            let date = Date::from_days(days);
            assert_eq!(days_since_1970(date), days);
            assert_eq!(Date::parse(&date.to_string()), Some(date));
        }
    }

    #[test]
    fn known_instants() {
        assert_eq!(Timestamp::parse("1970-01-01T00:00:00Z"), Some(Timestamp(0)));
        assert_eq!(Timestamp::parse("2026-12-01T09:00:00.5+02:00"), Some(Timestamp(1_796_108_400_500)));
        assert_eq!(Timestamp(1_796_108_400_500).to_string(), "2026-12-01T07:00:00.500Z");
        assert_eq!(Timestamp(-1).to_string(), "1969-12-31T23:59:59.999Z");
    }

    #[test]
    fn what_is_no_rfc_3339_is_refused() {
        for bad in [
            "",
            "2026-12-01",
            "2026-12-01 09:00:00Z",
            "2026-12-01T09:00:60Z",
            "2026-12-01T24:00:00Z",
            "2026-12-01T09:00Z",
            "2026-12-01T09:00:00",
            "2026-12-01T09:00:00.Z",
            "2026-12-01T09:00:00+24:00",
            "2026-12-01T09:00:00+0100",
            "0000-01-01T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-04-31T00:00:00Z",
            "+2026-12-01T00:00:00Z",
            "２026-12-01T00:00:00Z",
            "2026-12-01T09:00:00Z ",
        ] {
            assert_eq!(Timestamp::parse(bad), None, "{bad}");
        }
    }
}
