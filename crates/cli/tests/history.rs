//! What a history is asked for: filters, exports, parts of it rolled back, whether it is whole, and the project's own.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test that fails may panic")]

mod common;

use std::path::PathBuf;

use common::{DOCUMENT, Project, Ran, halyard, halyard_with, with};
use serde_json::Value;

fn versions(records: &[Value]) -> Vec<u64> {
    records.iter().map(|record| record["version"].as_u64().unwrap()).collect()
}

/// Version 2 is the first document, 3 switches `search` off, 4 adds a release of `new-checkout`, 5 opens it.
fn grown() -> Project {
    let project = Project::new();
    let off = with("\"offVariant\": \"off\", \"otherwise\": \"on\"", "\"offVariant\": \"off\", \"enabled\": false, \"otherwise\": \"on\"");
    let release = |stage: &str| {
        let release = format!(
            r#""releases": {{ "revamp": {{ "title": "Revamp", "owner": "o", "flags": [{{ "flag": "new-checkout", "variant": "on" }}],
               "stages": [{{ "name": "everyone", "audience": {{ "all": [] }} }}] {stage} }} }}, "scenarios""#
        );
        off.replacen("\"scenarios\"", &release, 1)
    };
    let opened = r#", "stage": "everyone""#;
    for (document, message) in
        [(DOCUMENT.to_owned(), "=HYPERLINK(\"x\")"), (off.clone(), "INC-7, off"), (release(""), "plan"), (release(opened), "go\nnow")]
    {
        // Everyone has the new checkout from now on: the scenario that said otherwise is out of date.
        let document = if message.starts_with("go") {
            document.replacen("{ \"new-checkout\": \"off\" }", "{ \"new-checkout\": \"on\" }", 1)
        } else {
            document
        };
        project.run_with(&["publish", "-", "--message", message], &document).exits(0);
    }
    project
}

#[test]
fn the_history_is_filtered_by_flag_release_person_kind_and_time() {
    let project = grown();
    let found = |more: &[&str]| versions(&project.log(more));
    assert_eq!(found(&[]), [5, 4, 3, 2, 1]);
    assert_eq!(found(&["--flag", "search"]), [3, 2]);
    assert_eq!(found(&["--flag", "new-checkout"]), [5, 4, 2], "and where a release took it up, and went on");
    assert_eq!(found(&["--release", "revamp"]), [5, 4]);
    assert_eq!(found(&["--kind", "flag.disable"]), [3]);
    assert_eq!(found(&["--kind", "release.*"]), [5, 4]);
    assert_eq!(found(&["--by", "tester", "--kind", "flag.*", "--limit", "1"]), [3]);
    assert!(found(&["--by", "nobody"]).is_empty());
    assert!(found(&["--since", "2026-01-01", "--until", "2026-01-02T00:00:00Z"]).is_empty());
    assert_eq!(found(&["--since", "2026-01-01"]).len(), 5);
    project.run(&["log", "--by", "nobody"]).exits(0).says("nothing in the history is like that");
    project.run(&["log", "--since", "yesterday"]).exits(2).says("not a time");
    project.run(&["log", "--kind", "flag.dissable"]).exits(1);
}

#[test]
fn a_history_is_exported_whole_and_no_cell_is_a_formula() {
    let project = grown();
    let csv = project.run(&["log", "--format", "csv"]).exits(0).out;
    let rows = table(&csv);
    assert_eq!(rows[0], ["version", "at", "by", "via", "message", "kind", "path", "sentence", "marks"]);
    let changes: usize = project.log(&[]).iter().map(|record| record["changes"].as_array().unwrap().len().max(1)).sum();
    assert_eq!(rows.len(), changes + 1, "a row for each change");
    assert!(rows.iter().all(|row| row.len() == 9));
    let opened = rows.iter().find(|row| row[5] == "release.open").unwrap();
    assert_eq!((opened[0].as_str(), opened[3].as_str(), opened[4].as_str()), ("5", "cli", "go\nnow"));
    assert!(rows.iter().any(|row| row[4] == "'=HYPERLINK(\"x\")"), "{csv}");
    assert!(csv.contains("\"'=HYPERLINK(\"\"x\"\")\""), "{csv}");
    let ndjson = project.run(&["log", "--format", "ndjson"]).exits(0);
    assert_eq!(ndjson.lines(), project.log(&[]));
    assert_eq!(table(&project.run(&["log", "--format", "csv", "--kind", "flag.disable"]).exits(0).out).len(), 2);
}

