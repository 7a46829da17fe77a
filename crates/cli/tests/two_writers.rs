//! Several people publish to one environment: what one of them changed alone is kept, what two changed is said, and an answer that is
//! lost on the way makes no second version.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test that fails may panic, and hosts a node"
)]

mod common;

use common::node::{CUT, node, serve, with_token};
use common::{DOCUMENT, Project, with};
use halyard_edge::Response;
use serde_json::{Value, json};

/// What Ann makes of the first document: another owner of one flag, and a rule behind the others.
fn anns() -> String {
    with("\"owner\": \"team-checkout\"", "\"owner\": \"team-cart\"").replacen(
        "\"serve\": \"on\" }\n      ],",
        "\"serve\": \"on\" },\n        { \"id\": \"dutch\", \"when\": { \"attribute\": \"country\", \"is\": [\"NL\"] }, \"serve\": \"on\" }\n      ],",
        1,
    )
}

/// What Bob makes of it: a rule in front, a flag switched off, another owner of a flag.
fn bobs() -> String {
    with(
        "\"rules\": [\n",
        "\"rules\": [\n        { \"id\": \"testers\", \"when\": { \"attribute\": \"tester\", \"is\": [true] }, \"serve\": \"on\" },\n",
    )
    .replacen("\"purpose\": \"operational\", \"owner\": \"team-web\"", "\"purpose\": \"operational\", \"owner\": \"team-find\"", 1)
    .replacen(
        "\"offVariant\": \"off\", \"otherwise\": \"on\"",
        "\"offVariant\": \"off\", \"enabled\": false, \"otherwise\": \"on\"",
        1,
    )
}

fn rules(document: &Value) -> Vec<&str> {
    document["flags"]["new-checkout"]["rules"].as_array().unwrap().iter().map(|rule| rule["id"].as_str().unwrap()).collect()
}

/// A project at version 2, the first document.
fn begun() -> Project {
    let project = Project::new();
    project.publish(DOCUMENT, &[]).exits(0).says("version 2 of production");
    project
}

#[test]
fn what_two_people_change_apart_is_merged() {
    let project = begun();
    project.publish(&bobs(), &["--from", "2"]).exits(0);
    let ran = project.publish(&anns(), &["--from", "2"]).exits(0).says("version 3 is the current one, not version 2");
    let ran = ran.says("flag `search` is switched off for everyone").says("version 4 of production, 2 changes");
    assert_eq!(ran.out.lines().count(), 2, "only Ann's changes are hers: {ran:#?}");
    assert!(ran.out.contains("rule `dutch` of flag `new-checkout` is new"), "{ran:#?}");

    let document = project.document();
    assert_eq!(rules(&document), ["testers", "staff-first", "from-december", "dutch"]);
    let flags = &document["flags"];
    assert_eq!((&flags["new-checkout"]["owner"], &flags["search"]["owner"]), (&json!("team-cart"), &json!("team-find")));
    assert_eq!(flags["search"]["enabled"], false);
    let kinds: Vec<Value> = project.log(&["--limit", "1"])[0]["changes"].as_array().unwrap().iter().map(|c| c["kind"].clone()).collect();
    assert_eq!(kinds, ["flag.describe", "flag.rules"]);
}

#[test]
fn a_file_can_say_what_a_document_began_as() {
    let project = begun();
    project.publish(&bobs(), &[]).exits(0);
    let before = project.file("before.json", DOCUMENT);
    let file = project.file("mine.json", &anns());
    let args = ["publish", &file, "--from", &before, "--message", "m"];
    project.run(&args).exits(0).says("not `").says("mine.json` does not have what others published up to version 3");
    assert_eq!(rules(&project.document()), ["testers", "staff-first", "from-december", "dutch"]);
    // Once more: all of it is there already.
    assert_eq!(project.run(&args).exits(0).says("nothing changed").out, "");
    assert_eq!(project.log(&[]).len(), 4);
    project.publish(&anns(), &["--from", "no-such-file.json"]).exits(2).says("no-such-file.json");
    project.publish(&anns(), &["--from", "-"]).exits(2).says("only one input can be `-`");
    project.publish(&anns(), &["--from", "99"]).exits(2).says("99");
}

#[test]
fn without_from_the_document_is_taken_as_it_is() {
    let project = begun();
    project.publish(&bobs(), &[]).exits(0);
    let ran = project.publish(DOCUMENT, &[]).exits(0);
    assert!(ran.out.contains("flag `search` is switched on"), "{ran:#?}");
    assert_eq!(project.document(), serde_json::from_str::<Value>(&canonical(DOCUMENT)).unwrap());
}

/// A document as `get` writes it.
fn canonical(document: &str) -> String {
    halyard_core::read(document.as_bytes(), halyard_core::check::Cap::Reader).checked.unwrap().to_json().pretty()
}

