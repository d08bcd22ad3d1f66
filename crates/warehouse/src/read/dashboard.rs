//! What the dashboard and the wall show beside loads and curves: sums of the running day, windows, users, quality.

use std::collections::BTreeMap;

use domain::{Day, Fixed2, LocalMs, RegionId};
use serde::{Deserialize, Serialize};

use super::attention::{Since, Troubles};
use super::day_curve::{DayCurve, day_curves};
use super::load_now::{LoadAt, load_at};
use super::periods::{Period, RankingGrain, quarter_floor};
use super::rankings::{Ranking, RankingQuery, ranking};
use super::regions::tree;
use super::{ReadError, ReadPool, attention};

/// Windows of the last ten minutes.
const WINDOW_MINUTES: i32 = 10;
const TOP_USERS: i64 = 10;

/// One region of the running day. Regions heard of yesterday stay listed, with nothing for today.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct RegionToday {
    pub region_id: RegionId,
    pub region_name: String,
    pub limit_kw: Option<Fixed2>,
    pub energy_kwh: Option<Fixed2>,
    pub cost: Fixed2,
    pub records: i64,
    pub users: i64,
    pub peak_kw: Option<Fixed2>,
    pub peak_quarter: Option<LocalMs>,
    pub revisions: i64,
}

/// Sums of both days up to the same time of day, and of the month.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct RunningSums {
    pub today_kwh: Option<Fixed2>,
    pub yesterday_kwh: Option<Fixed2>,
    pub today_cost: Option<Fixed2>,
    pub yesterday_cost: Option<Fixed2>,
    pub month_kwh: Option<Fixed2>,
    /// The same elapsed part of the month before; none unless data reach back to its first day.
    pub month_before_kwh: Option<Fixed2>,
}

/// A closed window, all regions together.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct WindowBar {
    pub start: LocalMs,
    pub energy_kwh: Fixed2,
    pub records: i64,
    pub revision: i32,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Quality {
    pub late_today: i64,
    pub late_kwh_today: Fixed2,
    /// Yesterday up to the same hour.
    pub late_yesterday: i64,
    pub dead_letters_open: i64,
    /// Readings of the last minute of closed windows.
    pub records_last_minute: i64,
}

/// Cheap to ask: once per commit.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Recent {
    pub at: LocalMs,
    pub regions: Vec<RegionToday>,
    pub sums: RunningSums,
    pub windows: Vec<WindowBar>,
    pub quality: Quality,
    pub troubles: Troubles,
}

/// Dearer: looks at every meter.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Loads {
    pub now: LoadAt,
    pub yesterday: LoadAt,
    pub last_week: LoadAt,
    /// Today, yesterday, the same weekday last week.
    pub curves: Vec<DayCurve>,
    /// The customers with most energy today, moved against the same part of yesterday.
    pub top_users: Ranking,
    /// Since when regions have been over their limits or incomplete.
    pub since: BTreeMap<RegionId, Since>,
}

/// `hour_started_ms` is the UTC moment at which the running hour of the server's clock began.
pub async fn recent(pool: &ReadPool, at: LocalMs, hour_started_ms: i64) -> Result<Recent, ReadError> {
    let ((regions, sums), (windows, quality, troubles)) =
        tokio::try_join!(async { tokio::try_join!(regions_today(pool, at), running_sums(pool, at)) }, async {
            let troubles = attention::troubles(pool, at, hour_started_ms);
            tokio::try_join!(windows(pool, at), quality(pool, at), troubles)
        },)?;
    Ok(Recent { at, regions, sums, windows, quality, troubles })
}

pub async fn loads(pool: &ReadPool, at: LocalMs) -> Result<Loads, ReadError> {
    let day = at.day();
    let days = [day, Day(day.0 - 1), Day(day.0 - 7)];
    let ((now, yesterday), (last_week, curves, top_users)) =
        tokio::try_join!(async { tokio::try_join!(load_at(pool, at), load_at(pool, days_before(at, 1))) }, async {
            tokio::try_join!(load_at(pool, days_before(at, 7)), day_curves(pool, &days, at), top_users(pool, at))
        },)?;
    let since = attention::since(pool, &now).await?;
    Ok(Loads { now, yesterday, last_week, curves, top_users, since })
}

