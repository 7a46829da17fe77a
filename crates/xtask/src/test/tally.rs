//! Counting: what each runner's output says about how many tests held.

use std::fmt;

use crate::fail::{Fail, Result};

/// How many tests there were, by outcome.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    pub(crate) skipped: u64,
}

impl Tally {
    /// Adds another runner's.
    pub(crate) fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

/// `12 passed, 0 failed`, and `, 3 skipped` where there are any.
impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)?;
        if self.skipped > 0 {
            write!(f, ", {} skipped", self.skipped)?;
        }
        Ok(())
    }
}

/// Sums the `test result:` lines of cargo test; `None` where there is none.
pub(crate) fn of_cargo(output: &str) -> Option<Tally> {
    let mut sum = None;
    for line in output.lines().filter_map(|line| line.trim_start().strip_prefix("test result: ")) {
        let tally: &mut Tally = sum.get_or_insert_with(Tally::default);
        // `ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s`
        for part in line.split_once(". ").map_or("", |(_, counts)| counts).split(';') {
            match counted(part) {
                Some((count, "passed")) => tally.passed += count,
                Some((count, "failed")) => tally.failed += count,
                Some((count, "ignored")) => tally.skipped += count,
                _ => {}
            }
        }
    }
    sum
}

fn counted(part: &str) -> Option<(u64, &str)> {
    let (count, what) = part.trim().split_once(' ')?;
    Some((count.parse().ok()?, what))
}

/// Reads the summary at the end of Node's TAP; `None` where there is none. What is nested is indented and not read.
pub(crate) fn of_tap(output: &str) -> Option<Tally> {
    let count = |what: &str| output.lines().rev().find_map(|line| line.strip_prefix("# ")?.strip_prefix(what)?.trim().parse::<u64>().ok());
    Some(Tally { passed: count("pass ")?, failed: count("fail ")? + count("cancelled ")?, skipped: count("skipped ")? + count("todo ")? })
}

/// A runner that failed without naming a failed test, or that named no test at all, is a failure itself.
pub(crate) fn settle(found: Option<Tally>, succeeded: bool, runner: &str) -> Result<Tally> {
    match found {
        None => Err(Fail::new(format!("`{runner}` ran no test"))),
        Some(mut tally) => {
            if !succeeded && tally.failed == 0 {
                tally.failed = 1;
            }
            Ok(tally)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CARGO: &str = "\nrunning 3 tests\n...\ntest result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s\n\
        \nrunning 4 tests\ntest result: FAILED. 1 passed; 2 failed; 1 ignored; 0 measured; 5 filtered out; finished in 0.00s\n";

    #[test]
    fn cargo_s_lines_are_summed_over_all_binaries() {
        assert_eq!(of_cargo(CARGO), Some(Tally { passed: 4, failed: 2, skipped: 1 }));
        assert_eq!(of_cargo("error: could not compile `x`"), None);
    }

    #[test]
    fn node_s_summary_is_the_last_one_and_a_cancelled_test_has_not_held() {
        let tap = "TAP version 13\n# pass 99\nok 1 - a\n    # pass 7\n1..4\n# tests 9\n# suites 1\n# pass 5\n# fail 1\n# cancelled 1\n# skipped 1\n# todo 1\n# duration_ms 10\n";
        assert_eq!(of_tap(tap), Some(Tally { passed: 5, failed: 2, skipped: 2 }));
        assert_eq!(of_tap("TAP version 13\n"), None);
    }

    #[test]
    fn a_runner_that_fails_for_no_named_test_is_one_failure() {
        assert_eq!(settle(Some(Tally { passed: 4, ..Tally::default() }), false, "r").unwrap().failed, 1);
        assert_eq!(settle(Some(Tally { failed: 2, ..Tally::default() }), false, "r").unwrap().failed, 2);
        assert!(settle(None, true, "r").unwrap_err().message.contains("ran no test"));
    }

    #[test]
    fn the_closing_line_is_plain_and_mentions_skipped_only_when_there_are_some() {
        assert_eq!(Tally { passed: 3, failed: 0, skipped: 0 }.to_string(), "3 passed, 0 failed");
        assert_eq!(Tally { passed: 3, failed: 1, skipped: 2 }.to_string(), "3 passed, 1 failed, 2 skipped");
    }
}
