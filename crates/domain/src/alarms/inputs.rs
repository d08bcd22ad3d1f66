//! What the rules look at in one step: closed windows and periods, revised numbers, and readings on the wall clock.

use crate::effect::Grain;
use crate::{Fixed2, LocalMs, RegionId, UserId};

/// Energy that one region itself reported in one window.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct WindowSum {
    pub region_id: RegionId,
    pub start: LocalMs,
    /// None: the window has lost its last reading.
    pub energy_kwh: Option<Fixed2>,
}

/// Energy of one region itself in one period, of one quarter-hour or longer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PeriodSum {
    pub region_id: RegionId,
    pub grain: Grain,
    pub start: LocalMs,
    pub energy_kwh: Option<Fixed2>,
}

/// Energy within one minute that is not load: slow meters and catch-up.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NotLoad {
    pub region_id: RegionId,
    pub minute: LocalMs,
    pub energy_kwh: Fixed2,
}

/// Meters of one region itself in one closed quarter-hour.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Completeness {
    pub region_id: RegionId,
    pub quarter: LocalMs,
    pub reported: i64,
    pub expected: i64,
}

/// A user's rank by energy of a closed hour; none where he had no reading.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RankChange {
    pub user_id: UserId,
    pub region_id: RegionId,
    pub hour: LocalMs,
    pub rank: i32,
    pub rank_before: i32,
}

/// A meter that has been silent beyond its usual interval.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SilentMeter {
    pub user_id: UserId,
    pub region_id: RegionId,
    pub newest: LocalMs,
}

/// Whether silence can be told at this moment.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Hearing {
    /// Connected and caught up.
    #[default]
    Clear,
    /// Not connected or behind: silence alarms are suppressed.
    Deaf,
    /// The data is of another time: silence has no meaning and is not looked at.
    Replay,
}

/// The log reader, as it is at this moment.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct PipelineReading {
    pub hearing: Hearing,
    pub lag_ms: i64,
    /// How long it has been neither copying nor streaming.
    pub down_ms: i64,
    pub slot_bytes: i64,
}

/// Everything since the last step. Event time goes from `from` (not included) to `to`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct StepInput {
    pub from: LocalMs,
    pub to: LocalMs,
    /// UTC milliseconds on the wall clock, and the same as local time.
    pub now_ms: i64,
    pub local_now: LocalMs,
    /// Windows that ended in the step, and older ones (as far back as is held) that were revised.
    pub windows: Vec<WindowSum>,
    /// Within the minutes that the loads of the step look back on; complete or empty.
    pub not_load: Vec<NotLoad>,
    /// Periods whose end and grace lie in the step, and closed ones that were revised: those with the rows of all regions.
    pub periods: Vec<PeriodSum>,
    /// The running hour, day and month as they are at `to`; a step that ends with a period gives that one.
    pub running: Vec<PeriodSum>,
    pub completeness: Vec<Completeness>,
    pub rank_changes: Vec<RankChange>,
    /// Wall readings; looked at when `has_wall` is set.
    pub has_wall: bool,
    pub newest_readings: Vec<(RegionId, LocalMs)>,
    pub silent_meters: Vec<SilentMeter>,
    /// Refused changes of the last hour; none: of no region.
    pub dead_letters: Vec<(Option<RegionId>, i64)>,
    pub pipeline: PipelineReading,
    /// Numbers are being written anew, by a first copy or a repair.
    pub is_copying: bool,
}

/// What the enabled rules need to be loaded.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Needs {
    /// Windows back to so many minutes before the step.
    pub window_minutes: Option<u16>,
    pub periods: Vec<Grain>,
    pub running: Vec<Grain>,
    pub completeness: bool,
    pub rank_changes: bool,
    pub newest_readings: bool,
    pub silent_meters: bool,
    pub dead_letters: bool,
}

/// A region of the tree with the limit of its load.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RegionNode {
    pub region_id: RegionId,
    pub parent_id: Option<RegionId>,
    /// Its own limit, else 1.1 × its highest quarter-hour load of the 28 days before; none when neither is known.
    pub limit_kw: Option<Fixed2>,
}
