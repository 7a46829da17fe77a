//! `dist/page`: the npm package `halyard-flags`, as it would be published.

use std::fs;
use std::path::{Path, PathBuf};

use crate::build::wasm;
use crate::fail::{Doing, Fail, Result};
use crate::setup::wasm_target::Toolchain;
use crate::setup::{self, npm, tools};
use crate::stamp::{self, Stamp};
use crate::{place, run, ui};

/// The evaluator, and what says why.
pub(crate) struct Compiled {
    pub(crate) evaluator: PathBuf,
    pub(crate) explain: PathBuf,
}

/// Compiles both for the web.
pub(crate) fn compile(toolchain: Toolchain) -> Result<Compiled> {
    ui::begin(&format!("compiling the page's evaluator for the web with {}", toolchain.name()));
    let evaluator = wasm::compile_fast(toolchain, "halyard-page", "halyard_page.wasm")?;
    let explain = wasm::compile(toolchain, "halyard-explain", "halyard_explain.wasm")?;
    Ok(Compiled { evaluator, explain })
}

/// Where the package's sources are.
fn sources() -> PathBuf {
    place::root().join("crates/page/npm")
}

/// Where it comes to lie.
pub(crate) fn out() -> PathBuf {
    place::dist().join("page")
}

/// Where wasm-bindgen's glue for `explain` goes; the sources import it as `halyard-explain-glue`.
fn glue() -> PathBuf {
    place::root().join("target/web/bindgen/explain")
}

/// Optimises, bundles and writes declarations, unless the same was made before.
pub(crate) fn bundle(toolchain: Toolchain, compiled: &Compiled) -> Result<()> {
    let out = out();
    let lockfile = place::root().join("package-lock.json");
    let inputs = [compiled.evaluator.clone(), compiled.explain.clone(), sources(), lockfile];
    // Beside the folder, not in it: everything in it is published.
    let stamp = Stamp::of("page", &tools::versions(), &inputs)?.kept_in(place::dist().join(".page-stamp"));
    if stamp.holds() && out.join("index.js").is_file() {
        return Ok(());
    }
    ui::begin("bundling the page's package");
    for folder in [&out, &glue()] {
        if folder.exists() {
            fs::remove_dir_all(folder).doing(|| format!("remove `{}`", folder.display()))?;
        }
        fs::create_dir_all(folder).doing(|| format!("make `{}`", folder.display()))?;
    }
    wasm::optimise_for_speed(toolchain, &compiled.evaluator, &out.join("page.wasm"))?;
    let mut bindgen = setup::web_command("wasm-bindgen", toolchain)?;
    bindgen.args(["--target", "web", "--no-typescript", "--out-name", "explain", "--out-dir"]).arg(glue()).arg(&compiled.explain);
    run::captured(&mut bindgen)?;
    wasm::optimise(toolchain, &glue().join("explain_bg.wasm"), &out.join("explain.wasm"))?;
    for module in ["page.wasm", "explain.wasm"] {
        wasm::validate(&out.join(module))?;
    }
    let mut build = run::command("node");
    run::shown(build.arg(sources().join("build.mjs")).arg(&out).arg(glue()))?;
    let mut declarations = run::command(npm::programs().join("tsc"));
    run::shown(declarations.arg("--project").arg(sources().join("tsconfig.json")).arg("--outDir").arg(&out))?;
    stamp.keep()
}

/// What a page loads for each of these, by the names that `budget.json` has for them: an entry point with what it imports is as
/// large as its line and those above it that it builds on.
pub(crate) fn parts() -> Result<Vec<(String, Vec<PathBuf>)>> {
    let out = out();
    if !out.join("page.wasm").is_file() {
        return Err(Fail::new("`dist/page` is not there").hint("`cargo xtask build` makes it"));
    }
    let mut parts = vec![
        ("page".to_owned(), vec![out.join("page.wasm"), out.join("index.js")]),
        ("page/explain".to_owned(), vec![out.join("explain.wasm"), out.join("explain.js")]),
    ];
    for file in stamp::files_below(&out)? {
        if let Some(name) = entry(&out, &file) {
            parts.push((format!("page/{name}"), vec![file]));
        }
    }
    Ok(parts)
}

/// An entry point that pages load and that no part above has: `client`, `openfeature/web`.
fn entry(out: &Path, file: &Path) -> Option<String> {
    let name = file.strip_prefix(out).ok()?.to_str()?.strip_suffix(".js")?;
    // Tests and servers do not mind a kilobyte.
    let minds = !["index", "explain", "inline", "testing"].contains(&name) && !name.starts_with("worker");
    minds.then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_pages_load_has_a_line_of_its_own() {
        let entry = |name: &str| entry(Path::new("/d/page"), &Path::new("/d/page").join(name));
        assert_eq!(entry("client.js").as_deref(), Some("client"));
        assert_eq!(entry("openfeature/web.js").as_deref(), Some("openfeature/web"));
        for other in ["index.js", "testing.js", "client.d.ts", "page.wasm", "worker/default.js"] {
            assert_eq!(entry(other), None, "{other}");
        }
    }
}
