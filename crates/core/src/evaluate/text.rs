//! Text as canonical JSON writes it.

use alloc::string::String;

/// Writes a text between quotes, as RFC 8785 (§3.2.2.2) escapes it.
pub(crate) fn write_string(text: &str, out: &mut String) {
    out.push('"');
    let mut rest = text;
    while let Some(at) = rest.bytes().position(|byte| byte < b' ' || byte == b'"' || byte == b'\\') {
        let (plain, behind) = rest.split_at_checked(at).unwrap_or_default();
        out.push_str(plain);
        let mut behind = behind.chars();
        if let Some(c) = behind.next() {
            escape(c, out);
        }
        rest = behind.as_str();
    }
    out.push_str(rest);
    out.push('"');
}

fn escape(c: char, out: &mut String) {
    let short = match c {
        '\u{8}' => 'b',
        '\t' => 't',
        '\n' => 'n',
        '\u{c}' => 'f',
        '\r' => 'r',
        c if c < ' ' => {
            out.push_str(if c < '\u{10}' { "\\u000" } else { "\\u001" });
            out.extend(char::from_digit(u32::from(c) & 15, 16));
            return;
        }
        c => c,
    };
    out.push('\\');
    out.push(short);
}
