//! What patterns find, what is refused and in which words, and how large rows get.

use super::set::Set;
use super::{PatternError, compile, parse, row};
use crate::operators::matches::{is_match, verify};

fn finds(pattern: &str, text: &str) -> bool {
    let parsed = parse(pattern).unwrap_or_else(|error| panic!("{pattern}: {error:?}"));
    let [row, program] = [compile(&parsed), row::program(&parsed.program, &parsed.alphabet)];
    assert!(verify(&row) && verify(&program), "{pattern}");
    let found = is_match(&row, text.as_bytes());
    assert_eq!(found, is_match(&program, text.as_bytes()), "{pattern:?} in {text:?}: both kinds find the same");
    found
}

#[track_caller]
fn check(pattern: &str, found: &[&str], not: &[&str]) {
    for text in found {
        assert!(finds(pattern, text), "{pattern:?} should be found in {text:?}");
    }
    for text in not {
        assert!(!finds(pattern, text), "{pattern:?} should not be found in {text:?}");
    }
}

#[test]
fn a_pattern_is_found_anywhere() {
    check("", &["", "a"], &[]);
    check("b+c", &["bc", "abbcd"], &["", "b", "ac"]);
    check("@acme\\.example$", &["ann@acme.example"], &["ann@acme.example.com", "ann@acmexexample"]);
    check("^\\d{3}-\\d{4}$", &["555-1234"], &["555-12345", "x555-1234", "55-1234", "555-1234\n"]);
    check("(?i)mozilla|chrome", &["MoZilla/5.0", "x CHROME"], &["Opera", "Chrom"]);
    check("^(nl|be){2}$", &["nlbe", "bebe"], &["nl", "nlbenl"]);
    check("a{2,3}?$", &["aa", "aaaa"], &["a", "aab"]);
    check("(?x) a b # and a comment\n c", &["abc"], &["a b c"]);
    check("x*", &[""], &[]);
    check("[^\\x00-\\x{10FFFF}]", &[], &["", "a"]);
}

#[test]
fn letters_are_code_points_and_classes_are_ascii() {
    check("^.$", &["a", "é", "☃", "𝄞", "\r"], &["", "\n", "é!", "ab"]);
    check("(?s)^.$", &["\n"], &["\n\n"]);
    check("(?R)^.$", &["a"], &["\r"]);
    check("^[à-ÿ]+$", &["éÿ"], &["É", "e", "ŕ"]);
    check("^[^a]$", &["é", "𝄞", "A"], &["a"]);
    check("\\d", &["7"], &["٧"]);
    check("\\s", &["\t", "\n", "\u{B}", "\u{C}", "\r", " "], &["\u{A0}", "\u{2003}"]);
    check("(?i)é", &["é"], &["É"]);
    check("(?i)k", &["K"], &["\u{212A}"]);
    check("^[[:alpha:]_[:^ascii:]]+$", &["aZ_é"], &["a1"]);
    check("^[]a-]+$", &["]-a"], &["b"]);
    check("\\u{1F600}\\x41\\u00e9", &["😀Aé"], &[]);
}

#[test]
fn ranges_that_touch_are_one() {
    assert_eq!(Set::of([(5, 9), (1, 2), (3, 4), (6, 7)]), Set::of([(1, 9)]));
    assert_eq!(Set::of([(1, 2), (4, 5)]).ranges(), [(1, 2), (4, 5)]);
}

#[test]
fn anchors_and_boundaries_look_at_both_sides() {
    check("^b$", &["b"], &["a\nb", "b\n"]);
    check("(?m)^b$", &["b", "a\nb", "b\na"], &["b\r\n", "ab"]);
    check("(?mR)^b$", &["b\r\n", "a\rb"], &["ab"]);
    check("(?mR)\r$\n", &[], &["\r\n"]);
    check("(?mR)\r^\n", &[], &["\r\n"]);
    check("\\Ab\\z", &["b"], &["b\n"]);
    check("\\bcole\\b", &["cole", "nat cole!", "école"], &["coles", "nicole", "_cole"]);
    check("\\B", &["", "ab", "!"], &["a"]);
    check("n\\b", &["an", "né"], &["na"]);
    check("\\b{start}a\\b{end}", &["a", "-a-"], &["aa"]);
    check("a\\>.\\<b", &["a b"], &["aab"]);
    check("\\b{start-half}-", &["-", "--"], &["a-"]);
    check("-\\b{end-half}", &["-", "a-"], &["-a"]);
    check("(?:^|,)a(?:,|$)", &["a", "b,a,c"], &["ba"]);
    check("^*a$+", &["ba"], &["ab"]);
}

#[test]
fn quirks_of_regex_lite_stay() {
    // Of a range over both cases only the small letters get their other case.
    check("(?i)^[Y-b]$", &["Y", "Z", "a", "b", "A", "B"], &["y", "z"]);
    for (pattern, fine) in [
        // An escaped letter is two under `(?i)`, a plain one is not.
        ("(?i)[\\x41-\\x5A]", false),
        ("(?i)[A-Z]", true),
        // What comes after a `-` is sought past the `#` of a comment, but not past its text.
        ("(?x)[a-#]\n]", true),
        ("(?x)[a-##]\n]]", false),
        ("(?x)[A-##]\n]]", true),
    ] {
        assert_eq!((parse(pattern).is_ok(), regex_lite::Regex::new(pattern).is_ok()), (fine, fine), "{pattern:?}");
    }
}

