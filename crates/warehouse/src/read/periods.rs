//! Stretches of data time that rankings and customer pages look at, and the earlier stretch of the
//! same elapsed length that they compare with.

use chrono::{Datelike, Days, Months, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike};
use serde::{Deserialize, Serialize};

/// Quarter-hours of a whole day.
const QUARTERS_PER_DAY: i64 = 96;
const QUARTER_MINUTES: i64 = 15;

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RankingGrain {
    Window,
    Hour,
    Day,
    Month,
}

impl RankingGrain {
    pub const ALL: [Self; 4] = [Self::Day, Self::Month, Self::Hour, Self::Window];

    pub fn code(self) -> &'static str {
        match self {
            Self::Window => "window",
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Month => "month",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|grain| grain.code() == code)
    }
}

/// One window, hour, day or month, named by its start.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Period {
    pub grain: RankingGrain,
    pub start: NaiveDateTime,
}

/// What to add up: whole local days (cheap, from the user days) and then a piece of a day (from the readings).
/// Either part may be empty.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Span {
    pub day_from: NaiveDate,
    pub day_to: NaiveDate,
    pub from: NaiveDateTime,
    pub to: NaiveDateTime,
}

impl Span {
    fn days(from: NaiveDate, to: NaiveDate) -> Self {
        let at = from.and_time(NaiveTime::MIN);
        Self { day_from: from, day_to: to, from: at, to: at }
    }

    fn moments(from: NaiveDateTime, to: NaiveDateTime) -> Self {
        Self { day_from: from.date(), day_to: from.date(), from, to }
    }
}

impl Period {
    /// The period that holds `at`.
    pub fn holding(grain: RankingGrain, at: NaiveDateTime) -> Self {
        let day = at.date();
        let start = match grain {
            RankingGrain::Window => {
                let second = at.time().num_seconds_from_midnight();
                day.and_time(NaiveTime::MIN) + TimeDelta::seconds(i64::from(second - second % 5))
            }
            RankingGrain::Hour => day.and_time(NaiveTime::MIN) + TimeDelta::hours(i64::from(at.hour())),
            RankingGrain::Day => day.and_time(NaiveTime::MIN),
            RankingGrain::Month => month_start(day).and_time(NaiveTime::MIN),
        };
        Self { grain, start }
    }

    pub fn end(self) -> NaiveDateTime {
        match self.grain {
            RankingGrain::Window => self.start + TimeDelta::seconds(5),
            RankingGrain::Hour => self.start + TimeDelta::hours(1),
            RankingGrain::Day => self.start + TimeDelta::days(1),
            RankingGrain::Month => self.start.checked_add_months(Months::new(1)).unwrap_or(NaiveDateTime::MAX),
        }
    }

    /// The period of equal kind before this one.
    pub fn previous(self) -> Self {
        let start = match self.grain {
            RankingGrain::Window => self.start - TimeDelta::seconds(5),
            RankingGrain::Hour => self.start - TimeDelta::hours(1),
            RankingGrain::Day => self.start - TimeDelta::days(1),
            RankingGrain::Month => self.start.checked_sub_months(Months::new(1)).unwrap_or(self.start),
        };
        Self { start, ..self }
    }

    pub fn next(self) -> Self {
        Self { start: self.end(), ..self }
    }

    pub fn is_open(self, now: NaiveDateTime) -> bool {
        now < self.end()
    }

    /// All of the period.
    pub fn span(self) -> Span {
        match self.grain {
            RankingGrain::Window | RankingGrain::Hour => Span::moments(self.start, self.end()),
            RankingGrain::Day | RankingGrain::Month => Span::days(self.start.date(), self.end().date()),
        }
    }

    /// The previous period, cut to the part of this one that has elapsed at `now`.
    pub fn previous_span(self, now: NaiveDateTime) -> Span {
        let before = self.previous();
        if !self.is_open(now) {
            return before.span();
        }
        let elapsed = (now - self.start).max(TimeDelta::zero());
        let cut = (before.start + elapsed).min(before.end());
        match self.grain {
            RankingGrain::Window | RankingGrain::Hour => Span::moments(before.start, cut),
            RankingGrain::Day | RankingGrain::Month => {
                let cut_day = cut.date().and_time(NaiveTime::MIN);
                Span { day_from: before.start.date(), day_to: cut.date(), from: cut_day, to: cut }
            }
        }
    }

