//! The operators of conditions, each a plain function of its own types. They know neither documents nor rulesets; `check` reads
//! patterns, ranges and networks with the same functions, so that whatever is checked compiles.

#[cfg(test)]
mod agreement;
pub(crate) mod bucket;
pub(crate) mod network;
pub(crate) mod scalar;
pub(crate) mod text;
pub(crate) mod version;

/// Reads a `matches` pattern, in regex-lite's syntax. Matching takes time linear in the text, whatever the pattern.
///
/// # Errors
/// What regex-lite says is wrong with the pattern, also when it would compile to something too large.
pub(crate) fn pattern(pattern: &str) -> Result<regex_lite::Regex, regex_lite::Error> {
    regex_lite::Regex::new(pattern)
}

#[cfg(test)]
mod tests {
    use super::pattern;

    #[test]
    fn a_pattern_is_found_anywhere_with_ascii_classes() {
        for (regex, text, found) in [
            ("b", "abc", true),
            ("", "", true),
            ("^b", "abc", false),
            (r"^\d+$", "٣", false),
            (r"^\w$", "é", false),
            ("(?i)é", "É", false),
            ("(?i)ann", "ANN", true),
            (r"^\s$", "\u{b}", true),
            (r"^\s$", "\u{a0}", false),
            ("^.$", "𝄞", true),
            ("^.$", "\n", false),
            ("^.$", "\r", true),
            ("^b$", "a\nb", false),
            ("(?m)^b$", "a\nb", true),
            ("a$", "a\n", false),
            (r"n\b", "élan", true),
            (r"\blan", "élan", true),
        ] {
            assert_eq!(pattern(regex).unwrap().is_match(text), found, "{regex} in {text:?}");
        }
    }
}
