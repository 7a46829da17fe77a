//! `halyard log`: who changed what, when and why, newest first.

use clap::Args;
use halyard_core::Timestamp;
use halyard_edge::wire::{Record, Records};

use crate::failure::{Failure, Outcome};
use crate::output::{self, FAINT, STRONG, styled};
use crate::store::{self, Place};
use crate::{host, words};

/// The longest page that the API gives.
const PAGE: u64 = 50;

/// What `halyard log` takes.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  halyard log --store file:///srv/flags --env production
  HALYARD_TOKEN=… halyard log --store https://flags.acme.example --env production --limit 200 --json | jq -r .by | sort | uniq -c")]
pub(crate) struct Log {
    #[command(flatten)]
    place: Place,
    /// How many records, from the newest on.
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u64).range(1..))]
    limit: u64,
    /// Print a record a line as JSON (NDJSON) instead; `at` is in milliseconds since 1970.
    #[arg(long)]
    json: bool,
}

/// Runs it.
pub(crate) fn run(args: &Log) -> Result<Outcome, Failure> {
    let (store, environment) = args.place.open()?;
    let now = host::now();
    let (mut left, mut before, mut first) = (args.limit, None::<u64>, true);
    while left > 0 {
        let from = before.map(|before| format!("&before={before}")).unwrap_or_default();
        let request = store.request("GET", &format!("{environment}/records?limit={}{from}", left.min(PAGE)));
        let page: Records = store::body(&store.send(request)?)?;
        if first && page.records.is_empty() && !args.json {
            output::say("nothing has been published here yet\n");
        }
        let mut text = String::new();
        for record in page.records.iter().take(usize::try_from(left).unwrap_or(usize::MAX)) {
            if args.json {
                let line = serde_json::to_string(record).map_err(|error| Failure::store(format!("a record cannot be written: {error}")))?;
                text.push_str(&line);
                text.push('\n');
            } else {
                if !first {
                    text.push('\n');
                }
                text.push_str(&told(record, now));
            }
            first = false;
        }
        if args.json {
            output::plain(&text)?
        } else {
            output::people(&text)?
        }
        left = left.saturating_sub(u64::try_from(page.records.len()).unwrap_or(left));
        before = page.before;
        if before.is_none() || page.records.is_empty() {
            break;
        }
    }
    Ok(Outcome::Fine)
}

/// A record for people.
fn told(record: &Record, now: Timestamp) -> String {
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
    for told in &record.changes {
        text.push_str(&format!("  - {}\n", words::printable(&told.sentence)));
    }
    for mark in &record.marks {
        text.push_str(&format!("  ! {}\n", words::printable(mark)));
    }
    text
}
