//! Which windows of the held minutes have been handed over, so that one that has lost its last reading is noticed.

use std::collections::{BTreeMap, BTreeSet};

use domain::alarms::inputs::WindowSum;
use domain::{LocalMs, RegionId};

#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Held {
    windows: BTreeMap<LocalMs, BTreeSet<RegionId>>,
}

impl Held {
    pub fn add(&mut self, sums: &[WindowSum]) {
        for sum in sums {
            self.windows.entry(sum.start).or_default().insert(sum.region_id);
        }
    }

    /// Forgets windows that start before `oldest`.
    pub fn forget_before(&mut self, oldest: LocalMs) {
        self.windows = self.windows.split_off(&oldest);
    }

    pub fn count(&self) -> i64 {
        self.windows.values().map(|regions| i64::try_from(regions.len()).unwrap_or(0)).sum()
    }

    /// All windows that are there, and those that are not any more without a value.
    pub fn compare(&mut self, all: Vec<WindowSum>) -> Vec<WindowSum> {
        let mut now = Self::default();
        now.add(&all);
        let is_there = |start: LocalMs, region: RegionId| now.windows.get(&start).is_some_and(|found| found.contains(&region));
        let mut sums = all;
        for (start, regions) in &self.windows {
            for region_id in regions.iter().filter(|region| !is_there(*start, **region)) {
                sums.push(WindowSum { region_id: *region_id, start: *start, energy_kwh: None });
            }
        }
        sums.sort_unstable_by_key(|sum| (sum.start, sum.region_id));
        *self = now;
        sums
    }
}

#[cfg(test)]
mod tests {
    use domain::Fixed2;

    use super::*;

    fn sum(region_id: RegionId, start: i64, kwh: Option<i64>) -> WindowSum {
        WindowSum { region_id, start: LocalMs(start), energy_kwh: kwh.map(Fixed2) }
    }

    #[test]
    fn a_window_that_is_gone_is_said_to_be_without_a_value() {
        let mut held = Held::default();
        held.add(&[sum(1, 0, Some(1)), sum(1, 5_000, Some(1)), sum(2, 5_000, Some(2))]);
        held.add(&[sum(1, 5_000, Some(3))]);
        assert_eq!(held.count(), 3, "a revision is no new window");
        held.forget_before(LocalMs(5_000));
        assert_eq!(held.count(), 2);
        let sums = held.compare(vec![sum(1, 5_000, Some(3)), sum(3, 10_000, Some(9))]);
        assert_eq!(sums, [sum(1, 5_000, Some(3)), sum(2, 5_000, None), sum(3, 10_000, Some(9))]);
        assert_eq!(held.count(), 2);
    }
}
