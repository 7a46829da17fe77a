//! `contains`, `startsWith` and `endsWith`, with or without regard to case.

/// Where in a text another is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Anywhere,
    Start,
    End,
}

/// Whether any of `wanted` is in `text` at that place. With `ignore_case`, `wanted` must be in lower case already.
///
/// Ignoring case allocates nothing unless the text has a capital sigma: whether it becomes σ or ς depends on its neighbours, so
/// such a text is lower-cased as a whole. Every other character's lower case is its own.
pub(crate) fn any_found<'w>(place: Place, text: &[u8], mut wanted: impl Iterator<Item = &'w [u8]>, ignore_case: bool) -> bool {
    if !ignore_case {
        return wanted.any(|wanted| found(place, text, wanted));
    }
    let Ok(text) = core::str::from_utf8(text) else { return false };
    if text.contains('Σ') {
        let text = text.to_lowercase();
        return wanted.any(|wanted| found(place, text.as_bytes(), wanted));
    }
    wanted.any(|wanted| core::str::from_utf8(wanted).is_ok_and(|wanted| found_in_lower_case(place, text, wanted)))
}

/// UTF-8's bytes are found in no other place than the characters that they stand for.
fn found(place: Place, text: &[u8], wanted: &[u8]) -> bool {
    match place {
        Place::Anywhere => match wanted.split_first() {
            None => true,
            Some((first, rest)) => {
                (0..text.len()).any(|at| text.get(at) == Some(first) && text.get(at + 1..).is_some_and(|text| text.starts_with(rest)))
            }
        },
        Place::Start => text.starts_with(wanted),
        Place::End => text.ends_with(wanted),
    }
}

fn found_in_lower_case(place: Place, text: &str, wanted: &str) -> bool {
    let mut lower = text.chars().flat_map(char::to_lowercase);
    match place {
        Place::Start => begins(lower, wanted.chars()),
        Place::End => begins(lower.rev(), wanted.chars().rev()),
        Place::Anywhere => loop {
            if begins(lower.clone(), wanted.chars()) {
                return true;
            }
            if lower.next().is_none() {
                return false;
            }
        },
    }
}

fn begins(mut text: impl Iterator<Item = char>, mut wanted: impl Iterator<Item = char>) -> bool {
    wanted.all(|wanted| text.next() == Some(wanted))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn is_found(place: Place, text: &str, wanted: &str, ignore_case: bool) -> bool {
        let wanted = if ignore_case { wanted.to_lowercase() } else { wanted.to_owned() };
        any_found(place, text.as_bytes(), core::iter::once(wanted.as_bytes()), ignore_case)
    }

    #[test]
    fn texts_are_found_where_they_are_asked_for() {
        use Place::{Anywhere, End, Start};
        for (place, text, wanted, case, holds) in [
            (Anywhere, "acme", "cm", false, true),
            (Anywhere, "acme", "CM", false, false),
            (Anywhere, "aCMe", "Cm", true, true),
            (Start, "acme", "ac", false, true),
            (Start, "acme", "cm", false, false),
            (End, "acme", "me", false, true),
            (End, "acme", "ac", false, false),
            (Anywhere, "", "", false, true),
            (Anywhere, "", "", true, true),
            (End, "e", "me", true, false),
            (Start, "STRASSE", "straße", true, false),
            (Start, "İstanbul", "i\u{307}s", true, true),
            (Start, "İstanbul", "istanbul", true, false),
            (Anywhere, "aİ", "\u{307}", true, true),
            (End, "ΟΔΥΣΣΕΥΣ", "υς", true, true),
            (End, "ΟΔΥΣΣΕΥΣ", "υσ", true, false),
            (Anywhere, "ΟΔΥΣΣΕΥΣ", "δυσς", true, false),
        ] {
            assert_eq!(is_found(place, text, wanted, case), holds, "{place:?} {wanted} in {text}, ignoring case: {case}");
        }
    }

    #[test]
    fn any_of_the_wanted_texts_is_enough() {
        assert!(any_found(Place::Anywhere, b"acme", [&b"x"[..], b"m"].into_iter(), false));
        assert!(!any_found(Place::Anywhere, b"acme", [&b"x"[..], b"y"].into_iter(), false));
        assert!(!any_found(Place::Anywhere, b"acme", core::iter::empty(), true));
    }

    proptest! {
        #[test]
        fn ignoring_case_is_lower_casing_both_first(text in "[aAbBİiΣσς \u{307}ßẞ]{0,8}", wanted in "[aAbBİiΣσς \u{307}ßẞ]{0,3}") {
            let (lower, small) = (text.to_lowercase(), wanted.to_lowercase());
            prop_assert_eq!(is_found(Place::Anywhere, &text, &wanted, true), lower.contains(&small));
            prop_assert_eq!(is_found(Place::Start, &text, &wanted, true), lower.starts_with(&small));
            prop_assert_eq!(is_found(Place::End, &text, &wanted, true), lower.ends_with(&small));
        }

        #[test]
        fn every_character_but_capital_sigma_has_a_lower_case_of_its_own(text in "\\PC{0,12}") {
            let text = text.replace('Σ', "");
            prop_assert_eq!(text.chars().flat_map(char::to_lowercase).collect::<String>(), text.to_lowercase());
        }
    }
}
