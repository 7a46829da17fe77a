//! `halyard-bench native`: everything that needs no worker, timed and counted.

use std::path::PathBuf;
use std::process::Command;

use halyard_bench::bench::{Bench, Effort, time};
use halyard_bench::load::{Document, LOADING, SIZES, named};
use halyard_bench::run::{Run, load};
use halyard_bench::{Result, count, native, requests};

use crate::options::Options;

/// What the benches are about, made once.
struct World {
    native: native::World,
    requests: requests::World,
    documents: Vec<Document>,
}

impl World {
    fn new(options: &Options) -> Result<World> {
        let sizes = SIZES.iter().filter(|&&flags| !options.smoke || flags < 10_000);
        let documents = sizes.map(|&flags| Document::new(flags)).collect::<Result<_>>()?;
        Ok(World { native: native::World::new(1000)?, requests: requests::World::new(1000, 100)?, documents })
    }

    fn benches(&self, options: &Options) -> Vec<Bench<'_>> {
        let all = self.native.benches().into_iter().chain(self.requests.benches()).chain(self.documents.iter().flat_map(Document::benches));
        all.filter(|bench| options.only.as_ref().is_none_or(|only| bench.name.contains(only) || bench.group.contains(only))).collect()
    }
}

/// What callgrind watches.
pub(crate) fn count(options: &Options) -> Result<()> {
    count::under_callgrind(&mut World::new(options)?.benches(options));
    Ok(())
}

/// Measures.
pub(crate) fn native(options: &Options) -> Result<Run> {
    let world = World::new(options)?;
    let mut benches = world.benches(options);
    let mut run = Run::here("native");
    if !options.counts_only {
        let effort = if options.smoke { Effort::SMOKE } else { Effort::WHOLE };
        let times = time(&mut benches, effort);
        for (bench, time) in benches.iter().zip(times) {
            run.note(bench.group, &bench.name, format!("{}, ns", bench.column), time.best);
            run.note(bench.group, &bench.name, format!("{}, median ns", bench.column), time.median);
        }
    }
    if count::is_there() {
        eprintln!("→ counting instructions: under valgrind this takes a minute or two");
        let mut arguments = vec!["count"];
        if options.smoke {
            arguments.push("--smoke");
        }
        if let Some(only) = &options.only {
            arguments.extend(["--only", only]);
        }
        let counts = count::instructions(&benches, &arguments, &folder()?)?;
        for (bench, instructions) in benches.iter().zip(counts) {
            run.note(bench.group, &bench.name, format!("{}, instructions", bench.column), instructions);
        }
    } else {
        eprintln!("· there is no valgrind here: no instructions are counted");
    }
    if options.only.is_none() {
        memory(&mut run)?;
    }
    run.beside = format!("{} before, {} after", run.beside, load());
    Ok(run)
}

/// Where callgrind writes: beside this program.
fn folder() -> Result<PathBuf> {
    let program = std::env::current_exe().map_err(|error| format!("this program is nowhere: {error}"))?;
    Ok(program.with_file_name("callgrind"))
}

/// Memory is measured by a program of its own, beside this one.
fn memory(run: &mut Run) -> Result<()> {
    let program =
        std::env::current_exe().map_err(|error| format!("this program is nowhere: {error}"))?.with_file_name("halyard-bench-memory");
    if !program.exists() {
        eprintln!("· `{}` is not built: no memory is measured", program.display());
        return Ok(());
    }
    let output = Command::new(&program).output().map_err(|error| format!("`{}`: {error}", program.display()))?;
    let figures: std::collections::BTreeMap<usize, [f64; 3]> =
        serde_json::from_slice(&output.stdout).map_err(|error| format!("what memory was measured: {error}"))?;
    for (flags, [text, held, most]) in figures {
        run.note(LOADING, &named(flags), "text, bytes", text);
        run.note(LOADING, &named(flags), "ruleset, bytes", held);
        run.note(LOADING, &named(flags), "most while loading, bytes", most);
    }
    Ok(())
}
