//! What is written from the code is what it says now: `schemas/`, `worker/host/wire.d.ts`, types of `crates/page/npm` and the tables of `docs/roles.md`.

use crate::fail::Result;
use crate::run;

/// Package, feature and example of each program that writes such files; with `--check` it only compares.
const GENERATORS: [(&str, &str, &str); 7] = [
    ("halyard-core", "schema", "schemas"),
    ("halyard-edge", "schema", "project-schema"),
    ("halyard-edge", "schema", "openapi"),
    ("halyard-edge", "ts", "wire-types"),
    ("halyard-edge", "", "roles"),
    ("halyard-page", "", "page-types"),
    ("halyard-explain", "", "explain-types"),
];

fn run_all(arguments: &[&str]) -> Result<()> {
    for (package, feature, example) in GENERATORS {
        let mut cargo = run::command("cargo");
        cargo.args(["run", "--quiet", "-p", package, "--features", feature, "--example", example, "--"]).args(arguments);
        run::captured(&mut cargo)?;
    }
    Ok(())
}

/// The files are those that the types give now.
pub(crate) fn check() -> Result<()> {
    run_all(&["--check"]).map_err(|fail| fail.hint("`cargo xtask tidy --fix` writes them anew"))
}

/// Writes them.
pub(crate) fn write() -> Result<()> {
    run_all(&[])
}
