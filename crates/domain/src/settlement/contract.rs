//! Which tariff a customer's meter is billed by, and everything about the supply that the bill depends on. Dated.

use serde::{Deserialize, Serialize};

use super::rules::PowerFactorStandard;
use super::tariff::Voltage;
use super::{Price6, ReadingTime};
use crate::{Day, Fixed2, UserId};

pub type ContractId = i64;

pub const MOST_TERMS: usize = 120;
pub const FIRST_BILLING_DAY: u8 = 1;
pub const LAST_BILLING_DAY: u8 = 28;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    #[default]
    Import,
    /// Feed-in. Kept from the start; not billed yet.
    Export,
}

impl Direction {
    pub fn code(self) -> &'static str {
        match self {
            Self::Import => "import",
            Self::Export => "export",
        }
    }
}

/// How the basic charge of a two-part tariff is measured.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DemandMode {
    /// 按容量
    #[default]
    Capacity,
    /// 按合同最大需量
    Contract,
    /// 按实际最大需量
    Actual,
}

impl DemandMode {
    pub const ALL: [Self; 3] = [Self::Capacity, Self::Contract, Self::Actual];

    pub fn code(self) -> &'static str {
        match self {
            Self::Capacity => "capacity",
            Self::Contract => "contract",
            Self::Actual => "actual",
        }
    }
}

/// Terms in force from a local day until the next terms.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Terms {
    /// `TariffPlan::code`; absent: no tariff yet, which blocks the bill.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tariff: Option<String>,
    pub voltage: Voltage,
    /// 装见容量; zero for small customers.
    #[serde(default)]
    pub capacity_kva: Fixed2,
    #[serde(default)]
    pub demand_mode: DemandMode,
    /// 合同最大需量, for `DemandMode::Contract`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contract_demand_kw: Option<Fixed2>,
    /// Length of a metered interval: 1 to 1440 minutes that divide the day.
    #[serde(default = "quarter_hour")]
    pub interval_min: u16,
    #[serde(default)]
    pub reading_time_is: Option<ReadingTime>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub power_factor_standard: Option<PowerFactorStandard>,
    /// 一户多人口
    #[serde(default)]
    pub has_many_people: bool,
    /// 高供低计: metered on the low side of the customer's transformer. Refused with the reason.
    #[serde(default)]
    pub is_metered_behind_transformer: bool,
    /// 暂停 / 减容: no basic charge while suspended.
    #[serde(default)]
    pub is_suspended: bool,
    /// CT × PT of the meter: what a unit of its register is in primary kWh.
    #[serde(default = "one")]
    pub multiplier: Price6,
    /// Largest value the register shows before it starts from zero, in register units.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub register_max: Option<Fixed2>,
}

fn quarter_hour() -> u16 {
    15
}

fn one() -> Price6 {
    Price6(super::price::MICRO)
}

impl Terms {
    /// Stands for stored terms that cannot be read, so that the contract keeps its days. Nothing is billed by it, and no check
    /// lets it pass.
    pub fn unreadable(tariff: Option<String>) -> Self {
        let plain = super::contract_fields::plain_terms(Voltage::Below1Kv);
        Self { tariff, interval_min: 0, multiplier: Price6::ZERO, ..plain }
    }

    pub fn is_unreadable(&self) -> bool {
        // no meter has either
        self.interval_min == 0 && self.multiplier == Price6::ZERO
    }
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DatedTerms {
    pub valid_from: Day,
    pub terms: Terms,
}

/// A contract with all its terms, oldest first. It runs from the first of them until `closed_on`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Contract {
    pub contract_id: ContractId,
    pub user_id: UserId,
    pub direction: Direction,
    /// Day of the month on which a period begins, 1 to 28.
    pub billing_day: u8,
    /// First day that is not supplied any more.
    pub closed_on: Option<Day>,
    pub terms: Vec<DatedTerms>,
    pub exchanges: Vec<super::MeterExchange>,
}

impl Contract {
    pub fn starts_on(&self) -> Option<Day> {
        self.terms.first().map(|dated| dated.valid_from)
    }

    /// Some of its stored terms cannot be read.
    pub fn is_unreadable(&self) -> bool {
        self.terms.iter().any(|dated| dated.terms.is_unreadable())
    }

    pub fn covers(&self, day: Day) -> bool {
        self.starts_on().is_some_and(|start| start <= day) && self.closed_on.is_none_or(|end| day < end)
    }

    pub fn terms_on(&self, day: Day) -> Option<&Terms> {
        if !self.covers(day) {
            return None;
        }
        self.terms.iter().rev().find(|dated| dated.valid_from <= day).map(|dated| &dated.terms)
    }
}
