//! A rehearsal: requests that nobody sent, over a store that nobody has.
//!
//! An engine compiles a function of a wasm module when it is called first, and what the first request of a node calls takes it as long
//! to compile as all the rest of that request. A host can go through a rehearsal with a node of its own before that, while its process
//! starts: then the first request finds compiled what it needs.

use crate::http::Request;
use crate::image;
use crate::store::Head;

/// What the store has: a project with two environments, and the image of one's flags. (Frozen by the tests below.)
const PROJECT_HEAD: &[u8] = include_bytes!("rehearsal/project-head.json");
const PROJECT: &[u8] = include_bytes!("rehearsal/project.json");
const HEAD: &[u8] = include_bytes!("rehearsal/head.json");
const IMAGE: &[u8] = include_bytes!("rehearsal/image");

/// Opens nothing but this store.
const KEY: &str = "halyard_server_production_yqNawD4q4V2gQ2YgUcuJglmDhqdtUA5mTlC7jL582rE";
const CONTEXT: &str =
    r#"{"context":{"targetingKey":"user-1","country":"NL","plan":"pro","email":"ann@acme.example","app":"2.5.1","ip":"10.1.2.3"}}"#;

/// The requests, in their order: for one flag, and for all.
///
/// ```
/// use halyard_edge::rehearsal;
/// assert!(rehearsal::requests().iter().all(|request| request.path().starts_with("/ofrep/")));
/// ```
pub fn requests() -> [Request; 2] {
    ["/new-cart", ""].map(|flag| {
        Request::new("POST", format!("https://rehearsal.example/ofrep/v1/evaluate/flags{flag}"))
            .with_header("authorization", format!("Bearer {KEY}"))
            .with_header("content-type", "application/json")
            .with_body(CONTEXT)
    })
}

/// The object that the store has under the key that a node asks for.
///
/// ```
/// use halyard_core::Timestamp;
/// use halyard_edge::{Config, Effect, EffectResult, Moment, Node, Step, rehearsal};
/// let mut node = Node::new(Config::default());
/// let moment = Moment { now: Timestamp(0), random: [0; 32] };
/// for request in rehearsal::requests() {
///     let mut step = node.start(request, moment);
///     while let Step::Effect { effect: Effect::Get { key, .. }, continuation, .. } = step {
///         step = node.resume(&continuation, EffectResult::Found { etag: String::new(), body: rehearsal::object(&key).to_vec() }, moment);
///     }
///     assert!(matches!(step, Step::Answer { response, .. } if response.status == 200));
/// }
/// ```
pub fn object(key: &str) -> &'static [u8] {
    let (folder, file) = key.rsplit_once('/').unwrap_or_default();
    match folder {
        "project" => PROJECT_HEAD,
        "project/documents" => PROJECT,
        "environments/production/images" => IMAGE,
        _ if file == "head.json" => HEAD,
        _ => &[],
    }
}

/// How often [`read_images`] reads: V8 has enough of it after 1,000 to 2,000 times, two images of 1,000 flags.
const TIMES: usize = 2000;

