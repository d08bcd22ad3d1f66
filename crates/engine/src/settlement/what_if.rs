//! What a contract would have cost otherwise: its stored days are rated again, with other terms or other bands.

use domain::Fixed2;
use domain::settlement::what_if::{MonthTotal, Outcome, Question, Scenario, Study};
use domain::settlement::{Bill, Contract, DayEnergy, DemandMode, LineKind};

use super::rate::{RateInput, rate};

const YEAR_DAYS: i128 = 365;

/// The months as they were settled, oldest first; adjustments of earlier statements are no part of it.
pub fn study(months: &[RateInput], question: &Question) -> Study {
    let demand = question.contract_demand_kw.or_else(|| own_demand(months)).or_else(|| largest_demand(months));
    let as_is: Vec<Bill> = months.iter().map(rate).collect();
    let days: u32 = months.iter().map(|input| days_of(input).count()).map(|count| u32::try_from(count).unwrap_or(u32::MAX)).sum();
    let shifted: Vec<Vec<DayEnergy>> =
        months.iter().map(|input| input.days.iter().map(|day| shift(day, question.shift_percent)).collect()).collect();
    let mut outcomes = vec![outcome(Scenario::AsIs, months, &as_is, None, days)];
    let base = outcomes[0].clone();
    for mode in DemandMode::ALL {
        let bills: Vec<Bill> = months.iter().map(|input| with_mode(input, mode, demand)).collect();
        outcomes.push(outcome(Scenario::Mode { mode }, months, &bills, Some(&base), days));
    }
    let bills: Vec<Bill> = months.iter().zip(&shifted).map(|(input, days)| rate(&RateInput { days, ..*input })).collect();
    outcomes.push(outcome(Scenario::Shift { percent: question.shift_percent }, months, &bills, Some(&base), days));
    let valley = |days: &[DayEnergy]| days.iter().map(|day| day.energy.valley).sum::<Fixed2>();
    let shifted_kwh = months.iter().zip(&shifted).map(|(input, days)| valley(days) - valley(input.days)).sum();
    let is_extrapolated = i128::from(days) < YEAR_DAYS;
    Study { question: *question, contract_demand_kw: demand, days, is_extrapolated, shifted_kwh, outcomes }
}

fn days_of<'a>(input: &'a RateInput) -> impl Iterator<Item = &'a DayEnergy> {
    input.days.iter().filter(|day| input.period.contains(day.day))
}

fn own_demand(months: &[RateInput]) -> Option<Fixed2> {
    let last = months.last()?;
    last.contract.terms_on(last.period.last_day())?.contract_demand_kw
}

fn largest_demand(months: &[RateInput]) -> Option<Fixed2> {
    months.iter().flat_map(days_of).filter_map(|day| day.demand).map(|demand| demand.kw).max()
}

fn with_mode(input: &RateInput, mode: DemandMode, demand: Option<Fixed2>) -> Bill {
    let mut contract: Contract = input.contract.clone();
    for dated in &mut contract.terms {
        dated.terms.demand_mode = mode;
        dated.terms.contract_demand_kw = demand.or(dated.terms.contract_demand_kw);
    }
    rate(&RateInput { contract: &contract, ..*input })
}

/// The share of 峰 and 尖 in 谷 instead, rounded half-up; the day's energy stays what it is.
pub fn shift(day: &DayEnergy, percent: u8) -> DayEnergy {
    let mut shifted = day.clone();
    for map in [&mut shifted.energy, &mut shifted.estimated, &mut shifted.shaped] {
        let part = |kwh: Fixed2| Fixed2((kwh.0.max(0).saturating_mul(i64::from(percent.min(100))).saturating_add(50)) / 100);
        let (sharp, peak) = (part(map.sharp), part(map.peak));
        map.sharp -= sharp;
        map.peak -= peak;
        map.valley = map.valley + sharp + peak;
    }
    shifted
}

fn outcome(scenario: Scenario, months: &[RateInput], bills: &[Bill], base: Option<&Outcome>, days: u32) -> Outcome {
    let month = |(input, bill): (&RateInput, &Bill)| MonthTotal {
        month: input.period.month,
        days: u16::try_from(days_of(input).count()).unwrap_or(u16::MAX),
        energy_kwh: bill.energy_kwh(),
        basic: bill.lines.iter().filter(|line| is_basic(line.kind)).map(|line| line.amount).sum(),
        total: bill.total,
        has_faults: !bill.faults.is_empty(),
        faults: bill.faults.clone(),
    };
    let months: Vec<MonthTotal> = months.iter().zip(bills).map(month).collect();
    let total: Fixed2 = months.iter().map(|month| month.total).sum();
    let difference = base.map_or(Fixed2(0), |base| total - base.total);
    // a month without a bill on either side compares nothing
    let is_complete = |months: &[MonthTotal]| days > 0 && months.iter().all(|month| !month.has_faults);
    let known = is_complete(&months) && base.is_none_or(|base| is_complete(&base.months));
    let per_year = || {
        let days = i128::from(days);
        let scaled = i128::from(difference.0) * YEAR_DAYS;
        let half = if scaled < 0 { -days / 2 } else { days / 2 };
        Fixed2(i64::try_from((scaled + half) / days).unwrap_or(i64::MAX))
    };
    let difference_per_year = known.then(per_year);
    Outcome { scenario, months, total, difference, difference_per_year }
}

fn is_basic(kind: LineKind) -> bool {
    matches!(kind, LineKind::CapacityCharge | LineKind::DemandCharge | LineKind::DemandExcess)
}
