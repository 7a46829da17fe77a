//! Stores behind HTTP: the real binary against a node that this test hosts over a folder, and against servers that are none.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test that fails may panic, and hosts a node"
)]

mod common;

use std::net::TcpListener;

use common::node::{host, serve, with_token};
use common::{DOCUMENT, halyard, text};
use halyard_edge::Response;

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
    assert_eq!((&log[0]["message"], &log[0]["by"]), (&"Ümlauts & more?".into(), &"first".into()));
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
