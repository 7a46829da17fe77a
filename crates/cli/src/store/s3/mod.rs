//! A store in a bucket behind S3's API: Amazon's, R2's, MinIO's. The signing is a library's, the sending ureq's; what is here is which
//! request each operation is, and (in `answer`) what the answers mean.

mod address;
mod answer;

use std::io;
use std::time::Duration;

use rusty_s3::actions::ListObjectsV2;
use rusty_s3::{Credentials, Method, S3Action};
use ureq::Agent;
use ureq::http::Request;

pub(crate) use self::address::Address;
use self::answer::Answer;
use crate::failure::Failure;
use crate::host;
use crate::store::http::why;
use crate::store::objects::{Demand, Got, Objects, PATIENCE, Put};

/// How long to wait for a connection.
const CONNECT: Duration = Duration::from_secs(10);
/// How long a connection is kept for the next request: less than any store keeps it, or a put would now and then meet a closed one.
const IDLE: Duration = Duration::from_secs(3);
/// For how long a signature holds: clocks differ.
const SIGNED_FOR: Duration = Duration::from_secs(300);
/// The longest answer, in bytes: a document is far smaller, a record can hold the changes of two of them.
const ANSWER_BYTES: u64 = 64 * 1024 * 1024;
/// The most keys that any store gives at once.
const PAGE: usize = 1000;
/// How often a request is sent that the store puts off, and the first pause between, in milliseconds; each further one is twice as long.
const TRIES: u32 = 6;
const PAUSE_MS: u64 = 60;

/// A bucket, or the part of it behind a prefix.
pub(crate) struct Bucket {
    bucket: rusty_s3::Bucket,
    credentials: Credentials,
    /// What every key begins with: empty, or a path with a slash at its end.
    prefix: String,
    agent: Agent,
}

impl Bucket {
    /// The bucket at an address, with the credentials from the environment. Nothing is sent yet.
    ///
    /// # Errors
    /// The call is at fault where there are no credentials.
    pub(crate) fn new(address: Address) -> Result<Bucket, Failure> {
        let (key, secret, token) = host::s3_credentials().ok_or_else(|| {
            Failure::call(
                "a bucket must know who is asking: put your key into the environment variables AWS_ACCESS_KEY_ID and \
                 AWS_SECRET_ACCESS_KEY (for a session, AWS_SESSION_TOKEN too) and try again",
            )
        })?;
        let credentials = match token {
            Some(token) => Credentials::new_with_token(key, secret, token),
            None => Credentials::new(key, secret),
        };
        Ok(Bucket::with(address, credentials))
    }

    /// The bucket at an address, with these credentials.
    pub(super) fn with(address: Address, credentials: Credentials) -> Bucket {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_connect(Some(CONNECT))
            .max_idle_age(IDLE)
            .user_agent(concat!("halyard/", env!("CARGO_PKG_VERSION")))
            .build();
        Bucket { bucket: address.bucket, prefix: address.prefix, credentials, agent: config.new_agent() }
    }

