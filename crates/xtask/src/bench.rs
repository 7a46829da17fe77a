//! `cargo xtask bench`: figures. `crates/bench` measures and tells them; here its program is built, and what it measures.

use std::ffi::{OsStr, OsString};
use std::process::Stdio;

use crate::fail::{Doing, Fail, Result};
use crate::{build, place, run, ui};

/// Runs the bench that the first of these arguments names; the others are its options.
pub(crate) fn run(arguments: &[OsString]) -> Result<()> {
    ui::begin("building halyard-bench");
    run::shown(run::quiet_for_machines(run::command("cargo").args(["build", "--release", "-p", "halyard-bench"])))?;
    // What is measured from outside must be built as well, unless another build is named.
    let of_dist = arguments.first().is_some_and(|bench| ["edge", "page", "reliability"].map(OsStr::new).contains(&bench.as_os_str()));
    if of_dist && std::env::var_os("HALYARD_DIST").is_none() {
        build::everything()?;
    }
    let mut bench = run::command(place::target().join("release/halyard-bench"));
    // Its tables are the answer: they go to stdout.
    let status = bench.args(arguments).stdin(Stdio::null()).status().doing(|| format!("start `{}`", run::spoken(&bench)))?;
    if status.success() { Ok(()) } else { Err(Fail::new("the bench came to nothing")) }
}
