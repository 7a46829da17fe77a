//! What happens beside the calls: traps, kills, clocks, outages, people who write into the store by hand.

use halyard_core::document::digest;
use halyard_core::evaluate::Audience;
use halyard_edge::store::{Head, Scope};
use halyard_edge::{Condition, Effect};

use super::World;
use super::carry::OUTAGES;
use crate::call::{Asked, Call, Stage};
use crate::fault::{Event, Fault};
use crate::flags::{ENVIRONMENT, FIRST};
use crate::host::Host;
use crate::invariants::Held;
use crate::random::Random;

const HOUR_MS: i64 = 3_600_000;

impl World {
    /// Lets the weather do something, or nothing.
    pub(super) fn happen(&mut self) -> Held {
        if self.now >= self.mended_at {
            self.mend();
        }
        if !self.adrift.is_empty() && self.random.chance(40) {
            let is_lost = self.random.chance(300);
            self.something_arrives(is_lost)?;
        }
        self.chances += 1;
        let number = self.chances;
        let event = self.weather.event(&mut Random::new(self.setup.seed ^ 0xe7e7, number));
        let Some(event) = event.filter(|_| !self.setup.without.contains(&number)) else { return Ok(()) };
        self.troubles.push((number, format!("{event:?}")));
        self.note(|| format!("trouble {number}: {event:?}"));
        match event {
            Event::Trap => return self.trap(),
            Event::Kill => self.kill(),
            Event::Cancel => self.cancel(),
            Event::GiveUp => self.give_up(),
            Event::Stall => self.stall(),
            Event::Clock => self.clock(),
            Event::Pass => self.pass(),
            Event::Outage => self.outage(),
            Event::Vandal => self.vandal(),
            Event::Anew => self.anew(),
        }
        Ok(())
    }

    fn trap(&mut self) -> Held {
        let place = self.random.below(self.hosts.len());
        self.note(|| format!("node {place} traps"));
        self.hosts.get_mut(place).map_or(Ok(()), Host::trap)
    }

    fn kill(&mut self) {
        let (place, disk_is_left) = (self.random.below(self.hosts.len()), self.random.chance(700));
        self.note(|| format!("node {place} is killed{}", if disk_is_left { "" } else { ", its disk with it" }));
        let (gone, left): (Vec<Call>, Vec<Call>) = std::mem::take(&mut self.calls).into_iter().partition(|call| call.host == place);
        self.calls = left;
        gone.into_iter().for_each(|call| self.drop_call(call));
        if let Some(host) = self.hosts.get_mut(place) {
            host.kill(disk_is_left);
        }
    }

    fn cancel(&mut self) {
        if !self.calls.is_empty() {
            let call = self.calls.swap_remove(self.random.below(self.calls.len()));
            self.note(|| format!("{}: is dropped", call.who()));
            self.drop_call(call);
        }
    }

    /// A call is never resumed. A put that it waits for may be on its way.
    fn drop_call(&mut self, call: Call) {
        if let Some(publisher) = self.publishers.iter_mut().find(|publisher| publisher.waits_for == Some(call.id)) {
            publisher.lose(&call.asked);
        }
        if let Stage::Wants { effect: effect @ Effect::Put { .. }, .. } = call.stage
            && self.random.chance(500)
        {
            self.adrift.push((call.id, effect));
        }
    }

    fn give_up(&mut self) {
        let waiting = self.publishers.iter_mut().filter(|publisher| publisher.waits_for.is_some());
        let mut waiting: Vec<_> = waiting.collect();
        if waiting.is_empty() {
            return;
        }
        let publisher = waiting.swap_remove(self.random.below(waiting.len()));
        let Some(call) = self.calls.iter().find(|call| Some(call.id) == publisher.waits_for) else { return };
        publisher.lose(&call.asked);
        let who = call.who();
        self.note(|| format!("{who}: nobody waits for it any more"));
    }

    fn stall(&mut self) {
        if !self.calls.is_empty() {
            let place = self.random.below(self.calls.len());
            let steps = self.random.between(5, 60);
            let Some(call) = self.calls.get_mut(place) else { return };
            call.stalled = u32::try_from(steps).unwrap_or(0);
            let who = call.who();
            self.note(|| format!("{who}: stays where it is for {steps} steps"));
        }
    }

    fn clock(&mut self) {
        let by = match self.random.below(4) {
            0 => self.random.between(-3_000, 0),
            1 => self.random.between(0, HOUR_MS),
            _ => self.random.between(0, 20_000),
        };
        let place = self.random.below(self.hosts.len());
        self.note(|| format!("the clock of node {place} jumps by {by} ms"));
        if let Some(host) = self.hosts.get_mut(place) {
            host.ahead += by;
            host.era += 1;
        }
    }

