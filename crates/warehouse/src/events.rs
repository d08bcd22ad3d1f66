//! The diary of the pipeline: starts, reconnects, snapshots, gaps, truncations, stops.

use crate::{Store, WarehouseError};

impl Store {
    pub async fn record_event(&self, kind: &str, detail: &str, duration_ms: Option<i64>) -> Result<(), WarehouseError> {
        sqlx::query!("insert into pipeline_events (kind, detail, duration_ms) values ($1, $2, $3)", kind, detail, duration_ms)
            .execute(&self.pool)
            .await?;
        Ok(())
    }
}
