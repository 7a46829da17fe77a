//! The world of a schedule: hosts, calls, publishers and the store, and the loop that lets one thing happen at a time.

mod carry;
mod events;

use std::collections::BTreeMap;

use halyard_core::Timestamp;
use halyard_edge::store::Scope;
use halyard_edge::{Effect, EffectResult, Moment, Principal, Request, Step};

use crate::Setup;
use crate::call::{Asked, Call, Stage};
use crate::fault::Weather;
use crate::flags::{CONTEXTS, ENVIRONMENT, FLAGS};
use crate::host::Host;
use crate::invariants::served::Question;
use crate::invariants::{Held, Violation, answers, chain, hold, served};
use crate::ledger::Ledger;
use crate::publisher::{BASE, Publisher};
use crate::random::Random;
use crate::start::Beginning;
use crate::store::Store;

/// A call that asks for more effects than this does not end.
const EFFECTS: u32 = 400;
/// The deadlines of the looks at a head of a node that has a copy: before an answer, and behind one. A person waits for longer; so
/// does whoever asks a node that has nothing, where all who waited for the first in vain look for themselves.
const LOOKS_MS: [u32; 2] = [300, 3_000];
/// How long the lease of a refresh behind an answer holds, in milliseconds.
const REFRESH_LEASE_MS: i64 = 15_000;

/// Everything there is.
pub(crate) struct World {
    pub(crate) setup: Setup,
    pub(crate) weather: Weather,
    pub(crate) now: i64,
    pub(crate) store: Store,
    pub(crate) hosts: Vec<Host>,
    pub(crate) calls: Vec<Call>,
    pub(crate) publishers: Vec<Publisher>,
    pub(crate) ledger: Ledger,
    pub(crate) random: Random,
    /// Puts that nobody waits for any more, with the calls that they are of.
    adrift: Vec<(u64, Effect)>,
    /// Nothing reaches the store until then.
    down_until: i64,
    down_by: usize,
    /// Somebody mends then what was broken by hand.
    mended_at: i64,
    /// How many calls there are at once.
    crowd: usize,
    /// How often it is a publisher who begins something, in a thousand.
    eagerness: u32,
    /// How often everybody comes to rest, in a thousand steps.
    lulls: u32,
    /// Nobody begins anything until all that was begun has ended.
    is_lull: bool,
    /// How long a step takes at most, in milliseconds.
    haste: i64,
    calls_so_far: u64,
    moments: Random,
    /// How many times something could have gone wrong.
    pub(crate) chances: u64,
    /// The troubles that came, by number.
    pub(crate) troubles: Vec<(u64, String)>,
    pub(crate) token: String,
    pub(crate) key: String,
    pub(crate) trace: Vec<String>,
    pub(crate) commits: u64,
    /// How publishes were answered.
    pub(crate) answers: BTreeMap<u16, u64>,
}

impl World {
    /// The world of a setup, before anything has happened.
    pub(crate) fn new(setup: &Setup, beginning: &Beginning) -> World {
        let mut random = Random::new(setup.seed, 1);
        let weather = Weather::new(&mut Random::new(setup.seed, 2), &setup.without_kinds);
        let (store, ledger) = beginning.objects(random.chance(500));
        let hosts = 2 + random.below(3);
        let publishers = 1 + random.below(4);
        let eagerness = random.pick(&[300, 600, 900]).copied().unwrap_or(600);
        let lulls = random.pick(&[5, 40, 150]).copied().unwrap_or(40);
        let (crowd, haste) = (2 + random.below(8), random.pick(&[2, 6, 20]).copied().unwrap_or(6));
        let production = Scope::Environment(ENVIRONMENT.to_owned());
        let scope = |number| if number == 4 { Scope::Project } else { production.clone() };
        let mut world = World {
            setup: setup.clone(),
            weather,
            now: beginning.now,
            store,
            hosts: Vec::new(),
            calls: Vec::new(),
            publishers: (0..publishers).map(|number| Publisher::new(number, scope(number))).collect(),
            ledger,
            random,
            adrift: Vec::new(),
            down_until: 0,
            down_by: 0,
            mended_at: i64::MAX,
            crowd,
            eagerness,
            lulls,
            is_lull: false,
            haste,
            calls_so_far: 0,
            moments: Random::new(setup.seed, 3),
            chances: 0,
            troubles: Vec::new(),
            token: beginning.token.clone(),
            key: beginning.key.clone(),
            trace: Vec::new(),
            commits: 0,
            answers: BTreeMap::new(),
        };
        if world.random.chance(150) {
            world.publishers.push(Publisher::new(4, scope(4)));
        }
        for _ in 0..hosts {
            let config = beginning.config(world.random.chance(100));
            let mut host = Host::new(config);
            host.ahead = world.random.between(-2_000, 2_000);
            world.hosts.push(host);
        }
        world
    }

