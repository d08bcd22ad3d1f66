//! Constants of the national notices as dated data: power-factor tables, demand floor and excess, days of a month.

use serde::{Deserialize, Serialize};

use super::Price6;
use crate::{Day, Fixed2};

use super::tariff::Notice;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum PowerFactorStandard {
    #[serde(rename = "0.90")]
    P90,
    #[serde(rename = "0.85")]
    P85,
    #[serde(rename = "0.80")]
    P80,
}

impl PowerFactorStandard {
    pub const ALL: [Self; 3] = [Self::P90, Self::P85, Self::P80];

    pub fn code(self) -> &'static str {
        match self {
            Self::P90 => "0.90",
            Self::P85 => "0.85",
            Self::P80 => "0.80",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|standard| standard.code() == code)
    }
}

/// Valid from a day on; see `domain::settlement::shipped` for what the product brings along.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NationalRules {
    pub valid_from: Day,
    pub power_factor: PowerFactorRules,
    pub demand: DemandRules,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PowerFactorRules {
    pub notice: Notice,
    /// Contracts below this capacity have no adjustment.
    pub from_kva: Fixed2,
    pub tables: Vec<PowerFactorTable>,
}

/// One row per 0.01 of power factor; a factor above the first row takes the first, below the last row `below_step` per 0.01 more.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PowerFactorTable {
    pub standard: PowerFactorStandard,
    /// Highest factor first.
    pub rows: Vec<PowerFactorRow>,
    /// Percent more for each 0.01 below the last row.
    pub below_step_percent: Price6,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PowerFactorRow {
    /// Power factor, two decimals.
    pub factor: Fixed2,
    /// Percent of the base: negative is a reward.
    pub percent: Price6,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DemandRules {
    pub notice: Notice,
    /// Least contract value in percent of the capacity.
    pub floor_percent: u16,
    /// Up to this percent of the contract value only the contract value is billed.
    pub free_percent: u16,
    /// How often the excess is billed.
    pub excess_times: u16,
    /// A change inside a period counts each day as one of so many.
    pub month_days: u16,
}
