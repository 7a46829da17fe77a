//! Everything that is missing on a machine, from package registries only. Each step looks first, then does.

mod apt;
pub(crate) mod chromium;
pub(crate) mod npm;
pub(crate) mod python;
pub(crate) mod runtimes;
pub(crate) mod tools;
pub(crate) mod wasm_target;

use std::ffi::OsString;
use std::process::Command;
use std::thread::{self, JoinHandle};

use crate::fail::{Doing, Fail, Result};
use crate::{run, ui};
use wasm_target::Toolchain;

/// What is being fetched and built while the project itself compiles.
pub(crate) struct Underway {
    tools: Vec<JoinHandle<Result<()>>>,
    npm: JoinHandle<Result<()>>,
}

/// Starts what can go on beside other work: the tools and npm's packages.
pub(crate) fn start() -> Result<Underway> {
    Ok(Underway { npm: thread::spawn(npm::ensure), tools: tools::start()? })
}

impl Underway {
    /// Waits until all of it is there.
    pub(crate) fn finish(self) -> Result<()> {
        let npm = self.npm.join().unwrap_or_else(|_| Err(Fail::new("installing npm packages broke off")));
        tools::finish(self.tools).and(npm)
    }
}

/// All of it: what `cargo xtask setup` does.
pub(crate) fn everything() -> Result<()> {
    let underway = start()?;
    let target = wasm_target::ensure();
    let browser = chromium::ensure();
    python::ensure();
    runtimes::ensure();
    underway.finish()?;
    target?;
    browser?;
    Ok(())
}

/// For what can be done without: tests that want it say so and are skipped, and the rest holds. Why it is not there is said here.
fn or_skip(what: &str, ensured: Result<()>) {
    if let Err(Fail { message, hint, .. }) = ensured {
        let hint = hint.map(|hint| format!("\n  {hint}")).unwrap_or_default();
        ui::note(&format!("no {what}, whose tests are skipped: {message}{hint}"));
    }
}

/// A command that builds for the web: the right compiler, its own target folder, the cached tools first on PATH.
pub(crate) fn web_command(program: &str, toolchain: Toolchain) -> Result<Command> {
    let mut command = run::command(program);
    toolchain.choose_in(&mut command);
    command.env("CARGO_TARGET_DIR", crate::place::web_target()).env("PATH", tool_path()?);
    Ok(command)
}

/// PATH with the cached tools and npm's programs before everything else.
pub(crate) fn tool_path() -> Result<OsString> {
    let mut folders = tools::folders()?;
    folders.push(npm::programs());
    if let Some(path) = std::env::var_os("PATH") {
        folders.extend(std::env::split_paths(&path));
    }
    std::env::join_paths(folders).doing(|| "extend PATH".to_owned())
}
