//! Reading what a command was given: a file or stdin, never more than a reader's cap, and documents with their problems.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};

use halyard_core::check::Cap;
use halyard_core::limits::READ_BYTES;
use halyard_core::{Checked, Problem, Ruleset, compile, read};

use crate::failure::Failure;
use crate::output::{count, say};

/// What `-` means wherever a file is asked for.
pub(crate) const STDIN: &str = "-";

/// What an input is called in messages.
pub(crate) fn name(path: &str) -> String {
    if path == STDIN { "the document on stdin".to_owned() } else { format!("`{path}`") }
}

/// Opens a file, or stdin for `-`.
///
/// # Errors
/// The call is at fault when the file cannot be opened.
pub(crate) fn open(path: &str) -> Result<Box<dyn BufRead>, Failure> {
    if path == STDIN {
        return Ok(Box::new(BufReader::with_capacity(64 * 1024, io::stdin().lock())));
    }
    let file = File::open(path).map_err(|error| unreadable(path, &error))?;
    Ok(Box::new(BufReader::with_capacity(64 * 1024, file)))
}

/// How much of an input is held in memory: so far beyond what any reader takes that it says truly how large the input is.
const HELD_BYTES: u64 = 8 * READ_BYTES as u64;

/// All of a file or stdin, cut off far beyond a reader's cap: whoever reads on says that it is too large.
pub(crate) fn bytes(path: &str) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    open(path)?.take(HELD_BYTES).read_to_end(&mut bytes).map_err(|error| unreadable(path, &error))?;
    Ok(bytes)
}

fn unreadable(path: &str, error: &io::Error) -> Failure {
    let why = match error.kind() {
        io::ErrorKind::NotFound => "there is no such file".to_owned(),
        io::ErrorKind::PermissionDenied => "you may not read it".to_owned(),
        io::ErrorKind::IsADirectory => "it is a folder".to_owned(),
        _ => error.to_string(),
    };
    Failure::call(format!("{} cannot be read: {why}", if path == STDIN { "stdin".to_owned() } else { format!("`{path}`") }))
}

/// Refuses a call that reads stdin twice.
pub(crate) fn once(paths: &[Option<&str>]) -> Result<(), Failure> {
    if paths.iter().flatten().filter(|path| **path == STDIN).count() > 1 {
        return Err(Failure::call("only one input can be `-`: there is one stdin. put the other into a file"));
    }
    Ok(())
}

/// A document without errors. Errors are said on stderr, one a line.
pub(crate) fn document(path: &str) -> Result<Checked, Failure> {
    let report = read(&bytes(path)?, Cap::Reader);
    match report.checked {
        Some(checked) => Ok(checked),
        None => Err(refused(&name(path), &report.problems)),
    }
}

/// A document, compiled.
pub(crate) fn ruleset(path: &str) -> Result<Ruleset, Failure> {
    document(path).map(|checked| compile(&checked))
}

/// Says a document's errors on stderr; the failure sums them up.
pub(crate) fn refused(name: &str, problems: &[Problem]) -> Failure {
    let errors: Vec<_> = problems.iter().filter(|problem| problem.is_error()).collect();
    for problem in &errors {
        say(&format!("{problem}\n"));
    }
    let them = if errors.len() == 1 { "it" } else { "them" };
    Failure::input(format!("{name} has {}; mend {them} and try again", count(errors.len(), "error")))
}
