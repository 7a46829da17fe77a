//! What every store is to this process: objects under keys, got, put under a condition, and listed. A folder, a bucket behind S3's API
//! and memory are one each, and the store suite (`suite`) holds them to the same properties.

use std::io;
use std::time::Duration;

/// How long to wait for a store where nobody says how long.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// A store's three operations. An error of the kind [`io::ErrorKind::TimedOut`] is an answer that did not come in time; after any error of
/// a put nobody knows whether it was written.
pub(crate) trait Objects: Send + Sync {
    /// Reads an object, unless it still has the ETag that is known.
    fn get(&self, key: &str, known: Option<&str>, patience: Duration) -> io::Result<Got>;

    /// Writes an object, atomically, where the demand is met. What was put is what every later get sees.
    fn put(&self, key: &str, body: &[u8], demand: Demand<'_>) -> io::Result<Put>;

    /// The first keys that begin with `prefix` and come behind `after`, in order, and whether there are more: at most `limit`, and where there
    /// are more at least one. A store may give fewer at once than were asked for.
    fn list(&self, prefix: &str, after: Option<&str>, limit: usize) -> io::Result<(Vec<String>, bool)>;

    /// The object at a key, if there is one.
    fn object(&self, key: &str) -> io::Result<Option<Object>> {
        match self.get(key, None, PATIENCE)? {
            Got::Found(object) => Ok(Some(object)),
            Got::NotModified | Got::Missing => Ok(None),
        }
    }
}

/// An object's bytes, and the ETag that tells them from others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Object {
    pub(crate) etag: String,
    pub(crate) body: Vec<u8>,
}

/// What a get found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Got {
    Found(Object),
    NotModified,
    Missing,
}

impl Got {
    /// What a store answers that has read the object anyway.
    pub(crate) fn of(object: Option<Object>, known: Option<&str>) -> Got {
        match object {
            Some(object) if known == Some(object.etag.as_str()) => Got::NotModified,
            Some(object) => Got::Found(object),
            None => Got::Missing,
        }
    }
}

/// What a put demands of what is there.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Demand<'a> {
    Absent,
    Match(&'a str),
}

impl Demand<'_> {
    /// Whether what is there is as it should be.
    pub(crate) fn is_met_by(self, there: Option<&Object>) -> bool {
        match (self, there) {
            (Demand::Absent, None) => true,
            (Demand::Match(etag), Some(object)) => object.etag == etag,
            _ => false,
        }
    }
}

/// What became of a put.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Put {
    Stored { etag: String },
    Conflict,
}

/// Tries on an object that is there already whether the store holds to conditions, on which everything rests. Some that speak S3's API read
/// over them. What is there stays as it is, whatever the store does.
pub(crate) fn hold_to_conditions(objects: &dyn Objects, key: &str, body: &[u8]) -> io::Result<()> {
    for demand in [Demand::Absent, Demand::Match("\"00000000000000000000000000000000\"")] {
        if objects.put(key, body, demand)? != Put::Conflict {
            return Err(io::Error::other(
                "it writes whatever the condition (If-None-Match, If-Match), so of two who publish at once one would overwrite the other",
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::memory::Memory;

    /// A store that reads over conditions.
    struct Careless(Memory);

    impl Objects for Careless {
        fn get(&self, key: &str, known: Option<&str>, patience: Duration) -> io::Result<Got> {
            self.0.get(key, known, patience)
        }

        fn put(&self, key: &str, body: &[u8], _: Demand<'_>) -> io::Result<Put> {
            match self.object(key)? {
                Some(there) => self.0.put(key, body, Demand::Match(&there.etag)),
                None => self.0.put(key, body, Demand::Absent),
            }
        }

        fn list(&self, prefix: &str, after: Option<&str>, limit: usize) -> io::Result<(Vec<String>, bool)> {
            self.0.list(prefix, after, limit)
        }
    }

    #[test]
    fn a_store_that_reads_over_conditions_is_found_out() {
        let (careful, careless) = (Memory::default(), Careless(Memory::default()));
        for (store, holds) in [(&careful as &dyn Objects, true), (&careless, false)] {
            store.put("k", b"{}", Demand::Absent).unwrap();
            assert_eq!(hold_to_conditions(store, "k", b"{}").is_ok(), holds);
            assert_eq!(store.object("k").unwrap().unwrap().body, b"{}");
        }
    }
}
