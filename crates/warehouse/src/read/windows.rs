//! Closed 5-second windows, newest first.

use chrono::{DateTime, NaiveDateTime, Utc};
use domain::RegionId;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::read::{ReadError, ReadPool};

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct WindowRow {
    pub start: NaiveDateTime,
    pub energy_kwh: Decimal,
    pub cost_yuan: Decimal,
    pub records: i64,
    pub users: i64,
    pub largest_kwh: Decimal,
    pub revision: i32,
    pub first_written: DateTime<Utc>,
    pub update_time: DateTime<Utc>,
}

/// Windows are looked for within this many hours before `until`, so that a quiet region does not scan every day.
const LOOK_BACK_HOURS: i64 = 48;

/// The newest `limit` windows with readings that begin before `until`.
pub async fn latest(
    pool: &ReadPool,
    members: &[RegionId],
    until: NaiveDateTime,
    limit: i64,
) -> Result<Vec<WindowRow>, ReadError> {
    let rows = sqlx::query_as!(
        WindowRow,
        r#"select stat_date as "start!", sum(total_consumption) as "energy_kwh!", sum(total_cost) as "cost_yuan!",
                  sum(record_count)::bigint as "records!", sum(user_count)::bigint as "users!",
                  max(max_consumption) as "largest_kwh!", max(revision) as "revision!",
                  min(first_written) as "first_written!", max(update_time) as "update_time!"
             from dws_region_daily_stats
            where region_id = any($1) and stat_date < $2 and stat_date >= $3
            group by stat_date order by stat_date desc limit $4"#,
        members,
        until,
        until - chrono::TimeDelta::hours(LOOK_BACK_HOURS),
        limit
    )
    .fetch_all(&pool.0)
    .await?;
    Ok(rows)
}
