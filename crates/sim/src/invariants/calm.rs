//! The end of a schedule: the weather clears up, everything comes to its end, and all is as if nothing had ever gone wrong.

use halyard_edge::store::Scope;

use super::served::Question;
use super::{Held, broken, chain, hold};
use crate::flags::{CONTEXTS, ENVIRONMENT};
use crate::world::World;

/// A publisher in doubt that has not heard after so many tries never will.
const TRIES: u32 = 20;
/// Longer than any pause or lease of a node, in milliseconds.
const A_WHILE_MS: i64 = 40_000;

/// Lets the weather clear up, and looks whether all comes right.
pub(crate) fn comes_back(world: &mut World) -> Held {
    world.clear_up()?;
    world.note(|| "the weather clears up".to_owned());
    world.settle()?;
    world.now += A_WHILE_MS;
    whoever_is_in_doubt_learns(world)?;
    if world.random.chance(250) {
        one_of_many_wins(world)?;
    }
    every_node_follows(world)?;
    for scope in [Scope::Project, Scope::Environment(ENVIRONMENT.to_owned())] {
        chain::whole(&world.ledger, &world.store, &scope)?;
    }
    Ok(())
}

/// Trying again is safe, and ends.
fn whoever_is_in_doubt_learns(world: &mut World) -> Held {
    for place in 0..world.publishers.len() {
        let mut tries = 0;
        while world.publishers.get(place).is_some_and(|publisher| publisher.waits_for.is_none() && publisher.is_in_doubt()) {
            tries += 1;
            hold(6, tries < TRIES, || format!("publisher {place} never learns what became of its publish"))?;
            let host = world.random.below(world.hosts.len());
            world.publisher_acts(place, host);
            world.settle()?;
        }
    }
    Ok(())
}

/// Several publish on one base, and nothing goes wrong: one of them wins.
fn one_of_many_wins(world: &mut World) -> Held {
    let scope = Scope::Environment(ENVIRONMENT.to_owned());
    let Some(last) = world.ledger.last(&scope) else { return Ok(()) };
    let (head, before) = (last.head.clone(), world.commits);
    let Some(document) = world.ledger.document(&head.document).map(<[u8]>::to_vec) else { return Err(broken(4, "no document")) };
    let places: Vec<usize> =
        (0..world.publishers.len()).filter(|place| world.publishers.get(*place).is_some_and(|one| one.scope == scope)).collect();
    let mut wishes = 0;
    for place in places {
        let host = world.random.below(world.hosts.len());
        if let Some(publisher) = world.publishers.get_mut(place) {
            publisher.begin_with(&head.record, head.version, &document);
            wishes += 1;
        }
        world.publisher_acts(place, host);
    }
    world.settle()?;
    let wins = world.commits - before;
    hold(5, wins == wishes.min(1), || format!("{wishes} publish on version {}, and {wins} win", head.version))
}

/// Every node serves the newest version, and has nothing to complain of.
fn every_node_follows(world: &mut World) -> Held {
    for _ in 0..3 {
        world.now += A_WHILE_MS;
        for host in 0..world.hosts.len() {
            let context = world.random.below(CONTEXTS.len());
            world.evaluate(host, Question { flag: None, context });
        }
        world.settle()?;
    }
    let scope = Scope::Environment(ENVIRONMENT.to_owned());
    let newest = world.ledger.last(&scope).map(|commit| (commit.head.version, commit.head.lineage.clone()));
    let (version, lineage) = newest.unwrap_or_default();
    for (place, host) in world.hosts.iter().enumerate() {
        let served = host.last_answer.as_ref();
        hold(2, served.is_some_and(|(served, _)| *served == version), || {
            format!("all is well again, and node {place} serves {served:?}, not version {version}")
        })?;
        let trouble = served.and_then(|(_, trouble)| trouble.clone());
        hold(2, trouble.is_none(), || format!("all is well again, and node {place} says: {trouble:?}"))?;
        let is_right = host.served.get(&lineage).is_none_or(|highest| *highest == version);
        hold(2, is_right, || format!("node {place} serves another lineage"))?;
    }
    Ok(())
}