#[test]
fn what_both_changed_is_said_with_both_sides_until_somebody_chooses() {
    let project = begun();
    let owned = |owner: &str, description: &str| {
        with("\"owner\": \"team-checkout\"", &format!("\"owner\": \"{owner}\", \"description\": \"{description}\""))
    };
    project.publish(&owned("team-bob", "Bob's"), &["--from", "2"]).exits(0);
    let mine = owned("team-ann", "Ann's").replacen("\"otherwise\": \"on\"", "\"otherwise\": \"off\"", 1);
    let ran = project.publish(&mine, &["--from", "2"]).exits(3);
    let ran = ran.says("2 clashes").says("clash at flags › new-checkout › owner").says("owner is now `team-ann` (was `team-checkout`)");
    ran.says("owner is now `team-bob` (was `team-checkout`)").says("--prefer mine").says("--from 3");
    assert_eq!(project.log(&[]).len(), 3, "nothing was published");

    let told = project.publish(&mine, &["--from", "2", "--json"]).exits(3).json();
    assert_eq!((&told["version"], told["clashes"].as_array().unwrap().len()), (&json!(3), 2));
    assert_eq!(told["clashes"][1]["path"], json!(["flags", "new-checkout", "owner"]));
    assert_eq!((&told["clashes"][1]["mine"], &told["clashes"][1]["theirs"]), (&json!("team-ann"), &json!("team-bob")));
    assert_eq!(told["taken"][0]["kind"], "flag.otherwise");

    project.publish(&mine, &["--from", "2", "--no-merge"]).exits(3).says("version 3 is the current one, not 2");
    project.publish(&mine, &["--from", "2", "--no-merge", "--prefer", "mine"]).exits(2);
    project.publish(&mine, &["--from", "2", "--prefer", "theirs"]).exits(0).says("2 clashes, theirs stands");
    let flags = &project.document()["flags"];
    assert_eq!((&flags["new-checkout"]["owner"], &flags["search"]["otherwise"]), (&json!("team-bob"), &json!("off")));
    project.publish(&mine, &["--from", "2", "--prefer", "mine"]).exits(0).says("2 clashes, yours stands");
    let flags = &project.document()["flags"];
    assert_eq!((&flags["new-checkout"]["owner"], &flags["new-checkout"]["description"]), (&json!("team-ann"), &json!("Ann's")));
}

