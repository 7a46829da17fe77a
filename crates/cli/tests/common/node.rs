//! Nodes behind HTTP: the real node over a folder, and servers that answer as a test says.
#![allow(clippy::disallowed_methods, reason = "a test hosts nodes: it has threads and a clock")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use halyard_core::Timestamp;
use halyard_core::document::digest;
use halyard_edge::{Condition, Config, Effect, EffectResult, Moment, Node, Request, Response, Step};

use super::{Ran, command, finish};

/// The answer that never comes: the connection is cut.
pub(crate) const CUT: u16 = 0;

/// Answers every connection by `answer`, for as long as the test runs; the address is returned.
pub(crate) fn serve(mut answer: impl FnMut(Request) -> Response + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let base = url.clone();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            if let Some(request) = read_request(&stream, &base) {
                let response = answer(request);
                if response.status == CUT {
                    continue;
                }
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
    let length = request.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    let length = length.map_or(0, |(_, length)| length.parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(request.with_body(body))
}

/// A node over the folder of a store.
pub(crate) fn host(folder: PathBuf) -> String {
    serve(node(folder))
}

/// Answers requests as a node over the folder of a store does.
pub(crate) fn node(folder: PathBuf) -> impl FnMut(Request) -> Response + Send + 'static {
    let mut node = Node::new(Config::default());
    let mut calls = 0_u8;
    move |request| {
        calls = calls.wrapping_add(1);
        let now = Timestamp(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis().try_into().unwrap());
        let moment = Moment { now, random: [calls; 32] };
        let mut step = node.start(request, moment);
        loop {
            match step {
                Step::Answer { response, .. } => return response,
                Step::Effect { effect, continuation, .. } => step = node.resume(&continuation, perform(&folder, effect), moment),
            }
        }
    }
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
        Effect::List { prefix, after, limit } => {
            let mut keys = Vec::new();
            list(folder, "", &mut keys);
            keys.retain(|key| key.starts_with(&prefix) && after.as_ref().is_none_or(|after| key > after));
            keys.sort();
            let more = keys.len() > limit as usize;
            keys.truncate(limit as usize);
            EffectResult::Listed { keys, more }
        }
        Effect::Kept { .. } => EffectResult::Missing,
        Effect::Sleep { .. } => EffectResult::Done,
    }
}

fn list(folder: &Path, under: &str, keys: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let key = format!("{under}{}", entry.file_name().into_string().unwrap());
        if entry.path().is_dir() { list(&entry.path(), &format!("{key}/"), keys) } else { keys.push(key) }
    }
}

/// Runs a command with a token.
pub(crate) fn with_token(args: &[&str], token: &str, stdin: &str) -> Ran {
    let mut command = command(args);
    command.env("HALYARD_TOKEN", token);
    finish(command, stdin.as_bytes())
}
