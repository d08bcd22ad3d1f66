//! A TRUNCATE at the source takes everything that was computed from that table.

use domain::Table;

use crate::{WarehouseError, Work};

/// What follows from readings. Users and region profiles stay.
const TRUNCATE_FACTS: &str = "truncate dwd_power_consumption_detail, dws_region_daily_stats, dws_user_ranking, \
     dws_region_rollup, dws_user_day, dws_user_month, ads_power_dashboard, ads_region_day";

impl Work {
    pub(super) async fn truncate(&mut self, table: Table) -> Result<(), WarehouseError> {
        match table {
            Table::Readings => {
                sqlx::query(TRUNCATE_FACTS).execute(&mut *self.tx).await?;
                self.truncated = true;
                self.note_truncated(table.name()).await?;
            }
            Table::Reactive => {
                sqlx::query("truncate dwd_power_reactive").execute(&mut *self.tx).await?;
                self.note_truncated(table.name()).await?;
            }
            // Few rows, and deleting does not lock out readers.
            Table::Users => {
                sqlx::query!("delete from ods_power_user").execute(&mut *self.tx).await?;
            }
            Table::Regions => {
                sqlx::query!("delete from ods_region_profile").execute(&mut *self.tx).await?;
            }
        }
        sqlx::query!(
            "update dead_letters set status = 'cleared', settled_at = now() where status = 'open' and source_table = $1",
            table.name()
        )
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }
}
