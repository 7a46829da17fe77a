//! `cargo xtask fuzz`: libFuzzer over the targets of crates/fuzz, which cargo-fuzz builds.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::fail::{Doing, Fail, Result};
use crate::setup::tools;
use crate::{place, run, ui};

/// Longer inputs are slower and find little that shorter ones do not.
const LONGEST: u32 = 8192;
/// An input that takes longer is told as a hang, in seconds. A loaded machine takes its time.
const TIMEOUT: u32 = 30;

/// Runs targets one after the other; none named: all.
pub(crate) fn run(named: &[String], minutes: u64) -> Result<()> {
    let all = targets()?;
    if let Some(unknown) = named.iter().find(|name| !all.contains(name)) {
        return Err(Fail::usage(format!("there is no target `{unknown}`")).hint(format!("they are {}", all.join(", "))));
    }
    let program = tools::CARGO_FUZZ.program()?;
    for target in if named.is_empty() { &all } else { named } {
        one(&program, target, minutes)?;
    }
    Ok(())
}

fn folder() -> PathBuf {
    place::root().join("crates/fuzz")
}

/// The targets, by the files of their doors to libFuzzer.
fn targets() -> Result<Vec<String>> {
    let doors = folder().join("libfuzzer");
    let entries = fs::read_dir(&doors).doing(|| format!("read `{}`", doors.display()))?;
    let mut names: Vec<String> = entries.filter_map(|entry| Some(entry.ok()?.path().file_stem()?.to_string_lossy().into_owned())).collect();
    names.sort();
    Ok(names)
}

/// Inputs that reach new code gather below `target`; an input that breaks a law is written into the sources, where tests replay it.
fn one(program: &Path, target: &str, minutes: u64) -> Result<()> {
    let build = place::target().join("fuzz");
    let (gathered, findings) = (build.join("corpus").join(target), folder().join("findings").join(target));
    for folder in [&gathered, &findings] {
        fs::create_dir_all(folder).doing(|| format!("make `{}`", folder.display()))?;
    }
    let began = Instant::now();
    let mut command = run::command(program);
    command.args(["fuzz", "run", "--features", "libfuzzer", "--fuzz-dir"]).arg(folder());
    // Our code has no `unsafe`: an address sanitizer would find nothing for the time that it takes.
    command.args(["--sanitizer", "none", "--codegen-units", "16", "--target-dir"]).arg(&build);
    command.arg(target).arg(&gathered).arg(folder().join("corpus").join(target)).arg(&findings).arg("--");
    command.arg(format!("-max_total_time={}", minutes * 60)).args([format!("-max_len={LONGEST}"), format!("-timeout={TIMEOUT}")]);
    command.args(["-print_final_stats=1", "-rss_limit_mb=2048"]);
    command.arg(prefixed("-artifact_prefix=", &findings.join("")));
    let words = folder().join("dictionaries").join(format!("{target}.dict"));
    if words.is_file() {
        command.arg(prefixed("-dict=", &words));
    }
    // cargo-fuzz asks for flags that only a nightly compiler takes of itself.
    command.env("RUSTC_BOOTSTRAP", "1").env("CARGO_PROFILE_RELEASE_LTO", "off");
    ui::begin(&format!("{target}, for {minutes} min"));
    run::shown(&mut command).map_err(|fail| {
        fail.hint(format!(
            "what broke it is the newest file in {}: mend the code, give the file a name and commit both",
            findings.display()
        ))
    })?;
    ui::done(&format!("{target}: nothing found in {}", ui::span(began.elapsed())));
    Ok(())
}

fn prefixed(option: &str, path: &Path) -> OsString {
    let mut argument = OsString::from(option);
    argument.push(path);
    argument
}
