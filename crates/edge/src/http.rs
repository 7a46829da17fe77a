//! Requests and responses as data: no socket, no framework.

use std::borrow::Cow;

use halyard_core::Json;
use serde::Serialize;

/// The headers of a request that the node reads. A host need not hand over any other: each costs.
///
/// ```
/// use halyard_edge::http::HEADERS;
/// assert!(HEADERS.contains(&"authorization") && !HEADERS.contains(&"user-agent"));
/// ```
pub const HEADERS: [&str; 3] = ["authorization", "if-none-match", "x-api-key"];

/// Those that it reads beside them below `/api`, and nowhere else.
///
/// ```
/// use halyard_edge::http::{API_HEADERS, HEADERS};
/// assert!(API_HEADERS.contains(&"cookie") && !API_HEADERS.iter().any(|name| HEADERS.contains(name)));
/// ```
pub const API_HEADERS: [&str; 4] = ["cookie", "if-match", "origin", "x-halyard"];

/// An HTTP request.
///
/// ```
/// use halyard_edge::Request;
/// let request = Request::new("GET", "https://flags.example/api/environments/a%20b/diff?from=1&to=2+3").with_header("Origin", "null");
/// assert_eq!(request.path(), "/api/environments/a%20b/diff");
/// assert_eq!(request.query("to"), Some("2 3".to_owned()));
/// assert_eq!(request.header("origin"), Some("null"));
/// assert_eq!(request.origin(), "https://flags.example");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// The method, in capitals.
    pub method: String,
    /// The whole URL, scheme and host included.
    pub url: String,
    /// Header lines; names in any case.
    pub headers: Vec<(String, String)>,
    /// The body; empty where there is none.
    pub body: Vec<u8>,
}

impl Request {
    /// A request without headers or body.
    ///
    /// ```
    /// use halyard_edge::Request;
    /// let request = Request::new("GET", "https://flags.example/health");
    /// assert_eq!((request.method.as_str(), request.headers.len(), request.body.len()), ("GET", 0, 0));
    /// ```
    pub fn new(method: &str, url: impl Into<String>) -> Request {
        Request { method: method.to_owned(), url: url.into(), headers: Vec::new(), body: Vec::new() }
    }

