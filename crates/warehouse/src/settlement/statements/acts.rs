//! What people do to statements: all of a selection in one transaction, with the events of each and one entry of the record.

pub(in crate::settlement) mod store;

use std::collections::{BTreeMap, BTreeSet};

use domain::access::Scope;
use domain::settlement::lifecycle::{Actor, Demands, Refusal, Standing, StatementAct, judge};
use domain::settlement::{Month, StatementId, StatementState};
use domain::{FailureKind, RegionId};

use crate::WarehouseError;
use crate::access::{AccessError, AccessPool, Author};
use crate::pg_types::DayDate;

/// Statements of one transaction; whoever wants more goes on with the next ones.
pub const MOST_CHOSEN: usize = 2_000;
pub const MOST_REASON_CHARS: usize = 500;
/// SQLSTATE of a lock that was waited for in vain.
const LOCK_NOT_AVAILABLE: &str = "55P03";

/// A statement as whoever chose it saw it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Chosen {
    pub statement_id: StatementId,
    /// None: as it is now.
    pub edit_no: Option<i32>,
}

#[derive(Clone, Copy, Debug)]
pub struct Maker<'a> {
    /// His reason is why exceptions are accepted, estimates frozen, or a statement made void.
    pub author: &'a Author,
    pub scope: &'a Scope,
    pub demands: Demands,
}

#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ActOutcome {
    pub done: Vec<StatementId>,
    pub refused: Vec<(StatementId, Refusal)>,
    /// Not there, or of regions that are not his.
    pub missing: Vec<StatementId>,
}

