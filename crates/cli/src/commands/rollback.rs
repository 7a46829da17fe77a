//! `halyard rollback`: an older version's document, or a part of it, becomes the next version. Nothing is lost, and versions only grow.

use clap::Args;
use halyard_edge::wire::{Only, RollBack};

use super::publish;
use crate::failure::{Failure, Outcome};
use crate::place::Place;
use crate::store::accepted;

/// What `halyard rollback` takes.
#[derive(Args, Debug)]
#[command(after_help = "\
The whole document of that version is published anew, whatever scenarios and limits say. With --flag or --release only that \
one is put back as it was, into the current document; one that is gone since comes back.

Examples:
  halyard rollback --store file:///srv/flags --env production --to 41 --message \"Back to before the new search (INC-230)\"
  halyard rollback --store file:///srv/flags --env production --to 41 --flag new-search --message \"Only the search (INC-230)\"")]
pub(crate) struct Rollback {
    #[command(flatten)]
    place: Place,
    /// The version whose document is published anew.
    #[arg(long, value_name = "N")]
    to: u64,
    /// Only this flag, as it was then.
    #[arg(long, value_name = "KEY", conflicts_with_all = ["release", "project"])]
    flag: Option<String>,
    /// Only this release, as it was then.
    #[arg(long, value_name = "KEY", conflicts_with = "project")]
    release: Option<String>,
    /// Why, for those who read the history.
    #[arg(long, short, value_name = "TEXT")]
    message: Option<String>,
    /// Print {version, etag, changes, problems, marks} instead.
    #[arg(long)]
    json: bool,
}

/// Runs it.
pub(crate) fn run(args: &Rollback) -> Result<Outcome, Failure> {
    let (store, path) = args.place.open()?;
    let (etag, _) = publish::head(&store.send(store.request("GET", &format!("{path}/document")))?)?;
    let only = args.flag.clone().map(Only::Flag).or(args.release.clone().map(Only::Release));
    let what = match &only {
        None => String::new(),
        Some(Only::Flag(key)) => format!(" flag {key}"),
        Some(Only::Release(key)) => format!(" release {key}"),
    };
    let message = args.message.clone().unwrap_or_else(|| format!("Roll back{what} to version {}", args.to));
    let body = serde_json::to_vec(&RollBack { version: args.to, message, only })
        .map_err(|error| Failure::store(format!("the request cannot be written: {error}")))?;
    let request = store.request("POST", &format!("{path}/rollback?publish={}", publish::id()?));
    let request = request.with_header("if-match", etag).with_header("content-type", "application/json").with_body(body);
    publish::published(&accepted(publish::surely(&store, &request)?)?, &args.place, args.json)
}
