//! Debian's packages: what is installed, and installing what is not.

use std::path::Path;
use std::process::Command;
use std::sync::Mutex;

use crate::fail::{Fail, Result};
use crate::{place, run, ui};

/// Two steps of setup may want packages at once; apt takes one caller at a time.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// A system with apt-get, dpkg and Debian's name.
pub(crate) fn is_debian() -> bool {
    place::on_path("apt-get").is_some() && Path::new("/etc/debian_version").exists()
}

/// Whether dpkg has the package fully installed.
pub(crate) fn installed(package: &str) -> bool {
    run::captured(run::command("dpkg-query").args(["--show", "--showformat=${db:Status-Status}", package]))
        .is_ok_and(|status| status == "installed")
}

/// Installs them, or says what a person with the right to should run. `what` is what they are for.
pub(crate) fn install(packages: &[&str], what: &str) -> Result<()> {
    if packages.is_empty() {
        return Ok(());
    }
    let _turn = ONE_AT_A_TIME.lock();
    let names = packages.join(" ");
    let by_hand = format!("apt-get update && apt-get install --no-install-recommends {names}");
    ui::begin(&format!("installing {what} from Debian's packages: {names} (a minute or two; system-wide, outside the checkout)"));
    let log = place::cache()?.join("logs/apt.log");
    let attempt = run::logged(&mut apt(&["update"])?, &log).and_then(|()| {
        let mut arguments = vec!["install", "--yes", "--no-install-recommends"];
        arguments.extend(packages);
        run::logged(&mut apt(&arguments)?, &log)
    });
    attempt.map_err(|fail| fail.hint(format!("as root: {by_hand}")))
}

fn apt(arguments: &[&str]) -> Result<Command> {
    let mut command = as_root("apt-get")?;
    command.args(["-q", "-o", "DPkg::Lock::Timeout=120"]).args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
    Ok(command)
}

/// A command with root's rights: as it is for root, else by a sudo that asks for no password.
pub(crate) fn as_root(program: &str) -> Result<Command> {
    if run::captured(run::command("id").arg("-u")).is_ok_and(|id| id.trim() == "0") {
        return Ok(run::command(program));
    }
    if place::on_path("sudo").is_some() && run::captured(run::command("sudo").args(["-n", "true"])).is_ok() {
        let mut command = run::command("sudo");
        // sudo drops the environment; apt must not ask questions.
        command.args(["-n", "env", "DEBIAN_FRONTEND=noninteractive", program]);
        return Ok(command);
    }
    Err(Fail::new(format!("`{program}` needs root here, and there is no sudo that works without a password"))
        .hint("run `cargo xtask setup` once as root, or `sudo -v` before it"))
}
