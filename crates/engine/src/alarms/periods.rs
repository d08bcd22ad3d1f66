//! Closed periods that become due in a step, and sums of running ones followed window by window.

use std::collections::{BTreeMap, BTreeSet};

use domain::alarms::Metric;
use domain::alarms::inputs::{RankChange, StepInput};
use domain::effect::Grain;
use domain::{Fixed2, LocalMs};

use super::rules::Rules;
use super::tree::Tree;
use super::values::{Reading, Values};
use super::windows::Added;

pub(super) fn period_start(grain: Grain, at: LocalMs) -> LocalMs {
    match grain {
        Grain::Quarter => at.plus_ms(-at.0.rem_euclid(900_000)),
        Grain::Hour => at.hour_start(),
        Grain::Day => at.day().start(),
        Grain::Month => at.day().month_start().start(),
        Grain::Year => at.day().year_start().start(),
    }
}

/// The start of the period after the one that starts then.
pub(super) fn period_end(grain: Grain, start: LocalMs) -> LocalMs {
    match grain {
        Grain::Quarter => start.plus_ms(900_000),
        Grain::Hour => start.plus_ms(3_600_000),
        Grain::Day => start.day().end(),
        Grain::Month => domain::Day(start.day().0 + 31).month_start().start(),
        Grain::Year => domain::Day(start.day().0 + 366).year_start().start(),
    }
}

/// When a period is judged.
pub(super) fn due_at(grain: Grain, start: LocalMs, grace_ms: i64) -> LocalMs {
    period_end(grain, start).plus_ms(grace_ms)
}

/// Sums of one closed period over the tree, as each metric wants them.
pub(super) fn metric_of(grain: Grain) -> Option<(Metric, i64)> {
    match grain {
        Grain::Quarter => Some((Metric::QuarterKw, 4)),
        Grain::Hour => Some((Metric::HourKwh, 1)),
        Grain::Day => Some((Metric::DayKwh, 1)),
        Grain::Month | Grain::Year => None,
    }
}

/// What is judged at one moment because periods are closed.
#[derive(Default)]
pub(super) struct Due {
    /// Per metric the value of each region by number.
    pub by_metric: Vec<(Metric, Vec<Option<i64>>)>,
    /// Of users, when ranks of an hour are due.
    pub ranks: Option<Vec<RankChange>>,
}

impl Due {
    pub fn set(&self, region: usize, values: &mut Values) {
        for (metric, sums) in &self.by_metric {
            values.set(*metric, Reading::of(sums[region]));
        }
    }
}

/// Everything that becomes due in `(from, to]`, also what has no row.
pub(super) fn due(tree: &Tree, rules: &Rules, input: &StepInput, from: LocalMs, grace_ms: i64) -> BTreeMap<LocalMs, Due> {
    let mut all: BTreeMap<LocalMs, Due> = BTreeMap::new();
    for grain in rules.periods() {
        let mut start = period_start(grain, from.plus_ms(1 - grace_ms - 1));
        // the period that ended before this one may still be in its grace
        start = period_start(grain, start.plus_ms(-1));
        while due_at(grain, start, grace_ms) <= input.to {
            let at = due_at(grain, start, grace_ms);
            if at > from {
                add_due(tree, rules, input, grain, start, all.entry(at).or_default());
            }
            start = period_end(grain, start);
        }
    }
    all
}

fn add_due(tree: &Tree, rules: &Rules, input: &StepInput, grain: Grain, start: LocalMs, due: &mut Due) {
    if let Some((metric, factor)) = metric_of(grain).filter(|(metric, _)| rules.looks_at(*metric)) {
        due.by_metric.push((metric, period_sums(tree, input, grain, start, factor)));
    }
    if grain == Grain::Quarter && rules.looks_at(Metric::CompletenessPercent) {
        due.by_metric.push((Metric::CompletenessPercent, completeness(tree, input, start)));
    }
    if grain == Grain::Hour && rules.looks_at(Metric::RankChange) {
        due.ranks = Some(input.rank_changes.iter().filter(|change| change.hour == start).copied().collect());
    }
}

