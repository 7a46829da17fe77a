//! The journal: how straight-line handlers do I/O without doing any.
//!
//! A handler calls `io.get(key)?`. Where the journal has the result already, it gets it; else the handler stops with the effect,
//! and the continuation is the task plus the journal so far. On `resume` the handler runs from its start over the longer journal.
//!
//! The node may have changed between two runs (another request refreshed a copy, or a trapped instance was rebuilt), so a handler
//! may ask for other effects than it did before. Entries are therefore found by what was asked, going forward only: an entry that
//! this run does not need is passed over, and an effect that the journal does not know is carried out. What must not change once
//! it was decided (who asks, what a publish will write) is *noted* in the journal and read back from there.

use std::iter;
use std::ops::ControlFlow;

use halyard_core::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::effect::{Condition, Effect, EffectResult, Moment};
use crate::frame::{self, ResultMeta};
use crate::http::{Request, Response, to_json};
use crate::node::Principal;

/// Why a handler stopped before its end.
pub(crate) enum Stop {
    /// It needs this effect.
    Effect(Effect),
    /// It has its answer early: an error, as a rule.
    Answer(Box<Response>),
}

/// What a call is for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Task {
    /// Answer a request; with a principal, for them and nobody else.
    Request { request: Request, principal: Option<Principal> },
    /// Bring copies up to date, and note which tokens were used.
    Refresh { names: Vec<String> },
}

/// One call's view of the world.
pub(crate) struct Io {
    started: Moment,
    entries: Vec<Entry>,
    /// How many entries this run has used or passed over.
    next: usize,
    now: Timestamp,
    /// The copies that should be brought up to date after the answer, by folder, and the tokens that were used, by hash.
    pub(crate) background: Vec<String>,
    /// What this run has asked for meanwhile.
    beside: Vec<Effect>,
}

/// Where a result lies in this run's journal, until the next note takes the place of what was read for it.
#[derive(Clone, Copy)]
pub(crate) struct Place(usize);

#[derive(Clone, Debug, PartialEq)]
struct Entry {
    print: u64,
    at: Timestamp,
    what: Recorded,
}

#[derive(Clone, Debug, PartialEq)]
enum Recorded {
    Result(EffectResult),
    Note(Vec<u8>),
}

impl Io {
    /// The view of a call that has just begun.
    pub(crate) fn new(started: Moment) -> Io {
        Io { started, entries: Vec::new(), next: 0, now: started.now, background: Vec::new(), beside: Vec::new() }
    }

    /// When the call began.
    pub(crate) fn started(&self) -> Timestamp {
        self.started.now
    }

    /// The time, as of the last effect that this run has seen the result of.
    pub(crate) fn now(&self) -> Timestamp {
        self.now
    }

    /// The time at which this very run began: that of the newest result, whether this run has a use for it or not.
    pub(crate) fn latest(&self) -> Timestamp {
        self.entries.last().map_or(self.started.now, |entry| entry.at)
    }

    /// A number that no other call has: who holds a lease.
    pub(crate) fn id(&self) -> u64 {
        id_of(&self.started.random)
    }

    /// The number that the task after this call's answer will have.
    pub(crate) fn successor(&self) -> u64 {
        id_of(&self.random(BACKGROUND))
    }

    /// 256 random bits for a use: the same ones in every run of this call.
    pub(crate) fn random(&self, label: &str) -> [u8; 32] {
        Sha256::new().chain_update(self.started.random).chain_update("draw").chain_update(label).finalize().into()
    }

    /// A random number from 0 up to but without `whole`.
    pub(crate) fn random_below(&self, whole: u32, label: &str) -> u32 {
        let bits = self.random(label);
        let (first, _) = bits.split_first_chunk::<4>().unwrap_or((&[0; 4], &[]));
        u32::try_from((u64::from(u32::from_le_bytes(*first)) * u64::from(whole)) >> 32).unwrap_or(0)
    }

