//! "Did you mean …?": the known word that is nearest to a mistyped one.

/// The word of `known` that `word` is probably meant to be: equal but for case and `-`/`_`, or at most a third of its letters away.
///
/// ```
/// use halyard_core::check::nearest;
/// assert_eq!(nearest("contry", ["county", "country"]), Some("country"));
/// assert_eq!(nearest("shoe-size", ["county", "country"]), None);
/// ```
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let plain = flatten(word);
    // Longer words are nobody's typing error, and their distance would cost.
    if plain.len() > 64 {
        return None;
    }
    let allowed = (plain.len() / 3).max(1);
    known
        .into_iter()
        .filter_map(|candidate| {
            let other = flatten(candidate);
            if plain.len().abs_diff(other.len()) > allowed {
                return None;
            }
            let distance = distance(&plain, &other);
            (distance <= allowed && distance < other.len()).then_some((distance, candidate))
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// "did you mean `owner`?", or what else to say.
///
/// ```
/// use halyard_core::check::hint;
/// let known = ["owner", "purpose"];
/// assert_eq!(hint("onwer", known, || "say who answers for it".to_owned()), "did you mean `owner`?");
/// assert_eq!(hint("colour", known, || "take it out".to_owned()), "take it out");
/// ```
pub fn hint<'a>(word: &str, known: impl IntoIterator<Item = &'a str>, otherwise: impl FnOnce() -> String) -> String {
    nearest(word, known).map_or_else(otherwise, |found| format!("did you mean `{found}`?"))
}

fn flatten(word: &str) -> Vec<char> {
    word.chars().filter(|c| !matches!(c, '-' | '_' | ' ')).flat_map(char::to_lowercase).collect()
}

/// Optimal string alignment distance: insertions, deletions, replacements and swaps of neighbours.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let at = |row: &[usize], index: usize| row.get(index).copied().unwrap_or(usize::MAX / 2);
            let mut best = (at(&above, j) + usize::from(x != y)).min(at(&above, j + 1) + 1).min(at(&row, j) + 1);
            let swapped = i > 0 && j > 0 && a.get(i - 1) == Some(y) && b.get(j - 1) == Some(x);
            if swapped {
                best = best.min(at(&before, j - 1) + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut above, row);
    }
    above.last().copied().unwrap_or_default()
}

/// Words as a message lists them: "`a`, `b` and `c`".
///
/// ```
/// use halyard_core::check::listing;
/// assert_eq!(listing(&["on", "off", "later"], "or"), "`on`, `off` or `later`");
/// ```
pub fn listing<S: AsRef<str>>(words: &[S], and: &str) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{}`", word.as_ref())).collect();
    match quoted.split_last() {
        None => "nothing".to_owned(),
        Some((only, [])) => only.clone(),
        Some((last, rest)) => format!("{} {and} {last}", rest.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistyped_word_finds_the_one_that_was_meant() {
        let known = ["owner", "otherwise", "offVariant", "startsWith", "endsWith", "is", "all"];
        for (word, meant) in [
            ("onwer", Some("owner")),
            ("off_variant", Some("offVariant")),
            ("OTHERWISE", Some("otherwise")),
            ("startWith", Some("startsWith")),
            ("al", Some("all")),
            ("ownership", None),
            ("zz", None),
            ("", None),
        ] {
            assert_eq!(nearest(word, known), meant, "{word}");
        }
    }
}
