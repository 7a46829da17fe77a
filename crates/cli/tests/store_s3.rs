//! A project in a bucket behind S3's API, on the real binary and moto's server: each command as on a folder, and two publishers at once.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test that fails may panic")]

mod common;
#[path = "../src/store/suite/server.rs"]
mod server;

/// The store suite's part that is about whole commands; `cargo xtask test` knows its tests by this name.
mod suite {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::common::{DOCUMENT, Ran, command, finish};
    use super::server;

    const PUBLISHERS: usize = 2;
    const ROUNDS: usize = 8;

    /// A new bucket's URL; none: there is no server here, and `skipped: …` has been said.
    fn bucket() -> Option<String> {
        let (endpoint, number) = (server::s3()?, server::next());
        ureq::put(format!("{endpoint}/bucket-{number}")).send_empty().unwrap();
        Some(format!("s3://bucket-{number}?endpoint={endpoint}&region=eu-west-1"))
    }

    fn halyard(args: &[&str], stdin: &str) -> Ran {
        let mut command = command(args);
        command.env("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE").env("AWS_SECRET_ACCESS_KEY", "hunter2").env("AWS_SESSION_TOKEN", "of-the-day");
        let ran = finish(command, stdin.as_bytes());
        let said = format!("{}{}", ran.out, ran.err);
        assert!(!["AKIAEXAMPLE", "hunter2", "of-the-day", "X-Amz"].iter().any(|secret| said.contains(secret)), "{said}");
        ran
    }

    fn init(store: &str) -> Ran {
        halyard(&["init", "--store", store, "--name", "Acme", "--admin", "ann@acme.example", "--json"], "")
    }

    fn log(store: &str) -> Vec<Value> {
        halyard(&["log", "--store", store, "--env", "production", "--json", "--limit", "1000"], "").exits(0).lines()
    }

    #[test]
    fn every_command_works_on_a_bucket_as_on_a_folder() {
        let Some(store) = bucket() else { return };
        let at = |args: &[&str], stdin: &str| halyard(&[args, &["--store", &store, "--env", "production"]].concat(), stdin);
        at(&["log"], "").exits(3).says("no project").says("halyard init --store \"s3://");
        assert!(init(&store).exits(0).json()["token"].as_str().unwrap().starts_with("halyard_token_"));
        init(&store).exits(3).says("already");
        at(&["publish", "-", "--message", "Our first flags"], DOCUMENT).exits(0);
        at(&["publish", "-", "--message", "Fewer"], "{\"format\":1}").exits(0);
        at(&["rollback", "--to", "2", "--message", "They are needed"], "").exits(0);
        let got: Value = serde_json::from_str(&at(&["get"], "").exits(0).out).unwrap();
        assert_eq!(got["flags"].as_object().unwrap().len(), 3);
        assert_eq!(at(&["get", "--version", "3"], "").exits(0).out, "{\n  \"format\": 1\n}\n");
        let log = log(&store);
        let told: Vec<_> = log.iter().map(|record| (record["version"].as_u64().unwrap(), record["by"].as_str().unwrap())).collect();
        assert_eq!(told[..3], [(4, "tester"), (3, "tester"), (2, "tester")]);
        let link = halyard(&["link", "--store", &store, "--person", "ann@acme.example"], "").exits(0).out;
        assert!(link.starts_with("/sign-in#halyard_link_"), "{link}");
        halyard(&["log", "--store", &store, "--env", "qa"], "").exits(2).says("it has `production`");
        halyard(&["log", "--store", &store, "--env", "../project"], "").exits(2).says("no environment");
    }

    #[test]
    fn whose_fault_it_is_shows_in_the_exit_code() {
        let Some(store) = bucket() else { return };
        let asked = |url: &str| halyard(&["log", "--store", url, "--env", "production"], "");
        asked(&store.replace("s3://bucket", "s3://else")).exits(3).says("no such bucket");
        asked("s3://flags/acme?endpoint=http://127.0.0.1:1").exits(3).says("nothing answers there");
        asked("s3://flags/acme").exits(2).says("`?region=");
        asked("s3://flags/acme?endpoint=flags.example").exits(2).says("`endpoint=`");
        let mut without = command(&["log", "--store", &store, "--env", "production"]);
        without.env_remove("AWS_ACCESS_KEY_ID").env_remove("AWS_SECRET_ACCESS_KEY");
        finish(without, b"").exits(2).says("AWS_ACCESS_KEY_ID");
    }

    #[test]
    fn of_two_who_publish_at_once_nobody_s_change_is_lost() {
        let Some(store) = bucket() else { return };
        init(&store).exits(0);
        halyard(&["publish", "-", "--message", "begin", "--store", &store, "--env", "production"], DOCUMENT).exits(0);
        let mut landed: Vec<String> = Vec::new();
        for round in 0..ROUNDS {
            let ready = std::sync::Barrier::new(PUBLISHERS);
            std::thread::scope(|scope| {
                let publishers = (0..PUBLISHERS).map(|publisher| {
                    let (store, ready) = (&store, &ready);
                    scope.spawn(move || {
                        let message = format!("publisher {publisher}, round {round}");
                        // Both change the same field, so that no merge can take both.
                        let document = DOCUMENT.replacen("\"owner\": \"team-web\"", &format!("\"owner\": \"{message}\""), 1);
                        ready.wait();
                        let ran = halyard(&["publish", "-", "--store", store, "--env", "production", "--message", &message], &document);
                        match ran.code {
                            0 => Some(message),
                            _ => {
                                assert_eq!(ran.exits(3).out, "", "who lost says so on stderr");
                                None
                            }
                        }
                    })
                });
                let publishers: Vec<_> = publishers.collect();
                landed.extend(publishers.into_iter().filter_map(|publisher| publisher.join().unwrap()));
            });
        }
        assert!(landed.len() >= ROUNDS, "somebody wins each race: {landed:?}");
        let log = log(&store);
        let logged: Vec<&str> =
            log.iter().map(|record| record["message"].as_str().unwrap()).filter(|said| said.contains("round")).collect();
        assert_eq!(logged.iter().copied().collect::<BTreeSet<_>>(), landed.iter().map(String::as_str).collect());
        assert_eq!(logged.len(), landed.len(), "nothing is published twice");
        let versions: Vec<u64> = log.iter().map(|record| record["version"].as_u64().unwrap()).collect();
        assert_eq!(versions, (1..=log.len() as u64).rev().collect::<Vec<_>>());
    }
}
