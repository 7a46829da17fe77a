//! Lines of a JSON text: that of a problem, and where a line is for a text field.

use halyard_core::Pointer;
use halyard_core::locate::locate;

/// The line, from 1, of the value at `path`; of something that is missing, the line of what it is missing in.
pub(crate) fn line(text: &str, mut path: Vec<String>) -> Option<usize> {
    loop {
        let found = locate(text, &Pointer::from_segments(path.iter().map(String::as_str)));
        if found.is_some() || path.pop().is_none() {
            return found.map(|(line, _)| line);
        }
    }
}

/// The line that a message names first: "line 3: …", "… at line 3 column 5". What it quotes of the text stands behind.
pub(crate) fn in_message(message: &str) -> Option<usize> {
    let (_, behind) = message.split_once("line ")?;
    behind.split(|character: char| !character.is_ascii_digit()).next()?.parse().ok()
}

/// The start and end of a line, in the UTF-16 units that a text field counts in.
pub(crate) fn span(text: &str, line: usize) -> (u32, u32) {
    let units = |text: &str| u32::try_from(text.encode_utf16().count()).unwrap_or(u32::MAX);
    let mut start = 0;
    for (index, content) in text.split('\n').enumerate() {
        let end = start + units(content);
        if index + 1 == line {
            return (start, end);
        }
        start = end + 1;
    }
    (start, start)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "{\n  \"a\": \"é🚩\",\n  \"rules\": [\n    {\"id\": 1}\n  ]\n}";

    fn at(path: &[&str]) -> Option<usize> {
        line(TEXT, path.iter().map(|part| (*part).to_owned()).collect())
    }

    #[test]
    fn a_problem_is_marked_at_its_line_and_a_missing_field_at_what_it_is_missing_in() {
        assert_eq!(at(&["a"]), Some(2));
        assert_eq!(at(&["rules", "0", "id"]), Some(4));
        assert_eq!(at(&["rules", "0", "serve"]), Some(4));
        assert_eq!(at(&["owner"]), Some(1));
        assert_eq!(in_message("this is not JSON: expected `,` at line 3 column 5"), Some(3));
    }

    #[test]
    fn a_line_is_selected_as_browsers_count() {
        assert_eq!(span(TEXT, 1), (0, 1));
        // é is one UTF-16 unit, a flag two.
        assert_eq!(span(TEXT, 2), (2, 15));
    }
}
