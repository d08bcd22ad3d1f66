//! Whether national rules make sense.

use super::check::{MOST_NAME_CHARS, is_day_in_range};
use super::rules::{PowerFactorStandard, PowerFactorTable};
use super::{NationalRules, Notice};
use crate::Fixed2;

pub const MOST_TABLE_ROWS: usize = 100;
/// Percent of the base, either way.
const MOST_PERCENT_MICRO: i64 = 200_000_000;
const ONE: Fixed2 = Fixed2(100);

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RulesFault {
    DayOutOfRange,
    /// A notice without a number, or with one that is too long.
    Notice,
    /// Not exactly one table for each standard.
    Tables,
    /// Rows are not there, too many, or do not fall by 0.01 from one to the next within 0 to 1.
    Rows(PowerFactorStandard),
    /// A percentage beyond ±200.
    Percent(PowerFactorStandard),
    /// A lower power factor costs less than a higher one.
    Falls(PowerFactorStandard),
    NegativeCapacity,
    /// Floor 0 to 100 %, free part 100 to 200 %, excess once to ten times, a month of 28 to 31 days.
    Demand,
}

pub fn check_rules(rules: &NationalRules) -> Vec<RulesFault> {
    let mut faults = Vec::new();
    let mut expect = |is_right: bool, fault: RulesFault| {
        if !is_right {
            faults.push(fault);
        }
    };
    expect(is_day_in_range(rules.valid_from), RulesFault::DayOutOfRange);
    expect(is_notice(&rules.power_factor.notice) && is_notice(&rules.demand.notice), RulesFault::Notice);
    expect(rules.power_factor.from_kva >= Fixed2::ZERO, RulesFault::NegativeCapacity);
    let tables = &rules.power_factor.tables;
    let has_one = |standard| tables.iter().filter(|table| table.standard == standard).count() == 1;
    let are_complete = tables.len() == PowerFactorStandard::ALL.len() && PowerFactorStandard::ALL.into_iter().all(has_one);
    expect(are_complete, RulesFault::Tables);
    for table in tables.iter().take(PowerFactorStandard::ALL.len()) {
        expect(are_rows(table), RulesFault::Rows(table.standard));
        let is_percent = |micro: i64| micro.saturating_abs() <= MOST_PERCENT_MICRO;
        let are_percent = table.rows.iter().all(|row| is_percent(row.percent.0)) && is_percent(table.below_step_percent.0);
        expect(are_percent, RulesFault::Percent(table.standard));
        let is_rising = table.rows.windows(2).all(|pair| matches!(pair, [high, low] if high.percent <= low.percent));
        expect(is_rising && table.below_step_percent.0 >= 0, RulesFault::Falls(table.standard));
    }
    let demand = &rules.demand;
    let is_demand = demand.floor_percent <= 100
        && (100..=200).contains(&demand.free_percent)
        && (1..=10).contains(&demand.excess_times)
        && (28..=31).contains(&demand.month_days);
    expect(is_demand, RulesFault::Demand);
    faults
}

fn is_notice(notice: &Notice) -> bool {
    !notice.number.trim().is_empty() && notice.number.chars().count() <= MOST_NAME_CHARS && !notice.number.contains('\0')
}

fn are_rows(table: &PowerFactorTable) -> bool {
    let in_range = |factor: Fixed2| factor > Fixed2::ZERO && factor <= ONE;
    (1..=MOST_TABLE_ROWS).contains(&table.rows.len())
        && table.rows.iter().all(|row| in_range(row.factor))
        && table.rows.windows(2).all(|pair| matches!(pair, [high, low] if high.factor == low.factor + Fixed2(1)))
}