pub fn days_before(at: LocalMs, days: i64) -> LocalMs {
    at.plus_ms(-days * 86_400_000)
}

async fn regions_today(pool: &ReadPool, at: LocalMs) -> Result<Vec<RegionToday>, ReadError> {
    let rows = sqlx::query!(
        r#"with heard as (
               select region_id,
                      (array_agg(region_name order by period_start desc))[1] as region_name
                 from dws_region_rollup where grain = 'day' and period_start in ($1::date::timestamp, ($1::date - 1)::timestamp)
                group by region_id
           ), profile as (
               select distinct on (region_id) region_id, limit_kw
                 from ods_region_profile where valid_from <= $2 order by region_id, valid_from desc
           )
           select h.region_id as "region_id!", h.region_name as "region_name!",
                  (p.limit_kw * 100)::bigint as limit_hundredths,
                  (r.total_consumption * 100)::bigint as "kwh_hundredths?", (r.total_cost * 100)::bigint as "cost_hundredths?",
                  r.record_count as "records?", r.user_count as "users?", r.revision as "revision?",
                  (a.peak_kw * 100)::bigint as "peak_hundredths?", a.peak_quarter as "peak_quarter?"
             from heard h
             left join dws_region_rollup r on r.region_id = h.region_id and r.grain = 'day' and r.period_start = $1::date::timestamp
             left join ads_region_day a on a.region_id = h.region_id and a.stat_day = $1::date
             left join profile p on p.region_id = h.region_id
            order by h.region_id"#,
        at.day().to_date(),
        at.to_naive()
    )
    .fetch_all(&pool.0)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| RegionToday {
            region_id: row.region_id,
            region_name: row.region_name,
            limit_kw: row.limit_hundredths.map(Fixed2),
            energy_kwh: row.kwh_hundredths.map(Fixed2),
            cost: Fixed2(row.cost_hundredths.unwrap_or(0)),
            records: row.records.unwrap_or(0),
            users: row.users.unwrap_or(0),
            peak_kw: row.peak_hundredths.map(Fixed2),
            peak_quarter: row.peak_quarter.map(LocalMs::from_naive),
            revisions: i64::from(row.revision.unwrap_or(0)),
        })
        .collect())
}

async fn running_sums(pool: &ReadPool, at: LocalMs) -> Result<RunningSums, ReadError> {
    let before = days_before(at, 1);
    let ((today_kwh, today_cost), (yesterday_kwh, yesterday_cost), month_kwh, month_before_kwh) =
        tokio::try_join!(sums_until(pool, at), sums_until(pool, before), month_energy(pool, at), month_before(pool, at))?;
    Ok(RunningSums { today_kwh, yesterday_kwh, today_cost, yesterday_cost, month_kwh, month_before_kwh })
}

/// Energy and cost from midnight up to a moment that ends a window: whole quarter-hours, then windows.
async fn sums_until(pool: &ReadPool, at: LocalMs) -> Result<(Option<Fixed2>, Option<Fixed2>), ReadError> {
    let day = LocalMs(at.0 - 1).day();
    let quarter = LocalMs(at.0 - at.0.rem_euclid(900_000));
    let row = sqlx::query!(
        r#"select (sum(kwh) * 100)::bigint as kwh_hundredths, (sum(cost) * 100)::bigint as cost_hundredths from (
               select sum(total_consumption) as kwh, sum(total_cost) as cost from dws_region_rollup
                where grain = '15min' and period_start >= $1 and period_start < $2
               union all
               select sum(total_consumption), sum(total_cost) from dws_region_daily_stats
                where stat_date >= $2 and stat_date < $3) s"#,
        day.start().to_naive(),
        quarter.to_naive(),
        at.to_naive()
    )
    .fetch_one(&pool.0)
    .await?;
    Ok((row.kwh_hundredths.map(Fixed2), row.cost_hundredths.map(Fixed2)))
}