    /// Quarter-hours of the period that had closed at `now`: what a meter with a quarter-hour interval owes.
    pub fn quarters_due(self, now: NaiveDateTime) -> i64 {
        quarters_between(self.start, self.end().min(now))
    }
}

impl Span {
    /// The whole days of the span that lie before `day`.
    pub fn until(self, day: NaiveDate) -> Self {
        Self::days(self.day_from, day.clamp(self.day_from, self.day_to))
    }

    /// Whole quarter-hours in the span.
    pub fn quarters(self) -> i64 {
        (self.day_to - self.day_from).num_days() * QUARTERS_PER_DAY + quarters_between(self.from, self.to)
    }
}

fn quarters_between(from: NaiveDateTime, to: NaiveDateTime) -> i64 {
    ((to - from).num_minutes() / QUARTER_MINUTES).max(0)
}

pub fn month_start(day: NaiveDate) -> NaiveDate {
    day - Days::new(u64::from(day.day0()))
}

/// Start of the newest quarter-hour that is not closed at `now`.
pub fn quarter_floor(now: NaiveDateTime) -> NaiveDateTime {
    let quarter = i64::from(now.time().num_seconds_from_midnight() / 900);
    now.date().and_time(NaiveTime::MIN) + TimeDelta::minutes(quarter * QUARTER_MINUTES)
}

/// Bits of the quarter-hours of a day that had closed at `now`, as the two halves of a user day.
pub fn closed_quarter_masks(day: NaiveDate, now: NaiveDateTime) -> (i64, i64) {
    let closed = quarters_between(day.and_time(NaiveTime::MIN), now).min(QUARTERS_PER_DAY);
    let half = |bits: i64| (1i64 << bits.clamp(0, 48)) - 1;
    (half(closed), half(closed - 48))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> NaiveDateTime {
        NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S").unwrap()
    }

    #[test]
    fn a_running_day_is_compared_with_the_same_hours_of_yesterday() {
        let now = at("2016-01-12 14:07:30");
        let today = Period::holding(RankingGrain::Day, now);
        assert_eq!(today.start, at("2016-01-12 00:00:00"));
        assert_eq!(today.previous_span(now), Span::moments(at("2016-01-11 00:00:00"), at("2016-01-11 14:07:30")));
        assert_eq!(today.quarters_due(now), 56);
        assert_eq!(today.previous_span(at("2016-01-13 00:00:00")).quarters(), 96);
    }

    #[test]
    fn a_running_month_is_compared_with_the_same_part_of_the_last() {
        let now = at("2016-03-31 06:00:00");
        let span = Period::holding(RankingGrain::Month, now).previous_span(now);
        assert_eq!((span.day_from, span.day_to), (at("2016-02-01 00:00:00").date(), at("2016-03-01 00:00:00").date()));
        assert_eq!(span.from, span.to, "February has no 31st: all of it");
        let now = at("2016-03-02 06:00:00");
        let span = Period::holding(RankingGrain::Month, now).previous_span(now);
        assert_eq!(span.day_to, at("2016-02-02 00:00:00").date());
        assert_eq!((span.from, span.to), (at("2016-02-02 00:00:00"), at("2016-02-02 06:00:00")));
        assert_eq!(span.quarters(), 96 + 24);
    }

    #[test]
    fn windows_and_hours_have_neighbours() {
        let window = Period::holding(RankingGrain::Window, at("2016-01-12 00:00:03"));
        assert_eq!(window.previous().start, at("2016-01-11 23:59:55"));
        assert_eq!(window.next().start, at("2016-01-12 00:00:05"));
        let hour = Period::holding(RankingGrain::Hour, at("2016-01-12 09:59:59"));
        assert_eq!((hour.start, hour.end()), (at("2016-01-12 09:00:00"), at("2016-01-12 10:00:00")));
    }

    #[test]
    fn masks_hold_the_closed_quarters_only() {
        let day = at("2016-01-12 00:00:00").date();
        assert_eq!(closed_quarter_masks(day, at("2016-01-12 00:14:59")), (0, 0));
        assert_eq!(closed_quarter_masks(day, at("2016-01-12 00:45:00")), (0b111, 0));
        assert_eq!(closed_quarter_masks(day, at("2016-01-12 12:15:00")), ((1 << 48) - 1, 1));
        assert_eq!(closed_quarter_masks(day, at("2016-01-14 00:00:00")), ((1 << 48) - 1, (1 << 48) - 1));
    }
}
