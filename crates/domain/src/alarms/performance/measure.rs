//! The measures, what each should be, and how to judge it.

use serde::{Deserialize, Serialize};

use crate::Fixed2;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// Alarms per position and ten minutes.
    Average,
    /// The most in any ten minutes, any hour and any minute, per position.
    PeakTenMinutes,
    PeakHour,
    PeakMinute,
    /// Share of the period.
    TimeInFlood,
    Floods,
    /// The most in the ten minutes that begin with a critical alarm, when none came in the ten minutes before.
    AfterUpset,
    /// Active at the end of the period, per position.
    Standing,
    /// Of those, active for more than a day.
    Stale,
    /// Alarms that came three times within a minute.
    Chattering,
    /// Annunciations that were over within a minute.
    Fleeting,
    /// Share of all that the ten most frequent alarms have.
    TopTen,
    /// Shares of the severities: critical and high together.
    Urgent,
    Medium,
    Low,
    /// Seconds until somebody acknowledged.
    AcknowledgeMedian,
    AcknowledgeP95,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unit {
    /// Alarms of one position.
    PerPosition,
    Count,
    Percent,
    Seconds,
}

/// On which side of its number a target is met.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Side {
    AtMost,
    Below,
    AtLeast,
}

/// What should be, and what still is near enough to watch.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Target {
    pub side: Side,
    pub value: Fixed2,
    pub near: Fixed2,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Verdict {
    Meets,
    Near,
    Misses,
    NoData,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Measured {
    pub measure: Measure,
    /// In hundredths of its unit.
    pub value: Option<Fixed2>,
    pub verdict: Verdict,
}

impl Measure {
    pub const ALL: [Self; 17] = [
        Self::Average,
        Self::PeakTenMinutes,
        Self::PeakHour,
        Self::PeakMinute,
        Self::TimeInFlood,
        Self::Floods,
        Self::AfterUpset,
        Self::Standing,
        Self::Stale,
        Self::Chattering,
        Self::Fleeting,
        Self::TopTen,
        Self::Urgent,
        Self::Medium,
        Self::Low,
        Self::AcknowledgeMedian,
        Self::AcknowledgeP95,
    ];

    pub fn code(self) -> &'static str {
        match self {
            Self::Average => "average_per_10min",
            Self::PeakTenMinutes => "peak_10min",
            Self::PeakHour => "peak_hour",
            Self::PeakMinute => "peak_minute",
            Self::TimeInFlood => "time_in_flood",
            Self::Floods => "floods",
            Self::AfterUpset => "after_upset_10min",
            Self::Standing => "standing",
            Self::Stale => "stale",
            Self::Chattering => "chattering",
            Self::Fleeting => "fleeting",
            Self::TopTen => "top_ten_share",
            Self::Urgent => "share_critical_high",
            Self::Medium => "share_medium",
            Self::Low => "share_low",
            Self::AcknowledgeMedian => "acknowledge_median",
            Self::AcknowledgeP95 => "acknowledge_p95",
        }
    }

    pub fn unit(self) -> Unit {
        match self {
            Self::Average | Self::PeakTenMinutes | Self::PeakHour | Self::PeakMinute | Self::AfterUpset | Self::Standing => {
                Unit::PerPosition
            }
            Self::Floods | Self::Stale | Self::Chattering | Self::Fleeting => Unit::Count,
            Self::TimeInFlood | Self::TopTen | Self::Urgent | Self::Medium | Self::Low => Unit::Percent,
            Self::AcknowledgeMedian | Self::AcknowledgeP95 => Unit::Seconds,
        }
    }

    /// Near is up to one and a half times the target, where no better number is known.
    pub fn target(self) -> Target {
        let at_most = |value: i64, near: i64| Target { side: Side::AtMost, value: Fixed2(value), near: Fixed2(near) };
        let below = |value: i64, near: i64| Target { side: Side::Below, value: Fixed2(value), near: Fixed2(near) };
        match self {
            // two in ten minutes are manageable
            Self::Average => at_most(1_00, 2_00),
            Self::PeakTenMinutes | Self::AfterUpset | Self::Standing => below(10_00, 15_00),
            Self::PeakHour => at_most(15_00, 22_50),
            Self::PeakMinute => at_most(2_00, 3_00),
            Self::TimeInFlood => below(1_00, 1_50),
            Self::Floods | Self::Chattering | Self::Fleeting => at_most(0, 0),
            Self::Stale => below(5_00, 7_50),
            Self::TopTen => at_most(5_00, 7_50),
            Self::Urgent => at_most(5_00, 7_50),
            Self::Medium => at_most(15_00, 22_50),
            // the others together have 20, or near it 30
            Self::Low => Target { side: Side::AtLeast, value: Fixed2(80_00), near: Fixed2(70_00) },
            Self::AcknowledgeMedian | Self::AcknowledgeP95 => at_most(30_000, 45_000),
        }
    }
}