fn refused(pattern: &str) -> PatternError {
    parse(pattern).err().unwrap_or_else(|| panic!("{pattern} should be refused"))
}

#[test]
fn what_is_refused_says_where_why_and_how_to_mend_it() {
    for (pattern, at, why, mend) in [
        ("ab(c", 2, "a `(` is never closed", "`)`"),
        ("ab)c", 2, "a `)` closes nothing", "open it"),
        ("a|*b", 2, "nothing before the `*`", "`.*`"),
        ("{2}", 0, "nothing before the `{`", "`.*`"),
        ("a{2", 1, "a `{` is never closed", "`{2}`"),
        ("a{x}", 2, "no number", "`{2}`"),
        ("a{2x}", 3, "`x` stands where `}` should", "`{2}`"),
        ("a{3,2}", 1, "`{3,2}` asks for more than it allows", "smaller number first"),
        ("a{99999999999}", 2, "too large", "repeat less"),
        ("é[a-", 2, "a `[` is never closed", "`]`"),
        ("[z-a]", 1, "`z-a` runs backwards", "lower"),
        ("[a-\\d]", 1, "single character", "put it first or last"),
        ("[\\b]", 1, "this is no character", "`\\`"),
        ("[[a]]", 1, "a bracket cannot stand in a bracket", "[[:alpha:]]"),
        ("[a&&b]", 2, "combined with `&&`", "write the characters out"),
        ("\\1", 0, "refer back", "write again"),
        ("x\\", 1, "ends in a single `\\`", "in JSON"),
        ("x\\y", 1, "`\\y` means nothing", "in JSON"),
        ("\\pL", 0, "Unicode's classes", "à-ÿ"),
        ("\\x4", 0, "2 hexadecimal digits", "\\x41"),
        ("\\u{d800}", 0, "no character has this number", "\\x41"),
        ("\\x{4", 0, "never closed", "\\x41"),
        ("\\b{begin}", 0, "`\\b{begin}` means nothing", "{start}"),
        ("a(?=b)", 1, "look ahead or behind", "not"),
        ("(?<!a)b", 0, "look ahead or behind", "not"),
        ("(?z)", 2, "`z` is no flag", "`(?i)`"),
        ("(?ii)", 3, "`i` stands twice", "`(?i)`"),
        ("(?)", 0, "no flags", "`(?i)`"),
        ("(?i", 0, "a `(?` is never closed", "`)`"),
        ("(?<1>a)", 3, "`1` cannot be the name", "letters"),
        ("(?<a>b)(?<a>c)", 10, "two groups are named `a`", "its own name"),
        ("(?<a", 0, "name of a group is never closed", "letters"),
    ] {
        let error = refused(pattern);
        assert!(error.at == at && error.message.contains(why) && error.hint.contains(mend), "{pattern}: {error:?}");
    }
}

#[test]
fn what_is_too_deep_or_too_large_is_refused() {
    let nested = |levels| format!("{}a{}", "(".repeat(levels), ")".repeat(levels));
    assert!(parse(&nested(50)).is_ok() && parse(&format!("a{}", "*".repeat(50))).is_ok());
    assert!(refused(&nested(51)).message.contains("more than 50 deep"));
    let error = refused(&format!("a{}", "*".repeat(51)));
    assert!(error.at == 51 && error.message.contains("more than 50 deep"), "{error:?}");
    // A group that captures is a level, and so is what repeats it; at the deepest level all that is said still counts.
    let repeated = |levels| format!("{}a{}", "(".repeat(levels), ")*".repeat(levels));
    for (pattern, fine) in [(repeated(25), true), (repeated(26), false)] {
        assert_eq!((parse(&pattern).is_ok(), regex_lite::Regex::new(&pattern).is_ok()), (fine, fine), "{pattern}");
    }
    check(&format!("^a{}$", "+".repeat(49)), &["a", "aa"], &["", "ab"]);
    // What is dropped is neither walked nor dropped step by step.
    assert!(parse(&format!("(?:a{}){{0}}", "*".repeat(100_000))).is_ok());

    for (fits, too_large) in [
        ("a{4095}", "a{4096}"),
        ("^.{0,2047}", "^.{0,2047}$"),
        ("(?:a{63}){65}", "(?:a{64}){64}"),
        ("(?:){4095}", "(?:(?:){4294967295}){4294967295}"),
    ] {
        let parsed = parse(fits).unwrap();
        assert!(verify(&compile(&parsed)) && verify(&row::program(&parsed.program, &parsed.alphabet)), "{fits}");
        let error = refused(too_large);
        assert!(error.message.contains("at most 4095") && error.hint.contains("repeat less"), "{error:?}");
    }
    assert_eq!(refused("b(?:a{64}){64}c").at, 10, "where it gets too large");
    assert_eq!(refused("a{4095}b").at, 8, "what fits alone is not where");
}

