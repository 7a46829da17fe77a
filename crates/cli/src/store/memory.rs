//! A store in memory, in which a project is made before it is moved to where it lives.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use halyard_core::document::digest;

use crate::store::objects::{Demand, Got, Object, Objects, Put};

/// Objects that are gone with the process.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    objects: Mutex<BTreeMap<String, Object>>,
}

impl Memory {
    fn objects(&self) -> MutexGuard<'_, BTreeMap<String, Object>> {
        // Each change is one insert: a thread that panicked has left nothing half done.
        self.objects.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Objects for Memory {
    fn get(&self, key: &str, known: Option<&str>, _: Duration) -> io::Result<Got> {
        Ok(Got::of(self.objects().get(key).cloned(), known))
    }

    fn put(&self, key: &str, body: &[u8], demand: Demand<'_>) -> io::Result<Put> {
        let mut objects = self.objects();
        if !demand.is_met_by(objects.get(key)) {
            return Ok(Put::Conflict);
        }
        let etag = digest(body);
        objects.insert(key.to_owned(), Object { etag: etag.clone(), body: body.to_vec() });
        Ok(Put::Stored { etag })
    }

    fn list(&self, prefix: &str, after: Option<&str>, limit: usize) -> io::Result<(Vec<String>, bool)> {
        let objects = self.objects();
        let mut keys = objects.keys().filter(|key| key.starts_with(prefix) && after.is_none_or(|after| key.as_str() > after)).cloned();
        let page = keys.by_ref().take(limit).collect();
        Ok((page, keys.next().is_some()))
    }
}
