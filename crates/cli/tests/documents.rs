//! The commands that need no store: check, eval, explain, diff and test, on the real binary.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test that fails may panic")]

mod common;

use common::{DOCUMENT, files, halyard, halyard_with, text};

const AT: &str = "2026-11-15T12:00:00Z";

fn changed(from: &str, to: &str) -> String {
    assert!(DOCUMENT.contains(from), "the document has no `{from}`");
    DOCUMENT.replace(from, to)
}

#[test]
fn help_and_usage_errors_have_their_exit_codes() {
    let help = halyard(&["--help"]).exits(0);
    for command in ["check", "eval", "explain", "diff", "image", "test", "init", "log", "get", "publish", "rollback", "link", "Exit codes"]
    {
        assert!(help.out.contains(command), "{command}");
    }
    for command in ["check", "eval", "explain", "diff", "image", "test", "init", "log", "get", "publish", "rollback", "link"] {
        assert!(halyard(&[command, "--help"]).exits(0).out.contains("Examples:"), "{command}");
        halyard(&[command]).exits(2).says("Usage:");
    }
    halyard(&[]).exits(2);
    halyard(&["fly"]).exits(2);
    halyard(&["check", "-", "--loud"]).exits(2);
    halyard(&["eval", "-", "--requests", "x", "--at", "noon"]).exits(2).says("2026-12-01T09:00:00Z");
    halyard(&["check", "no-such-file.json"]).exits(2).says("there is no such file");
    halyard(&["check", env!("CARGO_MANIFEST_DIR")]).exits(2).says("it is a folder");
}

#[test]
fn check_says_nothing_on_stdout_about_a_good_document() {
    let folder = files(&[("good.json", DOCUMENT)]);
    let ran = halyard(&["check", &text(&folder.path().join("good.json"))]).exits(0).says("fine");
    assert_eq!(ran.out, "");
    assert_eq!(halyard_with(&["check", "-", "--json"], DOCUMENT.as_bytes()).exits(0).json(), serde_json::json!([]));
}

#[test]
fn check_says_every_problem_with_its_place() {
    let bad = changed("\"segment\": \"staff\"", "\"segment\": \"crew\"").replace("\"serve\": \"on\" }\n", "\"serve\": \"yes\" }\n");
    let ran = halyard_with(&["check", "-"], bad.as_bytes()).exits(1);
    let problems = halyard_with(&["check", "-", "--json"], bad.as_bytes()).exits(1).json();
    let problems = problems.as_array().unwrap();
    assert!(problems.len() >= 2, "{problems:#?}");
    assert_eq!(ran.out.lines().count(), problems.len());
    for (line, problem) in ran.out.lines().zip(problems) {
        let (pointer, message) = (problem["pointer"].as_str().unwrap(), problem["message"].as_str().unwrap());
        assert!(line.starts_with(&format!("{pointer}: {message}")), "{line}");
        for field in ["level", "code", "hint"] {
            assert!(problem[field].is_string(), "{problem}");
        }
    }
    assert!(ran.out.contains("/flags/new-checkout/rules/0/when"), "{}", ran.out);
    assert!(ran.out.contains("/flags/new-checkout/rules/1/serve"), "{}", ran.out);
}

