//! The node's HTTP API: one way to ask, one way to fail.

mod calls;
mod subject;

use std::fmt;

use gloo_net::http::{Method, RequestBuilder};
use halyard_edge::wire::Trouble;
use leptos::prelude::*;

use crate::session::Session;

pub(crate) use subject::{Head, How, Subject};

/// The node, as this app reaches it. What every request learns (that the session ended, that there is no way through) is in its signals.
#[derive(Clone, Copy)]
pub(crate) struct Api {
    /// Who is signed in.
    pub(crate) session: RwSignal<Session>,
    /// Whether the last request got through.
    pub(crate) reachable: RwSignal<bool>,
}

/// A document, with what a publish on top of it must name.
pub(crate) struct Fetched {
    /// Its version.
    pub(crate) version: u64,
    /// The ETag for If-Match.
    pub(crate) etag: String,
    /// Its text.
    pub(crate) text: String,
}

/// Why a request did not do what it should.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Failure {
    /// No answer: the network, or the node, is down.
    Unreachable,
    /// The session ended.
    SignedOut,
    /// The node said no, and why.
    Refused(Box<Trouble>),
    /// An answer that this app cannot read.
    Unreadable(String),
}

impl Failure {
    /// The node's reasons, if it gave any.
    pub(crate) fn trouble(&self) -> Option<&Trouble> {
        if let Failure::Refused(trouble) = self { Some(trouble) } else { None }
    }

    /// The HTTP status of a refusal.
    pub(crate) fn status(&self) -> Option<u16> {
        self.trouble().map(|trouble| trouble.status)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Unreachable => f.write_str("The node cannot be reached just now."),
            Failure::SignedOut => f.write_str("Your session ended."),
            Failure::Refused(trouble) if !trouble.detail.is_empty() => f.write_str(&sentence(&trouble.detail)),
            Failure::Refused(trouble) if !trouble.title.is_empty() => f.write_str(&sentence(&trouble.title)),
            Failure::Refused(trouble) => write!(f, "The node refused this (status {}).", trouble.status),
            Failure::Unreadable(what) => write!(
                f,
                "The node answered something that this app cannot read. It may be of another version: reload the page. ({})",
                what.chars().take(120).collect::<String>()
            ),
        }
    }
}

/// A message of the node's, which begin in lower case, as a sentence of its own.
pub(crate) fn sentence(text: &str) -> String {
    let mut characters = text.chars();
    let mut out: String = characters.next().into_iter().flat_map(char::to_uppercase).chain(characters).collect();
    if !out.ends_with(['.', '!', '?']) {
        out.push('.');
    }
    out
}

/// An answer.
struct Answer {
    status: u16,
    etag: String,
    version: Option<u64>,
    text: String,
}

impl Api {
    pub(crate) fn new() -> Api {
        Api { session: RwSignal::new(Session::Unknown), reachable: RwSignal::new(true) }
    }

    async fn send(self, method: Method, url: &str, headers: &[(&str, &str)], body: Option<String>) -> Result<Answer, Failure> {
        let mut request = RequestBuilder::new(url).method(method.clone());
        if method != Method::GET {
            // A page of another site cannot send this header without asking first: it is what makes the cookie safe to use.
            request = request.header("X-Halyard", "app");
        }
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let sent = match body {
            Some(body) => match request.header("Content-Type", "application/json").body(body) {
                Ok(request) => request.send().await,
                Err(error) => return Err(Failure::Unreadable(error.to_string())),
            },
            None => request.send().await,
        };
        let Ok(response) = sent else {
            self.reachable.set(false);
            return Err(Failure::Unreachable);
        };
        let etag = response.headers().get("etag").unwrap_or_default();
        let version = response.headers().get("halyard-version").and_then(|version| version.parse().ok());
        let Ok(text) = response.text().await else {
            self.reachable.set(false);
            return Err(Failure::Unreachable);
        };
        let answer = Answer { status: response.status(), etag, version, text };
        // A gateway that answers for a node that is down is no answer of the node's.
        let down = matches!(answer.status, 502..=504) && serde_json::from_str::<Trouble>(&answer.text).is_err();
        self.reachable.set(!down);
        match answer.status {
            200..=299 | 304 => Ok(answer),
            _ if down => Err(Failure::Unreachable),
            401 if !url.ends_with("/session") => {
                self.session.set(Session::SignedOut { ended: true });
                Err(Failure::SignedOut)
            }
            status => {
                let mut trouble = serde_json::from_str::<Trouble>(&answer.text).unwrap_or_default();
                trouble.status = status;
                Err(Failure::Refused(Box::new(trouble)))
            }
        }
    }
}
