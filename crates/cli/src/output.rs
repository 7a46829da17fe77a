//! Writing: buffered answers on stdout, words for people on stderr, and colour only where a terminal shows it.

use std::fmt;
use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use crate::failure::Failure;

/// What stands out.
pub(crate) const STRONG: Style = Style::new().bold();
/// What may be passed over.
pub(crate) const FAINT: Style = Style::new().dimmed();
/// What went well.
pub(crate) const GOOD: Style = AnsiColor::Green.on_default();
/// What did not.
pub(crate) const BAD: Style = AnsiColor::Red.on_default();

/// `text` in a style; [`people`] leaves the style out where it would not be seen.
pub(crate) fn styled(style: Style, text: impl fmt::Display) -> String {
    format!("{style}{text}{style:#}")
}

/// Buffered stdout for programs: never a colour.
pub(crate) fn programs() -> io::BufWriter<io::StdoutLock<'static>> {
    io::BufWriter::with_capacity(64 * 1024, io::stdout().lock())
}

/// Writes a text to stdout for people: styles are left out unless a terminal shows them (and `NO_COLOR` and friends are heeded).
pub(crate) fn people(text: &str) -> Result<(), Failure> {
    let mut out = anstream::AutoStream::auto(io::stdout());
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(|error| Failure::output(&error))
}

/// Writes a text to stdout as it is.
pub(crate) fn plain(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(|error| Failure::output(&error))
}

/// Writes a value to stdout as indented JSON, its fields in the order in which they are declared.
pub(crate) fn json(value: &impl serde::Serialize) -> Result<(), Failure> {
    let mut text =
        serde_json::to_string_pretty(value).map_err(|error| Failure::store(format!("the output could not be written: {error}")))?;
    text.push('\n');
    plain(&text)
}

/// Says something on stderr. Nobody can be told where that fails, so it may.
pub(crate) fn say(text: &str) {
    let mut out = anstream::AutoStream::auto(io::stderr());
    let _ = out.write_all(text.as_bytes());
}

/// "1 error", "2 errors".
pub(crate) fn count(number: usize, word: &str) -> String {
    if number == 1 { format!("1 {word}") } else { format!("{number} {word}s") }
}
