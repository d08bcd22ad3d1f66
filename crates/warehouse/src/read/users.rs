//! One customer: who he is, his day, his readings, his places in the rankings.

use chrono::{Days, NaiveDate, NaiveDateTime, NaiveTime};
use domain::{RegionId, UserId};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::periods::{Period, RankingGrain};
use crate::read::{ReadError, ReadPool};

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct UserHead {
    pub user_id: UserId,
    pub user_name: String,
    pub usage_type: String,
    pub region_id: RegionId,
    pub region_name: String,
    /// False for a customer the source does not know (any more): the rest is from his newest readings.
    pub registered: bool,
}

/// None when neither the source knows the number nor a reading carries it.
pub async fn head(pool: &ReadPool, id: UserId) -> Result<Option<UserHead>, ReadError> {
    let head = sqlx::query_as!(
        UserHead,
        r#"select user_id as "user_id!", user_name as "user_name!", usage_type as "usage_type!", region_id as "region_id!",
                  region_name as "region_name!", registered as "registered!"
             from (select user_id, coalesce(user_name, $2) as user_name, coalesce(usage_type, $3) as usage_type,
                          coalesce(region_id, 0) as region_id, coalesce(region_name, $4) as region_name,
                          true as registered, null::date as stat_day
                     from ods_power_user where user_id = $1
                    union all
                   (select user_id, user_name, usage_type, d.region_id,
                           (select r.region_name from dws_region_rollup r
                             where r.region_id = d.region_id and r.grain = 'year' order by r.period_start desc limit 1),
                           false, stat_day
                      from dws_user_day d where user_id = $1 order by stat_day desc limit 1)) both_kinds
            order by registered desc limit 1"#,
        id,
        domain::UNKNOWN_USER_NAME,
        domain::UNKNOWN_USAGE,
        domain::UNKNOWN_REGION_NAME
    )
    .fetch_optional(&pool.0)
    .await?;
    Ok(head)
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct UserQuarter {
    pub start: NaiveDateTime,
    pub energy_kwh: Decimal,
    pub records: i64,
}

/// Quarter-hours of a day in which the customer's meter reported.
pub async fn day_curve(pool: &ReadPool, id: UserId, day: NaiveDate) -> Result<Vec<UserQuarter>, ReadError> {
    let from = day.and_time(NaiveTime::MIN);
    let points = sqlx::query_as!(
        UserQuarter,
        r#"select date_bin('15 minutes', consumption_date, timestamp '2000-01-01') as "start!",
                  sum(consumption_amount) as "energy_kwh!", count(*) as "records!"
             from dwd_power_consumption_detail
            where user_id = $1 and consumption_date >= $2 and consumption_date < $3
            group by 1 order by 1"#,
        id,
        from,
        from + Days::new(1)
    )
    .fetch_all(&pool.0)
    .await?;
    Ok(points)
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Reading {
    pub consumption_id: i64,
    pub at: NaiveDateTime,
    pub energy_kwh: Decimal,
    pub cost_yuan: Decimal,
    pub register_before_kwh: Option<Decimal>,
    pub register_after_kwh: Option<Decimal>,
    pub remark: Option<String>,
    pub known_user: bool,
    pub quality: Vec<String>,
    pub commit_lsn: String,
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ReadingPage {
    pub total: i64,
    pub readings: Vec<Reading>,
}

/// Readings of one day in time order.
pub async fn readings(pool: &ReadPool, id: UserId, day: NaiveDate, offset: i64, limit: i64) -> Result<ReadingPage, ReadError> {
    let from = day.and_time(NaiveTime::MIN);
    let to = from + Days::new(1);
    let total = sqlx::query_scalar!(
        r#"select coalesce(sum(record_count), 0)::bigint as "count!" from dws_user_day where user_id = $1 and stat_day = $2"#,
        id,
        day
    )
    .fetch_one(&pool.0)
    .await?;
    let readings = sqlx::query_as!(
        Reading,
        r#"select consumption_id, consumption_date as at, consumption_amount as energy_kwh, consumption_cost as cost_yuan,
                  meter_reading_before as register_before_kwh, meter_reading_after as register_after_kwh, remark,
                  known_user, coalesce(quality, '{}') as "quality!", commit_lsn::text as "commit_lsn!"
             from dwd_power_consumption_detail
            where user_id = $1 and consumption_date >= $2 and consumption_date < $3
            order by consumption_date, consumption_id limit $4 offset $5"#,
        id,
        from,
        to,
        limit,
        offset
    )
    .fetch_all(&pool.0)
    .await?;
    Ok(ReadingPage { total, readings })
}

/// Energy of a period, and the place it gives.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct UserTotal {
    pub energy_kwh: Decimal,
    pub cost_yuan: Decimal,
    pub records: i64,
    /// None without a reading in the period.
    pub place: Option<Place>,
    /// The previous period up to the same elapsed part; none without readings there.
    pub before_kwh: Option<Decimal>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Place {
    pub in_all: i64,
    pub of_all: i64,
    pub in_region: i64,
    pub of_region: i64,
}

/// Totals of the day or month that holds `at`, as far as data goes at `now`. The region is the booking's.
pub async fn total(
    pool: &ReadPool,
    id: UserId,
    grain: RankingGrain,
    at: NaiveDateTime,
    now: NaiveDateTime,
) -> Result<UserTotal, ReadError> {
    let period = Period::holding(grain, at);
    let (from, to) = (period.start.date(), period.end().date());
    let row = sqlx::query!(
        r#"with users as (
               select user_id, (array_agg(region_id order by last_consumption_id desc))[1] as region_id,
                      sum(total_consumption) as kwh, sum(total_cost) as cost, sum(record_count)::bigint as records
                 from dws_user_day where stat_day >= $2 and stat_day < $3 group by user_id
           ), mine as (select * from users where user_id = $1)
           select m.kwh as "kwh!", m.cost as "cost!", m.records as "records!",
                  count(*) as "of_all!",
                  count(*) filter (where u.kwh > m.kwh or (u.kwh = m.kwh and u.user_id < m.user_id)) + 1 as "in_all!",
                  count(*) filter (where u.region_id = m.region_id) as "of_region!",
                  count(*) filter (where u.region_id = m.region_id
                                     and (u.kwh > m.kwh or (u.kwh = m.kwh and u.user_id < m.user_id))) + 1 as "in_region!"
             from mine m cross join users u group by m.kwh, m.cost, m.records"#,
        id,
        from,
        to
    )
    .fetch_optional(&pool.0)
    .await?;
    let before_kwh = before(pool, id, period, now).await?;
    Ok(match row {
        Some(row) => UserTotal {
            energy_kwh: row.kwh,
            cost_yuan: row.cost,
            records: row.records,
            place: Some(Place { in_all: row.in_all, of_all: row.of_all, in_region: row.in_region, of_region: row.of_region }),
            before_kwh,
        },
        None => UserTotal { energy_kwh: Decimal::ZERO, cost_yuan: Decimal::ZERO, records: 0, place: None, before_kwh },
    })
}

async fn before(pool: &ReadPool, id: UserId, period: Period, now: NaiveDateTime) -> Result<Option<Decimal>, ReadError> {
    let span = period.previous_span(now);
    let sum = sqlx::query_scalar!(
        r#"select sum(kwh) as "kwh?"
             from (select total_consumption as kwh from dws_user_day
                    where user_id = $1 and stat_day >= $2 and stat_day < $3
                    union all
                   select consumption_amount from dwd_power_consumption_detail
                    where user_id = $1 and consumption_date >= $4 and consumption_date < $5) parts"#,
        id,
        span.day_from,
        span.day_to,
        span.from,
        span.to
    )
    .fetch_one(&pool.0)
    .await?;
    Ok(sum)
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct UserQuality {
    pub last_reading: Option<NaiveDateTime>,
    /// Closed quarter-hours of the day with a reading.
    pub quarters_received: i64,
    pub quarters_due: i64,
    pub register_mismatches: i64,
    pub gaps: i64,
}

/// Whether the customer's readings of `day` came.
pub async fn quality(pool: &ReadPool, id: UserId, day: NaiveDate, now: NaiveDateTime) -> Result<UserQuality, ReadError> {
    let from = day.and_time(NaiveTime::MIN);
    let due = Period { grain: RankingGrain::Day, start: from }.quarters_due(now);
    let closed = super::periods::quarter_floor(now).min(from + Days::new(1));
    let row = sqlx::query!(
        r#"with day as (
               select consumption_date, quality,
                      consumption_date - lag(consumption_date) over (order by consumption_date) as since
                 from dwd_power_consumption_detail
                where user_id = $1 and consumption_date >= $2 and consumption_date < $3
           )
           select count(distinct date_bin('15 minutes', consumption_date, timestamp '2000-01-01'))
                      filter (where consumption_date < $4) as "received!",
                  count(*) filter (where 'register_mismatch' = any(quality)) as "mismatches!",
                  count(*) filter (where since > interval '22 minutes 30 seconds') as "gaps!",
                  (select max(d.consumption_date) from dwd_power_consumption_detail d,
                          (select max(stat_day)::timestamp as newest from dws_user_day where user_id = $1) u
                    where d.user_id = $1 and d.consumption_date >= u.newest
                      and d.consumption_date < u.newest + interval '1 day') as "last_reading?"
             from day"#,
        id,
        from,
        from + Days::new(1),
        closed
    )
    .fetch_one(&pool.0)
    .await?;
    Ok(UserQuality {
        last_reading: row.last_reading,
        quarters_received: row.received,
        quarters_due: due,
        register_mismatches: row.mismatches,
        gaps: row.gaps,
    })
}
