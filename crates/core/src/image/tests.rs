//! Images that no document is compiled to: each lies in one thing alone, and is refused for it.

use super::part::{NONE, Span};
use super::row::{Card, SPLIT};
use super::writer::Writer;
use super::{BadImage, Image, Section};
use crate::check::Cap;
use crate::{Ruleset, compile, read};

const DOCUMENT: &str = r#"{"format": 1, "flags": {
    "a": {"purpose": "operational", "owner": "o", "created": "2026-11-01", "variants": {"on": true, "off": false}, "metadata": {"é": 1},
        "rules": [{"id": "r", "when": {"not": {"attribute": "country", "is": ["NL", "BE", "LU"]}}, "serve": "on"},
            {"id": "s", "when": {"attribute": "email", "matches": "^x"}, "serve": "off"}],
        "otherwise": {"split": [{"variant": "on", "weight": 1}, {"variant": "off", "weight": 1}]}, "offVariant": "off"},
    "b": {"purpose": "operational", "owner": "o", "created": "2026-11-01", "variants": {"on": true, "off": false},
        "requires": [{"flag": "a", "is": ["on"]}], "otherwise": "on"}}}"#;

fn ruleset() -> Ruleset {
    compile(&read(DOCUMENT.as_bytes(), Cap::Publisher).checked.unwrap())
}

fn is_sound(Ruleset { words, text, lists }: &Ruleset) -> bool {
    Image::new(words, text.as_bytes(), lists).is_sound()
}

/// The good image with another word in the last row of a section.
fn with(section: Section, word: usize, value: u32) -> Ruleset {
    let mut ruleset = ruleset();
    let (image, width) = (ruleset.image(), Section::WIDTHS[section as usize]);
    let at = image.start(section) + (image.count(section) as usize - 1) * width + word;
    ruleset.words[at] = value;
    ruleset
}

#[test]
fn an_index_names_a_row_that_is_there() {
    let good = ruleset();
    let image = good.image();
    assert_eq!((image.flags(), image.attributes()), (2, 3), "a, b; country, email, targetingKey");
    let count = |section| image.count(section);
    let texts = count(Section::Texts) - 1;
    for (section, word, last, what) in [
        (Section::Flags, 2, count(Section::Variants) - 1, "a variant, or none"),
        (Section::Flags, 4, count(Section::FlagTests), "a stretch from 0 on"),
        (Section::Flags, 9, count(Section::Variants) - 1, "a variant, to be served"),
        (Section::Flags, 9, SPLIT | (count(Section::Splits) - 1), "a split, to be served"),
        (Section::Cards, 0, texts - 1, "a text"),
        (Section::Rules, 1, count(Section::Nodes) - 1, "a condition"),
        (Section::Nodes, 0, 28, "a condition's kind"),
        (Section::Nodes, 1, count(Section::Attributes) - 1, "an attribute that a condition is about"),
        (Section::FlagsByKey, 0, count(Section::Flags), "a place in a table"),
        (Section::Texts, 0, good.text.len() as u32, "where the last text ends"),
        (Section::Buckets, 0, good.lists.len() as u32, "where the last bucket ends"),
    ] {
        assert!(is_sound(&with(section, word, last)), "{what}");
        assert!(!is_sound(&with(section, word, last + 1)), "{what}, one too far");
    }
    assert!(is_sound(&with(Section::Flags, 2, NONE)) && is_sound(&with(Section::Flags, 9, NONE)), "none");
    assert!(!is_sound(&with(Section::Flags, 3, NONE)), "a stretch from beyond all numbers on");
    assert!(!is_sound(&with(Section::Programs, 0, 0x7FFF_7FFF)), "a pattern");
    let mut falling = ruleset();
    let first = falling.image().start(Section::Texts);
    falling.words[first] = NONE;
    assert!(!is_sound(&falling), "texts that do not rise");
}

#[test]
fn what_an_image_consists_of_is_there_and_nothing_else() {
    let change = |change: fn(&mut Ruleset)| {
        let mut ruleset = ruleset();
        change(&mut ruleset);
        is_sound(&ruleset)
    };
    assert!(change(|_| {}));
    assert!(!change(|image| image.words.clear()));
    assert!(!change(|image| image.words.push(0)));
    assert!(!change(|image| image.text.push('x')));
    assert!(!change(|image| image.lists.push(0)));
    assert!(!change(|image| image.words[2 * Section::Cards as usize] += 1), "a section that begins elsewhere");

    let written = |write: fn(&mut Writer<'_>)| {
        let mut writer = Writer::default();
        write(&mut writer);
        let (words, text, lists) = writer.finish();
        is_sound(&Ruleset { words, text, lists })
    };
    assert!(written(|writer| assert_eq!(writer.list(Section::FlagsByKey, &[[0]; 4]).len, 4)));
    assert!(!written(|writer| assert_eq!(writer.list(Section::FlagsByKey, &[[0]; 3]).len, 3)), "a table's size is a power of two");
    assert!(
        !written(|writer| {
            let key = writer.text("a");
            writer.push(&Card { key, public: true, variants: Span::default(), metadata: Span::default() });
        }),
        "what is told of a flag that is not there"
    );
}

#[test]
fn texts_begin_where_a_character_does() {
    let mut ruleset = ruleset();
    let inside = ruleset.text.find('é').unwrap() as u32;
    let (start, count) = (ruleset.image().start(Section::Texts), ruleset.image().count(Section::Texts) as usize);
    let bound = ruleset.words[start..start + count].iter_mut().find(|bound| **bound == inside).unwrap();
    *bound += 1;
    assert!(is_sound(&ruleset));
    assert_eq!(Ruleset::from_image(&ruleset.to_image(&[0; 32])).unwrap_err(), BadImage::Broken);
}

#[test]
fn every_key_and_every_name_is_found_and_no_other() {
    let flag = |number: u32| {
        format!(
            r#""flag-{number:03}": {{"purpose": "operational", "owner": "o", "created": "2026-11-01", "variants": {{"on": true}},
            "rules": [{{"id": "r", "when": {{"attribute": "attribute-{number}.x", "exists": true}}, "serve": "on"}}]}}"#
        )
    };
    let flags: Vec<String> = (0..100).map(flag).collect();
    let document = format!(r#"{{"format": 1, "flags": {{{}}}}}"#, flags.join(", "));
    let ruleset = compile(&read(document.as_bytes(), Cap::Publisher).checked.unwrap());
    let image = ruleset.image();
    for (table, places) in [(Section::FlagsByKey, 256), (Section::Roots, 512)] {
        assert_eq!(image.count(table), places, "{table:?}: at most half of it is taken");
    }
    let named = |name: &str| image.root(name.as_bytes()).map(|root| (image.str(root.name.unwrap()), root.whole, root.nested.len));
    for number in 0..100 {
        assert_eq!(image.flag(format!("flag-{number:03}").as_bytes()), Some(number));
        let [first, whole] = [format!("attribute-{number}"), format!("attribute-{number}.x")];
        assert_eq!(named(&first), Some((first.as_str(), None, 1)));
        assert_eq!(named(&whole), Some((whole.as_str(), Some(number), 0)));
    }
    for other in ["", "flag-100", "flag-0990", "attribute-100", "attribute-9", "attribute-9.y"].map(str::as_bytes) {
        assert_eq!(image.flag(other), None);
        assert_eq!(image.root(other).is_some(), other == b"attribute-9");
    }
}
