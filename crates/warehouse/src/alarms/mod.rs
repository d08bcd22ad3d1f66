//! Alarms as rows: what the evaluation loads and saves, what people change.

pub mod acts;
pub mod evaluation;
pub mod holidays;
pub mod notices;
pub mod rules;
pub mod shifts;
pub mod trials;

use domain::RegionId;
use domain::alarms::Transition;
use domain::alarms::point::AlarmId;

/// An entry of an alarm's history with its number.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoredTransition {
    pub transition_id: i64,
    pub alarm_id: AlarmId,
    pub region_id: Option<RegionId>,
    pub transition: Transition,
}
