//! Following a head: a copy in memory that is kept fresh, and that nothing bad, older or absent ever replaces.

mod copy;
mod refresh;

use std::iter;

use halyard_core::check::Cap;
use halyard_core::document::digest;
use halyard_core::{Ruleset, Timestamp, compile};

use copy::{Label, opened};
pub use copy::{pack, unpack};

use crate::effect::{Effect, EffectResult};
use crate::image;
use crate::io::{Io, Stop};
use crate::node::Config;
use crate::project::Project;
use crate::store::{Head, Scope};

/// How old a copy may be before the head is looked at in the background, in milliseconds.
pub const REFRESH_MS: u32 = 5_000;
/// How old a copy may be before a request waits for the head, in milliseconds.
pub const MAX_STALE_MS: u32 = 10_000;
/// How long such a request waits at most, in milliseconds.
pub const WAIT_MS: u32 = 300;
/// How long a node without any copy waits for the store, in milliseconds.
pub(crate) const COLD_MS: u32 = 2_000;
/// How long a background refresh waits for a head and for a document, in milliseconds.
const HEAD_MS: u32 = 3_000;
const DOCUMENT_MS: u32 = 10_000;
/// How long a refresh in the background holds its lease: longer than its deadlines together. One that was cancelled blocks nobody for longer.
const LEASE_MS: i64 = 15_000;
/// The first and the longest pause after failures, before jitter, in milliseconds. The longest is twice what a healthy node takes
/// between looks: half the load on a store that is ill, and a kill switch turned right after an outage is not late by much.
const BACKOFF_MS: (u32, u32) = (1_000, 10_000);
/// For so long after a failure no request waits for the store, in milliseconds.
const FAILED_LATELY_MS: i64 = 60_000;
/// Lineages whose highest version is remembered.
const LINEAGES: usize = 16;

/// What a node can follow.
pub(crate) trait Followed: Sized {
    /// Whether publishing puts an image beside its documents.
    const HAS_IMAGE: bool = false;
    /// Reads and checks a document; none: it is not fit to be served.
    fn load(document: &[u8]) -> Option<Self>;
    /// Takes the object of the image of the document of this digest; none: it is not fit to be served.
    fn load_image(_object: &[u8], _document: &str) -> Option<Self> {
        None
    }

    /// What it is loaded from again, where publishing puts an image beside its documents: the object of that.
    fn to_image(&self, _document: &str) -> Vec<u8> {
        Vec::new()
    }

    /// Takes either.
    fn load_either(content: &[u8], document: &str) -> Option<Self> {
        if image::is_image(content) {
            return Self::load_image(content, document);
        }
        (digest(content) == document).then(|| Self::load(content))?
    }
}

impl Followed for Ruleset {
    const HAS_IMAGE: bool = true;

    fn load(document: &[u8]) -> Option<Ruleset> {
        halyard_core::read(document, Cap::Reader).checked.as_ref().map(compile)
    }

    fn load_image(object: &[u8], document: &str) -> Option<Ruleset> {
        image::load(object, document)
    }

    fn to_image(&self, document: &str) -> Vec<u8> {
        image::of_all(self, document)
    }
}

impl Followed for Project {
    fn load(document: &[u8]) -> Option<Project> {
        Project::read(document).ok()
    }
}

/// Why a copy is not as fresh as it should be. Without names: anyone may read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    Slow,
    Store,
    NoHead,
    BadHead(&'static str),
    Older,
    Altered,
    NoDocument,
    WrongDocument,
    BadDocument,
    BadImage,
}

impl Fault {
    /// In a few words, fit for a header.
    pub(crate) fn say(self) -> &'static str {
        match self {
            Fault::Slow => "the store does not answer in time",
            Fault::Store => "the store fails",
            Fault::NoHead => "the store has no head",
            Fault::BadHead(why) => why,
            Fault::Older => "the store has an older version than the one that is served",
            Fault::Altered => "the store has another document for the version that is served",
            Fault::NoDocument => "the store does not have the document that the head names",
            Fault::WrongDocument => "the document is not the one that the head names",
            Fault::BadDocument => "the newest document does not pass its checks",
            Fault::BadImage => "the image of the version that is served is damaged, and its document was compiled instead",
        }
    }
}

/// A copy that is served.
pub(crate) struct Copy<T> {
    pub(crate) head: Head,
    etag: Option<String>,
    /// When the head was last seen to name it.
    seen: Timestamp,
    pub(crate) content: T,
    /// The document that the content was read from, where there is no image that says as much.
    document: Vec<u8>,
}

impl<T: Followed> Copy<T> {
    fn new(head: Head, etag: Option<String>, seen: Timestamp, content: T, source: &[u8]) -> Copy<T> {
        let document = if T::HAS_IMAGE { Vec::new() } else { source.to_vec() };
        Copy { head, etag, seen, content, document }
    }

