//! `dist/admin`: the admin app as static files.

use std::fs;
use std::path::Path;

use crate::build::wasm;
use crate::fail::{Doing, Result};
use crate::setup::wasm_target::Toolchain;
use crate::setup::{self, tools};
use crate::stamp::{self, Stamp};
use crate::{place, run, ui};

/// Lets trunk bundle it, unless the same was made before. It is compiled already; trunk asks cargo for the same again.
pub(crate) fn bundle(toolchain: Toolchain, compiled: &Path) -> Result<()> {
    let root = place::root();
    let out = place::dist().join("admin");
    let inputs = [compiled.to_path_buf(), root.join("web"), root.join("Trunk.toml"), root.join("package-lock.json")];
    // Beside the folder, not in it: everything in it is served.
    let stamp = Stamp::of("admin", &tools::versions(), &inputs)?.kept_in(place::dist().join(".admin-stamp"));
    if stamp.holds() && out.join("index.html").is_file() {
        return Ok(());
    }
    ui::begin("bundling the admin app");
    if out.exists() {
        fs::remove_dir_all(&out).doing(|| format!("remove `{}`", out.display()))?;
    }
    let mut trunk = setup::web_command("trunk", toolchain)?;
    trunk.args(["build", "--release", "--offline", "--log", "warn"]).env_remove("NO_COLOR");
    run::logged(&mut trunk, &place::target().join("trunk.log"))?;
    for file in stamp::files_below(&out)? {
        if file.extension().is_some_and(|extension| extension == "wasm") {
            wasm::validate(&file)?;
        }
    }
    stamp.keep()
}
