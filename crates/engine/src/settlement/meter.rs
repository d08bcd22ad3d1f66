//! From readings to metered days: which energy was used when, and how well that is known.

use domain::settlement::calendar::CalendarDays;
use domain::settlement::{Contract, Reactive, Reading, ReadingTime};
use domain::{Day, Fixed2, LocalMs, RegionId};

/// Readings of one contract around the days in question.
#[derive(Clone, Debug)]
pub struct MeterInput<'a> {
    pub contract: &'a Contract,
    /// Ordered by `reported_at`: those of the days, the last one before them and the first one behind them (if any), and, where
    /// `wants_history` said so, those of the days before that estimates need.
    pub readings: &'a [Reading],
    pub reactive: &'a [Reactive],
    /// Days to be measured, `[from, to)`.
    pub from: Day,
    pub to: Day,
    pub calendar_days: &'a CalendarDays,
    /// Setting for contracts whose terms do not say it.
    pub reading_time_is: ReadingTime,
    /// Event time up to which readings have been seen (the watermark).
    pub known_until: LocalMs,
    /// How long after its end a day's open gaps are estimated (default 6 h).
    pub estimate_after_ms: i64,
    /// Region of the customer, for days without readings.
    pub region_id: RegionId,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum PieceKind {
    /// One measured interval.
    Measured,
    /// Part of a reading that covers more than one interval: split by time.
    Split,
    /// Registers on both sides are known, the distribution is that of similar days (or linear).
    ShapeEstimated,
    EnergyEstimated,
}

/// Energy of `(from, to]`. Pieces of a day do not overlap; what they do not cover is missing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Piece {
    pub from: LocalMs,
    pub to: LocalMs,
    pub energy_kwh: Fixed2,
    pub kind: PieceKind,
}
