//! Where things are: the checkout, its build folders, and the user's cache outside it.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::fail::{Fail, Result};

/// The checkout's root. Cargo says where this crate is; it lies two folders below the root.
pub(crate) fn root() -> PathBuf {
    let here = std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    here.parent().and_then(Path::parent).map_or_else(|| here.clone(), Path::to_path_buf)
}

/// Cargo's target folder for native code.
pub(crate) fn target() -> PathBuf {
    root().join("target")
}

/// The target folder for wasm: another compiler than the native one may fill it, so it is kept apart.
pub(crate) fn web_target() -> PathBuf {
    target().join("web")
}

/// What `build` makes.
pub(crate) fn dist() -> PathBuf {
    root().join("dist")
}

/// Our folder in the user's cache: `$XDG_CACHE_HOME/halyard` or `~/.cache/halyard`.
pub(crate) fn cache() -> Result<PathBuf> {
    let base = match absolute("XDG_CACHE_HOME") {
        Some(path) => path,
        None => home()?.join(".cache"),
    };
    Ok(base.join("halyard"))
}

/// Rustup's folder: `$RUSTUP_HOME` or `~/.rustup`.
pub(crate) fn rustup_home() -> Result<PathBuf> {
    match absolute("RUSTUP_HOME") {
        Some(path) => Ok(path),
        None => Ok(home()?.join(".rustup")),
    }
}

fn home() -> Result<PathBuf> {
    absolute("HOME").ok_or_else(|| Fail::new("the environment names no home folder").hint("set HOME, or XDG_CACHE_HOME and RUSTUP_HOME"))
}

fn absolute(name: &str) -> Option<PathBuf> {
    std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute())
}

/// The first executable of that name on PATH.
pub(crate) fn on_path(name: &str) -> Option<PathBuf> {
    let path: OsString = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}