    fn pass(&mut self) {
        let ms = if self.random.chance(100) { self.random.between(0, HOUR_MS) } else { self.random.between(500, 20_000) };
        self.now += ms;
        self.note(|| format!("{ms} ms pass"));
    }

    fn outage(&mut self) {
        let ms = if self.random.chance(300) { HOUR_MS } else { self.random.between(1_000, 30_000) };
        self.down_until = self.now + ms;
        self.down_by = self.random.below(OUTAGES.len());
        self.note(|| format!("the store is down for {ms} ms"));
    }

    /// Somebody writes something wrong by hand: over a head, a document, its image, a record, or where a publish is about to write.
    fn vandal(&mut self) {
        let scope = Scope::Environment(ENVIRONMENT.to_owned());
        let Some(head) = self.ledger.last(&scope).map(|last| last.head.clone()) else { return };
        let (key, body) = match self.random.below(7) {
            0 => (scope.head(), None),
            1 => (scope.head(), Some(head.to_bytes().split_off(9))),
            2 => (scope.head(), Some(self.bad_head(&scope, &head))),
            3 => (scope.document(&head.document), Some(b"{\"flags\":{},\"format\":1}".to_vec())),
            4 => (scope.record(&head.record), Some(b"{}".to_vec())),
            5 => {
                let key = scope.image(&head.document, Audience::Server);
                let body = self.store.body(&key).map(<[u8]>::to_vec);
                let damaged = body.map(|body| Fault::Turned.body(&self.store, body, &mut self.random));
                (key, damaged)
            }
            _ => match self.calls.iter().find_map(planned) {
                Some(key) if self.store.body(&key).is_none() => (key, Some(b"{\"format\":1}".to_vec())),
                _ => return,
            },
        };
        self.note(|| format!("somebody breaks {key}"));
        if !self.ledger.tampered.contains_key(&key) {
            self.ledger.tampered.insert(key.clone(), self.store.body(&key).map(<[u8]>::to_vec));
        }
        self.write_by_hand(&key, body);
        self.mended_at = self.now + self.random.between(100, 30_000);
    }

    /// A head that fits itself, and names as the next version a document that no check lets pass.
    fn bad_head(&mut self, scope: &Scope, head: &Head) -> Vec<u8> {
        let document = FIRST.replace("\"otherwise\": \"on\"", "\"otherwise\": \"nothing\"");
        let name = digest(document.as_bytes());
        self.store.write(&scope.document(&name), document);
        let version = head.version + 1;
        let record = format!("{version:08}-{}", name.get(7..).unwrap_or_default());
        self.ledger.by_hand.insert(record.clone());
        Head { version, record, document: name, ..head.clone() }.to_bytes()
    }

    /// Somebody mends what was broken by hand.
    pub(crate) fn mend(&mut self) {
        self.mended_at = i64::MAX;
        for (key, body) in std::mem::take(&mut self.ledger.tampered) {
            self.note(|| format!("somebody mends {key}"));
            self.write_by_hand(&key, body);
        }
    }

    fn write_by_hand(&mut self, key: &str, body: Option<Vec<u8>>) {
        match body {
            Some(body) => {
                self.store.write(key, body);
            }
            None => self.store.remove(key),
        }
    }

    /// An environment is made anew. Whoever does that sees to it that nobody publishes meanwhile.
    fn anew(&mut self) {
        let publishes = self.calls.iter().any(|call| matches!(call.asked, Asked::Publish(_)));
        let is_in_doubt = self.publishers.iter().any(crate::publisher::Publisher::is_in_doubt);
        if publishes || is_in_doubt || !self.adrift.is_empty() || !self.ledger.tampered.is_empty() {
            return;
        }
        self.note(|| "the environment is made anew".to_owned());
        crate::start::anew(&mut self.store, &mut self.ledger, self.now, &mut self.random);
        self.store.forget_the_past();
    }

    /// From here on nothing goes wrong, and what was wrong is mended.
    pub(crate) fn clear_up(&mut self) -> Held {
        self.weather = crate::fault::Weather::fair();
        self.down_until = i64::MIN;
        self.mend();
        while !self.adrift.is_empty() {
            self.something_arrives(false)?;
        }
        self.calls.iter_mut().for_each(|call| call.stalled = 0);
        Ok(())
    }
}

/// Where a call is about to write.
fn planned(call: &Call) -> Option<String> {
    match &call.stage {
        Stage::Wants { effect: Effect::Put { key, condition: Condition::IfAbsent, .. }, .. } => Some(key.clone()),
        _ => None,
    }
}
