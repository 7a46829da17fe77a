//! `cargo xtask test`: every check and every test, then one line that says how many held.

mod tally;

use std::ffi::OsString;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

use crate::fail::{Doing, Fail, Result};
use crate::setup::{self, chromium, npm, python, runtimes, wasm_target};
use crate::{build, place, run, stamp, tidy, ui};
use tally::Tally;

/// Where tests for Node's own runner lie; a file is one when its name ends so.
const NODE_TESTS: [&str; 3] = ["tests", "worker", "crates/xtask/node"];
const NODE_TEST: &str = ".test.mjs";

/// What the names of the store suite's tests have in them.
const STORES: &str = "suite::";

/// Runs all stages, also after one has failed, and prints the count.
pub(crate) fn everything() -> ExitCode {
    let began = Instant::now();
    let mut tally = Tally::default();
    // What is missing is fetched and built while the native half runs.
    let underway = setup::start();
    stage(&mut tally, "wasm target", || wasm_target::ensure().map(|_| Tally::default()));
    stage(&mut tally, "browser", || chromium::ensure().map(|_| Tally::default()));
    python::ensure();
    runtimes::ensure();
    stage(&mut tally, "formatting", || check(run::command("cargo").args(["fmt", "--all", "--", "--check"])));
    stage(&mut tally, "clippy", || {
        check(run::command("cargo").args(["clippy", "--quiet", "--workspace", "--all-targets", "--", "-D", "warnings"]))
    });
    stage(&mut tally, "native tests", native_tests);
    stage(&mut tally, "mutants", mutants);
    stage(&mut tally, "tools", || underway.and_then(setup::Underway::finish).map(|()| Tally::default()));
    stage(&mut tally, "stores", stores);
    stage(&mut tally, "build", || build::everything().map(|()| Tally::default()));
    stage(&mut tally, "TypeScript", types);
    stage(&mut tally, "Node tests", node_tests);
    for (name, check) in tidy::CHECKS {
        stage(&mut tally, name, || check().map(|()| Tally::default()));
    }
    ui::note(&format!("all of it took {}", ui::span(began.elapsed())));
    ui::answer(&tally.to_string());
    if tally.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// One stage. A stage that cannot run or finds something without counting tests counts as one failure.
fn stage(tally: &mut Tally, name: &str, work: impl FnOnce() -> Result<Tally>) {
    let began = Instant::now();
    ui::begin(name);
    match work() {
        Ok(found) => {
            let counted = if found == Tally::default() { String::new() } else { format!(": {found}") };
            let told = format!("{name}{counted} ({})", ui::span(began.elapsed()));
            if found.failed == 0 {
                ui::done(&told)
            } else {
                ui::failed(&Fail::new(told))
            }
            tally.add(found);
        }
        Err(fail) => {
            ui::failed(&Fail { message: format!("{name}: {}", fail.message), ..fail });
            tally.failed += 1;
        }
    }
}

fn check(command: &mut Command) -> Result<Tally> {
    run::shown(command).map(|()| Tally::default())
}

fn native_tests() -> Result<Tally> {
    cargo_tests(run::command("cargo").args(["test", "--quiet", "--workspace", "--no-fail-fast", "--", "--skip", STORES]))
}

/// The simulator against breaks of the protocol: each is built from a copy of the sources, and must be found.
fn mutants() -> Result<Tally> {
    cargo_tests(run::command("cargo").args(["test", "--quiet", "-p", "halyard-sim", "--test", "mutants", "--", "--ignored"]))
}

fn cargo_tests(command: &mut Command) -> Result<Tally> {
    let (output, succeeded) = overheard(command)?;
    tally::settle(tally::of_cargo(&output), succeeded, &run::spoken(command))
}

/// The store suite wants servers from npm and PyPI, which may still be on their way while the other native tests run.
fn stores() -> Result<Tally> {
    let mut command = run::command("cargo");
    // Most of these wait for their turn at a server: so many threads that no server waits for tests of another.
    command.args(["test", "--quiet", "--workspace", "--tests", "--no-fail-fast", "--", STORES, "--test-threads=32"]);
    match python::MOTO.program("python") {
        Some(python) => drop(command.env("HALYARD_MOTO", python)),
        None => ui::note("skipped: the store suite on S3, for there is no moto here"),
    }
    cargo_tests(&mut command)
}

fn types() -> Result<Tally> {
    let config = place::root().join("worker/tsconfig.json");
    if !config.is_file() {
        return Err(Fail::new(format!("`{}` is missing", config.display())));
    }
    check(run::command(npm::programs().join("tsc")).args(["--noEmit", "--project"]).arg(config))
}

fn node_tests() -> Result<Tally> {
    let files = node_test_files()?;
    let results = place::target().join("node-tests.tap");
    fs::create_dir_all(place::target()).doing(|| "make `target`".to_owned())?;
    let mut command = run::command("node");
    // One file at a time: each starts a workerd or a browser, and two cores are soon taken. None takes ten minutes (in ms).
    command.args([
        "--test",
        "--test-concurrency=1",
        "--test-timeout=600000",
        "--test-reporter=spec",
        "--test-reporter-destination=stderr",
        "--test-reporter=tap",
    ]);
    let mut destination = OsString::from("--test-reporter-destination=");
    destination.push(&results);
    command.arg(destination).args(&files).env("PATH", setup::tool_path()?);
    if let Some(browser) = chromium::find() {
        command.env("HALYARD_CHROMIUM", browser);
    }
    if let Some(schemathesis) = python::SCHEMATHESIS.program("st") {
        command.env("HALYARD_SCHEMATHESIS", schemathesis);
    }
    for runtime in runtimes::ALL {
        if let Some(program) = runtime.program() {
            command.env(runtime.variable, program);
        }
    }
    let (_, succeeded) = overheard(&mut command)?;
    let tap = fs::read_to_string(&results).doing(|| format!("read `{}`", results.display()))?;
    tally::settle(tally::of_tap(&tap), succeeded, "node --test")
}

fn node_test_files() -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for folder in NODE_TESTS {
        files.extend(
            stamp::files_below(&place::root().join(folder))?.into_iter().filter(|file| file.to_string_lossy().ends_with(NODE_TEST)),
        );
    }
    Ok(files)
}

/// Runs it with its output on our stderr, and returns what its stdout said and whether it succeeded.
fn overheard(command: &mut Command) -> Result<(String, bool)> {
    let spoken = run::spoken(command);
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().doing(|| format!("start `{spoken}`"))?;
    let mut heard = String::new();
    if let Some(stdout) = child.stdout.take() {
        for line in BufReader::new(stdout).split(b'\n') {
            let line = line.doing(|| format!("hear `{spoken}`"))?;
            let line = String::from_utf8_lossy(&line);
            ui::say(&line);
            heard.push_str(&line);
            heard.push('\n');
        }
    }
    let status = child.wait().doing(|| format!("wait for `{spoken}`"))?;
    Ok((heard, status.success()))
}
