//! Monthly runs as rows: what was asked for, how far it is, and how it ended.

mod ask;
mod work;

use chrono::{DateTime, Utc};
use domain::access::TenantId;
use domain::settlement::{ContractId, Month};
use domain::{FailureKind, RegionId};

use crate::access::AccessError;

pub use ask::{MOST_CONTRACTS, NewRun, RunMaker, add, cancel};
pub use work::{Batch, advance, announce, begin, fail, next_contracts, one, recent, waiting};

/// Where it is told that a run waits, is cancelled, or moved on.
pub const CHANNEL: &str = "loadline_settlement_runs";

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RunState {
    Waiting,
    Running,
    Done,
    Cancelled,
    Failed,
}

impl RunState {
    pub fn code(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Done => "done",
            Self::Cancelled => "cancelled",
            Self::Failed => "failed",
        }
    }

    pub fn from_code(code: &str) -> Self {
        match code {
            "waiting" => Self::Waiting,
            "running" => Self::Running,
            "done" => Self::Done,
            "cancelled" => Self::Cancelled,
            _ => Self::Failed,
        }
    }

    pub fn is_over(self) -> bool {
        !matches!(self, Self::Waiting | Self::Running)
    }
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Run {
    pub run_id: i64,
    pub month: Month,
    /// None: all there are.
    pub regions: Option<Vec<RegionId>>,
    pub contracts: Option<Vec<ContractId>>,
    pub tenant_id: Option<TenantId>,
    pub state: RunState,
    pub total_count: i64,
    pub done_count: i64,
    /// Of these: cannot be checked as they are.
    pub fault_count: i64,
    /// Customers with readings in the month and without a contract.
    pub no_contract_count: i64,
    pub last_contract_id: ContractId,
    pub problem: Option<String>,
    pub made_by: String,
    pub made_at: DateTime<Utc>,
    pub started_at: Option<DateTime<Utc>>,
    pub finished_at: Option<DateTime<Utc>>,
}

#[derive(Debug, thiserror::Error)]
pub enum RunError {
    #[error(transparent)]
    Access(#[from] AccessError),
    #[error("other runs are waiting: try again when they are done")]
    Busy,
    #[error("more than {MOST_CONTRACTS} contracts were named: leave them out and name regions")]
    TooMany,
    #[error("the run is over already")]
    Over,
}

impl From<sqlx::Error> for RunError {
    fn from(error: sqlx::Error) -> Self {
        Self::Access(error.into())
    }
}

impl RunError {
    pub fn kind(&self) -> FailureKind {
        match self {
            Self::Access(error) => error.kind(),
            Self::Busy => FailureKind::Retry,
            Self::TooMany | Self::Over => FailureKind::Operator,
        }
    }
}