    /// An object's name in the bucket. A URL cannot hold every key: what would lead elsewhere is refused.
    fn name(&self, key: &str) -> io::Result<String> {
        if key.split('/').any(|part| matches!(part, "" | "." | "..")) {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                format!("`{key}` is no key of a store: a part of it is empty or dots"),
            ));
        }
        Ok(format!("{}{key}", self.prefix))
    }

    /// Signs and sends a request, again where the store puts it off, until `patience` is over. The condition is signed too: whoever takes
    /// it away on the way there makes the request invalid, not unconditional.
    fn ask<'a, A: S3Action<'a>>(
        &'a self,
        mut action: A,
        condition: Option<(&'static str, &'a str)>,
        body: &[u8],
        patience: Duration,
    ) -> io::Result<Answer> {
        if let Some((name, value)) = condition {
            action.headers_mut().insert(name, value);
        }
        let began = host::now();
        let left = || patience.saturating_sub(Duration::from_millis((host::now().0 - began.0).unsigned_abs()));
        for attempt in 0.. {
            let mut request = Request::builder().method(A::METHOD.to_str()).uri(action.sign_with_time(SIGNED_FOR, &now()?).as_str());
            if let Some((name, value)) = condition {
                request = request.header(name, value);
            }
            if A::METHOD == Method::Put {
                request = request.header("content-type", "application/json");
            }
            let request = request.body(body).map_err(|_| io::Error::other("an ETag of the store is none that can be sent back"))?;
            let answer = self.send(request, left())?;
            let pause = pause(attempt)?;
            if !answer.puts_off() || attempt + 1 == TRIES || left() <= pause {
                return Ok(answer);
            }
            host::pause(pause);
        }
        Err(io::Error::from(io::ErrorKind::TimedOut))
    }

    /// Sends a signed request. What goes wrong is told without the URL: a session's token is in it.
    fn send(&self, request: Request<&[u8]>, patience: Duration) -> io::Result<Answer> {
        let host = self.bucket.base_url().origin().ascii_serialization();
        let failed = |error: ureq::Error| {
            let (why, kind) = match error {
                ureq::Error::Timeout(_) => (format!("no answer within {} seconds", seconds(patience)), io::ErrorKind::TimedOut),
                other => (why(&other), io::ErrorKind::Other),
            };
            io::Error::new(kind, format!("{why} (asked {host})"))
        };
        let request = self.agent.configure_request(request).timeout_global(Some(patience)).build();
        let mut answer = self.agent.run(request).map_err(failed)?;
        let header = |name: &str| Some(answer.headers().get(name)?.to_str().ok()?.to_owned());
        let (status, etag, region) = (answer.status().as_u16(), header("etag"), header("x-amz-bucket-region"));
        let body = answer.body_mut().with_config().limit(ANSWER_BYTES).read_to_vec().map_err(failed)?;
        Ok(Answer { status, etag, region, body })
    }

    /// Makes the bucket itself.
    #[cfg(test)]
    pub(super) fn make(&self) -> io::Result<()> {
        let answer = self.ask(self.bucket.create_bucket(&self.credentials), None, &[], PATIENCE)?;
        if answer.status == 200 { Ok(()) } else { Err(answer.trouble()) }
    }

    /// One page of keys from `token` on, and the token of the next.
    fn page(&self, prefix: &str, after: Option<&str>, limit: usize, token: Option<String>) -> io::Result<(Vec<String>, Option<String>)> {
        let mut action = ListObjectsV2::new(&self.bucket, Some(&self.credentials));
        action.with_prefix(format!("{}{prefix}", self.prefix));
        action.with_max_keys(limit.clamp(1, PAGE));
        match (token, after) {
            (Some(token), _) => action.with_continuation_token(token),
            (None, Some(after)) => action.with_start_after(format!("{}{after}", self.prefix)),
            (None, None) => {}
        }
        let text = self.ask(action, None, &[], PATIENCE)?.listed()?;
        let listed = ListObjectsV2::parse_response(&text).map_err(|_| io::Error::other("the store's list cannot be understood"))?;
        let keys = listed.contents.into_iter().filter_map(|object| Some(object.key.strip_prefix(&self.prefix)?.to_owned()));
        Ok((keys.collect(), listed.next_continuation_token))
    }
}

impl Objects for Bucket {
    fn get(&self, key: &str, known: Option<&str>, patience: Duration) -> io::Result<Got> {
        let name = self.name(key)?;
        let action = self.bucket.get_object(Some(&self.credentials), &name);
        self.ask(action, known.map(|etag| ("if-none-match", etag)), &[], patience)?.got()
    }

    fn put(&self, key: &str, body: &[u8], demand: Demand<'_>) -> io::Result<Put> {
        let name = self.name(key)?;
        let action = self.bucket.put_object(Some(&self.credentials), &name);
        let condition = match demand {
            Demand::Absent => ("if-none-match", "*"),
            Demand::Match(etag) => ("if-match", etag),
        };
        self.ask(action, Some(condition), body, PATIENCE)?.put(demand)
    }

