//! What tests use from PyPI: each in a Python environment of its own in the user's cache, with every version pinned.

use std::fs;
use std::path::PathBuf;

use crate::fail::{Doing, Result};
use crate::setup::apt;
use crate::stamp::Stamp;
use crate::{place, run, ui};

/// A package of PyPI and what it needs.
pub(crate) struct Environment {
    package: &'static str,
    version: &'static str,
    /// The versions of it and of all that it needs, as `pip freeze` prints them; relative to the checkout.
    requirements: &'static str,
}

/// Asks an HTTP API whatever its description allows and forbids.
pub(crate) const SCHEMATHESIS: Environment =
    Environment { package: "schemathesis", version: "4.32.5", requirements: "tests/http/schemathesis.txt" };

/// Answers as Amazon's S3 does.
pub(crate) const MOTO: Environment = Environment { package: "moto", version: "5.2.5", requirements: "tests/stores/moto.txt" };

const ALL: [&Environment; 2] = [&SCHEMATHESIS, &MOTO];

impl Environment {
    fn folder(&self) -> Result<PathBuf> {
        Ok(place::cache()?.join("tools").join(format!("{}-{}", self.package, self.version)))
    }

    /// Made from exactly these requirements.
    fn stamp(&self) -> Result<Stamp> {
        let requirements = place::root().join(self.requirements);
        let text = fs::read_to_string(&requirements).doing(|| format!("read `{}`", requirements.display()))?;
        // The text, not the file: the folder serves every checkout.
        Ok(Stamp::of(self.package, &text, &[])?.kept_in(self.folder()?.join(".halyard-stamp")))
    }

    /// One of its programs, if the environment is there.
    pub(crate) fn program(&self, name: &str) -> Option<PathBuf> {
        let file = self.folder().ok()?.join("bin").join(name);
        (self.stamp().ok()?.holds() && file.is_file()).then_some(file)
    }

    fn ensure(&self) -> Result<()> {
        let stamp = self.stamp()?;
        if stamp.holds() {
            return Ok(());
        }
        let (folder, log) = (self.folder()?, place::cache()?.join(format!("logs/{}-{}.log", self.package, self.version)));
        ui::begin(&format!("installing {} {} from PyPI (under a minute; goes to {})", self.package, self.version, folder.display()));
        if folder.exists() {
            fs::remove_dir_all(&folder).doing(|| format!("remove `{}`", folder.display()))?;
        }
        let made = || run::logged(run::command("python3").args(["-m", "venv"]).arg(&folder), &log);
        made().or_else(|fail| {
            // Debian's Python comes without what makes environments.
            if !apt::is_debian() || apt::installed("python3-venv") {
                return Err(fail.hint("install Python 3.10 or newer, with its module `venv`"));
            }
            apt::install(&["python3-venv"], "Python's environments")?;
            made()
        })?;
        let mut pip = run::command(folder.join("bin/pip"));
        pip.args(["install", "--quiet", "--disable-pip-version-check", "--no-input", "--only-binary=:all:", "--requirement"])
            .arg(place::root().join(self.requirements));
        run::logged(&mut pip, &log)?;
        stamp.keep()?;
        ui::done(&format!("{} {}", self.package, self.version));
        Ok(())
    }
}

/// Makes what is missing.
pub(crate) fn ensure() {
    for environment in ALL {
        super::or_skip(environment.package, environment.ensure());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_environment_s_requirements_pin_each_package_and_its_own_version() {
        for environment in ALL {
            let text = fs::read_to_string(place::root().join(environment.requirements)).unwrap();
            let pins: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
            assert!(pins.contains(&format!("{}=={}", environment.package, environment.version).as_str()), "{}", environment.requirements);
            assert!(pins.iter().all(|pin| pin.split("==").count() == 2), "{}", environment.requirements);
        }
    }
}
