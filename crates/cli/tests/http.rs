//! Stores behind HTTP: the real binary against a node that this test hosts over a folder, and against servers that are none.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test that fails may panic, and hosts a node"
)]

mod common;

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use common::{DOCUMENT, Ran, command, finish, halyard, text};
use halyard_core::Timestamp;
use halyard_core::document::digest;
use halyard_edge::{Condition, Config, Effect, EffectResult, Moment, Node, Request, Response, Step};

/// Answers every connection by `answer`, for as long as the test runs; the address is returned.
fn serve(mut answer: impl FnMut(Request) -> Response + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let base = url.clone();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            if let Some(request) = read_request(&stream, &base) {
                let response = answer(request);
                let mut head =
                    format!("HTTP/1.1 {} x\r\nconnection: close\r\ncontent-length: {}\r\n", response.status, response.body.len());
                for (name, value) in &response.headers {
                    head.push_str(&format!("{name}: {value}\r\n"));
                }
                drop(stream.write_all(&[head.as_bytes(), b"\r\n", &response.body].concat()));
            }
        }
    });
    url
}

fn read_request(stream: &TcpStream, base: &str) -> Option<Request> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut words = line.split_whitespace();
    let mut request = Request::new(words.next()?, format!("{base}{}", words.next()?));
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        request = request.with_header(name, value.trim());
    }
    let length = request.header("content-length").map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(request.with_body(body))
}

/// A node over the folder of a store.
fn host(folder: PathBuf) -> String {
    let mut node = Node::new(Config::default());
    let mut calls = 0_u8;
    serve(move |request| {
        calls += 1;
        let now = Timestamp(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis().try_into().unwrap());
        let moment = Moment { now, random: [calls; 32] };
        let mut step = node.start(request, moment);
        loop {
            match step {
                Step::Answer { response, .. } => return response,
                Step::Effect { effect, continuation } => step = node.resume(&continuation, perform(&folder, effect), moment),
            }
        }
    })
}

fn perform(folder: &Path, effect: Effect) -> EffectResult {
    let found = |key: &str| std::fs::read(folder.join(key)).ok();
    match effect {
        Effect::Get { key, .. } => match found(&key) {
            Some(body) => EffectResult::Found { etag: digest(&body), body },
            None => EffectResult::Missing,
        },
        Effect::Put { key, body, condition } => {
            let etag = found(&key).map(|body| digest(&body));
            let met = match condition {
                Condition::IfAbsent => etag.is_none(),
                Condition::IfMatch(wanted) => etag == Some(wanted),
            };
            if !met {
                return EffectResult::Conflict;
            }
            std::fs::create_dir_all(folder.join(&key).parent().unwrap()).unwrap();
            std::fs::write(folder.join(&key), &body).unwrap();
            EffectResult::Stored { etag: digest(&body) }
        }
        Effect::List { .. } => EffectResult::Failed { message: "this test lists nothing".to_owned() },
        Effect::Kept { .. } => EffectResult::Missing,
        Effect::Sleep { .. } => EffectResult::Done,
    }
}

/// Runs a command with a token.
fn with_token(args: &[&str], token: &str, stdin: &str) -> Ran {
    let mut command = command(args);
    command.env("HALYARD_TOKEN", token);
    finish(command, stdin.as_bytes())
}

#[test]
fn a_node_answers_as_the_folder_does() {
    let folder = tempfile::tempdir().unwrap();
    let store = format!("file://{}", text(folder.path()));
    let made = halyard(&["init", "--store", &store, "--name", "Acme", "--admin", "ann@acme.example", "--demo", "--json"]).exits(0).json();
    let token = made["token"].as_str().unwrap();
    let node = host(folder.path().to_owned());

    for args in [&["log", "--json"][..], &["get"], &["get", "--version", "3"]] {
        let there = with_token(&[args, &["--env", "production", "--store", &node]].concat(), token, "").exits(0);
        let here = halyard(&[args, &["--env", "production", "--store", &store]].concat()).exits(0);
        assert_eq!(there.out, here.out, "{args:?}");
    }
    let publish = ["publish", "-", "--env", "production", "--store", &node, "--message", "Ümlauts & more?", "--json"];
    let published = with_token(&publish, token, DOCUMENT).exits(0).json();
    assert_eq!(published["version"], 9);
    let log = halyard(&["log", "--json", "--limit", "1", "--env", "production", "--store", &store]).exits(0).lines();
    assert_eq!((&log[0]["message"], &log[0]["by"]), (&"Ümlauts & more?".into(), &"ann@acme.example".into()));
    let rollback = ["rollback", "--to", "8", "--env", "production", "--store", &node];
    with_token(&rollback, token, "").exits(0).says("version 10");

    with_token(&["log", "--env", "qa", "--store", &node], token, "").exits(2);
    let server_key = made["sdkKeys"]["production"]["server"].as_str().unwrap();
    for wrong in ["halyard_token_wrong", "nonsense", server_key] {
        let ran = with_token(&["log", "--env", "production", "--store", &node], wrong, "").exits(3);
        assert!(!ran.err.contains(wrong), "a secret is said back: {}", ran.err);
    }
}

#[test]
fn a_node_must_know_who_asks() {
    halyard(&["log", "--env", "production", "--store", "http://127.0.0.1:1"]).exits(2).says("HALYARD_TOKEN");
    with_token(&["log", "--env", "production", "--store", "http://127.0.0.1:1"], "two\nlines", "").exits(2).says("HALYARD_TOKEN");
}

#[test]
fn a_network_that_fails_is_said_in_plain_words() {
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap();
    let closed = format!("http://{}", nobody.local_addr().unwrap());
    drop(nobody);
    with_token(&["get", "--env", "production", "--store", &closed], "t", "").exits(3).says("nothing answers there");
    with_token(&["get", "--env", "production", "--store", "http://no-such-host.invalid"], "t", "").exits(3).says("cannot be reached");
    with_token(&["get", "--env", "production", "--store", "http://"], "t", "").exits(2).says("no address");
    let publish = ["publish", "-", "--env", "production", "--store", &closed, "--message", "m"];
    with_token(&publish, "t", DOCUMENT).exits(3).says("nothing answers there");
    let not_a_node = serve(|_| Response::bytes(200, "text/html", b"<html>hello</html>".to_vec()));
    for command in ["get", "log"] {
        with_token(&[command, "--env", "production", "--store", &not_a_node], "t", "").exits(3);
    }
    let broken = serve(|_| Response::bytes(502, "text/html", b"<html>bad gateway</html>".to_vec()));
    with_token(&["log", "--env", "production", "--store", &broken], "t", "").exits(3).says("502");
    let elsewhere = serve(|_| Response::empty(302).with_header("location", "http://127.0.0.1:1/"));
    with_token(&["log", "--env", "production", "--store", &elsewhere], "t", "").exits(3);
}
