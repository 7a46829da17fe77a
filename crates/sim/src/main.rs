//! Runs schedules, or replays one: `cargo run -p halyard-sim --release -- --schedules 1000000`, `… -- --seed 42 --shrink`.

use std::io::Write as _;
use std::process::ExitCode;

use halyard_sim::{Outcome, Setup, run, shrink::shrink, stampede};
use lexopt::prelude::*;

const HELP: &str = "halyard-sim [--schedules N] [--from SEED]     runs many; says the first that breaks a promise, and goes on
halyard-sim --seed N [--without 7,9,trap] [--shrink]     runs one, and tells what happens
halyard-sim --stampede NODES     lets nodes come back at once
--stop     ends at the first finding";

/// So many findings are told one by one.
const FINDINGS: u64 = 20;

/// What was asked for on the command line.
struct Asked {
    schedules: u64,
    from: u64,
    seed: Option<u64>,
    without: String,
    shrink: bool,
    stop: bool,
    stampede: Option<usize>,
}

fn main() -> ExitCode {
    match asked() {
        Ok(Some(asked)) => carry_out(&asked),
        Ok(None) => {
            say(HELP);
            ExitCode::SUCCESS
        }
        Err(error) => {
            say(&format!("{error}\n{HELP}"));
            ExitCode::from(2)
        }
    }
}

fn asked() -> Result<Option<Asked>, lexopt::Error> {
    let mut asked = Asked { schedules: 1_000, from: 0, seed: None, without: String::new(), shrink: false, stop: false, stampede: None };
    let mut parser = lexopt::Parser::from_env();
    while let Some(argument) = parser.next()? {
        match argument {
            Long("schedules") => asked.schedules = parser.value()?.parse()?,
            Long("from") => asked.from = parser.value()?.parse()?,
            Long("seed") => asked.seed = Some(parser.value()?.parse()?),
            Long("without") => asked.without = parser.value()?.string()?,
            Long("shrink") => asked.shrink = true,
            Long("stop") => asked.stop = true,
            Long("stampede") => asked.stampede = Some(parser.value()?.parse()?),
            Long("help") | Short('h') => return Ok(None),
            other => return Err(other.unexpected()),
        }
    }
    Ok(Some(asked))
}

fn carry_out(asked: &Asked) -> ExitCode {
    if let Some(nodes) = asked.stampede {
        let report = stampede::run(nodes, asked.from);
        say(&report.to_string());
        return if report.violation.is_none() { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    }
    if let Some(seed) = asked.seed {
        return tell(&setup(seed, &asked.without), asked.shrink);
    }
    let (mut found, mut commits, mut troubles) = (0_u64, 0, 0);
    for (count, seed) in (asked.from..asked.from.saturating_add(asked.schedules)).enumerate() {
        let outcome = run(&Setup { seed, ..Setup::default() });
        commits += outcome.commits;
        troubles += outcome.troubles.len();
        if let Some(violation) = outcome.violation {
            found += 1;
            if found > FINDINGS {
                continue;
            }
            say(&format!("seed {seed}: {violation}\n  replay: cargo run -p halyard-sim --release -- --seed {seed} --shrink"));
            if asked.stop {
                return ExitCode::FAILURE;
            }
        }
        if (count + 1) % 50_000 == 0 {
            say(&format!("{} schedules, {commits} versions, {troubles} troubles, {found} findings", count + 1));
        }
    }
    say(&format!("{} schedules, {commits} versions published, {troubles} troubles, {found} findings", asked.schedules));
    if found == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Words are kinds of trouble, numbers are single ones.
fn setup(seed: u64, without: &str) -> Setup {
    let mut setup = Setup { seed, trace: true, ..Setup::default() };
    for word in without.split(',').filter(|word| !word.is_empty()) {
        match word.parse() {
            Ok(number) => {
                setup.without.insert(number);
            }
            Err(_) => setup.without_kinds.push(word.to_owned()),
        }
    }
    setup
}

/// Runs one schedule and tells all of it.
fn tell(setup: &Setup, is_to_be_shrunk: bool) -> ExitCode {
    let (setup, outcome): (Setup, Outcome) = if is_to_be_shrunk { shrink(setup) } else { (setup.clone(), run(setup)) };
    say(&outcome.trace.join("\n"));
    let left_out = setup.without_kinds.iter().cloned().chain(setup.without.iter().map(u64::to_string)).collect::<Vec<_>>().join(",");
    if !left_out.is_empty() {
        say(&format!("--seed {} --without {left_out}", setup.seed));
    }
    match outcome.violation {
        Some(violation) => {
            say(&format!("seed {}: {violation}", setup.seed));
            ExitCode::FAILURE
        }
        None => {
            say(&format!("seed {}: every promise was kept; {} versions published", setup.seed, outcome.commits));
            ExitCode::SUCCESS
        }
    }
}

/// Writes a line. Who reads it may have gone: then there is nobody to tell.
fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}