/// Reads RFC 4180.
fn table(csv: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut chars = csv.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => cell.push(chars.next().unwrap()),
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut cell)),
            '\r' if !quoted => assert_eq!(chars.peek(), Some(&'\n')),
            '\n' if !quoted => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            c => cell.push(c),
        }
    }
    assert!(cell.is_empty() && row.is_empty() && !quoted, "the last line ends");
    rows
}

#[test]
fn pages_do_not_show() {
    let project = Project::new();
    for round in 0..60 {
        project.publish(&with("\"owner\": \"team-checkout\"", &format!("\"owner\": \"team-{round}\"")), &[]).exits(0);
    }
    assert_eq!(versions(&project.log(&[])), (1..=61).rev().collect::<Vec<_>>());
    assert_eq!(versions(&project.log(&["--limit", "55"])).len(), 55);
    assert_eq!(project.run(&["log"]).exits(0).out.matches("version ").count(), 20);
    assert_eq!(versions(&project.log(&["--kind", "flag.create"])), [2], "far down");
}

#[test]
fn one_flag_or_release_is_rolled_back_alone() {
    let project = grown();
    project.run(&["rollback", "--to", "2", "--flag", "search", "--message", "Search again"]).exits(0).says("version 6");
    let document = project.document();
    assert_eq!(document["flags"]["search"].get("enabled"), None);
    assert!(document["releases"]["revamp"]["stage"] == "everyone", "all else stays");
    project.run(&["rollback", "--to", "4", "--release", "revamp"]).exits(0);
    assert_eq!(project.document()["releases"]["revamp"].get("stage"), None);
    assert_eq!(project.log(&["--limit", "1"])[0]["message"], "Roll back release revamp to version 4");
    project.run(&["rollback", "--to", "2", "--release", "revamp"]).exits(1).says("revamp");
    project.run(&["rollback", "--to", "2", "--release", "revamp", "--flag", "search"]).exits(2);
}

/// The object of a version: its record or its document.
fn object(project: &Project, version: u64, kind: &str) -> PathBuf {
    let folder = project.store().join("environments/production");
    let record = std::fs::read_dir(folder.join("records")).unwrap().map(|entry| entry.unwrap().path());
    // By the length of a name that has a hash in it: a test may have put something else beside it.
    let is_record = |path: &PathBuf| {
        let name = path.file_name().unwrap().to_str().unwrap();
        name.starts_with(&format!("{version:08}-")) && name.len() == "00000001-.json".len() + 64
    };
    let record = record.into_iter().find(is_record).unwrap();
    if kind == "record" {
        return record;
    }
    let told: Value = serde_json::from_slice(&std::fs::read(record).unwrap()).unwrap();
    folder.join(format!("documents/{}.json", told["document"].as_str().unwrap()))
}

#[test]
fn verify_says_what_was_altered_or_is_missing_or_belongs_to_no_version() {
    let project = grown();
    let verify = |more: &[&str]| -> Ran { project.run(&[&["log", "--verify"], more].concat()) };
    assert_eq!(verify(&[]).exits(0).out, "5 versions: whole\n");

    let stray = project.store().join("environments/production/records/00000003-stray.json");
    std::fs::write(&stray, "{}").unwrap();
    let ran = verify(&[]).exits(0).says("00000003-stray");
    assert!(ran.out.contains("1 object in no version"), "{ran:#?}");

    let record = object(&project, 3, "record");
    let whole = std::fs::read(&record).unwrap();
    std::fs::write(&record, String::from_utf8(whole.clone()).unwrap().replace("INC-7", "INC-8")).unwrap();
    let ran = verify(&[]).exits(1);
    assert!(ran.out.contains("00000003-") && ran.out.contains("fault"), "{ran:#?}");
    std::fs::write(&record, whole).unwrap();

    std::fs::remove_file(object(&project, 2, "document")).unwrap();
    let told = verify(&["--json"]).exits(1).json();
    assert_eq!((&told["version"], &told["faults"][0]["sort"], &told["faults"][0]["version"]), (&5.into(), &"missing".into(), &2.into()));
    assert_eq!(told["orphans"].as_array().unwrap().len(), 1);
    verify(&["--flag", "search"]).exits(2);
}