async fn month_energy(pool: &ReadPool, at: LocalMs) -> Result<Option<Fixed2>, ReadError> {
    let energy = sqlx::query_scalar!(
        "select (sum(total_consumption) * 100)::bigint from dws_region_rollup where grain = 'month' and period_start = $1",
        at.day().month_start().start().to_naive()
    )
    .fetch_one(&pool.0)
    .await?;
    Ok(energy.map(Fixed2))
}

/// Whole days, then whole quarter-hours, then windows.
async fn month_before(pool: &ReadPool, at: LocalMs) -> Result<Option<Fixed2>, ReadError> {
    let now = at.to_naive();
    let span = Period::holding(RankingGrain::Month, now).previous_span(now);
    let energy = sqlx::query_scalar!(
        r#"select (sum(kwh) * 100)::bigint from (
               select sum(total_consumption) as kwh from dws_region_rollup
                where grain = 'day' and period_start >= $1 and period_start < $2
               union all
               select sum(total_consumption) from dws_region_rollup
                where grain = '15min' and period_start >= $2 and period_start < $3
               union all
               select sum(total_consumption) from dws_region_daily_stats where stat_date >= $3 and stat_date < $4) s
            where exists (select from dws_region_rollup where grain = 'day' and period_start = $1)"#,
        span.day_from.and_time(chrono::NaiveTime::MIN),
        span.from,
        quarter_floor(span.to),
        span.to
    )
    .fetch_one(&pool.0)
    .await?;
    Ok(energy.map(Fixed2))
}

async fn windows(pool: &ReadPool, at: LocalMs) -> Result<Vec<WindowBar>, ReadError> {
    let rows = sqlx::query!(
        r#"select stat_date, (sum(total_consumption) * 100)::bigint as "kwh_hundredths!",
                  sum(record_count)::bigint as "records!", max(revision) as "revision!"
             from dws_region_daily_stats
            where stat_date >= $1::timestamp - make_interval(mins => $2) and stat_date < $1::timestamp
            group by stat_date order by stat_date"#,
        at.to_naive(),
        WINDOW_MINUTES
    )
    .fetch_all(&pool.0)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| WindowBar {
            start: LocalMs::from_naive(row.stat_date),
            energy_kwh: Fixed2(row.kwh_hundredths),
            records: row.records,
            revision: row.revision,
        })
        .collect())
}

async fn top_users(pool: &ReadPool, at: LocalMs) -> Result<Ranking, ReadError> {
    let now = at.to_naive();
    let query = RankingQuery {
        period: Period::holding(RankingGrain::Day, now),
        regions: tree(pool, now).await?.all_ids(),
        usage_type: None,
        text: None,
        offset: 0,
        limit: TOP_USERS,
        mover_places: i64::MAX,
    };
    ranking(pool, &query, now).await
}

async fn quality(pool: &ReadPool, at: LocalMs) -> Result<Quality, ReadError> {
    let day = at.day();
    let row = sqlx::query!(
        r#"select coalesce(sum(late_count) filter (where period_start >= $1), 0)::bigint as "late_today!",
                  (coalesce(sum(late_consumption) filter (where period_start >= $1), 0) * 100)::bigint as "late_kwh!",
                  coalesce(sum(late_count) filter (where period_start < $2::timestamp - interval '1 day'), 0)::bigint
                      as "late_yesterday!",
                  (select count(*) from dead_letters where status = 'open') as "dead_letters_open!",
                  (select coalesce(sum(record_count), 0)::bigint from dws_region_daily_stats
                    where stat_date >= $2::timestamp - interval '1 minute' and stat_date < $2::timestamp) as "last_minute!"
             from quality_hour
            where period_start >= $1::timestamp - interval '1 day' and period_start < $1::timestamp + interval '1 day'"#,
        day.start().to_naive(),
        at.to_naive()
    )
    .fetch_one(&pool.0)
    .await?;
    Ok(Quality {
        late_today: row.late_today,
        late_kwh_today: Fixed2(row.late_kwh),
        late_yesterday: row.late_yesterday,
        dead_letters_open: row.dead_letters_open,
        records_last_minute: row.last_minute,
    })
}
