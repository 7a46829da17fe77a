//! wasm-bindgen, trunk, cargo-fuzz, cargo-mutants: built once from crates.io into the user's cache, so that a clean clone finds
//! them there.

use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::fail::{Doing, Fail, Result};
use crate::{place, run, ui};

/// How often a long build says that it is alive.
const PULSE: Duration = Duration::from_secs(30);

/// A program from crates.io at one version.
pub(crate) struct Tool {
    package: &'static str,
    version: &'static str,
    /// What `cargo install` needs beside name and version.
    options: &'static [&'static str],
    /// The program of the package that we call.
    binary: &'static str,
    /// Processor time, on the machine that README names.
    takes: &'static str,
}

const TOOLS: [Tool; 2] = [
    // Without `--locked`: its lock names a crate version that the index lacks. The version must equal the crate's.
    Tool { package: "wasm-bindgen-cli", version: "0.2.130", options: &[], binary: "wasm-bindgen", takes: "a minute" },
    // Without default features, which only download tools and look for updates. 0.22 needs a newer Rust.
    Tool { package: "trunk", version: "0.21.14", options: &["--locked", "--no-default-features"], binary: "trunk", takes: "3 minutes" },
];

/// Only what `cargo xtask fuzz` wants: it builds a target for libFuzzer.
pub(crate) const CARGO_FUZZ: Tool =
    Tool { package: "cargo-fuzz", version: "0.13.2", options: &["--locked"], binary: "cargo-fuzz", takes: "a minute" };

/// Only what `cargo xtask mutants` wants.
pub(crate) const CARGO_MUTANTS: Tool =
    Tool { package: "cargo-mutants", version: "27.1.0", options: &["--locked"], binary: "cargo-mutants", takes: "2 minutes" };

/// A tool that runs for a second need not be compiled for minutes: without optimising, trunk takes 3 minutes of
/// processor time instead of 7, and a build with it half a second more.
const PROFILE: [(&str, &str); 4] = [
    ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0"),
    ("CARGO_PROFILE_RELEASE_LTO", "off"),
    ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16"),
    ("CARGO_PROFILE_RELEASE_DEBUG", "0"),
];

impl Tool {
    fn folder(&self) -> Result<PathBuf> {
        Ok(place::cache()?.join("tools").join(format!("{}-{}", self.package, self.version)))
    }

    /// The program, which is built first where it is missing.
    pub(crate) fn program(&self) -> Result<PathBuf> {
        if !self.is_there()? {
            self.install()?;
        }
        Ok(self.folder()?.join("bin").join(self.binary))
    }

    fn is_there(&self) -> Result<bool> {
        Ok(self.folder()?.join("bin").join(self.binary).is_file())
    }

    fn install(&self) -> Result<()> {
        let began = Instant::now();
        let folder = self.folder()?;
        let log = place::cache()?.join(format!("logs/{}-{}.log", self.package, self.version));
        ui::begin(&format!(
            "building {} {} (about {} of processor time; goes to {}, log in {})",
            self.package,
            self.version,
            self.takes,
            folder.display(),
            log.display()
        ));
        let work = place::cache()?.join(format!("build-{}-{}", self.package, std::process::id()));
        let mut cargo = run::command("cargo");
        cargo
            .args(["install", self.package, "--version", self.version])
            .args(self.options)
            .args(["--bin", self.binary])
            .arg("--root")
            .arg(&folder)
            .env("CARGO_TARGET_DIR", &work)
            .envs(PROFILE);
        let finished = AtomicBool::new(false);
        let built = thread::scope(|scope| {
            let pulse = scope.spawn(|| self.tell(&log, began, &finished));
            let built = run::logged(&mut cargo, &log);
            finished.store(true, Ordering::Relaxed);
            pulse.thread().unpark();
            built
        });
        if work.exists() {
            fs::remove_dir_all(&work).doing(|| format!("remove `{}`", work.display()))?;
        }
        built.map_err(|fail| {
            fail.hint(
                "run `cargo xtask setup` again; if it fails the same way, crates.io may be out of reach or a C compiler may be missing",
            )
        })?;
        ui::done(&format!("{} {}, in {}", self.package, self.version, ui::span(began.elapsed())));
        Ok(())
    }

    /// A line now and then, with the number of crates so far.
    fn tell(&self, log: &std::path::Path, began: Instant, finished: &AtomicBool) {
        let mut next = began + PULSE;
        while !finished.load(Ordering::Relaxed) {
            thread::park_timeout(next.saturating_duration_since(Instant::now()));
            if Instant::now() >= next && !finished.load(Ordering::Relaxed) {
                next += PULSE;
                let crates = fs::read_to_string(log)
                    .map_or(0, |text| text.lines().filter(|line| line.trim_start().starts_with("Compiling ")).count());
                ui::note(&format!("still building {}: {crates} crates, {}", self.package, ui::span(began.elapsed())));
            }
        }
    }
}

/// The folders to put before PATH.
pub(crate) fn folders() -> Result<Vec<PathBuf>> {
    TOOLS.iter().map(|tool| Ok(tool.folder()?.join("bin"))).collect()
}

/// The versions in use, for stamps: another version may write other output.
pub(crate) fn versions() -> String {
    TOOLS.iter().map(|tool| format!("{} {}\n", tool.package, tool.version)).collect()
}

/// Builds what is missing, each in a thread of its own, while the caller gets on with other things.
pub(crate) fn start() -> Result<Vec<JoinHandle<Result<()>>>> {
    let mut running = Vec::new();
    for tool in &TOOLS {
        if !tool.is_there()? {
            running.push(thread::spawn(|| tool.install()));
        }
    }
    Ok(running)
}

/// Waits for all of them and returns the first failure.
pub(crate) fn finish(running: Vec<JoinHandle<Result<()>>>) -> Result<()> {
    let results: Vec<Result<()>> =
        running.into_iter().map(|thread| thread.join().unwrap_or_else(|_| Err(Fail::new("a tool's build broke off")))).collect();
    results.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_tool_and_the_crate_wasm_bindgen_are_of_one_version() {
        let manifest = fs::read_to_string(place::root().join("Cargo.toml")).unwrap();
        let tool = TOOLS.iter().find(|tool| tool.package == "wasm-bindgen-cli").unwrap();
        assert!(
            manifest.contains(&format!("wasm-bindgen = \"={}\"", tool.version)),
            "Cargo.toml pins another wasm-bindgen than {}",
            tool.version
        );
    }

    #[test]
    fn every_failure_is_waited_for_and_the_first_is_told() {
        let running = vec![thread::spawn(|| Ok(())), thread::spawn(|| Err(Fail::new("first"))), thread::spawn(|| Err(Fail::new("second")))];
        assert_eq!(finish(running).unwrap_err().message, "first");
    }
}
