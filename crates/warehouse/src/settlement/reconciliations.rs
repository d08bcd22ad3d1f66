//! Comparisons of our bills with those of the grid company, as they were made.

use chrono::{DateTime, Utc};
use domain::access::Scope;
use domain::settlement::StatementId;
use domain::settlement::reconcile::{GridLine, Reconciliation};
use serde_json::json;

use crate::access::record::{Deed, write};
use crate::access::{AccessError, AccessPool, Author, bounded};
use crate::read::{ReadError, ReadPool};

const MOST_MAKER_CHARS: usize = 128;
pub const MOST_SOURCE_CHARS: usize = 200;
/// Newest comparisons of a statement that are shown.
const MOST_SHOWN: i64 = 20;
/// Comparisons of one statement that are kept; the oldest goes.
const MOST_KEPT: i64 = 50;

#[derive(Clone, PartialEq, Debug)]
pub struct Kept {
    pub reconciliation_id: i64,
    pub source: String,
    pub made_at: DateTime<Utc>,
    pub made_by: String,
    pub lines: Vec<GridLine>,
    /// None when another version wrote something that this one cannot read.
    pub result: Option<Reconciliation>,
}

/// A comparison that was just made.
#[derive(Clone, Copy, Debug)]
pub struct Made<'a> {
    pub statement_id: StatementId,
    pub source: &'a str,
    pub lines: &'a [GridLine],
    pub result: &'a Reconciliation,
}

fn bad(error: serde_json::Error) -> AccessError {
    AccessError::Database(sqlx::Error::Encode(error.into()))
}

/// Keeps it, if the statement is of the author's regions.
pub async fn add(pool: &AccessPool, author: &Author, scope: &Scope, made: Made<'_>) -> Result<i64, AccessError> {
    let lines = serde_json::to_value(made.lines).map_err(bad)?;
    let result = serde_json::to_value(made.result).map_err(bad)?;
    let mut tx = pool.pool().begin().await?;
    let region =
        sqlx::query_scalar!("select region_id from settlement_statements where statement_id = $1 for share", made.statement_id);
    let region = region.fetch_optional(&mut *tx).await?.ok_or(AccessError::NotFound)?;
    if !region.map_or(scope.is_whole(), |region| scope.sees(region)) {
        return Err(AccessError::NotFound);
    }
    let id = sqlx::query_scalar!(
        "insert into settlement_reconciliations (statement_id, region_id, source, lines, result, made_by)
         values ($1, $2, $3, $4, $5, $6) returning reconciliation_id",
        made.statement_id,
        region,
        bounded(made.source, MOST_SOURCE_CHARS),
        lines,
        result,
        bounded(&author.name, MOST_MAKER_CHARS)
    )
    .fetch_one(&mut *tx)
    .await?;
    sqlx::query!(
        "delete from settlement_reconciliations where statement_id = $1 and reconciliation_id not in
         (select reconciliation_id from settlement_reconciliations where statement_id = $1 order by reconciliation_id desc limit $2)",
        made.statement_id,
        MOST_KEPT
    )
    .execute(&mut *tx)
    .await?;
    let owner = match region {
        Some(region) => {
            let owner = sqlx::query_scalar!("select tenant_id from access.tenant_regions where region_id = $1", region);
            owner.fetch_optional(&mut *tx).await?
        }
        None => None,
    };
    let after = json!({ "reconciliation_id": id, "source": made.source, "cause": made.result.cause, "lines": made.lines.len() });
    let deed = Deed::new("statement.reconcile", "statement", made.statement_id).of_tenant(owner).becomes(after);
    write(&mut tx, author, deed).await?;
    tx.commit().await?;
    Ok(id)
}

/// Of one statement, newest first.
pub async fn of_statement(pool: &ReadPool, statement_id: StatementId) -> Result<Vec<Kept>, ReadError> {
    let rows = sqlx::query!(
        "select reconciliation_id, source, made_at, made_by, lines, result from settlement_reconciliations
          where statement_id = $1 order by reconciliation_id desc limit $2",
        statement_id,
        MOST_SHOWN
    )
    .fetch_all(&pool.0)
    .await?;
    let kept = rows.into_iter().map(|row| Kept {
        reconciliation_id: row.reconciliation_id,
        source: row.source,
        made_at: row.made_at,
        made_by: row.made_by,
        lines: serde_json::from_value(row.lines).unwrap_or_default(),
        result: serde_json::from_value(row.result).ok(),
    });
    Ok(kept.collect())
}
