//! What the API says no with, in plain words on stderr, and whose fault it is.

use halyard_core::scenario::ScenarioResult;
use halyard_edge::Response;
use halyard_edge::wire::{Refusal, Trouble};

use crate::failure::Failure;
use crate::output::say;
use crate::words::printable;

/// Says what an answer that is no success means, and whose fault it is.
pub(crate) fn refused(response: &Response) -> Failure {
    let Ok(trouble) = serde_json::from_slice::<Trouble>(&response.body) else {
        return Failure::store(format!(
            "the store answered {} and nothing that could be understood; is it a Halyard node?",
            response.status
        ));
    };
    for problem in trouble.problems.iter().filter(|problem| problem.is_error()) {
        say(&format!("{}\n", printable(&problem.to_string())));
    }
    scenarios(&trouble.scenarios);
    refusals(&trouble.refusals);
    let told = trouble.changes.iter().map(|told| &told.sentence).chain(trouble.edits.iter().map(|edit| &edit.sentence));
    for sentence in told {
        say(&format!("{}\n", printable(sentence)));
    }
    let message = match (trouble.title.as_str(), trouble.detail.as_str()) {
        ("", "") => format!("the store answered {}", response.status),
        (title, "") => title.to_owned(),
        ("", detail) => detail.to_owned(),
        (title, detail) => format!("{title}: {detail}"),
    };
    let message = printable(&message);
    match response.status {
        400 | 413 | 422 => Failure::Input(message),
        // Changes that are not this person's to make: another document would do.
        403 if !trouble.refusals.is_empty() => Failure::Input(message),
        404 | 405 | 428 => Failure::Call(message),
        _ => Failure::Store(message),
    }
}

/// Says which scenarios fail, and why.
pub(crate) fn scenarios(results: &[ScenarioResult]) {
    for scenario in results.iter().filter(|scenario| !scenario.passed()) {
        for failure in &scenario.failures {
            say(&format!("scenario \"{}\": {}\n", printable(&scenario.name), printable(&failure.because)));
        }
    }
}

/// Says which changes somebody may not make, why, and who may.
pub(crate) fn refusals(refusals: &[Refusal]) {
    for refusal in refusals {
        let sentence = refusal.change.as_ref().map(|told| &told.sentence).or(refusal.edit.as_ref().map(|edit| &edit.sentence));
        let who = if refusal.who.is_empty() { "nobody may".to_owned() } else { format!("who may: {}", refusal.who.join(", ")) };
        let text = format!("not allowed: {}\n  {}\n  {who}", sentence.map_or("a change", String::as_str), refusal.why);
        say(&format!("{}\n", printable(&text)));
    }
}
