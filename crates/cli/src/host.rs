//! What the machine knows and core and edge must not ask for: the time, randomness and the environment. Each is read here and nowhere else.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use halyard_core::Timestamp;

use crate::failure::Failure;

/// The time now. Commands take `--at` where the time matters, so that they can be repeated.
#[expect(clippy::disallowed_methods, reason = "the command line is a shell: this is the one place where it reads the clock")]
pub(crate) fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// Waits.
#[expect(clippy::disallowed_methods, reason = "the node and its stores ask their host to wait, and here the host is this process")]
pub(crate) fn pause(time: Duration) {
    std::thread::sleep(time);
}

/// 256 random bits from the operating system.
///
/// # Errors
/// When the system has none to give: nothing secret may be made then.
pub(crate) fn random() -> Result<[u8; 32], Failure> {
    let mut bits = [0; 32];
    getrandom::fill(&mut bits).map_err(|error| Failure::store(format!("the system gives no random numbers: {error}")))?;
    Ok(bits)
}

/// The token that says who is asking, from `HALYARD_TOKEN`: in the environment, so that it is in no shell history and no list of processes.
pub(crate) fn token() -> Option<String> {
    environment("HALYARD_TOKEN")
}

/// What a bucket behind S3's API is asked with: key, secret, and the token of a session if it is one. The variables are those of every
/// S3 tool. None: the first two are not both there.
pub(crate) fn s3_credentials() -> Option<(String, String, Option<String>)> {
    Some((environment("AWS_ACCESS_KEY_ID")?, environment("AWS_SECRET_ACCESS_KEY")?, environment("AWS_SESSION_TOKEN")))
}

/// What the system calls whoever runs this, for the history of a store in a folder.
pub(crate) fn user() -> Option<String> {
    environment("USER").or_else(|| environment("USERNAME"))
}

/// A variable of the environment; none where it is empty.
#[expect(clippy::disallowed_methods, reason = "the command line is a shell: this is the one place where it reads the environment")]
fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok().map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
}
