//! Settled days stay much longer than the readings they were measured from; statements stay.

use domain::Day;
use sqlx::Acquire;

use crate::pg_types::{DayDate, Stamp};
use crate::{Store, WarehouseError};

/// Touched customer days that wait, at most: settlement may be switched off, or its worker away for long.
const MOST_CHANGES: i64 = 2_000_000;

/// Replaces too many waiting changes by one request for all days since the oldest of them.
pub async fn bound_changes(store: &Store) -> Result<(), WarehouseError> {
    let mut connection = store.pool.acquire().await?;
    let mut tx = connection.begin().await?;
    let has_more = sqlx::query_scalar!(r#"select exists (select from settlement_changes offset $1) as "has!""#, MOST_CHANGES);
    if !has_more.fetch_one(&mut *tx).await? {
        return Ok(());
    }
    sqlx::query!(
        "with gone as (delete from settlement_changes returning stat_day)
         insert into settlement_requests (cause, cause_text, from_day)
         select 'readings', '', min(stat_day) from gone having count(*) > 0"
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(())
}

pub async fn delete_days(store: &Store, first_kept: Day, batch: i64) -> Result<u64, WarehouseError> {
    let deleted = sqlx::query!(
        "delete from settlements_day where ctid = any(array(select ctid from settlements_day where day_start < $1 limit $2))",
        DayDate(first_kept) as _,
        batch
    );
    Ok(deleted.execute(&store.pool).await?.rows_affected())
}

pub async fn delete_reactive(store: &Store, first_kept: Day, batch: i64) -> Result<u64, WarehouseError> {
    let deleted = sqlx::query!(
        "delete from dwd_power_reactive where ctid = any(array(select ctid from dwd_power_reactive where interval_end < $1 limit $2))",
        Stamp(first_kept.start()) as _,
        batch
    );
    Ok(deleted.execute(&store.pool).await?.rows_affected())
}