    /// How many steps this schedule has.
    pub(crate) fn steps(&mut self) -> u32 {
        u32::try_from(self.random.between(60, 400)).unwrap_or(0)
    }

    /// Says what happens, where somebody reads it.
    pub(crate) fn note(&mut self, what: impl FnOnce() -> String) {
        if self.setup.trace {
            let line = format!("{:>9} ms  {}", self.now - crate::start::START, what());
            self.trace.push(line);
        }
    }

    /// Lets something happen, and then so many things more.
    pub(crate) fn run(&mut self, steps: u32) -> Held {
        for _ in 0..steps {
            self.step(true)?;
        }
        Ok(())
    }

    /// Lets all calls come to their ends.
    pub(crate) fn settle(&mut self) -> Held {
        while !self.calls.is_empty() {
            self.step(false)?;
        }
        Ok(())
    }

    /// Lets one thing happen.
    fn step(&mut self, may_begin: bool) -> Held {
        self.now += self.random.between(0, self.haste);
        self.happen()?;
        for call in &mut self.calls {
            call.stalled = call.stalled.saturating_sub(1);
        }
        let ready: Vec<usize> = (0..self.calls.len()).filter(|place| self.is_ready(*place)).collect();
        self.is_lull |= may_begin && self.random.chance(self.lulls);
        if self.is_lull && self.calls.is_empty() {
            // Everybody has what they wanted; for a while nobody wants anything, and copies get old.
            self.now += self.random.between(500, 12_000);
            self.is_lull = false;
        }
        let may_begin = may_begin && !self.is_lull && self.calls.len() < self.crowd;
        if may_begin && (ready.is_empty() || self.random.chance(200)) {
            self.somebody_asks();
            return Ok(());
        }
        if let Some(place) = self.random.pick(&ready).copied() {
            return self.advance(place);
        }
        // Everybody sleeps.
        if let Some(next) = self.calls.iter().map(Call::ready_at).min() {
            self.now = self.now.max(next);
        }
        Ok(())
    }

    fn is_ready(&self, place: usize) -> bool {
        self.calls.get(place).is_some_and(|call| call.stalled == 0 && call.ready_at() <= self.now)
    }

    /// A publisher goes on, or somebody asks a node something.
    fn somebody_asks(&mut self) {
        let host = self.random.below(self.hosts.len());
        let idle: Vec<usize> = (0..self.publishers.len())
            .filter(|place| self.publishers.get(*place).is_some_and(|publisher| publisher.waits_for.is_none()))
            .collect();
        if let Some(place) = self.random.pick(&idle).copied()
            && self.random.chance(self.eagerness)
        {
            self.publisher_acts(place, host);
            return;
        }
        let context = self.random.below(CONTEXTS.len());
        let scope = Scope::Environment(ENVIRONMENT.to_owned());
        match self.random.below(20) {
            0..=15 => {
                let flag = if self.random.chance(800) { None } else { self.random.pick(&FLAGS).copied() };
                self.evaluate(host, Question { flag, context });
            }
            16..=17 => {
                self.begin(host, Asked::Health, Request::new("GET", format!("{BASE}/health")), None);
            }
            _ => {
                let request = Request::new("GET", format!("{BASE}/api/environments/{ENVIRONMENT}/records"));
                let request = request.with_header("Authorization", format!("Bearer {}", self.token));
                self.begin(host, Asked::Records { scope }, request, None);
            }
        }
    }

    /// Somebody has flags evaluated.
    pub(crate) fn evaluate(&mut self, host: usize, question: Question) {
        let path = question.flag.map(|flag| format!("/{flag}")).unwrap_or_default();
        let request = Request::new("POST", format!("{BASE}/ofrep/v1/evaluate/flags{path}"))
            .with_header("X-API-Key", self.key.clone())
            .with_body(question.body());
        self.begin(host, Asked::Evaluate(question), request, None);
    }

