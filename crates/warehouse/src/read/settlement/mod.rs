//! What the settlement pages show.

pub mod day;
pub mod differences;
pub mod documents;
pub mod exceptions;
pub mod load_bands;
pub mod loss;
pub mod overview;
pub mod settlements;
pub mod statement;
pub mod statements;

use domain::Day;
use domain::settlement::{Month, StatementState};

use crate::pg_types::DayDate;

/// First days of the days that periods named by this month can hold: a billing day of 28 begins in the month before.
pub(crate) fn month_span(month: Month) -> (DayDate, DayDate) {
    (DayDate(month.previous().first_day()), DayDate(month.next().first_day()))
}

pub(crate) fn first_day(month: Month) -> DayDate {
    DayDate(month.first_day())
}

/// The month that a stored first day names.
pub(crate) fn month_of(day: Day) -> Month {
    Month::of(day)
}

/// A state that this version does not know blocks like one that is final.
pub(crate) fn state_of(code: &str) -> StatementState {
    StatementState::from_code(code).unwrap_or(StatementState::Void)
}
