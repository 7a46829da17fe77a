//! What the answers of S3's API mean to a store. They differ from one maker to the next in statuses, less in the `Code` of an error.

use std::io;

use crate::store::objects::{Demand, Got, Object, Put};

/// What came back.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) etag: Option<String>,
    /// Where the bucket is, which Amazon says to whoever asks elsewhere.
    pub(super) region: Option<String>,
    pub(super) body: Vec<u8>,
}

impl Answer {
    /// Whether the store did nothing and wants to be asked again: too many requests, or another write to the same object under way.
    pub(super) fn puts_off(&self) -> bool {
        match self.status {
            429 => true,
            409 => self.code() == "ConditionalRequestConflict",
            503 => matches!(self.code(), "SlowDown" | "SlowDownRead" | "SlowDownWrite" | "TooManyRequests"),
            _ => false,
        }
    }

    /// What it means for a get.
    pub(super) fn got(self) -> io::Result<Got> {
        match self.status {
            200 => {
                let etag = self.etag()?;
                Ok(Got::Found(Object { etag, body: self.body }))
            }
            304 => Ok(Got::NotModified),
            // Only where it is the object that is missing: a bucket that is not there, or another server's 404, says nothing about it.
            404 if self.code() == "NoSuchKey" => Ok(Got::Missing),
            _ => Err(self.trouble()),
        }
    }

    /// What it means for a put.
    pub(super) fn put(self, demand: Demand<'_>) -> io::Result<Put> {
        match self.status {
            200 | 201 | 204 => Ok(Put::Stored { etag: self.etag()? }),
            412 => Ok(Put::Conflict),
            // What is to be replaced is gone.
            404 if self.code() == "NoSuchKey" && matches!(demand, Demand::Match(_)) => Ok(Put::Conflict),
            _ => Err(self.trouble()),
        }
    }

    /// The text of a list.
    pub(super) fn listed(self) -> io::Result<String> {
        match self.status {
            200 => String::from_utf8(self.body).map_err(|_| io::Error::other("the store's list is no text")),
            _ => Err(self.trouble()),
        }
    }

    /// The object's ETag as If-Match takes it. A weak one matches nothing; proxies that compress make strong ones weak.
    fn etag(&self) -> io::Result<String> {
        let etag = self.etag.as_deref().map(|etag| etag.strip_prefix("W/").unwrap_or(etag)).filter(|etag| !etag.is_empty());
        etag.map(str::to_owned)
            .ok_or_else(|| io::Error::other("the store's answer has no ETag, without which two writers cannot be told apart"))
    }

    /// The name of the error; empty: this is no error of S3's API.
    fn code(&self) -> &str {
        self.element("Code").unwrap_or_default()
    }

    fn element(&self, name: &str) -> Option<&str> {
        let text = std::str::from_utf8(&self.body).ok()?;
        let (_, rest) = text.split_once(&format!("<{name}>"))?;
        let (inner, _) = rest.split_once(&format!("</{name}>"))?;
        Some(inner.trim()).filter(|inner| !inner.is_empty() && inner.len() <= 100 && inner.bytes().all(|byte| byte.is_ascii_graphic()))
    }

    /// What is wrong, and what to do about it.
    pub(super) fn trouble(&self) -> io::Error {
        let code = self.code();
        let region = self.region.as_deref().or_else(|| self.element("Region"));
        let what = match (code, self.status) {
            ("NoSuchBucket", _) => "there is no such bucket; make it first, or mend its name".to_owned(),
            ("InvalidAccessKeyId", _) => "the store does not know the key in AWS_ACCESS_KEY_ID".to_owned(),
            ("SignatureDoesNotMatch", _) => {
                "the store does not accept the signature; AWS_SECRET_ACCESS_KEY does not go with AWS_ACCESS_KEY_ID, or something on the \
                 way there alters requests"
                    .to_owned()
            }
            ("ExpiredToken" | "InvalidToken", _) => "the session in AWS_SESSION_TOKEN is over, or not this key's; get a new one".to_owned(),
            ("RequestTimeTooSkewed" | "RequestExpired", _) => "this machine's clock differs from the store's; set it right".to_owned(),
            ("PermanentRedirect" | "TemporaryRedirect" | "AuthorizationHeaderMalformed" | "IllegalLocationConstraintException", _)
            | (_, 301 | 307) => match region {
                Some(region) => format!("the bucket is in the region `{region}`; put `region={region}` into the URL"),
                None => "the bucket is in another region or behind another endpoint; mend `region=` or `endpoint=` in the URL".to_owned(),
            },
            ("NotImplemented", _) | (_, 501) => {
                "the store cannot write under a condition (If-Match, If-None-Match), so it cannot hold a project".to_owned()
            }
            (_, 401 | 403) => {
                "the credentials may not do this; they need s3:GetObject, s3:PutObject and, for the whole bucket, s3:ListBucket, without \
                 which Amazon forbids to look for what is not there"
                    .to_owned()
            }
            (_, 429) | ("SlowDown" | "ConditionalRequestConflict", _) => "the store is too busy; try again in a moment".to_owned(),
            ("", status) if status < 500 => "that is no answer of S3's API; is `endpoint=` in the URL right?".to_owned(),
            (_, status) if status >= 500 => "the store is in trouble; try again in a moment".to_owned(),
            _ => "the store refuses".to_owned(),
        };
        let code = if code.is_empty() { String::new() } else { format!(" {code}") };
        io::Error::other(format!("{what} (it answered {}{code})", self.status))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, code: &str) -> Answer {
        let body = format!("<?xml version=\"1.0\"?>\n<Error><Code>{code}</Code><Message>No.</Message></Error>");
        let body = if code.is_empty() { String::new() } else { body };
        Answer { status, etag: None, region: None, body: body.into_bytes() }
    }

