//! What a person has to look at before a draft counts as checked.

use domain::Fixed2;
use domain::settlement::{Bill, DayEnergy, DayMark, ExceptionKind};

#[derive(Clone, Copy, Debug)]
pub struct ExceptionFacts<'a> {
    pub bill: &'a Bill,
    /// The metered days of the period.
    pub days: &'a [DayEnergy],
    /// kWh of the period before, where there is one.
    pub previous_kwh: Option<Fixed2>,
    /// The period has ended (by event time).
    pub is_over: bool,
}

/// In the order of `ExceptionKind::ALL`. `NoContract` cannot be told from a bill and is left to the caller.
pub fn exceptions(facts: &ExceptionFacts) -> Vec<ExceptionKind> {
    ExceptionKind::ALL.into_iter().filter(|kind| applies(*kind, facts)).collect()
}

fn applies(kind: ExceptionKind, facts: &ExceptionFacts) -> bool {
    let marked = |mark: DayMark| facts.days.iter().any(|day| day.has(mark));
    let bill = facts.bill;
    match kind {
        ExceptionKind::CannotBill => !bill.faults.is_empty(),
        ExceptionKind::NotEstimated => marked(DayMark::NotEstimated),
        ExceptionKind::NoContract => false,
        ExceptionKind::PeriodNotOver => !facts.is_over,
        ExceptionKind::Undecided => marked(DayMark::Undecided),
        ExceptionKind::ZeroUse => bill.energy_kwh() == Fixed2::ZERO,
        ExceptionKind::Jump => facts.is_over && facts.previous_kwh.is_some_and(|before| is_jump(before, bill.energy_kwh())),
        ExceptionKind::Estimated => marked(DayMark::EnergyEstimated) || bill.estimated != Default::default(),
        ExceptionKind::Negative => {
            marked(DayMark::Negative) || bill.total < Fixed2::ZERO || bill.energy.iter().any(|(_, kwh)| kwh < Fixed2::ZERO)
        }
        ExceptionKind::Rollover => marked(DayMark::Rollover),
        ExceptionKind::RegisterGap => marked(DayMark::RegisterGap) || marked(DayMark::RegisterMismatch),
        ExceptionKind::Moved => facts.days.iter().any(|day| day.region_id != facts.days[0].region_id),
    }
}

/// More than half of what it was before, up or down.
fn is_jump(before: Fixed2, now: Fixed2) -> bool {
    let difference = (i128::from(now.0) - i128::from(before.0)).abs();
    difference * 2 > i128::from(before.0).abs()
}

/// Estimated energy in percent of the bill's energy, rounded up: above 20 is above 20.
pub fn estimated_share_percent(bill: &Bill) -> u32 {
    let estimated: i128 = bill.estimated.iter().map(|(_, kwh)| i128::from(kwh.0).abs()).sum();
    let energy = i128::from(bill.energy_kwh().0).abs();
    match (estimated, energy) {
        (0, _) => 0,
        (_, 0) => 100,
        (estimated, energy) => u32::try_from((estimated * 100 + energy - 1) / energy).unwrap_or(u32::MAX).min(100),
    }
}
