//! What is written from the code is what it says now: `schemas/`, `worker/host/wire.d.ts`, types of `crates/page/npm` and the tables of `docs/roles.md`.

use std::fs;

use crate::fail::{Doing, Fail, Result};
use crate::{place, run};

/// Package, feature and example of each program that prints a file, and which.
const PRINTED: [(&str, &str, &str, &str); 6] = [
    ("halyard-edge", "schema", "project-schema", "schemas/project.schema.json"),
    ("halyard-edge", "schema", "openapi", "schemas/openapi.json"),
    ("halyard-edge", "ts", "wire-types", "worker/host/wire.d.ts"),
    ("halyard-edge", "", "roles", "docs/roles.md"),
    ("halyard-page", "", "page-types", "crates/page/npm/src/generated.ts"),
    ("halyard-explain", "", "explain-types", "crates/page/npm/src/explain/types.ts"),
];

/// What one of the programs says.
fn said(package: &str, feature: &str, example: &str, arguments: &[&str]) -> Result<String> {
    let mut cargo = run::command("cargo");
    cargo.args(["run", "--quiet", "-p", package, "--features", feature, "--example", example, "--"]).args(arguments);
    run::captured(&mut cargo)
}

/// The document's schemas are several files, which their program compares or writes itself.
fn schemas(arguments: &[&str]) -> Result<()> {
    said("halyard-core", "schema", "schemas", arguments).map(drop)
}

/// Each file that is not what its program prints, with that.
fn stale() -> Result<Vec<(&'static str, String)>> {
    let mut stale = Vec::new();
    for (package, feature, example, file) in PRINTED {
        let fresh = said(package, feature, example, &[])?;
        if !fs::read_to_string(place::root().join(file)).is_ok_and(|found| found == fresh) {
            stale.push((file, fresh));
        }
    }
    Ok(stale)
}

/// The files are those that the code gives now.
pub(crate) fn check() -> Result<()> {
    let hint = "`cargo xtask tidy --fix` writes them anew";
    schemas(&["--check"]).map_err(|fail| fail.hint(hint))?;
    let files: Vec<String> = stale()?.into_iter().map(|(file, _)| format!("`{file}`")).collect();
    if files.is_empty() { Ok(()) } else { Err(Fail::new(format!("not what the code says: {}", files.join(", "))).hint(hint)) }
}

/// Writes those that are not.
pub(crate) fn write() -> Result<()> {
    schemas(&[])?;
    for (file, fresh) in stale()? {
        fs::write(place::root().join(file), fresh).doing(|| format!("write `{file}`"))?;
    }
    Ok(())
}
