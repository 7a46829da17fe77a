//! What has a history: an environment, or the project itself. The same requests serve both.
//!
//! Changes come as [`Edit`]s, whose kinds are words: a history may tell of kinds that this app does not know yet.

use gloo_net::http::Method;
use halyard_edge::wire::{Edit, Published, Record, Records, Review, RollBack, TokenUse};
use serde::de::DeserializeOwned;

use super::calls::{encode, fetched, read, write};
use crate::api::{Api, Failure, Fetched};

/// What has a document, a history and a way back.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Subject {
    /// An environment, by its key.
    Environment(String),
    /// The project: people, roles, keys, tokens, limits.
    Project,
}

impl Subject {
    fn api(&self) -> String {
        match self {
            Subject::Environment(key) => format!("/api/environments/{key}"),
            Subject::Project => "/api/project".to_owned(),
        }
    }
}

/// The newest version, and what a publish on top of it names.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Head {
    /// The version.
    pub(crate) version: u64,
    /// Its ETag, for If-Match.
    pub(crate) etag: String,
}

impl Api {
    /// The newest version, without its document.
    pub(crate) async fn head(self, subject: &Subject) -> Result<Head, Failure> {
        let Fetched { version, etag, .. } = fetched(self.send(Method::HEAD, &format!("{}/document", subject.api()), &[], None).await?)?;
        Ok(Head { version, etag })
    }

    /// The document of a version; none: of the newest.
    pub(crate) async fn document_at(self, subject: &Subject, version: Option<u64>) -> Result<Fetched, Failure> {
        let version = version.map(|version| format!("?version={version}")).unwrap_or_default();
        fetched(self.send(Method::GET, &format!("{}/document{version}", subject.api()), &[], None).await?)
    }

    /// A page of the history below `before`, newest first. `filter` is a query's end, `&by=…`. An empty page with `before` means: go on.
    pub(crate) async fn history<C: DeserializeOwned>(
        self,
        subject: &Subject,
        before: Option<u64>,
        filter: &str,
    ) -> Result<Records<C>, Failure> {
        let before = before.map(|before| format!("&before={before}")).unwrap_or_default();
        read(&self.send(Method::GET, &format!("{}/records?limit=50{before}{filter}", subject.api()), &[], None).await?)
    }

    /// The record of a version.
    pub(crate) async fn record_at(self, subject: &Subject, version: u64) -> Result<Record<Edit>, Failure> {
        read(&self.send(Method::GET, &format!("{}/records/{version}", subject.api()), &[], None).await?)
    }

    /// The changes from a version to another.
    pub(crate) async fn difference(self, subject: &Subject, from: u64, to: u64) -> Result<Vec<Edit>, Failure> {
        read(&self.send(Method::GET, &format!("{}/diff?from={from}&to={to}", subject.api()), &[], None).await?)
    }

    /// Publishes a version's document anew, or a part of it; a dry run only says what that would do.
    pub(crate) async fn roll_back(self, subject: &Subject, etag: &str, order: &RollBack, how: How<'_>) -> Result<Published<Edit>, Failure> {
        let url = format!("{}/rollback?{}", subject.api(), how.query());
        read(&self.send(Method::POST, &url, &[("If-Match", etag)], write(order)?).await?)
    }

    /// Publishes the project's document on top of the one with this ETag.
    pub(crate) async fn publish_project(self, etag: &str, text: String, message: &str, how: How<'_>) -> Result<Published<Edit>, Failure> {
        let url = format!("/api/project/document?message={}&{}", encode(message), how.query());
        read(&self.send(Method::PUT, &url, &[("If-Match", etag)], Some(text)).await?)
    }

    /// When each of the project's tokens was used last.
    pub(crate) async fn token_uses(self) -> Result<Vec<TokenUse>, Failure> {
        read(&self.send(Method::GET, "/api/project/tokens", &[], None).await?)
    }

    /// What publishing this document as the project's would mean now.
    pub(crate) async fn check_project(self, text: String) -> Result<Review<Edit>, Failure> {
        read(&self.send(Method::POST, "/api/project/check", &[], Some(text)).await?)
    }
}

/// Whether a publish is meant.
#[derive(Clone, Copy)]
pub(crate) enum How<'a> {
    /// Only say what it would do.
    DryRun,
    /// Do it, under this name: a second try under the same name is the first.
    Publish(&'a str),
}

impl How<'_> {
    fn query(self) -> String {
        match self {
            How::DryRun => "dryRun=true".to_owned(),
            How::Publish(id) => format!("publish={}", encode(id)),
        }
    }
}
