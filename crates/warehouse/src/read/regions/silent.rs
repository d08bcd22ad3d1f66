//! Meters that should have reported and have not.

use chrono::{Days, NaiveDateTime};
use domain::RegionId;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::read::{ReadError, ReadPool};

/// Meters without a reading for longer than this have left; they are no longer called silent.
pub(crate) const LOOK_BACK_DAYS: u64 = 8;

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct SilentMeter {
    pub user_id: i64,
    pub user_name: String,
    pub usage_type: String,
    pub region_id: RegionId,
    pub last_reading: NaiveDateTime,
    /// Learned from the last full day with readings, at least 15.
    pub interval_minutes: i64,
    /// Mean of the days with readings before the last one.
    pub usual_kwh_per_day: Decimal,
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct SilentList {
    pub total: i64,
    pub meters: Vec<SilentMeter>,
}

/// The longest silent first, at most `limit` of them, and how many there are in all. The user days name each meter's
/// last day; only there is the exact time of its last reading looked up.
pub async fn silent_meters(
    pool: &ReadPool,
    members: &[RegionId],
    now: NaiveDateTime,
    limit: i64,
) -> Result<SilentList, ReadError> {
    let first_day = now.date() - Days::new(LOOK_BACK_DAYS);
    let rows = sqlx::query_file!("queries/silent_meters.sql", members, first_day, now, limit).fetch_all(&pool.0).await?;
    Ok(SilentList {
        total: rows.first().map_or(0, |row| row.total),
        meters: rows
            .into_iter()
            .map(|row| SilentMeter {
                user_id: row.user_id,
                user_name: row.user_name,
                usage_type: row.usage_type,
                region_id: row.region_id,
                last_reading: row.last_reading,
                interval_minutes: row.interval_minutes,
                usual_kwh_per_day: row.usual_kwh_per_day,
            })
            .collect(),
    })
}
