//! The requests of ARCHITECTURE.md, one function each.

use gloo_net::http::Method;
use halyard_edge::wire::{self, Published, Record, Records, Review};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::api::{Answer, Api, Failure, Fetched};

pub(super) fn read<T: DeserializeOwned>(answer: &Answer) -> Result<T, Failure> {
    serde_json::from_str(&answer.text).map_err(|error| Failure::Unreadable(error.to_string()))
}

pub(super) fn write(body: &impl Serialize) -> Result<Option<String>, Failure> {
    serde_json::to_string(body).map(Some).map_err(|error| Failure::Unreadable(error.to_string()))
}

pub(super) fn encode(text: &str) -> String {
    js_sys::encode_uri_component(text).into()
}

pub(super) fn fetched(answer: Answer) -> Result<Fetched, Failure> {
    let Some(version) = answer.version else {
        return Err(Failure::Unreadable("a document without its version".to_owned()));
    };
    Ok(Fetched { version, etag: answer.etag, text: answer.text })
}

impl Api {
    /// Signs in with a one-time link's token.
    pub(crate) async fn sign_in(self, link: String) -> Result<wire::Session, Failure> {
        read(&self.send(Method::POST, "/api/session", &[], write(&wire::SignIn { link })?).await?)
    }

    /// Who is asking; a refusal with 401: nobody.
    pub(crate) async fn who(self) -> Result<wire::Session, Failure> {
        read(&self.send(Method::GET, "/api/session", &[], None).await?)
    }

    /// Ends the session.
    pub(crate) async fn sign_out(self) -> Result<(), Failure> {
        self.send(Method::DELETE, "/api/session", &[], None).await.map(|_| ())
    }

    /// The newest document; none if it still is the one with this ETag.
    pub(crate) async fn document(self, environment: &str, seen: Option<&str>) -> Result<Option<Fetched>, Failure> {
        let url = format!("/api/environments/{environment}/document");
        let headers: Vec<_> = seen.map(|etag| ("If-None-Match", etag)).into_iter().collect();
        let answer = self.send(Method::GET, &url, &headers, None).await?;
        if answer.status == 304 { Ok(None) } else { fetched(answer).map(Some) }
    }

    /// The document of a version.
    pub(crate) async fn document_of(self, environment: &str, version: u64) -> Result<Fetched, Failure> {
        let url = format!("/api/environments/{environment}/document?version={version}");
        fetched(self.send(Method::GET, &url, &[], None).await?)
    }

    /// Publishes a document on top of the one with this ETag. `publish` names the attempt: a second one under the same name is the first.
    pub(crate) async fn publish(
        self,
        environment: &str,
        etag: &str,
        text: String,
        message: &str,
        publish: &str,
    ) -> Result<Published, Failure> {
        let url = format!("/api/environments/{environment}/document?message={}&publish={}", encode(message), encode(publish));
        read(&self.send(Method::PUT, &url, &[("If-Match", etag)], Some(text)).await?)
    }

    /// What publishing this document now would mean.
    pub(crate) async fn check(self, environment: &str, text: String) -> Result<Review, Failure> {
        let url = format!("/api/environments/{environment}/check");
        read(&self.send(Method::POST, &url, &[], Some(text)).await?)
    }

    /// Makes a link that gives whoever opens it other variants.
    pub(crate) async fn make_overrides(self, environment: &str, wanted: &wire::MakeOverrides) -> Result<wire::OverrideLink, Failure> {
        let url = format!("/api/environments/{environment}/overrides");
        read(&self.send(Method::POST, &url, &[], write(wanted)?).await?)
    }

    /// A page of the history, newest first.
    pub(crate) async fn records(self, environment: &str, before: Option<u64>, limit: u32) -> Result<Records, Failure> {
        let before = before.map(|before| format!("&before={before}")).unwrap_or_default();
        let url = format!("/api/environments/{environment}/records?limit={limit}{before}");
        read(&self.send(Method::GET, &url, &[], None).await?)
    }

    /// The record of a version.
    pub(crate) async fn record(self, environment: &str, version: u64) -> Result<Record, Failure> {
        let url = format!("/api/environments/{environment}/records/{version}");
        read(&self.send(Method::GET, &url, &[], None).await?)
    }
}
