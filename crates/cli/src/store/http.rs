//! A store behind a node: the same request, over HTTP, as the person whose token is in `HALYARD_TOKEN`.

use std::io;
use std::time::Duration;

use halyard_edge::{Request, Response};
use ureq::Agent;
use ureq::http;

use crate::failure::Failure;
use crate::host;

/// How long to wait for a connection, and for the whole answer.
const CONNECT: Duration = Duration::from_secs(10);
const WHOLE: Duration = Duration::from_secs(60);
/// The longest answer: a page of records holds whole documents' worth of changes.
const ANSWER_BYTES: u64 = 64 * 1024 * 1024;

/// A node that speaks for a store.
pub(crate) struct Remote {
    base: String,
    token: String,
    agent: Agent,
}

impl Remote {
    /// The node at a base URL.
    ///
    /// # Errors
    /// The call is at fault where there is no token.
    pub(crate) fn new(url: &str) -> Result<Remote, Failure> {
        let token = host::token().ok_or_else(|| {
            Failure::call("a node must know who is asking: put your token into the environment variable HALYARD_TOKEN and try again")
        })?;
        if !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Failure::call(
                "HALYARD_TOKEN holds characters that no token has; copy the token again, without blanks or line ends",
            ));
        }
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_connect(Some(CONNECT))
            .timeout_global(Some(WHOLE))
            .user_agent(concat!("halyard/", env!("CARGO_PKG_VERSION")))
            .build();
        Ok(Remote { base: url.trim_end_matches('/').to_owned(), token, agent: config.new_agent() })
    }

    /// What the requests' URLs begin with.
    pub(crate) fn base(&self) -> &str {
        &self.base
    }

    /// Sends a request and waits for its answer.
    ///
    /// # Errors
    /// The network is at fault.
    pub(crate) fn send(&self, request: Request) -> Result<Response, Failure> {
        let mut builder = http::Request::builder().method(request.method.as_str()).uri(&request.url);
        for (name, value) in &request.headers {
            builder = builder.header(name, value);
        }
        builder = builder.header("authorization", format!("Bearer {}", self.token));
        let sent =
            builder.body(request.body).map_err(|error| Failure::call(format!("`{}` is no address to send to: {error}", self.base)))?;
        let mut answer = self.agent.run(sent).map_err(|error| self.unreachable(&error))?;
        let headers = answer
            .headers()
            .iter()
            .map(|(name, value)| (name.to_string().into(), String::from_utf8_lossy(value.as_bytes()).into_owned().into()));
        let (status, headers) = (answer.status().as_u16(), headers.collect());
        let body = answer.body_mut().with_config().limit(ANSWER_BYTES).read_to_vec().map_err(|error| self.unreachable(&error))?;
        Ok(Response { status, headers, body })
    }

    /// Why there is no answer. What that may mean for a request that changes something is said by whoever sends it.
    fn unreachable(&self, error: &ureq::Error) -> Failure {
        let why = match error {
            ureq::Error::BadUri(uri) => return Failure::call(format!("`{uri}` is no address to send to")),
            ureq::Error::Timeout(_) => format!("it did not answer within {} seconds", WHOLE.as_secs()),
            other => why(other),
        };
        Failure::store(format!("the node at `{}` cannot be reached: {why}", self.base))
    }
}

/// Why there is no answer, without the address that was asked.
pub(crate) fn why(error: &ureq::Error) -> String {
    match error {
        ureq::Error::HostNotFound => "there is no such host".to_owned(),
        ureq::Error::ConnectionFailed => "nothing answers there".to_owned(),
        ureq::Error::BadUri(_) => "that is no address to send to".to_owned(),
        ureq::Error::Io(error) if error.kind() == io::ErrorKind::ConnectionRefused => "nothing answers there".to_owned(),
        ureq::Error::Io(error) => error.to_string(),
        other => other.to_string(),
    }
}
