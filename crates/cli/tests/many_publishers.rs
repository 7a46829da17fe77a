//! Several processes publish to one folder, and some are killed: each publish lands or is told that it lost, and the chain stays whole.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, clippy::disallowed_methods, reason = "a test that fails may panic")]

mod common;

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use common::{DOCUMENT, command, halyard, halyard_with, text};
use serde_json::Value;

const PUBLISHERS: usize = 8;
const ROUNDS: usize = 20;

#[test]
fn every_publish_lands_or_is_told_that_it_lost() {
    let folder = tempfile::tempdir().unwrap();
    let store = format!("file://{}", text(folder.path()));
    halyard(&["init", "--store", &store, "--name", "Acme", "--admin", "ann@acme.example"]).exits(0);

    // What each publisher was told, as messages: landed, or lost.
    let told: Vec<(Vec<String>, usize)> = std::thread::scope(|scope| {
        let publishers: Vec<_> = (0..PUBLISHERS)
            .map(|publisher| {
                let store = &store;
                scope.spawn(move || {
                    let (mut landed, mut lost) = (Vec::new(), 0);
                    for round in 0..ROUNDS {
                        let message = format!("publisher {publisher}, round {round}");
                        let document = DOCUMENT.replacen("\"owner\": \"team-web\"", &format!("\"owner\": \"{message}\""), 1);
                        let args = ["publish", "-", "--store", store, "--env", "production", "--message", &message];
                        let ran = halyard_with(&args, document.as_bytes());
                        match ran.code {
                            0 => landed.push(message),
                            3 => lost += 1,
                            _ => panic!("{ran:#?}"),
                        }
                    }
                    (landed, lost)
                })
            })
            .collect();
        publishers.into_iter().map(|publisher| publisher.join().unwrap()).collect()
    });
    let landed: BTreeSet<String> = told.iter().flat_map(|(landed, _)| landed.clone()).collect();
    let lost: usize = told.iter().map(|(_, lost)| lost).sum();
    assert_eq!(landed.len() + lost, PUBLISHERS * ROUNDS);
    assert!(landed.len() >= ROUNDS, "somebody wins each race: {} landed", landed.len());

    // The history has exactly those that were told that they landed.
    let log = halyard(&["log", "--store", &store, "--env", "production", "--json", "--limit", "1000"]).exits(0).lines();
    let versions: Vec<u64> = log.iter().map(|record| record["version"].as_u64().unwrap()).collect();
    assert_eq!(versions, (1..=log.len() as u64).rev().collect::<Vec<_>>());
    let logged: BTreeSet<String> =
        log.iter().filter(|record| record["version"] != 1).map(|record| record["message"].as_str().unwrap().to_owned()).collect();
    assert_eq!(logged, landed);
    assert_eq!(log.len(), landed.len() + 1);

    assert_eq!(chain(folder.path()), log.len());
}

#[test]
fn a_publisher_killed_at_any_moment_leaves_a_whole_history() {
    let folder = tempfile::tempdir().unwrap();
    let store = format!("file://{}", text(folder.path()));
    halyard(&["init", "--store", &store, "--name", "Acme", "--admin", "ann@acme.example"]).exits(0);
    let document = folder.path().join("draft.json");
    for round in 0..60_u64 {
        std::fs::write(&document, DOCUMENT.replacen("\"owner\": \"team-web\"", &format!("\"owner\": \"team-{round}\""), 1)).unwrap();
        let args = ["publish", &text(&document), "--store", &store, "--env", "production", "--message", "m"];
        let mut child = command(&args).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_micros(round * 700));
        child.kill().unwrap();
        child.wait().unwrap();
        let versions = chain(folder.path());
        // Trying again is safe: the lock died with its holder, and half a publish is none.
        halyard(&args).exits(0);
        let after = chain(folder.path());
        assert!(after - versions <= 1, "{versions} became {after}");
    }
    assert_eq!(chain(folder.path()), 61);
}

/// Walks from the head back: each record names its parent, and its document is there. How many versions there are.
fn chain(folder: &Path) -> usize {
    let environment = folder.join("environments/production");
    let read = |path: &str| -> Value { serde_json::from_str(&std::fs::read_to_string(environment.join(path)).unwrap()).unwrap() };
    let mut version = read("head.json")["version"].as_u64().unwrap();
    let mut next = read("head.json")["record"].as_str().map(str::to_owned);
    let length = usize::try_from(version).unwrap();
    while let Some(name) = next {
        let record = read(&format!("records/{name}.json"));
        assert_eq!(record["version"], version);
        assert!(environment.join(format!("documents/{}.json", record["document"].as_str().unwrap())).exists());
        next = record["parent"].as_str().map(str::to_owned);
        version -= 1;
    }
    assert_eq!(version, 0, "the chain ends at version 1");
    length
}
