//! R2 as the worker's host code reaches it, over HTTP: `tests/stores/r2-worker.ts` is the other end.

use std::io;
use std::time::Duration;

use halyard_edge::EffectResult;
use halyard_edge::frame::{ConditionMeta, EffectMeta, ResultMeta};

use crate::store::objects::{Demand, Got, Object, Objects, Put};

/// One of the test's buckets, through one of its two workers.
pub(super) struct R2 {
    url: String,
    agent: ureq::Agent,
}

impl R2 {
    pub(super) fn new(url: &str, number: usize, other: bool) -> R2 {
        let url = format!("{url}/{number}{}", if other { "?other" } else { "" });
        // A connection for each request: workerd closes those that lie idle, now and then just as the next request is sent.
        R2 { url, agent: ureq::Agent::config_builder().max_idle_connections(0).build().new_agent() }
    }

    fn perform(&self, effect: &EffectMeta, body: &[u8]) -> io::Result<EffectResult> {
        let header = serde_json::to_vec(effect)?;
        let length = u32::try_from(header.len()).map_err(io::Error::other)?;
        let frame = [&length.to_le_bytes()[..], &header, body].concat();
        let mut answer = self.agent.post(&self.url).send(&frame).map_err(io::Error::other)?;
        let frame = answer.body_mut().with_config().limit(64 << 20).read_to_vec().map_err(io::Error::other)?;
        let length = usize::try_from(u32::from_le_bytes(frame[..4].try_into().unwrap())).unwrap();
        let outcome: ResultMeta = serde_json::from_slice(&frame[4..4 + length])?;
        match outcome.with_body(frame[4 + length..].to_vec()) {
            EffectResult::Failed { message } => Err(io::Error::other(message)),
            EffectResult::TimedOut => Err(io::Error::from(io::ErrorKind::TimedOut)),
            result => Ok(result),
        }
    }
}

impl Objects for R2 {
    fn get(&self, key: &str, known: Option<&str>, patience: Duration) -> io::Result<Got> {
        let effect = EffectMeta::Get {
            key: key.to_owned(),
            if_none_match: known.map(str::to_owned),
            immutable: false,
            deadline_ms: u32::try_from(patience.as_millis()).unwrap(),
        };
        match self.perform(&effect, &[])? {
            EffectResult::Found { etag, body } => Ok(Got::Found(Object { etag, body })),
            EffectResult::NotModified => Ok(Got::NotModified),
            EffectResult::Missing => Ok(Got::Missing),
            other => panic!("a get became {other:?}"),
        }
    }

    fn put(&self, key: &str, body: &[u8], demand: Demand<'_>) -> io::Result<Put> {
        let condition = match demand {
            Demand::Absent => ConditionMeta::IfAbsent { if_absent: true },
            Demand::Match(etag) => ConditionMeta::IfMatch { if_match: etag.to_owned() },
        };
        match self.perform(&EffectMeta::Put { key: key.to_owned(), condition }, body)? {
            EffectResult::Stored { etag } => Ok(Put::Stored { etag }),
            EffectResult::Conflict => Ok(Put::Conflict),
            other => panic!("a put became {other:?}"),
        }
    }

    fn list(&self, prefix: &str, after: Option<&str>, limit: usize) -> io::Result<(Vec<String>, bool)> {
        let limit = u32::try_from(limit).unwrap();
        let effect = EffectMeta::List { prefix: prefix.to_owned(), after: after.map(str::to_owned), limit };
        match self.perform(&effect, &[])? {
            EffectResult::Listed { keys, more } => Ok((keys, more)),
            other => panic!("a list became {other:?}"),
        }
    }
}