    /// The same with one more header line.
    ///
    /// ```
    /// use halyard_edge::Request;
    /// let request = Request::new("GET", "/").with_header("Cookie", "a=1").with_header("Cookie", "b=2");
    /// assert_eq!(request.headers.len(), 2, "nothing is replaced");
    /// ```
    #[must_use]
    pub fn with_header(mut self, name: &str, value: impl Into<String>) -> Request {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// The same with a body.
    ///
    /// ```
    /// use halyard_edge::Request;
    /// assert_eq!(Request::new("POST", "/").with_body("{}").body, b"{}");
    /// ```
    #[must_use]
    pub fn with_body(mut self, body: impl Into<Vec<u8>>) -> Request {
        self.body = body.into();
        self
    }

    /// The first header line of this name, without blanks around its value.
    ///
    /// ```
    /// use halyard_edge::Request;
    /// let request = Request::new("GET", "/").with_header("If-None-Match", " \"a\" ");
    /// assert_eq!((request.header("if-none-match"), request.header("x-api-key")), (Some("\"a\""), None));
    /// ```
    ///
    /// Of those in [`HEADERS`], and below `/api` in [`API_HEADERS`]: hosts leave out the others.
    pub fn header(&self, name: &str) -> Option<&str> {
        let is_handed_over = || HEADERS.contains(&name) || API_HEADERS.contains(&name) && self.path().starts_with("/api");
        debug_assert!(is_handed_over(), "hosts do not hand over `{name}` to {}", self.path());
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
    }

    /// Scheme and authority: `https://flags.example`.
    ///
    /// ```
    /// use halyard_edge::Request;
    /// assert_eq!(Request::new("GET", "https://flags.example:8443/a?b").origin(), "https://flags.example:8443");
    /// ```
    pub fn origin(&self) -> &str {
        self.url.get(..self.authority_end()).unwrap_or_default()
    }

    /// Whether the client came by https.
    ///
    /// ```
    /// use halyard_edge::Request;
    /// assert!(Request::new("GET", "https://flags.example").is_secure() && !Request::new("GET", "http://localhost").is_secure());
    /// ```
    pub fn is_secure(&self) -> bool {
        self.url.get(..8).is_some_and(|start| start.eq_ignore_ascii_case("https://"))
    }

    /// The path, as it was sent (percent-encoded), `/` at least.
    ///
    /// ```
    /// use halyard_edge::Request;
    /// assert_eq!(Request::new("GET", "https://flags.example/a%20b?c").path(), "/a%20b");
    /// assert_eq!(Request::new("GET", "https://flags.example").path(), "/");
    /// ```
    pub fn path(&self) -> &str {
        let rest = self.url.get(self.authority_end()..).unwrap_or_default();
        let end = rest.bytes().position(|byte| matches!(byte, b'?' | b'#')).unwrap_or(rest.len());
        let path = rest.get(..end).unwrap_or_default();
        if path.is_empty() { "/" } else { path }
    }

    /// The first query parameter of this name, decoded. One that cannot be decoded is as if it were not there.
    ///
    /// ```
    /// use halyard_edge::Request;
    /// let request = Request::new("GET", "/records?by=ann%40acme.example&by=bo&limit=%ff");
    /// assert_eq!(request.query("by"), Some("ann@acme.example".to_owned()));
    /// assert_eq!((request.query("limit"), request.query("before")), (None, None));
    /// ```
    pub fn query(&self, name: &str) -> Option<String> {
        let query = self.url.split('#').next()?.split_once('?')?.1;
        query.split('&').find_map(|pair| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            (percent_decode(&key.replace('+', " "))? == name).then(|| percent_decode(&value.replace('+', " ")))?
        })
    }

    /// A cookie's value.
    ///
    /// ```
    /// use halyard_edge::Request;
    /// let request = Request::new("GET", "/").with_header("Cookie", "theme=dark; halyard_session=x");
    /// assert_eq!((request.cookie("halyard_session"), request.cookie("session")), (Some("x"), None));
    /// ```
    pub fn cookie(&self, name: &str) -> Option<&str> {
        let lines = self.headers.iter().filter(|(key, _)| key.eq_ignore_ascii_case("cookie"));
        lines.flat_map(|(_, line)| line.split(';')).find_map(|pair| {
            let (key, value) = pair.trim().split_once('=')?;
            (key == name).then_some(value)
        })
    }

    /// The secret in `Authorization: Bearer …`.
    ///
    /// ```
    /// use halyard_edge::Request;
    /// assert_eq!(Request::new("GET", "/").with_header("Authorization", "bearer x").bearer(), Some("x"));
    /// assert_eq!(Request::new("GET", "/").with_header("Authorization", "Basic x").bearer(), None);
    /// ```
    pub fn bearer(&self) -> Option<&str> {
        let (scheme, secret) = self.header("authorization")?.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| secret.trim())
    }

    fn authority_end(&self) -> usize {
        let scheme = self.url.bytes().position(|byte| byte == b':').unwrap_or(0);
        match self.url.get(scheme..).and_then(|rest| rest.strip_prefix("://")) {
            None => 0,
            Some(rest) => scheme + 3 + rest.bytes().position(|byte| matches!(byte, b'/' | b'?' | b'#')).unwrap_or(rest.len()),
        }
    }
}

/// The pieces of a text between bytes of ASCII. (`str::split` brings a search along that pays in long texts; here they are short.)
pub(crate) fn pieces(text: &str, between: u8) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || piece(&mut rest, between))
}

