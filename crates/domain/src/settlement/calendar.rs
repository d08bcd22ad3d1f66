//! Which band each minute of a day is in: the rules of a tariff's calendar, and the calendar of holidays they refer to.

use std::collections::BTreeMap;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Band;
use crate::Day;

pub const DAY_MINUTES: u16 = 1_440;
pub const MOST_BAND_RULES: usize = 64;
pub const MOST_SPANS: usize = 16;

/// From a minute of the local day to another, the end not included: "22:00-06:00" goes over midnight, and what lies behind
/// midnight belongs to the *same local day's* early hours (every day repeats itself), as notices mean it. "14:00-24:00" is allowed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct MinuteSpan {
    pub from: u16,
    pub to: u16,
}

impl MinuteSpan {
    /// Reads "HH:MM-HH:MM".
    pub fn parse(text: &str) -> Option<Self> {
        let (from, to) = text.split_once('-')?;
        let span = Self { from: minute(from)?, to: minute(to)? };
        (span.from < DAY_MINUTES && span.from != span.to).then_some(span)
    }

    pub fn contains(self, minute: u16) -> bool {
        if self.to > self.from { (self.from..self.to).contains(&minute) } else { minute >= self.from || minute < self.to }
    }
}

fn minute(text: &str) -> Option<u16> {
    let (hour, minute) = text.trim().split_once(':')?;
    let is_number = |part: &str| (1..=2).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(hour) || minute.len() != 2 || !is_number(minute) {
        return None;
    }
    let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
    let total = hour * 60 + minute;
    (minute < 60 && total <= DAY_MINUTES).then_some(total)
}

impl std::fmt::Display for MinuteSpan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:02}:{:02}-{:02}:{:02}", self.from / 60, self.from % 60, self.to / 60, self.to % 60)
    }
}

impl Serialize for MinuteSpan {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for MinuteSpan {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| D::Error::custom("expected a span of the day such as \"07:30-10:30\""))
    }
}

/// On which days of the week and of the holiday calendar a rule applies.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "on", deny_unknown_fields)]
pub enum DayChoice {
    #[default]
    Every,
    /// Monday to Friday and swapped workdays, without holidays.
    Workdays,
    /// Saturdays and Sundays that are neither swapped workdays nor holidays.
    Weekends,
    /// Days of the holiday calendar; `names` as there (春节), empty for all of them.
    Holidays {
        #[serde(default)]
        names: Vec<String>,
    },
    WeekendsAndHolidays,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BandRule {
    pub band: Band,
    /// 1 to 12; empty for all the year.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub months: Vec<u8>,
    #[serde(default)]
    pub days: DayChoice,
    pub spans: Vec<MinuteSpan>,
    /// Only on days for which this trigger was decided (for instance "guangzhou_max_35c"); see `tariff_triggers`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trigger: Option<String>,
    /// Words of the notice, for the explanation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clause: Option<String>,
}

#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calendar {
    /// Minutes that no rule covers are 平. Otherwise they are an error.
    #[serde(default)]
    pub flat_fills: bool,
    #[serde(default)]
    pub rules: Vec<BandRule>,
}

/// A day that is not what its weekday says.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", deny_unknown_fields)]
pub enum CalendarDay {
    /// 节假日, with the festival it belongs to.
    Holiday { name: String },
    /// 调休: a Saturday or Sunday that is worked.
    Workday {
        #[serde(default)]
        name: String,
    },
}

impl CalendarDay {
    pub const MOST_NAME_CHARS: usize = 64;

    pub fn kind_code(&self) -> &'static str {
        match self {
            Self::Holiday { .. } => "holiday",
            Self::Workday { .. } => "workday",
        }
    }

    pub fn name(&self) -> &str {
        match self {
            Self::Holiday { name } | Self::Workday { name } => name,
        }
    }
}

pub type CalendarDays = BTreeMap<Day, CalendarDay>;

/// What settlement knows of a day's kind; also the "same day type" of estimates.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DayKind<'a> {
    Workday,
    Weekend,
    Holiday(&'a str),
}

impl<'a> DayKind<'a> {
    pub fn of(day: Day, days: &'a CalendarDays) -> Self {
        use chrono::Datelike;
        match days.get(&day) {
            Some(CalendarDay::Holiday { name }) => Self::Holiday(name),
            Some(CalendarDay::Workday { .. }) => Self::Workday,
            None if day.to_date().weekday().num_days_from_monday() >= 5 => Self::Weekend,
            None => Self::Workday,
        }
    }
}

/// The bands of one local day: spans in order that cover every minute once.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DayBands {
    pub spans: Vec<BandSpan>,
    /// Triggers that have not been decided for this day; it is rated without them.
    pub undecided: Vec<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct BandSpan {
    pub from: u16,
    pub to: u16,
    pub band: Band,
    /// Index into `Calendar::rules`; none where 平 fills the rest.
    pub rule: Option<u16>,
}

/// Whether a trigger was decided for a day: (trigger, day) → yes or no. Absent: undecided.
pub type TriggerDecisions = BTreeMap<(String, Day), bool>;
