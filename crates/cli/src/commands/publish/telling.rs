//! What came of a publish, or would come of it, in words.

use halyard_core::Json;
use halyard_edge::Response;
use halyard_edge::wire::{Published, Review};

use crate::failure::{Failure, Outcome};
use crate::output::{self, count, say};
use crate::place::Place;
use crate::store::{self, Store};
use crate::{trouble, words};

/// Says what was published.
pub(in crate::commands) fn published(response: &Response, place: &Place, json: bool) -> Result<Outcome, Failure> {
    let published: Published<Json> = store::body(response)?;
    if json {
        output::json(&published)?;
        return Ok(Outcome::Fine);
    }
    output::plain(&lines(&published.changes))?;
    for problem in &published.problems {
        say(&format!("{} [warning]\n", words::printable(&problem.to_string())));
    }
    for mark in &published.marks {
        say(&format!("{}\n", words::printable(mark)));
    }
    if !published.changes.is_empty() {
        say(&format!("version {} of {}, {}\n", published.version, place.name(), count(published.changes.len(), "change")));
    }
    Ok(Outcome::Fine)
}

/// Asks what publishing this would mean, and says it.
pub(super) fn review(store: &Store, path: &str, bytes: Vec<u8>, place: &Place, json: bool) -> Result<Outcome, Failure> {
    let request = store.request("POST", &format!("{path}/check")).with_header("content-type", "application/json").with_body(bytes);
    let review: Review<Json> = store::body(&store.send(request)?)?;
    let outcome = if review.publishable { Outcome::Fine } else { Outcome::InputAtFault };
    if json {
        output::json(&review)?;
        return Ok(outcome);
    }
    output::plain(&lines(&review.changes))?;
    for problem in &review.problems {
        let level = if problem.is_error() { "" } else { " [warning]" };
        say(&format!("{}{level}\n", words::printable(&problem.to_string())));
    }
    trouble::scenarios(&review.scenarios);
    trouble::refusals(&review.refusals);
    let passed = review.scenarios.iter().filter(|scenario| scenario.passed()).count();
    if !review.scenarios.is_empty() {
        say(&format!("{passed} of {} pass\n", count(review.scenarios.len(), "scenario")));
    }
    let changes = count(review.changes.len(), "change");
    let verdict = if review.publishable { "it would be accepted" } else { "it would be refused" };
    say(&format!("{changes} to version {} of {}; {verdict}; nothing was published\n", review.version, place.name()));
    Ok(outcome)
}

/// Says that a file does not have what was merged.
pub(super) fn behind(file: &str, over: u64) {
    say(&format!("`{file}` does not have what others published up to version {over}: `halyard get` it before you edit it again\n"));
}

fn lines(changes: &[Json]) -> String {
    changes.iter().map(|change| format!("{}\n", words::sentence(change))).collect()
}
