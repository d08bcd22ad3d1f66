//! Aggregates of one commit.

use domain::effect::Aggregates;

use crate::{WarehouseError, Work};

impl Work {
    pub async fn write_aggregates(&mut self, aggregates: &Aggregates) -> Result<(), WarehouseError> {
        self.notice_partitions().await?;
        self.write_each(aggregates).await.inspect_err(|error| self.note_failure(error))
    }

    async fn write_each(&mut self, aggregates: &Aggregates) -> Result<(), WarehouseError> {
        self.write_windows(&aggregates.windows).await?;
        self.write_rollups(&aggregates.rollups).await?;
        self.write_user_days(&aggregates.user_days).await?;
        self.write_user_months(&aggregates.user_months).await?;
        self.write_region_days(&aggregates.region_days).await
    }
}
