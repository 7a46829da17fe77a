//! Sending what changes something: an answer that is lost is asked for again, by the same request with the same name.

use std::time::Duration;

use halyard_edge::{Request, Response};

use crate::failure::Failure;
use crate::host;
use crate::output::say;
use crate::store::Store;

/// How long to wait before each further try, in milliseconds.
const PAUSES_MS: [u64; 4] = [500, 1000, 2000, 4000];

/// Sends a request that names its publish, until an answer says what came of it.
///
/// # Errors
/// The network is at fault where nothing ever answers: then nobody knows.
pub(in crate::commands) fn surely(store: &Store, request: &Request) -> Result<Response, Failure> {
    let mut last = store.ask(request.clone());
    for (index, pause) in PAUSES_MS.into_iter().enumerate() {
        let why = match &last {
            Ok(response) if is_silence(response) => format!("the store answered {}", response.status),
            Err(Failure::Store(why)) => why.clone(),
            _ => return last,
        };
        let try_number = index.saturating_add(2);
        say(&format!("{why}; asking again ({try_number} of {}); nothing is published twice\n", PAUSES_MS.len() + 1));
        host::pause(Duration::from_millis(pause));
        last = store.ask(request.clone());
    }
    match last {
        Err(Failure::Store(why)) => Err(unknown(&why)),
        Ok(response) if is_silence(&response) => Err(unknown(&format!("the store answered {}", response.status))),
        other => other,
    }
}

fn unknown(why: &str) -> Failure {
    Failure::store(format!(
        "{why}. whether it was published is not known: `halyard log` tells, and to try again is safe, for what is published already makes no further version"
    ))
}

/// Whether an answer leaves it open what came of the request, or asks to try again.
fn is_silence(response: &Response) -> bool {
    matches!(response.status, 429 | 502 | 503 | 504)
}

/// The ETag and the version of a document's answer.
pub(in crate::commands) fn head(response: &Response) -> Result<(String, u64), Failure> {
    let version = response.header("halyard-version").and_then(|version| version.parse().ok());
    match (response.header("etag"), version) {
        (Some(etag), Some(version)) => Ok((etag.to_owned(), version)),
        _ => Err(Failure::store("the store's answer names no version; is it a Halyard node?")),
    }
}