pub(super) fn period_sums(tree: &Tree, input: &StepInput, grain: Grain, start: LocalMs, factor: i64) -> Vec<Option<i64>> {
    let rows = input.periods.iter().filter(|row| row.grain == grain && row.start == start);
    tree.sums(rows.filter_map(|row| row.energy_kwh.map(|kwh| (row.region_id, kwh.0.saturating_mul(factor)))))
}

/// Percent in hundredths; none where nothing is expected.
fn completeness(tree: &Tree, input: &StepInput, quarter: LocalMs) -> Vec<Option<i64>> {
    let rows = || input.completeness.iter().filter(|row| row.quarter == quarter);
    let reported = tree.sums(rows().map(|row| (row.region_id, row.reported)));
    let expected = tree.sums(rows().map(|row| (row.region_id, row.expected)));
    let percent = |(reported, expected): (Option<i64>, Option<i64>)| {
        let expected = expected.filter(|expected| *expected > 0)?;
        Some((reported.unwrap_or(0).saturating_mul(10_000) / expected).clamp(0, 10_000))
    };
    reported.into_iter().zip(expected).map(percent).collect()
}

/// Sums since the start of each running period at any window of the step: those at its end, less what came later.
#[derive(Default)]
pub(super) struct Running {
    sums: BTreeMap<(Grain, LocalMs), Vec<i64>>,
}

impl Running {
    /// `windows`: all of the step, by their end. `self`: sums at the start of the step, for a period that ends within it.
    /// Yields the regions whose sums were others at the end of the last step.
    pub fn begin(
        &mut self,
        tree: &Tree,
        rules: &Rules,
        input: &StepInput,
        windows: &BTreeMap<LocalMs, Vec<(usize, Added)>>,
    ) -> BTreeSet<usize> {
        self.sums.retain(|(grain, start), sums| {
            *start == period_start(*grain, input.from) && sums.len() == tree.len() && period_end(*grain, *start) > input.from
        });
        let mut revised = BTreeSet::new();
        for grain in rules.running() {
            let current = period_start(grain, input.to.plus_ms(-1));
            let mut starts: Vec<LocalMs> = input.running.iter().filter(|row| row.grain == grain).map(|row| row.start).collect();
            // without a row it has just begun
            starts.push(current);
            starts.sort_unstable();
            starts.dedup();
            for start in starts {
                let rows = input.running.iter().filter(|row| row.grain == grain && row.start == start);
                let sums = tree.sums(rows.filter_map(|row| row.energy_kwh.map(|kwh| (row.region_id, kwh.0))));
                let mut sums: Vec<i64> = sums.into_iter().map(|sum| sum.unwrap_or(0)).collect();
                let later = windows.iter().filter(|(end, _)| period_start(grain, end.plus_ms(-1)) == start);
                for (region, added) in later.flat_map(|(_, added)| added) {
                    sums[*region] = sums[*region].saturating_sub(added.kwh);
                }
                if let Some(before) = self.sums.get(&(grain, start)) {
                    revised.extend((0..sums.len()).filter(|region| before[*region] != sums[*region]));
                }
                self.sums.insert((grain, start), sums);
            }
        }
        revised
    }

    /// A window of the step has ended.
    pub fn advance(&mut self, end: LocalMs, added: &[(usize, Added)]) {
        let at = end.plus_ms(-1);
        for ((grain, start), sums) in &mut self.sums {
            if period_start(*grain, at) != *start {
                continue;
            }
            for (region, added) in added {
                sums[*region] = sums[*region].saturating_add(added.kwh);
            }
        }
    }

    /// Sets what is known at the end of a window; true when a period has just begun.
    pub fn set(&self, end: LocalMs, region: usize, values: &mut Values) {
        let at = end.plus_ms(-1);
        for ((grain, start), sums) in &self.sums {
            if period_start(*grain, at) != *start {
                continue;
            }
            let metric = match grain {
                Grain::Hour => Metric::HourSoFarKwh,
                Grain::Day => Metric::DaySoFarKwh,
                _ => Metric::MonthSoFarKwh,
            };
            values.set(metric, Reading::Value(Fixed2(sums[region])));
        }
    }

    pub fn is_empty(&self) -> bool {
        self.sums.is_empty()
    }
}
