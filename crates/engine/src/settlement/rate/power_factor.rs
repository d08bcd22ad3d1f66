//! 功率因数调整电费: one factor for the period, in whole numbers throughout.

use domain::fixed::div_round;
use domain::settlement::bill::{NoPowerFactor, RateFault, Reason};
use domain::settlement::price::MICRO;
use domain::settlement::rules::{PowerFactorRules, PowerFactorTable};
use domain::settlement::{Line, LineKind, Price6, Quantity};
use domain::{Day, Fixed2};

use super::RateInput;
use super::lines::bare;
use super::segments::SuppliedDay;
use super::usage::{Usage, sum};

/// Beyond it the squares of the comparison would leave i128.
const LARGEST: i128 = 1_000_000_000_000_000;

/// P / √(P² + Q²) to two decimals, half-up: the largest n with n − ½ ≤ 100 × factor, by comparing squares. None for P ≤ 0.
pub fn power_factor(active_kwh: Fixed2, reactive_kvarh: Fixed2) -> Option<Fixed2> {
    let (mut p, mut q) = (i128::from(active_kwh.0), i128::from(reactive_kvarh.0).abs());
    if p <= 0 {
        return None;
    }
    while p.max(q) > LARGEST {
        (p, q) = (p / 10, q / 10);
    }
    let left = (200 * p).pow(2);
    let is_reached = |n: &i64| left >= i128::from(2 * n - 1).pow(2) * (p * p + q * q);
    Some(Fixed2((1..=100).rev().find(is_reached).unwrap_or(0)))
}

/// The row of a factor, or of the last row with the step for each hundredth below it: (factor of the row, percent).
pub fn table_percent(table: &PowerFactorTable, factor: Fixed2) -> Option<(Fixed2, Price6)> {
    if let Some(row) = table.rows.iter().find(|row| row.factor <= factor) {
        return Some((row.factor, row.percent));
    }
    let last = table.rows.last()?;
    let below = last.factor.0.saturating_sub(factor.0);
    Some((factor, last.percent + Price6(table.below_step_percent.0.saturating_mul(below))))
}

/// The adjustment of a bill: its line and the factor, where one could be told.
pub(super) struct Adjusted {
    pub line: Line,
    pub factor: Option<Fixed2>,
}

/// The line of the adjustment, also where there is none to make for a reason; nothing where the plan or the terms know none.
/// `base` is what the lines contribute; adjustments of earlier statements are no part of it.
pub(super) fn adjust(input: &RateInput, days: &[SuppliedDay], base: Fixed2, faults: &mut Vec<RateFault>) -> Option<Adjusted> {
    let mut billed = days.iter().filter(|day| day.has_power_factor());
    let first = billed.next()?;
    let last = billed.next_back().unwrap_or(first);
    let standard = last.terms.power_factor_standard?;
    let rules = input.book.rules_on(input.period.last_day()).map(|rules| &rules.power_factor);
    let table = rules.and_then(|rules| rules.tables.iter().find(|table| table.standard == standard && !table.rows.is_empty()));
    let (Some(rules), Some(table)) = (rules, table) else {
        faults.push(RateFault::NoRules { day: input.period.last_day() });
        return None;
    };
    let usage = usage(input, days);
    let mut line = bare(LineKind::PowerFactor, (first.day, Day(last.day.0 + 1)), Quantity::Yuan(base), Some(last.tariff));
    line.notice = Some(rules.notice.number.clone());
    let active_kwh = sum(usage.energy.iter().map(|(_, kwh)| kwh));
    let factor = factor_of(rules, last.terms.capacity_kva, active_kwh, &usage);
    let (reason, percent) = match factor {
        Err(because) => (Reason::NoPowerFactor { because }, None),
        Ok(factor) => {
            let (table_factor, percent) = table_percent(table, factor)?;
            let (reactive_kvarh, intervals) = (usage.kvarh, usage.kvarh_intervals);
            let standard = standard.code().to_owned();
            let reason = Reason::PowerFactor { active_kwh, reactive_kvarh, factor, standard, table_factor, intervals };
            (reason, Some(percent))
        }
    };
    let product = |percent: Price6| i128::from(base.0) * i128::from(percent.0);
    line.amount = percent.map_or(Fixed2::ZERO, |percent| Fixed2(div_round(product(percent), i128::from(MICRO) * 100)));
    line.percent = percent;
    line.reason = Some(reason);
    Some(Adjusted { line, factor: factor.ok() })
}

fn factor_of(rules: &PowerFactorRules, capacity_kva: Fixed2, active_kwh: Fixed2, usage: &Usage) -> Result<Fixed2, NoPowerFactor> {
    if capacity_kva < rules.from_kva {
        return Err(NoPowerFactor::BelowCapacity);
    }
    let factor = power_factor(active_kwh, usage.kvarh).ok_or(NoPowerFactor::NoActiveEnergy)?;
    if usage.kvarh_intervals == 0 { Err(NoPowerFactor::NoReactiveReadings) } else { Ok(factor) }
}

/// Both energies of the days that the adjustment is for.
fn usage(input: &RateInput, days: &[SuppliedDay]) -> Usage {
    let mut usage = Usage::default();
    for day in input.days {
        let found = days.binary_search_by_key(&day.day, |supplied| supplied.day).ok();
        if found.is_some_and(|index| days[index].has_power_factor()) {
            usage.add(day);
        }
    }
    usage
}
