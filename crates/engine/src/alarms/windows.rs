//! Energy of the last windows of every region and all below it, held as running totals so that any span is one subtraction.

use std::collections::VecDeque;

use domain::alarms::inputs::NotLoad;
use domain::{Fixed2, LocalMs};

use super::tree::Tree;

const WINDOW_MS: i64 = domain::local_time::WINDOW_MS;
/// Windows of one load.
pub(super) const LOAD_WINDOWS: i64 = 180;
const MINUTE_MS: i64 = 60_000;
const LOAD_MS: i64 = LOAD_WINDOWS * WINDOW_MS;

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
struct Total {
    kwh: i64,
    /// Regions' own windows that had readings.
    rows: u32,
}

#[derive(Clone, Default)]
struct Series {
    /// What the region itself reported, per held window.
    own: VecDeque<Option<i64>>,
    /// Totals before each held window, and after the last.
    totals: VecDeque<Total>,
    /// Moment and running total of energy that is not load, oldest first.
    not_load: Vec<(i64, i64)>,
}

#[derive(Clone, Default)]
pub(super) struct Windows {
    series: Vec<Series>,
    /// Number of the oldest held window, and of the one that comes next.
    first: i64,
    next: Option<i64>,
    keep: i64,
}

/// Number of the window that starts then; also how many have ended.
pub(super) fn number(at: LocalMs) -> i64 {
    at.0.div_euclid(WINDOW_MS)
}

impl Windows {
    pub fn new(regions: usize, keep_minutes: u16) -> Self {
        let series = (0..regions).map(|_| Series { totals: VecDeque::from([Total::default()]), ..Series::default() }).collect();
        Self { series, keep: i64::from(keep_minutes) * 60_000 / WINDOW_MS, ..Self::default() }
    }

    /// Makes `from` the next window; true when nothing was held before, so that what is older is history and no revision.
    pub fn begin(&mut self, from: LocalMs) -> bool {
        let from = number(from);
        match self.next {
            Some(next) if (next..=next + self.keep).contains(&from) => {
                while self.next.is_some_and(|next| next < from) {
                    self.push(&[]);
                }
                false
            }
            _ => {
                for series in &mut self.series {
                    series.own = vec![None; usize::try_from(self.keep).unwrap_or(0)].into();
                    series.totals = vec![Total::default(); series.own.len() + 1].into();
                }
                self.first = from - self.keep;
                self.next = Some(from);
                true
            }
        }
    }

    /// The same windows over another tree or another length.
    pub fn moved_to(&self, old: &Tree, tree: &Tree, keep_minutes: u16) -> Self {
        let mut windows = Self::new(tree.len(), keep_minutes);
        let Some(next) = self.next else { return windows };
        windows.begin(LocalMs(self.first * WINDOW_MS));
        for window in self.first..next {
            let slot = usize::try_from(window - self.first).unwrap_or(0);
            let own = (0..old.len()).filter_map(|region| {
                let kwh = self.series[region].own.get(slot).copied().flatten()?;
                Some((tree.number(old.region_id(region))?, Fixed2(kwh)))
            });
            let added = Added::of_window(tree, &own.collect::<Vec<_>>());
            windows.push(&added);
        }
        windows
    }

    /// The next window: own energy by region, and whom it counts for.
    pub fn push(&mut self, sums: &[(usize, Added)]) {
        let Some(next) = self.next.as_mut() else { return };
        *next += 1;
        for series in &mut self.series {
            let last = series.totals.back().copied().unwrap_or_default();
            series.totals.push_back(last);
            series.own.push_back(None);
        }
        for (region, sum) in sums {
            let series = &mut self.series[*region];
            if let Some(last) = series.totals.back_mut() {
                last.kwh = last.kwh.wrapping_add(sum.kwh);
                last.rows = last.rows.wrapping_add(sum.rows);
            }
            if let Some(last) = series.own.back_mut() {
                *last = sum.own;
            }
        }
        if self.next.unwrap_or(0) - self.first > self.keep {
            self.first += 1;
            for series in &mut self.series {
                series.own.pop_front();
                series.totals.pop_front();
            }
        }
    }

