//! What went wrong with a text that is not JSON, for the person who wrote it: the mistakes that people make, by their looks.

/// A message and a hint.
type Words = (String, String);

fn words(message: impl Into<String>, hint: impl Into<String>) -> Words {
    (message.into(), hint.into())
}

/// Of bytes that are not UTF-8 from `valid` on.
pub(super) fn not_utf8(bytes: &[u8], valid: usize) -> Words {
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return words("the text is not UTF-8, but UTF-16", "save the file as UTF-8");
    }
    let before = String::from_utf8_lossy(bytes.get(..valid).unwrap_or_default());
    let line = before.lines().last().unwrap_or_default().trim_start();
    let shown: String = line.chars().skip(line.chars().count().saturating_sub(30)).collect();
    let byte = bytes.get(valid).copied().unwrap_or_default();
    words(
        format!("the text is not UTF-8: line {} has the byte 0x{byte:02X} behind `{shown}`", before.matches('\n').count() + 1),
        "save the file as UTF-8; it may be in Latin-1 or Windows-1252",
    )
}

/// Of a text that the reader refused.
pub(super) fn not_json(text: &str, error: &serde_json::Error) -> Words {
    let (what, hint) = whole(text).unwrap_or_else(|| place(text, error));
    (format!("this is not JSON: {what}"), hint)
}

/// Texts of another kind altogether.
fn whole(text: &str) -> Option<Words> {
    let begin = text.trim_start();
    let first = begin.lines().next().unwrap_or_default().trim_end();
    if begin.is_empty() {
        return Some(words("it is empty", "look whether what was to write it has failed"));
    }
    if begin.starts_with('\u{feff}') {
        return Some(words("it begins with a byte order mark, which editors do not show", "save it as UTF-8 without a BOM"));
    }
    if text.contains('\0') {
        return Some(words("it is UTF-16, or has bytes of zero in it", "save it as UTF-8"));
    }
    if begin.starts_with('<') && !begin.starts_with("<<<<<<<") {
        return Some(words(
            format!("it is a web page or XML, `{}`", short(first)),
            "it may be a sign-in page or an error that was saved in its place",
        ));
    }
    let name = first.split(':').next().unwrap_or_default();
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'));
    if first == "---" || (is_name && first.contains(':')) {
        return Some(words("it looks like YAML", "convert it: `yq -o=json` does"));
    }
    None
}

