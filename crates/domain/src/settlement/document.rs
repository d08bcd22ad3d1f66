//! What a statement is made of, in one document: the bill and everything it was rated from. Frozen, it is proved by its hash.

use serde::{Deserialize, Serialize};

use super::carbon::CarbonFactor;
use super::contract::DatedTerms;
use super::{Adjustment, Bill, ContractId, Direction, MeterExchange, Notice};
use crate::{Day, Fixed2, RegionId, UserId};

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Document {
    pub bill: Bill,
    pub contract: BilledContract,
    /// Versions that told bands or prices, in order of code and version.
    pub tariffs: Vec<TariffUsed>,
    /// What each day was billed from, in order.
    pub days: Vec<DayProof>,
    pub carbon: Option<Carbon>,
    /// Carried by this statement: each is a line of the bill, and here is what it follows from.
    pub adjustments: Vec<CarriedAdjustment>,
}

/// The contract as it was for the period.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct BilledContract {
    pub contract_id: ContractId,
    pub user_id: UserId,
    pub user_name: String,
    pub usage_type: String,
    pub region_id: Option<RegionId>,
    pub direction: Direction,
    pub billing_day: u8,
    pub closed_on: Option<Day>,
    /// Terms in force on some day of the period, oldest first.
    pub terms: Vec<DatedTerms>,
    /// Exchanges of the meter in the period.
    pub exchanges: Vec<MeterExchange>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TariffUsed {
    pub code: String,
    pub version: i32,
    pub name: String,
    pub notice: Notice,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DayProof {
    pub day: Day,
    pub energy_kwh: Fixed2,
    /// SHA-256 over the day's readings, hex.
    pub digest: String,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Carbon {
    pub kg: Fixed2,
    pub factor: CarbonFactor,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CarriedAdjustment {
    pub adjustment_id: i64,
    /// readings, reactive, tariff, calendar, trigger, contract, rules, estimate
    pub cause: String,
    pub cause_text: String,
    pub adjustment: Adjustment,
}