#[test]
fn a_pattern_of_256_bytes_never_has_too_many_symbols() {
    // The most that there can be: each ASCII character, the rest of two bytes each, and whatever is left.
    let ascii = (0..0x80).map(char::from).filter(|c| !"\\.+*?()|[]{}^$".contains(*c));
    let mut pattern: String = ascii.chain((0xA0_u32..).step_by(2).take(200).filter_map(char::from_u32)).collect();
    while pattern.len() > crate::limits::PATTERN_BYTES {
        pattern.pop();
    }
    check(&pattern, &[&pattern], &[&pattern[1..]]);
    // Beyond that length they are refused.
    let many: String = (0xA0_u32..0x1A0).filter_map(char::from_u32).collect();
    assert!(refused(&many).message.contains("too many different characters"));
}

fn kind(row: &[u32]) -> u32 {
    row[0] & 0xFF
}

#[test]
fn small_automata_are_small_and_large_ones_are_programs() {
    for (pattern, kind_of_row, most) in [
        ("", 1, 35),
        ("^\\d{3}-\\d{4}$", 1, 60),
        ("@acme\\.example$", 1, 120),
        ("(?i)mozilla|chrome", 1, 110),
        ("^.{1,300}$", 1, 500),
        ("[\\x80-\\xFF]", 1, 38),
        // 512 states of 16 symbols are as many transitions as there may be.
        ("^(?:abcdefghijklmn){36}abcdefg$", 1, 4_140),
        ("^(?:abcdefghijklmn){36}abcdefgh$", 2, 700),
        ("(a|b)*a(a|b){8}", 1, 60),
        ("(a|b)*a(a|b){12}$", 2, 100),
        ("^.{1,2000}$", 2, 4_050),
    ] {
        let row = compile(&parse(pattern).unwrap());
        assert!(kind(&row) == kind_of_row && row.len() <= most, "{pattern}: kind {}, {} words", kind(&row), row.len());
    }
}

#[test]
fn texts_that_end_within_a_program_and_its_loops_are_matched() {
    let ends = "(?:[ab]{3}c?)*a[ab]{11}$";
    let text = format!("{}a{}", "abc".repeat(30), "ab".repeat(6));
    check(ends, &[&text[..text.len() - 1]], &["b", &"b".repeat(40)]);
    assert_eq!(kind(&compile(&parse(ends).unwrap())), 2);
    check("^(?:(?:a*b*)*c*)*$", &["aabbccabc", ""], &["abd"]);
    check("^(?:.{0,40}x){30}$", &[&"yx".repeat(30)], &[&"yx".repeat(29), &"z".repeat(500)]);
}

/// The words that are not rows are refused, one at a time.
#[test]
fn verify_refuses_what_leads_nowhere() {
    let parsed = parse("^a[é-ü]\\bb$").unwrap();
    for row in [compile(&parsed), row::program(&parsed.program, &parsed.alphabet)] {
        assert!(verify(&row));
        let change = |at: usize, to: u32| {
            let mut changed = row.clone();
            changed[at] = to;
            verify(&changed)
        };
        let (symbols, ranges, count) = (row[0] >> 8 & 0xFF, row[0] >> 16, row[1] >> 16);
        assert!(!change(0, row[0] & !0xFF | 3), "an unknown kind");
        assert!(!change(0, row[0] & !0xFF00), "no symbols");
        assert!(!change(1, row[1] | 0x7FFF), "a start that is not there");
        assert!(!change(1, row[1] + 0x7_0000), "more states or tables than there are");
        assert!(!change(9, 0xFF), "a symbol that is not there");
        assert!(!change(34, row[34] | 0xFF), "a symbol that is not there, beyond ASCII");
        assert!(!change(9, row[9] & !0xFF | symbols), "the first symbol that is not there");
        assert!(!change(34, row[34] & !0xFF | symbols), "the first symbol that is not there, beyond ASCII");
        if kind(&row) == 1 {
            assert!(!change(1, row[1] & !0xFFFF | (count * (symbols + 1))), "a start behind the last state");
            assert!(!change(1, row[1] & !0xFFFF | 1), "a start within a state");
        } else {
            let (last, steps) = (row.len() - 1, row.len() as u32 - 34 - ranges - count);
            assert!(change(last, (count - 1) << 15 | (steps - 1)) && change(last, 1 << 30 | (steps - 1) << 15), "the last table and step");
            assert!(!change(last, count << 15), "a table behind the last");
            assert!(!change(last, steps), "a step behind the last");
            assert!(!change(last, 1 << 30 | steps << 15), "a step behind the last, to fork to");
        }
        assert!(!change(row.len() - 1, 0x7FFF_7FFF), "a last word that leads nowhere");
        assert!((0..row.len()).all(|end| !verify(&row[..end]) || kind(&row) == 2), "part of an automaton");
        assert!((0..36).all(|end| !verify(&row[..end])), "part of a row");
    }
}
