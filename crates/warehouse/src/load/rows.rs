//! First question of a chunk: the single rows it touches.

use domain::loaded::{LoadedRows, RowKeys};
use domain::{Booking, UNKNOWN_REGION, UNKNOWN_REGION_NAME, UNKNOWN_USAGE, UNKNOWN_USER_NAME, UserId};

use super::names::Names;
use crate::{WarehouseError, Work};

impl Work {
    pub async fn load_rows(&mut self, keys: &RowKeys) -> Result<LoadedRows, WarehouseError> {
        let users = self.load_bookings(&keys.users).await?;
        let details = self.load_details(&keys.details).await?;
        Ok(LoadedRows { users, details })
    }

    async fn load_bookings(&mut self, users: &[UserId]) -> Result<Vec<(UserId, Booking)>, WarehouseError> {
        if users.is_empty() {
            return Ok(Vec::new());
        }
        let rows = sqlx::query!(
            "select user_id, user_name, usage_type, region_id, region_name from ods_power_user where user_id = any($1)",
            users
        )
        .fetch_all(&mut *self.tx)
        .await?;
        let mut names = Names::default();
        let bookings = rows.into_iter().map(|row| {
            let booking = Booking {
                user_name: names.get(row.user_name.as_deref().unwrap_or(UNKNOWN_USER_NAME)),
                region_id: row.region_id.unwrap_or(UNKNOWN_REGION),
                region_name: names.get(row.region_name.as_deref().unwrap_or(UNKNOWN_REGION_NAME)),
                usage_type: names.get(row.usage_type.as_deref().unwrap_or(UNKNOWN_USAGE)),
                known_user: true,
            };
            (row.user_id, booking)
        });
        Ok(bookings.collect())
    }
}
