//! A tariff: who it is for, when which band applies, what a unit costs and which notice says so. Read and written as JSON.

use serde::{Deserialize, Serialize};

use super::{BandMap, Calendar, Price6};
use crate::Day;

pub const MOST_CODE_CHARS: usize = 64;
pub const MOST_TEXT_CHARS: usize = 500;
pub const MOST_COMPONENTS: usize = 32;
pub const MOST_TIERS: usize = 6;

/// One version of a plan, valid for local days in `[valid_from, valid_until)`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TariffPlan {
    /// Names the plan in files, contracts and addresses: lower case, digits, `-`.
    pub code: String,
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name_en: Option<String>,
    pub province: String,
    pub valid_from: Day,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<Day>,
    /// Where calendar and prices come from.
    pub notice: Notice,
    pub for_whom: Filter,
    pub calendar: Calendar,
    /// Without prices a plan shows its bands and refuses to bill.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prices: Option<Prices>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tiers: Option<Tiers>,
    /// 基本电费 of two-part tariffs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub basic: Option<BasicCharge>,
    /// Whether 功率因数调整 applies (to contracts that have a standard).
    #[serde(default)]
    pub power_factor: bool,
    /// Bill whole kWh per band and carry the fraction forward to the next bill.
    #[serde(default)]
    pub whole_kwh: bool,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notice {
    /// Document number such as 鄂发改价管〔2024〕77.
    pub number: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remark: Option<String>,
    /// Somebody compared this plan with the notice itself. What ships with the product was not.
    #[serde(default)]
    pub is_checked: bool,
}

/// Empty lists and absent limits accept everything.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    /// 居民 工业 商业 农业, as in `power_user.usage_type`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub voltages: Vec<Voltage>,
    /// Half-open: `[from, below)` in kVA.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity_from_kva: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity_below_kva: Option<u32>,
    /// The customer has to choose it; it is never assigned by itself.
    #[serde(default)]
    pub is_elected: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum Voltage {
    #[serde(rename = "below_1kv")]
    Below1Kv,
    #[serde(rename = "1_10kv")]
    Kv1To10,
    #[serde(rename = "20kv")]
    Kv20,
    #[serde(rename = "35kv")]
    Kv35,
    #[serde(rename = "110kv")]
    Kv110,
    #[serde(rename = "220kv")]
    Kv220,
}

impl Voltage {
    pub const ALL: [Self; 6] = [Self::Below1Kv, Self::Kv1To10, Self::Kv20, Self::Kv35, Self::Kv110, Self::Kv220];

    pub fn code(self) -> &'static str {
        match self {
            Self::Below1Kv => "below_1kv",
            Self::Kv1To10 => "1_10kv",
            Self::Kv20 => "20kv",
            Self::Kv35 => "35kv",
            Self::Kv110 => "110kv",
            Self::Kv220 => "220kv",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|voltage| voltage.code() == code)
    }
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prices {
    /// Of the prices, where it is another than that of the calendar.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice: Option<Notice>,
    /// Published absolute prices, yuan/kWh. Where one is given it is what is billed.
    #[serde(default)]
    pub bands: BandMap<Option<Price6>>,
    /// Factors on what floats, for explanation and what-if, and for bands without an absolute price.
    #[serde(default)]
    pub factors: BandMap<Option<Price6>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub components: Vec<Component>,
    #[serde(default)]
    pub line_basis: LineBasis,
    /// Decimals that a price made from base and factor is rounded to.
    #[serde(default = "six")]
    pub decimals: u32,
}

fn six() -> u32 {
    6
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineBasis {
    /// A line is band kWh × published price; components explain it and sum to it by largest remainder.
    #[default]
    Absolute,
    /// A rounded line for each component and band.
    Components,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Component {
    pub kind: ComponentKind,
    /// For the line, where the kind does not say enough (农网还贷).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// yuan/kWh in 平.
    pub price: Price6,
    /// Multiplied by the factor of the band.
    #[serde(default)]
    pub floats: bool,
    /// Part of the base of the power-factor adjustment; absent: as usual for its kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pf_applies: Option<bool>,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ComponentKind {
    /// 上网电费 / 代理购电
    Purchase,
    /// 上网环节线损
    LineLoss,
    /// 输配电费
    Transmission,
    /// 系统运行费
    SystemOperation,
    /// 政府性基金及附加
    Fund,
    /// 其他附加
    Surcharge,
}

impl ComponentKind {
    pub const ALL: [Self; 6] =
        [Self::Purchase, Self::LineLoss, Self::Transmission, Self::SystemOperation, Self::Fund, Self::Surcharge];

    pub fn code(self) -> &'static str {
        match self {
            Self::Purchase => "purchase",
            Self::LineLoss => "line_loss",
            Self::Transmission => "transmission",
            Self::SystemOperation => "system_operation",
            Self::Fund => "fund",
            Self::Surcharge => "surcharge",
        }
    }

    /// Everything but what the government takes is part of the base.
    pub fn pf_applies_by_default(self) -> bool {
        !matches!(self, Self::Fund | Self::Surcharge)
    }
}

/// 阶梯电价.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tiers {
    pub by: TierPeriod,
    /// Each month belongs to exactly one season.
    pub seasons: Vec<TierSeason>,
    pub pricing: TierPricing,
    /// 一户多人口: kWh more in tier 1 (per month or per year, as `by`); the limits above move along.
    #[serde(default)]
    pub many_people_kwh: u32,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "period", deny_unknown_fields)]
pub enum TierPeriod {
    Month,
    /// Counts from this day of each year.
    Year {
        start_month: u8,
        start_day: u8,
    },
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TierSeason {
    /// 1 to 12; empty for all the year.
    #[serde(default)]
    pub months: Vec<u8>,
    /// Upper limits of all tiers but the last, kWh, rising: 260 and 600 make three tiers.
    pub upto_kwh: Vec<u32>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "mode", deny_unknown_fields)]
pub enum TierPricing {
    /// Mode A: everything at the prices of tier 1 (`TariffPlan::prices`), and a surcharge per kWh in each higher tier.
    Surcharge { per_kwh: Vec<Price6> },
    /// Mode B: a price per tier and band; kWh of a cell by the period's share of the band. One map per tier.
    PerBand { prices: Vec<BandMap<Option<Price6>>> },
}

/// 基本电费: by capacity (yuan/kVA and month) or by demand (yuan/kW and month).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BasicCharge {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity_price: Option<Price6>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub demand_price: Option<Price6>,
}
