//! What a rule may look at: each metric with its unit, its subject, when it is known, and what values it can have.

use serde::{Deserialize, Serialize};

use crate::Fixed2;
use crate::effect::Grain;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Metric {
    /// Energy of the last 15 minutes × 4, less what is not load.
    LoadNowKw,
    /// The same in percent of the region's limit (without one: of 1.1 × its highest quarter-hour load of the 28 days before).
    LoadNowPercent,
    /// Load now against load `span_min` earlier, percent; negative when it falls.
    LoadChangePercent,
    /// Energy reported in one 5-second window. No measure of power.
    WindowKwh,
    /// Mean load of a closed quarter-hour.
    QuarterKw,
    HourKwh,
    DayKwh,
    /// Sums since the start of the running hour, day or month. Only "above" can be decided before their end.
    HourSoFarKwh,
    DaySoFarKwh,
    MonthSoFarKwh,
    /// Meters that reported in a closed quarter-hour, percent of those that should have.
    CompletenessPercent,
    /// Minutes since the newest reading of the region.
    RegionSilenceMin,
    /// Minutes since the newest reading of a meter beyond its usual interval.
    MeterSilenceMin,
    /// Places by which a user rose (positive) or fell in the ranking of his region by energy of a closed hour, against the
    /// hour before; only users among the first [`RANKS_WATCHED`] of either hour.
    RankChange,
    /// Refused changes within the last hour.
    DeadLettersHour,
    /// Age of the oldest source commit that is not committed here.
    PipelineLagS,
    /// How long the log reader has been neither copying nor streaming.
    PipelineDownS,
    /// Log that the source keeps for us.
    SlotMb,
}

/// Rank changes are told of users among so many first of either hour.
pub const RANKS_WATCHED: i32 = 20;

/// Whom a metric is about; all conditions of a rule are about the same kind.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum SubjectKind {
    Region,
    User,
    Pipeline,
}

/// When a metric has a new value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Clock {
    /// With each 5-second window that the watermark passes.
    Window,
    /// Once a period is closed and the grace is over.
    Period(Grain),
    /// With each window, over the running period.
    Running(Grain),
    /// On wall time.
    Wall,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Unit {
    Kw,
    Kwh,
    Percent,
    Minutes,
    Seconds,
    Places,
    Rows,
    Megabytes,
}

impl Metric {
    pub const ALL: [Self; 18] = [
        Self::LoadNowKw,
        Self::LoadNowPercent,
        Self::LoadChangePercent,
        Self::WindowKwh,
        Self::QuarterKw,
        Self::HourKwh,
        Self::DayKwh,
        Self::HourSoFarKwh,
        Self::DaySoFarKwh,
        Self::MonthSoFarKwh,
        Self::CompletenessPercent,
        Self::RegionSilenceMin,
        Self::MeterSilenceMin,
        Self::RankChange,
        Self::DeadLettersHour,
        Self::PipelineLagS,
        Self::PipelineDownS,
        Self::SlotMb,
    ];

