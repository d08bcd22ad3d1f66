//! Energy of a day by usage type, with the same hours of the day before.

use chrono::{Days, NaiveDate, NaiveDateTime, NaiveTime};
use domain::RegionId;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::read::{ReadError, ReadPool};

/// The earlier day is read from single readings; beyond this many the comparison is left out.
pub const MAX_COMPARED_READINGS: i64 = 1_000_000;

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct UsageShare {
    pub usage_type: String,
    pub users: i64,
    pub energy_kwh: Decimal,
    /// The day before up to the same clock time; none where there is nothing to compare with.
    pub before_kwh: Option<Decimal>,
}

/// Highest first. `now` cuts the comparison while the day runs.
pub async fn composition(
    pool: &ReadPool,
    members: &[RegionId],
    day: NaiveDate,
    now: NaiveDateTime,
) -> Result<Vec<UsageShare>, ReadError> {
    let before = day - Days::new(1);
    let from = before.and_time(NaiveTime::MIN);
    let day_end = day.and_time(NaiveTime::MIN) + Days::new(1);
    let to = now.min(day_end) - Days::new(1);
    let compared = readings_of(pool, members, before).await? <= MAX_COMPARED_READINGS;
    let to = if compared { to } else { from };
    let shares = sqlx::query_as!(
        UsageShare,
        r#"with today as (
               select usage_type, count(distinct user_id) as users, sum(total_consumption) as energy_kwh
                 from dws_user_day where stat_day = $1 and region_id = any($2) group by usage_type
           ), earlier as (
               select usage_type, sum(consumption_amount) as energy_kwh
                 from dwd_power_consumption_detail
                where region_id = any($2) and consumption_date >= $3 and consumption_date < $4 group by usage_type
           )
           select usage_type as "usage_type!", coalesce(t.users, 0) as "users!",
                  coalesce(t.energy_kwh, 0) as "energy_kwh!", e.energy_kwh as "before_kwh?"
             from today t full join earlier e using (usage_type)
            order by 3 desc, 1"#,
        day,
        members,
        from,
        to
    )
    .fetch_all(&pool.0)
    .await?;
    Ok(shares)
}

/// Accepted readings of a day, from the roll-ups.
pub(crate) async fn readings_of(pool: &ReadPool, members: &[RegionId], day: NaiveDate) -> Result<i64, ReadError> {
    let count = sqlx::query_scalar!(
        r#"select coalesce(sum(record_count), 0)::bigint as "count!" from dws_region_rollup
            where grain = 'day' and region_id = any($1) and period_start = $2"#,
        members,
        day.and_time(NaiveTime::MIN)
    )
    .fetch_one(&pool.0)
    .await?;
    Ok(count)
}
