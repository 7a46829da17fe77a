//! `halyard log`: who changed what, when and why, newest first; for people, as NDJSON or as a table, and whether the history is whole.

use clap::{Args, ValueEnum};
use halyard_core::{Date, Json, Timestamp};
use halyard_edge::export;
use halyard_edge::wire::{Record, Records};

use super::verify;
use crate::failure::{Failure, Outcome};
use crate::output::{self, FAINT, STRONG, styled};
use crate::place::Place;
use crate::store::{self, percent_encode};
use crate::{args, host, words};

/// The longest page that the API gives.
const PAGE: u64 = 50;
/// How many records are shown to people where they do not say.
const SHOWN: u64 = 20;

/// What `halyard log` takes.
#[derive(Args, Debug)]
#[command(after_help = "\
Filters can be combined; a record that passes them all is shown whole. --flag also finds what became of a release while it \
moves that flag; of records that an older build wrote, only where the release takes the flag up or lets it go.

With --format csv there is a row for each change: version, at, by, via, message, kind, path, sentence, marks. A cell that a \
spreadsheet would take for a formula begins with an apostrophe.

--verify reads the whole history past all caches and says what was altered or is missing (exit code 1), and which objects belong to \
no version: a publish that lost a race or was cut off leaves such, and they do no harm.

Examples:
  halyard log --store file:///srv/flags --env production
  halyard log --store file:///srv/flags --env production --flag new-checkout --kind 'release.*' --since 2026-11-01
  HALYARD_TOKEN=… halyard log --store https://flags.acme.example --env production --json | jq -r .by | sort | uniq -c
  halyard log --store file:///srv/flags --env production --since 2026-01-01 --until 2027-01-01 --format csv > 2026.csv
  halyard log --store file:///srv/flags --project --verify")]
pub(crate) struct Log {
    #[command(flatten)]
    place: Place,
    /// Only what changed this flag, or a release that moves it.
    #[arg(long, value_name = "KEY", conflicts_with = "project")]
    flag: Option<String>,
    /// Only what changed this release.
    #[arg(long, value_name = "KEY", conflicts_with = "project")]
    release: Option<String>,
    /// Only what this person or token published.
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
    /// Only changes of this kind: `flag.disable`, or `release.*` for all that begin so.
    #[arg(long, value_name = "KIND")]
    kind: Option<String>,
    /// From this time on: 2026-12-01T09:00:00Z, or 2026-12-01 for the beginning of that day in UTC.
    #[arg(long, value_name = "TIME", value_parser = beginning)]
    since: Option<Timestamp>,
    /// Up to this time.
    #[arg(long, value_name = "TIME", value_parser = beginning)]
    until: Option<Timestamp>,
    /// How many records, from the newest on: 20 by default as text, else all.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    limit: Option<u64>,
    /// As what: `ndjson` has a record a line, `at` in milliseconds since 1970; `csv` a change a row, `at` as RFC 3339.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
    /// The same as `--format ndjson`.
    #[arg(long, conflicts_with = "format")]
    json: bool,
    /// Read all of the history again and say what was altered, is missing or belongs to no version.
    #[arg(long, conflicts_with_all = ["flag", "release", "by", "kind", "since", "until", "limit", "format"])]
    verify: bool,
}

/// As what the records are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    Text,
    /// A record a line.
    Ndjson,
    /// A change a row.
    Csv,
}

/// An instant, or the beginning of a day.
fn beginning(text: &str) -> Result<Timestamp, String> {
    match Date::parse(text) {
        Some(_) => args::instant(&format!("{text}T00:00:00Z")),
        None => args::instant(text),
    }
}

/// Runs it.
pub(crate) fn run(args: &Log) -> Result<Outcome, Failure> {
    let (store, path) = args.place.open()?;
    if args.verify {
        return verify::run(&store, &path, args.json);
    }
    let format = if args.json { Format::Ndjson } else { args.format };
    let filters = args.filters();
    let mut left = args.limit.unwrap_or(if format == Format::Text { SHOWN } else { u64::MAX });
    let (mut before, mut first, now) = (None::<u64>, true, host::now());
    if format == Format::Csv {
        output::plain(&export::csv_head())?;
    }
    loop {
        let from = before.map(|before| format!("&before={before}")).unwrap_or_default();
        let request = store.request("GET", &format!("{path}/records?limit={}{filters}{from}", left.min(PAGE)));
        let page: Records<Json> = store::body(&store.send(request)?)?;
        for record in page.records.iter().take(usize::try_from(left).unwrap_or(usize::MAX)) {
            match format {
                Format::Text if first => output::people(&told(record, now))?,
                Format::Text => output::people(&format!("\n{}", told(record, now)))?,
                Format::Ndjson => output::plain(&line(record)?)?,
                Format::Csv => output::plain(&export::csv(record))?,
            }
            first = false;
        }
        left = left.saturating_sub(u64::try_from(page.records.len()).unwrap_or(left));
        // A page may be empty and yet not the last: the store looks through so many records at a time.
        before = page.before;
        if before.is_none() || left == 0 {
            break;
        }
    }
    if first && format == Format::Text {
        output::say(if filters.is_empty() { "nothing has been published here yet\n" } else { "nothing in the history is like that\n" });
    }
    Ok(Outcome::Fine)
}

impl Log {
    /// The filters, as a part of a URL.
    fn filters(&self) -> String {
        let times = [("since", self.since), ("until", self.until)].map(|(name, time)| (name, time.map(|time| time.to_string())));
        let texts = [("flag", &self.flag), ("release", &self.release), ("by", &self.by), ("kind", &self.kind)];
        let texts = texts.map(|(name, text)| (name, text.clone()));
        let given = texts.into_iter().chain(times).filter_map(|(name, value)| Some((name, value?)));
        given.map(|(name, value)| format!("&{name}={}", percent_encode(&value))).collect()
    }
}

fn line(record: &Record<Json>) -> Result<String, Failure> {
    let line = serde_json::to_string(record).map_err(|error| Failure::store(format!("a record cannot be written: {error}")))?;
    Ok(line + "\n")
}

/// A record for people.
fn told(record: &Record<Json>, now: Timestamp) -> String {
    let message = words::printable(if record.message.trim().is_empty() { "(no message)" } else { record.message.trim() });
    let mut lines = message.lines();
    let mut text =
        format!("{}  {}\n", styled(STRONG, format!("version {}", record.version)), styled(STRONG, lines.next().unwrap_or_default()));
    for line in lines {
        text.push_str(&format!("  {line}\n"));
    }
    let by = words::printable(&record.by);
    let about = format!("{by} · {} · {}, {}", words::via(&record.via), words::ago(record.at, now), words::minute(record.at));
    text.push_str(&format!("  {}\n", styled(FAINT, about)));
    for change in &record.changes {
        text.push_str(&format!("  - {}\n", words::sentence(change)));
    }
    for mark in &record.marks {
        text.push_str(&format!("  ! {}\n", words::printable(mark)));
    }
    text
}