    /// A publisher does what it does next, at a host.
    pub(crate) fn publisher_acts(&mut self, place: usize, host: usize) {
        let Some(publisher) = self.publishers.get_mut(place) else { return };
        let ask = publisher.act(&self.token, &mut self.random);
        let id = self.begin(host, ask.asked, ask.request, ask.principal);
        if let Some(publisher) = self.publishers.get_mut(place) {
            publisher.waits_for = Some(id);
        }
    }

    fn begin(&mut self, host: usize, asked: Asked, request: Request, principal: Option<Principal>) -> u64 {
        self.add(host, asked, Stage::Asked { request: Box::new(request), principal })
    }

    fn add(&mut self, host: usize, asked: Asked, stage: Stage) -> u64 {
        self.calls_so_far += 1;
        let id = self.calls_so_far;
        if let Asked::Publish(order) = &asked {
            self.ledger.orders.insert(id, order.clone());
        }
        let (since, began, era) = (self.now, self.now, self.hosts.get(host).map_or(0, |host| host.era));
        let call = Call { id, host, asked, stage, unheard: Vec::new(), effects: 0, began, since, era, stalled: 0, late: 0, looks_at: None };
        self.note(|| format!("{}: begins", call.who()));
        self.calls.push(call);
        id
    }

    /// The time and randomness that a host gives.
    fn moment(&mut self, ahead: i64) -> Moment {
        Moment { now: Timestamp(self.now + ahead), random: self.moments.bytes() }
    }

    /// Lets a call do its next thing: ask, have an effect carried out, or hear what came of it.
    pub(crate) fn advance(&mut self, place: usize) -> Held {
        if place >= self.calls.len() {
            return Ok(());
        }
        let mut call = self.calls.swap_remove(place);
        let Some(ahead) = self.hosts.get(call.host).map(|host| host.ahead) else { return Ok(()) };
        let moment = self.moment(ahead);
        let Some(host) = self.hosts.get_mut(call.host) else { return Ok(()) };
        let stage = std::mem::replace(&mut call.stage, Stage::Begins { continuation: Vec::new() });
        let step = match stage {
            Stage::Asked { request, principal: None } => host.run(|node| node.start(*request, moment))?,
            Stage::Asked { request, principal: Some(principal) } => host.run(|node| node.start_as(principal, *request, moment))?,
            Stage::Begins { continuation } => host.run(|node| node.resume(&continuation, EffectResult::Begin, moment))?,
            Stage::Has { place: 0, result, continuation } => host.run(|node| node.resume(&continuation, result, moment))?,
            Stage::Has { place, result, continuation } => host.run(|node| node.resume_beside(&continuation, place - 1, result, moment))?,
            Stage::Wants { effect, beside, continuation } => {
                call.stage = self.one_of(&mut call, effect, beside, continuation)?;
                self.calls.push(call);
                return Ok(());
            }
        };
        match step {
            Step::Effect { effect, beside, continuation } => {
                call.effects += 1;
                hold(3, call.effects < EFFECTS, || format!("a call does not end; now it wants {effect:?}"))?;
                self.note(|| format!("{}: wants {}", call.who(), carry::say(&effect)));
                call.since = self.now;
                self.leases_hold(&mut call, &effect)?;
                call.stage = Stage::Wants { effect, beside, continuation };
                self.calls.push(call);
                Ok(())
            }
            Step::Answer { response, background, keep } => {
                if let Some(host) = self.hosts.get_mut(call.host) {
                    host.keep(keep)?;
                }
                if let Some(continuation) = background {
                    self.add(call.host, Asked::Background, Stage::Begins { continuation });
                }
                self.answered(&call, &response)
            }
        }
    }

    /// Has one of the effects that a call wants carried out. Where there are several, any may be the first, and the node may hear of
    /// another's before it hears of this one's.
    fn one_of(&mut self, call: &mut Call, effect: Effect, beside: Vec<Effect>, continuation: Vec<u8>) -> Result<Stage, Violation> {
        let place = self.random.below(1 + beside.len());
        let chosen = place.checked_sub(1).and_then(|place| beside.get(place)).unwrap_or(&effect);
        if let Some(known) = call.unheard.iter().position(|(other, _)| other == chosen) {
            let (_, result) = call.unheard.swap_remove(known);
            return Ok(Stage::Has { place, result, continuation });
        }
        let result = self.carry_out(call, chosen)?;
        self.note(|| format!("{}: {} → {}", call.who(), carry::say(chosen), carry::say_result(&result)));
        if beside.is_empty() || self.random.chance(500) {
            return Ok(Stage::Has { place, result, continuation });
        }
        call.unheard.push((chosen.clone(), result));
        Ok(Stage::Wants { effect, beside, continuation })
    }

