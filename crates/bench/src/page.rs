//! The pages that tell figures: what stands between two marks is written by the bench, everything else by people.

use std::fs;
use std::path::Path;

use crate::Result;
use crate::load::LOADING;
use crate::native::{ALL, EVALUATION};
use crate::plot::{Dots, Over};
use crate::requests::REQUESTS;
use crate::run::{Row, Run};
use crate::table::{Table, figure, time};

/// A part of a page, and a picture beside it.
struct Told {
    page: &'static str,
    text: String,
    /// What the page that compares us with others has of it.
    summary: Option<String>,
    picture: &'static str,
    svg: String,
}

/// The page that compares us with others, as seen from `docs`.
const COMPARISON: &str = "../COMPARE.md";

/// How a figure is written.
#[derive(Clone, Copy)]
enum As {
    /// With three digits that mean something.
    Number,
    /// As a time, from nanoseconds.
    Time,
    /// As megabytes, from bytes.
    Megabytes,
}

/// A column: its heading, where its figures are, and how they are written.
type Column = (&'static str, &'static str, As);

/// Writes a run's figures into its page, and its picture beside it. `docs` is the folder.
///
/// # Errors
/// When the page has no place for them, or cannot be written.
pub fn write(run: &Run, docs: &Path) -> Result<()> {
    let told = tell(run)?;
    let say = |file: &Path| {
        let file = file.display().to_string();
        move |error: std::io::Error| format!("`{file}`: {error}")
    };
    let summary = told.summary.iter().map(|summary| (docs.join(COMPARISON), summary));
    for (page, new) in std::iter::once((docs.join(told.page), &told.text)).chain(summary) {
        let text = fs::read_to_string(&page).map_err(say(&page))?;
        let text = between(&text, &run.bench, new).ok_or_else(|| format!("`{}` has no marks for `{}`", page.display(), run.bench))?;
        fs::write(&page, text).map_err(say(&page))?;
    }
    let picture = docs.join("images").join(told.picture);
    fs::write(&picture, told.svg).map_err(say(&picture))
}

fn tell(run: &Run) -> Result<Told> {
    match run.bench.as_str() {
        "native" => Ok(native(run)),
        "edge" => Ok(edge(run)),
        "page" => Ok(evaluators(run)),
        "reliability" => Ok(reliability(run)),
        other => Err(format!("no page tells of `{other}`")),
    }
}

/// The text with what is between this bench's marks replaced.
fn between(text: &str, bench: &str, told: &str) -> Option<String> {
    let (begin, end) = (format!("<!-- figures: {bench} -->\n"), "<!-- end of figures -->");
    let (before, rest) = text.split_once(&begin)?;
    let (_, after) = rest.split_once(end)?;
    Some(format!("{before}{begin}{told}{end}{after}"))
}

fn measured(run: &Run) -> String {
    let Run { day, machine, tools, beside, .. } = run;
    let commit = match run.commit.strip_suffix('+') {
        Some(commit) => format!("`{commit}` with changes"),
        None => format!("`{}`", run.commit),
    };
    format!("Measured on {day} at commit {commit}: {machine}; {tools}; beside it {beside}.\n")
}

fn table(run: &Run, group: &str, first: &str, columns: &[Column]) -> String {
    let there: Vec<&Column> =
        columns.iter().filter(|(_, key, _)| run.rows.iter().any(|row| row.group == group && row.figures.contains_key(*key))).collect();
    let head: Vec<&str> = std::iter::once(first).chain(there.iter().map(|(heading, _, _)| *heading)).collect();
    let mut table = Table::new(&head);
    for row in run.rows.iter().filter(|row| row.group == group) {
        let cells = there.iter().map(|(_, key, written)| row.figures.get(*key).map_or_else(String::new, |value| spoken(*value, *written)));
        table.rows.push(std::iter::once(row.name.clone()).chain(cells).collect());
    }
    table.markdown()
}

fn spoken(value: f64, written: As) -> String {
    match written {
        As::Number => figure(value),
        As::Time => time(value),
        As::Megabytes => format!("{} MB", figure(value / 1e6)),
    }
}

fn points(run: &Run, group: &str, keys: &[&str]) -> Vec<(String, Vec<f64>)> {
    let values = |row: &Row| keys.iter().map(|key| row.figures.get(*key).copied().unwrap_or_default()).collect();
    run.rows.iter().filter(|row| row.group == group).map(|row| (row.name.clone(), values(row))).collect()
}

fn native(run: &Run) -> Told {
    let evaluation = table(
        run,
        EVALUATION,
        "one evaluation, among 1,000 flags",
        &[
            ("context ready", "context ready, ns", As::Time),
            ("instructions", "context ready, instructions", As::Number),
            ("context from strings", "context from strings, ns", As::Time),
            ("instructions", "context from strings, instructions", As::Number),
        ],
    );
    let all = table(
        run,
        ALL,
        "beside it",
        &[("time", "context ready, ns", As::Time), ("instructions", "context ready, instructions", As::Number)],
    );
    let requests = table(
        run,
        REQUESTS,
        "the node's part of a request",
        &[("time", "start, ns", As::Time), ("instructions", "start, instructions", As::Number)],
    );
    let loading = table(
        run,
        LOADING,
        "loading",
        &[
            ("text", "text, bytes", As::Megabytes),
            ("read JSON", "read JSON, ns", As::Time),
            ("instructions", "read JSON, instructions", As::Number),
            ("check", "check, ns", As::Time),
            ("instructions", "check, instructions", As::Number),
            ("compile", "compile, ns", As::Time),
            ("instructions", "compile, instructions", As::Number),
            ("ruleset", "ruleset, bytes", As::Megabytes),
            ("most while loading", "most while loading, bytes", As::Megabytes),
        ],
    );
    let picture = "performance-native.svg";
    let text = format!(
        "{}\n{}![Instructions of one evaluation, by kind of rule](images/{picture})\n\n{evaluation}\n{all}\n{requests}\n{loading}",
        measured(run),
        targets(run)
    );
    let dots = Dots {
        title: "Instructions of one evaluation, by kind of rule".to_owned(),
        series: vec!["context ready".to_owned(), "context from strings".to_owned()],
        rows: points(run, EVALUATION, &["context ready, instructions", "context from strings, instructions"]),
    };
    Told { page: "performance.md", text, summary: None, picture, svg: dots.svg() }
}