    /// Has `effect` carried out.
    pub(crate) fn perform(&mut self, effect: Effect) -> Result<EffectResult, Stop> {
        let place = self.place(effect)?;
        Ok(self.result(place).clone())
    }

    /// The same, and the result stays where it is, because it is large: [`Io::result`] shows it.
    pub(crate) fn place(&mut self, effect: Effect) -> Result<Place, Stop> {
        self.find(print_of(&effect)).ok_or(Stop::Effect(effect))
    }

    /// What lies in a place.
    pub(crate) fn result(&self, Place(place): Place) -> &EffectResult {
        match self.entries.get(place).map(|entry| &entry.what) {
            Some(Recorded::Result(result)) => result,
            _ => &EffectResult::Done,
        }
    }

    /// Reads an object.
    pub(crate) fn get(&mut self, key: &str, deadline_ms: u32) -> Result<EffectResult, Stop> {
        self.perform(Effect::Get { key: key.to_owned(), if_none_match: None, immutable: false, deadline_ms })
    }

    /// Reads an object that never changes.
    pub(crate) fn get_immutable(&mut self, key: &str, deadline_ms: u32) -> Result<EffectResult, Stop> {
        self.perform(Effect::Get { key: key.to_owned(), if_none_match: None, immutable: true, deadline_ms })
    }

    /// Writes an object where there is none.
    pub(crate) fn put_new(&mut self, key: &str, body: &[u8]) -> Result<EffectResult, Stop> {
        self.put_made(key, || body.to_vec())
    }

    /// The same with a body that is only made where the journal does not have the result.
    pub(crate) fn put_made(&mut self, key: &str, make: impl FnOnce() -> Vec<u8>) -> Result<EffectResult, Stop> {
        let effect = Effect::Put { key: key.to_owned(), body: Vec::new(), condition: Condition::IfAbsent };
        match self.find(print_of(&effect)) {
            Some(place) => Ok(self.result(place).clone()),
            None => Err(Stop::Effect(Effect::Put { key: key.to_owned(), body: make(), condition: Condition::IfAbsent })),
        }
    }

    /// Writes an object in place of the one with this ETag.
    pub(crate) fn put_over(&mut self, key: &str, body: &[u8], etag: &str) -> Result<EffectResult, Stop> {
        self.perform(Effect::Put { key: key.to_owned(), body: body.to_vec(), condition: Condition::IfMatch(etag.to_owned()) })
    }

    /// Waits.
    pub(crate) fn sleep(&mut self, ms: u32) -> Result<(), Stop> {
        self.perform(Effect::Sleep { ms }).map(|_| ())
    }

    /// Does `work` while the call does other things: what `work` wants to read is asked for beside what the call asks for next, and comes
    /// when it comes. Until then this is a stop, which whoever cannot do without passes on. (Both go forward through the journal, each
    /// for itself, so neither may note anything.)
    pub(crate) fn meanwhile<T>(&mut self, work: impl FnOnce(&mut Io) -> Result<T, Stop>) -> Result<T, Stop> {
        let began = (self.next, self.now);
        let outcome = work(self);
        (self.next, self.now) = began;
        if let Err(Stop::Effect(effect @ (Effect::Get { .. } | Effect::Kept { .. }))) = &outcome {
            self.beside.push(effect.clone());
        }
        outcome
    }

    /// What this run has asked for beside `effect`.
    pub(crate) fn take_beside(&mut self, effect: &Effect) -> Vec<Effect> {
        let mut beside = std::mem::take(&mut self.beside);
        beside.retain(|other| other != effect);
        beside
    }

