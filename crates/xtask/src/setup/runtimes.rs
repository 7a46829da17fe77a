//! What runs JavaScript beside Node in tests: Deno and Bun, each from npm into the user's cache.

use std::fs;
use std::path::{Path, PathBuf};

use crate::fail::{Doing, Fail, Result};
use crate::stamp::Stamp;
use crate::{place, run, ui};

/// A package of npm that is one program, in a package of its own for each kind of machine, of which npm takes this machine's.
pub(crate) struct Runtime {
    package: &'static str,
    version: &'static str,
    /// The folder of those packages, and where in each the program is.
    program: (&'static str, &'static str),
    /// As for 64-bit Linux.
    takes: &'static str,
    /// By which tests learn where it is.
    pub(crate) variable: &'static str,
}

/// All of them. Bun's program chooses at its start what it asks of a processor: its package for those without AVX2 holds the same one.
pub(crate) const ALL: [Runtime; 2] = [
    Runtime {
        package: "deno",
        version: "2.9.6",
        program: ("@deno", "deno"),
        takes: "a download of 42 MB, 96 MB on the disk",
        variable: "HALYARD_DENO",
    },
    Runtime {
        package: "bun",
        version: "1.4.5",
        program: ("@oven", "bin/bun"),
        takes: "a download of 52 MB, 107 MB on the disk",
        variable: "HALYARD_BUN",
    },
];

impl Runtime {
    fn folder(&self) -> Result<PathBuf> {
        Ok(place::cache()?.join("tools").join(format!("{}-{}", self.package, self.version)))
    }

    fn stamp(&self) -> Result<Stamp> {
        Ok(Stamp::of(self.package, self.version, &[])?.kept_in(self.folder()?.join(".halyard-stamp")))
    }

    /// The program, if it is there.
    pub(crate) fn program(&self) -> Option<PathBuf> {
        if self.stamp().ok()?.holds() { self.program_in(&self.folder().ok()?) } else { None }
    }

    fn program_in(&self, folder: &Path) -> Option<PathBuf> {
        let (packages, file) = self.program;
        let entries = fs::read_dir(folder.join("node_modules").join(packages)).ok()?;
        let mut found: Vec<PathBuf> =
            entries.filter_map(|entry| Some(entry.ok()?.path().join(file))).filter(|file| file.is_file()).collect();
        // An old npm brings the programs for both of Linux's C libraries. The longer name is the rarer one's.
        found.sort();
        found.into_iter().next()
    }

    fn ensure(&self) -> Result<()> {
        if self.program().is_some() {
            return Ok(());
        }
        let (folder, log) = (self.folder()?, place::cache()?.join(format!("logs/{}-{}.log", self.package, self.version)));
        let name = format!("{} {}", self.package, self.version);
        ui::begin(&format!("installing {name} from npm ({}; goes to {})", self.takes, folder.display()));
        if folder.exists() {
            fs::remove_dir_all(&folder).doing(|| format!("remove `{}`", folder.display()))?;
        }
        fs::create_dir_all(&folder).doing(|| format!("make `{}`", folder.display()))?;
        let mut npm = run::command("npm");
        // The package's script would only put the program where a shell finds it. Whoever has no net should not wait minutes to hear it.
        npm.args(["install", "--no-save", "--ignore-scripts", "--fetch-retries=1", "--no-audit", "--no-fund", "--prefix"])
            .arg(&folder)
            .arg(format!("{}@{}", self.package, self.version));
        run::logged(&mut npm, &log)?;
        let program = self.program_in(&folder).ok_or_else(|| Fail::new(format!("npm has no {name} for this kind of machine")))?;
        run::captured(run::command(program).arg("--version"))?;
        self.stamp()?.keep()?;
        ui::done(&name);
        Ok(())
    }
}

/// Installs what is missing.
pub(crate) fn ensure() {
    for runtime in ALL {
        super::or_skip(runtime.package, runtime.ensure());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_is_found_in_whichever_package_npm_has_chosen() {
        for runtime in ALL {
            let folder = std::env::temp_dir().join(format!("halyard-{}-{}", runtime.package, std::process::id()));
            let (packages, file) = runtime.program;
            let package = |name: &str| folder.join("node_modules").join(packages).join(name).join(file);
            assert_eq!(runtime.program_in(&folder), None);
            for name in ["some-linux-x64-musl", "some-linux-x64"] {
                fs::create_dir_all(package(name).parent().unwrap()).unwrap();
                fs::write(package(name), "").unwrap();
                assert_eq!(runtime.program_in(&folder), Some(package(name)));
            }
            fs::remove_dir_all(folder).unwrap();
        }
    }
}
