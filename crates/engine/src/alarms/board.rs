//! Thresholds of all rules on one metric, sorted, so that a value finds the conditions that it fulfils without looking at
//! the others.

use domain::alarms::Comparison;
use domain::{Fixed2, RegionId};
use rustc_hash::FxHashMap;

/// Bound (included) and whose it is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Mark {
    bound: i64,
    rule: usize,
    condition: usize,
}

#[derive(Default)]
struct Marks {
    /// Fulfilled from the bound upward; lowest first.
    up: Vec<Mark>,
    /// Fulfilled from the bound downward; highest first.
    down: Vec<Mark>,
}

impl Marks {
    fn add(&mut self, comparison: Comparison, threshold: Fixed2, rule: usize, condition: usize) {
        let mark = |bound| Mark { bound, rule, condition };
        match comparison {
            Comparison::Above => self.up.push(mark(threshold.0.saturating_add(1))),
            Comparison::AtLeast => self.up.push(mark(threshold.0)),
            Comparison::Below => self.down.push(mark(threshold.0.saturating_sub(1))),
            Comparison::AtMost => self.down.push(mark(threshold.0)),
        }
    }

    fn sort(&mut self) {
        self.up.sort_unstable();
        self.down.sort_unstable_by(|a, b| b.cmp(a));
    }

    fn fulfilled(&self, value: Fixed2) -> impl Iterator<Item = &Mark> {
        let up = self.up.partition_point(|mark| mark.bound <= value.0);
        let down = self.down.partition_point(|mark| mark.bound >= value.0);
        self.up[..up].iter().chain(&self.down[..down])
    }
}

#[derive(Default)]
pub(super) struct Board {
    common: Marks,
    /// Thresholds of single regions, in place of the rule's.
    own: FxHashMap<RegionId, Marks>,
    has_own: FxHashMap<(RegionId, usize), Vec<usize>>,
}

impl Board {
    pub fn add(&mut self, comparison: Comparison, threshold: Fixed2, rule: usize, condition: usize) {
        self.common.add(comparison, threshold, rule, condition);
    }

    pub fn add_own(&mut self, region: RegionId, comparison: Comparison, threshold: Fixed2, rule: usize, condition: usize) {
        self.own.entry(region).or_default().add(comparison, threshold, rule, condition);
        self.has_own.entry((region, rule)).or_default().push(condition);
    }

    pub fn sort(&mut self) {
        self.common.sort();
        self.own.values_mut().for_each(Marks::sort);
    }

    /// Rules of which a condition is fulfilled in a region; a rule may come twice.
    pub fn fulfilled(&self, region: RegionId, value: Fixed2, rules: &mut Vec<usize>) {
        let is_replaced = |mark: &Mark| self.has_own.get(&(region, mark.rule)).is_some_and(|own| own.contains(&mark.condition));
        if self.has_own.is_empty() {
            rules.extend(self.common.fulfilled(value).map(|mark| mark.rule));
            return;
        }
        rules.extend(self.common.fulfilled(value).filter(|mark| !is_replaced(mark)).map(|mark| mark.rule));
        if let Some(own) = self.own.get(&region) {
            rules.extend(own.fulfilled(value).map(|mark| mark.rule));
        }
    }
}