    fn list(&self, prefix: &str, after: Option<&str>, limit: usize) -> io::Result<(Vec<String>, bool)> {
        let (mut keys, mut next) = self.page(prefix, after, limit, None)?;
        // Amazon may give an empty page before a full one, where much was deleted.
        while keys.is_empty()
            && let Some(token) = next
        {
            (keys, next) = self.page(prefix, after, limit, Some(token))?;
        }
        let more = next.is_some() || keys.len() > limit;
        keys.truncate(limit);
        Ok((keys, more))
    }
}

/// The time that a signature names.
fn now() -> io::Result<jiff::Timestamp> {
    jiff::Timestamp::from_millisecond(host::now().0).map_err(|_| io::Error::other("this machine's clock is far from today"))
}

/// How long to wait before asking again: longer each time, and for a time of one's own.
fn pause(attempt: u32) -> io::Result<Duration> {
    let base = PAUSE_MS << attempt;
    let [random, ..] = host::random().map_err(|failure| io::Error::other(failure.to_string()))?;
    Ok(Duration::from_millis(base / 2 + base * u64::from(random) / 256))
}

/// A time in seconds, as people write it.
fn seconds(time: Duration) -> String {
    let text = format!("{:.1}", time.as_secs_f64());
    text.strip_suffix(".0").unwrap_or(&text).to_owned()
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead as _, BufReader, Read as _, Write as _};
    use std::net::{TcpListener, TcpStream};
    use std::sync::{Arc, Mutex};

    use super::*;

    const SECRET: &str = "hunter2";
    const TOKEN: &str = "a-session-of-mine";

    /// A server that gives these answers, one a connection, and what it was asked.
    fn answering(answers: &'static [&'static str]) -> (Bucket, Arc<Mutex<Vec<String>>>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = Address::parse(&format!("s3://flags/acme?endpoint=http://{}", listener.local_addr().unwrap())).unwrap();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&asked);
        #[expect(clippy::disallowed_methods, reason = "a server of the test's own")]
        std::thread::spawn(move || {
            for answer in answers {
                let (mut stream, _) = listener.accept().unwrap();
                heard.lock().unwrap().push(whole(&mut stream));
                if answer.is_empty() {
                    // Silence, for longer than anybody here waits.
                    host::pause(Duration::from_secs(5));
                }
                let (head, body) = answer.split_once('|').unwrap_or((answer, ""));
                let length = body.len();
                drop(write!(stream, "HTTP/1.1 {head}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"));
            }
        });
        (Bucket::with(address, Credentials::new_with_token("AKIA", SECRET, TOKEN)), asked)
    }

    /// A request, with its body: what is closed before all of it was read resets the connection, and the answer may be lost.
    fn whole(stream: &mut TcpStream) -> String {
        let (mut reader, mut text) = (BufReader::new(stream), String::new());
        while !text.ends_with("\r\n\r\n") && reader.read_line(&mut text).unwrap() > 0 {}
        let length = text.lines().find_map(|line| line.strip_prefix("content-length: "));
        reader.take(length.map_or(0, |length| length.parse().unwrap())).read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn the_condition_is_signed_and_the_secret_is_not_sent() {
        let (bucket, asked) = answering(&["200 OK\r\nETag: \"e2\"", "304 Not Modified"]);
        bucket.put("a b/ü.json", b"{}", Demand::Match("\"e1\"")).unwrap();
        assert_eq!(bucket.get("k", Some("\"e2\""), PATIENCE).unwrap(), Got::NotModified);
        let asked = asked.lock().unwrap();
        assert!(asked[0].starts_with("PUT /flags/acme/a%20b/%C3%BC.json?"), "{}", asked[0]);
        assert!(asked[0].contains("X-Amz-SignedHeaders=host%3Bif-match&") && asked[0].contains("if-match: \"e1\"\r\n"), "{}", asked[0]);
        assert!(asked[0].contains("content-length: 2\r\n") && asked[0].contains("X-Amz-Security-Token"), "{}", asked[0]);
        assert!(asked[1].contains("host%3Bif-none-match&") && asked[1].contains("if-none-match: \"e2\"\r\n"), "{}", asked[1]);
        assert!(!asked.iter().any(|asked| asked.contains(SECRET)));
    }

    #[test]
    fn what_a_store_puts_off_is_asked_again() {
        const BUSY: &str = "503 Slow Down|<Error><Code>SlowDown</Code></Error>";
        const MEANWHILE: &str = "409 Conflict|<Error><Code>ConditionalRequestConflict</Code></Error>";
        let (bucket, asked) = answering(&[BUSY, "429 Too Many Requests", MEANWHILE, "412 Precondition Failed"]);
        assert_eq!(bucket.put("head.json", b"{}", Demand::Match("\"e\"")).unwrap(), Put::Conflict);
        assert_eq!(asked.lock().unwrap().len(), 4);
        // Nobody knows whether this one was written: to ask again could make one's own success a conflict.
        let (bucket, asked) =
            answering(&["500 Internal Server Error|<Error><Code>InternalError</Code></Error>", "412 Precondition Failed"]);
        assert!(bucket.put("head.json", b"{}", Demand::Match("\"e\"")).is_err());
        assert_eq!(asked.lock().unwrap().len(), 1);
    }

    #[test]
    fn an_empty_page_is_not_the_end_of_a_list() {
        let (bucket, asked) = answering(&[
            "200 OK|<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><IsTruncated>true</IsTruncated>\
             <NextContinuationToken>further+on</NextContinuationToken></ListBucketResult>",
            "200 OK|<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><IsTruncated>false</IsTruncated>\
             <Contents><Key>acme/a/1</Key></Contents></ListBucketResult>",
        ]);
        assert_eq!(bucket.list("a/", Some("a/0"), 7).unwrap(), (vec!["a/1".to_owned()], false));
        let asked = asked.lock().unwrap();
        assert!(asked[0].contains("max-keys=7&prefix=acme%2Fa%2F&start-after=acme%2Fa%2F0"), "{}", asked[0]);
        assert!(asked[1].contains("continuation-token=further%2Bon"), "{}", asked[1]);
    }

    #[test]
    fn a_store_that_is_silent_for_too_long_has_timed_out() {
        let (bucket, _) = answering(&[""]);
        let began = host::now();
        let error = bucket.get("head.json", None, Duration::from_millis(300)).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut, "{error}");
        assert!(error.to_string().contains("no answer within 0.3 seconds"), "{error}");
        assert!(host::now().0 - began.0 < 3000);
    }

    #[test]
    fn no_message_repeats_a_credential() {
        let (bucket, _) = answering(&[
            "403 Forbidden|<Error><Code>SignatureDoesNotMatch</Code><AWSAccessKeyId>AKIA</AWSAccessKeyId></Error>",
            "301 Moved Permanently\r\nLocation: http://127.0.0.1:1/?X-Amz-Security-Token=a-session-of-mine",
            "no HTTP at all",
        ]);
        for _ in 0..4 {
            let said = bucket.get("head.json", None, PATIENCE).unwrap_err().to_string();
            assert!(![SECRET, TOKEN, "AKIA", "X-Amz"].iter().any(|word| said.contains(word)), "{said}");
        }
    }

    #[test]
    fn a_key_that_a_url_cannot_hold_is_refused() {
        let (bucket, asked) = answering(&[]);
        for key in ["", "a//b", "/a", "a/", "a/../b", "..", "./a"] {
            assert_eq!(bucket.get(key, None, PATIENCE).unwrap_err().kind(), io::ErrorKind::InvalidInput, "{key}");
            assert!(bucket.put(key, b"", Demand::Absent).is_err(), "{key}");
        }
        assert!(asked.lock().unwrap().is_empty());
    }
}
