//! `cargo xtask mutants`: cargo-mutants over what decides, as `.cargo/mutants.toml` says.

use std::ffi::OsString;
use std::fs;

use crate::fail::{Doing, Result};
use crate::setup::tools;
use crate::{place, run, ui};

/// Each mutant is built in a copy of the sources; what it came to is written below `target`.
pub(crate) fn run(options: &[OsString]) -> Result<()> {
    let program = tools::CARGO_MUTANTS.program()?;
    let out = place::target().join("mutants");
    fs::create_dir_all(&out).doing(|| format!("make `{}`", out.display()))?;
    let mut command = run::command(program);
    command.args(["mutants", "--package", "halyard-core", "--output"]).arg(&out).args(options);
    // A mutant is built, tested and thrown away: nobody looks at it in a debugger.
    command.env("CARGO_PROFILE_DEV_DEBUG", "0");
    ui::begin("mutants: each is built and tested, which takes hours for all of them");
    run::shown(&mut command)?;
    ui::done(&format!("every mutant was caught; {} has the list", out.display()));
    Ok(())
}
