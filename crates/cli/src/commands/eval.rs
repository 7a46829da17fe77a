//! `halyard eval`: a request a line in, an answer a line out, as fast as they come.

use std::io::{BufRead, Write};

use clap::Args;
use halyard_core::limits::REQUEST_BYTES;
use halyard_core::{Context, Json, Ruleset, Timestamp};
use serde::Serialize;

use crate::args::instant;
use crate::failure::{Failure, Outcome};
use crate::{host, input, output};

/// What `halyard eval` takes.
#[derive(Args, Debug)]
#[command(after_help = "\
A request is one line: {\"flag\": \"new-checkout\", \"context\": {\"targetingKey\": \"u1\"}, \"at\": \"2026-12-01T09:00:00Z\"}. \
\"at\" is optional; it goes before --at, which goes before the time now (read once, at the start). Each request is \
answered by one line, in order. A line that is no such request is answered by {\"line\": N, \"error\": \"…\"}, the rest \
still runs, and the exit code is 1. Blank lines are counted, but answered by nothing.

Examples:
  halyard eval production.json --requests requests.ndjson
  echo '{\"flag\": \"new-checkout\", \"context\": {\"targetingKey\": \"u1\"}}' | halyard eval production.json --requests -")]
pub(crate) struct Eval {
    /// The document, or `-` for stdin.
    #[arg(value_name = "DOC")]
    document: String,
    /// The requests, newline-delimited JSON, or `-` for stdin.
    #[arg(long, value_name = "REQUESTS")]
    requests: String,
    /// The time for requests that name none, RFC 3339; now by default.
    #[arg(long, value_name = "RFC3339", value_parser = instant)]
    at: Option<Timestamp>,
}

/// The answer to a line that is no request.
#[derive(Serialize)]
struct BadLine {
    line: u64,
    error: String,
}

/// Runs it.
pub(crate) fn run(args: &Eval) -> Result<Outcome, Failure> {
    input::once(&[Some(&args.document), Some(&args.requests)])?;
    let ruleset = input::ruleset(&args.document)?;
    let mut requests = Lines::new(input::open(&args.requests)?);
    let at = args.at.unwrap_or_else(host::now);
    let mut out = output::programs();
    let mut outcome = Outcome::Fine;
    while let Some(line) = requests.next_line().map_err(|error| Failure::call(format!("the requests cannot be read on: {error}")))? {
        if let Line::Whole(text) = line
            && text.iter().all(u8::is_ascii_whitespace)
        {
            continue;
        }
        let answer = match line {
            Line::Whole(text) => answer(&ruleset, text, at),
            Line::TooLong => Err(format!("the line is longer than {REQUEST_BYTES} bytes")),
        };
        let answer = answer.or_else(|error| {
            outcome = Outcome::InputAtFault;
            serde_json::to_string(&BadLine { line: requests.number, error })
        });
        let written = match answer {
            Ok(answer) => writeln!(out, "{answer}"),
            Err(error) => Err(error.into()),
        };
        // A program that waits for each answer before it asks again must not wait for a full buffer.
        written.and_then(|()| if requests.may_block() { out.flush() } else { Ok(()) }).map_err(|error| Failure::output(&error))?;
    }
    out.flush().map_err(|error| Failure::output(&error))?;
    Ok(outcome)
}

/// A line's answer, or why it is no request.
fn answer(ruleset: &Ruleset, text: &[u8], at: Timestamp) -> Result<String, String> {
    let (flag, context, own) = request(text)?;
    Ok(ruleset.evaluate(&flag, &context, own.unwrap_or(at)).to_json().canonical())
}

fn request(text: &[u8]) -> Result<(String, Context, Option<Timestamp>), String> {
    let json = Json::parse(text).map_err(|problems| {
        let said: Vec<&str> = problems.iter().map(|problem| problem.message.as_str()).collect();
        said.join("; ")
    })?;
    let Json::Object(mut members) = json else { return Err(format!("a request must be an object, not {}", json.kind())) };
    let flag = match members.remove("flag") {
        Some(Json::String(flag)) => flag,
        Some(other) => return Err(format!("`flag` must be a string, not {}", other.kind())),
        None => return Err("the request names no `flag`".to_owned()),
    };
    let context = match members.remove("context") {
        Some(context) => Context::from_json(context).map_err(|problem| problem.message)?,
        None => return Err("the request has no `context`; write `{}` for an empty one".to_owned()),
    };
    let at = match members.remove("at") {
        None | Some(Json::Null) => None,
        Some(Json::String(text)) => Some(instant(&text).map_err(|error| format!("`at`: {error}"))?),
        Some(other) => return Err(format!("`at` must be a time as text, not {}", other.kind())),
    };
    match members.keys().next() {
        Some(unknown) => Err(format!("a request has no field `{unknown}`: only `flag`, `context` and `at`")),
        None => Ok((flag, context, at)),
    }
}

/// A line, without its end.
enum Line<'a> {
    Whole(&'a [u8]),
    /// Beyond the cap of a request; passed over without being held in memory.
    TooLong,
}

/// Lines of bounded length: a file without line ends must not fill the memory.
struct Lines {
    source: Box<dyn BufRead>,
    buffer: Vec<u8>,
    number: u64,
    left: usize,
}

impl Lines {
    fn new(source: Box<dyn BufRead>) -> Lines {
        Lines { source, buffer: Vec::new(), number: 0, left: 0 }
    }

    fn next_line(&mut self) -> std::io::Result<Option<Line<'_>>> {
        self.buffer.clear();
        let (mut read, mut too_long) = (0, false);
        loop {
            let chunk = self.source.fill_buf()?;
            let (taken, ends) = match chunk.iter().position(|byte| *byte == b'\n') {
                Some(end) => (end + 1, true),
                None => (chunk.len(), chunk.is_empty()),
            };
            too_long |= self.buffer.len() + taken > REQUEST_BYTES;
            if !too_long {
                self.buffer.extend(chunk.iter().take(taken));
            }
            self.left = chunk.len() - taken;
            self.source.consume(taken);
            read += taken;
            if ends {
                break;
            }
        }
        if read == 0 {
            return Ok(None);
        }
        self.number += 1;
        Ok(Some(if too_long { Line::TooLong } else { Line::Whole(self.buffer.strip_suffix(b"\n").unwrap_or(&self.buffer)) }))
    }

    /// Whether nothing more has been read ahead, so that the next line may be long in coming.
    fn may_block(&self) -> bool {
        self.left == 0
    }
}
