//! Settled days stay much longer than the readings they were measured from; statements stay.

use domain::Day;

use crate::pg_types::{DayDate, Stamp};
use crate::{Store, WarehouseError};

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
