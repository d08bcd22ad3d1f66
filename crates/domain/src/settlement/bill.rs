//! A bill: lines that explain themselves, and a total that is their sum.

use serde::{Deserialize, Serialize};

use super::{Band, BandMap, ComponentKind, Month, Period, Price6};
use crate::{Day, Fixed2, LocalMs};

/// kWh, kW, kVA or yuan (the base of a percentage).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "unit", content = "value")]
pub enum Quantity {
    Kwh(Fixed2),
    Kw(Fixed2),
    Kva(Fixed2),
    Yuan(Fixed2),
}

impl Quantity {
    pub fn value(self) -> Fixed2 {
        match self {
            Self::Kwh(value) | Self::Kw(value) | Self::Kva(value) | Self::Yuan(value) => value,
        }
    }

    pub fn unit(self) -> &'static str {
        match self {
            Self::Kwh(_) => "kWh",
            Self::Kw(_) => "kW",
            Self::Kva(_) => "kVA",
            Self::Yuan(_) => "yuan",
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineKind {
    /// Energy of a band (of a tier, in mode B).
    Energy,
    /// More per kWh in a higher tier.
    TierSurcharge,
    /// One component of the price as a line of its own (`LineBasis::Components`).
    Component,
    CapacityCharge,
    DemandCharge,
    /// What exceeds 105 % of the contract, counted twice.
    DemandExcess,
    PowerFactor,
    /// 退补 of an earlier statement.
    Adjustment,
}

impl LineKind {
    pub const ALL: [Self; 8] = [
        Self::Energy,
        Self::TierSurcharge,
        Self::Component,
        Self::CapacityCharge,
        Self::DemandCharge,
        Self::DemandExcess,
        Self::PowerFactor,
        Self::Adjustment,
    ];

    pub fn code(self) -> &'static str {
        match self {
            Self::Energy => "energy",
            Self::TierSurcharge => "tier_surcharge",
            Self::Component => "component",
            Self::CapacityCharge => "capacity_charge",
            Self::DemandCharge => "demand_charge",
            Self::DemandExcess => "demand_excess",
            Self::PowerFactor => "power_factor",
            Self::Adjustment => "adjustment",
        }
    }

    /// Part of the daily amounts; others belong to the month alone.
    pub fn is_daily(self) -> bool {
        matches!(self, Self::Energy | Self::TierSurcharge | Self::Component)
    }
}

/// `amount` = `quantity` × `price`, half-up to 0.01 yuan, unless `day_share` or `percent` says otherwise.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Line {
    pub line_no: u16,
    pub kind: LineKind,
    /// Days that it is about: `[from, to)`, a part of the period where tariff or terms changed.
    pub from: Day,
    pub to: Day,
    pub band: Option<Band>,
    /// From 1.
    pub tier: Option<u8>,
    pub component: Option<ComponentKind>,
    /// Name of the component or of the statement that is adjusted.
    pub name: Option<String>,
    pub quantity: Quantity,
    /// yuan per unit; none where the amount is no product (adjustments).
    pub price: Option<Price6>,
    /// Part of the month that a charge counts for: days / month_days.
    pub day_share: Option<(u16, u16)>,
    /// Percent of the base, for the power-factor line.
    pub percent: Option<Price6>,
    pub amount: Fixed2,
    /// Of the quantity: estimated energy, and known energy whose time was estimated.
    pub estimated_kwh: Fixed2,
    pub shaped_kwh: Fixed2,
    /// Components that make up the amount; they sum to it.
    pub parts: Vec<Part>,
    /// Plan, version, and words of the rule.
    pub tariff: Option<(String, i32)>,
    pub clause: Option<String>,
    pub notice: Option<String>,
    /// What the amount follows from, for power factor and demand.
    pub reason: Option<Reason>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Part {
    pub kind: ComponentKind,
    pub name: Option<String>,
    pub price: Price6,
    pub amount: Fixed2,
    pub pf_applies: bool,
}

/// Shown in words by the pages; every number in it is what the rule used.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "reason")]
pub enum Reason {
    Capacity {
        capacity_kva: Fixed2,
    },
    /// `floored` when the contract value was raised to the floor.
    ContractDemand {
        actual_kw: Option<Fixed2>,
        actual_at: Option<LocalMs>,
        contract_kw: Fixed2,
        floor_kw: Fixed2,
        free_kw: Fixed2,
        floored: bool,
    },
    ContractExceeded {
        actual_kw: Fixed2,
        actual_at: LocalMs,
        contract_kw: Fixed2,
        free_kw: Fixed2,
        excess_kw: Fixed2,
        times: u16,
    },
    ActualDemand {
        actual_kw: Fixed2,
        actual_at: LocalMs,
    },
    /// The demand mode could not be used: billed by capacity (or the contract value) instead.
    NoDemandMeasured {
        interval_min: u16,
        billed: super::DemandMode,
    },
    PowerFactor {
        active_kwh: Fixed2,
        reactive_kvarh: Fixed2,
        factor: Fixed2,
        standard: String,
        table_factor: Fixed2,
        intervals: u32,
    },
    NoPowerFactor {
        because: NoPowerFactor,
    },
    Adjustment {
        statement_id: i64,
        month: super::Month,
        cause: String,
    },
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoPowerFactor {
    /// P = 0.
    NoActiveEnergy,
    NoReactiveReadings,
    BelowCapacity,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Bill {
    pub period: Period,
    pub lines: Vec<Line>,
    /// kWh of the period by band; the energy lines sum to it.
    pub energy: BandMap<Fixed2>,
    pub estimated: BandMap<Fixed2>,
    /// Sum of the lines.
    pub total: Fixed2,
    pub demand: Option<super::Demand>,
    pub kvarh: Fixed2,
    pub power_factor: Option<Fixed2>,
    /// kWh of the tier year before this period, and with it.
    pub tier_year_before_kwh: Fixed2,
    /// With `whole_kwh`: what is carried to the next bill, by band.
    pub carried: BandMap<Fixed2>,
    /// kWh by report time less kWh by metered time: 上报时刻与计量时刻之差.
    pub report_shift_kwh: Fixed2,
    /// Months of use that no line could be made for, and why.
    pub faults: Vec<RateFault>,
}

impl Bill {
    pub fn energy_kwh(&self) -> Fixed2 {
        self.energy.total()
    }

    /// Sum of the lines that days share.
    pub fn daily_total(&self) -> Fixed2 {
        self.lines.iter().filter(|line| line.kind.is_daily()).map(|line| line.amount).sum()
    }
}

/// Why (part of) a period cannot be billed. Each has a sentence with its remedy on the pages.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "fault")]
pub enum RateFault {
    /// The contract names no tariff from this day on.
    NoTariff {
        from: Day,
    },
    /// No version of the plan is valid on this day.
    NotValid {
        tariff: String,
        day: Day,
    },
    /// The plan has no prices: its notice has to be entered.
    NoPrices {
        tariff: String,
        notice: String,
    },
    /// A band that was used has no price.
    NoBandPrice {
        tariff: String,
        band: Band,
    },
    NoTierSeason {
        tariff: String,
        month: u8,
    },
    /// Energy reached a tier (from 1) that has no price.
    NoTierPrice {
        tariff: String,
        tier: u8,
    },
    NoDemandPrice {
        tariff: String,
    },
    NoCapacityPrice {
        tariff: String,
    },
    NoContractDemand,
    /// Billed by capacity, and the contract says none.
    NoCapacity,
    /// 高供低计: transformer losses are not known.
    BehindTransformer,
    /// Feed-in is not billed yet.
    ExportDirection,
    NoRules {
        day: Day,
    },
    /// The settled day is stored and cannot be read: the bill would lack it.
    UnreadableDay {
        day: Day,
    },
    /// What the bill of that month left over cannot be read.
    UnreadableCarried {
        month: Month,
    },
}
