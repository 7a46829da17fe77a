//! What figures must reach: the targets that were set before there was anything to measure, and whether a run meets them.

use crate::evaluators::{ALL, BESIDE, KINDS, NEW, PLACES, READY, asked, loaded, names};
use crate::native::EVALUATION;
use crate::run::Run;
use crate::table::{Table, figure};

/// Many rules, not a kind of them.
const MANY: &str = "100 rules, the last holds";

/// What must be reached.
struct Target {
    what: String,
    unit: &'static str,
    /// The bound: what is measured is at most this, or at least.
    bound: Bound,
    /// A further one that would be better still.
    stretch: Option<f64>,
    /// What was measured, in each place where it is.
    measured: Vec<Option<f64>>,
}

#[derive(Clone, Copy)]
enum Bound {
    AtMost(f64),
    AtLeast(f64),
}

/// Beside each target of a run's bench what was measured, and whether it is met; None where the bench has no targets.
pub fn table(run: &Run) -> Option<Table> {
    let (targets, places): (_, &[&str]) = match run.bench.as_str() {
        "page" => (page(run), &PLACES),
        "native" => (native(run), &["measured"]),
        "edge" => (edge(run), &["measured"]),
        _ => return None,
    };
    let mut table = Table::new(&["what it must reach", "target", "stretch"]);
    table.head.extend(places.iter().map(|&place| place.to_owned()));
    for target in targets.iter().filter(|target| target.measured.iter().any(Option::is_some)) {
        let bound = match target.bound {
            Bound::AtMost(bound) => format!("≤ {} {}", plain(bound), target.unit),
            Bound::AtLeast(bound) => format!("≥ {} {}", plain(bound), target.unit),
        };
        let measured = target.measured.iter().map(|measured| measured.map_or_else(|| "–".to_owned(), |value| target.said(value)));
        let stretch = target.stretch.map(plain).unwrap_or_default();
        let mut row: Vec<String> = [target.what.clone(), bound, stretch].into_iter().chain(measured).collect();
        // What is the same everywhere stands once.
        row.resize(table.head.len(), String::new());
        table.rows.push(row);
    }
    Some(table)
}

impl Target {
    fn said(&self, value: f64) -> String {
        let within = |bound: f64| match self.bound {
            Bound::AtMost(_) => value <= bound,
            Bound::AtLeast(_) => value >= bound,
        };
        let (Bound::AtMost(bound) | Bound::AtLeast(bound)) = self.bound;
        let verdict = match self.stretch {
            Some(stretch) if within(stretch) => "stretch met",
            _ if within(bound) => "met",
            _ => "**missed**",
        };
        format!("{}: {verdict}", if value < 1.0 { format!("{value:.3}") } else { figure(value) })
    }
}

fn page(run: &Run) -> Vec<Target> {
    let everywhere = |of: &dyn Fn(&str) -> Option<f64>| PLACES.iter().map(|place| of(place)).collect::<Vec<_>>();
    let ours = |group: &str, column: &str| run.figure(group, names(run, group).next()?, column);
    let ours_asked = |place: &str, column: &str| ours(&asked(place), &format!("{column}, ns"));
    let slowest = |place: &str| greatest(READY.iter().map(|column| ours_asked(place, column)));
    // By how much the best peer is slower, on the one on which it is by the least.
    let faster = |place: &str, columns: &[&str]| {
        let group = asked(place);
        let best = |column: &str| {
            let key = format!("{column}, ns");
            least(names(run, &group).skip(1).map(|name| run.figure(&group, name, &key)).filter(Option::is_some))
        };
        least(columns.iter().map(|column| Some(best(column)? / ours_asked(place, column)?)))
    };
    let kinds = || run.rows.iter().filter(|row| row.group == KINDS && row.name != MANY);
    let kind = |place: &str| {
        let key = format!("{place}, ns");
        kinds().filter_map(|row| Some((row.figures.get(&key)?, &row.name))).max_by(|a, b| a.0.total_cmp(b.0))
    };
    let mut named: Vec<String> = PLACES.iter().filter_map(|place| kind(place)).map(|(_, name)| format!("`{name}`")).collect();
    named.dedup();
    let one = |what: &str, unit, bound, stretch, measured| Target { what: what.to_owned(), unit, bound, stretch, measured };
    let at_most = Bound::AtMost;
    vec![
        one(
            "one evaluation, context bound: the slowest of four",
            "µs",
            at_most(0.1),
            Some(0.05),
            everywhere(&|place| Some(slowest(place)? / 1e3)),
        ),
        Target {
            what: format!("each of {} kinds of rule, context bound: the slowest ({})", kinds().count(), named.join(", ")),
            unit: "µs",
            bound: at_most(0.1),
            stretch: Some(0.05),
            measured: everywhere(&|place| Some(kind(place)?.0 / 1e3)),
        },
        one(
            "the best peer's time, as a multiple of ours: the least of four",
            "×",
            Bound::AtLeast(8.0),
            None,
            everywhere(&|place| faster(place, &READY)),
        ),
        one(
            "one evaluation, a new context of six fields",
            "µs",
            at_most(0.4),
            Some(0.25),
            everywhere(&|place| Some(ours_asked(place, NEW)? / 1e3)),
        ),
        one("all 1,000 flags, one context", "ms", at_most(0.1), Some(0.05), everywhere(&|place| Some(ours_asked(place, ALL)? / 1e6))),
        one(
            "the best peer's time for them, as a multiple of ours",
            "×",
            Bound::AtLeast(20.0),
            None,
            everywhere(&|place| faster(place, &[ALL])),
        ),
        one(
            "ready from bytes, 1,000 flags",
            "ms",
            at_most(1.0),
            Some(0.3),
            everywhere(&|place| Some(ours(&loaded(place), "1000 flags, ns")? / 1e6)),
        ),
        one(
            "ready from bytes, 10,000 flags",
            "ms",
            at_most(8.0),
            Some(3.0),
            everywhere(&|place| Some(ours(&loaded(place), "10000 flags, ns")? / 1e6)),
        ),
        one("evaluator and glue, brotli", "KB", at_most(12.0), Some(9.0), vec![ours(BESIDE, "brotli, KB")]),
        one("memory, 10,000 flags", "MB", at_most(12.0), None, vec![ours(BESIDE, "memory, 10000 flags, bytes").map(|bytes| bytes / 1e6)]),
    ]
}