impl Target {
    fn holds(&self, value: Fixed2, limit: Fixed2) -> bool {
        match self.side {
            Side::AtMost => value <= limit,
            Side::Below => value < limit,
            Side::AtLeast => value >= limit,
        }
    }

    pub fn judge(&self, value: Fixed2) -> Verdict {
        if self.holds(value, self.value) {
            Verdict::Meets
        } else if self.holds(value, self.near) {
            Verdict::Near
        } else {
            Verdict::Misses
        }
    }
}

impl Measured {
    pub fn judge(measure: Measure, value: Option<Fixed2>) -> Self {
        let verdict = value.map_or(Verdict::NoData, |value| measure.target().judge(value));
        Self { measure, value, verdict }
    }
}

impl Side {
    /// As a sign before the target's number.
    pub fn sign(self) -> &'static str {
        match self {
            Self::AtMost => "≤",
            Self::Below => "<",
            Self::AtLeast => "≥",
        }
    }
}

impl Verdict {
    pub const ALL: [Self; 4] = [Self::Meets, Self::Near, Self::Misses, Self::NoData];

    pub fn code(self) -> &'static str {
        match self {
            Self::Meets => "meets",
            Self::Near => "near",
            Self::Misses => "misses",
            Self::NoData => "no_data",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique() {
        for (at, measure) in Measure::ALL.into_iter().enumerate() {
            assert!(Measure::ALL[..at].iter().all(|earlier| earlier.code() != measure.code()));
        }
    }

    #[test]
    fn targets_are_judged_on_their_side() {
        let verdict = |measure: Measure, value: i64| Measured::judge(measure, Some(Fixed2(value))).verdict;
        for (measure, value, expected) in [
            (Measure::Average, 1_00, Verdict::Meets),
            (Measure::Average, 1_01, Verdict::Near),
            (Measure::Average, 2_01, Verdict::Misses),
            (Measure::TimeInFlood, 99, Verdict::Meets),
            (Measure::TimeInFlood, 1_00, Verdict::Near),
            (Measure::TimeInFlood, 1_50, Verdict::Misses),
            (Measure::Low, 80_00, Verdict::Meets),
            (Measure::Low, 79_99, Verdict::Near),
            (Measure::Low, 69_99, Verdict::Misses),
            (Measure::Chattering, 0, Verdict::Meets),
            (Measure::Chattering, 1_00, Verdict::Misses),
            (Measure::AcknowledgeP95, 30_000, Verdict::Meets),
            (Measure::AcknowledgeP95, 30_001, Verdict::Near),
        ] {
            assert_eq!(verdict(measure, value), expected, "{measure:?} {value}");
        }
        assert_eq!(Measured::judge(Measure::TopTen, None).verdict, Verdict::NoData);
    }

    #[test]
    fn what_meets_a_target_is_also_near_it() {
        for measure in Measure::ALL {
            let target = measure.target();
            let is_wider = if target.side == Side::AtLeast { target.near <= target.value } else { target.near >= target.value };
            assert!(is_wider, "{measure:?}");
        }
    }
}
