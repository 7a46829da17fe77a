//! Where in an author's text a JSON pointer's value stands: for editors, and for `check`'s output.

use crate::problem::Pointer;

/// The line and column, each from 1, at which the value at `pointer` starts. Columns count characters.
///
/// None where the text has no such value, or is not JSON. Where a key is written twice, the last one counts, as when reading.
///
/// ```
/// use halyard_core::{Pointer, locate::locate};
/// let text = "{\n  \"flags\": {\"a\": [1, 2]}\n}";
/// assert_eq!(locate(text, &Pointer::root().at("flags").at("a").at(1)), Some((2, 22)));
/// assert_eq!(locate(text, &Pointer::root().at("flags").at("b")), None);
/// ```
pub fn locate(text: &str, pointer: &Pointer) -> Option<(usize, usize)> {
    let mut found = None;
    scan(text, &mut |place, value| {
        if place == pointer.as_str() {
            found = Some(value.start);
        }
    })?;
    Some(line_and_column(text, found?))
}

/// The line and column of a byte, each from 1.
fn line_and_column(text: &str, byte: usize) -> (usize, usize) {
    let before = text.get(..byte).unwrap_or(text);
    let line = before.rsplit('\n').next().unwrap_or_default();
    (before.matches('\n').count() + 1, line.chars().count() + 1)
}

/// A value that [`scan`] met.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Value<'t> {
    /// The byte at which it starts.
    pub(crate) start: usize,
    /// Its whole text, if it is neither a list nor an object.
    pub(crate) scalar: Option<&'t str>,
}

/// Visits every value with its pointer, in the order of the text. None where the text is not JSON, at the latest.
pub(crate) fn scan<'t>(text: &'t str, visit: &mut dyn FnMut(&str, Value<'t>)) -> Option<()> {
    let mut scanner = Scanner { text, at: 0, place: String::new(), visit };
    scanner.blanks();
    scanner.value(0)?;
    scanner.blanks();
    (scanner.at == text.len()).then_some(())
}

/// As deep as our reader of JSON goes.
const DEEPEST: usize = 128;

struct Scanner<'t, 'v> {
    text: &'t str,
    at: usize,
    place: String,
    visit: &'v mut dyn FnMut(&str, Value<'t>),
}

impl<'t> Scanner<'t, '_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn eat(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| self.at += 1)
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn value(&mut self, depth: usize) -> Option<()> {
        let start = self.at;
        match self.peek()? {
            b'{' | b'[' if depth >= DEEPEST => None,
            b'{' => {
                (self.visit)(&self.place, Value { start, scalar: None });
                self.object(depth)
            }
            b'[' => {
                (self.visit)(&self.place, Value { start, scalar: None });
                self.list(depth)
            }
            first => {
                if first == b'"' {
                    drop(self.string()?)
                } else {
                    self.word()?
                }
                let scalar = self.text.get(start..self.at);
                (self.visit)(&self.place, Value { start, scalar });
                Some(())
            }
        }
    }

    fn object(&mut self, depth: usize) -> Option<()> {
        self.eat(b'{')?;
        self.blanks();
        if self.peek()? == b'}' {
            return self.eat(b'}');
        }
        loop {
            self.blanks();
            let key = self.string()?;
            self.blanks();
            self.eat(b':')?;
            self.inside(&key.replace('~', "~0").replace('/', "~1"), depth)?;
            if self.peek()? == b'}' {
                return self.eat(b'}');
            }
            self.eat(b',')?;
        }
    }

    fn list(&mut self, depth: usize) -> Option<()> {
        self.eat(b'[')?;
        self.blanks();
        if self.peek()? == b']' {
            return self.eat(b']');
        }
        for index in 0_usize.. {
            self.inside(&index.to_string(), depth)?;
            if self.peek()? == b']' {
                return self.eat(b']');
            }
            self.eat(b',')?;
        }
        None
    }

    /// A member's or an element's value, with the blanks around it.
    fn inside(&mut self, segment: &str, depth: usize) -> Option<()> {
        let outer = self.place.len();
        self.place.push('/');
        self.place.push_str(segment);
        self.blanks();
        self.value(depth + 1)?;
        self.blanks();
        self.place.truncate(outer);
        Some(())
    }

    /// A string; its text, unescaped.
    fn string(&mut self) -> Option<String> {
        let start = self.at;
        self.eat(b'"')?;
        loop {
            match self.peek()? {
                b'"' => break,
                b'\\' => self.at += 2,
                _ => self.at += 1,
            }
        }
        self.at += 1;
        serde_json::from_str(self.text.get(start..self.at)?).ok()
    }

    /// A number or a literal.
    fn word(&mut self) -> Option<()> {
        let start = self.at;
        while matches!(self.peek(), Some(b'-' | b'+' | b'.' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z')) {
            self.at += 1;
        }
        serde_json::from_str::<serde_json::Value>(self.text.get(start..self.at)?).ok().map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(segments: &[&str]) -> Pointer {
        Pointer::from_segments(segments.iter().copied())
    }

    #[test]
    fn values_are_found_behind_every_kind_of_text() {
        let text = "{ \"a/b\" : {\"\\u0063\\\"\": [true,\n\t {\"x\": \"é\", \"y\":null}] } ,\r\n \"é\": \"}\", \"z\": -1.5e3}";
        for (segments, expected) in [
            (&[][..], Some((1, 1))),
            (&["a/b"], Some((1, 11))),
            (&["a/b", "c\""], Some((1, 24))),
            (&["a/b", "c\"", "0"], Some((1, 25))),
            (&["a/b", "c\"", "1", "y"], Some((2, 18))),
            (&["é"], Some((3, 7))),
            (&["z"], Some((3, 17))),
            (&["a"], None),
            (&["a/b", "c\"", "2"], None),
        ] {
            assert_eq!(locate(text, &at(segments)), expected, "{segments:?}");
        }
    }

    #[test]
    fn text_that_does_not_parse_has_no_places() {
        for bad in ["", "{", "{\"a\":", "{\"a\" 1}", "[1,]", "nul", "{\"a\": 1} x", "\"\\", "\"\\ud800\"", "[1 2]", &"[".repeat(100_000)] {
            assert_eq!(locate(bad, &Pointer::root()), None, "{bad}");
        }
    }

    #[test]
    fn of_two_members_with_one_key_the_last_counts() {
        assert_eq!(locate("{\"a\": 1, \"a\": 2}", &at(&["a"])), Some((1, 15)));
    }
}
