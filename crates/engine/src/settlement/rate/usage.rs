//! Sums over days.

use domain::Fixed2;
use domain::settlement::{BandMap, DayEnergy};

#[derive(Clone, Copy, Default)]
pub(super) struct Usage {
    pub energy: BandMap<Fixed2>,
    pub estimated: BandMap<Fixed2>,
    pub shaped: BandMap<Fixed2>,
    pub reported_kwh: Fixed2,
    pub kvarh: Fixed2,
    pub kvarh_intervals: u32,
}

impl Usage {
    pub fn add(&mut self, day: &DayEnergy) {
        add_bands(&mut self.energy, &day.energy);
        add_bands(&mut self.estimated, &day.estimated);
        add_bands(&mut self.shaped, &day.shaped);
        self.reported_kwh = plus(self.reported_kwh, day.reported_kwh);
        self.kvarh = plus(self.kvarh, day.kvarh);
        self.kvarh_intervals += u32::from(day.kvarh_intervals);
    }
}

pub(super) fn add_bands(sum: &mut BandMap<Fixed2>, more: &BandMap<Fixed2>) {
    for (band, kwh) in more.iter() {
        let slot = sum.get_mut(band);
        *slot = plus(*slot, kwh);
    }
}

/// Sums of a bill stay at the end of the range instead of failing; no meter gets there.
pub(super) fn plus(one: Fixed2, other: Fixed2) -> Fixed2 {
    Fixed2(one.0.saturating_add(other.0))
}

pub(super) fn minus(one: Fixed2, other: Fixed2) -> Fixed2 {
    Fixed2(one.0.saturating_sub(other.0))
}

pub(super) fn sum(values: impl Iterator<Item = Fixed2>) -> Fixed2 {
    values.fold(Fixed2::ZERO, plus)
}
