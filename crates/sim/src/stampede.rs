//! Promise 10 in the large: thousands of nodes come back at once, to a store that takes only so many requests a second.

use std::fmt;

use halyard_core::Timestamp;
use halyard_edge::{Effect, EffectResult, Moment, Node, Request, Step};

use crate::invariants::{Violation, broken};
use crate::publisher::BASE;
use crate::random::Random;
use crate::start::{Beginning, START};
use crate::store::Store;

/// How often each node is asked for flags, in milliseconds.
const EVERY_MS: i64 = 250;
/// The store is down for so long after all nodes have started, cold, at the same instant; and it is looked at for so long after that.
const DOWN_S: usize = 60;
const UP_S: usize = 40;
/// How many seconds after such a start and after the store is back the requests may still come in a crowd.
const CROWD_S: usize = 5;

/// What came of it.
#[derive(Clone, Debug)]
pub struct Report {
    /// How many nodes there were.
    pub nodes: usize,
    /// How many requests the store got in each second.
    pub a_second: Vec<usize>,
    /// The promise that was broken.
    pub violation: Option<Violation>,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} nodes; requests to the store a second, down for {DOWN_S} s, then up: {:?}", self.nodes, self.a_second)?;
        match &self.violation {
            Some(violation) => write!(f, "{violation}"),
            None => write!(f, "no stampede"),
        }
    }
}

/// Starts so many nodes at one instant, with the store down, and lets it come back after a minute.
///
/// ```
/// let report = halyard_sim::stampede::run(100, 1);
/// assert_eq!(report.violation, None, "{report}");
/// ```
pub fn run(nodes: usize, seed: u64) -> Report {
    let mut a_second = vec![0; DOWN_S + UP_S];
    let Some(beginning) = Beginning::get() else {
        return Report { nodes, a_second, violation: Some(broken(10, "not even a project can be made")) };
    };
    let (mut store, _) = beginning.objects(false);
    let mut random = Random::new(seed, 4);
    let mut served = 0;
    // Nodes know nothing of each other, so each may live its whole life before the next.
    for _ in 0..nodes {
        let mut node = Node::new(beginning.config(false));
        let mut last = 503;
        for tick in 0..i64::try_from(DOWN_S + UP_S).unwrap_or(0) * 1000 / EVERY_MS {
            // All are asked at the same instants: whatever spreads them is their own doing.
            let began = tick * EVERY_MS;
            let mut life = Life { store: &mut store, now: began, random: &mut random, a_second: &mut a_second };
            last = life.ask(&mut node, &beginning.key);
        }
        served += usize::from(last == 200);
    }
    let violation = judge(nodes, served, &a_second).err();
    Report { nodes, a_second, violation }
}

/// One request, from its beginning to the end of what it leaves to be done.
struct Life<'a> {
    store: &'a mut Store,
    now: i64,
    random: &'a mut Random,
    a_second: &'a mut [usize],
}

impl Life<'_> {
    fn ask(&mut self, node: &mut Node, key: &str) -> u16 {
        let request = Request::new("POST", format!("{BASE}/ofrep/v1/evaluate/flags")).with_header("X-API-Key", key);
        let request = request.with_body(r#"{"context":{"targetingKey":"u1"}}"#);
        let moment = self.moment();
        let mut step = node.start(request, moment);
        let mut status = None;
        loop {
            step = match step {
                Step::Answer { response, background, .. } => {
                    let status = *status.get_or_insert(response.status);
                    let Some(continuation) = background else { return status };
                    let moment = self.moment();
                    node.resume(&continuation, EffectResult::Begin, moment)
                }
                Step::Effect { effect, continuation, .. } => {
                    let result = self.carry_out(&effect);
                    let moment = self.moment();
                    node.resume(&continuation, result, moment)
                }
            };
        }
    }

    fn moment(&mut self) -> Moment {
        Moment { now: Timestamp(START + self.now), random: self.random.bytes() }
    }

    fn carry_out(&mut self, effect: &Effect) -> EffectResult {
        if let Effect::Sleep { ms } = effect {
            self.now += i64::from(*ms);
            return EffectResult::Done;
        }
        if let Effect::Kept { .. } = effect {
            return EffectResult::Missing;
        }
        self.now += self.random.between(5, 25);
        let second = usize::try_from(self.now / 1000).unwrap_or(0);
        if let Some(count) = self.a_second.get_mut(second) {
            *count += 1;
        }
        if second < DOWN_S { EffectResult::Failed { message: "429".to_owned() } } else { self.store.perform(effect, 0) }
    }
}

/// Everybody has flags in the end, and the requests were spread.
fn judge(nodes: usize, served: usize, a_second: &[usize]) -> Result<(), Violation> {
    let most = |from: usize, to: usize| a_second.get(from..to).unwrap_or_default().iter().copied().max().unwrap_or(0);
    let check = |is_so: bool, what: String| if is_so { Ok(()) } else { Err(broken(10, what)) };
    check(served == nodes, format!("{} of {nodes} nodes have no flags in the end", nodes - served))?;
    // Cold, each looks once; so nothing can be said of the first seconds but that no node looks twice in one.
    check(most(0, CROWD_S) <= nodes * 2, format!("{} requests in a second at the start", most(0, CROWD_S)))?;
    // An ill store is asked by each node every 5 to 15 seconds: a tenth of them a second, if they are spread.
    let ill = most(30, DOWN_S);
    check(ill * 5 <= nodes, format!("{ill} requests in a second of an outage: they come in crowds"))?;
    // It is back: four reads each, within the longest pause.
    let back = most(DOWN_S, DOWN_S + CROWD_S);
    check(back <= nodes, format!("{back} requests in a second when the store is back"))?;
    // Well again: two heads every five seconds and a bit.
    let well = most(DOWN_S + 20, DOWN_S + UP_S);
    check(well * 10 <= nodes * 6, format!("{well} requests in a second of a store that is well"))
}
