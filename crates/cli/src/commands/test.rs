//! `halyard test`: the scenarios that a document must pass before it may be published.

use clap::Args;
use halyard_core::check::{Cap, check_json};
use halyard_core::document::Scenario;
use halyard_core::scenario::{self, ScenarioResult};
use halyard_core::{Json, Timestamp, compile, read};

use crate::args::instant;
use crate::failure::{Failure, Outcome};
use crate::output::{BAD, FAINT, GOOD, count, styled};
use crate::{host, input, output};

/// What `halyard test` takes.
#[derive(Args, Debug)]
#[command(after_help = "\
Without SCENARIOS the document's own are run; with it, those are run instead. It is a JSON array of scenarios, \
or an object (another document, say) that has one in its \"scenarios\". A scenario that fails makes the exit code 1.

Examples:
  halyard test production.json
  halyard test production.json checkout-scenarios.json --at 2026-12-24T12:00:00Z")]
pub(crate) struct Test {
    /// The document, or `-` for stdin.
    #[arg(value_name = "DOC")]
    document: String,
    /// Scenarios to run instead of the document's own, or `-` for stdin.
    #[arg(value_name = "SCENARIOS")]
    scenarios: Option<String>,
    /// The time for scenarios that name none, RFC 3339; now by default.
    #[arg(long, value_name = "RFC3339", value_parser = instant)]
    at: Option<Timestamp>,
    /// Print an array of {name, failures: [{flag, expected, actual, because}]} instead.
    #[arg(long)]
    json: bool,
}

/// Runs it.
pub(crate) fn run(args: &Test) -> Result<Outcome, Failure> {
    input::once(&[Some(&args.document), args.scenarios.as_deref()])?;
    let document = input::document(&args.document)?;
    let scenarios = match &args.scenarios {
        None => document.scenarios.clone(),
        Some(path) => borrowed(&document.to_json(), path)?,
    };
    let results = scenario::run(&document, &compile(&document), &scenarios, args.at.unwrap_or_else(host::now));
    let failed = results.iter().filter(|result| !result.passed()).count();
    if args.json {
        output::json(&results)?;
    } else {
        output::people(&told(&results, failed))?;
    }
    Ok(if failed == 0 { Outcome::Fine } else { Outcome::InputAtFault })
}

/// Scenarios from a file, checked as a part of the document that they are to test: so a flag that it lacks is found.
fn borrowed(document: &Json, path: &str) -> Result<Vec<Scenario>, Failure> {
    let name = if path == input::STDIN { "the list of scenarios on stdin".to_owned() } else { format!("`{path}`") };
    let bytes = input::bytes(path)?;
    if bytes.len() > halyard_core::limits::READ_BYTES {
        // `read` has the words for it.
        return Err(input::refused(&name, &read(&bytes, Cap::Reader).problems));
    }
    let list = match Json::parse(&bytes).map_err(|problems| input::refused(&name, &problems))? {
        Json::Object(mut other) if other.contains_key("scenarios") => other.remove("scenarios").unwrap_or_default(),
        Json::Object(_) => return Err(Failure::input(format!("{name} has no \"scenarios\"; write a JSON array of scenarios"))),
        list => list,
    };
    let mut draft = document.as_object().cloned().unwrap_or_default();
    draft.insert("scenarios".to_owned(), list);
    let report = check_json(&Json::Object(draft));
    match report.checked {
        Some(checked) => Ok(checked.into_inner().scenarios),
        None => Err(input::refused(&name, &report.problems)),
    }
}

fn told(results: &[ScenarioResult], failed: usize) -> String {
    let mut text = String::new();
    for result in results {
        let mark = if result.passed() { styled(GOOD, "✓") } else { styled(BAD, "✗") };
        text.push_str(&format!("{mark} {}\n", result.name));
        for failure in &result.failures {
            let variant = |key: &Option<String>| key.as_ref().map_or("the application's default".to_owned(), |key| format!("`{key}`"));
            text.push_str(&format!(
                "    `{}` should be {}, but is {}\n    {}\n",
                failure.flag,
                variant(&failure.expected),
                variant(&failure.actual),
                styled(FAINT, &failure.because)
            ));
        }
    }
    text.push_str(&match (results.len(), failed) {
        (0, _) => "there are no scenarios: add some under \"scenarios\", so that a publish cannot break what must hold\n".to_owned(),
        (all, 0) => format!("{} passed\n", count(all, "scenario")),
        (all, failed) => format!("{} passed, {failed} failed\n", count(all - failed, "scenario")),
    });
    text
}
