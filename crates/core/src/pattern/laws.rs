//! Laws over random patterns, texts and words: regex-lite is the oracle, for matches and for what is refused.

use super::random::{Random, nearly, pattern, text};
use super::{automaton, compile, minimise, parse, row};
use crate::operators::matches::{is_match, verify};
use regex_lite::Regex;

/// Patterns and texts from these seeds; how many patterns were good, and how many texts were found.
fn agree(seeds: std::ops::Range<u64>) -> (usize, usize) {
    let (mut good, mut found) = (0, 0);
    for seed in seeds {
        let mut random = Random(seed);
        let pattern = pattern(&mut random);
        let (parsed, oracle) = (parse(&pattern), Regex::new(&pattern));
        assert_eq!(parsed.is_ok(), oracle.is_ok(), "seed {seed}: {pattern:?}: {:?}, {:?}", parsed.err(), oracle.err());
        let (Ok(parsed), Ok(oracle)) = (parsed, oracle) else { continue };
        good += 1;
        let rows = [compile(&parsed), row::program(&parsed.program, &parsed.alphabet)];
        assert!(rows.iter().all(|row| verify(row)), "seed {seed}: {pattern:?}: {rows:?}");
        for _ in 0..6 {
            let text = text(&mut random, &pattern);
            let expected = oracle.is_match(&text);
            found += usize::from(expected);
            for row in &rows {
                assert_eq!(is_match(row, text.as_bytes()), expected, "seed {seed}: {pattern:?} in {text:?}, kind {}", row[0] & 0xFF);
            }
        }
    }
    (good, found)
}

/// Strings from these seeds; how many were good.
fn refuse_alike(seeds: std::ops::Range<u64>) -> usize {
    let mut good = 0;
    for seed in seeds {
        let pattern = nearly(&mut Random(seed));
        let (parsed, oracle) = (parse(&pattern), Regex::new(&pattern));
        if let Err(error) = &parsed {
            assert!(pattern.is_char_boundary(error.at), "seed {seed}: {pattern:?}: {error:?}");
            if error.message.contains("too large: written out") {
                continue;
            }
        }
        assert_eq!(parsed.is_ok(), oracle.is_ok(), "seed {seed}: {pattern:?}: {:?}, {:?}", parsed.err(), oracle.err());
        good += usize::from(parsed.is_ok());
    }
    good
}

/// Words of anybody's making, and rows with a few words changed, from these seeds: each must end, without a panic.
fn endure(seeds: std::ops::Range<u64>) {
    let texts: [&[u8]; 5] = [b"", b"ann@acme.example", "é☃𝄞\n".as_bytes(), b"\xF0\x9F", b"\x80\xFF\xFE\xC0a\xED\xA0\x80"];
    for seed in seeds {
        let mut random = Random(seed);
        let mut words: Vec<u32> = if random.below(2) == 0 {
            (0..random.below(200)).map(|_| random.next() as u32).collect()
        } else {
            let Ok(parsed) = parse(&pattern(&mut random)) else { continue };
            if random.below(2) == 0 { compile(&parsed) } else { row::program(&parsed.program, &parsed.alphabet) }
        };
        for _ in 0..random.below(4) {
            let at = random.below(words.len() + 1);
            match random.below(4) {
                0 => words.truncate(at),
                1 if at < words.len() => words[at] ^= 1 << random.below(32),
                2 if at < words.len() => words[at] = random.next() as u32,
                _ => words.insert(at, random.next() as u32),
            }
        }
        if let Some(head) = words.first_mut().filter(|_| random.below(2) == 0) {
            *head = *head & 0xFFFF | (1 + random.below(2) as u32);
        }
        verify(&words);
        for text in texts {
            is_match(&words, text);
        }
    }
}

/// How many states there are that some text tells apart: the obvious way, over all pairs.
fn distinct(rows: &[Vec<u32>]) -> usize {
    let differ = |one: &Vec<u32>, other: &Vec<u32>| one.last() != other.last();
    let mut apart: Vec<Vec<bool>> = rows.iter().map(|one| rows.iter().map(|other| differ(one, other)).collect()).collect();
    loop {
        let leads_apart =
            |one: usize, other: usize| rows[one].iter().zip(&rows[other]).any(|(one, other)| apart[*one as usize][*other as usize]);
        let all = (0..rows.len()).flat_map(|one| (0..one).map(move |other| (one, other)));
        let new: Vec<(usize, usize)> = all.filter(|&(one, other)| !apart[one][other] && leads_apart(one, other)).collect();
        if new.is_empty() {
            return (0..rows.len()).filter(|one| (0..*one).all(|other| apart[*one][other])).count();
        }
        for (one, other) in new {
            apart[one][other] = true;
            apart[other][one] = true;
        }
    }
}

/// Automata of the patterns from these seeds and of two that are hard; how many got smaller.
fn minimal(seeds: std::ops::Range<u64>) -> usize {
    let hard = ["^(?:a{9}b|[ac]{10}|(?:bc){5})$", "(?:a|b)*a(?:a|b){3}c?$"].map(str::to_owned);
    let mut smaller = 0;
    for pattern in hard.into_iter().chain(seeds.map(|seed| pattern(&mut Random(seed)))) {
        let Ok(parsed) = parse(&pattern) else { continue };
        let Some(automaton) = automaton::build(&parsed.program, &parsed.alphabet).filter(|made| made.rows.len() <= 60) else { continue };
        let rows = minimise::minimise(&automaton).rows;
        assert_eq!(rows.len(), distinct(&automaton.rows), "{pattern:?}: {:?} became {rows:?}", automaton.rows);
        smaller += usize::from(rows.len() < automaton.rows.len());
    }
    smaller
}

#[test]
fn minimising_leaves_no_two_states_alike_and_joins_no_others() {
    let smaller = minimal(0..1_500);
    assert!(smaller > 300, "{smaller} got smaller");
}

#[test]
fn both_kinds_of_row_find_what_regex_lite_finds() {
    let (good, found) = agree(0..4_000);
    assert!(good > 2_500 && found > 3_000, "{good} good patterns, {found} texts found");
}

#[test]
fn what_regex_lite_refuses_is_refused() {
    let good = refuse_alike(0..20_000);
    assert!((1_000..19_000).contains(&good), "{good} were good");
}

#[test]
fn any_words_at_all_are_endured() {
    endure(0..20_000);
}

#[test]
#[ignore = "minutes: a million patterns, and as many strings and rows"]
fn the_laws_hold_at_length() {
    let (good, found) = agree(1_000_000..2_000_000);
    let refused = 1_000_000 - refuse_alike(1_000_000..2_000_000);
    endure(1_000_000..2_000_000);
    minimal(1_000_000..1_100_000);
    println!("{good} good patterns of a million, {found} of {} texts found, {refused} strings refused", good * 6);
}
