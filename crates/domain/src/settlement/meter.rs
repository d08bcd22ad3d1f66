//! What a meter told: readings with registers, reactive energy, and exchanges of the meter.

use serde::{Deserialize, Serialize};

use crate::{Fixed2, LocalMs, RegionId};

/// What the time of a reading means.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReadingTime {
    /// Some time after the interval: floored to the meter's interval.
    #[default]
    Report,
    IntervalEnd,
    IntervalStart,
}

/// An accepted reading as settlement needs it. `amount_kwh` is primary energy; registers are in register units.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Reading {
    pub consumption_id: i64,
    /// `consumption_date`.
    pub reported_at: LocalMs,
    pub amount_kwh: Fixed2,
    pub register_before: Option<Fixed2>,
    pub register_after: Option<Fixed2>,
    pub region_id: RegionId,
}

/// Reactive energy of one interval: row of `power_reactive`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Reactive {
    pub interval_end: LocalMs,
    pub kvarh: Fixed2,
}

/// A meter was taken down and another one put up.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MeterExchange {
    pub at: LocalMs,
    /// Register of the old meter when it was taken down.
    pub final_register: Fixed2,
    /// Register of the new meter when it was put up.
    pub initial_register: Fixed2,
}