/// Reads the store's image over and over. An engine that has gone through a function for long compiles it again, for speed, and is
/// slower until it has: a large image would have it begin in the middle of the first request. How often the image was good is the answer.
///
/// ```
/// assert!(halyard_edge::rehearsal::read_images() > 0);
/// ```
pub fn read_images() -> usize {
    let Ok(head) = Head::parse(HEAD) else { return 0 };
    (0..TIMES).filter(|_| image::load(std::hint::black_box(IMAGE), &head.document).is_some()).count()
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use halyard_core::Timestamp;

    use super::*;
    use crate::init::{Init, NewEnvironment, NewPerson, Options, init};
    use crate::{Config, Effect, EffectResult, Moment, Node, Step};

    const DOCUMENT: &str = r#"{"format": 1,
        "segments": {"staff": {"when": {"attribute": "email", "endsWith": ["@acme.example"]}}},
        "flags": {
            "banner": {"purpose": "operational", "owner": "team-shop", "created": "2026-11-01", "variants": {"old": "Hello", "new": "Welcome"},
                "offVariant": "old", "metadata": {"page": "start"}, "rules": [{"id": "staff", "when": {"segment": "staff"}, "serve": "new"}],
                "otherwise": "old"},
            "new-cart": {"purpose": "operational", "owner": "team-shop", "created": "2026-11-01", "variants": {"on": true, "off": false},
                "offVariant": "off", "rules": [
                    {"id": "testers", "when": {"attribute": "targetingKey", "is": ["user-7", "user-8", "user-9", "user-10", "user-11"]}, "serve": "on"},
                    {"id": "dutch", "when": {"all": [{"attribute": "country", "is": ["NL", "BE"]}, {"attribute": "app", "version": ">=9"}]}, "serve": "on"},
                    {"id": "rollout", "when": {"percent": 20}, "serve": "on"}],
                "otherwise": "off"}}}"#;

    /// What the store is made of.
    fn made() -> Init {
        let production = NewEnvironment { document: Some(DOCUMENT.into()), ..NewEnvironment::empty("production", "Production") };
        let options = Options {
            name: "Rehearsal".into(),
            people: vec![NewPerson::admin("ann@acme.example", "Ann")],
            environments: vec![production, NewEnvironment::empty("staging", "Staging")],
        };
        init(&options, Moment { now: Timestamp::parse("2026-11-01T00:00:00Z").unwrap(), random: [7; 32] }).unwrap()
    }

    /// Of the newest format, or the first request would again be the first to go through reading it. `HALYARD_FREEZE=1` writes it anew.
    #[test]
    fn the_store_is_what_init_makes_today() {
        let made = made();
        let freeze = std::env::var_os("HALYARD_FREEZE").is_some();
        let object_of = |begin: &str, end: &str| {
            let (_, bytes) = made.objects.iter().find(|(key, _)| key.starts_with(begin) && key.ends_with(end)).unwrap();
            bytes
        };
        for (file, frozen, now) in [
            ("project-head.json", PROJECT_HEAD, object_of("project/head", "")),
            ("project.json", PROJECT, object_of("project/documents/", "")),
            ("head.json", HEAD, object_of("environments/production/head", "")),
            ("image", IMAGE, object_of("environments/production/images/", ".all")),
        ] {
            if freeze {
                std::fs::write(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/rehearsal").join(file), now).unwrap();
            } else {
                assert!(frozen == now, "`{file}` is not what it would be today; run this with HALYARD_FREEZE=1");
            }
        }
        assert_eq!(KEY, made.told.sdk_keys["production"].server);
    }

    #[test]
    fn it_goes_the_way_of_a_cold_nodes_first_request_and_then_that_of_a_warm_one() {
        let mut node = Node::new(Config::default());
        let moment = Moment { now: Timestamp(0), random: [0; 32] };
        let (mut asked, mut answers) = (Vec::new(), Vec::new());
        for request in requests() {
            let mut step = node.start(request, moment);
            let response = loop {
                match step {
                    Step::Answer { response, .. } => break response,
                    Step::Effect { effect: Effect::Get { key, .. }, continuation, .. } => {
                        let found = EffectResult::Found { etag: "e1".to_owned(), body: object(&key).to_vec() };
                        asked.push(key);
                        step = node.resume(&continuation, found, moment);
                    }
                    Step::Effect { effect, .. } => panic!("{effect:?}"),
                }
            };
            assert_eq!(response.header("halyard-trouble"), None);
            answers.push(String::from_utf8(response.body).unwrap());
        }
        assert_eq!(asked.len(), 4, "{asked:?}");
        assert!(asked[3].contains("/images/"), "no document is compiled: {asked:?}");
        assert_eq!(answers[0], r#"{"key":"new-cart","reason":"DEFAULT","value":false,"variant":"off"}"#);
        assert!(answers[1].contains("TARGETING_MATCH"), "{}", answers[1]);
    }
}
