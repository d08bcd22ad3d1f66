//! A run being worked off: batches of contracts in order of their numbers, each counted in the transaction that drafts it.

use domain::settlement::{ContractId, Month};
use sqlx::{PgConnection, PgPool};

use super::{CHANNEL, Run, RunState};
use crate::WarehouseError;
use crate::pg_types::DayDate;

const MOST_PROBLEM_CHARS: usize = 500;
const MOST_RECENT: i64 = 20;

struct Row {
    run_id: i64,
    month: DayDate,
    regions: Option<Vec<i32>>,
    contracts: Option<Vec<i64>>,
    tenant_id: Option<i32>,
    state: String,
    total_count: i64,
    done_count: i64,
    fault_count: i64,
    no_contract_count: i64,
    last_contract_id: i64,
    problem: Option<String>,
    made_by: String,
    made_at: chrono::DateTime<chrono::Utc>,
    started_at: Option<chrono::DateTime<chrono::Utc>>,
    finished_at: Option<chrono::DateTime<chrono::Utc>>,
}

impl From<Row> for Run {
    fn from(row: Row) -> Self {
        Self {
            run_id: row.run_id,
            month: Month::of(row.month.0),
            regions: row.regions,
            contracts: row.contracts,
            tenant_id: row.tenant_id,
            state: RunState::from_code(&row.state),
            total_count: row.total_count,
            done_count: row.done_count,
            fault_count: row.fault_count,
            no_contract_count: row.no_contract_count,
            last_contract_id: row.last_contract_id,
            problem: row.problem,
            made_by: row.made_by,
            made_at: row.made_at,
            started_at: row.started_at,
            finished_at: row.finished_at,
        }
    }
}

pub async fn one(conn: &mut PgConnection, run_id: i64) -> Result<Option<Run>, WarehouseError> {
    let row = sqlx::query_as!(
        Row,
        r#"select run_id, statement_month as "month: DayDate", regions, contracts, tenant_id, state, total_count, done_count,
                  fault_count, no_contract_count, last_contract_id, problem, made_by, made_at, started_at, finished_at
             from settlement_runs where run_id = $1"#,
        run_id
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(Run::from))
}

/// The oldest one that is not over: what a killed worker left behind comes first.
pub async fn waiting(conn: &mut PgConnection) -> Result<Option<Run>, WarehouseError> {
    let run_id =
        sqlx::query_scalar!("select run_id from settlement_runs where state in ('waiting', 'running') order by run_id limit 1")
            .fetch_optional(&mut *conn)
            .await?;
    match run_id {
        Some(run_id) => one(conn, run_id).await,
        None => Ok(None),
    }
}

/// Runs of a month, newest first.
pub async fn recent(conn: &mut PgConnection, month: Month) -> Result<Vec<Run>, WarehouseError> {
    let rows = sqlx::query_as!(
        Row,
        r#"select run_id, statement_month as "month: DayDate", regions, contracts, tenant_id, state, total_count, done_count,
                  fault_count, no_contract_count, last_contract_id, problem, made_by, made_at, started_at, finished_at
             from settlement_runs where statement_month = $1 order by run_id desc limit $2"#,
        DayDate(month.first_day()) as _,
        MOST_RECENT
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(Run::from).collect())
}

/// Counts what there is to do. False if the run is no longer waiting.
pub async fn begin(conn: &mut PgConnection, run: &Run) -> Result<bool, WarehouseError> {
    let total = sqlx::query_scalar!(
        r#"select count(*) as "contracts!" from loadline_run_contracts($1, $2, $3, 0)"#,
        DayDate(run.month.first_day()) as _,
        run.regions.as_deref(),
        run.contracts.as_deref()
    )
    .fetch_one(&mut *conn)
    .await?;
    let started = sqlx::query!(
        "update settlement_runs set state = 'running', started_at = coalesce(started_at, now()), total_count = $2,
                no_contract_count = case when contracts is null then (
                    select count(distinct m.user_id) from dws_user_month m
                     where m.stat_month = statement_month and (regions is null or m.region_id = any(regions))
                       and not exists (select from region_supply_meters r where r.user_id = m.user_id)
                       and not exists (select from contracts c
                                        where c.user_id = m.user_id and c.removed_at is null
                                          and c.starts_on < statement_month + interval '1 month'
                                          and (c.closed_on is null or c.closed_on > statement_month))) else 0 end
          where run_id = $1 and state = 'waiting'",
        run.run_id,
        total
    )
    .execute(conn)
    .await?;
    Ok(started.rows_affected() == 1)
}

/// Contracts that come next: those that run in the period, and those that are over and have something to be adjusted.
pub async fn next_contracts(conn: &mut PgConnection, run: &Run, most: i64) -> Result<Vec<ContractId>, WarehouseError> {
    Ok(sqlx::query_scalar!(
        r#"select contract_id as "contract_id!" from loadline_run_contracts($1, $2, $3, $4) order by contract_id limit $5"#,
        DayDate(run.month.first_day()) as _,
        run.regions.as_deref(),
        run.contracts.as_deref(),
        run.last_contract_id,
        most
    )
    .fetch_all(conn)
    .await?)
}

/// What a batch did.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Batch {
    /// None: there was nothing left, the run is done.
    pub last_contract_id: Option<ContractId>,
    pub done: i64,
    pub faults: i64,
}

/// Counts a batch in the transaction that drafted it. False if somebody else did it, or the run was cancelled: then the
/// transaction must not be committed.
pub async fn advance(conn: &mut PgConnection, run: &Run, batch: Batch) -> Result<bool, WarehouseError> {
    let moved = sqlx::query!(
        "update settlement_runs
            set last_contract_id = coalesce($3, last_contract_id), done_count = done_count + $4, fault_count = fault_count + $5,
                state = case when $3::bigint is null then 'done' else state end,
                finished_at = case when $3::bigint is null then now() end
          where run_id = $1 and state = 'running' and last_contract_id = $2",
        run.run_id,
        run.last_contract_id,
        batch.last_contract_id,
        batch.done,
        batch.faults
    )
    .execute(conn)
    .await?;
    Ok(moved.rows_affected() == 1)
}

/// It will not be tried again.
pub async fn fail(conn: &mut PgConnection, run_id: i64, problem: &str) -> Result<(), WarehouseError> {
    let problem: String = problem.chars().take(MOST_PROBLEM_CHARS).collect();
    sqlx::query!(
        "update settlement_runs set state = 'failed', problem = $2, finished_at = now()
          where run_id = $1 and state in ('waiting', 'running')",
        run_id,
        problem
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Tells whoever waits for the run, and pages, that it moved on.
pub async fn announce(pool: &PgPool, run_id: i64) -> Result<(), WarehouseError> {
    sqlx::query!(
        "with moved as (update settlement_progress set revision = revision + 1 where id = 1 returning revision)
         select pg_notify($1, $2), pg_notify('loadline_settlement', revision::text) from moved",
        CHANNEL,
        run_id.to_string()
    )
    .fetch_one(pool)
    .await?;
    Ok(())
}
