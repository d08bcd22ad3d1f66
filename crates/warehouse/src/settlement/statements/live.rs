//! Statements that are not void, held while they are rated anew.

use domain::settlement::document::Document;
use domain::settlement::{ContractId, ExceptionKind, Month, Period, StatementId, StatementState};
use domain::{Day, RegionId};
use sqlx::PgConnection;

use super::CATEGORY;
use crate::WarehouseError;
use crate::pg_types::DayDate;
use crate::stored::Stored;

/// Most parts of settlement end within this; nobody looks at a page that does nothing for longer.
const PATIENCE: &str = "3s";
/// So many contracts share a lock, so that a transaction over all of them holds few.
const CONTRACTS_PER_LOCK_BITS: i32 = 9;
const LOCK_CLASS: i32 = 0x5e77;
/// Documents that are looked at together.
const MOST_READ: usize = 500;

/// As little of a statement as rating it anew needs.
#[derive(Clone, PartialEq, Debug)]
pub struct Live {
    pub statement_id: StatementId,
    pub contract_id: ContractId,
    pub region_id: Option<RegionId>,
    pub period: Period,
    pub state: StatementState,
    pub version: i32,
    pub document_hash: String,
    pub exceptions: Vec<ExceptionKind>,
    /// Of a frozen one; none where it cannot be read: then nothing can be said about what it billed.
    pub document: Option<Box<Document>>,
}

/// Somebody waits at a page for what this transaction does: settlement, while it rates a contract anew, is not waited for longer.
pub(in crate::settlement) async fn wait_a_little(conn: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query!("select set_config('lock_timeout', $1, true)", PATIENCE).fetch_one(conn).await.map(drop)
}

/// Keeps others from drafting for these contracts until the transaction ends. Days that are settled and statements that are
/// generated at the same moment would miss each other otherwise.
pub async fn lock_contracts(conn: &mut PgConnection, contract_ids: &[ContractId]) -> Result<(), WarehouseError> {
    let mut locks: Vec<i32> = contract_ids.iter().filter_map(|id| i32::try_from(id >> CONTRACTS_PER_LOCK_BITS).ok()).collect();
    locks.sort_unstable();
    locks.dedup();
    for lock in locks {
        sqlx::query!("select pg_advisory_xact_lock($1, $2)", LOCK_CLASS, lock).fetch_one(&mut *conn).await?;
    }
    Ok(())
}

/// The statements of each contract from a month on, oldest first; nobody changes them until the transaction ends.
pub async fn live_from(conn: &mut PgConnection, contracts: &[(ContractId, Month)]) -> Result<Vec<Live>, WarehouseError> {
    let ids: Vec<i64> = contracts.iter().map(|(contract_id, _)| *contract_id).collect();
    let months: Vec<DayDate> = contracts.iter().map(|(_, month)| DayDate(month.first_day())).collect();
    let rows = sqlx::query!(
        r#"select s.statement_id, s.contract_id, s.region_id, s.statement_month as "month: DayDate",
                  s.period_from as "period_from: DayDate", s.period_to as "period_to: DayDate", s.status, s.version,
                  s.document_hash, s.exceptions, case when s.status = 'frozen' then s.document end as "document?: Stored<Box<Document>>"
             from unnest($1::bigint[], $2::date[]) as k (contract_id, month)
             join settlement_statements s on s.contract_id = k.contract_id and s.statement_month >= k.month
            where s.category = $3 and s.status <> 'void'
            order by s.contract_id, s.statement_month
              for update of s"#,
        &ids,
        &months as _,
        CATEGORY
    )
    .fetch_all(conn)
    .await?;
    let mut live = Vec::with_capacity(rows.len());
    for row in rows {
        let bad = |what: String| WarehouseError::BadValue(format!("statement {}: {what}", row.statement_id));
        let document = row.document.and_then(|document| document.read("frozen statement", row.statement_id));
        live.push(Live {
            statement_id: row.statement_id,
            contract_id: row.contract_id,
            region_id: row.region_id,
            period: period(row.month.0, row.period_from.0, row.period_to.0),
            state: StatementState::from_code(&row.status).ok_or_else(|| bad(row.status.clone()))?,
            version: row.version,
            document_hash: row.document_hash,
            exceptions: row.exceptions.iter().filter_map(|code| ExceptionKind::from_code(code)).collect(),
            document,
        });
    }
    Ok(live)
}

/// Which of these drafts cannot be read, whatever their hash says.
pub async fn unreadable_drafts(conn: &mut PgConnection, ids: &[StatementId]) -> Result<Vec<StatementId>, WarehouseError> {
    let mut unreadable = Vec::new();
    for slice in ids.chunks(MOST_READ) {
        let rows = sqlx::query!(
            r#"select statement_id, document as "document: Stored<Box<Document>>" from settlement_statements
                where statement_id = any($1) and status in ('draft', 'checked')"#,
            slice
        )
        .fetch_all(&mut *conn)
        .await?;
        let unread = |document: Stored<Box<Document>>, id: StatementId| document.read("draft of a statement", id).is_none();
        unreadable.extend(rows.into_iter().filter_map(|row| unread(row.document, row.statement_id).then_some(row.statement_id)));
    }
    Ok(unreadable)
}

fn period(month: Day, from: Day, to: Day) -> Period {
    Period { month: Month::of(month), from, to }
}
