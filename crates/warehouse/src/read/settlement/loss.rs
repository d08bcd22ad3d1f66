//! 区域线损: what was fed into a region less what its customers used.

use domain::settlement::Month;
use domain::{Fixed2, RegionId, UserId};

use super::{first_day, month_span};
use crate::pg_types::{DayDate, Hundredths};
use crate::read::{ReadError, ReadPool};

/// Energy of one region in a calendar month, without its supply meter. Of customers with a contract by metered time, estimates
/// included; of others by report time.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct RegionUse {
    pub region_id: RegionId,
    pub settled_kwh: Fixed2,
    pub settled_users: i64,
    pub reported_kwh: Fixed2,
    pub reported_users: i64,
}

impl RegionUse {
    pub fn kwh(self) -> Fixed2 {
        self.settled_kwh + self.reported_kwh
    }
}

/// What a region's supply meter measured in the month; none without a reading.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Supply {
    pub region_id: RegionId,
    pub user_id: UserId,
    pub user_name: Option<String>,
    pub kwh: Option<Fixed2>,
    /// From settled days and not from reports.
    pub is_settled: bool,
}

#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Loss {
    pub uses: Vec<RegionUse>,
    pub supplies: Vec<Supply>,
}

pub async fn month(pool: &ReadPool, month: Month) -> Result<Loss, ReadError> {
    let (_, to) = month_span(month);
    let from = first_day(month);
    let (uses, supplies) = tokio::try_join!(uses(pool, from, to), supplies(pool, first_day(month), month_span(month).1))?;
    Ok(Loss { uses, supplies })
}

async fn uses(pool: &ReadPool, from: DayDate, to: DayDate) -> Result<Vec<RegionUse>, ReadError> {
    let rows = sqlx::query!(
        r#"with settled as (
               select region_id, sum(energy_kwh) as kwh, count(distinct user_id) as users
                 from settlements_day
                where day_start >= $1 and day_start < $2 and user_id not in (select user_id from region_supply_meters)
                group by 1
           ), reported as (
               select d.region_id, sum(d.total_consumption) as kwh, count(distinct d.user_id) as users
                 from dws_user_day d
                where d.stat_day >= $1 and d.stat_day < $2 and d.user_id not in (select user_id from region_supply_meters)
                  and not exists (select from contracts c
                                   where c.user_id = d.user_id and c.removed_at is null and c.starts_on <= d.stat_day
                                     and (c.closed_on is null or c.closed_on > d.stat_day))
                group by 1
           )
           select region_id as "region_id!", coalesce(s.kwh, 0) as "settled!: Hundredths", coalesce(s.users, 0) as "settled_users!",
                  coalesce(r.kwh, 0) as "reported!: Hundredths", coalesce(r.users, 0) as "reported_users!"
             from settled s full join reported r using (region_id) order by 1"#,
        from as DayDate,
        to as DayDate
    )
    .fetch_all(&pool.0)
    .await?;
    let used = rows.into_iter().map(|row| RegionUse {
        region_id: row.region_id,
        settled_kwh: row.settled.0,
        settled_users: row.settled_users,
        reported_kwh: row.reported.0,
        reported_users: row.reported_users,
    });
    Ok(used.collect())
}

async fn supplies(pool: &ReadPool, from: DayDate, to: DayDate) -> Result<Vec<Supply>, ReadError> {
    let rows = sqlx::query!(
        r#"select m.region_id, m.user_id, u.user_name as "user_name?", s.kwh as "settled?: Hundredths",
                  d.kwh as "reported?: Hundredths"
             from region_supply_meters m left join ods_power_user u on u.user_id = m.user_id
             left join lateral (select sum(energy_kwh) as kwh from settlements_day
                                 where user_id = m.user_id and day_start >= $1 and day_start < $2) s on true
             left join lateral (select sum(total_consumption) as kwh from dws_user_day
                                 where user_id = m.user_id and stat_day >= $1 and stat_day < $2) d on true
            order by m.region_id"#,
        from as DayDate,
        to as DayDate
    )
    .fetch_all(&pool.0)
    .await?;
    let supply = rows.into_iter().map(|row| Supply {
        region_id: row.region_id,
        user_id: row.user_id,
        user_name: row.user_name,
        is_settled: row.settled.is_some(),
        kwh: row.settled.or(row.reported).map(|kwh| kwh.0),
    });
    Ok(supply.collect())
}