    /// As bytes for the host to hold.
    fn packed(&self) -> Vec<u8> {
        let Copy { head, etag, seen, content, document } = self;
        if T::HAS_IMAGE {
            return pack(head, etag.as_deref(), *seen, &content.to_image(&head.document));
        }
        pack(head, etag.as_deref(), *seen, document)
    }

    /// How old it is, in milliseconds.
    pub(crate) fn age(&self, now: Timestamp) -> i64 {
        now.0.saturating_sub(self.seen.0).max(0)
    }
}

/// The right to refresh, until a deadline.
#[derive(Clone, Copy)]
struct Lease {
    owner: u64,
    until: Timestamp,
}

/// One followed head.
pub(crate) struct Follower<T> {
    scope: Scope,
    pub(crate) copy: Option<Copy<T>>,
    /// The highest version that was served of each lineage, oldest lineage first.
    highest: Vec<(String, u64)>,
    lease: Option<Lease>,
    fault: Option<Fault>,
    /// What was wrong on the way to the copy, which is as fresh and as good as any all the same.
    flaw: Option<Fault>,
    failures: u32,
    failed: Timestamp,
    /// Not to be tried again before.
    pause: Timestamp,
    /// The digest of a document that is what its head says and yet not fit to be served: not to be fetched again and again.
    rejected: Option<String>,
    /// When the host was last asked for kept bytes.
    asked: Option<Timestamp>,
    /// Something was published through this node: the copy is known to be old.
    expired: bool,
    /// Whether the host has not been told yet to keep the copy.
    is_unkept: bool,
}

impl<T: Followed> Follower<T> {
    pub(crate) fn new(scope: Scope) -> Follower<T> {
        Follower {
            scope,
            copy: None,
            highest: Vec::new(),
            lease: None,
            fault: None,
            flaw: None,
            failures: 0,
            failed: Timestamp(i64::MIN),
            pause: Timestamp(i64::MIN),
            rejected: None,
            asked: None,
            expired: false,
            is_unkept: false,
        }
    }

    /// What keeps the copy from being brought up to date.
    pub(crate) fn fault(&self) -> Option<Fault> {
        self.fault
    }

    /// What was wrong on the way to the copy, and changes nothing of what it answers.
    pub(crate) fn flaw(&self) -> Option<Fault> {
        self.flaw
    }

    /// The copy is known to be old. Whoever knows that has just heard from the store: there is nothing to pause for.
    pub(crate) fn expire(&mut self) {
        self.expired = true;
        (self.pause, self.failures) = (Timestamp(i64::MIN), 0);
    }

    /// The name of what the host should keep, once.
    pub(crate) fn take_unkept(&mut self) -> Option<String> {
        std::mem::take(&mut self.is_unkept).then(|| self.scope.folder())
    }

    /// The copy as bytes for the host to hold.
    pub(crate) fn packed(&self) -> Option<Vec<u8>> {
        self.copy.as_ref().map(Copy::packed)
    }

    /// Whether it has only begun, and nobody but this call is at it.
    pub(crate) fn is_new(&self, io: &Io) -> bool {
        self.copy.is_none() && self.failures == 0 && !self.is_leased(io, io.now())
    }

    /// Takes what was kept, if it is good and not older than what there is.
    pub(crate) fn restore(&mut self, bytes: &[u8]) -> bool {
        let Some((Label { head, etag, seen, .. }, source)) = opened(bytes) else { return false };
        let is_fit = match &self.copy {
            None => true,
            Some(copy) => copy.head.lineage == head.lineage && copy.head.version < head.version,
        };
        match T::load_either(source, &head.document) {
            Some(content) if is_fit => {
                self.serve(Copy::new(head, etag, seen, content, source));
                true
            }
            _ => false,
        }
    }

    fn serve(&mut self, copy: Copy<T>) {
        let (lineage, version) = (&copy.head.lineage, copy.head.version);
        self.highest.retain(|(other, _)| other != lineage);
        self.highest.push((lineage.clone(), version));
        let surplus = self.highest.len().saturating_sub(LINEAGES);
        self.highest.drain(..surplus);
        self.copy = Some(copy);
    }

