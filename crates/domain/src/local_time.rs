//! Local wall time without zone, as in the source: milliseconds since 1970-01-01 00:00 on the wall clock.

use std::fmt;

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, TimeZone, Timelike};

/// Length of an event-time window.
pub const WINDOW_MS: i64 = 5_000;
const DAY_MS: i64 = 86_400_000;

/// A moment on the local wall clock, in milliseconds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct LocalMs(pub i64);

/// A local calendar day, as days since 1970-01-01.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Day(pub i32);

/// Start of a 5-second window; the window is `[start, start + 5 s)`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct WindowStart(pub LocalMs);

impl LocalMs {
    /// Reads `YYYY-MM-DD[ T]HH:MM:SS[.f…]` or a date alone; rounds to milliseconds as PostgreSQL does.
    pub fn parse(text: &[u8]) -> Option<Self> {
        let year_len = text.iter().position(|&b| b == b'-')?;
        if !(4..=6).contains(&year_len) {
            return None;
        }
        let year = digits(text.get(..year_len)?)?;
        let rest = text.get(year_len + 1..)?;
        let month = digits(rest.get(..2)?)?;
        let day = digits(rest.get(3..5)?)?;
        if rest.get(2) != Some(&b'-') {
            return None;
        }
        let date = days_from_civil(year, month, day)?;
        let clock = match rest.get(5) {
            None => 0,
            Some(b' ' | b'T') => parse_clock(rest.get(6..)?)?,
            Some(_) => return None,
        };
        Some(Self(i64::from(date) * DAY_MS + clock))
    }

    pub fn day(self) -> Day {
        Day(i32::try_from(self.0.div_euclid(DAY_MS)).unwrap_or(i32::MAX))
    }

    /// Quarter-hour of the day, 0 to 95.
    pub fn quarter(self) -> u8 {
        u8::try_from(self.0.rem_euclid(DAY_MS) / 900_000).unwrap_or(0)
    }

    /// Hour of the day, 0 to 23.
    pub fn hour(self) -> u8 {
        self.quarter() / 4
    }

    /// Start of its hour.
    pub fn hour_start(self) -> Self {
        Self(self.0 - self.0.rem_euclid(3_600_000))
    }

    pub fn window(self) -> WindowStart {
        WindowStart(Self(self.0 - self.0.rem_euclid(WINDOW_MS)))
    }

    pub fn plus_ms(self, ms: i64) -> Self {
        Self(self.0.saturating_add(ms))
    }

    pub fn to_naive(self) -> NaiveDateTime {
        DateTime::from_timestamp_millis(self.0).unwrap_or_default().naive_utc()
    }

    pub fn from_naive(at: NaiveDateTime) -> Self {
        Self(at.and_utc().timestamp_millis())
    }
}

impl Day {
    pub fn start(self) -> LocalMs {
        LocalMs(i64::from(self.0) * DAY_MS)
    }

    pub fn end(self) -> LocalMs {
        LocalMs((i64::from(self.0) + 1) * DAY_MS)
    }

    pub fn quarter_start(self, quarter: u8) -> LocalMs {
        self.start().plus_ms(i64::from(quarter) * 900_000)
    }

    pub fn to_date(self) -> NaiveDate {
        self.start().to_naive().date()
    }

    pub fn from_date(date: NaiveDate) -> Self {
        LocalMs::from_naive(date.and_hms_opt(0, 0, 0).unwrap_or_default()).day()
    }

    pub fn month_start(self) -> Day {
        self.minus_days(self.to_date().day0())
    }

    pub fn year_start(self) -> Day {
        self.minus_days(self.to_date().ordinal0())
    }

    fn minus_days(self, days: u32) -> Day {
        Day(self.0 - i32::try_from(days).unwrap_or(0))
    }
}

impl WindowStart {
    pub fn end(self) -> LocalMs {
        self.0.plus_ms(WINDOW_MS)
    }
}

impl fmt::Display for LocalMs {
    /// `YYYY-MM-DD HH:MM:SS.mmm`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = self.to_naive();
        write!(
            f,
            "{:04}-{:02}-{:02} {:02}:{:02}:{:02}.{:03}",
            at.year(),
            at.month(),
            at.day(),
            at.hour(),
            at.minute(),
            at.second(),
            self.0.rem_euclid(1000)
        )
    }
}

/// The one time zone of a source.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Zone(pub chrono_tz::Tz);

impl Zone {
    pub fn parse(name: &str) -> Option<Self> {
        name.parse().ok().map(Self)
    }

