//! `dist/halyard`: the command line, for this machine.

use std::fs;

use crate::fail::{Doing, Result};
use crate::{place, run, ui};

/// Compiles it and puts it in place.
pub(crate) fn build() -> Result<()> {
    ui::begin("compiling the command line");
    run::shown(run::quiet_for_machines(run::command("cargo").args(["build", "--release", "-p", "halyard-cli"])))?;
    let from = place::target().join("release/halyard");
    let to = place::dist().join("halyard");
    fs::create_dir_all(place::dist()).doing(|| "make `dist`".to_owned())?;
    // A rename, not a copy over it: one that is running must not change under its feet.
    let fresh = place::dist().join(format!(".halyard-{}", std::process::id()));
    fs::copy(&from, &fresh).doing(|| format!("copy `{}`", from.display()))?;
    fs::rename(&fresh, &to).doing(|| format!("write `{}`", to.display()))
}
