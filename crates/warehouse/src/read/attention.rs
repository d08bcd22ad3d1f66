//! Facts behind the block "needs attention" that no other block asks for.

use std::collections::BTreeMap;

use domain::{LocalMs, RegionId};
use serde::{Deserialize, Serialize};

use super::{ReadError, ReadPool};

/// How far back a region's last reading is searched.
const LOOK_BACK_DAYS: i32 = 8;

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