    pub fn name(self) -> &'static str {
        self.0.name()
    }

    /// Wall time of a UTC moment given in microseconds since 1970.
    pub fn local_ms(self, utc_us: i64) -> LocalMs {
        let utc = DateTime::from_timestamp_micros(utc_us).unwrap_or_default();
        LocalMs::from_naive(self.0.from_utc_datetime(&utc.naive_utc()).naive_local())
    }
}

fn digits(text: &[u8]) -> Option<i64> {
    text.iter().try_fold(0i64, |value, &byte| byte.is_ascii_digit().then(|| value * 10 + i64::from(byte - b'0')))
}

fn parse_clock(text: &[u8]) -> Option<i64> {
    let well_formed = text.get(2) == Some(&b':') && text.get(5) == Some(&b':');
    if !well_formed {
        return None;
    }
    let (hour, minute, second) = (digits(text.get(..2)?)?, digits(text.get(3..5)?)?, digits(text.get(6..8)?)?);
    if hour > 24 || minute > 59 || second > 60 {
        return None;
    }
    let micros = match text.get(8) {
        None => 0,
        Some(b'.') => fraction_micros(text.get(9..)?)?,
        Some(_) => return None,
    };
    Some(((hour * 60 + minute) * 60 + second) * 1000 + (micros + 500) / 1000)
}

fn fraction_micros(text: &[u8]) -> Option<i64> {
    if text.is_empty() || text.len() > 9 {
        return None;
    }
    let mut micros = 0;
    for place in 0..6 {
        micros = micros * 10 + text.get(place).map_or(Some(0), |&b| b.is_ascii_digit().then(|| i64::from(b - b'0')))?;
    }
    text.iter().all(u8::is_ascii_digit).then_some(micros)
}

/// Days since 1970-01-01 of a proleptic Gregorian date; `None` when there is no such date.
fn days_from_civil(year: i64, month: i64, day: i64) -> Option<i32> {
    const LENGTHS: [i64; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = LENGTHS.get(usize::try_from(month).ok()?.checked_sub(1)?)? + i64::from(leap && month == 2);
    if day < 1 || day > length || !(1..=99_999).contains(&year) {
        return None;
    }
    let shifted_year = if month <= 2 { year - 1 } else { year };
    let era = shifted_year.div_euclid(400);
    let year_of_era = shifted_year - era * 400;
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    i32::try_from(era * 146_097 + day_of_era - 719_468).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(text: &str) -> LocalMs {
        LocalMs::parse(text.as_bytes()).expect("a valid time")
    }

    #[test]
    fn reads_what_postgres_prints() {
        assert_eq!(at("1970-01-01 00:00:00").0, 0);
        assert_eq!(at("2016-01-11 00:18:04.903").to_string(), "2016-01-11 00:18:04.903");
        assert_eq!(at("2016-01-11T00:18:04.9037").to_string(), "2016-01-11 00:18:04.904");
        assert_eq!(at("2016-02-29").day(), Day::from_date(NaiveDate::from_ymd_opt(2016, 2, 29).expect("a date")));
        for bad in [
            "",
            "2016",
            "2016-13-01",
            "2015-02-29 00:00:00",
            "2016-01-11 25:00:00",
            "infinity",
            "2016-01-11 00:00:00+08",
            "2016-01-11 00:00:00 BC",
        ] {
            assert_eq!(LocalMs::parse(bad.as_bytes()), None, "{bad}");
        }
    }

    #[test]
    fn windows_are_half_open() {
        assert_eq!(at("2016-01-11 00:00:04.999").window(), at("2016-01-11 00:00:00").window());
        assert_eq!(at("2016-01-11 00:00:05").window().0, at("2016-01-11 00:00:05"));
        assert_eq!(at("1969-12-31 23:59:59").window().0, at("1969-12-31 23:59:55"));
    }

    #[test]
    fn periods_of_a_day() {
        let day = at("2016-03-15 12:34:00").day();
        assert_eq!(day.month_start().start(), at("2016-03-01"));
        assert_eq!(day.year_start().start(), at("2016-01-01"));
        assert_eq!(at("2016-03-15 12:34:00").quarter(), 50);
        assert_eq!(at("2016-03-15 12:34:00").hour(), 12);
    }

    #[test]
    fn commit_times_become_local() {
        let zone = Zone::parse("Asia/Shanghai").expect("a zone");
        assert_eq!(zone.local_ms(0), at("1970-01-01 08:00:00"));
    }

    proptest! {
        #[test]
        fn parsing_inverts_printing(ms in -30_000_000_000_000i64..100_000_000_000_000) {
            let moment = LocalMs(ms);
            prop_assert_eq!(LocalMs::parse(moment.to_string().as_bytes()), Some(moment));
        }

        #[test]
        fn parsing_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
            let _ = LocalMs::parse(&bytes);
            let _ = crate::Fixed2::parse(&bytes);
        }
    }
}
