//! Statements of a month for files, page by page in order of their numbers.

use domain::Fixed2;
use domain::settlement::{ContractId, Month, StatementId};
use serde_json::Value;
use sqlx::PgConnection;

use crate::WarehouseError;
use crate::pg_types::{DayDate, Hundredths};

/// Statements of one page.
const PAGE: i64 = 500;

#[derive(Clone, PartialEq, Debug)]
pub struct Exported {
    pub statement_id: StatementId,
    pub contract_id: ContractId,
    pub user_id: i64,
    pub user_name: String,
    pub usage_type: String,
    pub region_id: Option<i32>,
    pub month: Month,
    pub status: String,
    pub version: i32,
    pub energy_kwh: Fixed2,
    pub amount: Fixed2,
    pub adjustment: Fixed2,
    pub snapshot_hash: Option<String>,
    /// As it is stored: its canonical form has the hash.
    pub document: Value,
}

/// The next statements of a month that are not void.
pub async fn export_page(
    conn: &mut PgConnection,
    month: Month,
    contracts: Option<&[ContractId]>,
    after: StatementId,
) -> Result<Vec<Exported>, WarehouseError> {
    let rows = sqlx::query!(
        r#"select statement_id, contract_id, user_id, user_name, usage_type, region_id, status, version,
                  total_energy_kwh as "energy: Hundredths", total_amount as "amount: Hundredths",
                  adjustment_amount as "adjustment: Hundredths", snapshot_hash, document
             from settlement_statements
            where statement_month = $1 and status <> 'void' and statement_id > $2
              and ($3::bigint[] is null or contract_id = any($3))
            order by statement_id limit $4"#,
        DayDate(month.first_day()) as _,
        after,
        contracts,
        PAGE
    )
    .fetch_all(conn)
    .await?;
    let exported = rows.into_iter().map(|row| Exported {
        statement_id: row.statement_id,
        contract_id: row.contract_id,
        user_id: row.user_id,
        user_name: row.user_name,
        usage_type: row.usage_type,
        region_id: row.region_id,
        month,
        status: row.status,
        version: row.version,
        energy_kwh: row.energy.0,
        amount: row.amount.0,
        adjustment: row.adjustment.0,
        snapshot_hash: row.snapshot_hash,
        document: row.document,
    });
    Ok(exported.collect())
}
