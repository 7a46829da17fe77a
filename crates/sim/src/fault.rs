//! Everything that can go wrong with one effect, and the weather: how often what goes wrong in a schedule.

use halyard_edge::{Effect, EffectResult};

use crate::random::Random;
use crate::store::Store;

/// What goes wrong with one effect. To add one: a line here and in [`Fault::ALL`], and what it does in [`Fault::spoil`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// It is not carried out, and the host says so: a 5xx, or a connection refused.
    Failed,
    /// It is not carried out, because there were too many requests (429).
    Throttled,
    /// It is carried out, and the answer is lost.
    LostAnswer,
    /// It is not carried out, and no answer comes within the deadline.
    TimedOut,
    /// It is carried out, and no answer comes within the deadline.
    SlowAnswer,
    /// A put is on its way for longer than anybody waits: it arrives when others have published since, or never.
    Adrift,
    /// A put meets a 409 or a 412 without there being a conflict.
    Conflict,
    /// A get finds nothing (404), and so does a put.
    Missing,
    /// A body is empty.
    Empty,
    /// A body is `null`.
    Null,
    /// A body is a page of some proxy.
    Page,
    /// A body is cut short.
    Cut,
    /// A body is another object's.
    Swapped,
    /// A bit of a body is turned over: of an object that never changes, for nothing could tell that of a head.
    Turned,
    /// A read is older than one before it, and a list does not have the newest.
    Late,
    /// The host answers something else altogether, which claims nothing.
    Odd,
}

impl Fault {
    /// All of them.
    pub const ALL: [Fault; 16] = [
        Fault::Failed,
        Fault::Throttled,
        Fault::LostAnswer,
        Fault::TimedOut,
        Fault::SlowAnswer,
        Fault::Adrift,
        Fault::Conflict,
        Fault::Missing,
        Fault::Empty,
        Fault::Null,
        Fault::Page,
        Fault::Cut,
        Fault::Swapped,
        Fault::Turned,
        Fault::Late,
        Fault::Odd,
    ];

    /// Carries out an effect on the store so that this goes wrong with it.
    pub(crate) fn spoil(self, store: &mut Store, effect: &Effect, random: &mut Random) -> Outcome {
        let failed = |message: &str| Outcome::Result(EffectResult::Failed { message: message.to_owned() });
        let is_put = matches!(effect, Effect::Put { .. });
        match self {
            Fault::Failed => failed("connection refused"),
            Fault::Throttled => failed("429: too many requests"),
            Fault::LostAnswer => Outcome::Late(store.perform(effect, 0), EffectResult::Failed { message: "connection reset".to_owned() }),
            Fault::TimedOut => Outcome::Result(EffectResult::TimedOut),
            Fault::SlowAnswer => Outcome::Late(store.perform(effect, 0), EffectResult::TimedOut),
            Fault::Adrift if is_put => Outcome::Adrift,
            Fault::Conflict if is_put => Outcome::Result(EffectResult::Conflict),
            Fault::Missing => Outcome::Result(EffectResult::Missing),
            Fault::Late if !is_put => Outcome::Result(store.perform(effect, 1 + random.below(4))),
            Fault::Odd => Outcome::Result(odd(effect, random)),
            Fault::Turned if effect_key(effect).is_none_or(|key| key.ends_with("/head.json")) => failed("bad gateway"),
            Fault::Empty | Fault::Null | Fault::Page | Fault::Cut | Fault::Swapped | Fault::Turned if !is_put => {
                let result = match store.perform(effect, 0) {
                    EffectResult::Found { etag, body } => EffectResult::Found { body: self.body(store, body, random), etag },
                    other => other,
                };
                Outcome::Result(result)
            }
            _ => failed("bad gateway"),
        }
    }

    /// What is read in place of `body`.
    pub(crate) fn body(self, store: &Store, mut body: Vec<u8>, random: &mut Random) -> Vec<u8> {
        match self {
            Fault::Empty => Vec::new(),
            Fault::Null => b"null".to_vec(),
            Fault::Page => b"<html><h1>502 Bad Gateway</h1></html>".to_vec(),
            Fault::Cut => {
                body.truncate(random.below(body.len()));
                body
            }
            Fault::Swapped => {
                let keys: Vec<&String> = store.keys().collect();
                random.pick(&keys).and_then(|key| store.body(key)).unwrap_or_default().to_vec()
            }
            Fault::Turned => {
                let place = random.below(body.len());
                if let Some(byte) = body.get_mut(place) {
                    *byte ^= 1 << random.below(8);
                }
                body
            }
            _ => body,
        }
    }
}

