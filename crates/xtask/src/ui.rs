//! What a person sees while a command works: short lines on stderr. Only the answer itself goes to stdout.

use std::io::{IsTerminal, Write};
use std::time::Duration;

use crate::fail::Fail;

/// Something has begun: `→ what`.
pub(crate) fn begin(what: &str) {
    line("36", "→", what);
}

/// Something is there now: `✓ what`.
pub(crate) fn done(what: &str) {
    line("32", "✓", what);
}

/// Something a person should know, but that stops nothing.
pub(crate) fn note(what: &str) {
    line("33", "·", what);
}

/// The message, the hint, and that is it.
pub(crate) fn failed(fail: &Fail) {
    line("31", "✗", &fail.message);
    if let Some(hint) = &fail.hint {
        for text in hint.lines() {
            say(&format!("  {text}"));
        }
    }
}

/// A plain line. A closed stderr is no reason to stop working.
pub(crate) fn say(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

fn line(colour: &str, mark: &str, text: &str) {
    if colourful(&std::io::stderr()) {
        say(&format!("\u{1b}[{colour}m{mark}\u{1b}[0m {text}"));
    } else {
        say(&format!("{mark} {text}"));
    }
}

/// Our answer, the one thing that goes to stdout. Somebody who has stopped reading it is no reason to stop working.
pub(crate) fn answer(text: &str) {
    let _ = writeln!(std::io::stdout(), "{text}");
}

/// `text` in bold where stdout is a terminal that can.
pub(crate) fn bold(text: &str) -> String {
    if colourful(&std::io::stdout()) { format!("\u{1b}[1m{text}\u{1b}[0m") } else { text.to_owned() }
}

fn colourful(stream: &impl IsTerminal) -> bool {
    std::env::var_os("NO_COLOR").is_none() && stream.is_terminal()
}

/// `7 s`, `2 min 5 s`.
pub(crate) fn span(time: Duration) -> String {
    let seconds = time.as_secs();
    match (seconds / 60, seconds % 60) {
        (0, s) => format!("{s} s"),
        (m, 0) => format!("{m} min"),
        (m, s) => format!("{m} min {s} s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_written_as_people_say_it() {
        assert_eq!(span(Duration::from_millis(7900)), "7 s");
        assert_eq!(span(Duration::from_secs(120)), "2 min");
        assert_eq!(span(Duration::from_secs(125)), "2 min 5 s");
    }
}
