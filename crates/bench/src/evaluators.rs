//! The page's evaluator beside its peers, as `tests/bench/page.mjs` measured them: its tables, with each figure as a multiple of ours.

use crate::plot::Dots;
use crate::run::{Row, Run};
use crate::table::{Table, figure, time};

/// Where evaluators run.
pub const PLACES: [&str; 2] = ["Node", "Chromium"];
/// What is asked with a context that is ready, as columns are named.
pub const READY: [&str; 4] = ["in the list of 100", "country and version", "in the rollout", "none holds"];
/// A context that is made anew.
pub const NEW: &str = "a new context";
/// Every flag for one context.
pub const ALL: &str = "all flags";
/// The table of our own kinds of rules.
pub const KINDS: &str = "each kind of rule";
/// The table of what is measured once.
pub const BESIDE: &str = "beside it";

/// The table of evaluations in a place.
pub fn asked(place: &str) -> String {
    format!("one evaluation, {place}")
}

/// The table of loading in a place.
pub fn loaded(place: &str) -> String {
    format!("loading, {place}")
}

/// How a figure is written.
type Written = fn(f64) -> String;

/// The text of the page.
pub fn text(run: &Run) -> String {
    let mut text = String::new();
    for place in PLACES {
        let group = asked(place);
        let median = |column: &str| format!("{column}, ns");
        text += &beside(run, &group, &format!("{place}, the middle of the rounds"), &columns(median)).markdown();
        let best = |column: &str| format!("{column}, best ns");
        let best = beside(run, &group, &format!("{place}, the best round"), &columns(best)).markdown();
        text += &format!("\n<details><summary>The best round, {place}</summary>\n\n{best}\n</details>\n\n");
    }
    let loading = |size: &'static str, name: &str| (name.to_owned(), format!("{size} flags, ns"), time as Written);
    for place in PLACES {
        let columns = [loading("1000", "1,000 flags"), loading("10000", "10,000 flags")];
        text += &beside(run, &loaded(place), &format!("from bytes to the first answer, {place}"), &columns).markdown();
        text.push('\n');
    }
    text += &beside(run, BESIDE, "evaluator", &once()).markdown();
    text.push('\n');
    text += &kinds(run).markdown();
    text
}

/// The short table of it, for who only compares: in Node, the middle of the rounds.
pub fn summary(run: &Run) -> String {
    let node = asked("Node");
    let mut table = Table::new(&["in Node, on one machine", "in a list of 100", "no rule holds", "a new context", "all 1,000 flags"]);
    table
        .head
        .extend(["ready from bytes, 10,000 flags", "memory, 10,000 flags", "brotli", "first request of a cold worker"].map(str::to_owned));
    for name in names(run, &node) {
        let told = |group: &str, key: &str, written: Written| run.figure(group, name, key).map_or_else(|| "–".to_owned(), written);
        let asked = [READY[0], READY[3], NEW, ALL].map(|column| told(&node, &format!("{column}, ns"), time));
        let [memory, size, cold, _] = once().map(|(_, key, written)| told(BESIDE, &key, written));
        let loading = told(&loaded("Node"), "10000 flags, ns", time);
        table.rows.push([name.to_owned()].into_iter().chain(asked).chain([loading, memory, size, cold]).collect());
    }
    table.markdown()
}

/// The picture beside it.
pub fn dots(run: &Run) -> Dots {
    let [node, chromium] = PLACES.map(asked);
    let none = "none holds, ns";
    let value = |group: &str, name: &str| run.figure(group, name, none).unwrap_or_default() / 1e3;
    Dots {
        title: "One evaluation where no rule holds, context ready, µs".to_owned(),
        series: PLACES.map(str::to_owned).into(),
        rows: names(run, &node).map(|name| (name.to_owned(), vec![value(&node, name), value(&chromium, name)])).collect(),
    }
}

/// The names of a table's rows: ours is the first.
pub fn names<'a>(run: &'a Run, group: &str) -> impl Iterator<Item = &'a str> {
    let group = group.to_owned();
    run.rows.iter().filter(move |row| row.group == group).map(|row| row.name.as_str())
}

fn columns(named: impl Fn(&str) -> String) -> Vec<(String, String, Written)> {
    READY.into_iter().chain([NEW, ALL]).map(|column| (column.to_owned(), named(column), time as Written)).collect()
}

fn once() -> [(String, String, Written); 4] {
    let column = |name: &str, key: &str, written: Written| (name.to_owned(), key.to_owned(), written);
    [
        column("memory, 10,000 flags", "memory, 10000 flags, bytes", |bytes| format!("{} MB", figure(bytes / 1e6))),
        column("evaluator and glue, brotli", "brotli, KB", |size| format!("{} KB", figure(size))),
        column("first request of a cold worker", "first request of a cold worker, ms", |took| time(took * 1e6)),
        column("of it beyond an empty worker's", "over an empty worker, ms", |took| time(took * 1e6)),
    ]
}

/// A table of a group: each figure, and which multiple of ours it is.
fn beside(run: &Run, group: &str, first: &str, columns: &[(String, String, Written)]) -> Table {
    let mut table = Table::new(&[first]);
    table.head.extend(columns.iter().map(|(heading, ..)| heading.clone()));
    let rows: Vec<&Row> = run.rows.iter().filter(|row| row.group == group).collect();
    let ours = rows.first();
    for row in &rows {
        let cells = columns.iter().map(|(_, key, written)| {
            let Some(value) = row.figures.get(key) else { return "–".to_owned() };
            let ratio = ours.filter(|ours| ours.name != row.name).and_then(|ours| ours.figures.get(key)).map(|ours| value / ours);
            ratio.map_or_else(|| written(*value), |ratio| format!("{} ({}×)", written(*value), multiple(ratio)))
        });
        table.rows.push(std::iter::once(row.name.clone()).chain(cells).collect());
    }
    table
}

/// A multiple with two digits that mean something.
fn multiple(ratio: f64) -> String {
    if ratio >= 10.0 { figure(ratio.round()).trim_end_matches(".0").to_owned() } else { format!("{ratio:.1}") }
}

fn kinds(run: &Run) -> Table {
    let mut table = Table::new(&[KINDS]);
    for place in PLACES {
        table.head.extend([place.to_owned(), "best".to_owned()]);
    }
    for row in run.rows.iter().filter(|row| row.group == KINDS) {
        let cells = PLACES.iter().flat_map(|place| [format!("{place}, ns"), format!("{place}, best ns")]);
        let cells = cells.map(|key| row.figures.get(&key).map_or_else(String::new, |value| time(*value)));
        table.rows.push(std::iter::once(row.name.clone()).chain(cells).collect());
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_peer_s_figure_is_told_as_a_multiple_of_ours() {
        let mut run = Run::default();
        run.note(&asked("Node"), "Halyard", "none holds, ns", 50.0);
        run.note(&asked("Node"), "Other", "none holds, ns", 1234.0);
        run.note(&asked("Chromium"), "Halyard", "none holds, ns", 40.0);
        let text = text(&run);
        assert!(text.contains("| Halyard | – | – | – | 50.0 ns | – | – |"), "{text}");
        assert!(text.contains("| Other | – | – | – | 1.23 µs (25×) | – | – |"), "{text}");
        assert_eq!(dots(&run).rows, [("Halyard".to_owned(), vec![0.05, 0.04]), ("Other".to_owned(), vec![1.234, 0.0])]);
        assert_eq!([multiple(0.5), multiple(9.96), multiple(1234.5)], ["0.5", "10.0", "1,235"]);
    }
}
