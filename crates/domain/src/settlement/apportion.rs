//! Shares of a whole in whole units, so that what is shown always sums: the largest remainders are rounded up.

/// Whole units for the exact shares `numerators[i] / divisor` (divisor above zero) that sum to `total`: each share is rounded down,
/// and what is missing goes to the largest remainders, to the earlier of two equal ones. The reversal of a total is exactly reversed.
pub fn by_largest_remainder(total: i64, numerators: &[i128], divisor: i128) -> Vec<i64> {
    if total < 0 {
        let reversed: Vec<i128> = numerators.iter().map(|numerator| -numerator).collect();
        return by_largest_remainder(-total, &reversed, divisor).into_iter().map(|share| -share).collect();
    }
    let count = i128::try_from(numerators.len()).unwrap_or(1);
    if count == 0 {
        return Vec::new();
    }
    let mut shares: Vec<i128> = numerators.iter().map(|numerator| numerator.div_euclid(divisor)).collect();
    let missing = i128::from(total) - shares.iter().sum::<i128>();
    // shares that do not sum to the total (never those of a whole) move together, so that the sum holds in any case
    for share in &mut shares {
        *share += missing.div_euclid(count);
    }
    let mut order: Vec<usize> = (0..numerators.len()).collect();
    order.sort_by_key(|&index| std::cmp::Reverse(numerators[index].rem_euclid(divisor)));
    for &index in order.iter().take(usize::try_from(missing.rem_euclid(count)).unwrap_or(0)) {
        shares[index] += 1;
    }
    shares.into_iter().map(|share| i64::try_from(share).unwrap_or(i64::MAX)).collect()
}

/// `total` in proportion to weights that have a sum; without one the first takes all.
pub fn apportion(total: i64, weights: &[i128]) -> Vec<i64> {
    let sum: i128 = weights.iter().sum();
    if sum == 0 {
        return weights.iter().enumerate().map(|(index, _)| if index == 0 { total } else { 0 }).collect();
    }
    let numerators: Vec<i128> = weights.iter().map(|weight| i128::from(total) * weight * sum.signum()).collect();
    by_largest_remainder(total, &numerators, sum.abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_remainders_are_rounded_up_and_the_sum_holds() {
        assert_eq!(apportion(100, &[1, 1, 1]), [34, 33, 33], "equal remainders: the first");
        assert_eq!(apportion(10, &[26, 35, 39]), [3, 3, 4]);
        assert_eq!(apportion(-10, &[26, 35, 39]), [-3, -3, -4], "a reversal is exact");
        assert_eq!(apportion(7, &[0, 0]), [7, 0]);
        assert_eq!(apportion(5, &[-1, -1]), [3, 2]);
        assert_eq!(apportion(5, &[3, -1]), [8, -3], "7.5 and -2.5");
        assert!(apportion(5, &[]).is_empty());
        assert_eq!(by_largest_remainder(9, &[10, 10], 10), [5, 4], "also where the shares are not those of the total");
    }
}
