//! What people do with runs: ask for one, cancel it.

use domain::RegionId;
use domain::access::{Scope, TenantId};
use domain::settlement::{ContractId, Month};
use serde_json::json;

use super::{CHANNEL, RunError, RunState};
use crate::access::record::{Deed, write};
use crate::access::{AccessError, AccessPool, Author, bounded};
use crate::pg_types::DayDate;

/// Runs of one tenant (or of the operator) that wait at the same time; they are worked off one after the other.
const MOST_WAITING: i64 = 20;
/// Contracts that a run names one by one.
pub const MOST_CONTRACTS: usize = 5_000;
const MOST_MAKER_CHARS: usize = 128;

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewRun {
    pub month: Month,
    /// None: all that the author sees.
    pub regions: Option<Vec<RegionId>>,
    pub contracts: Option<Vec<ContractId>>,
}

#[derive(Clone, Copy, Debug)]
pub struct RunMaker<'a> {
    pub author: &'a Author,
    pub scope: &'a Scope,
    pub tenant_id: Option<TenantId>,
}

/// Notes the run; the worker takes it from there.
pub async fn add(pool: &AccessPool, maker: RunMaker<'_>, new: &NewRun) -> Result<i64, RunError> {
    if new.contracts.as_ref().is_some_and(|contracts| contracts.len() > MOST_CONTRACTS) {
        return Err(RunError::TooMany);
    }
    let regions = reach(maker.scope, new.regions.as_deref())?;
    let mut tx = pool.pool().begin().await?;
    let waiting = sqlx::query_scalar!(
        r#"select count(*) as "runs!" from settlement_runs where state = 'waiting' and tenant_id is not distinct from $1"#,
        maker.tenant_id
    );
    if waiting.fetch_one(&mut *tx).await? >= MOST_WAITING {
        return Err(RunError::Busy);
    }
    let run_id = sqlx::query_scalar!(
        "insert into settlement_runs (statement_month, regions, contracts, tenant_id, state, made_by)
         values ($1, $2, $3, $4, 'waiting', $5) returning run_id",
        DayDate(new.month.first_day()) as _,
        regions.as_deref(),
        new.contracts.as_deref(),
        maker.tenant_id,
        bounded(&maker.author.name, MOST_MAKER_CHARS)
    )
    .fetch_one(&mut *tx)
    .await?;
    sqlx::query!("select pg_notify($1, $2)", CHANNEL, run_id.to_string()).fetch_one(&mut *tx).await?;
    let deed = Deed::new("statement.generate", "settlement_run", run_id)
        .of_tenant(maker.tenant_id)
        .becomes(json!({ "month": new.month, "regions": regions, "contracts": new.contracts }));
    write(&mut tx, maker.author, deed).await?;
    tx.commit().await?;
    Ok(run_id)
}

/// The regions of a run: never more than its author sees.
fn reach(scope: &Scope, wanted: Option<&[RegionId]>) -> Result<Option<Vec<RegionId>>, AccessError> {
    match (scope, wanted) {
        (Scope::Whole, wanted) => Ok(wanted.map(<[RegionId]>::to_vec)),
        (Scope::Regions(own), None) => Ok(Some(own.to_vec())),
        (Scope::Regions(_), Some(wanted)) => {
            if wanted.iter().all(|region| scope.sees(*region)) {
                Ok(Some(wanted.to_vec()))
            } else {
                Err(AccessError::BeyondOwnRights)
            }
        }
    }
}

/// What is done stays; a batch under way is undone.
pub async fn cancel(pool: &AccessPool, maker: RunMaker<'_>, run_id: i64) -> Result<(), RunError> {
    let mut tx = pool.pool().begin().await?;
    let row =
        sqlx::query!("select state, tenant_id, regions, done_count from settlement_runs where run_id = $1 for update", run_id)
            .fetch_optional(&mut *tx)
            .await?
            .ok_or(AccessError::NotFound)?;
    let is_own = maker.tenant_id.is_none() || maker.tenant_id == row.tenant_id;
    let is_seen = match &row.regions {
        None => maker.scope.is_whole(),
        Some(regions) => regions.iter().all(|region| maker.scope.sees(*region)),
    };
    if !(is_own && is_seen) {
        return Err(AccessError::NotFound.into());
    }
    if RunState::from_code(&row.state).is_over() {
        return Err(RunError::Over);
    }
    sqlx::query!("update settlement_runs set state = 'cancelled', finished_at = now() where run_id = $1", run_id)
        .execute(&mut *tx)
        .await?;
    sqlx::query!("select pg_notify($1, $2)", CHANNEL, run_id.to_string()).fetch_one(&mut *tx).await?;
    let deed = Deed::new("statement.cancel_run", "settlement_run", run_id)
        .of_tenant(row.tenant_id)
        .becomes(json!({ "done": row.done_count }));
    write(&mut tx, maker.author, deed).await?;
    tx.commit().await?;
    crate::settlement::statements::acts::announce(pool).await;
    Ok(())
}
