//! Reads a pattern's structure: alternatives, groups, flags and repetitions, in regex-lite's syntax and order, so that what it
//! refuses is refused. Escapes and brackets are in `escape`.

use std::collections::BTreeSet;

use super::PatternError;
use super::escape::Item;
use super::look::Look;
use super::set::Set;
use super::tree::{Kind, NESTING, Node, SIZE};

const BRACKET: &str = "close it with `)`, or write `\\(` for a bracket as it is, which in JSON is `\\\\(`";
const REPETITION: &str = "write it as `{2}`, `{2,}` or `{2,5}`; for a brace as it is write `\\{`, which in JSON is `\\\\{`";
const FLAGS: &str = "flags are `i` (case), `m` (lines), `s` (`.` is anything), `R`, `U` and `x`, as in `(?i)` or `(?i-s:…)`";
const SMALLER: &str = "split it into several conditions in {\"any\": […]} or {\"all\": […]}, or repeat less";

/// The tree of a pattern.
pub(super) fn parse(text: &str) -> Result<Node, PatternError> {
    let mut parser = Parser { text, at: 0, depth: 0, flags: Flags::default(), names: BTreeSet::new(), too_deep: None, too_large: None };
    let node = parser.alternatives()?;
    if node.height > NESTING {
        return Err(too_deep(parser.too_deep.unwrap_or_default()));
    }
    if node.size > SIZE {
        let message = format!("the pattern is too large: written out it has {} steps, and at most {SIZE} are allowed", node.size);
        return Err(PatternError::new(parser.too_large.unwrap_or_default(), message, SMALLER));
    }
    Ok(node)
}

fn too_deep(at: usize) -> PatternError {
    PatternError::new(at, format!("groups and repetitions are nested more than {NESTING} deep"), SMALLER)
}

#[derive(Clone, Copy, Default)]
pub(super) struct Flags {
    pub(super) ignore_case: bool,
    lines: bool,
    dot_is_anything: bool,
    returns: bool,
    spaced: bool,
}

pub(super) struct Parser<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
    depth: u32,
    pub(super) flags: Flags,
    names: BTreeSet<&'a str>,
    /// Where the pattern first passed a limit, if it did.
    too_deep: Option<usize>,
    too_large: Option<usize>,
}

/// Walking the text.
impl<'a> Parser<'a> {
    pub(super) fn fault<T>(&self, at: usize, message: impl Into<String>, hint: &'static str) -> Result<T, PatternError> {
        Err(PatternError::new(at, message, hint))
    }

