//! What the history is narrowed to. It is in the address, so that a view of the history can be sent to somebody.

use halyard_core::Timestamp;
use halyard_edge::http::percent_decode;

/// A filter. An empty text narrows nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Filter {
    /// Who published: exactly as the record has it.
    pub(crate) by: String,
    /// A flag: its own changes, and those of releases that move it.
    pub(crate) flag: String,
    /// A release.
    pub(crate) release: String,
    /// A kind of change, or a pattern: `release.*`.
    pub(crate) kind: String,
    /// The first instant, RFC 3339.
    pub(crate) since: String,
    /// The first instant that no longer counts, RFC 3339.
    pub(crate) until: String,
}

impl Filter {
    /// The filter of an address's query: what is unknown in it, or no time where one must be, narrows nothing.
    pub(crate) fn read(query: &str) -> Filter {
        let mut filter = Filter::default();
        for (name, value) in query.trim_start_matches('?').split('&').filter_map(|pair| pair.split_once('=')) {
            let Some(value) = percent_decode(&value.replace('+', " ")) else { continue };
            let is_time = Timestamp::parse(&value).is_some();
            match name {
                "by" => filter.by = value,
                "flag" => filter.flag = value,
                "release" => filter.release = value,
                "kind" => filter.kind = value,
                "since" if is_time => filter.since = value,
                "until" if is_time => filter.until = value,
                _ => {}
            }
        }
        filter
    }

    /// The query's parts, `&by=…&flag=…`, as an address and the API take them; empty where nothing is narrowed.
    pub(crate) fn query(&self) -> String {
        let parts = [
            ("by", &self.by),
            ("flag", &self.flag),
            ("release", &self.release),
            ("kind", &self.kind),
            ("since", &self.since),
            ("until", &self.until),
        ];
        parts.iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| format!("&{name}={}", encode(value))).collect()
    }

    /// The address of this view of the history at `path`.
    pub(crate) fn address(&self, path: &str) -> String {
        let query = self.query();
        if query.is_empty() { path.to_owned() } else { format!("{path}?{}", query.trim_start_matches('&')) }
    }

    /// Whether it narrows nothing.
    pub(crate) fn is_empty(&self) -> bool {
        *self == Filter::default()
    }
}

/// Percent-encoded, all but what never needs it.
fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b'*' | b'@' | b':' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_is_what_its_own_address_says() {
        let filter = Filter {
            by: "ann+flags&co@acme.example".to_owned(),
            flag: "new-cart".to_owned(),
            release: "été".to_owned(),
            kind: "release.*".to_owned(),
            since: "2026-11-01T00:00:00+01:00".to_owned(),
            until: "2026-11-22T00:00:00Z".to_owned(),
        };
        let address = filter.address("/environments/production/history");
        let (_, query) = address.split_once('?').unwrap();
        assert_eq!(Filter::read(query), filter);
        assert_eq!(query.split('&').count(), 6, "{query}");
    }

    #[test]
    fn what_narrows_nothing_leaves_no_trace_in_the_address() {
        assert_eq!(Filter::default().address("/project/history"), "/project/history");
        assert!(Filter::read("?").is_empty());
        assert!(Filter::read("?by=&since=yesterday&colour=red&flag=%C3").is_empty());
    }
}
