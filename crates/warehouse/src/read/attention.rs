//! Facts behind the block "needs attention" that no other block asks for.

use std::collections::BTreeMap;

use domain::{LocalMs, RegionId};
use serde::{Deserialize, Serialize};

use super::load_now::LoadAt;
use super::{ReadError, ReadPool};

/// How far back a region's last reading is searched.
const LOOK_BACK_DAYS: i32 = 8;
const QUARTER_MS: i64 = 900_000;
const FULL_COVERAGE_PERCENT: i64 = 95;

#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Troubles {
    /// Since the running hour of the server's clock began.
    pub dead_letters_since_hour: i64,
    pub first_dead_letter_at_ms: Option<i64>,
    /// In the running hour of data time.
    pub late_since_hour: i64,
    /// Start of the newest quarter-hour with readings per region: what "silent since" refers to.
    pub last_heard: BTreeMap<RegionId, LocalMs>,
}

pub async fn troubles(pool: &ReadPool, at: LocalMs, hour_started_ms: i64) -> Result<Troubles, ReadError> {
    let hour = LocalMs(at.0 - at.0.rem_euclid(3_600_000));
    let counts = sqlx::query!(
        r#"select count(*) as "dead!", (extract(epoch from min(received_at)) * 1000)::bigint as first_ms,
                  (select coalesce(sum(late_count), 0)::bigint from quality_hour where period_start = $2) as "late!"
             from dead_letters where received_at >= to_timestamp($1::bigint / 1000.0)"#,
        hour_started_ms,
        hour.to_naive()
    )
    .fetch_one(&pool.0)
    .await?;
    let heard = sqlx::query!(
        r#"select r.region_id, l.period_start as "last!"
             from (select distinct region_id from dws_region_rollup
                    where grain = 'day' and period_start >= $1::timestamp - make_interval(days => $2)) r
             join lateral (select period_start from dws_region_rollup q
                            where q.region_id = r.region_id and q.grain = '15min' and q.period_start < $1::timestamp
                            order by period_start desc limit 1) l on true"#,
        at.to_naive(),
        LOOK_BACK_DAYS
    )
    .fetch_all(&pool.0)
    .await?;
    Ok(Troubles {
        dead_letters_since_hour: counts.dead,
        first_dead_letter_at_ms: counts.first_ms,
        late_since_hour: counts.late,
        last_heard: heard.into_iter().map(|row| (row.region_id, LocalMs::from_naive(row.last))).collect(),
    })
}

/// Since when a region has been as it is: start of the unbroken run of closed quarter-hours of today; none if the newest
/// of them was otherwise.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Since {
    pub over_limit: Option<LocalMs>,
    pub heavy: Option<LocalMs>,
    pub partial: Option<LocalMs>,
}

/// An empty quarter-hour ends a run over the limit, and prolongs an incomplete one.
pub async fn since(pool: &ReadPool, now: &LoadAt) -> Result<BTreeMap<RegionId, Since>, ReadError> {
    let at = now.at;
    let newest = LocalMs(at.0 - at.0.rem_euclid(QUARTER_MS));
    let (regions, expected): (Vec<RegionId>, Vec<i64>) = now.regions.iter().map(|(id, region)| (*id, region.expected)).unzip();
    let rows = sqlx::query!(
        r#"with known as (
               select k.region_id, k.expected,
                      (select limit_kw from ods_region_profile p where p.region_id = k.region_id and p.valid_from <= $5::timestamp
                        order by valid_from desc limit 1) as limit_kw
                 from unnest($1::int[], $2::bigint[]) k (region_id, expected)
           ), quarter as (
               select k.region_id, q.period_start, q.total_consumption * 4 / k.limit_kw as loading,
                      q.user_count * 100 >= k.expected * $6::bigint as complete,
                      lag(q.period_start) over (partition by k.region_id order by q.period_start)
                          is distinct from q.period_start - interval '15 minutes' as after_gap
                 from known k
                 join dws_region_rollup q on q.region_id = k.region_id and q.grain = '15min'
                      and q.period_start >= $3::timestamp and q.period_start < $4::timestamp
           )
           select region_id as "region_id!",
                  greatest(max(period_start + interval '15 minutes') filter (where loading <= 1),
                           max(period_start) filter (where after_gap)) as over_limit,
                  greatest(max(period_start + interval '15 minutes') filter (where loading < 0.8),
                           max(period_start) filter (where after_gap)) as heavy,
                  coalesce(max(period_start + interval '15 minutes') filter (where complete), min(period_start)) as partial
             from quarter group by region_id"#,
        &regions,
        &expected,
        at.day().start().to_naive(),
        newest.to_naive(),
        at.to_naive(),
        FULL_COVERAGE_PERCENT
    )
    .fetch_all(&pool.0)
    .await?;
    let closed = |start: Option<chrono::NaiveDateTime>| start.map(LocalMs::from_naive).filter(|start| *start < newest);
    let runs = rows.into_iter().map(|row| {
        let since = Since { over_limit: closed(row.over_limit), heavy: closed(row.heavy), partial: closed(row.partial) };
        (row.region_id, since)
    });
    Ok(runs.collect())
}
