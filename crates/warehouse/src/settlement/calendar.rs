//! Holidays and swapped workdays, decisions about triggered 尖. One calendar for the installation; the operator keeps it.

mod change;
mod list;

use chrono::{DateTime, Datelike, Utc};
use domain::settlement::CalendarDay;
use domain::{Day, FailureKind};

use crate::access::{AccessError, Granter};

pub(super) use change::{check_day, check_operator, put_in};
pub use change::{decide, put, put_all, remove};
pub use list::{all, days, decisions, triggers, waiting};

/// Seventy years of the holidays of any country.
pub const MOST_DAYS: i64 = 4_000;
pub const MOST_SOURCE_CHARS: usize = 200;
/// Decisions that a list shows.
pub const MOST_DECISIONS: i64 = 2_000;
/// Days that are looked through for decisions that are waited for.
pub const MOST_WAITING_DAYS: i32 = 400;

#[derive(Clone, PartialEq, Debug)]
pub struct DayRow {
    pub day: Day,
    pub what: CalendarDay,
    pub version: i32,
    pub changed_at: DateTime<Utc>,
    pub changed_by: String,
}

/// Arrangements of a year are announced in the last quarter of the year before.
const ANNOUNCED_FROM_MONTH: u32 = 10;

impl DayRow {
    /// Entered before its arrangement can have been announced.
    pub fn is_early(&self) -> bool {
        is_early(self.day, self.changed_at)
    }
}

fn is_early(day: Day, entered_at: DateTime<Utc>) -> bool {
    let announced = chrono::NaiveDate::from_ymd_opt(day.to_date().year() - 1, ANNOUNCED_FROM_MONTH, 1);
    announced.is_some_and(|announced| entered_at.date_naive() < announced)
}

#[derive(Clone, PartialEq, Debug)]
pub struct DecisionRow {
    pub trigger: String,
    pub day: Day,
    pub is_triggered: bool,
    /// Who or what says so: a weather station, a notice.
    pub source: String,
    pub version: i32,
    pub decided_at: DateTime<Utc>,
    pub decided_by: String,
}

/// A trigger and the tariffs that have it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TriggerUse {
    pub trigger: String,
    pub tariffs: Vec<String>,
}

/// A day for which a trigger has to be decided.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Waiting {
    pub day: Day,
    pub trigger: String,
    pub tariffs: Vec<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CalendarInvalid {
    /// Before 1980 or after 2199.
    DayOutOfRange,
    /// A holiday without a name.
    NameMissing,
    /// Too long, or with characters that are none.
    Name,
    /// The same of where a decision comes from, or nothing.
    Source,
    /// No tariff has this trigger.
    UnknownTrigger,
    TooManyDays,
    Carbon,
}

impl CalendarInvalid {
    /// For programs.
    pub fn code(self) -> &'static str {
        match self {
            Self::DayOutOfRange => "day_out_of_range",
            Self::NameMissing => "name_missing",
            Self::Name => "name",
            Self::Source => "source",
            Self::UnknownTrigger => "unknown_trigger",
            Self::TooManyDays => "too_many_days",
            Self::Carbon => "carbon",
        }
    }
}

#[derive(Debug, thiserror::Error)]
pub enum CalendarError {
    #[error(transparent)]
    Access(#[from] AccessError),
    #[error("the value is not taken: {0:?}")]
    Invalid(CalendarInvalid),
    /// Somebody else was first.
    #[error("it was changed by {by} at {at}: it has version {version} now")]
    Changed { version: i32, by: String, at: DateTime<Utc> },
}

impl From<sqlx::Error> for CalendarError {
    fn from(error: sqlx::Error) -> Self {
        Self::Access(error.into())
    }
}

impl CalendarError {
    pub fn kind(&self) -> FailureKind {
        match self {
            Self::Access(error) => error.kind(),
            Self::Changed { .. } => FailureKind::Retry,
            Self::Invalid(_) => FailureKind::Operator,
        }
    }
}

/// Whether somebody may change what counts for everybody.
pub fn may_keep(granter: &Granter) -> bool {
    check_operator(granter).is_ok()
}
