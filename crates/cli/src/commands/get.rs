//! `halyard get`: a published document as a file: laid out for people and for `git diff`, and the same bytes for the same document.

use std::fs;

use clap::Args;
use halyard_core::Json;

use super::publish;
use crate::failure::{Failure, Outcome};
use crate::output::{self, say};
use crate::place::Place;

/// What `halyard get` takes.
#[derive(Args, Debug)]
#[command(after_help = "\
The file has a line for each entry, keys in alphabetical order (that of the canonical text), defaults left out, and a line end at \
the end: a document always gives the same bytes, and a small change a small `git diff`. It reads back as the same document.

Examples:
  halyard get --store file:///srv/flags --env production > production.json
  HALYARD_TOKEN=… halyard get --store https://flags.acme.example --env production --version 41 --output before.json")]
pub(crate) struct Get {
    #[command(flatten)]
    place: Place,
    /// The version; the current one by default.
    #[arg(long, value_name = "N")]
    version: Option<u64>,
    /// The file to write; stdout by default. With a file, stdout has the version's number.
    #[arg(long, short, value_name = "FILE")]
    output: Option<String>,
}

/// Runs it.
pub(crate) fn run(args: &Get) -> Result<Outcome, Failure> {
    let (store, path) = args.place.open()?;
    let version = args.version.map(|version| format!("?version={version}")).unwrap_or_default();
    let response = store.send(store.request("GET", &format!("{path}/document{version}")))?;
    let document = Json::parse(&response.body).map_err(|_| Failure::store("the store's answer is no document; is it a Halyard node?"))?;
    let text = document.pretty();
    match args.output.as_deref() {
        None | Some("-") => output::plain(&text)?,
        Some(file) => {
            fs::write(file, text).map_err(|error| Failure::call(format!("`{file}` cannot be written: {error}")))?;
            let (_, version) = publish::head(&response)?;
            output::plain(&format!("{version}\n"))?;
            say(&format!("{file}: version {version} of {}; publish what you make of it with `--from {version}`\n", args.place.name()));
        }
    }
    Ok(Outcome::Fine)
}
