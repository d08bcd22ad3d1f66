//! What the engine process says about itself, written by it and read by any process that serves pages.

use domain::status::PipelineStatus;
use sqlx::types::Json;
use sqlx::types::chrono::{DateTime, Utc};

use crate::{Store, WarehouseError};

impl Store {
    pub async fn write_status(&self, status: &PipelineStatus, now: DateTime<Utc>) -> Result<(), WarehouseError> {
        sqlx::query!(
            "insert into pipeline_status (id, status, updated_at) values (1, $1, $2)
             on conflict (id) do update set status = excluded.status, updated_at = excluded.updated_at",
            Json(status) as _,
            now
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// The last status and when it was written; none before the first engine has started.
    pub async fn read_status(&self) -> Result<Option<(PipelineStatus, DateTime<Utc>)>, WarehouseError> {
        let row =
            sqlx::query!(r#"select status as "status: Json<PipelineStatus>", updated_at from pipeline_status where id = 1"#)
                .fetch_optional(&self.pool)
                .await?;
        Ok(row.map(|row| (row.status.0, row.updated_at)))
    }
}
