//! The object store of a schedule: get, put with a condition and list, with every earlier state of an object kept for late reads.

use std::collections::BTreeMap;

use halyard_core::document::digest;
use halyard_edge::{Condition, Effect, EffectResult};

/// An object store. Puts are atomic and their conditions true; whatever goes wrong on the way is [`crate::fault`]'s business.
#[derive(Clone, Debug, Default)]
pub struct Store {
    objects: BTreeMap<String, Vec<State>>,
    writes: u64,
    /// Whether an ETag is a hash of the body, as in S3, or a new one with every write.
    etags_by_content: bool,
}

/// What was at a key for a while; no body: nothing.
#[derive(Clone, Debug)]
struct State {
    etag: String,
    body: Option<Vec<u8>>,
}

impl Store {
    /// An empty store whose ETags are hashes of bodies, or not.
    pub fn new(etags_by_content: bool) -> Store {
        Store { etags_by_content, ..Store::default() }
    }

    /// Writes, whatever is there.
    pub fn write(&mut self, key: &str, body: impl Into<Vec<u8>>) -> String {
        let body = body.into();
        self.writes += 1;
        let etag = if self.etags_by_content { digest(&body).split_off(39) } else { format!("e{}", self.writes) };
        self.objects.entry(key.to_owned()).or_default().push(State { etag: etag.clone(), body: Some(body) });
        etag
    }

    /// Takes an object away.
    pub fn remove(&mut self, key: &str) {
        if let Some(states) = self.objects.get_mut(key) {
            states.push(State { etag: String::new(), body: None });
        }
    }

    /// What is at a key now.
    pub fn body(&self, key: &str) -> Option<&[u8]> {
        self.objects.get(key)?.last()?.body.as_deref()
    }

    /// The keys of objects that there are now.
    pub fn keys(&self) -> impl Iterator<Item = &String> {
        self.objects.iter().filter(|(_, states)| states.last().is_some_and(|state| state.body.is_some())).map(|(key, _)| key)
    }

    /// No late read reaches behind now.
    pub fn forget_the_past(&mut self) {
        for states in self.objects.values_mut() {
            let surplus = states.len().saturating_sub(1);
            states.drain(..surplus);
        }
    }

    /// The state of `behind` writes ago. The first state of a head stays the oldest; any other object was not there before.
    fn state(&self, key: &str, behind: usize) -> Option<(&str, &[u8])> {
        let states = self.objects.get(key)?;
        let state = match states.len().checked_sub(1 + behind) {
            Some(place) => states.get(place),
            None => states.first().filter(|_| key.ends_with("/head.json")),
        }?;
        Some((&state.etag, state.body.as_deref()?))
    }

    /// Carries out an effect of the store; a read as it was `behind` writes ago.
    pub fn perform(&mut self, effect: &Effect, behind: usize) -> EffectResult {
        match effect {
            Effect::Get { key, if_none_match, .. } => match self.state(key, behind) {
                None => EffectResult::Missing,
                Some((etag, _)) if Some(etag) == if_none_match.as_deref() => EffectResult::NotModified,
                Some((etag, body)) => EffectResult::Found { etag: etag.to_owned(), body: body.to_vec() },
            },
            Effect::Put { key, body, condition } => {
                let there = self.state(key, 0).map(|(etag, _)| etag);
                let holds = match condition {
                    Condition::IfAbsent => there.is_none(),
                    Condition::IfMatch(etag) => there == Some(etag),
                };
                if holds { EffectResult::Stored { etag: self.write(key, body.clone()) } } else { EffectResult::Conflict }
            }
            Effect::List { prefix, after, limit } => {
                let limit = *limit as usize;
                let is_asked = |key: &String| key.starts_with(prefix) && after.as_ref().is_none_or(|after| key > after);
                let mut keys: Vec<String> =
                    self.objects.keys().filter(|key| is_asked(key) && self.state(key, behind).is_some()).cloned().collect();
                let more = keys.len() > limit;
                keys.truncate(limit);
                EffectResult::Listed { keys, more }
            }
            Effect::Sleep { .. } | Effect::Kept { .. } => EffectResult::Done,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn get(key: &str) -> Effect {
        Effect::Get { key: key.to_owned(), if_none_match: None, immutable: false, deadline_ms: 1 }
    }

    #[test]
    fn a_put_is_a_compare_and_swap_whatever_the_etags_are_made_of() {
        for etags_by_content in [false, true] {
            let mut store = Store::new(etags_by_content);
            let put = |body: &str, condition| Effect::Put { key: "a/head.json".to_owned(), body: body.into(), condition };
            let EffectResult::Stored { etag } = store.perform(&put("1", Condition::IfAbsent), 0) else { panic!("it is absent") };
            assert_eq!(store.perform(&put("2", Condition::IfAbsent), 0), EffectResult::Conflict);
            assert!(matches!(store.perform(&put("2", Condition::IfMatch(etag.clone())), 0), EffectResult::Stored { .. }));
            assert_eq!(store.perform(&put("3", Condition::IfMatch(etag)), 0), EffectResult::Conflict);
            assert_eq!(store.body("a/head.json"), Some(b"2".as_slice()));
        }
    }

    #[test]
    fn a_late_read_finds_what_was_there() {
        let mut store = Store::default();
        for body in ["1", "2"] {
            store.write("a/head.json", body);
        }
        store.write("a/records/1.json", "r");
        let body = |store: &mut Store, key, behind| match store.perform(&get(key), behind) {
            EffectResult::Found { body, .. } => Some(body),
            _ => None,
        };
        assert_eq!(body(&mut store, "a/head.json", 1), Some(b"1".to_vec()));
        assert_eq!(body(&mut store, "a/head.json", 9), Some(b"1".to_vec()));
        assert_eq!(body(&mut store, "a/records/1.json", 1), None);
        store.forget_the_past();
        assert_eq!(body(&mut store, "a/head.json", 1), Some(b"2".to_vec()));
        let list = Effect::List { prefix: "a/".to_owned(), after: None, limit: 1 };
        assert_eq!(store.perform(&list, 0), EffectResult::Listed { keys: vec!["a/head.json".to_owned()], more: true });
    }
}
