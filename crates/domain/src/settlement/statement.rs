//! Monthly statements: their states and what has to be looked at before one is checked.

use serde::{Deserialize, Serialize};

pub type StatementId = i64;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StatementState {
    Draft,
    Checked,
    Frozen,
    Void,
}

impl StatementState {
    pub const ALL: [Self; 4] = [Self::Draft, Self::Checked, Self::Frozen, Self::Void];

    pub fn code(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Checked => "checked",
            Self::Frozen => "frozen",
            Self::Void => "void",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

/// What a person has to look at (or mend) before a draft is checked.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExceptionKind {
    // these block "checked" until they are mended
    /// The bill has a `RateFault`.
    CannotBill,
    NotEstimated,
    /// A contract of the period is missing although the customer has readings.
    NoContract,
    // these have to be accepted with a reason
    PeriodNotOver,
    Undecided,
    ZeroUse,
    /// More than ±50 % against the month before.
    Jump,
    Estimated,
    Negative,
    Rollover,
    RegisterGap,
    /// The customer moved to another region inside the period.
    Moved,
}

impl ExceptionKind {
    pub const ALL: [Self; 12] = [
        Self::CannotBill,
        Self::NotEstimated,
        Self::NoContract,
        Self::PeriodNotOver,
        Self::Undecided,
        Self::ZeroUse,
        Self::Jump,
        Self::Estimated,
        Self::Negative,
        Self::Rollover,
        Self::RegisterGap,
        Self::Moved,
    ];

    pub fn code(self) -> &'static str {
        match self {
            Self::CannotBill => "cannot_bill",
            Self::NotEstimated => "not_estimated",
            Self::NoContract => "no_contract",
            Self::PeriodNotOver => "period_not_over",
            Self::Undecided => "undecided",
            Self::ZeroUse => "zero_use",
            Self::Jump => "jump",
            Self::Estimated => "estimated",
            Self::Negative => "negative",
            Self::Rollover => "rollover",
            Self::RegisterGap => "register_gap",
            Self::Moved => "moved",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    pub fn blocks_check(self) -> bool {
        matches!(self, Self::CannotBill | Self::NotEstimated | Self::NoContract)
    }

    /// Freezing needs all decisions.
    pub fn blocks_freeze(self) -> bool {
        self.blocks_check() || self == Self::Undecided
    }
}
