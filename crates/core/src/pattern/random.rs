//! Random patterns that use all of the syntax, texts made of their letters, and strings that are nearly patterns.

/// Numbers from a seed (splitmix64).
pub(super) struct Random(pub(super) u64);

impl Random {
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub(super) fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    pub(super) fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }
}

/// Letters that tell something: both cases, digits, what lies around them in ASCII, line ends, two to four bytes, and such that have
/// an ASCII letter as their other case.
const LETTERS: &[char] = &[
    'a',
    'a',
    'b',
    'b',
    'c',
    'A',
    'B',
    'z',
    'Z',
    'k',
    's',
    '0',
    '9',
    '_',
    '-',
    ' ',
    '@',
    '`',
    '{',
    '\n',
    '\r',
    '\t',
    '\0',
    '\x7F',
    '\u{80}',
    'é',
    'É',
    'ÿ',
    'ß',
    'ſ',
    'K',
    'İ',
    '߿',
    'ࠀ',
    '☃',
    '\u{D7FF}',
    '\u{E000}',
    '\u{FFFD}',
    '\u{FFFF}',
    '𐀀',
    '𝄞',
    '\u{10FFFF}',
];
const CLASSES: &[&str] = &["\\d", "\\D", "\\s", "\\S", "\\w", "\\W", "."];
const LOOKS: &[&str] =
    &["^", "$", "\\A", "\\z", "\\b", "\\B", "\\<", "\\>", "\\b{start}", "\\b{end}", "\\b{start-half}", "\\b{end-half}", "^", "$", "\\b"];
const NAMED: &[&str] = &[
    "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct", "space", "upper", "word", "xdigit", "^alpha",
    "^space", "^word",
];
const FLAGS: &[&str] = &["i", "m", "s", "R", "mR", "x", "U", "u", "-i", "-m", "i-s", "is", "ims", "sR", "mRi", "x-m"];
const COUNTS: &[&str] = &[
    "?", "*", "+", "??", "*?", "+?", "{0}", "{1}", "{2}", "{3}", "{0,1}", "{1,2}", "{2,4}", "{0,3}?", "{2,}", "{0,}", "{1,}?", "{ 1 , 2}",
];

/// A pattern; most are good ones.
pub(super) fn pattern(random: &mut Random) -> String {
    let mut text = String::new();
    if random.below(4) == 0 {
        text += &format!("(?{})", random.one(FLAGS));
    }
    choice(random, &mut text, 3);
    text
}

fn choice(random: &mut Random, text: &mut String, depth: usize) {
    for nth in 0..1 + random.below(5) / 3 {
        if nth > 0 {
            text.push('|');
        }
        for _ in 0..random.below(4) + usize::from(random.below(8) > 0) {
            atom(random, text, depth);
            if random.below(3) == 0 {
                *text += random.one(COUNTS);
            }
        }
    }
}

fn atom(random: &mut Random, text: &mut String, depth: usize) {
    match random.below(if depth == 0 { 12 } else { 16 }) {
        0..6 => letter(random, text),
        6 => *text += random.one(CLASSES),
        7 | 8 => *text += random.one(LOOKS),
        9..12 => bracket(random, text),
        12 => *text += &format!("(?{})", random.one(FLAGS)),
        other => {
            match other {
                13 => text.push('('),
                14 => *text += &format!("(?{}:", random.one(&["", "i", "m", "s", "R", "mR", "x", "-i", "i-s"])),
                // Names must differ.
                _ => *text += &format!("(?{}g{}>", random.one(&["P<", "<"]), text.len()),
            }
            choice(random, text, depth - 1);
            text.push(')');
        }
    }
}

fn letter(random: &mut Random, text: &mut String) {
    let c = random.one(LETTERS);
    match random.below(12) {
        0 => *text += &format!("\\x{{{:x}}}", c as u32),
        1 if (c as u32) < 256 => *text += &format!("\\x{:02X}", c as u32),
        2 if (c as u32) < 65536 => *text += &format!("\\u{:04x}", c as u32),
        3 => *text += &format!("\\U{:08x}", c as u32),
        4 => *text += random.one(&["\\n", "\\t", "\\r", "\\.", "\\-", "\\@", "\\\\", "\\a", "\\f", "\\v", "\\ ", "\\_"]),
        _ if "{`".contains(c) => *text += &format!("\\{c}"),
        _ => text.push(c),
    }
}

