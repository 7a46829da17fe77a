//! The servers that a store is tried on: started once for all tests of this process, and ended by their stdin when it ends.
#![allow(dead_code, reason = "tests/store_s3.rs uses its own part of this")]

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::Value;

/// A server that runs.
struct Server {
    url: String,
    /// Holds its stdin open.
    _child: Child,
}

/// A number that no other test has.
pub(super) fn next() -> usize {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// Where moto's S3 answers; none: it is not installed here.
pub(super) fn s3() -> Option<&'static str> {
    static SERVER: OnceLock<Option<Server>> = OnceLock::new();
    let started = SERVER.get_or_init(|| match python() {
        Some(python) => Some(start(Command::new(python).arg(tests().join("s3.py")))),
        None => {
            println!("skipped: HALYARD_MOTO names no Python that has moto; `cargo xtask test` sees to it");
            None
        }
    });
    Some(started.as_ref()?.url.as_str())
}

/// Where R2 in workerd answers; none: npm's packages are not installed here.
pub(super) fn r2() -> Option<&'static str> {
    static SERVER: OnceLock<Option<Server>> = OnceLock::new();
    let started = SERVER.get_or_init(|| {
        if !tests().join("../../node_modules/miniflare").exists() {
            println!("skipped: miniflare is not installed; `cargo xtask setup` sees to it");
            return None;
        }
        Some(start(Command::new("node").arg(tests().join("r2.mjs"))))
    });
    Some(started.as_ref()?.url.as_str())
}

#[expect(clippy::disallowed_methods, reason = "tests are a shell: where a server is installed comes from the environment")]
fn python() -> Option<String> {
    std::env::var("HALYARD_MOTO").ok().filter(|python| !python.is_empty())
}

fn tests() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/stores")
}

fn start(command: &mut Command) -> Server {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let said: Value = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{command:?} said {line:?}: {error}"));
    Server { url: said["url"].as_str().unwrap().to_owned(), _child: child }
}