    /// A window that is held gets another content; false when it is not held or nothing changed.
    pub fn revise(&mut self, tree: &Tree, region: usize, window: i64, own: Option<i64>) -> bool {
        let Some(slot) = usize::try_from(window - self.first).ok() else { return false };
        let Some(cell) = self.series[region].own.get_mut(slot) else { return false };
        let before = std::mem::replace(cell, own);
        if before == own {
            return false;
        }
        let kwh = own.unwrap_or(0).wrapping_sub(before.unwrap_or(0));
        for above in tree.upward(region) {
            for total in self.series[above].totals.iter_mut().skip(slot + 1) {
                total.kwh = total.kwh.wrapping_add(kwh);
                total.rows = total.rows.wrapping_add(u32::from(own.is_some())).wrapping_sub(u32::from(before.is_some()));
            }
        }
        true
    }

    pub fn holds(&self, window: i64) -> bool {
        window >= self.first && self.next.is_some_and(|next| window <= next)
    }

    /// Energy of the windows `from..to`, and whether there was any reading. What is no longer held counts as nothing.
    fn energy(&self, region: usize, from: i64, to: i64) -> Option<i64> {
        let totals = &self.series[region].totals;
        let at = |window: i64| {
            let slot = usize::try_from((window - self.first).max(0)).unwrap_or(0).min(totals.len().saturating_sub(1));
            totals.get(slot).copied().unwrap_or_default()
        };
        let (before, after) = (at(from), at(to));
        (after.rows != before.rows).then(|| after.kwh.wrapping_sub(before.kwh))
    }

    /// Load at the end of a window, from the 15 minutes before; none when they have no reading.
    pub fn load_kw(&self, region: usize, at: i64) -> Option<i64> {
        let kwh = self.energy(region, at - LOAD_WINDOWS, at)?;
        Some(kwh.saturating_sub(self.not_load_kwh(region, at)).saturating_mul(4))
    }

    /// Energy of the window that ends then.
    pub fn window_kwh(&self, region: usize, at: i64) -> Option<i64> {
        self.energy(region, at - 1, at)
    }

    /// Whether the loads at `at` may differ from those one window before: something came in or went out.
    pub fn moved(&self, region: usize, at: i64, spans: &[u16]) -> bool {
        let edge = |at: i64| {
            self.energy(region, at - 1, at).is_some() || self.energy(region, at - 1 - LOAD_WINDOWS, at - LOAD_WINDOWS).is_some()
        };
        !self.series[region].not_load.is_empty() || edge(at) || spans.iter().any(|span| edge(at - span_windows(*span)))
    }

    /// Another set of energy that is no load.
    pub fn set_not_load(&mut self, tree: &Tree, entries: &[NotLoad]) {
        for series in &mut self.series {
            series.not_load.clear();
        }
        for entry in entries {
            let Some(region) = tree.number(entry.region_id) else { continue };
            for above in tree.upward(region) {
                self.series[above].not_load.push((entry.minute.0, entry.energy_kwh.0));
            }
        }
        for series in &mut self.series {
            series.not_load.sort_unstable();
            let mut total = 0_i64;
            for (_, kwh) in &mut series.not_load {
                total = total.saturating_add(*kwh);
                *kwh = total;
            }
        }
    }

    fn not_load_kwh(&self, region: usize, at: i64) -> i64 {
        let entries = &self.series[region].not_load;
        if entries.is_empty() {
            return 0;
        }
        // whole minutes are named: one that the 15 minutes touch counts, so that no limit is passed by what is no load
        let end_ms = at * WINDOW_MS;
        let before = |ms: i64| match entries.partition_point(|(moment, _)| *moment < ms) {
            0 => 0,
            count => entries[count - 1].1,
        };
        before(end_ms).saturating_sub(before(end_ms - LOAD_MS - MINUTE_MS + 1))
    }
}

pub(super) fn span_windows(minutes: u16) -> i64 {
    i64::from(minutes) * 60_000 / WINDOW_MS
}

/// What one window adds to a region.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Added {
    pub kwh: i64,
    pub rows: u32,
    pub own: Option<i64>,
}

impl Added {
    /// Own windows of some regions, added up over everything above them.
    pub fn of_window(tree: &Tree, own: &[(usize, Fixed2)]) -> Vec<(usize, Self)> {
        let mut sums: std::collections::BTreeMap<usize, Self> = std::collections::BTreeMap::new();
        for (region, kwh) in own {
            for above in tree.upward(*region) {
                let sum = sums.entry(above).or_default();
                sum.kwh = sum.kwh.saturating_add(kwh.0);
                sum.rows += 1;
            }
            sums.entry(*region).or_default().own = Some(kwh.0);
        }
        sums.into_iter().collect()
    }
}
