//! `contains`, `startsWith` and `endsWith`.

/// Where in a text another is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Anywhere,
    Start,
    End,
}

/// Whether `wanted` is in `text` at that place. UTF-8's bytes are found in no other place than the characters that they stand for.
///
/// Without regard to case both are in lower case already (Unicode's full mapping, a final sigma by its neighbours): the document's
/// texts since it was compiled, the context's since it was bound.
pub(crate) fn found(place: Place, text: &[u8], wanted: &[u8]) -> bool {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn is_found(place: Place, text: &str, wanted: &str, ignore_case: bool) -> bool {
        let in_case = |text: &str| if ignore_case { text.to_lowercase() } else { text.to_owned() };
        found(place, in_case(text).as_bytes(), in_case(wanted).as_bytes())
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
}