    /// What was decided under this name in an earlier run, or by `decide` now. It is part of the journal from then on.
    pub(crate) fn decided<T: Serialize + DeserializeOwned>(
        &mut self,
        name: &str,
        decide: impl FnOnce(&mut Io) -> Result<T, Stop>,
    ) -> Result<T, Stop> {
        let print = Print::new("note").with(name.as_bytes()).done();
        if let Some((place, value)) = self.noted(print) {
            self.next = place + 1;
            return Ok(value);
        }
        let began = self.next;
        let value = decide(self)?;
        self.note(began, print, &value);
        Ok(value)
    }

    /// A loop of which the journal carries nothing but its state: what a round read is never read again, whatever the number of
    /// rounds. It ends with the state that a round breaks with.
    pub(crate) fn rounds<T: Serialize + DeserializeOwned>(
        &mut self,
        name: &str,
        first: T,
        mut round: impl FnMut(&mut Io, T) -> Result<ControlFlow<T, T>, Stop>,
    ) -> Result<T, Stop> {
        let print = Print::new("rounds").with(name.as_bytes()).done();
        let (place, (mut is_over, mut state)) = match self.noted(print) {
            Some((place, noted)) => {
                self.next = place + 1;
                (place, noted)
            }
            None => (self.next, (false, first)),
        };
        while !is_over {
            (is_over, state) = match round(self, state)? {
                ControlFlow::Break(state) => (true, state),
                ControlFlow::Continue(state) => (false, state),
            };
            self.note(place, print, &(is_over, &state));
        }
        Ok(state)
    }

    /// A note that is ahead, and its place. Looked for without passing over anything: whoever decides may need the entries before it.
    fn noted<T: DeserializeOwned>(&mut self, print: u64) -> Option<(usize, T)> {
        let (place, at, value) = self.entries.iter().enumerate().skip(self.next).find_map(|(place, entry)| match &entry.what {
            Recorded::Note(bytes) if entry.print == print => Some((place, entry.at, serde_json::from_slice(bytes).ok()?)),
            _ => None,
        })?;
        self.now = at;
        Some((place, value))
    }

    /// Puts a note in place of what was read in order to decide it: a continuation need not carry that.
    fn note(&mut self, began: usize, print: u64, value: &impl Serialize) {
        self.entries.drain(began..self.next);
        self.entries.insert(began, Entry { print, at: self.now, what: Recorded::Note(to_json(value)) });
        self.next = began + 1;
    }

    fn find(&mut self, print: u64) -> Option<Place> {
        // A note under an effect's print is nothing: a continuation that was damaged so must not have the effect asked for again for ever.
        let is_it = |entry: &Entry| entry.print == print && matches!(entry.what, Recorded::Result(_));
        let place = self.entries.iter().skip(self.next).position(is_it)? + self.next;
        let entry = self.entries.get(place)?;
        self.next = place + 1;
        self.now = entry.at;
        Some(Place(place))
    }

    /// The continuation of a call that needs `effect`, and what is `beside` it.
    pub(crate) fn pause(&self, task: &Task, effect: &Effect, beside: &[Effect]) -> Vec<u8> {
        let waiting_for = iter::once(effect).chain(beside).map(print_of).collect();
        encode(task, &self.started, &self.entries, waiting_for)
    }

    /// The continuation of a task that has not begun.
    pub(crate) fn not_begun(&self, task: &Task) -> Vec<u8> {
        let started = Moment { now: self.now, random: self.random(BACKGROUND) };
        encode(task, &started, &[], Vec::new())
    }

    /// The task of a continuation, and its view with one more result: that of the effect, or of one beside it, by place. None: these
    /// bytes are no continuation of this build, or wait for no such thing.
    pub(crate) fn resume(continuation: &[u8], place: usize, result: EffectResult, moment: Moment) -> Option<(Task, Io)> {
        let (task, mut started, mut entries, waiting_for) = decode(continuation)?;
        if matches!(result, EffectResult::Begin) {
            started.now = moment.now;
        } else {
            entries.push(Entry { print: *waiting_for.get(place)?, at: moment.now, what: Recorded::Result(result) });
        }
        let mut io = Io::new(started);
        io.entries = entries;
        Some((task, io))
    }
}

