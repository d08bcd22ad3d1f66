//! What an installation may set about the judging of alarms, and the two clocks of one step.

use domain::LocalMs;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AlarmSettings {
    /// What happened longer ago than this when it is noticed is history: not annunciated, not notified, not counted.
    pub annunciate_within_ms: i64,
    /// A closed period is judged so long after its end.
    pub grace_ms: i64,
}

impl Default for AlarmSettings {
    fn default() -> Self {
        Self { annunciate_within_ms: 600_000, grace_ms: 60_000 }
    }
}

/// The moment of one step on the wall clock.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Now {
    /// UTC milliseconds.
    pub now_ms: i64,
    pub local_now: LocalMs,
    pub annunciate_within_ms: i64,
}

impl Now {
    /// Whether what happened at `at` is history already.
    pub fn is_late(&self, at: LocalMs) -> bool {
        self.local_now.0.saturating_sub(at.0) > self.annunciate_within_ms
    }
}
