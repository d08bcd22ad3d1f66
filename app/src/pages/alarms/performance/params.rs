//! What the address says: which desk, which time.

use chrono::{Datelike, Months, NaiveDate};

use crate::context::PageRequest;
use crate::error::AppError;
use crate::pages::shared;

/// Longest period of one's own choice.
pub const MOST_DAYS: i64 = 92;
/// Parameters that page and file share.
pub const KNOWN: [&str; 6] = ["desk", "span", "day", "shift", "from", "to"];

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SpanKind {
    Shift,
    Day,
    Month,
    Period,
}

impl SpanKind {
    pub const ALL: [Self; 4] = [Self::Shift, Self::Day, Self::Month, Self::Period];

    pub fn code(self) -> &'static str {
        match self {
            Self::Shift => "shift",
            Self::Day => "day",
            Self::Month => "month",
            Self::Period => "period",
        }
    }
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Params {
    pub desk: Option<i32>,
    pub span: SpanKind,
    /// None: today.
    pub day: Option<NaiveDate>,
    pub shift: Option<i64>,
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
}

impl Params {
    pub fn parse(request: &PageRequest) -> Result<Self, AppError> {
        let kinds = SpanKind::ALL.map(SpanKind::code);
        let code = shared::code(request, "span", &kinds, SpanKind::Day.code())?;
        let params = Self {
            desk: shared::int(request, "desk", "1–2147483647")?,
            span: SpanKind::ALL.into_iter().find(|kind| kind.code() == code).unwrap_or(SpanKind::Day),
            day: shared::day(request, "day")?,
            shift: shared::int(request, "shift", "1–9223372036854775807")?,
            from: shared::day(request, "from")?,
            to: shared::day(request, "to")?,
        };
        if let (Some(from), Some(to)) = (params.from, params.to)
            && !(0..MOST_DAYS).contains(&(to - from).num_days())
        {
            let last = from + chrono::TimeDelta::days(MOST_DAYS - 1);
            return Err(AppError::bad_parameter("to", &to.to_string(), &format!("{from} – {last}")));
        }
        Ok(params)
    }

    /// First day and last day of what is not a shift.
    pub fn days(&self, today: NaiveDate) -> (NaiveDate, NaiveDate) {
        let day = self.day.unwrap_or(today);
        match self.span {
            SpanKind::Shift | SpanKind::Day => (day, day),
            SpanKind::Month => month(day),
            SpanKind::Period => {
                let to = self.to.unwrap_or_else(|| self.from.map_or(today, |from| later(from, 6)));
                (self.from.unwrap_or_else(|| later(to, -6)).min(to), to)
            }
        }
    }

    /// The same length before or after these days.
    pub fn neighbour((from, to): (NaiveDate, NaiveDate), kind: SpanKind, steps: i32) -> (NaiveDate, NaiveDate) {
        let days = i64::from(steps) * ((to - from).num_days() + 1);
        match kind {
            SpanKind::Month if steps < 0 => month(later(from, -1)),
            SpanKind::Month => month(later(to, 1)),
            _ => (later(from, days), later(to, days)),
        }
    }
}

fn month(day: NaiveDate) -> (NaiveDate, NaiveDate) {
    let first = day.with_day(1).unwrap_or(day);
    let next = first.checked_add_months(Months::new(1)).unwrap_or(first);
    (first, later(next, -1))
}

fn later(day: NaiveDate, days: i64) -> NaiveDate {
    day.checked_add_signed(chrono::TimeDelta::days(days)).unwrap_or(day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::View;

    fn parse(query: &str) -> Result<Params, AppError> {
        Params::parse(&PageRequest::parse(&format!("/alarms/performance?{query}"), View::default()))
    }

    fn days(query: &str) -> (String, String) {
        let (from, to) = parse(query).expect("parameters").days("2026-03-02".parse().expect("a day"));
        (from.to_string(), to.to_string())
    }

    #[test]
    fn a_time_is_a_day_a_month_or_a_period_of_days() {
        let pair = |from: &str, to: &str| (from.to_owned(), to.to_owned());
        assert_eq!(days(""), pair("2026-03-02", "2026-03-02"));
        assert_eq!(days("span=month&day=2024-02-11"), pair("2024-02-01", "2024-02-29"));
        assert_eq!(days("span=period&from=2026-01-01&to=2026-01-31"), pair("2026-01-01", "2026-01-31"));
        assert_eq!(days("span=period"), pair("2026-02-24", "2026-03-02"));
    }

    #[test]
    fn neighbours_have_the_same_length_and_months_are_months() {
        let days = |from: &str, to: &str| (from.parse().expect("a day"), to.parse().expect("a day"));
        let march = days("2024-03-01", "2024-03-31");
        assert_eq!(Params::neighbour(march, SpanKind::Month, -1), days("2024-02-01", "2024-02-29"));
        assert_eq!(Params::neighbour(march, SpanKind::Month, 1), days("2024-04-01", "2024-04-30"));
        let week = days("2026-03-02", "2026-03-08");
        assert_eq!(Params::neighbour(week, SpanKind::Period, -1), days("2026-02-23", "2026-03-01"));
    }

    #[test]
    fn wrong_values_are_refused() {
        for wrong in ["span=year", "day=x", "desk=x", "shift=-", "from=2026-01-02&to=2026-01-01", "from=2026-01-01&to=2026-04-03"]
        {
            assert!(matches!(parse(wrong), Err(AppError::BadParameter { .. })), "{wrong}");
        }
        assert!(parse("from=2026-01-01&to=2026-04-02").is_ok());
    }
}