/// A mistake at a place.
fn place(text: &str, error: &serde_json::Error) -> Words {
    let said = error.to_string();
    let said = said.split(" at line ").next().unwrap_or_default();
    let (line, column) = (error.line(), error.column());
    let row = text.lines().nth(line.saturating_sub(1)).unwrap_or_default();
    // The column counts bytes, and from 1. A word is refused in its middle.
    let start = column.saturating_sub(1).min(row.len());
    let rest = row.get(start..).unwrap_or_default();
    let above = text.lines().take(line.saturating_sub(1)).enumerate().filter(|(_, row)| !row.trim().is_empty()).last();
    // Where the last thing before the place ends: on the same line, or above.
    let before = match row.get(..start).filter(|row| !row.trim().is_empty()) {
        Some(before) => (line, before.trim_end()),
        None => above.map_or((line, ""), |(index, row)| (index + 1, row.trim_end())),
    };
    let at = |what: String| format!("line {line}: {what}");
    let quoted = || format!("`{}`", short(rest));

    if ["<<<<<<<", "|||||||", "=======", ">>>>>>>"].into_iter().any(|mark| row.starts_with(mark)) {
        return words(at("a merge conflict was left in it".to_owned()), "keep one of the two sides, and take out the lines of <, = and >");
    }
    if error.is_eof() {
        return cut_off(text);
    }
    if rest.starts_with("//") || rest.starts_with("/*") || rest.starts_with('#') {
        return words(at(format!("{} is a comment", quoted())), "JSON has none: say it in a `description`");
    }
    if rest.starts_with(['\'', '`', '“', '”', '„', '‟', '‘', '’', '«', '»']) {
        return words(at(format!("{} has other quotes than \"", quoted())), "put keys and texts into straight double quotes");
    }
    if said.starts_with("trailing comma") {
        return words(format!("line {}: the last comma has nothing behind it", before.0), "take that comma out");
    }
    if said.starts_with("control character") {
        let hint = "close it with a double quote; inside a text write \\n for a new line and \\t for a tab";
        return words(at("a text does not end on its line".to_owned()), hint);
    }
    if said.starts_with("invalid escape") {
        return words(at("a `\\` stands before a letter that it does not go with".to_owned()), "write \\\\ for one \\");
    }
    if said.starts_with("recursion limit") {
        return words(at("lists and objects are nested deeper than 127 levels".to_owned()), "flatten it");
    }
    if said.starts_with("trailing characters") {
        return words(at(format!("{} stands behind the end", quoted())), "one bracket too many before it, or a second document");
    }
    if said.starts_with("key must be a string") {
        let key: String = rest.chars().take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '$' | '.')).collect();
        if !key.is_empty() {
            return words(at(format!("the key `{}` has no quotes", short(&key))), format!("write \"{}\"", short(&key)));
        }
    }
    if said.starts_with("expected `,` or")
        && rest.starts_with(['"', '{', '[', '-', 't', 'f', 'n', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9'])
    {
        return words(format!("line {}: a comma is missing behind `{}`", before.0, tail(before.1)), "add it; between members there is one");
    }
    if let Some(word) = word_at(row, start) {
        return words(at(format!("`{}` is no value", short(word))), instead(word));
    }
    if said.contains("number") {
        return words(
            at("a number is not written as JSON has it".to_owned()),
            "write 1200, -0.5 or 1e9: no leading zero, plus sign or bare point",
        );
    }
    words(format!("{said} at line {line} column {column}"), "look just before that place for a missing comma, quote or bracket")
}

/// A text that ends before it should.
fn cut_off(text: &str) -> Words {
    let (mut open, mut line, mut quote, mut escaped) = (Vec::new(), 1_usize, None, false);
    for c in text.chars() {
        match (quote, c) {
            (Some(_), _) if escaped => escaped = false,
            (Some(_), '\\') => escaped = true,
            (Some(_), '"') => quote = None,
            (None, '"') => quote = Some(line),
            (None, '{' | '[') => open.push((c, line)),
            (None, '}' | ']') => drop(open.pop()),
            _ => {}
        }
        line += usize::from(c == '\n');
    }
    let hint = "close what is open; or was the file cut off?";
    match (quote, open.last()) {
        (Some(line), _) => {
            words(format!("it ends within a text that begins in line {line}"), "close it with a double quote; or was the file cut off?")
        }
        (None, Some((bracket, line))) => {
            words(format!("it ends in line {}, and the `{bracket}` of line {line} is not closed", text.lines().count()), hint)
        }
        (None, None) => words(format!("it ends too early, in line {}", text.lines().count()), hint),
    }
}

/// The bare word around a place.
fn word_at(row: &str, place: usize) -> Option<&str> {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '+' | '.');
    let begin = row.get(..place)?.trim_end_matches(is_part).len();
    let rest = row.get(begin..)?;
    let word = rest.get(..rest.find(|c| !is_part(c)).unwrap_or(rest.len()))?;
    word.chars().any(char::is_alphabetic).then_some(word)
}

/// What to write for a bare word.
fn instead(word: &str) -> String {
    let plain = word.trim_start_matches(['-', '+']).to_lowercase();
    match plain.as_str() {
        "true" | "false" | "null" => format!("write {plain}, in small letters"),
        "yes" | "on" => "write true".to_owned(),
        "no" | "off" => "write false".to_owned(),
        "none" | "nil" | "undefined" => "write null, or leave the member out".to_owned(),
        "nan" | "inf" | "infinity" => "write a number".to_owned(),
        _ if plain.starts_with(|c: char| c.is_ascii_digit()) => "write a number as digits, or a text in double quotes".to_owned(),
        _ => format!("write \"{}\" if it is a text", short(word)),
    }
}

