//! A thousand schedules, each held to docs/testing.md's promises; `HALYARD_SIM_SEED=… cargo test -p halyard-sim` replays one.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may panic")]

use std::collections::BTreeMap;

use halyard_sim::fault::{Event, Fault};
use halyard_sim::shrink::shrink;
use halyard_sim::{Outcome, Setup, run, stampede};

const SCHEDULES: u64 = 1_000;

#[expect(clippy::disallowed_methods, reason = "a test is a shell: whoever replays a seed names it in the environment")]
fn seed() -> Option<u64> {
    std::env::var("HALYARD_SIM_SEED").ok().map(|seed| seed.parse().expect("HALYARD_SIM_SEED is a number"))
}

#[test]
fn a_thousand_schedules_break_no_promise() {
    let seeds = seed().map_or(0..SCHEDULES, |seed| seed..seed + 1);
    let (mut troubles, mut answers) = (BTreeMap::<String, u64>::new(), BTreeMap::<u16, u64>::new());
    let mut commits = 0;
    for seed in seeds.clone() {
        let Outcome { violation, troubles: came, commits: published, answers: told, .. } = run(&Setup { seed, ..Setup::default() });
        if let Some(violation) = violation {
            let (setup, outcome) = shrink(&Setup { seed, trace: true, ..Setup::default() });
            panic!(
                "{}\n\n{violation}\nreplay: HALYARD_SIM_SEED={seed} cargo test -p halyard-sim; the trace above is without {:?} {:?}",
                outcome.trace.join("\n"),
                setup.without_kinds,
                setup.without,
            );
        }
        came.into_iter().for_each(|(_, kind)| *troubles.entry(kind).or_default() += 1);
        told.into_iter().for_each(|(status, count)| *answers.entry(status).or_default() += count);
        commits += published;
    }
    if seeds.end - seeds.start < SCHEDULES {
        return;
    }
    // Schedules in which nothing happens hold nothing.
    let kinds = Fault::ALL.map(|fault| format!("{fault:?}")).into_iter().chain(Event::ALL.map(|event| format!("{event:?}")));
    for kind in kinds {
        assert!(troubles.get(&kind).is_some_and(|count| *count > 30), "{kind} hardly ever comes: {troubles:?}");
    }
    assert!(commits > SCHEDULES, "{commits} versions");
    for status in [200, 412, 422, 500, 503] {
        assert!(answers.get(&status).is_some_and(|count| *count > 30), "hardly any publish is answered {status}: {answers:?}");
    }
}

#[test]
fn the_same_seed_gives_the_same_trace() {
    for seed in 0..20 {
        let setup = Setup { seed, trace: true, ..Setup::default() };
        let (one, other) = (run(&setup), run(&setup));
        assert!(one.trace.len() > 40, "{:?}", one.trace);
        assert_eq!(one.trace, other.trace);
        // Nor does telling what happens change it.
        let silent = run(&Setup { trace: false, ..setup });
        assert_eq!((silent.commits, silent.troubles), (one.commits, one.troubles));
    }
}

#[test]
fn what_is_left_out_does_not_come() {
    for seed in 0..20 {
        let all = run(&Setup { seed, ..Setup::default() }).troubles;
        let Some((number, kind)) = all.first().cloned() else { continue };
        let without = run(&Setup { seed, without: [number].into(), ..Setup::default() }).troubles;
        assert_ne!(without.first(), all.first());
        let without = run(&Setup { seed, without_kinds: vec![kind.to_lowercase()], ..Setup::default() }).troubles;
        assert!(without.iter().all(|(_, other)| *other != kind), "{kind}: {without:?}");
    }
}

#[test]
fn nodes_that_come_back_at_once_do_not_stampede() {
    let report = stampede::run(200, 1);
    assert_eq!(report.violation, None, "{report}");
}