fn effect_key(effect: &Effect) -> Option<&str> {
    match effect {
        Effect::Get { key, .. } => Some(key),
        _ => None,
    }
}

/// What becomes of a spoilt effect.
pub(crate) enum Outcome {
    /// The host hears this.
    Result(EffectResult),
    /// The store did the first; the host hears the second.
    Late(EffectResult, EffectResult),
    /// It is still on its way; the host hears that it timed out.
    Adrift,
}

/// An answer of the wrong kind. None of them claims what is not so: that something was written, or how an object is.
fn odd(effect: &Effect, random: &mut Random) -> EffectResult {
    let of_a_get = [EffectResult::Done, EffectResult::Conflict, EffectResult::Listed { keys: Vec::new(), more: false }];
    let of_a_put = [EffectResult::Done, EffectResult::NotModified, EffectResult::Found { etag: String::new(), body: Vec::new() }];
    let choice = if matches!(effect, Effect::Put { .. }) { &of_a_put } else { &of_a_get };
    random.pick(choice).cloned().unwrap_or(EffectResult::Done)
}

/// What happens beside the effects. To add one: a line here and in [`Event::ALL`], and what it does in `World::happen`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Event {
    /// An instance traps: it is thrown away and rebuilt from the kept bytes; its calls go on in the new one.
    Trap,
    /// A process is killed with all its calls, and starts again, cold.
    Kill,
    /// One call is dropped and never resumed.
    Cancel,
    /// A client stops waiting; its call goes on, and the client tries again beside it.
    GiveUp,
    /// A call stays where it is for long, while the others run.
    Stall,
    /// A node's clock jumps, mostly ahead.
    Clock,
    /// Nothing happens for long.
    Pass,
    /// Nothing reaches the store for up to an hour.
    Outage,
    /// Somebody writes into the store by hand what does not belong there; after a while somebody else mends it.
    Vandal,
    /// An environment is made anew: another lineage, which begins at 1.
    Anew,
}

impl Event {
    /// All of them.
    pub const ALL: [Event; 10] = [
        Event::Trap,
        Event::Kill,
        Event::Cancel,
        Event::GiveUp,
        Event::Stall,
        Event::Clock,
        Event::Pass,
        Event::Outage,
        Event::Vandal,
        Event::Anew,
    ];
}

/// How often what goes wrong. Each schedule has a weather of its own: most faults never, a few often. Such swarms of settings reach
/// states that a bit of everything never does (Groce et al., Swarm Testing, 2012).
#[derive(Clone, Debug)]
pub struct Weather {
    faults: Vec<(Fault, u32)>,
    events: Vec<(Event, u32)>,
}

impl Weather {
    /// The weather of a seed, without the kinds of trouble named in `without`.
    pub fn new(random: &mut Random, without: &[String]) -> Weather {
        let is_wanted = |name: String| !without.iter().any(|word| word.eq_ignore_ascii_case(&name));
        let mut rate = |often: &[u32]| if random.chance(800) { 0 } else { random.pick(often).copied().unwrap_or(0) };
        let mut faults = Fault::ALL.map(|fault| (fault, rate(&[10, 50, 150, 300]))).to_vec();
        let mut events = Event::ALL.map(|event| (event, rate(&[2, 8, 25]))).to_vec();
        for (event, rate) in &mut events {
            // What stands in everything's way is not to be all that happens.
            if matches!(event, Event::Anew | Event::Outage | Event::Vandal) {
                *rate = (*rate).min(8);
            }
        }
        faults.retain(|(fault, rate)| *rate > 0 && is_wanted(format!("{fault:?}")));
        events.retain(|(event, rate)| *rate > 0 && is_wanted(format!("{event:?}")));
        Weather { faults, events }
    }

    /// A weather without any trouble.
    pub fn fair() -> Weather {
        Weather { faults: Vec::new(), events: Vec::new() }
    }

    /// What goes wrong with an effect.
    pub(crate) fn fault(&self, random: &mut Random) -> Option<Fault> {
        draw(&self.faults, random)
    }

    /// What happens now.
    pub(crate) fn event(&self, random: &mut Random) -> Option<Event> {
        draw(&self.events, random)
    }
}

fn draw<T: Copy>(rates: &[(T, u32)], random: &mut Random) -> Option<T> {
    let mut place = u32::try_from(random.below(1000)).unwrap_or(0);
    for (what, rate) in rates {
        match place.checked_sub(*rate) {
            Some(rest) => place = rest,
            None => return Some(*what),
        }
    }
    None
}
