//! The wasm target: which toolchain builds for it, and how to get one where rustup cannot download.
//!
//! Debian's security suite has a newer rustc with its library source; std for the target is built from that, once,
//! and the whole is linked into rustup under the name `debian-web`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use crate::fail::{Doing, Fail, Result};
use crate::setup::apt;
use crate::{place, run, ui};

/// The target's name.
pub(crate) const TARGET: &str = "wasm32-unknown-unknown";
/// The name under which rustup knows Debian's toolchain.
const LINKED: &str = "debian-web";
/// Debian's packages: compiler, cargo, library source, linker.
const PACKAGES: [&str; 4] = ["rustc-web", "cargo-web", "rust-web-src", "lld-22"];
/// Longest that we let rustup try before the other way is taken.
const RUSTUP_PATIENCE: Duration = Duration::from_secs(180);

const RUSTC: &str = "/usr/bin/rustc";
const CARGO: &str = "/usr/bin/cargo";
const LLD: &str = "/usr/lib/llvm-22/bin/lld";
const RUSTLIB: &str = "/usr/lib/rustlib";

/// What builds for the wasm target on this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Toolchain {
    /// The one that builds everything else has the target too.
    Own,
    /// Debian's, linked into rustup.
    Debian,
}

impl Toolchain {
    /// Makes `command` (cargo, or trunk which runs cargo) build with this toolchain.
    pub(crate) fn choose_in(self, command: &mut Command) {
        if self == Self::Debian {
            command.env("RUSTUP_TOOLCHAIN", LINKED);
        }
    }

    /// For progress lines.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Own => "the active toolchain",
            Self::Debian => LINKED,
        }
    }
}

/// The toolchain that is there already, if any. Looks only; costs one call of rustc.
/// `HALYARD_WASM_TOOLCHAIN=debian-web` passes over rustup's own.
pub(crate) fn find() -> Option<Toolchain> {
    if !debian_wanted() && own_has_target() {
        return Some(Toolchain::Own);
    }
    debian_is_ready().then_some(Toolchain::Debian)
}

/// Finds or makes a toolchain that builds for the wasm target.
pub(crate) fn ensure() -> Result<Toolchain> {
    if let Some(found) = find() {
        return Ok(found);
    }
    if !debian_wanted() && by_rustup()? {
        return Ok(Toolchain::Own);
    }
    by_debian()?;
    Ok(Toolchain::Debian)
}

fn debian_wanted() -> bool {
    std::env::var_os("HALYARD_WASM_TOOLCHAIN").is_some_and(|name| name == LINKED)
}

fn own_has_target() -> bool {
    run::captured(run::command("rustc").args(["--print", "target-libdir", "--target", TARGET]))
        .is_ok_and(|folder| has_std(Path::new(folder.trim())))
}

fn has_std(folder: &Path) -> bool {
    fs::read_dir(folder)
        .is_ok_and(|mut entries| entries.any(|entry| entry.is_ok_and(|entry| entry.file_name().to_string_lossy().starts_with("libstd-"))))
}

/// True if rustup could add the target. Not being able to is no error: there is another way.
fn by_rustup() -> Result<bool> {
    if place::on_path("rustup").is_none() {
        return Ok(false);
    }
    ui::begin(&format!("adding the {TARGET} target with rustup (a download of 20 MB into rustup's own folder)"));
    let log = place::cache()?.join("logs/rustup-target.log");
    let mut command = run::command("rustup");
    command.args(["target", "add", TARGET]).env("RUSTUP_MAX_RETRIES", "1");
    match run::logged_within(&mut command, &log, RUSTUP_PATIENCE) {
        Ok(()) => Ok(own_has_target()),
        Err(_) => {
            ui::note("rustup cannot download it here; taking the compiler from Debian's packages instead");
            Ok(false)
        }
    }
}

fn by_debian() -> Result<()> {
    let by_hand = format!("run `rustup target add {TARGET}` where rustup can download, then try again");
    if !apt::is_debian() || std::env::consts::ARCH != "x86_64" {
        return Err(Fail::new(format!("this Rust has no {TARGET} target, and rustup could not add it")).hint(by_hand));
    }
    if place::on_path("rustup").is_none() {
        return Err(Fail::new("there is no rustup to hold a second toolchain").hint(by_hand));
    }
    let wanted: Vec<&str> = PACKAGES.into_iter().filter(|name| !apt::installed(name)).collect();
    apt::install(&wanted, "Rust's web compiler")?;
    let version = rustc_version()?;
    if !std_is_built(&version) {
        build_std(&version)?;
    }
    link_linker()?;
    link_toolchain()
}

fn debian_is_ready() -> bool {
    linked_to_usr() && linker().exists() && rustc_version().is_ok_and(|version| std_is_built(&version))
}

fn rustc_version() -> Result<String> {
    run::captured(run::command(RUSTC).arg("-vV"))
}

