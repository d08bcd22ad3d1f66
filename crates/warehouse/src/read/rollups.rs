//! Roll-ups of a region (or of all below a parent): one row per period, newest first.

use chrono::NaiveDateTime;
use domain::RegionId;
use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};

use crate::read::{ReadError, ReadPool};

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct RollupRow {
    pub period_start: NaiveDateTime,
    pub energy_kwh: Decimal,
    pub cost_yuan: Decimal,
    pub records: i64,
    /// Distinct within each region; added up over the regions below a parent.
    pub users: i64,
    pub mean_kwh: Decimal,
    pub largest_kwh: Decimal,
    pub smallest_kwh: Decimal,
    pub revision: i32,
    /// Users in the period just before; none when it holds no reading.
    pub users_before: Option<i64>,
}

impl RollupRow {
    /// Change of the users reporting to the previous period, in percent.
    pub fn users_change_percent(&self) -> Option<Decimal> {
        let before = self.users_before.filter(|&count| count > 0)?;
        let change = Decimal::from(self.users - before) * Decimal::ONE_HUNDRED / Decimal::from(before);
        Some(change.round_dp_with_strategy(1, RoundingStrategy::MidpointAwayFromZero))
    }
}

/// At most `limit` periods of `grain` (`15min`, `hour`, `day`, `month`, `year`) that begin before `until`.
pub async fn series(
    pool: &ReadPool,
    members: &[RegionId],
    grain: &str,
    until: NaiveDateTime,
    limit: i64,
) -> Result<Vec<RollupRow>, ReadError> {
    let rows = sqlx::query_as!(
        RollupRow,
        r#"with periods as (
               select period_start, sum(total_consumption) as energy_kwh, sum(total_cost) as cost_yuan,
                      sum(record_count)::bigint as records, sum(user_count)::bigint as users,
                      max(max_consumption) as largest_kwh, min(min_consumption) as smallest_kwh, max(revision) as revision
                 from dws_region_rollup
                where grain = $1 and region_id = any($2) and period_start < $3
                group by period_start order by period_start desc limit $4::bigint + 1
           ), compared as (
               select *, lag(period_start) over w as start_before, lag(users) over w as users_before
                 from periods window w as (order by period_start)
           )
           select period_start as "period_start!", energy_kwh as "energy_kwh!", cost_yuan as "cost_yuan!", records as "records!",
                  users as "users!", round(energy_kwh / records, 2) as "mean_kwh!", largest_kwh as "largest_kwh!",
                  smallest_kwh as "smallest_kwh!", revision as "revision!",
                  case when start_before = period_start - (case $1 when '15min' then '15 minutes' else '1 ' || $1 end)::interval
                       then users_before end as "users_before?"
             from compared order by period_start desc limit $4::bigint"#,
        grain,
        members,
        until,
        limit
    )
    .fetch_all(&pool.0)
    .await?;
    Ok(rows)
}
