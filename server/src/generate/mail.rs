//! The way from the meter to the database: reports that come late, out of order, or twice.

use std::collections::BTreeMap;

use domain::{LocalMs, ReadingRow};

use super::noise::{Noise, Salt};

/// What an operator sees on the row of a repeated report.
pub const REPEAT_REMARK: &str = "重复上报";

const SHORTEST_DELAY_MS: i64 = 120_000;
const LONGEST_DELAY_MS: i64 = 3 * 3_600_000;
/// Reports that take a moment longer than others, in parts of a million, and how long at most: out of order, not late.
const SLOW_PARTS: u64 = 100_000;
const SLOW_MS: u64 = 3_000;
const REPEAT_AFTER_MS: u64 = 20_000;
/// Held back at most; what comes then is delivered at once.
const MAX_HELD: usize = 100_000;

#[derive(Clone, Debug, PartialEq)]
enum Letter {
    Report(ReadingRow),
    Repeat(i64),
}

/// What is written next.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Delivery {
    pub reports: Vec<ReadingRow>,
    /// Keys of readings that are sent once more.
    pub repeats: Vec<i64>,
}

impl Delivery {
    pub fn is_empty(&self) -> bool {
        self.reports.is_empty() && self.repeats.is_empty()
    }
}

#[derive(Clone, Debug)]
pub struct Mail {
    noise: Noise,
    late_parts: u64,
    duplicate_parts: u64,
    held: BTreeMap<(LocalMs, i64, bool), Letter>,
}

impl Mail {
    /// Shares in parts of a million.
    pub fn new(noise: Noise, late_parts: u64, duplicate_parts: u64) -> Self {
        Self { noise, late_parts, duplicate_parts, held: BTreeMap::new() }
    }

    /// Takes a report at its event time and decides when it arrives.
    pub fn post(&mut self, report: ReadingRow) {
        let (Some(id), Some(user), Some(at)) = (report.consumption_id, report.user_id, report.date.value()) else { return };
        let arrives = at.plus_ms(if self.held.len() < MAX_HELD { self.delay_ms(user, at) } else { 0 });
        self.held.insert((arrives, id, false), Letter::Report(report));
        if self.noise.happens(self.duplicate_parts, Salt::Duplicate, user, at.0) {
            let after = 1_000 + self.noise.below(REPEAT_AFTER_MS, Salt::Duplicate, user, at.0 + 1);
            self.held.insert((arrives.plus_ms(i64::try_from(after).unwrap_or(0)), id, true), Letter::Repeat(id));
        }
    }

    fn delay_ms(&self, user: i64, at: LocalMs) -> i64 {
        if self.noise.happens(self.late_parts, Salt::Late, user, at.0) {
            let draw = i64::try_from(self.noise.below(1000, Salt::Delay, user, at.0)).unwrap_or(0);
            // squared: minutes are usual, hours are rare
            return SHORTEST_DELAY_MS + (LONGEST_DELAY_MS - SHORTEST_DELAY_MS) * draw * draw / 1_000_000;
        }
        if self.noise.happens(SLOW_PARTS, Salt::Delay, user, at.0) {
            return i64::try_from(self.noise.below(SLOW_MS, Salt::Delay, user, at.0 + 1)).unwrap_or(0);
        }
        0
    }

    /// Everything that has arrived by now.
    pub fn arrived(&mut self, now: LocalMs) -> Delivery {
        let still_held = self.held.split_off(&(now.plus_ms(1), i64::MIN, false));
        let mut delivery = Delivery::default();
        for letter in std::mem::replace(&mut self.held, still_held).into_values() {
            match letter {
                Letter::Report(report) => delivery.reports.push(report),
                Letter::Repeat(id) => delivery.repeats.push(id),
            }
        }
        delivery
    }

    pub fn held(&self) -> usize {
        self.held.len()
    }
}