fn edge(run: &Run) -> Told {
    let requests = table(
        run,
        "a request",
        "a request through workerd",
        &[
            ("CPU of an empty worker, µs", "empty worker, CPU µs", As::Number),
            ("of one that answers the same, µs", "same answer, CPU µs", As::Number),
            ("Halyard's, µs", "CPU µs", As::Number),
            ("over empty, µs", "over empty, µs", As::Number),
            ("× empty", "times an empty one", As::Number),
            ("× the same answer", "times the same answer", As::Number),
            ("requests/s", "requests a second", As::Number),
            ("of an empty one's", "of an empty one's", As::Number),
        ],
    );
    let cold = table(
        run,
        "the first request of a process",
        "the first request of a process",
        &[
            ("an empty worker's, ms", "empty worker, ms", As::Number),
            ("ms", "ms", As::Number),
            ("over empty, ms", "over empty, ms", As::Number),
            ("CPU over empty, ms", "CPU over empty, ms", As::Number),
            ("CPU of starting over empty, ms", "CPU of starting over empty, ms", As::Number),
        ],
    );
    let picture = "performance-edge.svg";
    let text = format!(
        "{}\n{}![CPU of a request through workerd, beside an empty worker's](images/{picture})\n\n{requests}\n{cold}",
        measured(run),
        targets(run)
    );
    let dots = Dots {
        title: "CPU of a request through workerd, µs".to_owned(),
        series: ["Halyard", "an empty worker", "one that answers the same"].map(str::to_owned).into(),
        rows: points(run, "a request", &["CPU µs", "empty worker, CPU µs", "same answer, CPU µs"]),
    };
    Told { page: "performance.md", text, summary: None, picture, svg: dots.svg() }
}

fn evaluators(run: &Run) -> Told {
    let picture = "performance-page.svg";
    let dots = crate::evaluators::dots(run);
    let summary = format!("{}\n{}", measured(run), crate::evaluators::summary(run));
    let notes: String = run.notes.iter().map(|note| format!("- {note}\n")).collect();
    let text = format!(
        "{}\n{}![{}](images/{picture})\n\n{}{}{notes}",
        measured(run),
        targets(run),
        dots.title,
        crate::evaluators::text(run),
        if notes.is_empty() { "" } else { "\n" }
    );
    Told { page: "performance.md", text, summary: Some(summary), picture, svg: dots.svg() }
}

/// What must be reached, if this bench has targets that it measured.
fn targets(run: &Run) -> String {
    let table = crate::targets::table(run).filter(|table| !table.rows.is_empty());
    table.map(|table| format!("{}\n", table.markdown())).unwrap_or_default()
}

fn reliability(run: &Run) -> Told {
    let seconds = run.samples.get("seen").cloned().unwrap_or_default();
    let columns = [
        ("p50, s", "p50, s", As::Number),
        ("p99, s", "p99, s", As::Number),
        ("worst, s", "worst, s", As::Number),
        ("requests that failed", "failed", As::Number),
    ];
    let title = format!("Seconds from publish to the changed answer of another process, {} publishes", seconds.len());
    let picture = "reliability.svg";
    let text = format!(
        "{}\n![{title}](images/{picture})\n\n{}",
        measured(run),
        table(run, "publish to seen", &format!("{} publishes", seconds.len()), &columns)
    );
    let over = Over { title, seconds, mark: (10.0, "maxStale".to_owned()) };
    Told { page: "reliability.md", text, summary: None, picture, svg: over.svg() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_go_between_their_own_marks_and_nowhere_else() {
        let page = "# A\n<!-- figures: edge -->\nold\n<!-- end of figures -->\nwords\n<!-- figures: native -->\n<!-- end of figures -->\n";
        let new = between(page, "native", "new\n").unwrap();
        assert_eq!(
            new,
            "# A\n<!-- figures: edge -->\nold\n<!-- end of figures -->\nwords\n<!-- figures: native -->\nnew\n<!-- end of figures -->\n"
        );
        assert_eq!(between(page, "other", "new\n"), None);
    }

    #[test]
    fn a_table_has_the_columns_that_were_measured() {
        let mut run = Run { bench: "native".to_owned(), ..Run::default() };
        run.note(EVALUATION, "percent", "context ready, ns", 1234.5);
        let told = tell(&run).unwrap();
        assert!(
            told.text.contains("| one evaluation, among 1,000 flags | context ready |\n| --- | ---: |\n| percent | 1.23 µs |"),
            "{}",
            told.text
        );
    }
}