    pub(super) fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// The character here.
    pub(super) fn here(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// The character after the one here.
    pub(super) fn following(&self) -> Option<char> {
        self.rest().chars().nth(1)
    }

    /// Goes on by a character.
    pub(super) fn bump(&mut self) {
        self.at += self.here().map_or(0, char::len_utf8);
    }

    /// Goes past these words, if they are here.
    pub(super) fn skip(&mut self, words: &str) -> bool {
        let found = self.rest().starts_with(words);
        self.at += if found { words.len() } else { 0 };
        found
    }

    /// Under `(?x)`, goes past blanks and comments.
    pub(super) fn skip_blanks(&mut self) {
        while let Some(c) = self.here().filter(|_| self.flags.spaced) {
            if c == '#' {
                self.at += self.rest().find('\n').unwrap_or(self.rest().len());
            } else if !c.is_whitespace() {
                return;
            }
            self.bump();
        }
    }

    /// Goes on by a character, and past blanks; whether there is one more.
    pub(super) fn bump_and_skip_blanks(&mut self) -> bool {
        self.bump();
        self.skip_blanks();
        self.at < self.text.len()
    }

    /// The character after the one here, under `(?x)` after blanks. As regex-lite has it, the first `#` is a blank, and the
    /// comment's own text is not.
    pub(super) fn following_past_blanks(&self) -> Option<char> {
        let mut after = self.rest().chars();
        after.next();
        if !self.flags.spaced {
            return after.next();
        }
        let start = after.as_str();
        let mut in_comment = false;
        for c in after {
            if c == '#' && !in_comment {
                in_comment = true;
            } else if !c.is_whitespace() {
                return Some(c);
            }
        }
        start.chars().next()
    }
}

/// Reading structure.
impl Parser<'_> {
    fn alternatives(&mut self) -> Result<Node, PatternError> {
        if self.depth > NESTING {
            return Err(too_deep(self.at));
        }
        self.depth += 1;
        let (mut choice, mut parts) = (Vec::new(), Vec::new());
        loop {
            self.skip_blanks();
            match self.here() {
                None => break,
                Some('(') => {
                    let (open, flags) = (self.at, self.flags);
                    if let Some(group) = self.group()? {
                        parts.push(group);
                        self.flags = flags;
                    }
                    if self.here() != Some(')') {
                        return self.fault(open, "a `(` is never closed", BRACKET);
                    }
                    self.bump();
                }
                Some(')') if self.depth > 1 => break,
                Some(')') => {
                    return self.fault(
                        self.at,
                        "a `)` closes nothing",
                        "open it with `(`, or write `\\)` for a bracket as it is, which in JSON is `\\\\)`",
                    );
                }
                Some('|') => {
                    choice.push(Node::sequence(std::mem::take(&mut parts)));
                    self.bump();
                }
                Some('[') => parts.push(Node::leaf(Kind::Set(self.bracket()?))),
                Some(sign @ ('?' | '*' | '+' | '{')) => {
                    let at = self.at;
                    let Some(of) = parts.pop() else {
                        let message = format!("there is nothing before the `{sign}` to repeat");
                        return self.fault(at, message, "write `.*` for any text; `contains` and `endsWith` need no pattern");
                    };
                    let (least, most) = if sign == '{' { self.counts(at)? } else { self.sign(sign) };
                    parts.push(self.weighed(at, of.repeat(least, most)));
                }
                Some(c) => {
                    self.bump();
                    parts.push(self.simple(c)?);
                }
            }
        }
        self.depth -= 1;
        choice.push(Node::sequence(parts));
        let at = self.at;
        Ok(self.weighed(at, Node::choice(choice)))
    }

    /// Notes where the pattern gets too much.
    fn weighed(&mut self, at: usize, node: Node) -> Node {
        if node.height > NESTING {
            self.too_deep.get_or_insert(at);
        }
        if node.size > SIZE {
            self.too_large.get_or_insert(at);
        }
        node
    }

    fn simple(&mut self, c: char) -> Result<Node, PatternError> {
        let Flags { lines, dot_is_anything, returns, .. } = self.flags;
        let item = match (c, lines, returns) {
            ('\\', ..) => self.escape()?,
            ('.', ..) => {
                let (lf, cr) = ((0xA, 0xA), (0xD, 0xD));
                let not = [lf, cr].into_iter().take(if dot_is_anything { 0 } else { 1 + usize::from(returns) });
                Item::Set(Set::of(not).inverted())
            }
            ('^', false, _) => Item::Look(Look::Start),
            ('^', true, false) => Item::Look(Look::StartOfLine),
            ('^', true, true) => Item::Look(Look::StartOfLineOrReturn),
            ('$', false, _) => Item::Look(Look::End),
            ('$', true, false) => Item::Look(Look::EndOfLine),
            ('$', true, true) => Item::Look(Look::EndOfLineOrReturn),
            _ => self.letter(c),
        };
        Ok(Node::leaf(match item {
            Item::Letter(c) => Kind::Set(Set::one(c)),
            Item::Set(set) => Kind::Set(set),
            Item::Look(look) => Kind::Look(look),
        }))
    }

    /// `?`, `*` or `+`, and a `?` behind it, which changes nothing here.
    fn sign(&mut self, sign: char) -> (u32, Option<u32>) {
        self.bump();
        self.skip("?");
        match sign {
            '?' => (0, Some(1)),
            '*' => (0, None),
            _ => (1, None),
        }
    }