fn native(run: &Run) -> Vec<Target> {
    let slowest = |column: &str| {
        let rows = run.rows.iter().filter(|row| row.group == EVALUATION && row.name.starts_with("three rules"));
        vec![greatest(rows.map(|row| row.figures.get(column).copied()))]
    };
    let one = |what: &str, most, stretch, column| Target {
        what: what.to_owned(),
        unit: "ns",
        bound: Bound::AtMost(most),
        stretch: Some(stretch),
        measured: slowest(column),
    };
    vec![
        one("one evaluation of three rules, context ready: the slowest", 40.0, 25.0, "context ready, ns"),
        one("the same from strings", 150.0, 100.0, "context from strings, ns"),
    ]
}

fn edge(run: &Run) -> Vec<Target> {
    let one = |what: &str, unit, most, stretch, group, column| Target {
        what: what.to_owned(),
        unit,
        bound: Bound::AtMost(most),
        stretch: Some(stretch),
        measured: vec![run.figure(group, "OFREP, one of 1,000 flags", column)],
    };
    vec![
        one("CPU of an OFREP single request over an empty worker", "µs", 15.0, 10.0, "a request", "over empty, µs"),
        one("first request of a cold isolate at 1,000 flags", "ms", 5.0, 3.0, "the first request of a process", "over empty, ms"),
    ]
}

/// The greatest, if all are there.
fn greatest(values: impl Iterator<Item = Option<f64>>) -> Option<f64> {
    values.collect::<Option<Vec<_>>>()?.into_iter().reduce(f64::max)
}

/// The least, if all are there.
fn least(values: impl Iterator<Item = Option<f64>>) -> Option<f64> {
    values.collect::<Option<Vec<_>>>()?.into_iter().reduce(f64::min)
}

/// A bound as it was set: 0.25, 8, 150.
fn plain(bound: f64) -> String {
    bound.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(run: &Run) -> Vec<Vec<String>> {
        table(run).unwrap().rows
    }

    #[test]
    fn a_target_is_met_by_its_slowest_and_missed_by_one_alone() {
        let mut run = Run { bench: "native".to_owned(), ..Run::default() };
        run.note(EVALUATION, "three rules: a", "context ready, ns", 20.0);
        run.note(EVALUATION, "three rules: b", "context ready, ns", 30.0);
        run.note(EVALUATION, "contains", "context ready, ns", 300.0);
        assert_eq!(cells(&run), [["one evaluation of three rules, context ready: the slowest", "≤ 40 ns", "25", "30.0: met"]]);
        run.note(EVALUATION, "three rules: b", "context ready, ns", 41.0);
        assert_eq!(cells(&run)[0][3], "41.0: **missed**");
        run.note(EVALUATION, "three rules: b", "context ready, ns", 25.0);
        assert_eq!(cells(&run)[0][3], "25.0: stretch met");
    }

    #[test]
    fn the_best_peer_counts_where_it_comes_closest() {
        let mut run = Run { bench: "page".to_owned(), ..Run::default() };
        let group = asked("Node");
        for column in READY {
            let key = format!("{column}, ns");
            run.note(&group, "ours", &key, 50.0);
            run.note(&group, "slow", &key, 5000.0);
            run.note(&group, "quick", &key, if column == READY[1] { 390.0 } else { 900.0 });
        }
        let all = cells(&run);
        let row = |start: &str| all.iter().find(|row| row[0].starts_with(start)).unwrap();
        assert_eq!(row("the best peer's time, as")[3..], ["7.80: **missed**", "–"]);
        assert_eq!(row("one evaluation, context bound")[3..], ["0.050: stretch met", "–"]);
    }
}
