//! The seeded simulator: publishers, nodes and a store that fails in every way, one effect at a time, on the very code that ships.
//!
//! One `u64` decides a schedule. A store, two to four hosts with a [`halyard_edge::Node`] each, and a few publishers are set up; then,
//! step by step, one call of somebody's gets one step further (`start`, an effect carried out, `resume`), or something else happens:
//! a trap, a kill, a clock that jumps, a person who writes into the store by hand. Whatever is seen is held to the promises of
//! docs/testing.md at once. In the end the weather clears up, and all must be as if nothing had ever gone wrong. There is no clock, no
//! thread and no other randomness: the same seed gives the same trace, byte for byte.
//!
//! ```text
//! cargo test -p halyard-sim                                        # 1,000 schedules, and all else
//! cargo run -p halyard-sim --release -- --schedules 1000000        # more; --from SEED begins there
//! cargo run -p halyard-sim --release -- --seed 42                  # one, with its trace; --shrink leaves out what does not matter
//! HALYARD_SIM_SEED=42 cargo test -p halyard-sim                    # the same as a test
//! cargo test -p halyard-sim --test mutants -- --ignored            # break the protocol on purpose: each break must be found
//! ```
//!
//! A million schedules, seeds 0 to 999,999, ran once, on the code of 2026-11-22 (1,504,757 versions published, 20,796,196 troubles):
//! one finding, a refresh that went on and took its old look for a new one, mended and tested in `edge/tests/following.rs`.
//!
//! # What is where
//! `world` is the loop; `world/carry` carries out effects, `world/events` is what happens beside them. `call` is one call on its way.
//! `host` is a process around a node. `publisher` is an actor; the readers are so simple that `world` has them. `fault` is what can go
//! wrong, and how often. `ledger` is what truly happened, `invariants` hold it against what was told. `start` is the project that every
//! schedule begins with, and `flags` its document. [`stampede`] is a world of its own, for ten thousand nodes.
//!
//! # To add a fault
//! Add it to [`fault::Fault`] and to `Fault::ALL`, and say in `Fault::spoil` what it does. It must be something that a store or a host
//! can do: it may lose, delay, refuse, or answer nonsense, but not say "stored" of what is not. What does not belong to one effect is a
//! [`fault::Event`]: add it there, and to `World::happen`. Every schedule draws which of them it has, and how often, so a new one needs
//! no other place. (It also shifts what every seed means: replay old findings with the code that they were found with.)
//!
//! # To add an actor
//! It is a struct that says what it asks next (a request, and what it is for: `call::Asked`), and hears the answer, or that there
//! will be none. `publisher` is the example: it knows only what it was answered, as a client does. `World::somebody_asks` lets it act.
//!
//! # To add an invariant
//! Say it as a function from what was seen to `Held`, with the number of the promise that it holds. What the store has goes to
//! `invariants/chain` (called whenever a head moves), what a client is told to `invariants/answers` or `invariants/served`, what must be
//! so in the end to `invariants/calm`. Then add a mutant that breaks just this: an invariant that no mutant breaks holds nothing.
//!
//! # Mutants
//! A file of `mutants/` names a source file, a text in it, and what to put there instead, and says why that matters. The test `mutants`
//! copies the sources, applies one at a time, and fails if the text is not there any more, or if the schedules find nothing wrong.
//!
//! # What is not simulated
//! Late reads (an older state after a newer one) end: a call has two at most. R2, S3 and a directory have none; a cache between might.
//! An environment is made anew only while nobody publishes there. A cold node's requests, having waited for two seconds for one
//! of them in vain, each look for themselves; the lease invariant is about nodes that have a copy.

#![cfg_attr(
    test,
    allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test that fails may panic")
)]

mod call;
pub mod fault;
mod flags;
mod host;
mod invariants;
mod ledger;
mod publisher;
pub mod random;
pub mod shrink;
pub mod stampede;
mod start;
pub mod store;
mod world;

use std::collections::{BTreeMap, BTreeSet};

pub use invariants::Violation;

/// What decides a schedule.
#[derive(Clone, Debug, Default)]
pub struct Setup {
    /// Everything that is drawn is drawn from it.
    pub seed: u64,
    /// Troubles that are left out, by number: [`Outcome::troubles`] has them.
    pub without: BTreeSet<u64>,
    /// Kinds of trouble that are left out, by name: `trap`, `late`.
    pub without_kinds: Vec<String>,
    /// Whether to tell what happens, line by line.
    pub trace: bool,
}

/// What came of a schedule.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// The promise that was broken first; none: all were kept.
    pub violation: Option<Violation>,
    /// What happened, line by line; empty unless it was asked for.
    pub trace: Vec<String>,
    /// The troubles that came: their numbers and kinds.
    pub troubles: Vec<(u64, String)>,
    /// How many versions were published.
    pub commits: u64,
    /// How publishes were answered: how often which status.
    pub answers: BTreeMap<u16, u64>,
}

/// Runs the schedule of a setup.
///
/// ```
/// let setup = halyard_sim::Setup { seed: 42, trace: true, ..Default::default() };
/// let outcome = halyard_sim::run(&setup);
/// assert_eq!(outcome.violation, None);
/// assert_eq!(outcome.trace, halyard_sim::run(&setup).trace);
/// ```
pub fn run(setup: &Setup) -> Outcome {
    let Some(beginning) = start::Beginning::get() else {
        let what = "not even a project can be made".to_owned();
        return Outcome { violation: Some(Violation { promise: 4, what }), ..Outcome::default() };
    };
    let mut world = world::World::new(setup, beginning);
    let steps = world.steps();
    let held = world.run(steps).and_then(|()| invariants::calm::comes_back(&mut world));
    if let Err(violation) = &held {
        world.note(|| violation.to_string());
    }
    Outcome { violation: held.err(), trace: world.trace, troubles: world.troubles, commits: world.commits, answers: world.answers }
}
