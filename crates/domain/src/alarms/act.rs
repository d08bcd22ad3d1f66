//! What people do to an alarm, and why they may be refused.

use chrono::NaiveDate;

use super::{Person, State};

/// Usual and longest time on the shelf, minutes; and for critical alarms, which only an engineer shelves.
pub const SHELF_USUAL_MIN: i64 = 120;
pub const SHELF_MOST_MIN: i64 = 480;
pub const SHELF_CRITICAL_MOST_MIN: i64 = 120;
pub const MOST_COMMENT_CHARS: usize = 500;

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Act {
    Acknowledge {
        comment: Option<String>,
    },
    /// Lets a latched alarm go; `/clear` of the interface.
    Reset,
    /// Also another time for one that lies on the shelf.
    Shelve {
        until_ms: i64,
        reason: String,
    },
    Unshelve,
    TakeOutOfService {
        reason: String,
        review_on: NaiveDate,
    },
    ReturnToService,
    /// None: nobody.
    Assign {
        to: Option<Person>,
    },
    Comment {
        text: String,
    },
}

impl Act {
    pub fn code(&self) -> &'static str {
        match self {
            Self::Acknowledge { .. } => "ack",
            Self::Reset => "reset",
            Self::Shelve { .. } => "shelve",
            Self::Unshelve => "unshelve",
            Self::TakeOutOfService { .. } => "out_of_service",
            Self::ReturnToService => "in_service",
            Self::Assign { .. } => "assign",
            Self::Comment { .. } => "comment",
        }
    }
}

#[derive(Clone, PartialEq, Eq, Hash, Debug, thiserror::Error)]
pub enum Refusal {
    #[error("the alarm is {0:?}: there is nothing to acknowledge")]
    NothingToAcknowledge(State),
    #[error("the condition is still true")]
    StillTrue,
    #[error("the alarm is {0:?}, not latched")]
    NotLatched(State),
    #[error("the alarm is {0:?}, not shelved")]
    NotShelved(State),
    #[error("the alarm is {0:?}, not out of service")]
    NotOutOfService(State),
    #[error("the alarm is {0:?} and cannot be set aside")]
    CannotSetAside(State),
    #[error("a reason is needed")]
    ReasonMissing,
    #[error("at most {0} minutes")]
    TooLong(i64),
    #[error("the time is over already")]
    InThePast,
    #[error("an engineer has to do this")]
    NeedsEngineer,
    /// Somebody else acted first.
    #[error("the alarm has changed: {by:?} {event} at {at_ms}")]
    Changed { by: Option<String>, event: &'static str, at_ms: i64 },
}

impl Refusal {
    pub fn code(&self) -> &'static str {
        match self {
            Self::NothingToAcknowledge(_) => "nothing_to_acknowledge",
            Self::StillTrue => "still_true",
            Self::NotLatched(_) => "not_latched",
            Self::NotShelved(_) => "not_shelved",
            Self::NotOutOfService(_) => "not_out_of_service",
            Self::CannotSetAside(_) => "cannot_set_aside",
            Self::ReasonMissing => "reason_missing",
            Self::TooLong(_) => "too_long",
            Self::InThePast => "in_the_past",
            Self::NeedsEngineer => "needs_engineer",
            Self::Changed { .. } => "changed",
        }
    }
}
