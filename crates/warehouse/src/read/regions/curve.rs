//! The 96 quarter-hours of a local day of some regions together.

use chrono::{Days, NaiveDate, NaiveDateTime, NaiveTime};
use domain::{Day, Fixed2, LocalMs, RegionId};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::read::day_curve::{DayCurve, QUARTERS, Quarter};
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

/// Meters that a period of the day should hear from: those seen on that day or, while it runs, also the day before.
pub async fn expected_meters(
    pool: &ReadPool,
    members: &[RegionId],
    day: NaiveDate,
    now: NaiveDateTime,
) -> Result<Expected, ReadError> {
    let first = if day >= now.date() { day - Days::new(1) } else { day };
    let expected = sqlx::query_as!(
        Expected,
        r#"select count(*) as "all_meters!", count(*) filter (where is_quarterly) as "quarterly!"
             from (select bool_or(quarter_lo & (quarter_lo << 1) <> 0 or quarter_hi & (quarter_hi << 1) <> 0)
                       or (count(*) = 1 and max(record_count) = 1) as is_quarterly
                     from dws_user_day where region_id = any($1) and stat_day >= $2 and stat_day <= $3
                    group by user_id) meters"#,
        members,
        first,
        day
    )
    .fetch_one(&pool.0)
    .await?;
    Ok(expected)
}

/// How many meters should report.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Expected {
    /// In an hour or longer.
    pub all_meters: i64,
    /// In a quarter-hour: slow meters, which never report in two quarter-hours in a row, are left out.
    pub quarterly: i64,
}

/// A day of some regions, as charts and figures need it.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct RegionCurve {
    pub curve: DayCurve,
    pub points: Vec<QuarterPoint>,
}

/// The days in the order asked for; `at` is data time.
pub async fn curves(pool: &ReadPool, members: &[RegionId], days: &[Day], at: LocalMs) -> Result<Vec<RegionCurve>, ReadError> {
    let mut drawn = Vec::with_capacity(days.len());
    for &day in days {
        let date = day.to_date();
        let (points, expected, returning) = tokio::try_join!(
            day_curve(pool, members, date),
            expected_meters(pool, members, date, at.to_naive()),
            returning_meters(pool, members, date)
        )?;
        let mut curve = DayCurve { day, quarters: vec![None; QUARTERS], expected: expected.quarterly };
        for point in &points {
            let quarter = LocalMs::from_naive(point.start).quarter();
            curve.quarters[usize::from(quarter)] = Some(Quarter {
                energy_kwh: Fixed2::parse(point.energy_kwh.to_string().as_bytes()).unwrap_or_default(),
                users: point.users,
                is_revised: point.revision > 0,
                returning_meters: returning.iter().find(|row| row.0 == i32::from(quarter)).map_or(0, |row| row.1),
            });
        }
        drawn.push(RegionCurve { curve, points });
    }
    Ok(drawn)
}

/// Per quarter-hour, meters that came back in it after an empty one: it holds catch-up energy.
/// Meters that seldom report in neighbouring quarter-hours are slow, not returning.
async fn returning_meters(pool: &ReadPool, members: &[RegionId], day: NaiveDate) -> Result<Vec<(i32, i64)>, ReadError> {
    let rows = sqlx::query!(
        r#"with mask as (
               select user_id, bit_or(quarter_hi::bit(48) || quarter_lo::bit(48)) as seen
                 from dws_user_day where stat_day = $1 and region_id = any($2) group by user_id
           ), steady as (
               select seen from mask where bit_count(seen & (seen << 1)) * 2 >= bit_count(seen)
           )
           select q as "quarter!", count(*) as "meters!"
             from steady, generate_series(1, 95) q
            where get_bit(seen, 95 - q) = 1 and get_bit(seen, 96 - q) = 0 and bit_count(seen << (96 - q)) > 0
            group by q"#,
        day,
        members
    )
    .fetch_all(&pool.0)
    .await?;
    Ok(rows.into_iter().map(|row| (row.quarter, row.meters)).collect())
}
