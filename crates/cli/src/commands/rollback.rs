//! `halyard rollback`: an older version's document becomes the next version. Nothing is lost, and versions only grow.

use clap::Args;
use halyard_edge::wire::{Published, RollBack};

use crate::failure::{Failure, Outcome};
use crate::store::{self, Place};

use super::publish;

/// What `halyard rollback` takes.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  halyard rollback --store file:///srv/flags --env production --to 41 --message \"Back to before the new search (INC-230)\"")]
pub(crate) struct Rollback {
    #[command(flatten)]
    place: Place,
    /// The version whose document is published anew.
    #[arg(long, value_name = "N")]
    to: u64,
    /// Why, for those who read the history.
    #[arg(long, short, value_name = "TEXT")]
    message: Option<String>,
    /// Print {version, etag, changes, problems, marks} instead.
    #[arg(long)]
    json: bool,
}

/// Runs it.
pub(crate) fn run(args: &Rollback) -> Result<Outcome, Failure> {
    let (store, environment) = args.place.open()?;
    let (etag, _) = publish::head(&store.send(store.request("GET", &format!("{environment}/document")))?)?;
    let message = args.message.clone().unwrap_or_else(|| format!("Roll back to version {}", args.to));
    let body = serde_json::to_vec(&RollBack { version: args.to, message, only: None })
        .map_err(|error| Failure::store(format!("the request cannot be written: {error}")))?;
    let request = store.request("POST", &format!("{environment}/rollback"));
    let request = request.with_header("if-match", etag).with_header("content-type", "application/json").with_body(body);
    let published: Published = store::body(&store.send(request)?)?;
    publish::tell(&published, &args.place.environment, false, args.json)
}
