//! What registers tell: whether amounts agree with them, and what was used between two readings. Units are hundredths.

use domain::fixed::div_round;
use domain::settlement::price::MICRO;
use domain::settlement::{Contract, DayMark, MeterExchange, Reading, Terms};
use domain::{Fixed2, LocalMs};

use super::marks::Marks;
use super::slots::Slot;

/// A register counts in steps of 0.01.
const RESOLUTION: i64 = 1;
/// A register that seems to have gone over its end by more than this share of its range rather went backwards.
const MOST_ROLLOVER_PERCENT: i64 = 50;

/// 10 TWh in hundredths of a kWh: registers and multipliers that make no sense must not overflow the sums.
const MOST_GAP_ENERGY: i64 = 1_000_000_000_000;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Move {
    Forward(i64),
    /// Over the end of the register, by so many units in all.
    Rollover(i64),
    Backwards,
}

impl Move {
    fn of(before: Fixed2, after: Fixed2, terms: &Terms) -> Self {
        if after >= before {
            return Self::Forward(after.0.saturating_sub(before.0));
        }
        let Some(max) = terms.register_max else { return Self::Backwards };
        let units = after.0.saturating_add(max.0).saturating_add(RESOLUTION).saturating_sub(before.0);
        let is_plausible = units >= 0 && units <= max.0 / 100 * MOST_ROLLOVER_PERCENT;
        if is_plausible { Self::Rollover(units) } else { Self::Backwards }
    }

    fn units(self) -> Option<i64> {
        match self {
            Self::Forward(units) | Self::Rollover(units) => Some(units),
            Self::Backwards => None,
        }
    }
}

/// What lies between the register of one reading and that of the next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Between {
    /// A register is not known.
    Unknown,
    /// The register stood still: the next amount is all that was used.
    Nothing,
    /// Energy that no reading reported.
    Missing(Fixed2),
    /// The register went back.
    Backwards,
}

/// Energy between two readings by their registers, and whether the register went over its end.
pub(super) fn between(contract: &Contract, readings: &[(LocalMs, Reading)], earlier: &Slot, later: &Slot) -> (Between, bool) {
    let (Some(before), Some(after)) = (earlier.register_after, later.register_before) else { return (Between::Unknown, false) };
    let exchanges = exchanges_in(contract, earlier.end, later.end);
    if exchanges.is_empty() {
        let units = Move::of(before, after, later.terms);
        let is_rollover = matches!(units, Move::Rollover(_));
        // the step over the end itself is no energy
        let floor = if is_rollover { RESOLUTION } else { 0 };
        return match units.units() {
            None => (Between::Backwards, false),
            Some(units) if units <= floor => (Between::Nothing, is_rollover),
            Some(units) => (Between::Missing(energy(units, later.terms)), is_rollover),
        };
    }
    let first = readings.first().map(|(_, reading)| reading);
    if before == after && first.is_some_and(|reading| exchanged_within(reading, &exchanges, earlier.terms, later.terms)) {
        return (Between::Nothing, false);
    }
    let energies = exchanged(before, after, &exchanges, earlier.terms, later.terms);
    match energies {
        None => (Between::Backwards, false),
        Some(Fixed2::ZERO) => (Between::Nothing, false),
        Some(missing) => (Between::Missing(missing), false),
    }
}

/// Marks of one reading: does its amount agree with its registers?
pub(super) fn check(contract: &Contract, slot: &Slot, earlier: Option<&Slot>, reading: &Reading, marks: &mut Marks) {
    if reading.amount_kwh < Fixed2::ZERO {
        marks.insert(DayMark::Negative);
    }
    let (Some(before), Some(after)) = (reading.register_before, reading.register_after) else { return };
    // also a correction that takes the register back agrees with it
    if agrees(reading.amount_kwh, after.0.saturating_sub(before.0), slot.terms) {
        return;
    }
    let since = earlier.map_or(slot.interval_start(), |earlier| earlier.end);
    let exchanges = exchanges_in(contract, since, slot.end);
    let old_terms = earlier.map_or(slot.terms, |earlier| earlier.terms);
    if !exchanges.is_empty() && exchanged_within(reading, &exchanges, old_terms, slot.terms) {
        return;
    }
    let units = Move::of(before, after, slot.terms);
    if matches!(units, Move::Rollover(_)) {
        marks.insert(DayMark::Rollover);
    }
    if units.units().is_none_or(|units| !agrees(reading.amount_kwh, units, slot.terms)) {
        marks.insert(DayMark::RegisterMismatch);
    }
}

/// |amount − units × multiplier| ≤ 0.01 × multiplier
fn agrees(amount: Fixed2, units: i64, terms: &Terms) -> bool {
    let multiplier = i128::from(terms.multiplier.0);
    (i128::from(amount.0) * i128::from(MICRO) - i128::from(units) * multiplier).abs() <= i128::from(RESOLUTION) * multiplier
}

fn energy(units: i64, terms: &Terms) -> Fixed2 {
    let energy = div_round(i128::from(units) * i128::from(terms.multiplier.0), i128::from(MICRO));
    Fixed2(energy.clamp(-MOST_GAP_ENERGY, MOST_GAP_ENERGY))
}

/// Exchanges at `[from, to)`, in order.
fn exchanges_in(contract: &Contract, from: LocalMs, to: LocalMs) -> Vec<MeterExchange> {
    let mut found: Vec<_> =
        contract.exchanges.iter().filter(|exchange| from <= exchange.at && exchange.at < to).copied().collect();
    found.sort_unstable_by_key(|exchange| exchange.at);
    found
}

/// Energy from the old meter's register to the new meter's. The old one's multiplier is that of the terms before.
fn exchanged(before: Fixed2, after: Fixed2, exchanges: &[MeterExchange], old: &Terms, new: &Terms) -> Option<Fixed2> {
    let (mut register, mut terms, mut total) = (before, old, Fixed2::ZERO);
    for exchange in exchanges {
        total += energy(Move::of(register, exchange.final_register, terms).units()?, terms);
        (register, terms) = (exchange.initial_register, new);
    }
    total += energy(Move::of(register, after, terms).units()?, terms);
    Some(total)
}

/// Whether a reading began on the old meter and ended on the new one.
fn exchanged_within(reading: &Reading, exchanges: &[MeterExchange], old: &Terms, new: &Terms) -> bool {
    let (Some(before), Some(after)) = (reading.register_before, reading.register_after) else { return false };
    let tolerance = energy(RESOLUTION, old).0.max(energy(RESOLUTION, new).0).max(RESOLUTION);
    exchanged(before, after, exchanges, old, new).is_some_and(|used| (used.0 - reading.amount_kwh.0).abs() <= tolerance)
}
