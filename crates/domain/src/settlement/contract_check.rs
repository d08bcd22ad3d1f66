//! What is wrong with a contract: what cannot be billed is refused, what is unusual is said.

mod terms;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::contract::{FIRST_BILLING_DAY, LAST_BILLING_DAY, MOST_TERMS};
use super::tariff::{TariffPlan, Voltage};
use super::{Contract, DemandMode, Direction};
use crate::{Day, Fixed2, UNKNOWN_USAGE};

/// From this capacity on, industry has a two-part tariff.
pub const TWO_PART_FROM_KVA: Fixed2 = Fixed2(31_500);
/// Below it there is no power-factor adjustment.
pub const POWER_FACTOR_FROM_KVA: Fixed2 = Fixed2(10_000);
/// Least contract demand in percent of the capacity.
pub const FLOOR_PERCENT: i64 = 40;
/// Intervals longer than this show no quarter-hour demand.
pub const DEMAND_INTERVAL_MIN: u16 = 15;
/// The mode of the basic charge changes quarterly, the contract value monthly.
const MODE_DAYS: i32 = 89;
const VALUE_DAYS: i32 = 28;
const MOST_CAPACITY: Fixed2 = Fixed2(1_000_000_000);
const MOST_REGISTER: Fixed2 = Fixed2(100_000_000_000);
const MOST_MULTIPLIER: i64 = 1_000_000;
pub const MOST_EXCHANGES: usize = 120;
/// Days that calendars and the database hold with room to compare: 1990-01-01 to 2199-12-31.
pub const FIRST_DAY: Day = Day(7_305);
pub const LAST_DAY: Day = Day(84_005);

const INDUSTRY: &str = "工业";
const HOMES: &str = "居民";

/// What is wrong, named so that programs, pages and imports say the same. `day`: of the terms that are meant.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "fault")]
pub enum ContractFault {
    // refused
    UnknownCustomer,
    NoTerms,
    TooManyTerms,
    TermsTwice {
        day: Day,
    },
    DayOutOfBounds {
        day: Day,
    },
    BillingDay {
        billing_day: u8,
    },
    ClosedBeforeStart,
    TermsAfterClose {
        day: Day,
    },
    /// Of the same customer and direction.
    Overlap {
        contract_id: i64,
    },
    /// Two contracts of one file.
    OverlapInFile,
    UnknownTariff {
        day: Day,
        tariff: String,
    },
    NotForVoltage {
        day: Day,
        tariff: String,
        voltage: Voltage,
    },
    NotForCapacity {
        day: Day,
        tariff: String,
        capacity_kva: Fixed2,
    },
    NoPriceForMode {
        day: Day,
        tariff: String,
        mode: DemandMode,
    },
    NoContractDemand {
        day: Day,
    },
    ContractDemandBounds {
        day: Day,
    },
    Capacity {
        day: Day,
    },
    /// What is stored cannot be read.
    UnreadableTerms {
        day: Day,
    },
    Interval {
        day: Day,
        interval_min: u16,
    },
    Multiplier {
        day: Day,
    },
    RegisterMax {
        day: Day,
    },
    /// 高供低计: the losses of the transformer are not known.
    BehindTransformer {
        day: Day,
    },
    ExchangeTwice {
        day: Day,
    },
    ExchangeRegister {
        day: Day,
    },
    ExchangeOutside {
        day: Day,
    },
    TooManyExchanges,
    // warned of
    NoTariff {
        day: Day,
    },
    TariffNotValid {
        day: Day,
        tariff: String,
    },
    NoPrices {
        day: Day,
        tariff: String,
        notice: String,
    },
    NotForCategory {
        day: Day,
        tariff: String,
        usage_type: String,
    },
    /// 315 kVA and above in industry.
    TwoPartUsual {
        day: Day,
        capacity_kva: Fixed2,
    },
    BelowFloor {
        day: Day,
        contract_kw: Fixed2,
        floor_kw: Fixed2,
    },
    DemandNotMeasured {
        day: Day,
        interval_min: u16,
    },
    ExportNotBilled,
    PowerFactorIdle {
        day: Day,
    },
    PowerFactorMissing {
        day: Day,
    },
    ModeChangedEarly {
        day: Day,
    },
    ValueChangedEarly {
        day: Day,
    },
}

