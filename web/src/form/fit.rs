//! Whether what is typed fits the document: what the draft has at a place, and what the whole is with something else there.

use std::collections::BTreeSet;

use halyard_core::check::{decode_flag, decode_plan, decode_release, decode_scenario, decode_segment};
use halyard_core::document::Document;
use halyard_core::{Json, Pointer, Problem};

use super::at;
use crate::draft::Reading;

/// Where a problem is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Place {
    /// In this form.
    Here(Pointer),
    /// Elsewhere in the document.
    Elsewhere(Pointer),
}

/// What is typed at `here`, by the name that the workspace keeps it under: `flags/new-cart`.
pub(super) fn about(here: &Pointer) -> String {
    here.segments().collect::<Vec<_>>().join("/")
}

/// The part at `here` as the document has it.
pub(super) fn saved(document: &Document, here: &Pointer) -> Option<Json> {
    let mut segments = here.segments();
    let (part, key) = (segments.next()?, segments.next()?);
    match part.as_str() {
        "flags" => document.flags.get(&key).map(Json::from_value),
        "segments" => document.segments.get(&key).map(Json::from_value),
        "plans" => document.plans.get(&key).map(Json::from_value),
        "releases" => document.releases.get(&key).map(Json::from_value),
        "scenarios" => document.scenarios.get(key.parse::<usize>().ok()?).map(Json::from_value),
        _ => None,
    }
}

/// The problems of the document with `json` at `here`: all that are within, and those elsewhere that it brings about; and the
/// document itself, if it has no errors.
pub(super) fn fit(before: &Reading, here: &Pointer, json: &Json) -> (Vec<(Place, Problem)>, Option<Reading>) {
    let mut segments = here.segments();
    let (Some(part), Some(_)) = (segments.next(), segments.next()) else { return (Vec::new(), None) };
    // As the document writes it: without what is at its default.
    let written = match part.as_str() {
        "flags" => decode_flag(json).map(|flag| Json::from_value(&flag)),
        "segments" => decode_segment(json).map(|segment| Json::from_value(&segment)),
        "plans" => decode_plan(json).map(|plan| Json::from_value(&plan)),
        "scenarios" => decode_scenario(json).map(|scenario| Json::from_value(&scenario)),
        _ => decode_release(json).map(|release| Json::from_value(&release)),
    };
    let written = match written {
        Ok(written) => written,
        Err(problems) => {
            let here = |problem: Problem| (Place::Here(problem.pointer.clone()), unchosen(json, &problem).unwrap_or(problem));
            return (problems.into_iter().map(here).collect(), None);
        }
    };
    let mut next = Json::clone(&before.json);
    let list = Pointer::root().at(&part);
    if at::get(&next, &list).is_none() {
        at::set(&mut next, &list, Some(Json::Object(Default::default())));
    }
    at::set(&mut next, here, Some(written));
    let (problems, reading) = Reading::of_json(next);
    (placed(&problems, &before.problems, here), reading)
}

/// What is said of a name that is still to be chosen: in a form it is no name that was written wrongly.
fn unchosen(json: &Json, problem: &Problem) -> Option<Problem> {
    let of = |member: &str| match member {
        "flag" => Some("choose a flag"),
        "variant" | "serve" => Some("choose a variant"),
        "segment" => Some("choose a segment"),
        _ => None,
    };
    let message = of(&problem.pointer.segments().last()?)?;
    let is_empty = at::get(json, &problem.pointer).is_some_and(|value| value.as_str() == Some(""));
    is_empty.then(|| Problem { message: message.to_owned(), hint: String::new(), ..problem.clone() })
}

/// Problems by their places from the root of what is at `here`, and those elsewhere that are not `known`.
pub(super) fn placed(problems: &[Problem], known: &[Problem], here: &Pointer) -> Vec<(Place, Problem)> {
    // A large document has hundreds of warnings, which are all looked at after each pause.
    let known: BTreeSet<_> = known.iter().map(|problem| (&problem.pointer, &problem.message)).collect();
    let place = |problem: &Problem| {
        if problem.pointer.is_within(here) {
            let inner: Vec<String> = problem.pointer.segments().skip(2).collect();
            return Some((Place::Here(Pointer::from_segments(inner.iter().map(String::as_str))), problem.clone()));
        }
        (!known.contains(&(&problem.pointer, &problem.message))).then(|| (Place::Elsewhere(problem.pointer.clone()), problem.clone()))
    };
    problems.iter().filter_map(place).collect()
}
