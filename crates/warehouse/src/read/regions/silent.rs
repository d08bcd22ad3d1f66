//! Meters that should have reported and have not.

use chrono::{Days, NaiveDateTime};
use domain::RegionId;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::read::{ReadError, ReadPool};

/// Meters without a reading for longer than this have left; they are no longer called silent.
const LOOK_BACK_DAYS: u64 = 8;

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
    let rows = sqlx::query!(
        r#"with newest as (
               select user_id, max(stat_day) as last_day,
                      (array_agg(user_name order by stat_day desc))[1] as user_name,
                      (array_agg(usage_type order by stat_day desc))[1] as usage_type,
                      (array_agg(region_id order by stat_day desc))[1] as region_id,
                      (array_agg(bit_count(quarter_lo::bit(64)) + bit_count(quarter_hi::bit(64)) order by stat_day desc)
                           filter (where stat_day < $3::timestamp::date))[1] as full_day_quarters,
                      coalesce(avg(total_consumption) filter (where stat_day < $3::timestamp::date),
                               avg(total_consumption)) as usual_kwh
                 from dws_user_day
                where region_id = any($1) and stat_day >= $2 and stat_day <= $3::timestamp::date
                group by user_id
           ), timed as (
               select n.*, greatest(15, 1440 / greatest(1, coalesce(full_day_quarters, 96))) as interval_minutes,
                      (select max(d.consumption_date) from dwd_power_consumption_detail d
                        where d.user_id = n.user_id and d.consumption_date >= n.last_day::timestamp
                          and d.consumption_date < n.last_day::timestamp + interval '1 day') as last_reading
                 from newest n
           )
           select user_id as "user_id!", user_name as "user_name!", usage_type as "usage_type!", region_id as "region_id!",
                  last_reading as "last_reading!", interval_minutes as "interval_minutes!",
                  round(usual_kwh, 2) as "usual_kwh_per_day!", count(*) over () as "total!"
             from timed
            where last_reading < $3 - make_interval(mins => (2 * interval_minutes)::int)
            order by last_reading, user_id limit $4"#,
        members,
        first_day,
        now,
        limit
    )
    .fetch_all(&pool.0)
    .await?;
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