    /// `{n}`, `{n,}` or `{n,m}`, and a `?` behind it.
    fn counts(&mut self, open: usize) -> Result<(u32, Option<u32>), PatternError> {
        let unclosed = "a `{` is never closed";
        if !self.bump_and_skip_blanks() {
            return self.fault(open, unclosed, REPETITION);
        }
        let least = self.number()?;
        let mut most = Some(least);
        if self.here() == Some(',') {
            if !self.bump_and_skip_blanks() {
                return self.fault(open, unclosed, REPETITION);
            }
            most = if self.here() == Some('}') { None } else { Some(self.number()?) };
        }
        match self.here() {
            None => return self.fault(open, unclosed, REPETITION),
            Some('}') => {}
            Some(other) => return self.fault(self.at, format!("`{other}` stands where `}}` should"), REPETITION),
        }
        self.bump_and_skip_blanks();
        self.skip("?");
        if let Some(most) = most.filter(|most| *most < least) {
            return self.fault(open, format!("`{{{least},{most}}}` asks for more than it allows"), "write the smaller number first");
        }
        Ok((least, most))
    }

    fn number(&mut self) -> Result<u32, PatternError> {
        while self.here().is_some_and(char::is_whitespace) {
            self.bump();
        }
        let from = self.at;
        let mut value = Some(0_u32);
        while let Some(digit) = self.here().and_then(|c| c.to_digit(10)) {
            value = value.and_then(|value| value.checked_mul(10)?.checked_add(digit));
            self.bump_and_skip_blanks();
        }
        if from == self.at {
            return self.fault(from, "there is no number where `{` needs one", REPETITION);
        }
        while self.here().is_some_and(char::is_whitespace) {
            self.bump_and_skip_blanks();
        }
        value.map_or_else(|| self.fault(from, "this number of repetitions is too large", SMALLER), Ok)
    }

    /// A group, or nothing for flags that hold from here on; what is here then must be the `)`.
    fn group(&mut self) -> Result<Option<Node>, PatternError> {
        let open = self.at;
        self.bump_and_skip_blanks();
        if ["?=", "?!", "?<=", "?<!"].into_iter().any(|look| self.skip(look)) {
            let hint = "a condition of its own in {\"not\": …} often does the same";
            return self.fault(open, "patterns cannot look ahead or behind", hint);
        }
        if self.skip("?P<") || self.skip("?<") {
            self.name(open)?;
        } else if self.skip("?") {
            self.flags = self.flags(open)?;
            if self.here() == Some(')') {
                return Ok(None);
            }
            self.bump();
            return Ok(Some(self.alternatives()?));
        }
        Ok(Some(self.alternatives()?.captured()))
    }

    fn name(&mut self, open: usize) -> Result<(), PatternError> {
        let hint = "a group's name is letters, digits and `_`, as in `(?<year>…)`; a plain `(…)` does the same here";
        let Some((name, _)) = self.rest().split_once('>') else {
            return self.fault(open, "the name of a group is never closed", hint);
        };
        let fits =
            |(nth, c): (usize, char)| c == '_' || if nth == 0 { c.is_alphabetic() } else { ".[]".contains(c) || c.is_alphanumeric() };
        if name.is_empty() || !name.chars().enumerate().all(fits) {
            return self.fault(self.at, format!("`{name}` cannot be the name of a group"), hint);
        }
        if !self.names.insert(name) {
            return self.fault(self.at, format!("two groups are named `{name}`"), "give each its own name, or write a plain `(…)`");
        }
        self.at += name.len() + 1;
        Ok(())
    }

    /// The flags between `(?` and `:` or `)`.
    fn flags(&mut self, open: usize) -> Result<Flags, PatternError> {
        let (mut flags, mut on, mut seen) = (self.flags, true, String::new());
        let from = self.at;
        loop {
            let Some(flag) = self.here() else { return self.fault(open, "a `(?` is never closed", BRACKET) };
            match flag {
                ':' | ')' => break,
                _ if seen.contains(flag) => return self.fault(self.at, format!("`{flag}` stands twice in these flags"), FLAGS),
                '-' => on = false,
                'i' => flags.ignore_case = on,
                'm' => flags.lines = on,
                's' => flags.dot_is_anything = on,
                'R' => flags.returns = on,
                'x' => flags.spaced = on,
                // Greed, which never changes whether there is a match, and Unicode, which regex-lite takes and leaves.
                'U' | 'u' => {}
                _ => return self.fault(self.at, format!("`{flag}` is no flag"), FLAGS),
            }
            seen.push(flag);
            self.bump();
        }
        if seen.ends_with('-') || (from == self.at && self.here() == Some(')')) {
            return self.fault(open, "there are no flags where `(?` needs some", FLAGS);
        }
        Ok(flags)
    }
}
