//! What happened to an alarm: one entry of its history, never changed afterwards.

use serde::{Deserialize, Serialize};

use super::{Person, PointKey, Severity, State};
use crate::{Fixed2, LocalMs};

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// Became active.
    Raised,
    /// No longer true.
    Returned,
    Acknowledged,
    /// A latched alarm was let go.
    Reset,
    Shelved,
    /// By hand.
    Unshelved,
    /// The time was over.
    ShelfExpired,
    Suppressed,
    Unsuppressed,
    TakenOutOfService,
    ReturnedToService,
    /// Acknowledged long ago and still active.
    Reannunciated,
    /// The value cannot be relied on, or can be again; `reason` is the quality's code.
    QualityChanged,
    /// Late data changed a number that this alarm was judged by.
    Revised,
    /// Its rule was changed, switched off or no longer looks at it.
    RuleChanged,
    /// Its rule does not apply at this time.
    ScheduleEnded,
    Commented,
    Assigned,
    /// Nobody acknowledged in time: somebody else was told.
    Escalated,
}

impl Event {
    pub const ALL: [Self; 19] = [
        Self::Raised,
        Self::Returned,
        Self::Acknowledged,
        Self::Reset,
        Self::Shelved,
        Self::Unshelved,
        Self::ShelfExpired,
        Self::Suppressed,
        Self::Unsuppressed,
        Self::TakenOutOfService,
        Self::ReturnedToService,
        Self::Reannunciated,
        Self::QualityChanged,
        Self::Revised,
        Self::RuleChanged,
        Self::ScheduleEnded,
        Self::Commented,
        Self::Assigned,
        Self::Escalated,
    ];

    pub fn code(self) -> &'static str {
        match self {
            Self::Raised => "raised",
            Self::Returned => "returned",
            Self::Acknowledged => "acknowledged",
            Self::Reset => "reset",
            Self::Shelved => "shelved",
            Self::Unshelved => "unshelved",
            Self::ShelfExpired => "shelf_expired",
            Self::Suppressed => "suppressed",
            Self::Unsuppressed => "unsuppressed",
            Self::TakenOutOfService => "taken_out_of_service",
            Self::ReturnedToService => "returned_to_service",
            Self::Reannunciated => "reannunciated",
            Self::QualityChanged => "quality_changed",
            Self::Revised => "revised",
            Self::RuleChanged => "rule_changed",
            Self::ScheduleEnded => "schedule_ended",
            Self::Commented => "commented",
            Self::Assigned => "assigned",
            Self::Escalated => "escalated",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|event| event.code() == code)
    }
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Transition {
    pub key: PointKey,
    pub event: Event,
    pub from: State,
    pub to: State,
    pub severity: Severity,
    /// UTC milliseconds on the wall clock.
    pub at_ms: i64,
    /// None for what people and wall timers do.
    pub event_time: Option<LocalMs>,
    pub occurrence: i64,
    pub value: Option<Fixed2>,
    pub threshold: Option<Fixed2>,
    /// It was put before the operators: an entry to UNACK that counts.
    pub is_annunciated: bool,
    /// It happened too long ago: history only.
    pub is_retrospective: bool,
    pub actor: Option<Person>,
    /// In a person's words, or a fixed code of the program.
    pub reason: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_round_trip() {
        for event in Event::ALL {
            assert_eq!(Event::from_code(event.code()), Some(event));
            assert_eq!(serde_json::to_value(event).ok(), Some(event.code().into()));
        }
    }
}