#[test]
fn a_merged_document_is_checked_as_any_other() {
    let project = begun();
    let without_segment = with(r#""segments": { "staff": { "when": { "attribute": "email", "endsWith": ["@acme.example"] } } },"#, "")
        .replacen("{ \"segment\": \"staff\" }", "{ \"attribute\": \"email\", \"endsWith\": [\"@acme.example\"] }", 1);
    project.publish(&without_segment, &[]).exits(0);
    let uses_it = with("\"otherwise\": \"on\"", "\"rules\": [{ \"id\": \"s\", \"when\": { \"segment\": \"staff\" }, \"serve\": \"on\" }]");
    project.publish(&uses_it, &["--from", "2"]).exits(1).says("/flags/search/rules/0/when/segment");
    assert_eq!(project.log(&[]).len(), 3);
}

#[test]
fn a_dry_run_says_everything_and_changes_nothing() {
    let project = begun();
    let dry = |document: &str, more: &[&str]| project.publish(document, &[&["--dry-run"], more].concat());
    let ran = dry(&bobs(), &[]).exits(0).says("2 scenarios pass").says("it would be accepted; nothing was published");
    assert!(ran.out.contains("flag `search` is switched off for everyone"), "{ran:#?}");
    let failing = with("{ \"segment\": \"staff\" }, \"serve\": \"on\"", "{ \"segment\": \"staff\" }, \"serve\": \"off\"");
    dry(&failing, &[]).exits(1).says("Staff see the new checkout").says("1 of 2 scenarios pass").says("it would be refused");
    let review = dry(&failing, &["--json"]).exits(1).json();
    assert_eq!((&review["publishable"], review["changes"].as_array().unwrap().len()), (&json!(false), 1));
    dry("{}", &[]).exits(1).says("format");
    // Merged first, as the publish would be.
    project.publish(&bobs(), &[]).exits(0);
    let ran = dry(&anns(), &["--from", "2"]).exits(0).says("2 changes to version 3");
    assert!(!ran.out.contains("search"), "{ran:#?}");
    dry(
        &with("\"purpose\": \"operational\", \"owner\": \"team-web\"", "\"purpose\": \"operational\", \"owner\": \"me\""),
        &["--from", "2"],
    )
    .exits(3)
    .says("clash at flags › search › owner");
    assert_eq!(project.log(&[]).len(), 3);
}

/// A node over the project that loses answers to publishes: `lose` says of each whether it acts before it falls silent.
fn losing(project: &Project, lose: Vec<Option<bool>>, silence: u16) -> String {
    let mut answer = node(project.store());
    let mut lose = lose.into_iter();
    serve(move |request| {
        let is_publish = request.method != "GET";
        match if is_publish { lose.next().flatten() } else { None } {
            None => answer(request),
            Some(acts) => {
                if acts {
                    assert_eq!(answer(request).status, 200);
                }
                Response::bytes(silence, "application/problem+json", b"{}".to_vec())
            }
        }
    })
}

#[test]
fn an_answer_that_is_lost_is_asked_for_again_and_nothing_is_published_twice() {
    for silence in [CUT, 503, 502] {
        let project = begun();
        let token = project.made["token"].as_str().unwrap();
        // The first is cut off before anything happens; the second happens, but its answer is lost.
        let url = losing(&project, vec![Some(false), Some(true), None], silence);
        let args = ["publish", "-", "--store", &url, "--env", "production", "--message", "once"];
        let ran = with_token(&args, token, &bobs()).exits(0).says("asking again (3 of 5)").says("version 3 of production");
        assert!(ran.out.contains("search"), "{ran:#?}");
        let url = losing(&project, vec![Some(true), None], silence);
        let args = ["rollback", "--to", "2", "--store", &url, "--env", "production"];
        with_token(&args, token, "").exits(0).says("version 4 of production");
        let messages: Vec<Value> = project.log(&["--limit", "3"]).iter().map(|record| record["message"].clone()).collect();
        assert_eq!(messages, ["Roll back to version 2", "once", "m"]);
    }
}

#[test]
fn a_store_that_never_answers_is_said_so() {
    let project = begun();
    let url = losing(&project, vec![Some(false); 9], CUT);
    let args = ["publish", "-", "--store", &url, "--env", "production", "--message", "never"];
    with_token(&args, project.made["token"].as_str().unwrap(), &bobs()).exits(3).says("asking again (5 of 5)").says("not known");
    assert_eq!(project.log(&[]).len(), 2);
}

#[test]
fn who_loses_the_race_merges_and_tries_again() {
    let project = begun();
    let mut answer = node(project.store());
    let (url, token) = (project.url.clone(), project.made["token"].as_str().unwrap());
    let mut is_first = true;
    // Bob publishes between Ann's look at the head and her publish.
    let between = serve(move |request| {
        if request.method == "PUT" && std::mem::take(&mut is_first) {
            common::halyard_with(&["publish", "-", "--store", &url, "--env", "production", "--message", "Bob's"], bobs().as_bytes())
                .exits(0);
        }
        answer(request)
    });
    let args = ["publish", "-", "--store", &between, "--env", "production", "--message", "Ann's"];
    with_token(&args, token, &anns()).exits(0).says("version 4 of production, 2 changes");
    assert_eq!(rules(&project.document()), ["testers", "staff-first", "from-december", "dutch"]);
    let messages: Vec<Value> = project.log(&["--limit", "2"]).iter().map(|record| record["message"].clone()).collect();
    assert_eq!(messages, ["Ann's", "Bob's"]);
}

#[test]
fn changes_that_are_not_somebodys_to_make_are_refused_by_name_and_it_is_said_who_may() {
    let project = begun();
    let secret = format!("halyard_token_{}", "A".repeat(43));
    let hash = halyard_core::document::digest(secret.as_bytes());
    let about = ["--store", &project.url, "--project"];
    let mut people = common::halyard(&[&["get"][..], &about].concat()).exits(0).json();
    people["tokens"]["launcher"] = json!({
        "description": "", "roles": { "production": ["releaser"] }, "hash": hash.trim_start_matches("sha256-"),
        "created": "2026-11-01", "createdBy": "ann@acme.example", "expires": "2126-11-01T00:00:00Z" });
    let args = [&["publish", "-", "--message", "A token that may release"][..], &about].concat();
    common::halyard_with(&args, people.to_string().as_bytes()).exits(0);

    let url = serve(node(project.store()));
    let args = ["publish", "-", "--store", &url, "--env", "production", "--message", "m", "--from", "2"];
    let ran = with_token(&args, &secret, &bobs()).exits(1).says("not allowed: flag `search` is switched off for everyone");
    let ran = ran.says("who may: ").says("ann@acme.example (admin)").says("rule `testers` of flag `new-checkout` is new");
    assert!(!ran.err.contains(&secret));
    let dry = [&args[..], &["--dry-run"]].concat();
    with_token(&dry, &secret, &bobs()).exits(1).says("not allowed: flag `search`").says("it would be refused");
    let review = with_token(&[&dry[..], &["--json"]].concat(), &secret, &bobs()).exits(1).json();
    assert_eq!((&review["publishable"], review["refusals"].as_array().unwrap().len()), (&json!(false), 3));
    assert_eq!(project.log(&[]).len(), 2);
}
