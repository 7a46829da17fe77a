//! `halyard publish`: a document becomes an environment's next version.

use clap::Args;
use halyard_core::check::Cap;
use halyard_core::read;
use halyard_edge::wire::Published;

use crate::failure::{Failure, Outcome};
use crate::output::{self, count, say};
use crate::store::{self, Place, percent_encode};
use crate::{input, words};

/// What `halyard publish` takes.
#[derive(Args, Debug)]
#[command(after_help = "\
The document is checked, its scenarios are run, and it becomes the next version if nobody else published meanwhile; \
who lost that race gets the winner's changes and exit code 3. With --from it also has to be the next one after the \
version that you began with.

Examples:
  halyard publish production.json --store file:///srv/flags --env production --message \"Open the checkout to staff\"
  HALYARD_TOKEN=… halyard publish - --store https://flags.acme.example --env staging --message \"…\" --dry-run < draft.json")]
pub(crate) struct Publish {
    /// The document, or `-` for stdin.
    #[arg(value_name = "DOC")]
    document: String,
    #[command(flatten)]
    place: Place,
    /// Why, for those who read the history.
    #[arg(long, short, value_name = "TEXT")]
    message: String,
    /// The version that the document began as: refuse where it is not the current one.
    #[arg(long, value_name = "N")]
    from: Option<u64>,
    /// Do everything but publish, and say what would change.
    #[arg(long)]
    dry_run: bool,
    /// Print {version, etag, changes, problems, marks} instead.
    #[arg(long)]
    json: bool,
}

/// Runs it.
pub(crate) fn run(args: &Publish) -> Result<Outcome, Failure> {
    if args.message.trim().is_empty() {
        return Err(Failure::call("`--message` is empty: say why, for those who read the history"));
    }
    let bytes = input::bytes(&args.document)?;
    let report = read(&bytes, Cap::Publisher);
    if report.checked.is_none() {
        return Err(input::refused(&input::name(&args.document), &report.problems));
    }
    let (store, environment) = args.place.open()?;
    let current = store.send(store.request("GET", &format!("{environment}/document")))?;
    let (etag, version) = head(&current)?;
    if let Some(from) = args.from
        && from != version
    {
        return Err(Failure::store(format!(
            "version {version} is the current one, not {from}: somebody published since. get it, carry your changes over, and try again"
        )));
    }
    let dry = if args.dry_run { "&dryRun=true" } else { "" };
    let path = format!("{environment}/document?message={}{dry}", percent_encode(&args.message));
    let request =
        store.request("PUT", &path).with_header("if-match", etag).with_header("content-type", "application/json").with_body(bytes);
    let published: Published = store::body(&store.send(request)?)?;
    tell(&published, &args.place.environment, args.dry_run, args.json)
}

/// The ETag and the version of a document's answer.
pub(super) fn head(response: &halyard_edge::Response) -> Result<(String, u64), Failure> {
    let version = response.header("halyard-version").and_then(|version| version.parse().ok());
    match (response.header("etag"), version) {
        (Some(etag), Some(version)) => Ok((etag.to_owned(), version)),
        _ => Err(Failure::store("the store's answer names no version; is it a Halyard node?")),
    }
}

/// Says what was published.
pub(super) fn tell(published: &Published, environment: &str, dry_run: bool, json: bool) -> Result<Outcome, Failure> {
    if json {
        output::json(published)?;
        return Ok(Outcome::Fine);
    }
    let text: String = published.changes.iter().map(|told| format!("{}\n", words::printable(&told.sentence))).collect();
    output::plain(&text)?;
    for problem in &published.problems {
        say(&format!("{problem} [warning]\n"));
    }
    for mark in &published.marks {
        say(&format!("{}\n", words::printable(mark)));
    }
    let changes = count(published.changes.len(), "change");
    if dry_run {
        say(&format!("{changes} to version {} of {environment}; nothing was published\n", published.version));
    } else if !published.changes.is_empty() {
        say(&format!("version {} of {environment}, {changes}\n", published.version));
    }
    Ok(Outcome::Fine)
}