/// The first 40 characters.
fn short(text: &str) -> String {
    let text = text.trim_end();
    match text.char_indices().nth(40) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// The last 40 characters.
fn tail(text: &str) -> String {
    let text = text.trim_start();
    let more = text.chars().count().saturating_sub(40);
    let end: String = text.chars().skip(more).collect();
    if more > 0 { format!("…{end}") } else { end }
}

#[cfg(test)]
mod tests {
    use crate::Json;

    /// What is said of a text, with its hint.
    fn said(text: &str) -> String {
        let problems = Json::parse(text.as_bytes()).unwrap_err();
        assert_eq!(problems.len(), 1, "{problems:?}");
        problems[0].to_string().replacen("/: this is not JSON: ", "", 1)
    }

    #[test]
    fn each_mistake_is_told_by_its_line_and_its_looks() {
        for (text, expected) in [
            ("", "it is empty (look whether what was to write it has failed)"),
            (" \n", "it is empty (look whether what was to write it has failed)"),
            ("{\n  'a': 1}", "line 2: `'a': 1}` has other quotes than \" (put keys and texts into straight double quotes)"),
            ("{\n  a: 1}", "line 2: the key `a` has no quotes (write \"a\")"),
            ("{\"a\": 1,\n\n}", "line 1: the last comma has nothing behind it (take that comma out)"),
            ("[1, 2,]", "line 1: the last comma has nothing behind it (take that comma out)"),
            (
                "{\n\"a\": {\"b\": 2}\n\n\"c\": 3}",
                "line 2: a comma is missing behind `\"a\": {\"b\": 2}` (add it; between members there is one)",
            ),
            ("[1 2]", "line 1: a comma is missing behind `[1` (add it; between members there is one)"),
            ("[True]", "line 1: `True` is no value (write true, in small letters)"),
            ("[nil]", "line 1: `nil` is no value (write null, or leave the member out)"),
            ("[-Infinity]", "line 1: `-Infinity` is no value (write a number)"),
            ("[tomorrow]", "line 1: `tomorrow` is no value (write \"tomorrow\" if it is a text)"),
            ("[0x1F]", "line 1: `0x1F` is no value (write a number as digits, or a text in double quotes)"),
            ("[01]", "line 1: a number is not written as JSON has it (write 1200, -0.5 or 1e9: no leading zero, plus sign or bare point)"),
            ("[1] [2]", "line 1: `[2]` stands behind the end (one bracket too many before it, or a second document)"),
            ("[\"\\.\"]", "line 1: a `\\` stands before a letter that it does not go with (write \\\\ for one \\)"),
            ("{\n\"a\": [1", "it ends in line 2, and the `[` of line 2 is not closed (close what is open; or was the file cut off?)"),
            ("{\n\"a\": \"x}", "it ends within a text that begins in line 2 (close it with a double quote; or was the file cut off?)"),
            ("--- \na: 1", "it looks like YAML (convert it: `yq -o=json` does)"),
        ] {
            assert_eq!(said(text), expected, "{text:?}");
        }
    }

    #[test]
    fn no_text_is_too_strange() {
        for text in [
            "\u{feff}",
            "é",
            "[é",
            "{é",
            "[1,\u{1f6a9}]",
            "\0",
            "]",
            "\\",
            "[\"\u{1}\"]",
            "{\"a\" 1}",
            "{\"a\":}",
            "-",
            "\"\n\"",
            "<",
            "/",
            "{,}",
        ] {
            assert!(said(text).len() > 10, "{text:?}");
        }
    }
}
