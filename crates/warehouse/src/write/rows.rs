//! Row-level effects of one chunk, in the one order that is right.

use domain::effect::RowEffects;

use super::settlement::TouchedDays;
use crate::{WarehouseError, Work};

impl Work {
    pub async fn write_rows(&mut self, effects: &RowEffects) -> Result<(), WarehouseError> {
        self.notice_partitions().await?;
        self.carry_out(effects).await.inspect_err(|error| self.note_failure(error))
    }

    async fn carry_out(&mut self, effects: &RowEffects) -> Result<(), WarehouseError> {
        for table in &effects.truncated {
            self.truncate(*table).await?;
        }
        self.clear_dead_letters(&effects.dead_letters_cleared).await?;
        self.upsert_users(&effects.users).await?;
        self.delete_users(&effects.users_deleted).await?;
        self.upsert_regions(&effects.regions).await?;
        self.delete_regions(&effects.regions_deleted).await?;
        let mut touched = TouchedDays::default();
        self.remove_details(&effects.details_removed, &mut touched).await?;
        self.add_details(&effects.details_added).await?;
        touched.add_details(&effects.details_added);
        self.remove_reactive(&effects.reactive_removed, &mut touched).await?;
        self.put_reactive(&effects.reactive, &mut touched).await?;
        self.note_touched(touched).await?;
        self.add_dead_letters(&effects.dead_letters).await?;
        self.add_counts(&effects.counts).await
    }
}
