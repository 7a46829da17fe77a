//! Where a project lives: a folder or a bucket that this process is the node of, or a node behind HTTP. All answer the same requests.

pub(crate) mod directory;
pub(crate) mod http;
pub(crate) mod local;
pub(crate) mod memory;
pub(crate) mod objects;
pub(crate) mod s3;
#[cfg(test)]
mod suite;

use std::path::PathBuf;
use std::sync::Arc;

use halyard_edge::http::percent_decode;
use halyard_edge::{Request, Response};

use crate::failure::Failure;
use crate::store::directory::Directory;
use crate::store::http::Remote;
use crate::store::local::Local;
use crate::store::objects::Objects;
use crate::trouble;

/// A store that is open.
pub(crate) enum Store {
    /// A folder or a bucket.
    Local(Box<Local>),
    /// A node.
    Remote(Remote),
}

/// What a `--store` URL names.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Address {
    Folder(PathBuf),
    Bucket(s3::Address),
    Node,
}

/// What a `--store` URL can be, for messages.
const KINDS: &str = "`file:///dir`, `s3://bucket` or the `http(s)://` address of a node";

/// The objects of a store that this process reads and writes itself; none: a node alone reads and writes its store.
///
/// # Errors
/// The call is at fault where the URL is none, or a bucket's credentials are missing.
pub(crate) fn objects(url: &str) -> Result<Option<Arc<dyn Objects>>, Failure> {
    Ok(match address(url)? {
        Address::Folder(folder) => Some(Arc::new(Directory::new(folder))),
        Address::Bucket(bucket) => Some(Arc::new(s3::Bucket::new(bucket)?)),
        Address::Node => None,
    })
}

impl Store {
    /// Opens the store at a URL.
    pub(crate) fn open(url: &str) -> Result<Store, Failure> {
        if let Some(objects) = objects(url)? {
            return Ok(Store::Local(Box::new(Local::open(objects, url)?)));
        }
        Ok(Store::Remote(Remote::new(url)?))
    }

    /// A request of the API; `path` begins with `/api/`.
    pub(crate) fn request(&self, method: &str, path: &str) -> Request {
        let base = match self {
            Store::Local(_) => local::ORIGIN,
            Store::Remote(remote) => remote.base(),
        };
        Request::new(method, format!("{base}{path}"))
    }

    /// Sends a request. An answer that is no success is a failure, with whose fault it is.
    pub(crate) fn send(&self, request: Request) -> Result<Response, Failure> {
        accepted(self.ask(request)?)
    }

    /// Sends a request; any answer will do.
    pub(crate) fn ask(&self, request: Request) -> Result<Response, Failure> {
        match self {
            Store::Local(local) => local.send(request),
            Store::Remote(remote) => remote.send(request),
        }
    }
}

/// An answer that is a success; any other is a failure.
pub(crate) fn accepted(response: Response) -> Result<Response, Failure> {
    if (200..300).contains(&response.status) { Ok(response) } else { Err(trouble::refused(&response)) }
}

/// Reads a `--store` URL.
pub(crate) fn address(url: &str) -> Result<Address, Failure> {
    let scheme = url.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
    match scheme.as_deref() {
        Some("http" | "https") => Ok(Address::Node),
        Some("file") => {
            let rest = url.get("file:".len()..).unwrap_or_default();
            let path = match rest.strip_prefix("//") {
                None => rest,
                Some(rest) if rest.starts_with('/') => rest,
                Some(rest) => rest.strip_prefix("localhost").filter(|path| path.starts_with('/')).ok_or_else(|| {
                    Failure::call(format!("`{url}` names another computer; write `file:///dir` for a folder on this one, or `file:dir`"))
                })?,
            };
            let path = percent_decode(path).ok_or_else(|| Failure::call(format!("`{url}` is not percent-encoded as it should be")))?;
            if path.is_empty() {
                return Err(Failure::call(format!("`{url}` names no folder")));
            }
            Ok(Address::Folder(PathBuf::from(path)))
        }
        Some("s3") => s3::Address::parse(url).map(Address::Bucket),
        Some(scheme) if url.contains("://") => Err(Failure::call(format!("`{scheme}` is no kind of store: use {KINDS}"))),
        _ if url.is_empty() => Err(Failure::call(format!("`--store` is empty: use {KINDS}"))),
        _ => Ok(Address::Folder(PathBuf::from(url))),
    }
}

/// A URL as an argument that a shell leaves as it is, for messages that say what to type.
pub(crate) fn for_a_shell(url: &str) -> String {
    if url.contains(['?', '&', ' ', '*', '\'']) { format!("\"{url}\"") } else { url.to_owned() }
}

/// Text as a part of a URL's path or query.
pub(crate) fn percent_encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// The body of an answer, as what the API says it is.
pub(crate) fn body<T: serde::de::DeserializeOwned>(response: &Response) -> Result<T, Failure> {
    serde_json::from_slice(&response.body).map_err(|error| {
        Failure::store(format!("the store's answer cannot be understood ({error}); is this `halyard` older than the node?"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_is_a_folder_a_bucket_or_a_node() {
        let folder = |path: &str| Address::Folder(PathBuf::from(path));
        for (url, expected) in [
            ("file:///srv/flags", folder("/srv/flags")),
            ("FILE://localhost/srv/my%20flags", folder("/srv/my flags")),
            ("file:flags/here", folder("flags/here")),
            ("./flags", folder("./flags")),
            ("/srv/flags", folder("/srv/flags")),
            ("https://flags.acme.example/", Address::Node),
        ] {
            assert_eq!(address(url).unwrap(), expected, "{url}");
        }
        assert!(matches!(address("s3://flags/acme?region=eu-west-1"), Ok(Address::Bucket(_))));
        for bad in ["", "file:", "file://", "file://server/share", "gs://bucket", "file:///a%zz"] {
            assert!(matches!(address(bad), Err(Failure::Call(_))), "{bad}");
        }
    }

    #[test]
    fn what_is_percent_encoded_reads_back() {
        for text in ["production", "a b/c?d=ü&e", "100%"] {
            assert_eq!(percent_decode(&percent_encode(text)).as_deref(), Some(text));
        }
    }
}
