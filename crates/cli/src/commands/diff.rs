//! `halyard diff`: what lies between two documents, in plain sentences.

use clap::Args;
use halyard_core::diff;
use halyard_edge::wire::Told;

use crate::failure::{Failure, Outcome};
use crate::{input, output};

/// What `halyard diff` takes.
#[derive(Args, Debug)]
#[command(after_help = "\
Two documents that mean the same have no changes, however they are laid out: the output is empty then, and the \
exit code is 0 either way.

Examples:
  halyard diff production.json draft.json
  halyard get --store file:///srv/flags --env production | halyard diff - draft.json
  halyard diff old.json new.json --json | jq -r '.[].sentence'")]
pub(crate) struct Diff {
    /// The document to start from, or `-` for stdin.
    #[arg(value_name = "OLD")]
    old: String,
    /// The document to compare with it, or `-` for stdin.
    #[arg(value_name = "NEW")]
    new: String,
    /// Print an array of {kind, path, from, to, sentence} instead.
    #[arg(long)]
    json: bool,
}

/// Runs it.
pub(crate) fn run(args: &Diff) -> Result<Outcome, Failure> {
    input::once(&[Some(&args.old), Some(&args.new)])?;
    let (old, new) = (input::document(&args.old)?, input::document(&args.new)?);
    let changes: Vec<Told> = diff(&old, &new).into_iter().map(Told::from).collect();
    if args.json {
        output::json(&changes)?;
    } else {
        let text: String = changes.iter().map(|told| format!("{}\n", told.sentence)).collect();
        output::plain(&text)?;
    }
    Ok(Outcome::Fine)
}
