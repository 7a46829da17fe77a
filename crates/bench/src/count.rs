//! Counts of instructions: the same binary under valgrind's callgrind, which counts only within [`counted`].
//!
//! We drive callgrind ourselves: a harness such as gungraun wants a runner of its own installed, and a binary for each bench, while
//! one run with `--toggle-collect` and a dump after each bench gives every count in seconds, of the very code that is timed.

use std::any::Any;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::Result;
use crate::bench::{Bench, Work};

/// How often a short bench is done: enough that what surrounds it vanishes.
const TIMES: u64 = 100;
/// What the linker calls [`counted`], whatever hash it adds. Callgrind forgets an option whose pattern another one has already.
const COUNTED: &str = "halyard_bench::count::counted*";
const COUNTED_TOO: &str = "*count::counted*";

/// Callgrind counts in here, and nowhere else.
#[inline(never)]
pub fn counted(work: &mut Work<'_>) -> Option<Box<dyn Any>> {
    match work {
        Work::Times(work) => {
            work(TIMES);
            None
        }
        Work::Once(work) => Some(work()),
    }
}

/// Does every bench under callgrind's eyes, an empty one first.
pub fn under_callgrind(benches: &mut [Bench<'_>]) {
    drop(counted(&mut Bench::times("", "", "", || ()).work));
    for bench in benches {
        bench.warm();
        drop(counted(&mut bench.work));
    }
}

/// Whether valgrind is on this machine.
pub fn is_there() -> bool {
    Command::new("valgrind").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

/// Runs this program again, as `arguments` say, under callgrind, and returns the instructions of each bench, for each time that it
/// was done. What callgrind wrote stays in `folder`: `callgrind_annotate` shows which functions they went to.
///
/// # Errors
/// When valgrind cannot be run, or counts another number of benches.
pub fn instructions(benches: &[Bench<'_>], arguments: &[&str], folder: &Path) -> Result<Vec<f64>> {
    let say = |error: std::io::Error| format!("`{}`: {error}", folder.display());
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(say)?;
    }
    fs::create_dir_all(folder).map_err(say)?;
    let program = std::env::current_exe().map_err(|error| format!("this program is nowhere: {error}"))?;
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--collect-atstart=no"])
        .arg(format!("--toggle-collect={COUNTED}"))
        .arg(format!("--dump-after={COUNTED_TOO}"))
        .arg(format!("--callgrind-out-file={}", folder.join("out").display()))
        .arg(program)
        .args(arguments)
        .stdout(Stdio::null())
        .output()
        .map_err(|error| format!("valgrind does not start: {error}"))?;
    if !output.status.success() {
        return Err(format!("valgrind failed ({}):\n{}", output.status, String::from_utf8_lossy(&output.stderr)));
    }
    let mut dumps = Vec::new();
    for part in 1..=benches.len() + 1 {
        let file = folder.join(format!("out.{part}"));
        let text = fs::read_to_string(&file).map_err(|error| format!("callgrind did not write `{}`: {error}", file.display()))?;
        dumps.push(total(&text).ok_or_else(|| format!("`{}` has no total", file.display()))?);
    }
    let (empty, counts) = dumps.split_first().ok_or("callgrind wrote nothing")?;
    let each = |(bench, count): (&Bench<'_>, &u64)| match bench.work {
        Work::Times(_) => precise(count.saturating_sub(*empty)) / precise(TIMES),
        Work::Once(_) => precise(*count),
    };
    Ok(benches.iter().zip(counts).map(each).collect())
}

/// The instructions of a dump.
fn total(dump: &str) -> Option<u64> {
    let line = dump.lines().rev().find_map(|line| line.strip_prefix("totals:").or_else(|| line.strip_prefix("summary:")))?;
    line.split_whitespace().next()?.parse().ok()
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
fn precise(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dump_s_total_is_its_first_cost() {
        assert_eq!(total("version: 1\nevents: Ir\nfn=(1)\n5 17\ntotals: 12345\n"), Some(12345));
        assert_eq!(total("events: Ir\n"), None);
    }
}