/// The first piece of what is left of a text; `rest` is then what comes behind it.
pub(crate) fn piece<'t>(rest: &mut Option<&'t str>, between: u8) -> Option<&'t str> {
    let all = (*rest)?;
    let end = all.bytes().position(|byte| byte == between);
    *rest = end.and_then(|end| all.get(end + 1..));
    all.get(..end.unwrap_or(all.len()))
}

/// Undoes `%xx`.
///
/// ```
/// use halyard_edge::http::percent_decode;
/// assert_eq!(percent_decode("caf%C3%A9+"), Some("café+".to_owned()));
/// assert_eq!(percent_decode("%C3"), None); // not UTF-8
/// assert_eq!(percent_decode("%4"), None);
/// ```
pub fn percent_decode(text: &str) -> Option<String> {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        if byte == b'%' {
            let (high, low) = (hex_digit(bytes.next()?)?, hex_digit(bytes.next()?)?);
            out.push(high << 4 | low);
        } else {
            out.push(byte);
        }
    }
    String::from_utf8(out).ok()
}

fn hex_digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

/// Header lines of a response. (Most are the same for every request: those are not made anew.)
pub(crate) type Headers = Vec<(Cow<'static, str>, Cow<'static, str>)>;

/// An HTTP response.
///
/// ```
/// use halyard_edge::Response;
/// let response = Response::json(200, &vec![1, 2]).with_header("etag", "\"a\"");
/// assert_eq!((response.status, response.body.as_slice()), (200, &b"[1,2]"[..]));
/// assert_eq!(response.header("ETag"), Some("\"a\""));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Response {
    /// The status.
    pub status: u16,
    /// Header lines; names in small letters.
    pub headers: Headers,
    /// The body.
    pub body: Vec<u8>,
}

impl Response {
    /// A response without a body.
    ///
    /// ```
    /// use halyard_edge::Response;
    /// assert!(Response::empty(304).body.is_empty());
    /// ```
    pub fn empty(status: u16) -> Response {
        Response { status, headers: Vec::new(), body: Vec::new() }
    }

    /// A JSON body. Nothing of it is kept by caches: what the API says is for one person, now.
    ///
    /// ```
    /// use halyard_edge::Response;
    /// let response = Response::json(200, &[("b", 1), ("a", 2)].into_iter().collect::<std::collections::BTreeMap<_, _>>());
    /// assert_eq!(response.body, br#"{"a":2,"b":1}"#, "canonical");
    /// assert_eq!(response.header("content-type"), Some("application/json"));
    /// ```
    pub fn json(status: u16, body: &impl Serialize) -> Response {
        Response::bytes(status, "application/json", to_json(body))
    }

    /// A body of a type.
    ///
    /// ```
    /// use halyard_edge::Response;
    /// assert_eq!(Response::bytes(200, "text/csv", b"a,b".to_vec()).header("content-type"), Some("text/csv"));
    /// ```
    pub fn bytes(status: u16, content_type: &'static str, body: Vec<u8>) -> Response {
        Response { status, headers: Vec::with_capacity(HEADER_LINES), body }.with_header("content-type", content_type)
    }

    /// The same with a header line, in place of any of that name.
    ///
    /// ```
    /// use halyard_edge::Response;
    /// let response = Response::empty(200).with_header("etag", "\"a\"").with_header("etag", "\"b\"");
    /// assert_eq!((response.headers.len(), response.header("etag")), (1, Some("\"b\"")));
    /// ```
    #[must_use]
    pub fn with_header(mut self, name: &'static str, value: impl Into<Cow<'static, str>>) -> Response {
        self.headers.retain(|(key, _)| key != name);
        self.headers.push((name.into(), value.into()));
        self
    }

    /// The header line of this name.
    ///
    /// ```
    /// use halyard_edge::Response;
    /// assert_eq!(Response::empty(405).with_header("allow", "GET").header("Allow"), Some("GET"));
    /// ```
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| &**value)
    }
}

