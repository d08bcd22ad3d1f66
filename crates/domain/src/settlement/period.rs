//! Billing periods: `[d, d of the next month)`, named by the month of their last day.

use std::fmt;

use chrono::{Datelike, NaiveDate};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::Day;

/// A calendar month.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Month {
    pub year: i32,
    /// 1 to 12.
    pub month: u32,
}

impl Month {
    /// Reads "YYYY-MM".
    pub fn parse(text: &str) -> Option<Self> {
        let (year, month) = text.split_once('-')?;
        let is_number = |part: &str, length| part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit());
        if !is_number(year, 4) || !is_number(month, 2) {
            return None;
        }
        let month = Self { year: year.parse().ok()?, month: month.parse().ok()? };
        (1..=12).contains(&month.month).then_some(month)
    }

    pub fn of(day: Day) -> Self {
        let date = day.to_date();
        Self { year: date.year(), month: date.month() }
    }

    pub fn first_day(self) -> Day {
        Day::from_date(NaiveDate::from_ymd_opt(self.year, self.month, 1).unwrap_or_default())
    }

    pub fn next(self) -> Self {
        if self.month == 12 { Self { year: self.year + 1, month: 1 } } else { Self { month: self.month + 1, ..self } }
    }

    pub fn previous(self) -> Self {
        if self.month == 1 { Self { year: self.year - 1, month: 12 } } else { Self { month: self.month - 1, ..self } }
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

impl Serialize for Month {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Month {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| D::Error::custom("expected a month such as 2026-01"))
    }
}

/// Days `[from, to)`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct Period {
    pub month: Month,
    pub from: Day,
    pub to: Day,
}

impl Period {
    /// The period of a month for a billing day of 1 to 28.
    pub fn of_month(month: Month, billing_day: u8) -> Self {
        let start = |month: Month| Day(month.first_day().0 + i32::from(billing_day.clamp(1, 28)) - 1);
        // a period that begins on the 2nd or later ends in the next month and has its name
        if billing_day <= 1 {
            Self { month, from: start(month), to: start(month.next()) }
        } else {
            Self { month, from: start(month.previous()), to: start(month) }
        }
    }

    /// The period a day belongs to.
    pub fn of_day(day: Day, billing_day: u8) -> Self {
        let month = Month::of(day);
        let this = Self::of_month(month, billing_day);
        if this.contains(day) { this } else { Self::of_month(month.next(), billing_day) }
    }

    pub fn contains(self, day: Day) -> bool {
        (self.from..self.to).contains(&day)
    }

    pub fn days(self) -> impl DoubleEndedIterator<Item = Day> {
        (self.from.0..self.to.0).map(Day)
    }

    pub fn last_day(self) -> Day {
        Day(self.to.0 - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_is_named_by_its_last_day() {
        let january = Month::parse("2026-01").expect("a month");
        let day = |text: &str| crate::LocalMs::parse(text.as_bytes()).expect("a day").day();
        assert_eq!(Period::of_month(january, 1), Period { month: january, from: day("2026-01-01"), to: day("2026-02-01") });
        assert_eq!(Period::of_month(january, 16), Period { month: january, from: day("2025-12-16"), to: day("2026-01-16") });
        assert_eq!(Period::of_day(day("2026-01-16"), 16).month.to_string(), "2026-02");
        assert_eq!(Period::of_day(day("2026-01-15"), 16).month, january);
        assert_eq!(Period::of_day(day("2026-12-31"), 1).month.next().to_string(), "2027-01");
        assert!(Month::parse("2026-13").is_none() && Month::parse("26-01").is_none());
    }
}