impl ContractFault {
    /// Whether the contract is not taken because of it.
    pub fn refuses(&self) -> bool {
        !matches!(
            self,
            Self::NoTariff { .. }
                | Self::TariffNotValid { .. }
                | Self::NoPrices { .. }
                | Self::NotForCategory { .. }
                | Self::TwoPartUsual { .. }
                | Self::BelowFloor { .. }
                | Self::DemandNotMeasured { .. }
                | Self::ExportNotBilled
                | Self::PowerFactorIdle { .. }
                | Self::PowerFactorMissing { .. }
                | Self::ModeChangedEarly { .. }
                | Self::ValueChangedEarly { .. }
        )
    }

    /// Of the terms or the exchange that is meant.
    pub fn day(&self) -> Option<Day> {
        match self {
            Self::TermsTwice { day, .. }
            | Self::DayOutOfBounds { day, .. }
            | Self::TermsAfterClose { day, .. }
            | Self::UnknownTariff { day, .. }
            | Self::NotForVoltage { day, .. }
            | Self::NotForCapacity { day, .. }
            | Self::NoPriceForMode { day, .. }
            | Self::NoContractDemand { day, .. }
            | Self::ContractDemandBounds { day, .. }
            | Self::Capacity { day, .. }
            | Self::UnreadableTerms { day, .. }
            | Self::Interval { day, .. }
            | Self::Multiplier { day, .. }
            | Self::RegisterMax { day, .. }
            | Self::BehindTransformer { day, .. }
            | Self::ExchangeTwice { day, .. }
            | Self::ExchangeRegister { day, .. }
            | Self::ExchangeOutside { day, .. }
            | Self::NoTariff { day, .. }
            | Self::TariffNotValid { day, .. }
            | Self::NoPrices { day, .. }
            | Self::NotForCategory { day, .. }
            | Self::TwoPartUsual { day, .. }
            | Self::BelowFloor { day, .. }
            | Self::DemandNotMeasured { day, .. }
            | Self::PowerFactorIdle { day, .. }
            | Self::PowerFactorMissing { day, .. }
            | Self::ModeChangedEarly { day, .. }
            | Self::ValueChangedEarly { day, .. } => Some(*day),
            _ => None,
        }
    }

    /// The field of the terms or of the contract that is meant.
    pub fn field(&self) -> &'static str {
        match self {
            Self::UnknownCustomer | Self::Overlap { .. } | Self::OverlapInFile => "user_id",
            Self::NoTerms
            | Self::TooManyTerms
            | Self::TermsTwice { .. }
            | Self::DayOutOfBounds { .. }
            | Self::UnreadableTerms { .. } => "valid_from",
            Self::BillingDay { .. } => "billing_day",
            Self::ClosedBeforeStart | Self::TermsAfterClose { .. } => "closed_on",
            Self::UnknownTariff { .. }
            | Self::NoTariff { .. }
            | Self::TariffNotValid { .. }
            | Self::NoPrices { .. }
            | Self::NotForCategory { .. }
            | Self::TwoPartUsual { .. } => "tariff",
            Self::NotForVoltage { .. } => "voltage",
            Self::NotForCapacity { .. } | Self::Capacity { .. } => "capacity_kva",
            Self::NoPriceForMode { .. } | Self::ModeChangedEarly { .. } => "demand_mode",
            Self::NoContractDemand { .. }
            | Self::ContractDemandBounds { .. }
            | Self::BelowFloor { .. }
            | Self::ValueChangedEarly { .. } => "contract_demand_kw",
            Self::Interval { .. } | Self::DemandNotMeasured { .. } => "interval_min",
            Self::Multiplier { .. } => "multiplier",
            Self::RegisterMax { .. } => "register_max",
            Self::BehindTransformer { .. } => "is_metered_behind_transformer",
            Self::ExportNotBilled => "direction",
            Self::PowerFactorIdle { .. } | Self::PowerFactorMissing { .. } => "power_factor_standard",
            Self::ExchangeTwice { .. }
            | Self::ExchangeRegister { .. }
            | Self::ExchangeOutside { .. }
            | Self::TooManyExchanges => "exchanges",
        }
    }
}

/// Plans by code, each with its versions that are not withdrawn, newest first.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct KnownPlans(pub BTreeMap<String, Vec<TariffPlan>>);

impl KnownPlans {
    pub fn has(&self, code: &str) -> bool {
        self.0.contains_key(code)
    }

    /// The version in force on a day.
    pub fn on(&self, code: &str, day: Day) -> Option<&TariffPlan> {
        let covers = |plan: &&TariffPlan| plan.valid_from <= day && plan.valid_until.is_none_or(|until| day < until);
        self.0.get(code)?.iter().find(covers)
    }
}

/// What is known beside the contract itself.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// Of the customer, as the operational system says.
    pub usage_type: &'a str,
    pub plans: &'a KnownPlans,
}

