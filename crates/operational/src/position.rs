//! How far the operational server's log is safely written.

use domain::Lsn;
use sqlx::PgPool;

use crate::OperationalError;

/// Every transaction committed before the question lies below the answer.
pub async fn flushed(pool: &PgPool) -> Result<Lsn, OperationalError> {
    let text = sqlx::query_scalar!(r#"select pg_current_wal_flush_lsn()::text as "lsn!""#).fetch_one(pool).await?;
    Ok(text.parse().unwrap_or_default())
}
