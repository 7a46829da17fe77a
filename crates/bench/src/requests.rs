//! What the node itself costs for a request, without workerd: as the host calls it, from the JSON head to the frame.

use std::collections::BTreeMap;

use halyard_core::Timestamp;
use halyard_edge::init::{self, NewEnvironment, NewPerson, Options};
use halyard_edge::{Config, Effect, EffectResult, Moment, Node, Request, Step, frame};

use crate::Result;
use crate::bench::Bench;
use crate::configuration::{self, MIDDLE};
use crate::kinds::NOW;
use crate::load::named;

/// The table's name.
pub const REQUESTS: &str = "the node's part of a request";

const ORIGIN: &str = "http://127.0.0.1:8787";
const RANDOM: [u8; 32] = [7; 32];
/// The most effects that a cold node asks for.
const MOST_EFFECTS: usize = 50;

/// A warm node, and what it is asked.
pub struct World {
    node: std::cell::RefCell<Node>,
    asked: Vec<(String, String, Vec<u8>)>,
}

impl World {
    /// A node with an environment of so many flags, and one of fewer.
    ///
    /// # Errors
    /// When the project is refused, or an answer is not 200.
    pub fn new(most: usize, fewer: usize) -> Result<World> {
        let environment =
            |key: &str, flags| NewEnvironment { key: key.to_owned(), name: key.to_owned(), document: Some(configuration::document(flags)) };
        let options = Options {
            name: "Bench".to_owned(),
            people: vec![NewPerson::admin("ann@acme.example", "Ann")],
            environments: vec![environment("most", most), environment("fewer", fewer)],
        };
        let made =
            init::init(&options, moment()).map_err(|problems| format!("the bench's own project is refused: {:?}", problems.first()))?;
        let key = |environment: &str| made.told.sdk_keys.get(environment).map(|keys| keys.server.clone()).unwrap_or_default();
        let (of_most, of_fewer) = (key("most"), key("fewer"));
        let body = br#"{"context":{"targetingKey":"user-4711","country":"FR","plan":"pro","email":"ann@acme.example","app":"2.5.1","ip":"10.1.2.3"}}"#.to_vec();
        let single = format!("/ofrep/v1/evaluate/flags/{}", configuration::key(MIDDLE));
        let bulk = "/ofrep/v1/evaluate/flags";
        let asked = vec![
            ("health".to_owned(), head("GET", "/health", None), Vec::new()),
            (format!("OFREP, one of {}", named(most)), head("POST", &single, Some(&of_most)), body.clone()),
            (format!("OFREP, one of {}", named(fewer)), head("POST", &single, Some(&of_fewer)), body.clone()),
            (format!("OFREP, all of {}", named(fewer)), head("POST", bulk, Some(&of_fewer)), body.clone()),
            (format!("OFREP, all of {}", named(most)), head("POST", bulk, Some(&of_most)), body),
        ];
        let mut node = Node::new(Config::default());
        let store: BTreeMap<String, Vec<u8>> = made.objects.into_iter().collect();
        for (name, head, body) in asked.iter().rev() {
            let status = answered(&mut node, &store, frame::request(head, body.clone())?, moment())?;
            if status != 200 {
                return Err(format!("`{name}` is answered with {status}"));
            }
        }
        Ok(World { node: std::cell::RefCell::new(node), asked })
    }

    /// The benches.
    pub fn benches(&self) -> Vec<Bench<'_>> {
        let ask = |(name, head, body): &(String, String, Vec<u8>)| {
            let (name, head, body) = (name.clone(), head.clone(), body.clone());
            Bench::times(REQUESTS, name, "start", move || {
                let (request, moment) = (frame::request(&head, body.clone())?, frame::moment(NOW as f64, &RANDOM)?);
                Ok::<_, String>(frame::write(self.node.borrow_mut().start(request, moment)).len())
            })
        };
        self.asked.iter().map(ask).collect()
    }
}

fn moment() -> Moment {
    Moment { now: Timestamp(NOW), random: RANDOM }
}

/// What worker/host says of a request: of its headers only those that the node reads.
fn head(method: &str, path: &str, key: Option<&str>) -> String {
    let request = Request::new(method, format!("{ORIGIN}{path}"));
    frame::head(&key.into_iter().fold(request, |request, key| request.with_header("authorization", format!("Bearer {key}"))))
}

/// Has the request answered over a store that is only read, background work included.
fn answered(node: &mut Node, store: &BTreeMap<String, Vec<u8>>, request: Request, moment: Moment) -> Result<u16> {
    let mut step = node.start(request, moment);
    for _ in 0..MOST_EFFECTS {
        match step {
            Step::Answer { response, .. } => return Ok(response.status),
            Step::Effect { effect, continuation, .. } => {
                let result = match effect {
                    Effect::Get { key, .. } => match store.get(&key) {
                        Some(body) => EffectResult::Found { etag: "e".to_owned(), body: body.clone() },
                        None => EffectResult::Missing,
                    },
                    Effect::Kept { .. } => EffectResult::Missing,
                    other => return Err(format!("reading asks for {other:?}")),
                };
                step = node.resume(&continuation, result, moment);
            }
        }
    }
    Err("the node asks for ever".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_request_is_answered_without_the_store() {
        World::new(4, 2).unwrap().benches().iter_mut().for_each(Bench::warm);
    }
}