    /// An answer is held to the promises, and the client hears it.
    fn answered(&mut self, call: &Call, response: &halyard_edge::Response) -> Held {
        self.note(|| {
            let version = served::version_of(response).map(|version| format!(" version {version}")).unwrap_or_default();
            let trouble = response.header("halyard-trouble").map(|trouble| format!(" ({trouble})")).unwrap_or_default();
            format!("{}: answered {}{version}{trouble}", call.who(), response.status)
        });
        match &call.asked {
            Asked::Background => {}
            Asked::Evaluate(question) => {
                let Some(host) = self.hosts.get_mut(call.host) else { return Ok(()) };
                served::flags(&mut self.ledger, host, question, response)?;
            }
            Asked::Health => {
                let Some(host) = self.hosts.get(call.host) else { return Ok(()) };
                served::health(&self.ledger, host, response)?;
            }
            Asked::Read { scope } => answers::read(&self.ledger, scope, response)?,
            Asked::Records { scope } => answers::records(&self.ledger, scope, response)?,
            Asked::Publish(order) => {
                *self.answers.entry(response.status).or_default() += 1;
                if let Some(host) = self.hosts.get_mut(call.host) {
                    host.published = self.now;
                }
                answers::publish(&mut self.ledger, call.id, order, response)?;
            }
        }
        if let Some(publisher) = self.publishers.iter_mut().find(|publisher| publisher.waits_for == Some(call.id)) {
            publisher.hear(&call.asked, response, &mut self.random);
        }
        Ok(())
    }

    /// No two calls of an instance look at a head at once: the second finds the first one's lease. That ends when anybody's look does,
    /// so nothing is said where calls go on that an instance before this one began, or where a publish has just asked for a new look.
    fn leases_hold(&mut self, call: &mut Call, effect: &Effect) -> Held {
        call.looks_at = None;
        let Some(host) = self.hosts.get(call.host) else { return Ok(()) };
        let Effect::Get { key, deadline_ms, .. } = effect else { return Ok(()) };
        let is_of_this_era = |one: &Call| one.host != call.host || one.era == host.era;
        if !LOOKS_MS.contains(deadline_ms)
            || !key.ends_with("/head.json")
            || !is_of_this_era(call)
            || !self.calls.iter().all(is_of_this_era)
        {
            return Ok(());
        }
        // A refresh has the lease of the call that it was begun by, and may come too late for it.
        let lease = if matches!(call.asked, Asked::Background) { call.began + REFRESH_LEASE_MS } else { i64::MAX };
        let until = lease.min(self.now + i64::from(*deadline_ms));
        call.looks_at = Some((key.clone(), until));
        if self.now >= until || self.now - host.published < i64::from(*deadline_ms) {
            return Ok(());
        }
        let is_looking = |other: &&Call| {
            let looks = other.looks_at.as_ref().is_some_and(|(other, until)| other == key && self.now < *until);
            looks && other.host == call.host && matches!(other.stage, Stage::Wants { .. })
        };
        let another = self.calls.iter().find(is_looking).map(|other| other.id);
        hold(10, another.is_none(), || format!("call {} looks at {key}, and so does call {another:?} of the same node", call.id))
    }

    /// A put was carried out.
    fn stored(&mut self, call: u64, effect: &Effect) -> Held {
        let Effect::Put { key, body, .. } = effect else { return Ok(()) };
        let folder = key.strip_suffix("/head.json").and_then(Scope::of);
        let Some(scope) = folder else {
            if key.contains("/images/") {
                return chain::image(&self.store, key, body);
            }
            let is_known = key.contains("/documents/sha256-") || key.contains("/records/0") || is_note(key);
            return hold(6, is_known, || format!("a put to {key}"));
        };
        self.commits += 1;
        chain::moved(&mut self.ledger, &self.store, &scope, body, call)
    }
}

/// Whether an object is a note of when a token was last used: it is beside every history, and may be lost.
fn is_note(key: &str) -> bool {
    key.starts_with("tokens/used/")
}