/// What the randomness of the task after an answer is drawn for.
const BACKGROUND: &str = "background";

fn id_of(random: &[u8; 32]) -> u64 {
    let (first, _) = random.split_first_chunk::<8>().unwrap_or((&[0; 8], &[]));
    u64::from_le_bytes(*first)
}

/// FNV-1a: tells effects apart, against no adversary.
struct Print(u64);

impl Print {
    fn new(kind: &str) -> Print {
        Print(0xcbf2_9ce4_8422_2325).with(kind.as_bytes())
    }

    fn with(self, bytes: &[u8]) -> Print {
        let fold = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        Print(fold(bytes.iter().fold(self.0, fold), &0xff))
    }

    fn done(self) -> u64 {
        self.0
    }
}

fn print_of(effect: &Effect) -> u64 {
    match effect {
        Effect::Get { key, if_none_match, .. } => {
            Print::new("get").with(key.as_bytes()).with(if_none_match.as_deref().unwrap_or_default().as_bytes())
        }
        // What is put where nothing is has a name of its own.
        Effect::Put { key, condition: Condition::IfAbsent, .. } => Print::new("put new").with(key.as_bytes()),
        Effect::Put { key, body, condition: Condition::IfMatch(etag) } => {
            Print::new("put").with(key.as_bytes()).with(etag.as_bytes()).with(body)
        }
        Effect::List { prefix, after, limit } => {
            Print::new("list").with(prefix.as_bytes()).with(after.as_deref().unwrap_or_default().as_bytes()).with(&limit.to_le_bytes())
        }
        Effect::Kept { name } => Print::new("kept").with(name.as_bytes()),
        Effect::Sleep { ms } => Print::new("sleep").with(&ms.to_le_bytes()),
    }
    .done()
}

/// Which build's continuations these are: another build's handlers may ask for other things.
const VERSION: &str = concat!("halyard ", env!("CARGO_PKG_VERSION"), " 3");

#[derive(Serialize, Deserialize)]
struct Header {
    version: String,
    task: TaskHeader,
    now: i64,
    random: String,
    /// In hex, as every print: JSON's numbers are doubles.
    waiting_for: Vec<String>,
    entries: Vec<EntryHeader>,
}

#[derive(Serialize, Deserialize)]
enum TaskHeader {
    Request { method: String, url: String, headers: Vec<(String, String)>, principal: Option<Principal>, body: usize },
    Refresh { names: Vec<String> },
}

#[derive(Serialize, Deserialize)]
struct EntryHeader {
    print: String,
    at: i64,
    /// None: a note.
    result: Option<ResultMeta>,
    body: usize,
}

fn encode(task: &Task, started: &Moment, entries: &[Entry], waiting_for: Vec<u64>) -> Vec<u8> {
    let mut blobs: Vec<&[u8]> = Vec::with_capacity(entries.len() + 1);
    let task = match task {
        Task::Request { request, principal } => {
            blobs.push(&request.body);
            TaskHeader::Request {
                method: request.method.clone(),
                url: request.url.clone(),
                headers: request.headers.clone(),
                principal: principal.clone(),
                body: request.body.len(),
            }
        }
        Task::Refresh { names } => TaskHeader::Refresh { names: names.clone() },
    };
    let entries = entries
        .iter()
        .map(|entry| {
            let (result, body) = match &entry.what {
                Recorded::Note(bytes) => (None, bytes.as_slice()),
                Recorded::Result(result) => {
                    let (meta, body) = ResultMeta::split(result);
                    (Some(meta), body)
                }
            };
            blobs.push(body);
            EntryHeader { print: format!("{:x}", entry.print), at: entry.at.0, result, body: body.len() }
        })
        .collect();
    let random = crate::secrets::hex(&started.random);
    let waiting_for = waiting_for.iter().map(|print| format!("{print:x}")).collect();
    frame::join(&Header { version: VERSION.to_owned(), task, now: started.now.0, random, waiting_for, entries }, &blobs)
}

