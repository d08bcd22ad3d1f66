//! The energy lines of a bill to date: days are added one by one, and what they cost so far can be asked at any time.

use domain::Fixed2;
use domain::settlement::bill::RateFault;
use domain::settlement::{BandMap, DayEnergy};

use super::RateInput;
use super::cells::{Carry, Cell, SegmentRates};
use super::lines::{Draft, of_cells};
use super::segments::{Segment, SuppliedDay, segments};
use super::tiers::Position;
use super::usage::{Usage, plus, sum};

/// Energy of each part of a period, with the prices of the part.
pub(in crate::settlement) struct ToDate<'a> {
    parts: Vec<(Segment<'a>, SegmentRates<'a>, Usage)>,
    before: Carry,
}

impl<'a> ToDate<'a> {
    pub(super) fn of(input: &RateInput<'a>, days: &[SuppliedDay<'a>]) -> Self {
        let month = input.period.month.month;
        let part = |segment: Segment<'a>| {
            let rates = SegmentRates::of(&segment, month);
            (segment, rates, Usage::default())
        };
        let used = Position { month: Fixed2::ZERO, year: input.tier_year_before_kwh };
        Self { parts: segments(days).into_iter().map(part).collect(), before: Carry { used, fractions: input.carried } }
    }

    /// For daily amounts: faults are those of the bill.
    pub fn start(input: &RateInput<'a>) -> Self {
        Self::of(input, &super::segments::supplied_days(input, &mut Vec::new()))
    }

    /// A day that no part covers cannot be billed.
    pub fn add(&mut self, day: &DayEnergy) {
        let covers = |segment: &Segment| segment.from <= day.day && day.day < segment.to;
        if let Some((_, _, usage)) = self.parts.iter_mut().find(|(segment, _, _)| covers(segment)) {
            usage.add(day);
        }
    }

    /// What the lines that days share sum to.
    pub fn amount(&self) -> Fixed2 {
        let mut amount = Fixed2::ZERO;
        self.each(&mut Vec::new(), |_, rates, cells, _| {
            amount = plus(amount, sum(cells.iter().map(|cell| cell.amount(rates.basis()))));
        });
        amount
    }

    /// The lines themselves, and the fractions of a kWh that the next bill begins with.
    pub(super) fn drafts(&self, faults: &mut Vec<RateFault>) -> (Vec<Draft>, BandMap<Fixed2>) {
        let mut drafts = Vec::new();
        let after = self.each(faults, |segment, rates, cells, usage| drafts.extend(of_cells(segment, rates, cells, usage)));
        (drafts, after.fractions)
    }

    fn each(&self, faults: &mut Vec<RateFault>, mut see: impl FnMut(&Segment, &SegmentRates, &[Cell], &Usage)) -> Carry {
        let mut carry = self.before;
        for (segment, rates, usage) in &self.parts {
            let cells = rates.cells(&usage.energy, &mut carry, faults);
            see(segment, rates, &cells, usage);
        }
        carry
    }
}
