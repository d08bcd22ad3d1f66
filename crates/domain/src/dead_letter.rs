//! Rejected changes and why.

use crate::{Lsn, Table};

/// Why a change was rejected. The code is what the table holds.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Reason {
    MissingKey,
    MissingUserId,
    MissingAmount,
    MissingCost,
    MissingDate,
    NotFinite,
    NegativeAmount,
    NegativeCost,
    AmountTooLarge,
    FutureDate,
    BeyondRetention,
    RegisterMismatch,
    /// The detail of the changed row has expired: nothing to change any more.
    Expired,
}

impl Reason {
    pub fn code(self) -> &'static str {
        match self {
            Self::MissingKey => "missing_key",
            Self::MissingUserId => "missing_user_id",
            Self::MissingAmount => "missing_amount",
            Self::MissingCost => "missing_cost",
            Self::MissingDate => "missing_date",
            Self::NotFinite => "not_finite",
            Self::NegativeAmount => "negative_amount",
            Self::NegativeCost => "negative_cost",
            Self::AmountTooLarge => "amount_too_large",
            Self::FutureDate => "future_date",
            Self::BeyondRetention => "beyond_retention",
            Self::RegisterMismatch => "register_mismatch",
            Self::Expired => "expired",
        }
    }
}

/// Where a dead letter stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LetterStatus {
    Open,
    /// The row became valid or went away.
    Cleared,
    /// Recorded only: no later change will clear it.
    Discarded,
}

impl LetterStatus {
    pub fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Cleared => "cleared",
            Self::Discarded => "discarded",
        }
    }
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DeadLetter {
    pub commit_lsn: Lsn,
    pub table: Table,
    /// Text of the primary key; none when the key itself is missing.
    pub key: Option<i64>,
    /// The rejected row as JSON text.
    pub raw_json: String,
    pub reason: Reason,
    /// One sentence in Chinese with the value and the limit.
    pub reason_text: String,
    pub status: LetterStatus,
}
