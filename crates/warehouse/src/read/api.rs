//! What the JSON interface needs beyond the exports.

use chrono::NaiveDateTime;
use domain::RegionId;
use rust_decimal::Decimal;

use super::{ReadError, ReadPool};

/// Figures of one region's local day.
#[derive(Clone, Debug)]
pub struct RegionDay {
    pub region_id: RegionId,
    pub total_consumption: Decimal,
    pub total_cost: Decimal,
    pub record_count: i64,
    pub user_count: i64,
    pub avg_consumption: Decimal,
    pub max_consumption: Decimal,
    pub min_consumption: Decimal,
}

/// The day that begins at `day` in these regions; a region without a reading is absent.
pub async fn region_days(pool: &ReadPool, day: NaiveDateTime, regions: &[RegionId]) -> Result<Vec<RegionDay>, ReadError> {
    let days = sqlx::query_as!(
        RegionDay,
        "select region_id, total_consumption, total_cost, record_count, user_count, avg_consumption, max_consumption,
                min_consumption
           from dws_region_rollup where grain = 'day' and period_start = $1 and region_id = any($2)",
        day,
        regions
    )
    .fetch_all(&pool.0)
    .await?;
    Ok(days)
}
