//! The call: what can be asked for, and the words of `--help`.

use clap::builder::Styles;
use clap::builder::styling::AnsiColor;
use clap::{Parser, Subcommand};
use halyard_core::Timestamp;

use crate::commands::{check, diff, eval, explain, get, image, init, link, log, publish, rollback, test};

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

/// Feature flags and releases: check, evaluate and publish the documents that say who sees what.
#[derive(Parser, Debug)]
#[command(
    name = "halyard",
    version,
    styles = STYLES,
    max_term_width = 110,
    after_help = "\
Exit codes: 0 fine; 1 the input is at fault (a document, a request, a scenario); 2 the call is (an option, a file that \
is not there); 3 the store or the network is, or what somebody else published stands against it.

A document or a list of requests may be `-`, for stdin. Times are RFC 3339: 2026-12-01T09:00:00Z.

Examples:
  halyard init --store file:///srv/flags --name Acme --admin ann@acme.example --demo
  halyard log --store file:///srv/flags --env production
  halyard get --store file:///srv/flags --env production --output production.json
  halyard check production.json
  halyard publish production.json --store file:///srv/flags --env production --from 41 --message \"Open the checkout to staff\"
  halyard explain production.json new-checkout --context '{\"targetingKey\": \"u1\"}'"
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// A command a module.
#[derive(Subcommand, Debug)]
pub(crate) enum Command {
    /// Say every problem of a document at once
    Check(check::Check),
    /// Answer evaluation requests, a line each
    Eval(eval::Eval),
    /// Say why somebody gets what they get
    Explain(explain::Explain),
    /// Say what lies between two documents
    Diff(diff::Diff),
    /// Write a document as pages and workers evaluate it
    Image(image::Image),
    /// Run the scenarios that a document must pass
    Test(test::Test),
    /// Make a project in a folder
    Init(init::Init),
    /// Make a one-time link by which a person signs in
    Link(link::Link),
    /// Say who changed what, when and why
    Log(log::Log),
    /// Get a published document
    Get(get::Get),
    /// Publish a document as the next version
    Publish(publish::Publish),
    /// Publish an older version's document as the next version
    Rollback(rollback::Rollback),
}

/// An instant as people write it.
pub(crate) fn instant(text: &str) -> Result<Timestamp, String> {
    Timestamp::parse(text).ok_or_else(|| format!("`{text}` is not a time such as 2026-12-01T09:00:00Z"))
}
