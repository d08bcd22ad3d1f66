//! What one contract used on one local day, by band: the only thing that bills are rated from.

use serde::{Deserialize, Serialize};

use super::BandMap;
use crate::{Day, Fixed2, LocalMs, RegionId};

/// Largest quarter-hour energy × 4 of the day, from measured intervals alone.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Demand {
    pub kw: Fixed2,
    pub interval_end: LocalMs,
}

/// What a day's numbers rest on. Stored as text codes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DayMark {
    /// A known energy was distributed over the time it was used in.
    ShapeEstimated,
    /// Energy itself was estimated.
    EnergyEstimated,
    /// Nothing to estimate by: 0 kWh. Blocks "checked".
    NotEstimated,
    /// Intervals are missing, and it is not time to estimate them yet.
    Missing,
    /// A reading covered several intervals (a border of bands or of the day lies in it) and was split by time.
    Split,
    /// The register started from zero again.
    Rollover,
    /// The meter was exchanged.
    Exchange,
    /// |amount − (after − before) × multiplier| > 0.01 × multiplier.
    RegisterMismatch,
    /// The register moved between two readings without time in between, or backwards.
    RegisterGap,
    Negative,
    /// A triggered 尖 has not been decided for this day.
    Undecided,
    /// Later days of the period changed because this one was restated.
    Moved,
    /// The contract has no tariff valid on this day; bands could not be told (all in 平).
    NoTariff,
}

impl DayMark {
    pub const ALL: [Self; 13] = [
        Self::ShapeEstimated,
        Self::EnergyEstimated,
        Self::NotEstimated,
        Self::Missing,
        Self::Split,
        Self::Rollover,
        Self::Exchange,
        Self::RegisterMismatch,
        Self::RegisterGap,
        Self::Negative,
        Self::Undecided,
        Self::Moved,
        Self::NoTariff,
    ];

    pub fn code(self) -> &'static str {
        match self {
            Self::ShapeEstimated => "shape_estimated",
            Self::EnergyEstimated => "energy_estimated",
            Self::NotEstimated => "not_estimated",
            Self::Missing => "missing",
            Self::Split => "split",
            Self::Rollover => "rollover",
            Self::Exchange => "exchange",
            Self::RegisterMismatch => "register_mismatch",
            Self::RegisterGap => "register_gap",
            Self::Negative => "negative",
            Self::Undecided => "undecided",
            Self::Moved => "moved",
            Self::NoTariff => "no_tariff",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mark| mark.code() == code)
    }
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DayEnergy {
    pub day: Day,
    /// Where the day's readings were booked; the customer's region where there are none.
    pub region_id: RegionId,
    /// Everything, estimates included; the sum over bands is the energy of the day.
    pub energy: BandMap<Fixed2>,
    /// Of that: energy that was estimated itself.
    pub estimated: BandMap<Fixed2>,
    /// Of that: known energy whose distribution over time was estimated or linear (split, catch-up).
    pub shaped: BandMap<Fixed2>,
    /// Σ |kvarh| of the day's intervals, and how many there were.
    pub kvarh: Fixed2,
    pub kvarh_intervals: u16,
    pub demand: Option<Demand>,
    /// kWh whose readings were reported on this day: reconciles metered time with report time.
    pub reported_kwh: Fixed2,
    pub reading_count: u16,
    /// Minutes of the day that no reading covers (before estimation).
    pub missing_min: u16,
    pub register_first: Option<Fixed2>,
    pub register_last: Option<Fixed2>,
    pub marks: Vec<DayMark>,
    /// No interval is missing and the day is over.
    pub is_complete: bool,
    /// Plan and version whose calendar told the bands.
    pub tariff: Option<(String, i32)>,
    /// SHA-256 over the day's readings, hex: proves later what was billed.
    pub digest: String,
}

impl DayEnergy {
    pub fn energy_kwh(&self) -> Fixed2 {
        self.energy.total()
    }

    pub fn has(&self, mark: DayMark) -> bool {
        self.marks.contains(&mark)
    }
}