#[test]
fn a_warning_is_marked_and_refuses_nothing() {
    let unexpiring = changed(r#""created": "2026-11-01", "expires": "2026-12-20","#, r#""created": "2026-11-01","#);
    let ran = halyard_with(&["check", "-"], unexpiring.as_bytes()).exits(0);
    assert!(ran.out.lines().count() >= 2 && ran.out.lines().all(|line| line.ends_with("[warning]")), "{}", ran.out);
    let problems = halyard_with(&["check", "-", "--json"], unexpiring.as_bytes()).exits(0).json();
    assert!(problems.as_array().unwrap().iter().all(|problem| problem["level"] == "warning"));
}

#[test]
fn eval_answers_a_line_each_in_order() {
    let requests = r#"{"flag": "new-checkout", "context": {"targetingKey": "u1", "email": "ann@acme.example"}}
{"flag": "new-checkout", "context": {"targetingKey": "u2"}}

{"flag": "new-checkout", "context": {"targetingKey": "u2"}, "at": "2026-12-01T00:00:00Z"}
{"flag": "no-such-flag", "context": {}, "at": null}
"#;
    let folder = files(&[("document.json", DOCUMENT), ("requests.ndjson", requests)]);
    let (document, file) = (text(&folder.path().join("document.json")), text(&folder.path().join("requests.ndjson")));
    let ran = halyard(&["eval", &document, "--requests", &file, "--at", AT]).exits(0);
    let expected = [
        serde_json::json!({"flag": "new-checkout", "variant": "on", "value": true, "reason": "TARGETING_MATCH", "metadata": {"rule": "staff-first"}}),
        serde_json::json!({"flag": "new-checkout", "variant": "off", "value": false, "reason": "DEFAULT"}),
        serde_json::json!({"flag": "new-checkout", "variant": "on", "value": true, "reason": "TARGETING_MATCH", "metadata": {"rule": "from-december"}}),
        serde_json::json!({"flag": "no-such-flag", "reason": "ERROR", "errorCode": "FLAG_NOT_FOUND"}),
    ];
    assert_eq!(ran.lines(), expected);
    assert_eq!(ran.err, "");
    // Either may come from stdin, and the last line needs no end.
    let same = halyard_with(&["eval", "-", "--requests", &file, "--at", AT], DOCUMENT.as_bytes()).exits(0);
    assert_eq!(same.out, ran.out);
    let same = halyard_with(&["eval", &document, "--requests", "-", "--at", AT], requests.trim_end().as_bytes()).exits(0);
    assert_eq!(same.out, ran.out);
    halyard(&["eval", "-", "--requests", "-"]).exits(2).says("one stdin");
}

#[test]
fn eval_without_a_time_evaluates_now() {
    let requests = br#"{"flag": "new-checkout", "context": {"targetingKey": "u2"}}"#;
    let past = DOCUMENT.replace("\"after\": \"2026-12-01T00:00:00Z\"", "\"after\": \"2020-01-01T00:00:00Z\"");
    let future = DOCUMENT.replace("\"after\": \"2026-12-01T00:00:00Z\"", "\"after\": \"9999-01-01T00:00:00Z\"");
    let folder = files(&[("past.json", &past), ("future.json", &future)]);
    for (name, value) in [("past.json", true), ("future.json", false)] {
        let ran = halyard_with(&["eval", &text(&folder.path().join(name)), "--requests", "-"], requests).exits(0);
        assert_eq!(ran.lines()[0]["value"], value);
    }
}

#[test]
fn a_bad_line_is_answered_by_its_number_and_the_rest_still_runs() {
    let long = format!(r#"{{"flag": "search", "context": {{"targetingKey": "{}"}}}}"#, "x".repeat(300_000));
    let cases: [(&[u8], &str); 13] = [
        (b"{\"flag\": \"search\", \"context\"", "not JSON"),
        (b"\xff\xfe", "UTF-8"),
        (b"[]", "must be an object"),
        (b"{\"context\": {}}", "`flag`"),
        (b"{\"flag\": 5, \"context\": {}}", "`flag` must be a string"),
        (b"{\"flag\": \"search\"}", "`context`"),
        (b"{\"flag\": \"search\", \"context\": []}", "context must be an object"),
        (b"{\"flag\": \"search\", \"context\": {\"a\": 1, \"a\": 2}}", "twice"),
        (b"{\"flag\": \"search\", \"context\": {}, \"at\": \"noon\"}", "`at`"),
        (b"{\"flag\": \"search\", \"context\": {}, \"at\": 5}", "`at`"),
        (b"{\"flag\": \"search\", \"context\": {}, \"when\": 5}", "`when`"),
        (b"{} {}", "not JSON"),
        (long.as_bytes(), "longer than"),
    ];
    let deep = format!(r#"{{"flag": "search", "context": {{"a": {}"#, "[".repeat(100_000));
    let folder = files(&[("document.json", DOCUMENT)]);
    let good = br#"{"flag": "search", "context": {}}"#;
    for (line, words) in cases.into_iter().chain([(deep.as_bytes(), "not JSON")]) {
        let requests = [good, &b"\n \t\r\n"[..], line, b"\n", good].concat();
        let ran = halyard_with(&["eval", &text(&folder.path().join("document.json")), "--requests", "-"], &requests).exits(1);
        let answers = ran.lines();
        assert_eq!(answers.len(), 3, "{ran:#?}");
        assert_eq!((&answers[0]["value"], &answers[2]["value"]), (&true.into(), &true.into()));
        assert!(ran.out.lines().nth(1).unwrap().starts_with("{\"line\":3,\"error\":\""), "{}", ran.out);
        assert!(answers[1]["error"].as_str().unwrap().contains(words), "`{words}` is not in {}", answers[1]);
        assert_eq!(answers[1].as_object().unwrap().len(), 2);
    }
}

#[test]
fn eval_streams_a_hundred_thousand_lines() {
    use std::fmt::Write as _;
    let mut requests = String::new();
    for user in 0..100_000 {
        writeln!(requests, r#"{{"flag": "layout", "context": {{"targetingKey": "user-{user}"}}}}"#).unwrap();
    }
    let folder = files(&[("document.json", DOCUMENT)]);
    let ran = halyard_with(&["eval", &text(&folder.path().join("document.json")), "--requests", "-"], requests.as_bytes()).exits(0);
    assert_eq!(ran.out.lines().count(), 100_000);
    let a = ran.out.lines().filter(|line| line.contains("\"variant\":\"a\"")).count();
    assert!((49_000..51_000).contains(&a), "an even split gave {a} of 100,000");
}

#[test]
fn eval_answers_before_its_input_ends() {
    use std::io::{BufRead as _, BufReader, Write as _};
    use std::process::Stdio;
    let folder = files(&[("document.json", DOCUMENT)]);
    let mut child = common::command(&["eval", &text(&folder.path().join("document.json")), "--requests", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let (mut ask, mut answers) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
    for _ in 0..3 {
        ask.write_all(b"{\"flag\": \"search\", \"context\": {}}\n").unwrap();
        let mut line = String::new();
        answers.read_line(&mut line).unwrap();
        assert!(line.contains("\"variant\":\"on\""), "{line}");
    }
    drop(ask);
    assert!(child.wait().unwrap().success());
}

#[test]
fn a_reader_that_leaves_early_is_no_error() {
    use std::io::{Read as _, Write as _};
    use std::process::Stdio;
    let folder = files(&[("document.json", DOCUMENT)]);
    let mut child = common::command(&["eval", &text(&folder.path().join("document.json")), "--requests", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let (mut ask, mut answers) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    ask.write_all(b"{\"flag\": \"search\", \"context\": {}}\n").unwrap();
    answers.read_exact(&mut [0; 10]).unwrap();
    drop(answers);
    // The pipe may break while these are written: that is the point.
    let _ = ask.write_all(&b"{\"flag\": \"search\", \"context\": {}}\n".repeat(10_000));
    drop(ask);
    let ended = child.wait_with_output().unwrap();
    assert_eq!((ended.status.code(), String::from_utf8_lossy(&ended.stderr).as_ref()), (Some(0), ""));
}

#[test]
fn explain_says_why_in_words_and_in_json() {
    let folder = files(&[("document.json", DOCUMENT), ("ann.json", r#"{"targetingKey": "u1", "email": "ann@acme.example"}"#)]);
    let (document, ann) = (text(&folder.path().join("document.json")), format!("@{}", text(&folder.path().join("ann.json"))));
    let ran = halyard(&["explain", &document, "new-checkout", "--context", &ann, "--at", AT]).exits(0);
    assert!(ran.out.starts_with("new-checkout: ") && ran.out.contains("staff-first") && ran.out.contains('✓'), "{}", ran.out);
    assert!(!ran.out.contains('\u{1b}'), "no colours but on a terminal: {}", ran.out);
    let args = ["explain", &document, "new-checkout", "--at", AT, "--json", "--context"];
    let json = halyard(&[&args[..], &[r#"{"targetingKey": "u2", "email": "zoe@else.example"}"#]].concat()).exits(0).json();
    assert_eq!(json["answer"]["variant"], "off");
    assert!(json["summary"].is_string() && !json["steps"].as_array().unwrap().is_empty(), "{json}");
    let json = halyard_with(&[&args[..], &["-"]].concat(), br#"{"email": "ann@acme.example"}"#).exits(0).json();
    assert_eq!(json["answer"]["variant"], "on");
    // A flag that is not there has an answer, too.
    let json = halyard(&["explain", &document, "no-such-flag", "--context", "{}", "--json"]).exits(0).json();
    assert_eq!(json["answer"]["errorCode"], "FLAG_NOT_FOUND");
    halyard(&["explain", &document, "search", "--context", "{"]).exits(1).says("context");
    halyard(&["explain", &document, "search", "--context", "[]"]).exits(1).says("must be an object");
    halyard(&["explain", &document, "search", "--context", "@none.json"]).exits(2).says("no such file");
    halyard(&["explain", "-", "search", "--context", "-"]).exits(2).says("one stdin");
}

#[test]
fn diff_says_changes_as_sentences_and_in_json() {
    let draft = changed(r#""offVariant": "off", "otherwise": "on""#, r#""offVariant": "off", "enabled": false, "otherwise": "on""#);
    let laid_out_otherwise = DOCUMENT.split_whitespace().collect::<Vec<_>>().join(" ");
    let folder = files(&[("old.json", DOCUMENT), ("new.json", &draft), ("same.json", &laid_out_otherwise)]);
    let path = |name: &str| text(&folder.path().join(name));
    let ran = halyard(&["diff", &path("old.json"), &path("new.json")]).exits(0);
    assert_eq!(ran.out.lines().count(), 1, "{}", ran.out);
    assert!(ran.out.contains("search"), "{}", ran.out);
    let changes = halyard(&["diff", &path("old.json"), &path("new.json"), "--json"]).exits(0).json();
    assert_eq!(changes[0]["sentence"], ran.out.trim_end());
    assert!(changes[0]["kind"].is_string() && changes[0]["path"].is_array(), "{changes}");
    assert_eq!(halyard(&["diff", &path("old.json"), &path("same.json")]).exits(0).out, "");
    assert_eq!(halyard_with(&["diff", "-", &path("same.json"), "--json"], DOCUMENT.as_bytes()).exits(0).json(), serde_json::json!([]));
    halyard(&["diff", "-", "-"]).exits(2).says("one stdin");
    halyard_with(&["diff", &path("old.json"), "-"], b"{}").exits(1).says("stdin has 1 error");
}

#[test]
fn test_runs_scenarios_and_says_what_failed() {
    let others = r#"[{"name": "Search is off", "context": {}, "expect": {"search": "off"}}]"#;
    let unknown = r#"{"scenarios": [{"name": "x", "context": {}, "expect": {"no-such-flag": "on"}}]}"#;
    let folder = files(&[("document.json", DOCUMENT), ("others.json", others), ("unknown.json", unknown), ("none.json", "{}")]);
    let path = |name: &str| text(&folder.path().join(name));
    let ran = halyard(&["test", &path("document.json")]).exits(0);
    assert!(ran.out.contains("✓ Staff see the new checkout") && ran.out.ends_with("2 scenarios passed\n"), "{}", ran.out);
    let ran = halyard(&["test", &path("document.json"), &path("others.json")]).exits(1);
    assert!(ran.out.contains("✗ Search is off") && ran.out.contains("`search` should be `off`, but is `on`"), "{}", ran.out);
    assert!(ran.out.ends_with("0 scenarios passed, 1 failed\n"), "{}", ran.out);
    let json = halyard_with(&["test", &path("document.json"), "-", "--json"], others.as_bytes()).exits(1).json();
    assert_eq!(json[0]["failures"][0]["actual"], "on");
    // A scenario without a time runs at --at.
    let timely = r#"[{"name": "Not yet", "context": {"targetingKey": "u2"}, "expect": {"new-checkout": "off"}}]"#;
    for (at, code) in [(AT, 0), ("2026-12-01T00:00:00Z", 1)] {
        halyard_with(&["test", &path("document.json"), "-", "--at", at], timely.as_bytes()).exits(code);
    }
    halyard(&["test", &path("document.json"), &path("unknown.json")]).exits(1).says("/scenarios/0/expect");
    halyard(&["test", &path("document.json"), &path("none.json")]).exits(1).says("scenarios");
    halyard_with(&["test", &path("document.json"), "-"], b"[").exits(1).says("not JSON");
}

#[test]
fn image_writes_what_is_evaluated_without_compiling_and_leaves_out_what_pages_may_not_hold() {
    let folder = files(&[("d.json", DOCUMENT)]);
    let image = |options: &[&str]| {
        let out = folder.path().join("out.image");
        halyard(&[&["image", &text(&folder.path().join("d.json")), "-o", &text(&out)], options].concat()).exits(0);
        std::fs::read(out).unwrap()
    };
    let (all, public) = (image(&[]), image(&["--public"]));
    let document = halyard_core::read(DOCUMENT.as_bytes(), halyard_core::check::Cap::Reader).checked.unwrap();
    for (image, document) in [(&all, &document), (&public, &document.public())] {
        let (ruleset, digest) = halyard_core::Ruleset::from_image(image).unwrap();
        assert_eq!(document.digest(), format!("sha256-{}", digest.map(|byte| format!("{byte:02x}")).concat()));
        for flag in document.flags.keys() {
            let now = halyard_core::Timestamp(0);
            let (here, there) = (ruleset.evaluate(flag, &halyard_core::Context::default(), now), halyard_core::compile(document));
            assert_eq!(here, there.evaluate(flag, &halyard_core::Context::default(), now));
        }
    }
    assert_ne!(all, public);
    halyard(&["image", "-", "-o", "/no/such/folder/x"]).exits(1);
    halyard_with(&["image", "-", "-o", "/no/such/folder/x"], DOCUMENT.as_bytes()).exits(2).says("cannot be written");
}