    fn whole(etag: Option<&str>) -> Answer {
        Answer { status: 200, etag: etag.map(str::to_owned), region: None, body: b"{}".to_vec() }
    }

    #[test]
    fn what_is_found_missing_and_not_modified_are_told_apart_from_trouble() {
        let found = |etag: &str| Got::Found(Object { etag: etag.to_owned(), body: b"{}".to_vec() });
        assert_eq!(whole(Some("\"a\"")).got().unwrap(), found("\"a\""));
        assert_eq!(whole(Some("W/\"a\"")).got().unwrap(), found("\"a\""));
        assert_eq!(answer(304, "").got().unwrap(), Got::NotModified);
        assert_eq!(answer(404, "NoSuchKey").got().unwrap(), Got::Missing);
        for (status, code) in [(404, "NoSuchBucket"), (404, ""), (403, "AccessDenied"), (500, "InternalError"), (412, ""), (302, "")] {
            assert!(answer(status, code).got().is_err(), "{status} {code}");
        }
        assert!(whole(None).got().unwrap_err().to_string().contains("no ETag"));
    }

    #[test]
    fn a_conflict_is_only_what_surely_wrote_nothing_because_of_its_condition() {
        let put = |status, code, demand| answer(status, code).put(demand);
        assert_eq!(whole(Some("\"a\"")).put(Demand::Absent).unwrap(), Put::Stored { etag: "\"a\"".to_owned() });
        assert_eq!(put(412, "PreconditionFailed", Demand::Absent).unwrap(), Put::Conflict);
        assert_eq!(put(412, "", Demand::Match("\"a\"")).unwrap(), Put::Conflict);
        assert_eq!(put(404, "NoSuchKey", Demand::Match("\"a\"")).unwrap(), Put::Conflict);
        for (status, code, demand) in [
            (404, "NoSuchKey", Demand::Absent),
            (404, "NoSuchBucket", Demand::Match("\"a\"")),
            (409, "ConditionalRequestConflict", Demand::Absent),
            (409, "OperationAborted", Demand::Match("\"a\"")),
            (500, "InternalError", Demand::Match("\"a\"")),
            (503, "SlowDown", Demand::Match("\"a\"")),
            (403, "AccessDenied", Demand::Absent),
            (501, "NotImplemented", Demand::Match("\"a\"")),
        ] {
            assert!(put(status, code, demand).is_err(), "{status} {code}");
        }
    }

    #[test]
    fn only_what_surely_did_nothing_is_asked_again() {
        for (status, code) in [(429, ""), (409, "ConditionalRequestConflict"), (503, "SlowDown")] {
            assert!(answer(status, code).puts_off(), "{status} {code}");
        }
        // After these a put may have been written: asking again would call one's own success a conflict.
        for (status, code) in
            [(500, "InternalError"), (503, "ServiceUnavailable"), (502, ""), (504, ""), (409, "BucketNotEmpty"), (412, "")]
        {
            assert!(!answer(status, code).puts_off(), "{status} {code}");
        }
    }

    #[test]
    fn trouble_says_what_to_do() {
        let region = Answer { region: Some("eu-west-1".to_owned()), ..answer(301, "PermanentRedirect") };
        assert!(region.trouble().to_string().contains("`region=eu-west-1`"));
        for (status, code, words) in [
            (404, "NoSuchBucket", "no such bucket"),
            (403, "InvalidAccessKeyId", "AWS_ACCESS_KEY_ID"),
            (403, "SignatureDoesNotMatch", "AWS_SECRET_ACCESS_KEY"),
            (403, "RequestTimeTooSkewed", "clock"),
            (400, "ExpiredToken", "AWS_SESSION_TOKEN"),
            (403, "AccessDenied", "s3:ListBucket"),
            (403, "", "s3:PutObject"),
            (501, "NotImplemented", "under a condition"),
            (404, "", "`endpoint=`"),
            (503, "SlowDown", "too busy"),
            (502, "", "in trouble"),
        ] {
            let said = answer(status, code).trouble().to_string();
            assert!(said.contains(words) && said.contains(&status.to_string()), "{said}");
        }
    }
}
