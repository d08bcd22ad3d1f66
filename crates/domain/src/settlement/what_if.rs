//! What a contract would have cost otherwise: the question, and what came out.

use serde::{Deserialize, Serialize};

use super::bill::RateFault;
use super::{DemandMode, Month};
use crate::Fixed2;

/// Months that a study looks at.
pub const MOST_MONTHS: usize = 12;
pub const MOST_SHIFT_PERCENT: u8 = 100;

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Question {
    /// Of the energy in 峰 and 尖 that is used in 谷 instead.
    pub shift_percent: u8,
    /// To be tried as contract demand; none: that of the contract, else the largest that was measured.
    pub contract_demand_kw: Option<Fixed2>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "scenario")]
pub enum Scenario {
    /// As it is.
    AsIs,
    /// The basic charge measured otherwise.
    Mode { mode: DemandMode },
    /// 峰 and 尖 to 谷.
    Shift { percent: u8 },
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct MonthTotal {
    pub month: Month,
    pub days: u16,
    pub energy_kwh: Fixed2,
    /// Capacity, demand, and excess demand.
    pub basic: Fixed2,
    pub total: Fixed2,
    /// Something could not be billed.
    pub has_faults: bool,
    /// What, and what it lacks; studies of earlier versions do not say.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<RateFault>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Outcome {
    #[serde(flatten)]
    pub scenario: Scenario,
    pub months: Vec<MonthTotal>,
    /// Sum of the months.
    pub total: Fixed2,
    /// Less what it is now; negative is cheaper.
    pub difference: Fixed2,
    /// The difference for 365 days; none where something could not be billed.
    pub difference_per_year: Option<Fixed2>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Study {
    pub question: Question,
    /// The contract demand that was tried.
    pub contract_demand_kw: Option<Fixed2>,
    /// Settled days of all months.
    pub days: u32,
    /// Fewer days than a year: what it is per year is extrapolated.
    pub is_extrapolated: bool,
    /// Moved from 峰 and 尖 to 谷.
    pub shifted_kwh: Fixed2,
    /// As it is comes first.
    pub outcomes: Vec<Outcome>,
}
