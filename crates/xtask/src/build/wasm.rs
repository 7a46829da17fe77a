//! The steps that both wasm modules go through: compile, optimise, and make sure that engines take the result.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::fail::Result;
use crate::setup::wasm_target::{TARGET, Toolchain};
use crate::{place, run, setup};

/// What the compilers emit and every engine that we run in knows. Named one by one: with `--all-features`, wasm-opt
/// wrote a module that V8 refuses.
pub(crate) const FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// Compiles a package for the web, as small as it gets, and returns where `file` came to lie.
pub(crate) fn compile(toolchain: Toolchain, package: &str, file: &str) -> Result<PathBuf> {
    compile_as(toolchain, "wasm", package, file)
}

/// The same for what evaluates, which is faster.
pub(crate) fn compile_fast(toolchain: Toolchain, package: &str, file: &str) -> Result<PathBuf> {
    compile_as(toolchain, "wasm-fast", package, file)
}

/// By one of the root manifest's profiles.
fn compile_as(toolchain: Toolchain, profile: &str, package: &str, file: &str) -> Result<PathBuf> {
    let mut cargo = setup::web_command("cargo", toolchain)?;
    cargo.args(["build", "--profile", profile, "--target", TARGET, "-p", package]);
    run::shown(run::quiet_for_machines(&mut cargo))?;
    Ok(place::web_target().join(TARGET).join(profile).join(file))
}

/// What shrinks a module the most. A function of one caller stays a function where it is not tiny: that compresses a tenth better, and an
/// engine compiles a function when it is called first, so that one which has all others in it is compiled for the sake of a few lines.
const SMALLEST: [&str; 2] = ["-Oz", "--one-caller-inline-max-function-size=20"];

/// Shrinks the module with wasm-opt.
pub(crate) fn optimise(toolchain: Toolchain, from: &Path, to: &Path) -> Result<()> {
    optimise_to(toolchain, &SMALLEST, from, to)
}

/// What makes it quick.
const FASTEST: [&str; 1] = ["-O3"];

/// Nothing lies in the first kilobyte, where the stack ends: so a small offset may be added where memory is read, in place of before
/// that. Quicker and smaller.
const LAYOUT: &str = "--low-memory-unused";

/// Shrinks it by what costs no time.
pub(crate) fn optimise_for_speed(toolchain: Toolchain, from: &Path, to: &Path) -> Result<()> {
    optimise_to(toolchain, &FASTEST, from, to)
}

fn optimise_to(toolchain: Toolchain, how: &[&str], from: &Path, to: &Path) -> Result<()> {
    let mut command = setup::web_command("wasm-opt", toolchain)?;
    command.args(how).arg(LAYOUT).args(FEATURES).arg(from).arg("-o").arg(to);
    run::captured(&mut command).map(|_| ())
}

/// Lets V8 validate and compile the module.
pub(crate) fn validate(module: &Path) -> Result<()> {
    run::captured(&mut node_script("validate.mjs", [module.as_os_str()])).map(|_| ())
}

/// One of our own small Node programs.
pub(crate) fn node_script<'a>(name: &str, arguments: impl IntoIterator<Item = &'a OsStr>) -> Command {
    let mut command = run::command("node");
    command.arg(place::root().join("crates/xtask/node").join(name)).args(arguments);
    command
}
