//! When a rule applies: weekdays, a span of the local day, and holidays.

use std::collections::BTreeSet;

use chrono::Datelike;
use serde::{Deserialize, Serialize};

use crate::{Day, LocalMs};

pub const DAY_MINUTES: u16 = 1_440;

/// How days of the holiday calendar count.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnHolidays {
    /// Like any other day.
    #[default]
    AsUsual,
    Never,
    Only,
}

/// The span goes from `from_minute` to `to_minute` of the local day, the end not included; an end at or before the start
/// lies on the next day, and belongs to the weekday of its start.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Schedule {
    /// Bit 0 is Monday.
    pub weekdays: u8,
    pub from_minute: u16,
    pub to_minute: u16,
    #[serde(default)]
    pub holidays: OnHolidays,
}

impl Default for Schedule {
    fn default() -> Self {
        Self::ALWAYS
    }
}

/// Days of the holiday calendar.
pub type Holidays = BTreeSet<Day>;

impl Schedule {
    pub const ALWAYS: Self = Self { weekdays: 0b111_1111, from_minute: 0, to_minute: DAY_MINUTES, holidays: OnHolidays::AsUsual };

    pub fn is_always(self) -> bool {
        self == Self::ALWAYS
    }

    /// Whether it can ever apply.
    pub fn is_possible(self) -> bool {
        self.weekdays & 0b111_1111 != 0
            && self.from_minute < DAY_MINUTES
            && self.to_minute <= DAY_MINUTES
            && self.from_minute != self.to_minute
    }

    /// Minutes of its span.
    pub fn length_min(self) -> u16 {
        if self.to_minute > self.from_minute {
            self.to_minute - self.from_minute
        } else {
            DAY_MINUTES - self.from_minute + self.to_minute
        }
    }

    pub fn applies(self, at: LocalMs, holidays: &Holidays) -> bool {
        let minute = u16::try_from((at.0 - at.day().start().0) / 60_000).unwrap_or(0);
        let today = at.day();
        if self.to_minute > self.from_minute {
            return (self.from_minute..self.to_minute).contains(&minute) && self.is_day(today, holidays);
        }
        (minute >= self.from_minute && self.is_day(today, holidays))
            || (minute < self.to_minute && self.is_day(Day(today.0 - 1), holidays))
    }

    fn is_day(self, day: Day, holidays: &Holidays) -> bool {
        let weekday = day.to_date().weekday().num_days_from_monday();
        let fits = match self.holidays {
            OnHolidays::AsUsual => true,
            OnHolidays::Never => !holidays.contains(&day),
            OnHolidays::Only => holidays.contains(&day),
        };
        self.weekdays >> weekday & 1 == 1 && fits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> LocalMs {
        LocalMs::parse(text.as_bytes()).expect(text)
    }

    #[test]
    fn a_span_over_midnight_belongs_to_the_day_it_began() {
        // Friday 22:00 to 06:00
        let night = Schedule { weekdays: 0b001_0000, from_minute: 22 * 60, to_minute: 6 * 60, ..Schedule::ALWAYS };
        let none = Holidays::new();
        assert!(night.applies(at("2026-01-09 22:00:00"), &none));
        assert!(night.applies(at("2026-01-10 05:59:59"), &none));
        assert!(!night.applies(at("2026-01-10 06:00:00"), &none));
        assert!(!night.applies(at("2026-01-10 22:00:00"), &none) && !night.applies(at("2026-01-09 05:00:00"), &none));
        assert_eq!(night.length_min(), 8 * 60);
    }

    #[test]
    fn holidays_are_left_out_or_the_only_ones() {
        let holidays = Holidays::from([at("2026-01-01 00:00:00").day()]);
        let with = |holidays| Schedule { holidays, ..Schedule::ALWAYS };
        let (new_year, later) = (at("2026-01-01 12:00:00"), at("2026-01-02 12:00:00"));
        assert!(!with(OnHolidays::Never).applies(new_year, &holidays) && with(OnHolidays::Never).applies(later, &holidays));
        assert!(with(OnHolidays::Only).applies(new_year, &holidays) && !with(OnHolidays::Only).applies(later, &holidays));
        assert!(Schedule::ALWAYS.applies(at("2026-01-01 23:59:59"), &holidays));
    }

    #[test]
    fn a_schedule_without_days_or_length_is_impossible() {
        assert!(Schedule::ALWAYS.is_possible());
        assert!(!Schedule { weekdays: 0, ..Schedule::ALWAYS }.is_possible());
        assert!(!Schedule { from_minute: 60, to_minute: 60, ..Schedule::ALWAYS }.is_possible());
    }
}
