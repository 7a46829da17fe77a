//! Instants and dates as the texts of a document.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Date, Timestamp};

/// An instant as a document writes it: the text is kept (09:00 in Amsterdam stays 09:00 in Amsterdam), the instant is compared.
///
/// ```
/// use halyard_core::Time;
/// let time = Time::parse("2026-12-01T09:00:00+01:00").unwrap();
/// assert_eq!(time.to_string(), "2026-12-01T09:00:00+01:00");
/// assert_eq!(time.at().to_string(), "2026-12-01T08:00:00Z");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Time {
    text: String,
    at: Timestamp,
}

impl Time {
    /// Reads RFC 3339 text, as [`Timestamp::parse`] does.
    ///
    /// ```
    /// use halyard_core::Time;
    /// assert!(Time::parse("2026-12-01T09:00:00Z").is_some());
    /// assert!(Time::parse("2026-12-01 09:00").is_none(), "a time without its offset is no instant");
    /// ```
    pub fn parse(text: &str) -> Option<Time> {
        Some(Time { text: text.to_owned(), at: Timestamp::parse(text)? })
    }

    /// The instant.
    ///
    /// ```
    /// use halyard_core::{Time, Timestamp};
    /// assert_eq!(Time::parse("1970-01-01T00:00:01Z").unwrap().at(), Timestamp(1_000));
    /// ```
    pub fn at(&self) -> Timestamp {
        self.at
    }

    /// The text as it was written.
    ///
    /// ```
    /// use halyard_core::Time;
    /// assert_eq!(Time::parse("2026-12-01t09:00:00z").unwrap().as_str(), "2026-12-01t09:00:00z");
    /// ```
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl From<Timestamp> for Time {
    fn from(at: Timestamp) -> Time {
        Time { text: at.to_string(), at }
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Time, D::Error> {
        let text = String::deserialize(deserializer)?;
        Time::parse(&text).ok_or_else(|| serde::de::Error::custom(format!("`{text}` is not a time such as 2026-12-01T09:00:00Z")))
    }
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Date, D::Error> {
        let text = String::deserialize(deserializer)?;
        Date::parse(&text).ok_or_else(|| serde::de::Error::custom(format!("`{text}` is not a date such as 2026-12-01")))
    }
}
