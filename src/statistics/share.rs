//! Shares that add up to 100.

use std::cmp::Reverse;

/// The percentages of `parts` (each at least 0): whole, and 100 in all, by the largest remainder. Of equal remainders the
/// one that stands first is rounded up. `None` when the parts are 0 in all.
pub fn percentages(parts: &[i64]) -> Option<Vec<i64>> {
    let total: i128 = parts.iter().copied().map(i128::from).sum();
    if total <= 0 {
        return None;
    }
    let hundredfold = |part: &i64| i128::from(*part) * 100;
    let mut shares: Vec<i64> = parts
        .iter()
        .map(|part| i64::try_from(hundredfold(part) / total).unwrap_or_default())
        .collect();
    let missing = usize::try_from(100 - shares.iter().sum::<i64>()).unwrap_or_default();
    let mut by_remainder: Vec<usize> = (0..parts.len()).collect();
    by_remainder.sort_by_key(|index| Reverse(parts.get(*index).map(|part| hundredfold(part) % total)));
    for index in by_remainder.into_iter().take(missing) {
        if let Some(share) = shares.get_mut(index) {
            *share += 1;
        }
    }
    Some(shares)
}