fn decode(bytes: &[u8]) -> Option<(Task, Moment, Vec<Entry>, Vec<u64>)> {
    let (header, mut rest) = frame::split_header(bytes)?;
    let header: Header = serde_json::from_slice(header).ok()?;
    if header.version != VERSION {
        return None;
    }
    let mut take = |length: usize| {
        let (blob, behind) = rest.split_at_checked(length)?;
        rest = behind;
        Some(blob.to_vec())
    };
    let task = match header.task {
        TaskHeader::Refresh { names } => Task::Refresh { names },
        TaskHeader::Request { method, url, headers, principal, body } => {
            Task::Request { request: Request { method, url, headers, body: take(body)? }, principal }
        }
    };
    let mut entries = Vec::with_capacity(header.entries.len());
    for entry in header.entries {
        let body = take(entry.body)?;
        let what = match entry.result {
            None => Recorded::Note(body),
            Some(meta) => Recorded::Result(meta.with_body(body)),
        };
        entries.push(Entry { print: u64::from_str_radix(&entry.print, 16).ok()?, at: Timestamp(entry.at), what });
    }
    let moment = Moment { now: Timestamp(header.now), random: frame::unhex(&header.random)? };
    let waiting_for = header.waiting_for.iter().map(|print| u64::from_str_radix(print, 16).ok()).collect::<Option<_>>()?;
    rest.is_empty().then_some((task, moment, entries, waiting_for))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(now: i64) -> Moment {
        Moment { now: Timestamp(now), random: [5; 32] }
    }

    fn task() -> Task {
        Task::Request { request: Request::new("GET", "https://flags.example/").with_body("body"), principal: None }
    }

    fn found(text: &str) -> EffectResult {
        EffectResult::Found { etag: "e".to_owned(), body: text.as_bytes().to_vec() }
    }

    /// Runs a handler to its end, answering each effect from `results` in order; the effects that it asked for, by key.
    fn run<T>(mut handler: impl FnMut(&mut Io) -> Result<T, Stop>, results: Vec<EffectResult>) -> (T, Vec<String>) {
        let (mut io, mut results, mut asked) = (Io::new(moment(0)), results.into_iter(), Vec::new());
        loop {
            match handler(&mut io) {
                Ok(value) => return (value, asked),
                Err(Stop::Answer(_)) => panic!("no answer yet"),
                Err(Stop::Effect(effect)) => {
                    let continuation = io.pause(&task(), &effect, &[]);
                    asked.push(match effect {
                        Effect::Get { key, .. } | Effect::Put { key, .. } => key,
                        other => format!("{other:?}"),
                    });
                    let now = moment(asked.len() as i64 * 10);
                    let (same, resumed) = Io::resume(&continuation, 0, results.next().unwrap(), now).unwrap();
                    assert_eq!(same, task());
                    io = resumed;
                }
            }
        }
    }

    #[test]
    fn every_run_sees_what_the_runs_before_it_saw_at_the_same_times() {
        let handler = |io: &mut Io| {
            let mut seen = Vec::new();
            for key in ["a", "b", "a"] {
                seen.push((io.get(key, 1)?, io.now(), io.random("x")));
            }
            assert_eq!(io.started(), Timestamp(0));
            Ok(seen)
        };
        let (seen, asked) = run(handler, vec![found("1"), EffectResult::Missing, found("3")]);
        assert_eq!(asked, ["a", "b", "a"]);
        let times: Vec<_> = seen.iter().map(|(result, now, _)| (result.clone(), now.0)).collect();
        assert_eq!(times, [(found("1"), 10), (EffectResult::Missing, 20), (found("3"), 30)]);
        assert!(seen.windows(2).all(|pair| pair[0].2 == pair[1].2));
    }

    #[test]
    fn a_run_that_needs_less_than_the_one_before_passes_over_the_rest() {
        let mut runs = 0;
        let handler = |io: &mut Io| {
            runs += 1;
            if runs == 1 {
                io.get("only the first run wants this", 1)?;
            }
            let first = io.put_new("p", b"1")?;
            let second = io.put_new("p", b"2")?;
            Ok((first, second))
        };
        let stored = |etag: &str| EffectResult::Stored { etag: etag.to_owned() };
        let (got, asked) = run(handler, vec![EffectResult::Missing, stored("1"), stored("2")]);
        assert_eq!(asked, ["only the first run wants this", "p", "p"]);
        assert_eq!(got, (stored("1"), stored("2")));
    }

    #[test]
    fn what_was_decided_stays_decided_and_is_all_that_is_carried_on() {
        let (mut decided, mut sizes) = (0, Vec::new());
        let large = "x".repeat(100_000);
        let handler = |io: &mut Io| {
            let choice: String = io.decided("choice", |io| {
                let EffectResult::Found { body, .. } = io.get("large", 1)? else { panic!("it was found") };
                decided += 1;
                Ok(format!("choice {decided} of {}", body.len()))
            })?;
            sizes.push(io.pause(&task(), &Effect::Sleep { ms: 1 }, &[]).len());
            io.get("b", 1)?;
            io.get("c", 1)?;
            Ok(choice)
        };
        let (choice, _) = run(handler, vec![found(&large), EffectResult::Missing, EffectResult::Missing]);
        assert_eq!(choice, "choice 1 of 100000");
        assert!(sizes.iter().all(|size| *size < 2_000), "{sizes:?}");
    }

    #[test]
    fn of_a_loop_only_its_state_is_carried_on() {
        let mut sizes = Vec::new();
        let large = "x".repeat(100_000);
        let mut rounds = 0;
        let handler = |io: &mut Io| {
            let read: Vec<String> = io.rounds("loop", Vec::new(), |io, mut read: Vec<String>| {
                sizes.push(io.pause(&task(), &Effect::Sleep { ms: 1 }, &[]).len());
                let key = format!("{}", read.len());
                let EffectResult::Found { body, .. } = io.get(&key, 1)? else { panic!("it was found") };
                rounds += 1;
                read.push(format!("{key}: {}", body.len()));
                Ok(if read.len() == 4 { ControlFlow::Break(read) } else { ControlFlow::Continue(read) })
            })?;
            io.get("behind", 1)?;
            Ok((read, io.now()))
        };
        let ((read, now), asked) = run(handler, vec![found(&large), found(&large), found(&large), found(&large), EffectResult::Missing]);
        assert_eq!(read, ["0: 100000", "1: 100000", "2: 100000", "3: 100000"]);
        assert_eq!((now.0, rounds), (50, 4), "no round is run twice");
        assert_eq!(asked, ["0", "1", "2", "3", "behind"]);
        // A round's own result is in the journal for as long as the round runs.
        assert!(sizes.iter().all(|size| *size < 102_000) && sizes.iter().any(|size| *size < 2_000), "{sizes:?}");
    }

    #[test]
    fn the_continuation_of_another_build_is_none() {
        let bytes = Io::new(moment(0)).pause(&task(), &Effect::Sleep { ms: 1 }, &[]);
        assert!(Io::resume(&bytes, 0, EffectResult::Done, moment(1)).is_some());
        let other = String::from_utf8(bytes.clone()).unwrap().replacen(VERSION, &VERSION.replace(' ', "_"), 1);
        assert!(Io::resume(other.as_bytes(), 0, EffectResult::Done, moment(1)).is_none());
        for length in 0..bytes.len() {
            assert!(Io::resume(&bytes[..length], 0, EffectResult::Done, moment(1)).is_none(), "cut at {length}");
        }
    }
}