#[derive(Debug, thiserror::Error)]
pub enum ActError {
    #[error("nothing was chosen")]
    NothingChosen,
    #[error("more than {MOST_CHOSEN} statements were chosen at once")]
    TooMany,
    #[error("the reason has more than {MOST_REASON_CHARS} characters")]
    ReasonTooLong,
    #[error("a statement is being rated anew, or somebody else holds it: try again in a moment")]
    BeingRated,
    #[error(transparent)]
    Access(AccessError),
    #[error(transparent)]
    Warehouse(#[from] WarehouseError),
}

impl From<AccessError> for ActError {
    fn from(error: AccessError) -> Self {
        match error {
            AccessError::Database(error) => error.into(),
            other => Self::Access(other),
        }
    }
}

impl From<sqlx::Error> for ActError {
    fn from(error: sqlx::Error) -> Self {
        let code = error.as_database_error().and_then(|error| error.code());
        if code.as_deref() == Some(LOCK_NOT_AVAILABLE) { Self::BeingRated } else { Self::Access(error.into()) }
    }
}

impl ActError {
    pub fn kind(&self) -> FailureKind {
        match self {
            Self::NothingChosen | Self::TooMany | Self::ReasonTooLong => FailureKind::Operator,
            Self::BeingRated => FailureKind::Retry,
            Self::Access(error) => error.kind(),
            Self::Warehouse(error) => error.kind(),
        }
    }
}

/// Does it to every chosen statement that lets it be done.
pub async fn act(pool: &AccessPool, maker: Maker<'_>, chosen: &[Chosen], act: StatementAct) -> Result<ActOutcome, ActError> {
    let seen: BTreeMap<StatementId, Option<i32>> = chosen.iter().map(|one| (one.statement_id, one.edit_no)).collect();
    match seen.len() {
        0 => return Err(ActError::NothingChosen),
        count if count > MOST_CHOSEN => return Err(ActError::TooMany),
        _ => {}
    }
    let reason = maker.author.reason.as_deref().map(str::trim).filter(|reason| !reason.is_empty());
    if reason.is_some_and(|reason| reason.chars().count() > MOST_REASON_CHARS) {
        return Err(ActError::ReasonTooLong);
    }
    let mut tx = pool.pool().begin().await?;
    let ids: Vec<StatementId> = seen.keys().copied().collect();
    let mut held = store::hold(&mut tx, &ids, act).await?;
    held.retain(|one| is_seen(maker.scope, one.region_id));
    let account_id = store::account_of(&mut tx, maker.author).await?;
    let actor = Actor { person: person(account_id, &maker.author.name), has_reason: reason.is_some() };
    let found: BTreeSet<StatementId> = held.iter().map(|one| one.statement_id).collect();
    let missing = ids.iter().copied().filter(|id| !found.contains(id)).collect();
    let mut outcome = ActOutcome { missing, ..ActOutcome::default() };
    let mut done = Vec::with_capacity(held.len());
    for one in held {
        let is_stale = seen.get(&one.statement_id).copied().flatten().is_some_and(|edit_no| edit_no != one.edit_no);
        let verdict = if is_stale || one.is_outdated {
            Err(Refusal::Changed { edit_no: one.edit_no, state: one.standing.state })
        } else {
            judge(&one.standing, act, &actor, maker.demands)
        };
        match verdict {
            Ok(()) => done.push(one),
            Err(refusal) => outcome.refused.push((one.statement_id, refusal)),
        }
    }
    if !done.is_empty() {
        outcome.done = done.iter().map(|one| one.statement_id).collect();
        store::change(&mut tx, maker.author, account_id, reason, act, &outcome.done).await?;
        store::record(&mut tx, maker.author, reason, act, &done).await?;
        tx.commit().await?;
        // in its own transaction: pages may hear of it a moment later, but nobody waits for the worker
        announce(pool).await;
    }
    Ok(outcome)
}

/// What was done stays done when pages cannot be told at once: somebody may hold the row for long.
pub(in crate::settlement) async fn announce(pool: &AccessPool) {
    if let Err(error) = store::announce(pool).await {
        tracing::warn!(%error, "pages hear later of what was done to statements");
    }
}

/// A statement without a region is for whoever sees all of them.
fn is_seen(scope: &Scope, region_id: Option<RegionId>) -> bool {
    region_id.map_or(scope.is_whole(), |region| scope.sees(region))
}

/// The same for a person by a page and by a token that he made.
fn person(account_id: Option<i64>, name: &str) -> String {
    account_id.map_or_else(|| format!("name {name}"), |id| format!("account {id}"))
}

/// A statement held for an act.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Held {
    statement_id: StatementId,
    region_id: Option<RegionId>,
    edit_no: i32,
    /// What it bills of earlier statements is other now; it will be drafted anew.
    is_outdated: bool,
    standing: Standing,
}

/// Statements of a month that an act can be done to, by number, behind `after`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Selection {
    pub month: Month,
    pub state: StatementState,
    /// None: of all regions.
    pub regions: Option<Vec<RegionId>>,
    /// None: of all contracts.
    pub contracts: Option<Vec<i64>>,
    /// Leaves out those with exceptions.
    pub is_clean: bool,
}

/// The next statements of a selection as they are now, at most `MOST_CHOSEN`. What is not in the maker's regions is refused by `act`.
pub async fn selection(pool: &AccessPool, wanted: &Selection, after: StatementId) -> Result<Vec<Chosen>, ActError> {
    let rows = sqlx::query!(
        "select statement_id, edit_no from settlement_statements
          where statement_month = $1 and status = $2 and category = 'owner' and statement_id > $3
            and ($4::int[] is null or region_id = any($4)) and ($5::bigint[] is null or contract_id = any($5))
            and (not $6 or exceptions = '{}')
          order by statement_id limit $7",
        DayDate(wanted.month.first_day()) as _,
        wanted.state.code(),
        after,
        wanted.regions.as_deref(),
        wanted.contracts.as_deref(),
        wanted.is_clean,
        i64::try_from(MOST_CHOSEN).unwrap_or(i64::MAX)
    )
    .fetch_all(pool.pool())
    .await?;
    Ok(rows.into_iter().map(|row| Chosen { statement_id: row.statement_id, edit_no: Some(row.edit_no) }).collect())
}
