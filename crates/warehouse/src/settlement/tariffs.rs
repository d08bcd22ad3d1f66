//! Tariff plans with all their versions. A version is never changed: whoever changes a plan adds one.

mod change;
mod import;
mod list;
mod ship;

use chrono::{DateTime, Utc};
use domain::access::TenantId;
use domain::settlement::validity::Validity;
use domain::settlement::{PlanFault, TariffPlan};
use domain::{Day, FailureKind};

use crate::access::{AccessError, Author, Granter};

pub use change::{add, add_version, remove, withdraw};
pub use import::{ImportError, import};
pub(super) use list::read;
pub use list::{export, file, list, one, versions};
pub use ship::ship;

/// Plans that an installation may have.
pub const MOST_PLANS: i64 = 2_000;
/// Of one plan: sixteen years of monthly prices.
pub const MOST_VERSIONS: i64 = 200;

/// A plan as lists show it.
#[derive(Clone, PartialEq, Debug)]
pub struct PlanRow {
    pub plan_id: i64,
    /// None: the operator of the installation.
    pub tenant_id: Option<TenantId>,
    pub code: String,
    /// Brought along by the product.
    pub is_shipped: bool,
    /// Number of the newest version; whoever changes the plan says that he saw it.
    pub version: i32,
    pub removed_at: Option<DateTime<Utc>>,
    /// The version in force on the day asked about; else the newest that is not withdrawn; else the newest.
    pub shown: VersionRow,
    /// Contracts (of regions that the viewer sees) that name it in any of their terms.
    pub contracts: i64,
}

#[derive(Clone, PartialEq, Debug)]
pub struct VersionRow {
    pub version: i32,
    pub valid_from: Day,
    pub valid_until: Option<Day>,
    /// None: the stored document cannot be read by this program.
    pub plan: Option<TariffPlan>,
    pub replaces: Vec<i32>,
    pub withdrawn_at: Option<DateTime<Utc>>,
    pub made_at: DateTime<Utc>,
    pub made_by: String,
    /// Why, in the words of whoever made it.
    pub note: Option<String>,
}

impl VersionRow {
    pub fn validity(&self) -> Validity {
        Validity { version: self.version, from: self.valid_from, until: self.valid_until }
    }
}

/// Who makes or changes a plan.
#[derive(Clone, Copy)]
pub struct Keeper<'a> {
    pub author: &'a Author,
    pub granter: &'a Granter,
}

#[derive(Debug, thiserror::Error)]
pub enum TariffError {
    #[error(transparent)]
    Access(#[from] AccessError),
    #[error("the tariff does not make sense: {0:?}")]
    Faults(Vec<PlanFault>),
    /// The code inside the document is another one than that of the plan.
    #[error("the document is of the tariff {0}")]
    OtherCode(String),
    /// Somebody else was first.
    #[error("the tariff was changed by {by} at {at}: it has version {version} now")]
    Changed { version: i32, by: String, at: DateTime<Utc> },
    /// These versions are in force on days of the new one, which does not say that it replaces them.
    #[error("the new version overlaps versions that it does not replace: {0:?}")]
    Overlaps(Vec<Validity>),
    /// It says that it replaces a version that is not there (any more).
    #[error("there is no version {0} to be replaced")]
    NothingToReplace(i32),
    #[error("the version has been withdrawn already")]
    Withdrawn,
    #[error("{contracts} contracts use the tariff: give them another one first")]
    InUse { contracts: i64 },
    #[error("there are {MOST_PLANS} tariffs or {MOST_VERSIONS} versions of one already")]
    TooMany,
}

impl From<sqlx::Error> for TariffError {
    fn from(error: sqlx::Error) -> Self {
        Self::Access(error.into())
    }
}

impl TariffError {
    pub fn kind(&self) -> FailureKind {
        match self {
            Self::Access(error) => error.kind(),
            Self::Changed { .. } => FailureKind::Retry,
            _ => FailureKind::Operator,
        }
    }
}

/// A tariff counts for every customer of its owner: whoever changes it sees all of them.
pub fn check_reach(granter: &Granter, owner: Option<TenantId>) -> Result<(), AccessError> {
    match granter.tenant_id {
        Some(tenant) if owner != Some(tenant) => Err(AccessError::NotFound),
        None if !granter.scope.is_whole() => Err(AccessError::BeyondOwnRights),
        _ if !granter.all_regions => Err(AccessError::BeyondOwnRights),
        _ => Ok(()),
    }
}
