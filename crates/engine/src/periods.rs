//! Months and years of a region: composed from day and month totals, with their distinct users.

use std::collections::BTreeMap;

use domain::effect::GroupTotals;
use domain::{Day, RegionId};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::totals;

/// A month (parts are days) or a year (parts are months).
#[derive(Default)]
pub struct Period {
    pub parts: BTreeMap<Day, GroupTotals>,
    pub user_count: i64,
    last_used: u64,
}

impl Period {
    pub fn set_part(&mut self, day: Day, totals: Option<GroupTotals>) {
        match totals {
            Some(totals) => {
                self.parts.insert(day, totals);
            }
            None => {
                self.parts.remove(&day);
            }
        }
    }

    pub fn content(&self) -> Option<(GroupTotals, i64)> {
        totals::merge(self.parts.values()).map(|totals| (totals, self.user_count))
    }
}

/// Held periods by region and first day. Between flushes all are clean.
#[derive(Default)]
pub struct Periods {
    held: FxHashMap<(RegionId, Day), Period>,
}

impl Periods {
    pub fn contains(&self, key: (RegionId, Day)) -> bool {
        self.held.contains_key(&key)
    }

    pub fn get_mut(&mut self, key: (RegionId, Day), now: u64) -> &mut Period {
        let period = self.held.entry(key).or_default();
        period.last_used = now;
        period
    }

    /// Lets go of the longest unused while more than `max` are held; never of those in `needed`.
    pub fn evict(&mut self, max: usize, needed: &FxHashSet<(RegionId, Day)>) {
        if self.held.len() <= max {
            return;
        }
        let mut used: Vec<u64> = self.held.values().map(|period| period.last_used).collect();
        used.sort_unstable();
        let oldest_kept = used[self.held.len() - max];
        self.held.retain(|key, period| period.last_used >= oldest_kept || needed.contains(key));
    }

    pub fn clear(&mut self) {
        self.held.clear();
    }
}
