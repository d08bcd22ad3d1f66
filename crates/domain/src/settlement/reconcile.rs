//! The grid company's bill beside ours: its lines as they were read, and where the two differ.

use serde::{Deserialize, Serialize};

use super::{Band, Price6};
use crate::Fixed2;

/// What a line of a bill is about, however it is called.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Item {
    /// 电量电费, without components
    Energy,
    /// 市场化购电 / 代理购电
    Purchase,
    /// 上网环节线损
    LineLoss,
    /// 输配电量电费
    Transmission,
    /// 系统运行费
    SystemOperation,
    /// 政府性基金及附加
    Fund,
    /// 输配容(需)量电费 / 基本电费
    Basic,
    /// 功率因数调整电费
    PowerFactor,
    /// 退补电费
    Adjustment,
    Total,
    Unknown,
}

impl Item {
    pub const ALL: [Self; 11] = [
        Self::Energy,
        Self::Purchase,
        Self::LineLoss,
        Self::Transmission,
        Self::SystemOperation,
        Self::Fund,
        Self::Basic,
        Self::PowerFactor,
        Self::Adjustment,
        Self::Total,
        Self::Unknown,
    ];

    /// Charged per kWh.
    pub fn is_energy(self) -> bool {
        matches!(self, Self::Energy | Self::Purchase | Self::LineLoss | Self::Transmission | Self::SystemOperation | Self::Fund)
    }
}

/// A line as the grid company has it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct GridLine {
    pub name: String,
    pub item: Item,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub band: Option<Band>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kwh: Option<Fixed2>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<Price6>,
    pub amount: Fixed2,
}

/// Differences up to these are none.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Tolerance {
    pub kwh: Fixed2,
    pub yuan: Fixed2,
}

/// What is compared.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "subject")]
pub enum Subject {
    Band {
        band: Band,
    },
    /// Energy of all bands.
    Energy,
    Item {
        item: Item,
    },
    /// A line that we do not know, by its name.
    Other {
        name: String,
    },
    Total,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Compared {
    #[serde(flatten)]
    pub subject: Subject,
    pub our_kwh: Option<Fixed2>,
    pub their_kwh: Option<Fixed2>,
    pub our_amount: Option<Fixed2>,
    pub their_amount: Option<Fixed2>,
    /// Theirs less ours; none where one side does not say it.
    pub kwh_difference: Option<Fixed2>,
    pub amount_difference: Option<Fixed2>,
    /// Beyond the tolerance.
    pub differs: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// Nothing differs.
    None,
    /// kWh differ, prices do not: readings, meter or multiplier.
    Readings,
    /// All kWh agree, those of bands do not: calendar, or which band a line was taken for.
    Bands,
    /// kWh agree, yuan do not: tariff, basic charge, factors.
    Tariff,
    /// kWh and prices differ.
    Both,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Reconciliation {
    pub tolerance: Tolerance,
    pub rows: Vec<Compared>,
    pub cause: Cause,
    /// Their own lines do not add up to their own total by so much.
    pub their_sum_error: Option<Fixed2>,
}
