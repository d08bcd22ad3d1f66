//! Part of the independent calculation: largest remainders, tiers, and cells of tier and band.

use std::collections::BTreeMap;

use domain::settlement::tariff::Tiers;
use domain::settlement::{Band, Terms};
use rust_decimal::{Decimal, RoundingStrategy};

use crate::support::Case;

fn cent() -> Decimal {
    Decimal::new(1, 2)
}

/// Cents for exact shares that sum to `total`.
pub fn largest_remainders(total: Decimal, exact: &[Decimal]) -> Vec<Decimal> {
    if total.is_sign_negative() && !total.is_zero() {
        let reversed: Vec<Decimal> = exact.iter().map(|share| -share).collect();
        return largest_remainders(-total, &reversed).into_iter().map(|share| -share).collect();
    }
    let mut shares: Vec<Decimal> =
        exact.iter().map(|share| share.round_dp_with_strategy(2, RoundingStrategy::ToNegativeInfinity)).collect();
    let mut left: Decimal = total - shares.iter().sum::<Decimal>();
    let mut given = vec![false; exact.len()];
    while left >= cent() {
        let mut best: Option<usize> = None;
        for index in (0..exact.len()).filter(|&index| !given[index]) {
            let rest = |index: usize| exact[index] - exact[index].round_dp_with_strategy(2, RoundingStrategy::ToNegativeInfinity);
            if best.is_none_or(|best| rest(index) > rest(best)) {
                best = Some(index);
            }
        }
        let best = best.expect("never more cents than shares");
        given[best] = true;
        shares[best] += cent();
        left -= cent();
    }
    shares
}

/// kWh of each tier: how much of (before, before + used] lies between its limits.
pub fn tier_kwh(case: &Case, tiers: &Tiers, terms: &Terms, before: Decimal, used: Decimal) -> Vec<Decimal> {
    let month = u8::try_from(case.period.month.month).expect("a month");
    let season =
        tiers.seasons.iter().find(|season| season.months.is_empty() || season.months.contains(&month)).expect("a season");
    let more = if terms.has_many_people { tiers.many_people_kwh } else { 0 };
    let mut limits: Vec<Decimal> = season.upto_kwh.iter().map(|kwh| Decimal::from(kwh + more)).collect();
    limits.push(Decimal::from(i64::MAX));
    let (low, high) = (before.min(before + used), before.max(before + used));
    let sign = if used.is_sign_negative() { -Decimal::ONE } else { Decimal::ONE };
    let mut from = -Decimal::from(i64::MAX);
    let mut kwh = Vec::new();
    for limit in limits {
        kwh.push((high.min(limit) - low.max(from)).max(Decimal::ZERO) * sign);
        from = limit;
    }
    kwh
}

/// Mode B: each tier takes its share of what is left of the bands; the highest one used takes the rest.
pub fn by_share(tiers: &[Decimal], bands: &BTreeMap<Band, Decimal>) -> Vec<Vec<(Band, Decimal)>> {
    let mut left: Vec<(Band, Decimal)> = bands.iter().map(|(band, kwh)| (*band, *kwh)).collect();
    let last = tiers.iter().rposition(|kwh| !kwh.is_zero()).unwrap_or(0);
    let mut cells = Vec::new();
    for (index, tier) in tiers.iter().enumerate() {
        let rest: Decimal = left.iter().map(|(_, kwh)| kwh).sum();
        let row = if index == last {
            left.iter().map(|(_, kwh)| *kwh).collect()
        } else if rest.is_zero() || tier.is_zero() {
            vec![Decimal::ZERO; left.len()]
        } else {
            largest_remainders(*tier, &left.iter().map(|(_, kwh)| tier * kwh / rest).collect::<Vec<_>>())
        };
        cells.push(left.iter().zip(&row).map(|((band, _), kwh)| (*band, *kwh)).collect());
        for ((_, left), kwh) in left.iter_mut().zip(row) {
            *left -= kwh;
        }
    }
    cells
}
