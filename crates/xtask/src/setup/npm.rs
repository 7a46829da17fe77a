//! npm's packages, exactly as package-lock.json has them.

use std::fs;
use std::path::PathBuf;

use crate::fail::{Doing, Fail, Result};
use crate::stamp::Stamp;
use crate::{place, run, ui};

/// The oldest Node that miniflare and wrangler run on.
const OLDEST_NODE: u32 = 20;

/// Where the packages' programs are.
pub(crate) fn programs() -> PathBuf {
    place::root().join("node_modules/.bin")
}

/// Installs them unless node_modules already holds what the lockfile asks for.
pub(crate) fn ensure() -> Result<()> {
    let stamp =
        Stamp::of("npm", "", &[place::root().join("package-lock.json")])?.kept_in(place::root().join("node_modules/.halyard-stamp"));
    if stamp.holds() {
        return Ok(());
    }
    check_node()?;
    ui::begin("installing npm packages into node_modules (360 MB; under a minute)");
    let mut npm = run::command("npm");
    // No package of ours needs its install script, and one that wants to run is not to be trusted with it.
    npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
    run::logged(&mut npm, &place::cache()?.join("logs/npm.log"))
        .map_err(|fail| fail.hint("run `npm ci --ignore-scripts` to see what npm says"))?;
    stamp.keep()?;
    ui::done("npm packages");
    Ok(())
}

fn check_node() -> Result<()> {
    let hint = format!("install Node.js {OLDEST_NODE} or newer with npm (Debian: `apt-get install nodejs npm`)");
    let version = run::captured(run::command("node").arg("--version")).map_err(|_| Fail::new("there is no Node.js here").hint(&hint))?;
    match major(&version) {
        Some(found) if found >= OLDEST_NODE => Ok(()),
        _ => Err(Fail::new(format!("Node.js here is {}, too old", version.trim())).hint(hint)),
    }
}

fn major(version: &str) -> Option<u32> {
    version.trim().strip_prefix('v')?.split('.').next()?.parse().ok()
}

/// Whether a lockfile names the host it was made with; it must not, since everybody has their own.
pub(crate) fn hosts_in(lockfile: &str) -> Vec<String> {
    lockfile.lines().filter(|line| line.contains("\"resolved\": \"http")).map(|line| line.trim().to_owned()).collect()
}

/// The lockfile as it is checked in.
pub(crate) fn lockfile() -> Result<String> {
    let path = place::root().join("package-lock.json");
    fs::read_to_string(&path).doing(|| format!("read `{}`", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn node_s_major_version_is_read_from_what_it_prints() {
        assert_eq!(major("v20.20.2\n"), Some(20));
        assert_eq!(major("20.20.2"), None);
    }

    #[test]
    fn a_lockfile_with_a_download_address_is_caught() {
        assert_eq!(hosts_in("{\n  \"resolved\": \"https://registry.example/a.tgz\",\n  \"integrity\": \"x\"\n}").len(), 1);
        assert!(hosts_in("{ \"funding\": \"https://example.org\" }").is_empty());
    }
}
