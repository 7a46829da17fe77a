//! Running other programs: with an environment that cargo has not coloured, and with their output where a person looks for it.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::IsTerminal;
use std::os::fd::AsFd;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::time::{Duration, Instant};

use crate::fail::{Doing, Fail, Result};
use crate::{place, ui};

/// How many lines of a log we print when what wrote it failed.
const TAIL: usize = 30;

/// A command in the checkout's root. `cargo run` tells its child about itself and about its own compiler;
/// another toolchain's cargo must not hear that.
pub(crate) fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(place::root());
    for (name, _) in std::env::vars_os() {
        let Some(name) = name.to_str() else { continue };
        if told_by_cargo(name) {
            command.env_remove(name);
        }
    }
    command
}

fn told_by_cargo(name: &str) -> bool {
    matches!(
        name,
        "CARGO"
            | "CARGO_MANIFEST_DIR"
            | "CARGO_MANIFEST_PATH"
            | "CARGO_PRIMARY_PACKAGE"
            | "LD_LIBRARY_PATH"
            | "DYLD_FALLBACK_LIBRARY_PATH"
            | "RUST_RECURSION_COUNT"
    ) || name.starts_with("CARGO_PKG_")
}

/// `program` with these arguments, as a person would type it.
pub(crate) fn spoken(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy().into_owned()];
    words.extend(command.get_args().map(|arg| arg.to_string_lossy().into_owned()));
    words.join(" ")
}

/// Runs it with its output on our stderr (stdout belongs to our own answer).
pub(crate) fn shown(command: &mut Command) -> Result<()> {
    command.stdin(Stdio::null()).stdout(to_stderr()?);
    let status = command.status().doing(|| format!("start `{}`", spoken(command)))?;
    if status.success() { Ok(()) } else { Err(Fail::new(format!("`{}` failed ({status})", spoken(command)))) }
}

/// Cargo's progress bar is for a person; in a log it would be a line for each crate.
pub(crate) fn quiet_for_machines(cargo: &mut Command) -> &mut Command {
    if std::io::stderr().is_terminal() { cargo } else { cargo.arg("--quiet") }
}

/// Runs it and returns what it wrote to stdout; its complaints become our message.
pub(crate) fn captured(command: &mut Command) -> Result<String> {
    let Output { status, stdout, stderr } = command.stdin(Stdio::null()).output().doing(|| format!("start `{}`", spoken(command)))?;
    if status.success() {
        return Ok(String::from_utf8_lossy(&stdout).into_owned());
    }
    Err(Fail::new(format!("`{}` failed ({status})\n{}", spoken(command), tail(&String::from_utf8_lossy(&stderr)))))
}

/// Runs it with all its output in `log`, whose end we show when it fails.
pub(crate) fn logged(command: &mut Command, log: &Path) -> Result<()> {
    let mut child = start_logged(command, log)?;
    let status = child.wait().doing(|| format!("wait for `{}`", spoken(command)))?;
    judge(command, log, status)
}

/// The same, but it is stopped when `patience` is over.
pub(crate) fn logged_within(command: &mut Command, log: &Path, patience: Duration) -> Result<()> {
    let mut child = start_logged(command, log)?;
    let deadline = Instant::now() + patience;
    loop {
        let waited = child.try_wait().doing(|| format!("wait for `{}`", spoken(command)))?;
        if let Some(status) = waited {
            return judge(command, log, status);
        }
        if Instant::now() >= deadline {
            let _ = child.kill();
            let _ = child.wait();
            return Err(Fail::new(format!("`{}` took longer than {}", spoken(command), ui::span(patience))));
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn start_logged(command: &mut Command, log: &Path) -> Result<Child> {
    if let Some(folder) = log.parent() {
        fs::create_dir_all(folder).doing(|| format!("make `{}`", folder.display()))?;
    }
    let out = File::create(log).doing(|| format!("write `{}`", log.display()))?;
    let err = out.try_clone().doing(|| format!("write `{}`", log.display()))?;
    command.stdin(Stdio::null()).stdout(out).stderr(err).spawn().doing(|| format!("start `{}`", spoken(command)))
}

fn judge(command: &Command, log: &Path, status: ExitStatus) -> Result<()> {
    if status.success() {
        return Ok(());
    }
    let text = fs::read(log).unwrap_or_default();
    Err(Fail::new(format!(
        "`{}` failed ({status}); the end of {}:\n{}",
        spoken(command),
        log.display(),
        tail(&String::from_utf8_lossy(&text))
    )))
}

/// Our own stderr as a child's stdout.
pub(crate) fn to_stderr() -> Result<Stdio> {
    let owned = std::io::stderr().as_fd().try_clone_to_owned().doing(|| "share stderr".to_owned())?;
    Ok(Stdio::from(owned))
}

fn tail(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let from = lines.len().saturating_sub(TAIL);
    lines.iter().skip(from).map(|line| format!("  | {line}")).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tail_is_the_last_lines_marked_as_quoted() {
        let text: String = (0..100).map(|n| format!("line {n}\n")).collect();
        let shown = tail(&text);
        assert_eq!(shown.lines().count(), TAIL);
        assert!(shown.starts_with("  | line 70\n"));
        assert!(shown.ends_with("  | line 99"));
    }

    #[test]
    fn a_failing_command_is_told_with_its_own_words() {
        let fail = captured(Command::new("sh").args(["-c", "echo no such luck >&2; exit 3"])).unwrap_err();
        assert!(fail.message.contains("no such luck"), "{}", fail.message);
        assert!(fail.message.contains("exit status: 3"), "{}", fail.message);
    }
}