    pub fn code(self) -> &'static str {
        match self {
            Self::LoadNowKw => "load_now_kw",
            Self::LoadNowPercent => "load_now_percent",
            Self::LoadChangePercent => "load_change_percent",
            Self::WindowKwh => "window_kwh",
            Self::QuarterKw => "quarter_kw",
            Self::HourKwh => "hour_kwh",
            Self::DayKwh => "day_kwh",
            Self::HourSoFarKwh => "hour_so_far_kwh",
            Self::DaySoFarKwh => "day_so_far_kwh",
            Self::MonthSoFarKwh => "month_so_far_kwh",
            Self::CompletenessPercent => "completeness_percent",
            Self::RegionSilenceMin => "region_silence_min",
            Self::MeterSilenceMin => "meter_silence_min",
            Self::RankChange => "rank_change",
            Self::DeadLettersHour => "dead_letters_hour",
            Self::PipelineLagS => "pipeline_lag_s",
            Self::PipelineDownS => "pipeline_down_s",
            Self::SlotMb => "slot_mb",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|metric| metric.code() == code)
    }

    pub fn subject(self) -> SubjectKind {
        match self {
            Self::MeterSilenceMin | Self::RankChange => SubjectKind::User,
            Self::PipelineLagS | Self::PipelineDownS | Self::SlotMb => SubjectKind::Pipeline,
            _ => SubjectKind::Region,
        }
    }

    pub fn unit(self) -> Unit {
        match self {
            Self::LoadNowKw | Self::QuarterKw => Unit::Kw,
            Self::WindowKwh | Self::HourKwh | Self::DayKwh | Self::HourSoFarKwh | Self::DaySoFarKwh | Self::MonthSoFarKwh => {
                Unit::Kwh
            }
            Self::LoadNowPercent | Self::LoadChangePercent | Self::CompletenessPercent => Unit::Percent,
            Self::RegionSilenceMin | Self::MeterSilenceMin => Unit::Minutes,
            Self::RankChange => Unit::Places,
            Self::DeadLettersHour => Unit::Rows,
            Self::PipelineLagS | Self::PipelineDownS => Unit::Seconds,
            Self::SlotMb => Unit::Megabytes,
        }
    }

    pub fn clock(self) -> Clock {
        match self {
            Self::LoadNowKw | Self::LoadNowPercent | Self::LoadChangePercent | Self::WindowKwh => Clock::Window,
            Self::QuarterKw | Self::CompletenessPercent => Clock::Period(Grain::Quarter),
            Self::HourKwh | Self::RankChange => Clock::Period(Grain::Hour),
            Self::DayKwh => Clock::Period(Grain::Day),
            Self::HourSoFarKwh => Clock::Running(Grain::Hour),
            Self::DaySoFarKwh => Clock::Running(Grain::Day),
            Self::MonthSoFarKwh => Clock::Running(Grain::Month),
            Self::RegionSilenceMin
            | Self::MeterSilenceMin
            | Self::DeadLettersHour
            | Self::PipelineLagS
            | Self::PipelineDownS
            | Self::SlotMb => Clock::Wall,
        }
    }

    /// Least and greatest value it can have; none where there is no bound.
    pub fn range(self) -> (Option<Fixed2>, Option<Fixed2>) {
        let hundred = Fixed2(10_000);
        match self {
            // energy may be negative where meters count what is fed in
            Self::LoadNowKw
            | Self::LoadNowPercent
            | Self::WindowKwh
            | Self::QuarterKw
            | Self::HourKwh
            | Self::DayKwh
            | Self::HourSoFarKwh
            | Self::DaySoFarKwh
            | Self::MonthSoFarKwh => (None, None),
            Self::LoadChangePercent | Self::RankChange => (None, None),
            Self::CompletenessPercent => (Some(Fixed2::ZERO), Some(hundred)),
            _ => (Some(Fixed2::ZERO), None),
        }
    }

    /// Values that it has whenever nothing is wrong: a rule that is true for all of them would always fire.
    pub fn usual(self) -> Option<(Fixed2, Fixed2)> {
        match self {
            Self::LoadNowKw
            | Self::LoadNowPercent
            | Self::WindowKwh
            | Self::QuarterKw
            | Self::HourKwh
            | Self::DayKwh
            | Self::HourSoFarKwh
            | Self::DaySoFarKwh
            | Self::MonthSoFarKwh => None,
            Self::CompletenessPercent => Some((Fixed2(9_900), Fixed2(10_000))),
            _ => Some((Fixed2::ZERO, Fixed2::ZERO)),
        }
    }

    /// Whether a condition on it names the minutes it looks back.
    pub fn has_span(self) -> bool {
        self == Self::LoadChangePercent
    }

    /// A rule on it is about silence: undecidable while the log reader is away or behind.
    pub fn is_silence(self) -> bool {
        matches!(self, Self::RegionSilenceMin | Self::MeterSilenceMin)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_round_trip() {
        for (at, metric) in Metric::ALL.into_iter().enumerate() {
            assert_eq!(Metric::from_code(metric.code()), Some(metric));
            assert_eq!(serde_json::to_value(metric).ok(), Some(metric.code().into()));
            assert!(!Metric::ALL[..at].contains(&metric));
        }
    }

    #[test]
    fn what_a_metric_usually_is_lies_in_its_range() {
        for metric in Metric::ALL {
            let Some((low, high)) = metric.usual() else { continue };
            let (least, most) = metric.range();
            assert!(low <= high && least.is_none_or(|least| least <= low) && most.is_none_or(|most| high <= most), "{metric:?}");
        }
    }
}
