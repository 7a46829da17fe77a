//! `dist/worker`: one JavaScript module and one wasm module, as workerd takes them.

use std::fs;
use std::path::{Path, PathBuf};

use crate::build::wasm;
use crate::fail::{Doing, Result};
use crate::setup::wasm_target::Toolchain;
use crate::setup::{self, npm, tools};
use crate::stamp::Stamp;
use crate::{place, run, ui};

/// The wasm module's name beside `index.js`; the bundle imports it by this name and workerd compiles it once.
pub(crate) const MODULE: &str = "halyard_worker_bg.wasm";

/// Where wasm-bindgen's glue goes; the host imports it as `halyard-wasm`.
fn glue() -> PathBuf {
    place::root().join("target/web/bindgen/worker")
}

/// Binds, optimises and bundles, unless the same was made before.
pub(crate) fn bundle(toolchain: Toolchain, compiled: &Path) -> Result<()> {
    let out = place::dist().join("worker");
    let inputs = [compiled.to_path_buf(), place::root().join("worker/host"), place::root().join("package-lock.json")];
    // Beside the folder, not in it: everything in it is deployed.
    let stamp = Stamp::of("worker", &tools::versions(), &inputs)?.kept_in(place::dist().join(".worker-stamp"));
    if stamp.holds() && out.join("index.js").is_file() && out.join(MODULE).is_file() {
        return Ok(());
    }
    ui::begin("bundling the worker");
    for folder in [&out, &glue()] {
        if folder.exists() {
            fs::remove_dir_all(folder).doing(|| format!("remove `{}`", folder.display()))?;
        }
        fs::create_dir_all(folder).doing(|| format!("make `{}`", folder.display()))?;
    }
    let mut bindgen = setup::web_command("wasm-bindgen", toolchain)?;
    // The reset function is how the host gets a new instance when one has trapped.
    bindgen
        .args(["--target", "web", "--experimental-reset-state-function", "--out-name", "halyard_worker", "--out-dir"])
        .arg(glue())
        .arg(compiled);
    run::captured(&mut bindgen)?;
    wasm::optimise_for_speed(toolchain, &glue().join(MODULE), &out.join(MODULE))?;
    wasm::validate(&out.join(MODULE))?;
    bundle_host(&out)?;
    stamp.keep()
}

fn bundle_host(out: &Path) -> Result<()> {
    let mut esbuild = run::command(npm::programs().join("esbuild"));
    esbuild
        .args([
            "worker/host/main.ts",
            "--bundle",
            "--format=esm",
            "--target=es2022",
            "--charset=utf8",
            "--legal-comments=none",
            "--log-level=warning",
        ])
        .args(["--conditions=workerd,worker", "--external:*.wasm", "--external:cloudflare:*", "--external:node:*"])
        .arg(format!("--alias:halyard-wasm={}", glue().join("halyard_worker.js").display()))
        .arg(format!("--outfile={}", out.join("index.js").display()));
    run::shown(&mut esbuild)
}