/// Everything that is wrong with a contract by itself; overlaps with others are the store's to find.
pub fn check(contract: &Contract, facts: Facts<'_>) -> Vec<ContractFault> {
    let mut faults = Vec::new();
    if !(FIRST_BILLING_DAY..=LAST_BILLING_DAY).contains(&contract.billing_day) {
        faults.push(ContractFault::BillingDay { billing_day: contract.billing_day });
    }
    match contract.terms.len() {
        0 => faults.push(ContractFault::NoTerms),
        1..=MOST_TERMS => {}
        _ => faults.push(ContractFault::TooManyTerms),
    }
    let twice = contract.terms.windows(2).filter(|pair| pair[0].valid_from >= pair[1].valid_from);
    faults.extend(twice.map(|pair| ContractFault::TermsTwice { day: pair[1].valid_from }));
    let days = contract.terms.iter().map(|dated| dated.valid_from).chain(contract.closed_on);
    faults.extend(days.filter(|day| !(FIRST_DAY..=LAST_DAY).contains(day)).map(|day| ContractFault::DayOutOfBounds { day }));
    closing(contract, &mut faults);
    exchanges(contract, &mut faults);
    if contract.direction == Direction::Export {
        faults.push(ContractFault::ExportNotBilled);
    }
    for (at, dated) in contract.terms.iter().enumerate() {
        terms::check(dated, at.checked_sub(1).map(|before| &contract.terms[before]), facts, &mut faults);
    }
    early(contract, &mut faults);
    faults
}

fn closing(contract: &Contract, faults: &mut Vec<ContractFault>) {
    let (Some(closed_on), Some(starts_on)) = (contract.closed_on, contract.starts_on()) else { return };
    if closed_on < starts_on {
        faults.push(ContractFault::ClosedBeforeStart);
        return;
    }
    let after = contract.terms.iter().skip(1).find(|dated| dated.valid_from >= closed_on);
    faults.extend(after.map(|dated| ContractFault::TermsAfterClose { day: dated.valid_from }));
}

fn exchanges(contract: &Contract, faults: &mut Vec<ContractFault>) {
    if contract.exchanges.len() > MOST_EXCHANGES {
        faults.push(ContractFault::TooManyExchanges);
    }
    let twice = contract.exchanges.windows(2).filter(|pair| pair[0].at >= pair[1].at);
    faults.extend(twice.map(|pair| ContractFault::ExchangeTwice { day: pair[1].at.day() }));
    let bounds = Fixed2::ZERO..=MOST_REGISTER;
    for exchange in &contract.exchanges {
        let day = exchange.at.day();
        if !bounds.contains(&exchange.final_register) || !bounds.contains(&exchange.initial_register) {
            faults.push(ContractFault::ExchangeRegister { day });
        }
        if !contract.covers(day) || !(FIRST_DAY..=LAST_DAY).contains(&day) {
            faults.push(ContractFault::ExchangeOutside { day });
        }
    }
}

/// The mode changes quarterly and the contract value monthly.
fn early(contract: &Contract, faults: &mut Vec<ContractFault>) {
    let (mut mode_since, mut value_since) = (None, None);
    for pair in contract.terms.windows(2) {
        let (before, now, day) = (&pair[0].terms, &pair[1].terms, pair[1].valid_from);
        if before.demand_mode != now.demand_mode {
            let is_early = mode_since.is_some_and(|since: Day| day.0 - since.0 < MODE_DAYS);
            faults.extend(is_early.then_some(ContractFault::ModeChangedEarly { day }));
            mode_since = Some(day);
        }
        let has_value = now.demand_mode == DemandMode::Contract && before.demand_mode == DemandMode::Contract;
        if has_value && before.contract_demand_kw != now.contract_demand_kw {
            let is_early = value_since.is_some_and(|since: Day| day.0 - since.0 < VALUE_DAYS);
            faults.extend(is_early.then_some(ContractFault::ValueChangedEarly { day }));
            value_since = Some(day);
        }
    }
}

/// Whether two contracts of one customer and direction have a day in common.
pub fn overlap(one: &Contract, other: &Contract) -> bool {
    let (Some(start), Some(other_start)) = (one.starts_on(), other.starts_on()) else { return false };
    one.user_id == other.user_id
        && one.direction == other.direction
        && one.closed_on.is_none_or(|end| other_start < end)
        && other.closed_on.is_none_or(|end| start < end)
        && one.closed_on != Some(start)
        && other.closed_on != Some(other_start)
}

fn is_known_usage(usage_type: &str) -> bool {
    !usage_type.is_empty() && usage_type != UNKNOWN_USAGE
}
