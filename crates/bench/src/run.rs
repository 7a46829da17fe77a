//! A run: what was measured, on which machine, and beside what; kept as JSON so that another run can be compared with it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde::{Deserialize, Serialize};

use crate::Result;

/// A run of one of the benches.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Run {
    /// Which bench: `native`, `edge`, `page`, `reliability`.
    pub bench: String,
    /// The commit that was measured; `+` behind it: with changes.
    pub commit: String,
    /// When, to the day.
    pub day: String,
    /// The machine, without its name: cores, architecture, processor, memory.
    pub machine: String,
    /// What ran it: versions of compiler and runtimes.
    pub tools: String,
    /// What the machine did beside it, as its load tells.
    pub beside: String,
    /// The figures.
    pub rows: Vec<Row>,
    /// Every single measurement, where a plot wants them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub samples: BTreeMap<String, Vec<f64>>,
    /// What is to be known beside the figures: what could not be measured, and why.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// A row of figures: `context ready, instructions` → 310.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// The table.
    pub group: String,
    /// The row's name.
    pub name: String,
    /// Figures by column.
    pub figures: BTreeMap<String, f64>,
}

impl Run {
    /// A run of this machine, without figures yet.
    pub fn here(bench: &str) -> Run {
        Run {
            bench: bench.to_owned(),
            commit: commit(),
            day: said("date", &["-u", "+%Y-%m-%d"]),
            machine: machine(),
            tools: said("rustc", &["--version"]).split(" (").next().unwrap_or_default().to_owned(),
            beside: load(),
            ..Run::default()
        }
    }

    /// Notes a figure.
    pub fn note(&mut self, group: &str, name: &str, column: impl Into<String>, figure: f64) {
        let place = self.rows.iter().position(|row| row.group == group && row.name == name).unwrap_or(self.rows.len());
        if place == self.rows.len() {
            self.rows.push(Row { group: group.to_owned(), name: name.to_owned(), figures: BTreeMap::new() });
        }
        if let Some(row) = self.rows.get_mut(place) {
            row.figures.insert(column.into(), figure);
        }
    }

    /// A figure, if it was measured.
    pub fn figure(&self, group: &str, name: &str, column: &str) -> Option<f64> {
        self.rows.iter().find(|row| row.group == group && row.name == name)?.figures.get(column).copied()
    }

    /// Reads one that was kept.
    ///
    /// # Errors
    /// When there is none.
    pub fn read(file: &Path) -> Result<Run> {
        let text = fs::read(file).map_err(|error| format!("`{}`: {error}", file.display()))?;
        serde_json::from_slice(&text).map_err(|error| format!("`{}` is no run: {error}", file.display()))
    }

    /// Keeps it.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self, file: &Path) -> Result<()> {
        let say = |error: std::io::Error| format!("`{}`: {error}", file.display());
        let mut text = serde_json::to_string_pretty(self).map_err(|error| format!("the run: {error}"))?;
        text.push('\n');
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder).map_err(say)?;
        }
        fs::write(file, text).map_err(say)
    }
}

fn commit() -> String {
    let changed =
        !said("git", &["status", "--porcelain", "--untracked-files=no", "--", "crates/core", "crates/edge", "crates/page", "worker"])
            .is_empty();
    format!("{}{}", said("git", &["rev-parse", "--short=10", "HEAD"]), if changed { "+" } else { "" })
}

fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let field = |file: &str, name: &str| {
        let text = fs::read_to_string(file).unwrap_or_default();
        text.lines().find_map(|line| Some(line.strip_prefix(name)?.split_once(':')?.1.trim().to_owned())).unwrap_or_default()
    };
    let kilobytes: u64 = field("/proc/meminfo", "MemTotal").split(' ').next().and_then(|text| text.parse().ok()).unwrap_or_default();
    let processor = field("/proc/cpuinfo", "model name");
    format!("{cores} cores, {} ({processor}), {} GB", std::env::consts::ARCH, kilobytes.div_ceil(1 << 20))
}

/// How many wanted to run, on average over the last minute.
pub fn load() -> String {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    format!("a load of {}", text.split(' ').next().unwrap_or("unknown size"))
}

fn said(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_that_was_kept_is_read_again() {
        let mut run = Run::here("native");
        run.note("g", "n", "c", 1.5);
        run.note("g", "n", "d", 2.5);
        let file = std::env::temp_dir().join(format!("halyard-bench-{}.json", std::process::id()));
        run.write(&file).unwrap();
        assert_eq!(Run::read(&file).unwrap(), run);
        std::fs::remove_file(&file).unwrap();
        assert_eq!(run.rows.len(), 1);
        assert_eq!(run.figure("g", "n", "d"), Some(2.5));
    }
}
