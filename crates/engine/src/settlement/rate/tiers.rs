//! Tiers: how much of an energy lies in which of them, and mode B's cells of tier and band.

use domain::Fixed2;
use domain::settlement::apportion::apportion;
use domain::settlement::tariff::{TierPeriod, Tiers};

use super::usage::{minus, plus};

const BANDS: usize = 5;

/// Upper limits of all tiers but the last.
pub(super) struct Limits {
    upto: Vec<Fixed2>,
    pub by: TierPeriod,
}

/// What has been used before, this month and this tier year, in tiers.
#[derive(Clone, Copy)]
pub(super) struct Position {
    pub month: Fixed2,
    pub year: Fixed2,
}

impl Limits {
    /// None where no season has the month.
    pub fn of(tiers: &Tiers, month: u32, has_many_people: bool) -> Option<Self> {
        let is_in = |months: &[u8]| months.is_empty() || months.iter().any(|&one| u32::from(one) == month);
        let season = tiers.seasons.iter().find(|season| is_in(&season.months))?;
        let more = if has_many_people { tiers.many_people_kwh } else { 0 };
        let limit = |kwh: &u32| Fixed2((i64::from(*kwh) + i64::from(more)) * 100);
        Some(Self { upto: season.upto_kwh.iter().map(limit).collect(), by: tiers.by })
    }

    pub fn used(&self, position: &Position) -> Fixed2 {
        match self.by {
            TierPeriod::Month => position.month,
            TierPeriod::Year { .. } => position.year,
        }
    }

    /// kWh of each tier for energy used after `before`; negative energy goes back through the tiers it came from.
    pub fn split(&self, before: Fixed2, energy: Fixed2) -> Vec<Fixed2> {
        let after = plus(before, energy);
        (0..=self.upto.len()).map(|tier| minus(self.part(tier, after), self.part(tier, before))).collect()
    }

    /// The tier that use of so much is in, from 0.
    fn tier_at(&self, used: Fixed2) -> usize {
        self.upto.iter().take_while(|limit| **limit < used).count()
    }

    /// How much of a use lies in a tier. Below zero everything is in the first: each part rises with the use, and they sum to it.
    fn part(&self, tier: usize, used: Fixed2) -> Fixed2 {
        let from = tier.checked_sub(1).map(|below| self.upto[below]);
        let below = self.upto.get(tier).map_or(used, |upto| used.min(*upto));
        from.map_or(below, |from| minus(below, from).max(Fixed2::ZERO))
    }

    /// Mode B: kWh of each tier and band. A tier takes what is left of each band in proportion, in units of 0.01 kWh by largest
    /// remainder, and the highest tier takes the rest: so the cells sum to their tier and to their band.
    pub fn cells(&self, before: Fixed2, bands: [Fixed2; BANDS]) -> Vec<[Fixed2; BANDS]> {
        let energy = bands.iter().copied().fold(Fixed2::ZERO, plus);
        let rows = self.split(before, energy);
        let last = rows.iter().rposition(|kwh| *kwh != Fixed2::ZERO).unwrap_or_else(|| self.tier_at(before));
        let mut left = bands;
        let mut cells = vec![[Fixed2::ZERO; BANDS]; rows.len()];
        for (tier, kwh) in rows.iter().enumerate().take(last) {
            let shares = apportion(kwh.0, &left.map(|kwh| i128::from(kwh.0)));
            for (band, share) in shares.into_iter().enumerate() {
                cells[tier][band] = Fixed2(share);
                left[band] = minus(left[band], Fixed2(share));
            }
        }
        if let Some(rest) = cells.get_mut(last) {
            *rest = left;
        }
        cells
    }
}