fn bracket(random: &mut Random, text: &mut String) {
    text.push('[');
    *text += random.one(&["", "", "", "^", "-", "^-", "]", "^]"]);
    for _ in 0..=random.below(3) {
        match random.below(6) {
            0 => *text += random.one(&CLASSES[..6]),
            1 => *text += &format!("[:{}:]", random.one(NAMED)),
            2 | 3 => {
                let (first, last) = (random.one(LETTERS), random.one(LETTERS));
                let (first, last) = (first.min(last), first.max(last));
                if random.below(4) == 0 {
                    *text += &format!("\\x{{{:x}}}-\\x{{{:x}}}", first as u32, last as u32);
                } else if first != '-' && last != '-' {
                    *text += &format!("{first}-{last}");
                }
            }
            _ => letter(random, text),
        }
    }
    *text += random.one(&["]", "]", "]", "-]"]);
}

/// A text of the pattern's own letters and others.
pub(super) fn text(random: &mut Random, pattern: &str) -> String {
    let own: Vec<char> = pattern.chars().filter(|c| !"\\()[]{}*+?|^$".contains(*c)).collect();
    let length = random.below(12);
    let letter = |random: &mut Random| match random.below(4) {
        0 => random.one(LETTERS),
        1 => random.one(&['a', 'b', 'c', ' ', '\n', '\r', '☃']),
        _ if own.is_empty() => random.one(LETTERS),
        _ => random.one(&own),
    };
    let mut text = String::new();
    while text.chars().count() < length {
        let c = letter(random);
        text.push(c);
        if random.below(8) == 0 {
            text.push(c);
        }
        if random.below(10) == 0 {
            text.push(if c.is_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() });
        }
    }
    text
}

const PIECES: &[&str] = &[
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "^",
    "$",
    "-",
    "--",
    "&&",
    "~~",
    "?",
    "*",
    "+",
    "|",
    "\\",
    "\\b",
    "\\b{",
    "start",
    "end-half",
    "start}",
    "\\x",
    "\\u",
    "\\U",
    "\\p",
    "\\P",
    "{41}",
    "41",
    "2603",
    "0001F4A9",
    "d800",
    "110000",
    "{2}",
    "{2,",
    "{,2}",
    "{3,2}",
    "{ 2 , 3 }",
    ",",
    "2",
    " ",
    "#",
    "\n",
    "x",
    "(?",
    "(?i",
    "(?x)",
    "(?x:",
    "(?-",
    "(?P<",
    "(?<",
    "(?P=",
    "n>",
    "é>",
    "a.b[0]>",
    "(?=",
    "(?!",
    "(?<=",
    "(?<!",
    ":",
    "-i",
    "ii",
    "[:alpha:]",
    "[:^",
    "[:nope:]",
    "[[:",
    ":]",
    "\\<",
    "\\>",
    "\\e",
    "\\é",
    "\\1",
    "\\d",
    "\\D",
    "a",
    "Z",
    "é",
    "☃",
    "\u{A0}",
    "&",
    "~",
    "<",
    ">",
    "=",
    "!",
    "u",
    "U",
    "R",
    "(?i)[\\x41",
    "[a-",
    "[\\d-",
    "[^",
    "[]",
    "[^]",
    "a-",
    "(?x)[a -#b",
    "(?x)[a-##",
    "-##",
    "-# ",
];

/// A string that is nearly a pattern.
pub(super) fn nearly(random: &mut Random) -> String {
    if random.below(3) == 0 {
        let mut letters: Vec<char> = pattern(random).chars().collect();
        for _ in 0..=random.below(2) {
            let at = random.below(letters.len() + 1);
            match random.below(3) {
                0 if at < letters.len() => _ = letters.remove(at),
                1 if at < letters.len() => letters.insert(at, letters[at]),
                _ => {
                    letters.insert(at, random.one(&['(', ')', '[', ']', '{', '}', '\\', '-', '?', '*', '^', ':', ',', '1', '#', ' ', '\n']))
                }
            }
        }
        return letters.into_iter().collect();
    }
    (0..=random.below(9)).map(|_| random.one(PIECES)).collect()
}
