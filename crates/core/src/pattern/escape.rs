//! Reads what stands for characters: escapes, brackets and the classes in them.

use super::PatternError;
use super::look::Look;
use super::parser::Parser;
use super::set::Set;

const BACKSLASH: &str = "for one `\\` as it is write `\\\\`, which in JSON is `\\\\\\\\`";
const CLASS: &str = "close it with `]`, or write `\\[` for a bracket as it is, which in JSON is `\\\\[`";
const HEX: &str = "write it as `\\x41`, `\\u20AC` or `\\x{1F600}`, with each `\\` twice in JSON";
const RANGE: &str = "a range goes from one character to another, as in `[a-z]`; for a `-` as it is, put it first or last";

/// What an escape or a character stands for.
pub(super) enum Item {
    Letter(char),
    Set(Set),
    Look(Look),
}

impl Parser<'_> {
    /// A character as it is, or in both cases.
    pub(super) fn letter(&self, c: char) -> Item {
        if self.flags.ignore_case && c.is_ascii_alphabetic() { Item::Set(Set::one(c).folded()) } else { Item::Letter(c) }
    }

    /// What comes after a `\`.
    pub(super) fn escape(&mut self) -> Result<Item, PatternError> {
        let from = self.at.saturating_sub(1);
        let Some(c) = self.here() else { return self.fault(from, "the pattern ends in a single `\\`", BACKSLASH) };
        if let Some(set) = Set::perl(c) {
            self.bump();
            return Ok(Item::Set(set));
        }
        match c {
            '0'..='9' => {
                return self.fault(
                    from,
                    "patterns cannot refer back to a group",
                    "write again what the group says, or take the digit for itself as `[1]`",
                );
            }
            'p' | 'P' => {
                let hint = "write the characters, as in `[a-zà-ÿ]`; `\\\\d`, `\\\\s` and `\\\\w` are there for ASCII";
                return self.fault(from, "patterns do not know Unicode's classes", hint);
            }
            'x' => return self.hex(from, 2),
            'u' => return self.hex(from, 4),
            'U' => return self.hex(from, 8),
            _ => {}
        }
        self.bump();
        Ok(match c {
            'a' => Item::Letter('\x07'),
            'f' => Item::Letter('\x0C'),
            't' => Item::Letter('\t'),
            'n' => Item::Letter('\n'),
            'r' => Item::Letter('\r'),
            'v' => Item::Letter('\x0B'),
            'A' => Item::Look(Look::Start),
            'z' => Item::Look(Look::End),
            'b' => Item::Look(self.boundary(from)?),
            'B' => Item::Look(Look::NoBoundary),
            '<' => Item::Look(Look::WordStart),
            '>' => Item::Look(Look::WordEnd),
            _ if c.is_ascii() && !c.is_ascii_alphanumeric() => Item::Letter(c),
            _ => return self.fault(from, format!("`\\{c}` means nothing here"), BACKSLASH),
        })
    }

    /// What comes after `\b`: `{start}` and its like, or nothing, also where a `{` begins a repetition.
    fn boundary(&mut self, from: usize) -> Result<Look, PatternError> {
        let fits = |c: char| c.is_ascii_alphabetic() || c == '-';
        let hint = "there are `\\\\b`, `\\\\b{start}`, `\\\\b{end}`, `\\\\b{start-half}` and `\\\\b{end-half}`";
        let open = self.at;
        if self.here() != Some('{') {
            return Ok(Look::Boundary);
        }
        if !self.bump_and_skip_blanks() {
            return self.fault(open, "a `{` is never closed", hint);
        }
        let mut name = String::new();
        while let Some(c) = self.here().filter(|&c| fits(c)) {
            name.push(c);
            self.bump_and_skip_blanks();
        }
        if name.is_empty() {
            self.at = open;
            return Ok(Look::Boundary);
        }
        if self.here() != Some('}') {
            return self.fault(open, "a `{` is never closed", hint);
        }
        self.bump();
        Ok(match name.as_str() {
            "start" => Look::WordStart,
            "end" => Look::WordEnd,
            "start-half" => Look::NoWordBefore,
            "end-half" => Look::NoWordAfter,
            _ => return self.fault(from, format!("`\\b{{{name}}}` means nothing here"), hint),
        })
    }

    /// `\xNN`, `\uNNNN`, `\UNNNNNNNN`, or any of them with braces.
    fn hex(&mut self, from: usize, digits: usize) -> Result<Item, PatternError> {
        self.bump_and_skip_blanks();
        let braces = self.here() == Some('{');
        if braces {
            self.bump_and_skip_blanks();
        }
        let mut value = Some(0_u32);
        let mut count = 0;
        while let Some(digit) = self.here().and_then(|c| c.to_digit(16)).filter(|_| braces || count < digits) {
            value = value.and_then(|value| value.checked_mul(16)?.checked_add(digit));
            count += 1;
            self.bump_and_skip_blanks();
        }
        if braces && self.here() == Some('}') {
            self.bump_and_skip_blanks();
        } else if braces {
            return self.fault(from, "the `{` of a character's number is never closed, or has more than hexadecimal digits in it", HEX);
        } else if count < digits {
            return self.fault(from, format!("this needs {digits} hexadecimal digits"), HEX);
        }
        match value.filter(|_| count > 0).and_then(char::from_u32) {
            Some(c) => Ok(self.letter(c)),
            None => self.fault(from, "no character has this number", HEX),
        }
    }

    /// `[…]`.
    pub(super) fn bracket(&mut self) -> Result<Set, PatternError> {
        let open = self.at;
        let unclosed = |parser: &Self| parser.fault(open, "a `[` is never closed", CLASS);
        let mut ranges: Vec<(u32, u32)> = Vec::new();
        let mut more = self.bump_and_skip_blanks();
        let inverted = more && self.here() == Some('^');
        if inverted {
            more = self.bump_and_skip_blanks();
        }
        while more && self.here() == Some('-') {
            ranges.push(('-'.into(), '-'.into()));
            more = self.bump_and_skip_blanks();
        }
        // There is no empty bracket: a `]` in the first place is one of the characters.
        if ranges.is_empty() && more && self.here() == Some(']') {
            ranges.push((']'.into(), ']'.into()));
            self.bump_and_skip_blanks();
        }
        loop {
            self.skip_blanks();
            match (self.here(), self.following()) {
                (Some('['), _) => match self.named() {
                    Some(set) => ranges.extend(set.ranges()),
                    None => {
                        let hint = "a class is written as `[[:alpha:]]`; for a bracket as it is write `\\[`, which in JSON is `\\\\[`";
                        return self.fault(self.at, "a bracket cannot stand in a bracket", hint);
                    }
                },
                (Some(']'), _) => break,
                (Some(sign @ ('&' | '-' | '~')), Some(second)) if sign == second => {
                    let hint = "write the characters out, or put a `\\\\` before a sign that is meant as it is";
                    return self.fault(self.at, format!("brackets cannot be combined with `{sign}{sign}`"), hint);
                }
                _ => {
                    let from = self.at;
                    let first = self.item()?;
                    self.skip_blanks();
                    if self.here().is_none() {
                        return unclosed(self);
                    }
                    if self.here() != Some('-') || matches!(self.following_past_blanks(), Some(']' | '-')) {
                        match first {
                            Item::Letter(c) => ranges.push((c.into(), c.into())),
                            Item::Set(set) => ranges.extend(set.ranges()),
                            Item::Look(_) => return self.fault(from, "this is no character, so it cannot stand in a bracket", BACKSLASH),
                        }
                        continue;
                    }
                    if !self.bump_and_skip_blanks() {
                        return unclosed(self);
                    }
                    match (first, self.item()?) {
                        (Item::Letter(first), Item::Letter(last)) if first <= last => ranges.push((first.into(), last.into())),
                        (Item::Letter(first), Item::Letter(last)) => {
                            return self.fault(
                                from,
                                format!("the range `{first}-{last}` runs backwards"),
                                "write the lower character first",
                            );
                        }
                        // As in regex-lite, an escaped letter under `(?i)` is two already.
                        _ => return self.fault(from, "a range must start and end with a single character", RANGE),
                    }
                }
            }
        }
        self.bump();
        let mut set = Set::of(ranges);
        // Both cases first: `(?i)[^x]` is neither `x` nor `X`.
        if self.flags.ignore_case {
            set = set.folded();
        }
        Ok(if inverted { set.inverted() } else { set })
    }

    /// A character or an escape within a bracket.
    fn item(&mut self) -> Result<Item, PatternError> {
        let c = self.here();
        self.bump();
        match c {
            Some('\\') => self.escape(),
            other => Ok(Item::Letter(other.unwrap_or_default())),
        }
    }

    /// `[:alpha:]` or `[:^alpha:]`, or nothing.
    fn named(&mut self) -> Option<Set> {
        let (name, _) = self.rest().strip_prefix("[:")?.split_once(":]")?;
        let (set, length) = match name.strip_prefix('^') {
            Some(name) => (Set::named(name)?.inverted(), name.len() + 1),
            None => (Set::named(name)?, name.len()),
        };
        self.at += length + 4;
        Some(set)
    }
}
