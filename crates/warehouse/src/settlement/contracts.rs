//! Contracts with their terms and meter exchanges: loaded for the engine, kept by people, listed for pages.

mod change;
mod compare;
mod held;
mod list;
mod load;
mod many;
mod write;

use chrono::{DateTime, Utc};
use domain::settlement::contract_check::ContractFault;
use domain::settlement::contract_fields::FieldChange;
use domain::settlement::{Contract, ContractId};
use domain::{RegionId, UserId};

use crate::access::{AccessError, Author, Granter};
use crate::read::ReadError;

pub use change::{add, edit, remove, replace};
pub use compare::Wanted;
pub(super) use held::is_seen;
pub use held::{Customer, customer, plans};
pub use list::{
    Assignable, ListFault, ListFilter, ListRow, Uncontracted, assignable, contracts_of, list, one, stream, uncontracted,
};
pub use load::{load, load_of_users, load_standing, removed_of};
pub use many::{Comparison, save_many, wanted_for_all};

/// Rows of one import or bulk assignment.
pub const MOST_ROWS: usize = 200_000;

/// Who makes or changes contracts.
#[derive(Clone, Copy)]
pub struct Maker<'a> {
    pub author: &'a Author,
    pub granter: &'a Granter,
}

/// A contract as it stands.
#[derive(Clone, PartialEq, Debug)]
pub struct Held {
    pub contract: Contract,
    pub version: i32,
    pub region_id: Option<RegionId>,
    pub changed_at: DateTime<Utc>,
    pub changed_by: String,
}

/// What one entry of a file would change.
#[derive(Clone, PartialEq, Debug)]
pub struct Planned {
    /// Where it stands in the file.
    pub line: u64,
    /// None: it is added.
    pub before: Option<Held>,
    pub after: Contract,
    /// What is unusual about it.
    pub warnings: Vec<ContractFault>,
}

impl Planned {
    pub fn changes(&self) -> Vec<FieldChange> {
        let before = self.before.as_ref();
        before.map_or_else(Vec::new, |before| domain::settlement::contract_fields::differences(&before.contract, &self.after))
    }
}

/// An entry that is not taken.
#[derive(Clone, PartialEq, Debug)]
pub struct Refused {
    pub line: u64,
    pub user_id: UserId,
    pub faults: Vec<ContractFault>,
}

#[derive(Debug, thiserror::Error)]
pub enum ContractError {
    #[error(transparent)]
    Access(#[from] AccessError),
    #[error("the contract is not taken: {0:?}")]
    Faults(Vec<ContractFault>),
    /// Somebody else was first.
    #[error("the contract was changed by {by} at {at}: it has version {version} now")]
    Changed { version: i32, by: String, at: DateTime<Utc> },
    #[error("statements of the contract stand: void them first, or close the contract")]
    HasStatements,
    #[error("the contract's statements are being rated: try again in a moment")]
    BeingRated,
    #[error("more than {MOST_ROWS} rows at once")]
    TooMany,
}

impl From<sqlx::Error> for ContractError {
    fn from(error: sqlx::Error) -> Self {
        Self::Access(error.into())
    }
}

impl From<ReadError> for ContractError {
    fn from(error: ReadError) -> Self {
        let ReadError::Database(error) = error;
        error.into()
    }
}

impl From<crate::WarehouseError> for ContractError {
    fn from(error: crate::WarehouseError) -> Self {
        if matches!(error, crate::WarehouseError::LockTimeout(_)) {
            return Self::BeingRated;
        }
        Self::Access(AccessError::Database(sqlx::Error::Decode(Box::new(error))))
    }
}

impl ContractError {
    pub fn kind(&self) -> domain::FailureKind {
        match self {
            Self::Access(error) => error.kind(),
            Self::Changed { .. } | Self::BeingRated => domain::FailureKind::Retry,
            Self::Faults(_) | Self::HasStatements | Self::TooMany => domain::FailureKind::Operator,
        }
    }
}

/// How the record and the reasons of adjustments name a contract.
fn named(contract_id: ContractId) -> String {
    format!("contract {contract_id}")
}
