//! Reading `s3://bucket/prefix?endpoint=…&region=…&style=…`. The URL names the whole place, so that it means the same one on every machine;
//! only the credentials come from elsewhere.

use halyard_edge::http::percent_decode;
use rusty_s3::{Bucket, UrlStyle};
use url::Url;

use crate::failure::Failure;

/// Where a bucket is, and the part of it that is the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Address {
    pub(super) bucket: Bucket,
    /// What every key begins with: empty, or a path with a slash at its end.
    pub(super) prefix: String,
}

/// Where no endpoint's region is said; every maker but Amazon takes this one, whatever theirs are called.
const REGION: &str = "us-east-1";

impl Address {
    /// Reads a URL that begins with `s3:`.
    ///
    /// # Errors
    /// The call is at fault; what it says never repeats a part of the URL that could hold a secret.
    pub(crate) fn parse(url: &str) -> Result<Address, Failure> {
        let rest = url.get("s3:".len()..).and_then(|rest| rest.strip_prefix("//"));
        let rest = rest.ok_or_else(|| Failure::call("a bucket's URL begins with `s3://`, as in `s3://bucket/prefix?region=eu-west-1`"))?;
        if rest.contains('#') {
            return Err(Failure::call("a bucket's URL has no `#`; write `%23` where the prefix has one"));
        }
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (name, prefix) = path.split_once('/').unwrap_or((path, ""));
        if path.contains('@') {
            return Err(Failure::call(
                "a bucket's URL holds no credentials: put them into AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, where no list of processes \
                 shows them",
            ));
        }
        if !is_bucket(name) {
            return Err(Failure::call(format!("`{name}` is no bucket's name: 3 to 63 letters, digits, `.`, `_` and `-`")));
        }
        let prefix = prefix_of(prefix)?;
        let Options { endpoint, region, style } = Options::parse(query)?;
        let endpoint = match (endpoint, &region) {
            (Some(endpoint), _) => endpoint,
            (None, Some(region)) => format!("https://s3.{region}.amazonaws.com"),
            (None, None) => {
                return Err(Failure::call(
                    "the URL does not say where the bucket is: add `?region=…` for Amazon S3, or `?endpoint=https://…` for another store",
                ));
            }
        };
        let bad_endpoint =
            || Failure::call("`endpoint=` is no address: write `https://host` or `http://host:port`, without credentials, query or `#`");
        let endpoint = Url::parse(&endpoint).map_err(|_| bad_endpoint())?;
        let is_plain =
            endpoint.username().is_empty() && endpoint.password().is_none() && endpoint.query().is_none() && endpoint.fragment().is_none();
        if !is_plain || !matches!(endpoint.scheme(), "http" | "https") {
            return Err(bad_endpoint());
        }
        let bucket = Bucket::new(endpoint, style, name.to_owned(), region.unwrap_or_else(|| REGION.to_owned())).map_err(|_| {
            Failure::call(format!("the bucket `{name}` cannot stand before this endpoint's name; add `style=path` to the URL"))
        })?;
        Ok(Address { bucket, prefix })
    }
}

/// What stands behind the `?`.
struct Options {
    endpoint: Option<String>,
    region: Option<String>,
    style: UrlStyle,
}

impl Options {
    fn parse(query: &str) -> Result<Options, Failure> {
        let (mut endpoint, mut region, mut style) = (None, None, None);
        for part in query.split('&').filter(|part| !part.is_empty()) {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            let value = percent_decode(value)
                .filter(|value| !value.is_empty())
                .ok_or_else(|| Failure::call(format!("`{name}=` in the bucket's URL is empty, or not percent-encoded as it should be")))?;
            let place = match name {
                "endpoint" => &mut endpoint,
                "region" if value.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')) => &mut region,
                "region" => return Err(Failure::call("`region=` in the bucket's URL is no region; it looks like `eu-west-1` or `auto`")),
                "style" => &mut style,
                _ => {
                    return Err(Failure::call(format!(
                        "`{name}` is nothing that a bucket's URL says; it may say `endpoint`, `region` and `style`"
                    )));
                }
            };
            if place.replace(value).is_some() {
                return Err(Failure::call(format!("`{name}=` is twice in the bucket's URL")));
            }
        }
        // Amazon wants the bucket before its host's name. Elsewhere that needs a DNS entry of its own, while all understand the path.
        let style = match style.as_deref() {
            None if endpoint.is_none() => UrlStyle::VirtualHost,
            None | Some("path") => UrlStyle::Path,
            Some("host") => UrlStyle::VirtualHost,
            Some(_) => {
                return Err(Failure::call("`style=` in the bucket's URL is `path` (https://host/bucket) or `host` (https://bucket.host)"));
            }
        };
        Ok(Options { endpoint, region, style })
    }
}