#[test]
fn the_projects_own_document_is_got_published_logged_and_rolled_back_alike() {
    let project = Project::new();
    let run = |args: &[&str], stdin: &str| halyard_with(&[args, &["--store", &project.url, "--project"]].concat(), stdin.as_bytes());
    let got = run(&["get"], "").exits(0).out;
    let renamed = got.replacen("\"Acme\"", "\"Acme & Co\"", 1);
    assert_ne!(got, renamed);
    let ran = run(&["publish", "-", "--message", "A new name", "--dry-run"], &renamed).exits(0).says("nothing was published");
    assert!(ran.out.contains("Acme & Co"), "{ran:#?}");
    run(&["publish", "-", "--message", "A new name", "--from", "1"], &renamed).exits(0).says("version 2 of the project");
    run(&["publish", "-", "--message", "Too late", "--from", "1"], &got).exits(3).says("version 2 is the current one, not 1");
    run(&["publish", "-", "--message", "Nobody left"], &got.replace("\"admin\"", "\"viewer\"")).exits(1);
    run(&["rollback", "--to", "1"], "").exits(0).says("version 3 of the project");
    assert_eq!(run(&["get"], "").exits(0).out, got);
    let log = run(&["log", "--json"], "").exits(0).lines();
    assert_eq!(versions(&log), [3, 2, 1]);
    assert_eq!(log[1]["changes"][0]["kind"], "project.rename");
    assert!(run(&["log"], "").exits(0).out.contains("A new name"));
    assert_eq!(run(&["log", "--verify"], "").exits(0).out, "3 versions: whole\n");
    run(&["log", "--flag", "search"], "").exits(2);
    halyard(&["get", "--store", &project.url]).exits(2).says("--env <NAME>").says("--project");
    halyard(&["get", "--store", &project.url, "--env", "production", "--project"]).exits(2);
}

#[test]
fn a_document_got_reads_back_as_the_same_and_gives_the_same_bytes() {
    let project = Project::new();
    halyard(&["init", "--store", &format!("{}-demo", project.url), "--name", "Shop", "--admin", "a@b.example", "--demo"]).exits(0);
    let url = format!("{}-demo", project.url);
    for version in ["1", "5", "8"] {
        let get = || halyard(&["get", "--store", &url, "--env", "production", "--version", version]).exits(0).out;
        let text = get();
        assert_eq!(text, get());
        assert!(text.ends_with("}\n") && !text.contains("\"$schema\""), "{text}");
        halyard_with(&["check", "-"], text.as_bytes()).exits(0);
        // Published elsewhere and got again: the same bytes.
        let args = ["publish", "-", "--store", &project.url, "--env", "production", "--message", version];
        halyard_with(&args, text.as_bytes()).exits(0);
        assert_eq!(project.run(&["get"]).exits(0).out, text);
    }
    // A small change is a small difference of lines.
    let old = project.run(&["get"]).exits(0).out;
    let mut document: Value = serde_json::from_str(&old).unwrap();
    document["flags"]["new-search"]["owner"] = "team-else".into();
    project.publish(&document.to_string(), &[]).exits(0);
    let new = project.run(&["get"]).exits(0).out;
    assert_eq!(old.lines().zip(new.lines()).filter(|(old, new)| old != new).count(), 1);
    let file = project.folder.path().join("got.json");
    let output = project.run(&["get", "--output", &common::text(&file)]).exits(0).says("--from 5");
    assert_eq!((output.out.as_str(), std::fs::read_to_string(file).unwrap()), ("5\n", new));
}
