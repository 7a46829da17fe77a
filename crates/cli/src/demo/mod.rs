//! The demo: Acme, a shop. Its people, flags and history stand in `demo/*.json`; the history is played through the node's own
//! publishing, as the people and at the times that the files name, so that it is what any other history is.

mod when;

use std::collections::BTreeMap;
use std::sync::Arc;

use halyard_core::{Json, Timestamp};
use halyard_edge::init::NewPerson;
use halyard_edge::wire::Published;
use halyard_edge::{Principal, Request};
use serde::Deserialize;

use crate::failure::Failure;
use crate::store::local::{Local, ORIGIN};
use crate::store::objects::Objects;
use crate::store::{self, percent_encode};

/// The demo's environments.
pub(crate) const ENVIRONMENTS: [&str; 2] = ["production", "staging"];
/// When its project was made, before now.
const BEGUN: &str = "-21d-3h-41m";

const PEOPLE: &str = include_str!("../../demo/people.json");
const START: &str = include_str!("../../demo/start.json");
const HISTORY: &str = include_str!("../../demo/history.json");

/// Somebody of the demo.
#[derive(Deserialize)]
struct Person {
    name: String,
    roles: BTreeMap<String, Vec<String>>,
}

/// A publish of the demo's history.
#[derive(Deserialize)]
struct Event {
    environment: String,
    /// An offset from now.
    at: String,
    by: String,
    via: Option<String>,
    message: String,
    /// Merged into the document before it, as RFC 7396 says.
    changes: Json,
}

/// The demo's people, behind the admin who was asked for.
pub(crate) fn people(admin: NewPerson) -> Result<Vec<NewPerson>, Failure> {
    let known: BTreeMap<String, Person> = read(PEOPLE)?;
    let mut people: Vec<NewPerson> = known.into_iter().map(|(email, Person { name, roles })| NewPerson { email, name, roles }).collect();
    match people.iter().position(|person| person.email == admin.email) {
        Some(place) => people.swap(0, place),
        None => people.insert(0, admin),
    }
    Ok(people)
}

/// When the demo's project was made.
pub(crate) fn begun(now: Timestamp) -> Result<Timestamp, Failure> {
    when::instant(BEGUN, now).ok_or_else(|| broken("its first time is none"))
}

/// The first document of each of its environments.
pub(crate) fn start(now: Timestamp) -> Result<Vec<u8>, Failure> {
    let mut document: Json = read(START)?;
    when::expand(&mut document, now);
    Ok(document.canonical().into_bytes())
}

/// Plays the history behind the first documents.
pub(crate) fn play(objects: Arc<dyn Objects>, now: Timestamp) -> Result<(), Failure> {
    let local = Local::over(objects);
    let events: Vec<Event> = read(HISTORY)?;
    for event in events {
        let at = when::instant(&event.at, now).ok_or_else(|| broken(&format!("`{}` is no time", event.at)))?;
        let principal = Principal { by: event.by, via: event.via.unwrap_or_else(|| "app".to_owned()) };
        let ask = |request: Request| {
            let response = local.send_as(&principal, request, Some(at))?;
            store::accepted(response).map_err(|failure| broken(&format!("\"{}\": {failure}", event.message)))
        };
        let document = format!("{ORIGIN}/api/environments/{}/document", event.environment);
        let current = ask(Request::new("GET", document.as_str()))?;
        let mut next = Json::parse(&current.body).map_err(|_| broken("a document cannot be read back"))?;
        let mut changes = event.changes;
        when::expand(&mut changes, now);
        when::merge(&mut next, &changes);
        let publish = Request::new("PUT", format!("{document}?message={}", percent_encode(&event.message)))
            .with_header("if-match", current.header("etag").unwrap_or_default())
            .with_header("content-type", "application/json")
            .with_body(next.canonical());
        store::body::<Published>(&ask(publish)?)?;
    }
    Ok(())
}

fn read<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, Failure> {
    serde_json::from_str(text).map_err(|error| broken(&error.to_string()))
}

fn broken(why: &str) -> Failure {
    Failure::store(format!("the demo cannot be made: {why}"))
}

#[cfg(test)]
mod tests {
    use halyard_core::check::Cap;

    use super::*;

    /// The documents of an environment, from the first to the last.
    fn documents(environment: &str, now: Timestamp) -> Vec<Vec<u8>> {
        let mut document = Json::parse(&start(now).unwrap()).unwrap();
        let mut all = vec![document.canonical().into_bytes()];
        for event in read::<Vec<Event>>(HISTORY).unwrap().into_iter().filter(|event| event.environment == environment) {
            let mut changes = event.changes;
            when::expand(&mut changes, now);
            when::merge(&mut document, &changes);
            all.push(document.canonical().into_bytes());
        }
        all
    }

    #[test]
    fn every_version_of_the_demo_is_free_of_errors_on_any_day() {
        for now in ["2026-11-22T12:34:56Z", "2028-02-29T23:59:59Z", "2031-01-01T00:00:00Z"] {
            let now = Timestamp::parse(now).unwrap();
            for environment in ENVIRONMENTS {
                for (index, bytes) in documents(environment, now).iter().enumerate() {
                    let report = halyard_core::read(bytes, Cap::Publisher);
                    let errors: Vec<_> = report.errors().map(ToString::to_string).collect();
                    assert!(report.checked.is_some(), "version {} of {environment}: {errors:#?}", index + 1);
                }
            }
        }
    }

    #[test]
    fn the_history_goes_forward_in_time_and_is_by_people_who_may() {
        let people: BTreeMap<String, Person> = read(PEOPLE).unwrap();
        let mut last = when::offset(BEGUN).unwrap();
        for event in read::<Vec<Event>>(HISTORY).unwrap() {
            let at = when::offset(&event.at).unwrap();
            assert!(last < at && at < 0, "{}", event.message);
            last = at;
            let roles = &people[&event.by].roles;
            let held = roles.get("*").into_iter().chain(roles.get(&event.environment)).flatten();
            assert!(held.into_iter().any(|role| role == "editor" || role == "admin"), "{} may not publish", event.by);
        }
    }
}
