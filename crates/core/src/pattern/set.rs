//! Sets of code points, as sorted ranges that do not touch: what a bracket, a class or a letter stands for.

const LAST: u32 = 0x10_FFFF;

/// A set of code points: ranges with both ends in them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Set(Vec<(u32, u32)>);

impl Set {
    /// The set of these ranges, which may overlap.
    pub(super) fn of(ranges: impl IntoIterator<Item = (u32, u32)>) -> Self {
        let mut sorted: Vec<(u32, u32)> = ranges.into_iter().collect();
        sorted.sort_unstable();
        let mut merged: Vec<(u32, u32)> = Vec::new();
        for (first, last) in sorted {
            match merged.last_mut() {
                Some(before) if first <= before.1 + 1 => before.1 = before.1.max(last),
                _ => merged.push((first, last)),
            }
        }
        Self(merged)
    }

    pub(super) fn one(c: char) -> Self {
        Self(vec![(c.into(), c.into())])
    }

    pub(super) fn ranges(&self) -> &[(u32, u32)] {
        &self.0
    }

    pub(super) fn has(&self, code: u32) -> bool {
        self.0.iter().any(|&(first, last)| (first..=last).contains(&code))
    }

    /// Every code point but these.
    pub(super) fn inverted(&self) -> Self {
        let mut inverted = Vec::new();
        let mut from = 0;
        for &(first, last) in &self.0 {
            if from < first {
                inverted.push((from, first - 1));
            }
            from = last + 1;
        }
        if from <= LAST {
            inverted.push((from, LAST));
        }
        Self(inverted)
    }

    /// With the letters' other case, as `(?i)` asks. A range that has small letters in it gets only their capitals, not the small
    /// ones of its capitals: so it is in regex-lite (`(?i)[Y-b]` finds no `y`), and answers must not depend on who gives them.
    pub(super) fn folded(&self) -> Self {
        let fold = |&(first, last): &(u32, u32)| {
            let within = |low: char, high: char| (first.max(low.into()), last.min(high.into()));
            let (small, capital) = (within('a', 'z'), within('A', 'Z'));
            if small.0 <= small.1 {
                Some((small.0 - 32, small.1 - 32))
            } else {
                (capital.0 <= capital.1).then_some((capital.0 + 32, capital.1 + 32))
            }
        };
        Self::of(self.0.iter().copied().chain(self.0.iter().filter_map(fold)))
    }

    /// What `[:name:]` holds.
    pub(super) fn named(name: &str) -> Option<Self> {
        let ranges: &[(char, char)] = match name {
            "alnum" => &[('0', '9'), ('A', 'Z'), ('a', 'z')],
            "alpha" => &[('A', 'Z'), ('a', 'z')],
            "ascii" => &[('\0', '\x7F')],
            "blank" => &[('\t', '\t'), (' ', ' ')],
            "cntrl" => &[('\0', '\x1F'), ('\x7F', '\x7F')],
            "digit" => &[('0', '9')],
            "graph" => &[('!', '~')],
            "lower" => &[('a', 'z')],
            "print" => &[(' ', '~')],
            "punct" => &[('!', '/'), (':', '@'), ('[', '`'), ('{', '~')],
            "space" => &[('\t', '\r'), (' ', ' ')],
            "upper" => &[('A', 'Z')],
            "word" => &[('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')],
            "xdigit" => &[('0', '9'), ('A', 'F'), ('a', 'f')],
            _ => return None,
        };
        Some(Self::of(ranges.iter().map(|&(first, last)| (first.into(), last.into()))))
    }

    /// What `\d`, `\s`, `\w` and their capitals, which mean the opposite, hold.
    pub(super) fn perl(letter: char) -> Option<Self> {
        let set = Self::named(match letter.to_ascii_lowercase() {
            'd' => "digit",
            's' => "space",
            'w' => "word",
            _ => return None,
        })?;
        Some(if letter.is_ascii_uppercase() { set.inverted() } else { set })
    }
}
