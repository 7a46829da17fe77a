//! `halyard get`: a published document, laid out for people and for `git diff`.

use std::fs;

use clap::Args;
use halyard_core::Json;

use crate::failure::{Failure, Outcome};
use crate::output::{self, say};
use crate::store::Place;

/// What `halyard get` takes.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  halyard get --store file:///srv/flags --env production > production.json
  HALYARD_TOKEN=… halyard get --store https://flags.acme.example --env production --version 41 --output before.json")]
pub(crate) struct Get {
    #[command(flatten)]
    place: Place,
    /// The version; the current one by default.
    #[arg(long, value_name = "N")]
    version: Option<u64>,
    /// The file to write; stdout by default.
    #[arg(long, short, value_name = "FILE")]
    output: Option<String>,
}

/// Runs it.
pub(crate) fn run(args: &Get) -> Result<Outcome, Failure> {
    let (store, environment) = args.place.open()?;
    let version = args.version.map(|version| format!("?version={version}")).unwrap_or_default();
    let response = store.send(store.request("GET", &format!("{environment}/document{version}")))?;
    let document = Json::parse(&response.body).map_err(|_| Failure::store("the store's answer is no document; is it a Halyard node?"))?;
    let text = document.pretty();
    match args.output.as_deref() {
        None | Some("-") => output::plain(&text)?,
        Some(path) => {
            fs::write(path, text).map_err(|error| Failure::call(format!("`{path}` cannot be written: {error}")))?;
            let version = response.header("halyard-version").map(|version| format!("version {version} of ")).unwrap_or_default();
            say(&format!("{path}: {version}{}\n", args.place.environment));
        }
    }
    Ok(Outcome::Fine)
}
