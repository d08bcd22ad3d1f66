//! Rules of alarms with all their versions. A version is never changed: whoever changes a rule adds one.

mod change;
mod list;

use chrono::{DateTime, Utc};
use domain::access::TenantId;
use domain::alarms::check::Facts;
use domain::alarms::{Fault, RegionChoice, RuleDefinition, RuleId, SubjectKind};

use super::trials::TrialFault;
use crate::access::{AccessError, Author, Granter};
use crate::read::ReadError;

pub(crate) use change::tell;
pub use change::{add, change, disable, enable, remove, restore};
pub use list::{facts, list, one, open_alarms, versions};

/// Rules that an installation may have; the evaluation is measured with a fifth of it.
pub const MOST_RULES: i64 = 5_000;
/// Versions of one rule that are listed, newest first.
pub const MOST_VERSIONS: i64 = 100;

/// A rule with its newest version.
#[derive(Clone, PartialEq, Debug)]
pub struct RuleRow {
    pub rule_id: RuleId,
    /// None: the operator of the installation.
    pub tenant_id: Option<TenantId>,
    /// Of a rule that the product brings along.
    pub code: Option<String>,
    pub version: i32,
    pub is_enabled: bool,
    pub removed_at: Option<DateTime<Utc>>,
    /// When it was last enabled, disabled or given a version.
    pub changed_at: DateTime<Utc>,
    /// Of the newest version.
    pub made_at: DateTime<Utc>,
    pub made_by: String,
    pub definition: RuleDefinition,
}

#[derive(Clone, PartialEq, Debug)]
pub struct VersionRow {
    pub version: i32,
    pub definition: RuleDefinition,
    pub made_at: DateTime<Utc>,
    pub made_by: String,
    /// Why, in the words of whoever made it.
    pub note: Option<String>,
}

/// Who makes or changes a rule, and what is known to check it by. `facts.may_be_enabled` is decided here.
#[derive(Clone, Copy)]
pub struct Maker<'a> {
    pub author: &'a Author,
    pub granter: &'a Granter,
    pub facts: &'a Facts,
}

#[derive(Debug, thiserror::Error)]
pub enum RuleError {
    #[error(transparent)]
    Access(#[from] AccessError),
    #[error("the rule does not make sense: {0:?}")]
    Faults(Vec<Fault>),
    /// Somebody else was first.
    #[error("the rule was changed by {by} at {at}: it has version {version} now")]
    Changed { version: i32, by: String, at: DateTime<Utc> },
    #[error("there are {MOST_RULES} rules already: remove those that nobody needs")]
    TooMany,
    #[error("other trials are waiting: try again when they are done")]
    Busy,
    #[error("the rule cannot be tried: {0:?}")]
    Trial(TrialFault),
}

impl From<sqlx::Error> for RuleError {
    fn from(error: sqlx::Error) -> Self {
        Self::Access(error.into())
    }
}

impl From<ReadError> for RuleError {
    fn from(error: ReadError) -> Self {
        let ReadError::Database(error) = error;
        error.into()
    }
}

impl RuleError {
    pub fn kind(&self) -> domain::FailureKind {
        match self {
            Self::Access(error) => error.kind(),
            Self::Faults(_) | Self::TooMany | Self::Trial(_) => domain::FailureKind::Operator,
            Self::Changed { .. } | Self::Busy => domain::FailureKind::Retry,
        }
    }
}

/// Nobody decides about regions that he does not see; rules about the installation itself are for those who see all of it.
pub fn check_reach(granter: &Granter, definition: &RuleDefinition, owner: Option<TenantId>) -> Result<(), AccessError> {
    if granter.tenant_id.is_some() && granter.tenant_id != owner {
        return Err(AccessError::NotFound);
    }
    if granter.scope.is_whole() {
        return Ok(());
    }
    let is_covered = match &definition.regions {
        RegionChoice::All => granter.all_regions && granter.tenant_id == owner,
        RegionChoice::Listed(regions) => regions.iter().all(|region| granter.scope.sees(*region)),
    };
    let is_of_regions = definition.subject() != Some(SubjectKind::Pipeline);
    if is_covered && is_of_regions { Ok(()) } else { Err(AccessError::BeyondOwnRights) }
}

#[cfg(test)]
mod tests {
    use domain::Fixed2;
    use domain::access::{Preset, Scope};
    use domain::alarms::{Comparison, Condition, Metric, Severity};

    use super::*;

    fn rule(metric: Metric, regions: RegionChoice) -> RuleDefinition {
        let condition =
            Condition { metric, comparison: Comparison::Above, threshold: Fixed2(100), deadband: Fixed2::ZERO, span_min: None };
        let starter = domain::alarms::starter::rules().remove(0).definition;
        RuleDefinition { severity: Severity::Low, conditions: vec![condition], regions, ..starter }
    }

    #[test]
    fn nobody_reaches_beyond_what_he_sees() {
        let everything = Granter::everything();
        let some = Granter { scope: Scope::of([1, 2]), all_regions: false, ..everything.clone() };
        let tenant =
            Granter { tenant_id: Some(7), scope: Scope::of([1, 2]), all_regions: true, rights: Preset::Engineer.rights() };
        let load = |regions| rule(Metric::LoadNowKw, regions);
        let listed = |regions: &[i32]| RegionChoice::Listed(regions.to_vec());
        let may = |granter, rule: &RuleDefinition, owner| check_reach(granter, rule, owner).is_ok();
        assert!(may(&everything, &load(RegionChoice::All), None) && may(&everything, &load(listed(&[9])), Some(7)));
        assert!(!may(&some, &load(RegionChoice::All), None), "all regions are more than his");
        assert!(may(&some, &load(listed(&[1])), None) && !may(&some, &load(listed(&[1, 3])), None));
        assert!(may(&tenant, &load(RegionChoice::All), Some(7)));
        assert!(matches!(check_reach(&tenant, &load(listed(&[1])), None), Err(AccessError::NotFound)), "the operator's rule");
        assert!(matches!(check_reach(&tenant, &load(listed(&[1])), Some(8)), Err(AccessError::NotFound)));
        let lag = rule(Metric::PipelineLagS, RegionChoice::All);
        assert!(may(&everything, &lag, None) && !may(&tenant, &lag, Some(7)) && !may(&some, &lag, None));
    }
}
