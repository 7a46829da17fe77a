//! The arithmetic of a split: weights, shares of the whole, and what dragging a border does to them.

/// Each part's share of the whole, in percent; all zero where nothing has weight.
pub(crate) fn shares(weights: &[u32]) -> Vec<f64> {
    let total: f64 = weights.iter().map(|weight| f64::from(*weight)).sum();
    weights.iter().map(|weight| if total > 0.0 { f64::from(*weight) * 100.0 / total } else { 0.0 }).collect()
}

/// A share for people: whole, or with as many digits as it takes to a hundredth.
pub(crate) fn said(share: f64) -> String {
    let hundredths = (share * 100.0).round() / 100.0;
    format!("{hundredths}")
}

/// The weights after the border behind part `border` has been put at `percent` of the whole. Only the two parts beside it change.
/// Weights in another unit than percent become percent first, to the tenth where they do not come out whole.
pub(crate) fn drag(weights: &[u32], border: usize, percent: f64) -> Vec<u32> {
    let mut weights = in_percent(weights);
    let whole: u32 = weights.iter().sum();
    let before: u32 = weights.iter().take(border).sum();
    let pair: u32 = weights.iter().skip(border).take(2).sum();
    if weights.len() < border + 2 {
        return weights;
    }
    let place = rounded(percent / 100.0 * f64::from(whole)).clamp(before, before + pair);
    for (index, weight) in weights.iter_mut().enumerate() {
        if index == border {
            *weight = place - before;
        } else if index == border + 1 {
            *weight = before + pair - place;
        }
    }
    weights
}

/// Weights whose sum is 100, or 1000 where tenths are needed to keep every share to a tenth of a percent.
pub(crate) fn in_percent(weights: &[u32]) -> Vec<u32> {
    let total: u32 = weights.iter().copied().fold(0, u32::saturating_add);
    if total == 100 || total == 1000 || total == 0 {
        return weights.to_vec();
    }
    let whole = |of: u64| weights.iter().all(|weight| (u64::from(*weight) * of).is_multiple_of(u64::from(total)));
    let of = if whole(100) { 100 } else { 1000 };
    // Largest remainders: the parts sum to the whole.
    let mut parts: Vec<(usize, u32, u64)> = Vec::new();
    for (index, weight) in weights.iter().enumerate() {
        let product = u64::from(*weight) * of;
        parts.push((index, u32::try_from(product / u64::from(total)).unwrap_or(0), product % u64::from(total)));
    }
    let given: u32 = parts.iter().map(|(_, share, _)| share).sum();
    let missing = usize::try_from(of).unwrap_or(0).saturating_sub(given as usize);
    parts.sort_by_key(|(index, _, rest)| (std::cmp::Reverse(*rest), *index));
    parts.iter_mut().take(missing).for_each(|(_, share, _)| *share += 1);
    parts.sort_by_key(|(index, ..)| *index);
    parts.into_iter().map(|(_, share, _)| share).collect()
}

fn rounded(number: f64) -> u32 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to what fits")]
    let rounded = number.round().clamp(0.0, f64::from(u32::MAX)) as u32;
    rounded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_parts_of_the_whole() {
        assert_eq!(shares(&[1, 1]), [50.0, 50.0]);
        assert_eq!(shares(&[0, 0]), [0.0, 0.0]);
        assert_eq!(shares(&[1, 2]).into_iter().map(said).collect::<Vec<_>>(), ["33.33", "66.67"]);
    }

    #[test]
    fn weights_become_percent_and_keep_their_sum() {
        assert_eq!(in_percent(&[1, 1]), [50, 50]);
        assert_eq!(in_percent(&[1, 1, 1]), [334, 333, 333]);
        assert_eq!(in_percent(&[1, 3, 0]), [25, 75, 0]);
        assert_eq!(in_percent(&[u32::MAX / 4, u32::MAX / 4]), [50, 50]);
        assert_eq!(in_percent(&[30, 70]), [30, 70]);
    }

    #[test]
    fn a_border_moves_the_two_parts_beside_it_and_no_other() {
        assert_eq!(drag(&[1, 1], 0, 70.0), [70, 30]);
        assert_eq!(drag(&[20, 30, 50], 1, 60.0), [20, 40, 40]);
        assert_eq!(drag(&[20, 30, 50], 0, 90.0), [50, 0, 50]);
        assert_eq!(drag(&[20, 30, 50], 1, 3.0), [20, 0, 80]);
        assert_eq!(drag(&[20, 80], 1, 3.0), [20, 80]);
    }
}
