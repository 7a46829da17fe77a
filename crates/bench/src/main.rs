//! `halyard-bench native|edge|page|reliability|docs`: measures, prints, keeps, compares, and writes pages. `cargo xtask bench` calls it.
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test that fails may panic"))]

mod native_run;
mod options;
mod outside;
mod print;

use std::path::Path;
use std::process::ExitCode;

use halyard_bench::run::Run;
use halyard_bench::{Result, page};

use options::Options;

fn main() -> ExitCode {
    match carry_out() {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn carry_out() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let command = arguments.next().unwrap_or_default();
    let rest: Vec<String> = arguments.collect();
    if command == "docs" {
        return rest.iter().try_for_each(|file| page::write(&Run::read(Path::new(file))?, Path::new("docs")));
    }
    let options = options::read(&rest)?;
    match command.as_str() {
        "native" => tell(&native_run::native(&options)?, &options),
        "edge" => tell(&outside::edge(&options)?, &options),
        "page" => tell(&outside::page(&options)?, &options),
        "reliability" => tell(&outside::reliability(&options)?, &options),
        // What valgrind runs.
        "count" => native_run::count(&options),
        _ => Err(format!("there is no bench `{command}`: native, edge, page, reliability, or docs FILE… of kept runs")),
    }
}

/// Prints a run, beside another one if that was asked for, keeps it, and writes it into its page.
fn tell(run: &Run, options: &Options) -> Result<()> {
    let against = options.against.as_deref().map(Run::read).transpose()?;
    print::print(run, against.as_ref());
    if let Some(file) = &options.json {
        run.write(file)?;
    }
    if options.docs {
        page::write(run, Path::new("docs"))?;
    }
    Ok(())
}
