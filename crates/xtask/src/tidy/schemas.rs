//! `schemas/` is what the types say.

use crate::fail::Result;
use crate::run;

fn generator(arguments: &[&str]) -> Result<()> {
    let mut cargo = run::command("cargo");
    cargo.args(["run", "--quiet", "-p", "halyard-core", "--features", "schema", "--example", "schemas", "--"]).args(arguments);
    run::captured(&mut cargo).map(|_| ())
}

/// The files are those that the types give now.
pub(crate) fn check() -> Result<()> {
    generator(&["--check"]).map_err(|fail| fail.hint("`cargo xtask tidy --fix` writes them anew"))
}

/// Writes them.
pub(crate) fn write() -> Result<()> {
    generator(&[])
}
