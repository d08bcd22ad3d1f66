//! Keys that a copy over an existing warehouse has met.

use domain::DetailKey;

use super::SLICE_ROWS;
use crate::load::key_columns;
use crate::{WarehouseError, Work};

impl Work {
    pub async fn mark_seen(&mut self, keys: &[DetailKey]) -> Result<(), WarehouseError> {
        for slice in keys.chunks(SLICE_ROWS) {
            let (ids, dates) = key_columns(slice);
            sqlx::query!(
                "insert into snapshot_seen (consumption_id, consumption_date)
                 select * from unnest($1::bigint[], $2::timestamp[]) on conflict do nothing",
                &ids,
                &dates as _
            )
            .execute(&mut *self.tx)
            .await?;
        }
        Ok(())
    }

    pub async fn clear_seen(&mut self) -> Result<(), WarehouseError> {
        sqlx::query("truncate snapshot_seen").execute(&mut *self.tx).await?;
        Ok(())
    }
}
