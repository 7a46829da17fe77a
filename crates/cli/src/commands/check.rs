//! `halyard check`: every problem of a document at once, as publishing it would find them.

use clap::Args;
use halyard_core::check::Cap;
use halyard_core::read;

use crate::failure::{Failure, Outcome};
use crate::input;
use crate::output::{self, count, say};

/// What `halyard check` takes.
#[derive(Args, Debug)]
#[command(after_help = "\
Each problem is one line, `POINTER: message (how to mend it)`, errors first; advice ends in `[warning]`. \
POINTER is a JSON pointer; `/` stands for the document as a whole. Only errors make the exit code 1.

Examples:
  halyard check production.json
  halyard get --store file:///srv/flags --env production | halyard check -
  halyard check production.json --json | jq -r '.[] | select(.level == \"error\") | .pointer'")]
pub(crate) struct Check {
    /// The document, or `-` for stdin.
    #[arg(value_name = "DOC")]
    document: String,
    /// Print an array of {level, code, pointer, message, hint} instead.
    #[arg(long)]
    json: bool,
}

/// Runs it.
pub(crate) fn run(args: &Check) -> Result<Outcome, Failure> {
    let report = read(&input::bytes(&args.document)?, Cap::Publisher);
    if args.json {
        output::json(&report.problems)?;
    } else {
        let mut text = String::new();
        for problem in &report.problems {
            text.push_str(&problem.to_string());
            text.push_str(if problem.is_error() { "\n" } else { " [warning]\n" });
        }
        output::plain(&text)?;
        let errors = report.errors().count();
        let warnings = report.problems.len() - errors;
        say(&match (errors, warnings) {
            (0, 0) => "fine: no errors, no warnings\n".to_owned(),
            (0, _) => format!("fine: no errors, {}\n", count(warnings, "warning")),
            (_, 0) => format!("{}\n", count(errors, "error")),
            _ => format!("{}, {}\n", count(errors, "error"), count(warnings, "warning")),
        });
    }
    Ok(if report.checked.is_some() { Outcome::Fine } else { Outcome::InputAtFault })
}
