//! `halyard publish`: a document becomes the next version. Where somebody else has published since it was begun, its changes are merged
//! with theirs.

mod merging;
mod sending;
mod telling;

use clap::{Args, ValueEnum};
use halyard_core::check::Cap;
use halyard_core::merge::Side;
use halyard_core::{Document, read};

pub(super) use sending::{head, surely};
pub(super) use telling::published;

use crate::failure::{Failure, Outcome};
use crate::place::Place;
use crate::store::{Store, accepted, percent_encode};
use crate::{host, input};
use merging::{Draft, Origin};

/// How often a publish is put on top of yet another one that came in between.
const ROUNDS: u32 = 10;

/// What `halyard publish` takes.
#[derive(Args, Debug)]
#[command(after_help = "\
The document is checked, its scenarios are run, and it becomes the next version.

Say with --from what the document began as: the number of a version, or a file with the document as it was (in a repository: \
the file of the last commit that was published). Where somebody else has published since, your changes are put on top of \
theirs. What both changed, each in its own way, is said with both sides and nothing is published (exit code 3), unless --prefer \
chooses. Without --from, the document is taken as made from the version that is current now: whatever it does not have is gone.

An answer that is lost on the way is asked for again, and nothing is published twice.

Examples:
  halyard publish production.json --store file:///srv/flags --env production --from 41 --message \"Open the checkout to staff\"
  HALYARD_TOKEN=… halyard publish - --store https://flags.acme.example --env staging --message \"…\" --dry-run < draft.json
  git show HEAD~1:flags/production.json > before.json
  halyard publish flags/production.json --from before.json --store … --env production --message \"$(git log -1 --format=%s)\"")]
pub(crate) struct Publish {
    /// The document, or `-` for stdin.
    #[arg(value_name = "DOC")]
    document: String,
    #[command(flatten)]
    place: Place,
    /// Why, for those who read the history.
    #[arg(long, short, value_name = "TEXT")]
    message: String,
    /// What the document began as: the number of a version, or a file.
    #[arg(long, value_name = "N|FILE", value_parser = origin)]
    from: Option<Origin>,
    /// Whose side is to stand wherever both changed the same.
    #[arg(long, value_name = "SIDE", conflicts_with = "no_merge")]
    prefer: Option<Prefer>,
    /// Refuse where somebody else has published since, whatever it was.
    #[arg(long)]
    no_merge: bool,
    /// Publish nothing; say what would change, what stands against it, and (by the exit code too) whether it would be accepted.
    #[arg(long)]
    dry_run: bool,
    /// Print {version, etag, changes, problems, marks} instead; with --dry-run {version, problems, changes, scenarios, refusals,
    /// publishable}; at a clash {version, clashes, taken}.
    #[arg(long)]
    json: bool,
}

/// Whose side is to stand.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Prefer {
    /// Yours.
    Mine,
    /// What is published.
    Theirs,
}

impl From<Prefer> for Side {
    fn from(prefer: Prefer) -> Side {
        match prefer {
            Prefer::Mine => Side::Mine,
            Prefer::Theirs => Side::Theirs,
        }
    }
}

fn origin(text: &str) -> Result<Origin, String> {
    if text.is_empty() {
        return Err("name a version or a file".to_owned());
    }
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.parse().map(Origin::Version).map_err(|_| "there is no such version".to_owned());
    }
    Ok(Origin::File(text.to_owned()))
}

/// What is about to be sent: the bytes, and the ETag and number of the version under them.
struct Next {
    bytes: Vec<u8>,
    etag: String,
    version: u64,
    is_merged: bool,
}

/// Runs it.
pub(crate) fn run(args: &Publish) -> Result<Outcome, Failure> {
    if args.message.trim().is_empty() {
        return Err(Failure::call("`--message` is empty: say why, for those who read the history"));
    }
    let file = if let Some(Origin::File(path)) = &args.from { Some(path.as_str()) } else { None };
    input::once(&[Some(&args.document), file])?;
    let bytes = input::bytes(&args.document)?;
    if args.place.is_project() {
        return run_project(args, bytes);
    }
    let report = read(&bytes, Cap::Publisher);
    let Some(checked) = report.checked else {
        return Err(input::refused(&input::name(&args.document), &report.problems));
    };
    let (store, path) = args.place.open()?;
    let mut current = merging::current(&store, &path)?;
    let draft = Draft {
        base: merging::base(&store, &path, args.from.as_ref(), &current)?,
        began: began(args, current.version),
        document: checked.into_inner(),
        bytes,
        prefer: args.prefer.map(Side::from),
        no_merge: args.no_merge,
        json: args.json,
    };
    let publish = id()?;
    for _ in 0..ROUNDS {
        let next = draft.over(&current)?;
        if args.dry_run {
            return telling::review(&store, &path, next.bytes, &args.place, args.json);
        }
        let response = send(&store, &path, args, &next, &publish)?;
        if response.status == 412 && !args.no_merge {
            current = merging::current(&store, &path)?;
            continue;
        }
        let outcome = published(&accepted(response)?, &args.place, args.json)?;
        if next.is_merged && args.document != input::STDIN {
            telling::behind(&args.document, next.version);
        }
        return Ok(outcome);
    }
    Err(Failure::store(format!("others published {ROUNDS} times while this was tried; try again when it is quieter")))
}

/// The project's own document: published as it is, or not at all.
fn run_project(args: &Publish, bytes: Vec<u8>) -> Result<Outcome, Failure> {
    let (store, path) = args.place.open()?;
    let (etag, version) = head(&store.send(store.request("GET", &format!("{path}/document")))?)?;
    match &args.from {
        Some(Origin::File(_)) => {
            return Err(Failure::call("the project's own document is not merged: name with `--from` the version that yours began as"));
        }
        Some(Origin::Version(from)) if *from != version => {
            return Err(merging::moved(&format!("version {from}"), version));
        }
        _ => {}
    }
    if args.dry_run {
        return telling::review(&store, &path, bytes, &args.place, args.json);
    }
    let next = Next { bytes, etag, version, is_merged: false };
    published(&accepted(send(&store, &path, args, &next, &id()?)?)?, &args.place, args.json)
}

fn send(store: &Store, path: &str, args: &Publish, next: &Next, publish: &str) -> Result<halyard_edge::Response, Failure> {
    let path = format!("{path}/document?message={}&publish={publish}", percent_encode(&args.message));
    let request = store.request("PUT", &path).with_header("if-match", next.etag.as_str()).with_header("content-type", "application/json");
    surely(store, &request.with_body(next.bytes.clone()))
}

/// What the draft began as, in words.
fn began(args: &Publish, current: u64) -> String {
    match &args.from {
        Some(Origin::File(path)) => input::name(path),
        Some(Origin::Version(version)) => format!("version {version}"),
        None => format!("version {current}"),
    }
}

/// A name for this publish that nobody else gives: sent again with every try, it lets the store know that it is the same one.
pub(super) fn id() -> Result<String, Failure> {
    Ok(host::random()?.iter().take(16).map(|byte| format!("{byte:02x}")).collect())
}

/// A document from bytes that a store has checked before.
fn stored(bytes: &[u8]) -> Result<Document, Failure> {
    let checked = read(bytes, Cap::Reader).checked;
    checked.map(|checked| checked.into_inner()).ok_or_else(|| Failure::store("the store's answer is no document; is it a Halyard node?"))
}
