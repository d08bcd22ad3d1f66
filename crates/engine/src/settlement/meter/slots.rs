//! Readings by the end of the interval they close: the time of a report is floored to the meter's interval.

use std::ops::Range;

use domain::settlement::{Contract, Reading, ReadingTime, Terms};
use domain::{Day, Fixed2, LocalMs};

use super::MeterInput;

pub(super) const MINUTE_MS: i64 = 60_000;
const DAY_MINUTES: u16 = 1_440;
/// For terms whose interval does not divide the day; such terms are refused when a contract is made.
const USUAL_INTERVAL_MIN: u16 = 15;

/// All readings that close the same interval. Several are parts of it: their amounts are summed.
#[derive(Clone, Debug)]
pub(super) struct Slot<'a> {
    pub end: LocalMs,
    /// Into `Slots::readings`.
    pub readings: Range<usize>,
    pub amount: Fixed2,
    pub register_before: Option<Fixed2>,
    pub register_after: Option<Fixed2>,
    /// In force on the day the interval belongs to.
    pub terms: &'a Terms,
}

impl Slot<'_> {
    /// Where the one interval begins that it closes.
    pub fn interval_start(&self) -> LocalMs {
        self.end.plus_ms(-interval_ms(self.terms))
    }

    /// The day it belongs to: 24:00 is the end of the day it closes.
    pub fn day(&self) -> Day {
        closing_day(self.end)
    }
}

pub(super) struct Slots<'a> {
    pub readings: Vec<(LocalMs, Reading)>,
    /// In order of `end`.
    pub slots: Vec<Slot<'a>>,
}

impl<'a> Slots<'a> {
    /// The same for any order of the readings.
    pub fn of(input: &MeterInput<'a>) -> Self {
        let dated = |reading: &Reading| Some((interval_end(input, reading.reported_at)?, *reading));
        let mut readings: Vec<_> = input.readings.iter().filter_map(dated).collect();
        let key =
            |(end, reading): &(LocalMs, Reading)| (*end, reading.reported_at, reading.register_before, reading.consumption_id);
        if !readings.is_sorted_by_key(key) {
            readings.sort_unstable_by_key(key);
        }
        let mut slots: Vec<Slot> = Vec::with_capacity(readings.len());
        for (index, (end, reading)) in readings.iter().enumerate() {
            if let Some(slot) = slots.last_mut().filter(|slot| slot.end == *end) {
                slot.amount += reading.amount_kwh;
                slot.register_after = reading.register_after;
                slot.readings.end = index + 1;
            } else if let Some(terms) = terms_near(input.contract, closing_day(*end)) {
                slots.push(Slot {
                    end: *end,
                    readings: index..index + 1,
                    amount: reading.amount_kwh,
                    register_before: reading.register_before,
                    register_after: reading.register_after,
                    terms,
                });
            }
        }
        Self { readings, slots }
    }

    pub fn readings_of(&self, slot: &Slot) -> &[(LocalMs, Reading)] {
        self.readings.get(slot.readings.clone()).unwrap_or_default()
    }

    /// When its first reading was reported. An interval begins and ends on one day, and so all its readings were.
    pub fn reported(&self, slot: &Slot) -> LocalMs {
        self.readings_of(slot).first().map_or(slot.end, |(_, reading)| reading.reported_at)
    }

    /// Slots whose interval belongs to the day.
    pub fn of_day(&self, day: Day) -> Range<usize> {
        let first = self.slots.partition_point(|slot| slot.end <= day.start());
        let count = self.slots.get(first..).unwrap_or_default().partition_point(|slot| slot.end <= day.end());
        first..first + count
    }
}

pub(super) fn closing_day(end: LocalMs) -> Day {
    end.plus_ms(-1).day()
}

pub(super) fn interval_ms(terms: &Terms) -> i64 {
    let is_whole = (1..=DAY_MINUTES).contains(&terms.interval_min) && DAY_MINUTES.is_multiple_of(terms.interval_min);
    i64::from(if is_whole { terms.interval_min } else { USUAL_INTERVAL_MIN }) * MINUTE_MS
}

/// The terms in force on a day; before the contract its first ones, behind it its last ones, because readings around it bound
/// what is used within.
pub(super) fn terms_near(contract: &Contract, day: Day) -> Option<&Terms> {
    let terms = &contract.terms;
    let dated = terms.iter().rev().find(|dated| dated.valid_from <= day).or_else(|| terms.first());
    dated.map(|dated| &dated.terms)
}

fn interval_end(input: &MeterInput, reported_at: LocalMs) -> Option<LocalMs> {
    let terms = terms_near(input.contract, reported_at.day())?;
    let interval = interval_ms(terms);
    let floored = reported_at.plus_ms(-(reported_at.0 - reported_at.day().start().0).rem_euclid(interval));
    Some(match terms.reading_time_is.unwrap_or(input.reading_time_is) {
        ReadingTime::Report | ReadingTime::IntervalEnd => floored,
        ReadingTime::IntervalStart => floored.plus_ms(interval),
    })
}