    /// Sees to it that there is a copy, as fresh as it can be without keeping the request waiting for long. Afterwards there is
    /// none only if neither the store, nor kept bytes, nor a bundled snapshot have one.
    pub(crate) fn ensure(&mut self, io: &mut Io, config: &Config) -> Result<(), Stop> {
        self.doubt_the_future(io, config);
        let Some(copy) = &self.copy else { return self.ensure_cold(io, config) };
        let now = io.now();
        let age = copy.age(now);
        let within = |limit: Option<u32>, usual: u32| age < i64::from(limit.unwrap_or(usual));
        if !self.expired && within(config.refresh_ms, REFRESH_MS) || now < self.pause {
            return Ok(());
        }
        // A store that failed a moment ago is asked without anybody waiting for it.
        let failed_lately = self.failures > 0 && now.0.saturating_sub(self.failed.0) < FAILED_LATELY_MS;
        if failed_lately || !self.expired && within(config.max_stale_ms, MAX_STALE_MS) {
            self.refresh_after_answer(io, now);
            return Ok(());
        }
        if self.is_leased(io, now) {
            return self.wait_for_another(io, now, WAIT_MS);
        }
        self.lease(io, i64::from(WAIT_MS) * 2);
        if self.refresh(io, WAIT_MS, Some(now.0 + i64::from(WAIT_MS)))? {
            return Ok(());
        }
        self.refresh_after_answer(io, io.now());
        Ok(())
    }

    /// A copy that was seen at a time that has not come (a clock was set back, or that of another process was ahead) is as old as one
    /// that nobody should answer from without a look at the head; older by a minute, for a later run of the same call may lag behind.
    fn doubt_the_future(&mut self, io: &Io, config: &Config) {
        let (now, old) = (io.latest(), config.max_stale_ms.unwrap_or(MAX_STALE_MS));
        if let Some(copy) = self.copy.as_mut().filter(|copy| copy.seen > now) {
            copy.seen = Timestamp(now.0.saturating_sub(i64::from(old) + 60_000));
        }
    }

    fn ensure_cold(&mut self, io: &mut Io, config: &Config) -> Result<(), Stop> {
        let now = io.now();
        if now >= self.pause {
            if self.is_leased(io, now) {
                self.wait_for_another(io, now, COLD_MS)?;
            }
            if self.copy.is_none() && io.now() >= self.pause {
                self.lease(io, LEASE_MS);
                self.refresh(io, COLD_MS, None)?;
            }
        }
        if self.copy.is_none() {
            self.take_kept(io)?;
        }
        if let (None, Some(snapshot)) = (&self.copy, config.snapshots.get(&self.scope.folder())) {
            self.restore(snapshot.as_bytes());
        }
        Ok(())
    }

    fn take_kept(&mut self, io: &mut Io) -> Result<(), Stop> {
        let recently = |asked: Timestamp| io.now().0.saturating_sub(asked.0) < i64::from(REFRESH_MS);
        if self.asked.is_some_and(recently) {
            return Ok(());
        }
        let result = io.perform(Effect::Kept { name: self.scope.folder() })?;
        self.asked = Some(io.now());
        if let EffectResult::Found { body, .. } = result {
            self.restore(&body);
        }
        Ok(())
    }

    /// Has the copy brought up to date after the answer, unless somebody is at it.
    fn refresh_after_answer(&mut self, io: &mut Io, now: Timestamp) {
        if !self.is_leased(io, now) {
            self.lease_to(io.successor(), io, LEASE_MS);
            let name = self.scope.folder();
            if !io.background.contains(&name) {
                io.background.push(name);
            }
        }
    }

    /// Whether another call is at it: neither this one, nor the task that it leaves behind its answer.
    fn is_leased(&self, io: &Io, now: Timestamp) -> bool {
        self.lease.is_some_and(|lease| ![io.id(), io.successor()].contains(&lease.owner) && now < lease.until)
    }

    fn lease(&mut self, io: &Io, ms: i64) {
        self.lease_to(io.id(), io, ms);
    }

    fn lease_to(&mut self, owner: u64, io: &Io, ms: i64) {
        // From the true time: a run that passes over results, because another call was faster, lags behind it.
        self.lease = Some(Lease { owner, until: Timestamp(io.latest().0 + ms) });
    }

    /// Ends this call's lease. Never another's: one that took so long that its lease ran out would let in a third.
    fn release(&mut self, io: &Io) {
        self.lease.take_if(|lease| lease.owner == io.id());
    }

    /// Waits until another call has brought the copy up to date, or failed to.
    fn wait_for_another(&mut self, io: &mut Io, since: Timestamp, most_ms: u32) -> Result<(), Stop> {
        // What another reads is often there at once: it is looked for soon, and then less and less often.
        let steps = (0..5).rev().map(|halvings| (most_ms / 12) >> halvings).chain(iter::repeat_n(most_ms / 12, 12));
        for step in steps {
            let is_fresh = self.copy.as_ref().is_some_and(|copy| copy.seen >= since && !self.expired);
            let now = io.now();
            if is_fresh || !self.is_leased(io, now) || now < self.pause || now.0 - since.0 >= i64::from(most_ms) {
                break;
            }
            io.sleep(step)?;
        }
        Ok(())
    }
}
