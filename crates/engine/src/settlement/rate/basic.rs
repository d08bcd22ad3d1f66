//! 基本电费: by capacity, by contract demand or by the demand measured; by days where something changed.

use domain::fixed::div_round;
use domain::settlement::bill::RateFault;
use domain::settlement::price::MICRO;
use domain::settlement::rules::DemandRules;
use domain::settlement::tariff::BasicCharge;
use domain::settlement::{DemandMode, Terms};
use domain::{Day, Fixed2};

use super::demand::{Charged, charges};
use super::lines::{Draft, bare};
use super::segments::SuppliedDay;
use super::{RateInput, TariffVersion};

/// Demand is that of quarter-hours: a meter that tells longer ones cannot say it.
const LONGEST_DEMAND_MIN: u16 = 15;

/// What a day's basic charge is measured by, and nothing that the mode does not look at: what differs divides the period.
#[derive(Clone, Copy, PartialEq)]
struct Measure {
    mode: DemandMode,
    is_coarse: bool,
    capacity_kva: Fixed2,
    contract_kw: Option<Fixed2>,
}

/// Days `[from, to)` that are charged alike.
#[derive(Clone, Copy)]
pub(super) struct Run<'a> {
    pub from: Day,
    pub to: Day,
    measure: Measure,
    pub charge: BasicCharge,
    pub terms: &'a Terms,
    pub tariff: &'a TariffVersion,
    /// At its end: there is one factor for a period.
    has_power_factor: bool,
}

impl Measure {
    fn of(terms: &Terms) -> Self {
        let mode = terms.demand_mode;
        let is_coarse = mode != DemandMode::Capacity && terms.interval_min > LONGEST_DEMAND_MIN;
        let has_capacity = mode != DemandMode::Actual || is_coarse;
        Self {
            mode,
            is_coarse,
            capacity_kva: if has_capacity { terms.capacity_kva } else { Fixed2::ZERO },
            contract_kw: terms.contract_demand_kw.filter(|_| mode == DemandMode::Contract || is_coarse),
        }
    }
}

impl Run<'_> {
    pub fn is_coarse(&self) -> bool {
        self.measure.is_coarse
    }
}

/// The lines of the basic charge.
pub(super) fn basic_lines(input: &RateInput, days: &[SuppliedDay], faults: &mut Vec<RateFault>) -> Vec<Draft> {
    let runs = runs(days);
    if runs.is_empty() {
        return Vec::new();
    }
    let Some(rules) = input.book.rules_on(input.period.last_day()) else {
        faults.push(RateFault::NoRules { day: input.period.last_day() });
        return Vec::new();
    };
    let mut drafts = Vec::new();
    for (index, run) in runs.iter().enumerate() {
        match charges(run, window(&runs, index), input.days, &rules.demand) {
            Ok(charged) => drafts.extend(charged.into_iter().map(|charged| draft(input, run, charged, &rules.demand))),
            Err(fault) => faults.push(fault),
        }
    }
    drafts
}

fn runs<'a>(days: &[SuppliedDay<'a>]) -> Vec<Run<'a>> {
    let mut runs: Vec<Run<'a>> = Vec::new();
    for day in days {
        let Some(charge) = day.tariff.plan.basic.filter(|_| !day.terms.is_suspended) else { continue };
        let (measure, has_power_factor) = (Measure::of(day.terms), day.has_power_factor());
        let next = Day(day.day.0 + 1);
        match runs.last_mut() {
            Some(run) if run.to == day.day && run.measure == measure && run.charge == charge => {
                (run.to, run.terms, run.has_power_factor) = (next, day.terms, has_power_factor);
            }
            _ => {
                let (terms, tariff) = (day.terms, day.tariff);
                runs.push(Run { from: day.day, to: next, measure, charge, terms, tariff, has_power_factor });
            }
        }
    }
    runs
}

/// The days whose demand a run is charged by: also those of its neighbours that are measured alike at another price.
fn window(runs: &[Run], index: usize) -> (Day, Day) {
    let (mut first, mut last) = (index, index);
    while first > 0 && runs[first - 1].to == runs[first].from && runs[first - 1].measure == runs[index].measure {
        first -= 1;
    }
    while last + 1 < runs.len() && runs[last].to == runs[last + 1].from && runs[last + 1].measure == runs[index].measure {
        last += 1;
    }
    (runs[first].from, runs[last].to)
}

fn draft(input: &RateInput, run: &Run, charged: Charged, rules: &DemandRules) -> Draft {
    let mut line = bare(charged.kind, (run.from, run.to), charged.quantity, Some(run.tariff));
    let is_whole = run.from == input.period.from && run.to == input.period.to;
    let share = (u16::try_from(run.to.0 - run.from.0).unwrap_or(u16::MAX), rules.month_days.max(1));
    line.day_share = (!is_whole).then_some(share);
    line.amount = match line.day_share {
        None => charged.price.amount(charged.quantity.value()),
        Some((days, month_days)) => {
            let product = charged.price.unrounded(charged.quantity.value()) * i128::from(days);
            Fixed2(div_round(product, i128::from(MICRO) * i128::from(month_days)))
        }
    };
    line.price = Some(charged.price);
    line.clause = charged.is_by_rules.then(|| rules.notice.number.clone());
    line.reason = Some(charged.reason);
    let base = if run.has_power_factor { line.amount } else { Fixed2::ZERO };
    Draft { line, base }
}