/// Room for the header lines of most responses.
const HEADER_LINES: usize = 8;

/// Canonical JSON text. The one way of writing it here: every other serializer would be one more in the wasm that is deployed.
pub(crate) fn to_json(value: &impl Serialize) -> Vec<u8> {
    Json::from_value(value).canonical().into_bytes()
}

/// The ETags of an `If-Match` or `If-None-Match` line, without quotes; a weak one counts as its strong one, because proxies that
/// compress weaken them.
///
/// ```
/// use halyard_edge::http::etags;
/// assert_eq!(etags(r#"W/"a", "b,c", d"#), ["a", "b,c", "d"]);
/// assert_eq!(etags("*"), ["*"]);
/// ```
pub fn etags(line: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = line;
    loop {
        rest = rest.trim_start_matches([' ', '\t', ',']);
        rest = rest.strip_prefix("W/").unwrap_or(rest);
        if rest.is_empty() {
            return found;
        }
        let (tag, behind) = match rest.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
            None => rest.split_once(',').unwrap_or((rest, "")),
        };
        found.push(tag.trim());
        rest = behind;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_taken_apart_whatever_they_are() {
        let cases = [
            ("https://a.example", "https://a.example", "/"),
            ("https://a.example?x=/y", "https://a.example", "/"),
            ("https://a.example/b/c?d#e", "https://a.example", "/b/c"),
            ("http://[::1]:8787/b#/c?d", "http://[::1]:8787", "/b"),
            ("/b?c", "", "/b"),
            ("", "", "/"),
            ("://", "://", "/"),
            ("é://ü/ö", "é://ü", "/ö"),
            ("/a:b/c?u=http://d", "", "/a:b/c"),
        ];
        for (url, origin, path) in cases {
            let request = Request::new("GET", url);
            assert_eq!((request.origin(), request.path()), (origin, path), "{url}");
        }
        assert!(Request::new("GET", "HTTPS://a").is_secure() && !Request::new("GET", "http://a").is_secure());
    }

    #[test]
    fn a_text_has_a_piece_more_than_there_are_bytes_between() {
        for text in ["", "/", "a", "/a//é/", "é𝄞"] {
            assert_eq!(pieces(text, b'/').collect::<Vec<_>>(), text.split('/').collect::<Vec<_>>(), "{text}");
        }
    }

    #[test]
    fn parameters_and_cookies_are_found_by_their_whole_names() {
        let request = Request::new("GET", "https://a/?ab=1&a=%C3%BC+b&c&d=&e=%ff&a=2#?f=3")
            .with_header("cookie", "ab=1; a = 2;a=3")
            .with_header("Cookie", "b=x=y");
        let query = |name: &str| request.query(name);
        assert_eq!(query("a"), Some("ü b".to_owned()));
        assert_eq!((query("c"), query("d")), (Some(String::new()), Some(String::new())));
        assert_eq!((query("e"), query("f"), query("")), (None, None, None));
        assert_eq!((request.cookie("a"), request.cookie("b"), request.cookie("c")), (Some("3"), Some("x=y"), None));
    }

    #[test]
    fn a_bearer_is_a_bearer_in_any_case() {
        let bearer = |line: &str| Request::new("GET", "/").with_header("authorization", line).bearer().map(str::to_owned);
        assert_eq!(bearer("bEARER  x "), Some("x".to_owned()));
        assert_eq!((bearer("Basic x"), bearer("Bearer"), bearer("")), (None, None, None));
    }

    #[test]
    fn etags_end_whatever_the_line_is() {
        let cases: [(&str, &[&str]); 7] =
            [("", &[]), ("\"", &[""]), ("\"a", &["a"]), (",,\"a\",,", &["a"]), ("W/\"\"", &[""]), ("a b, c", &["a b", "c"]), ("W/", &[])];
        for (line, found) in cases {
            assert_eq!(etags(line), found, "{line}");
        }
    }
}
