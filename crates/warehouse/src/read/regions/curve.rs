//! The 96 quarter-hours of a local day of some regions together.

use chrono::{Days, NaiveDate, NaiveDateTime, NaiveTime};
use domain::RegionId;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::read::{ReadError, ReadPool};

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct QuarterPoint {
    pub start: NaiveDateTime,
    pub energy_kwh: Decimal,
    pub cost_yuan: Decimal,
    pub records: i64,
    /// Users who reported in this quarter-hour.
    pub users: i64,
    pub revision: i32,
}

impl QuarterPoint {
    pub fn load_kw(&self) -> Decimal {
        self.energy_kwh * Decimal::from(4)
    }
}

/// Quarter-hours with readings, in time order; the newest may still be open.
pub async fn day_curve(pool: &ReadPool, members: &[RegionId], day: NaiveDate) -> Result<Vec<QuarterPoint>, ReadError> {
    let from = day.and_time(NaiveTime::MIN);
    let points = sqlx::query_as!(
        QuarterPoint,
        r#"select period_start as "start!", sum(total_consumption) as "energy_kwh!", sum(total_cost) as "cost_yuan!",
                  sum(record_count)::bigint as "records!", sum(user_count)::bigint as "users!", max(revision) as "revision!"
             from dws_region_rollup
            where grain = '15min' and region_id = any($1) and period_start >= $2 and period_start < $3
            group by period_start order by period_start"#,
        members,
        from,
        from + Days::new(1)
    )
    .fetch_all(&pool.0)
    .await?;
    Ok(points)
}

/// Meters that a quarter-hour of the day should hear from: those seen on that day or, while it runs, also the day before.
pub async fn expected_meters(
    pool: &ReadPool,
    members: &[RegionId],
    day: NaiveDate,
    now: NaiveDateTime,
) -> Result<i64, ReadError> {
    let first = if day >= now.date() { day - Days::new(1) } else { day };
    let count = sqlx::query_scalar!(
        r#"select count(distinct user_id) as "count!" from dws_user_day
            where region_id = any($1) and stat_day >= $2 and stat_day <= $3"#,
        members,
        first,
        day
    )
    .fetch_one(&pool.0)
    .await?;
    Ok(count)
}