fn libdir() -> PathBuf {
    Path::new(RUSTLIB).join(TARGET).join("lib")
}

/// Says which compiler std was built by: another one cannot read it.
fn stamp() -> PathBuf {
    Path::new(RUSTLIB).join(TARGET).join("halyard-stamp")
}

fn std_is_built(version: &str) -> bool {
    fs::read_to_string(stamp()).is_ok_and(|built_by| built_by == version) && has_std(&libdir())
}

fn linker() -> PathBuf {
    Path::new(RUSTLIB).join("x86_64-unknown-linux-gnu/bin/rust-lld")
}

fn link_linker() -> Result<()> {
    let to = linker();
    if to.exists() {
        return Ok(());
    }
    ui::begin(&format!("writing {} (a link to lld, outside the checkout)", to.display()));
    let mut make = apt::as_root("mkdir")?;
    run::captured(make.arg("-p").args(to.parent()))?;
    run::captured(apt::as_root("ln")?.arg("-sfn").arg(LLD).arg(&to))?;
    Ok(())
}

/// Builds std in a throw-away crate, where embedded bitcode lets our own link-time optimisation see into it.
fn build_std(version: &str) -> Result<()> {
    let began = Instant::now();
    ui::begin(&format!(
        "building Rust's standard library for {TARGET} (about a minute; goes to {}, outside the checkout)",
        libdir().display()
    ));
    link_linker()?;
    let work = place::cache()?.join(format!("std-build-{}", std::process::id()));
    let built = compile_std(&work).and_then(|()| install_std(&work, version));
    let cleaned = fs::remove_dir_all(&work).doing(|| format!("remove `{}`", work.display()));
    built.and(cleaned)?;
    // Rebuilding std changes its hashes; what was compiled against the old one cannot be linked any more.
    let stale = place::web_target();
    if stale.exists() {
        fs::remove_dir_all(&stale).doing(|| format!("remove `{}`", stale.display()))?;
    }
    ui::done(&format!("standard library for {TARGET}, in {}", ui::span(began.elapsed())));
    Ok(())
}

fn compile_std(work: &Path) -> Result<()> {
    let source = work.join("src");
    fs::create_dir_all(&source).doing(|| format!("make `{}`", source.display()))?;
    let manifest =
        "[package]\nname = \"std-for-web\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[lib]\ncrate-type = [\"cdylib\"]\n\n[workspace]\n";
    fs::write(work.join("Cargo.toml"), manifest).doing(|| "write a manifest".to_owned())?;
    fs::write(source.join("lib.rs"), "").doing(|| "write a source file".to_owned())?;
    let mut cargo = run::command(CARGO);
    cargo
        .current_dir(work)
        .args(["build", "--release", "-Zbuild-std=std,panic_abort,test,proc_macro", "--target", TARGET, "--target-dir"])
        .arg(work.join("target"))
        .env("RUSTC_BOOTSTRAP", "1")
        .env("RUSTC", RUSTC)
        .env("RUSTFLAGS", "-Cembed-bitcode=yes")
        .env_remove("RUSTUP_TOOLCHAIN");
    run::logged(&mut cargo, &place::cache()?.join("logs/std-build.log"))
}

fn install_std(work: &Path, version: &str) -> Result<()> {
    let deps = work.join("target").join(TARGET).join("release/deps");
    let mut libraries = Vec::new();
    for entry in fs::read_dir(&deps).doing(|| format!("read `{}`", deps.display()))? {
        let path = entry.doing(|| format!("read `{}`", deps.display()))?.path();
        if path.extension().is_some_and(|extension| extension == "rlib") {
            libraries.push(path);
        }
    }
    let stamped = work.join("halyard-stamp");
    fs::write(&stamped, version).doing(|| format!("write `{}`", stamped.display()))?;
    let to = libdir();
    // The stamp goes first and comes last: a run that is cut off in between starts over.
    run::captured(apt::as_root("rm")?.arg("-rf").arg(stamp()).arg(&to))?;
    run::captured(apt::as_root("mkdir")?.arg("-p").arg(&to))?;
    run::captured(apt::as_root("cp")?.args(&libraries).arg(&to))?;
    run::captured(apt::as_root("cp")?.arg(&stamped).arg(stamp()))?;
    Ok(())
}

fn toolchain_link() -> Result<PathBuf> {
    Ok(place::rustup_home()?.join("toolchains").join(LINKED))
}

fn linked_to_usr() -> bool {
    toolchain_link().and_then(|link| fs::read_link(link).doing(|| "read a link".to_owned())).is_ok_and(|to| to == Path::new("/usr"))
}

fn link_toolchain() -> Result<()> {
    if linked_to_usr() {
        return Ok(());
    }
    ui::begin(&format!("linking Debian's Rust into rustup as `{LINKED}` ({})", toolchain_link()?.display()));
    run::captured(run::command("rustup").args(["toolchain", "link", LINKED, "/usr"]))?;
    Ok(())
}
