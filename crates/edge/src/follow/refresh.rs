//! One look at the head, and what may come of it.

use halyard_core::Timestamp;
use halyard_core::document::digest;
use halyard_core::evaluate::Audience;

use super::{BACKOFF_MS, Copy, DOCUMENT_MS, Fault, Followed, Follower, HEAD_MS, opened};
use crate::effect::{Effect, EffectResult};
use crate::io::{Io, Place, Stop};
use crate::store::Head;

/// Reads an object that never changes, in the time that is left to answer by.
fn get_in_time(io: &mut Io, key: &str, immutable: bool, by: Option<i64>) -> Result<Place, Stop> {
    let left = by.map_or(DOCUMENT_MS, |by| u32::try_from(by - io.now().0).unwrap_or(0).max(1));
    io.place(Effect::Get { key: key.to_owned(), if_none_match: None, immutable, deadline_ms: left })
}

/// What a head means for the copy that is served.
enum Verdict {
    /// It names that copy.
    Same,
    /// It names something newer.
    Newer,
    /// It must not replace the copy.
    Keep(Fault),
    /// It was read before the copy was, which is of another lineage: it says nothing any more.
    Late,
}

impl<T: Followed> Follower<T> {
    /// Brings the copy up to date; nobody waits for it.
    pub(crate) fn refresh_in_background(&mut self, io: &mut Io) -> Result<(), Stop> {
        self.refresh(io, HEAD_MS, None).map(|_| ())
    }

    /// Looks at the head, and fetches its document if that is newer. With a time to answer by, slowness is no fault: then it
    /// returns false, and somebody should go on after the answer.
    pub(super) fn refresh(&mut self, io: &mut Io, head_ms: u32, by: Option<i64>) -> Result<bool, Stop> {
        if !self.expired && self.copy.as_ref().is_some_and(|copy| copy.seen > io.started()) {
            self.release(io);
            return Ok(true); // Somebody else has, since this call began.
        }
        // What the host keeps is looked for at the same time: it may be what the head will name.
        let kept = Effect::Kept { name: self.scope.folder() };
        let kept = if self.copy.is_none() { io.meanwhile(|io| io.place(kept)).ok() } else { None };
        let known = self.copy.as_ref().and_then(|copy| copy.etag.clone());
        let look = Effect::Get { key: self.scope.head(), if_none_match: known.clone(), immutable: false, deadline_ms: head_ms };
        let result = io.perform(look)?;
        let at = io.now();
        let (etag, body) = match result {
            EffectResult::NotModified if known.is_some() => {
                self.confirm(io, at, known);
                return Ok(true);
            }
            EffectResult::Found { etag, body } => (etag, body),
            EffectResult::TimedOut if by.is_some() => return Ok(false),
            EffectResult::TimedOut => return self.fail(io, at, Fault::Slow),
            EffectResult::Missing => return self.fail(io, at, Fault::NoHead),
            _ => return self.fail(io, at, Fault::Store),
        };
        let head = match Head::parse(&body) {
            Ok(head) => head,
            Err(why) => return self.fail(io, at, Fault::BadHead(why)),
        };
        match self.judge(&head, at) {
            Verdict::Same => self.confirm(io, at, Some(etag)),
            Verdict::Late => self.release(io),
            Verdict::Keep(fault) => return self.fail(io, at, fault),
            Verdict::Newer => return self.fetch(io, head, etag, at, by, kept),
        }
        Ok(true)
    }

    fn fetch(&mut self, io: &mut Io, head: Head, etag: String, at: Timestamp, by: Option<i64>, kept: Option<Place>) -> Result<bool, Stop> {
        if self.rejected.as_ref() == Some(&head.document) {
            return self.fail(io, at, Fault::BadDocument);
        }
        self.flaw = None;
        if let Some(kept) = kept
            && let EffectResult::Found { body, .. } = io.result(kept)
            && let Some((_, source)) = opened(body).filter(|(label, _)| label.head.document == head.document)
            && let Some(content) = T::load_either(source, &head.document)
        {
            self.adopt(io, Copy::new(head, Some(etag), at, content, source));
            return Ok(true);
        }
        if T::HAS_IMAGE
            && let Some(is_done) = self.fetch_image(io, &head, &etag, at, by)?
        {
            return Ok(is_done);
        }
        let key = self.scope.document(&head.document);
        for immutable in self.ways() {
            let place = get_in_time(io, &key, immutable, by)?;
            let body = match io.result(place) {
                EffectResult::Found { body, .. } => body,
                EffectResult::TimedOut if by.is_some() => return Ok(false),
                EffectResult::TimedOut => return self.fail(io, io.now(), Fault::Slow),
                EffectResult::Missing => return self.fail(io, io.now(), Fault::NoDocument),
                _ => return self.fail(io, io.now(), Fault::Store),
            };
            if digest(body) == head.document {
                return match T::load(body) {
                    Some(content) => {
                        self.adopt(io, Copy::new(head, Some(etag), at, content, body));
                        Ok(true)
                    }
                    None => {
                        self.rejected = Some(head.document);
                        self.fail(io, io.now(), Fault::BadDocument)
                    }
                };
            }
        }
        self.fail(io, io.now(), Fault::WrongDocument)
    }