fn is_bucket(name: &str) -> bool {
    (3..=63).contains(&name.len())
        && name.bytes().next().is_some_and(|first| first.is_ascii_alphanumeric())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'))
}

/// A prefix with a slash at its end, or none.
fn prefix_of(path: &str) -> Result<String, Failure> {
    let bad = || Failure::call(format!("`{path}` is no prefix: a path such as `teams/acme`, percent-encoded, without empty parts or dots"));
    let path = percent_decode(path.trim_end_matches('/')).ok_or_else(bad)?;
    match path.as_str() {
        "" => Ok(String::new()),
        path if path.split('/').any(|part| matches!(part, "" | "." | "..")) => Err(bad()),
        path => Ok(format!("{path}/")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_says_where_the_bucket_is() {
        for (url, base, prefix, region) in [
            ("s3://flags?region=eu-west-1", "https://flags.s3.eu-west-1.amazonaws.com/", "", "eu-west-1"),
            ("S3://flags/?region=eu-west-1&style=path", "https://s3.eu-west-1.amazonaws.com/flags/", "", "eu-west-1"),
            ("s3://flags/teams/acme/?endpoint=https://a1.r2.example&region=auto", "https://a1.r2.example/flags/", "teams/acme/", "auto"),
            ("s3://flags/a%20b?endpoint=http%3A%2F%2F127.0.0.1:9000/", "http://127.0.0.1:9000/flags/", "a b/", "us-east-1"),
            ("s3://flags?endpoint=https://store.example&style=host", "https://flags.store.example/", "", "us-east-1"),
        ] {
            let address = Address::parse(url).unwrap();
            assert_eq!(
                (address.bucket.base_url().as_str(), address.prefix.as_str(), address.bucket.region()),
                (base, prefix, region),
                "{url}"
            );
        }
    }

    #[test]
    fn a_bad_url_is_the_calls_fault_and_says_how_to_mend_it() {
        for (url, words) in [
            ("s3:flags", "begins with `s3://`"),
            ("s3://", "no bucket's name"),
            ("s3:///prefix?region=a", "no bucket's name"),
            ("s3://a/b?region=a", "no bucket's name"),
            ("s3://flags", "add `?region="),
            ("s3://flags?region=", "`region=`"),
            ("s3://flags?region=eu/west", "`region=`"),
            ("s3://flags?region=a&region=b", "twice"),
            ("s3://flags?endpoint=store.example", "`endpoint=`"),
            ("s3://flags?endpoint=ftp://store.example", "`endpoint=`"),
            ("s3://flags?endpoint=https://store.example&style=virtual", "`style=`"),
            ("s3://flags?endpoint=http://127.0.0.1:9000&style=host", "`style=path`"),
            ("s3://flags?profile=acme&region=a", "`profile`"),
            ("s3://flags/../other?region=a", "no prefix"),
            ("s3://flags/a//b?region=a", "no prefix"),
            ("s3://flags/a#b?region=a", "`#`"),
        ] {
            let Err(Failure::Call(said)) = Address::parse(url) else { panic!("{url}") };
            assert!(said.contains(words), "{url}: {said}");
        }
    }

    #[test]
    fn a_secret_in_a_url_is_refused_and_not_repeated() {
        for url in [
            "s3://AKIA:hunter2@flags?region=a",
            "s3://flags/hunter2@prefix?region=a",
            "s3://flags?endpoint=https://AKIA:hunter2@store.example",
            "s3://flags?region=a&secret=hunter2",
            "s3://flags?endpoint=https://store.example?key=hunter2",
        ] {
            let Err(Failure::Call(said)) = Address::parse(url) else { panic!("{url}") };
            assert!(!said.contains("hunter2"), "{url}: {said}");
        }
    }
}