    /// Whether an object that never changes may come from a cache, one time after the other: one that is not what its name says is asked
    /// for once more, from the store itself. A node that has nothing has asked the cache for what was kept: that would be it.
    fn ways(&self) -> impl Iterator<Item = bool> + use<T> {
        [true, false].into_iter().skip(usize::from(self.copy.is_none()))
    }

    /// Fetches the image of a document; none: there is none that is any good, so the document it must be.
    fn fetch_image(&mut self, io: &mut Io, head: &Head, etag: &str, at: Timestamp, by: Option<i64>) -> Result<Option<bool>, Stop> {
        let key = self.scope.image(&head.document, Audience::Server);
        for immutable in self.ways() {
            let place = get_in_time(io, &key, immutable, by)?;
            let object = match io.result(place) {
                EffectResult::Found { body, .. } => body,
                EffectResult::TimedOut if by.is_some() => return Ok(Some(false)),
                _ => break,
            };
            if let Some(content) = T::load_image(object, &head.document) {
                self.flaw = None;
                self.adopt(io, Copy::new(head.clone(), Some(etag.to_owned()), at, content, object));
                return Ok(Some(true));
            }
            self.flaw = Some(Fault::BadImage);
        }
        Ok(None)
    }

    fn judge(&self, head: &Head, at: Timestamp) -> Verdict {
        let Some(copy) = &self.copy else { return Verdict::Newer };
        if head.lineage == copy.head.lineage {
            return match head.version.cmp(&copy.head.version) {
                std::cmp::Ordering::Less => Verdict::Keep(Fault::Older),
                std::cmp::Ordering::Equal if *head == copy.head => Verdict::Same,
                std::cmp::Ordering::Equal => Verdict::Keep(Fault::Altered),
                std::cmp::Ordering::Greater => Verdict::Newer,
            };
        }
        let went_back = self.highest.iter().any(|(lineage, version)| *lineage == head.lineage && head.version < *version);
        match () {
            () if at < copy.seen => Verdict::Late,
            () if went_back => Verdict::Keep(Fault::Older),
            () => Verdict::Newer,
        }
    }

    /// Serves a copy that passed every check, and has the host keep it.
    fn adopt(&mut self, io: &Io, copy: Copy<T>) {
        // The head may have moved on while the document was on its way, or another call was faster.
        if !matches!(self.judge(&copy.head, copy.seen), Verdict::Newer) {
            self.release(io);
            return;
        }
        let (seen, etag) = (copy.seen, copy.etag.clone());
        self.is_unkept = true;
        self.serve(copy);
        self.confirm(io, seen, etag);
    }

    fn confirm(&mut self, io: &Io, at: Timestamp, etag: Option<String>) {
        if let Some(copy) = &mut self.copy {
            copy.seen = copy.seen.max(at);
            copy.etag = etag;
        }
        (self.fault, self.failures, self.pause) = (None, 0, Timestamp(i64::MIN));
        (self.expired, self.rejected) = (false, None);
        self.release(io);
    }

    /// Notes a fault, and pauses for longer and longer, each node for a time of its own. Seeing the same fault again in a later
    /// run of the same call changes nothing.
    fn fail(&mut self, io: &Io, at: Timestamp, fault: Fault) -> Result<bool, Stop> {
        if at > self.failed {
            self.failures += 1;
            let (first, longest) = BACKOFF_MS;
            let base = first.saturating_mul(1 << (self.failures - 1).min(8)).min(longest);
            let jitter = io.random_below(base, &self.scope.folder());
            self.pause = Timestamp(at.0 + i64::from(base / 2 + jitter));
            self.failed = at;
            self.fault = Some(fault);
            self.release(io);
        }
        Ok(true)
    }
}
