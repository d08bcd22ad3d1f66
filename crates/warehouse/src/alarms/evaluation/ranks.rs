//! Ranks of users in closed hours, and refused changes.

use chrono::{DateTime, TimeDelta, Utc};
use domain::alarms::inputs::RankChange;
use domain::alarms::metric::RANKS_WATCHED;
use domain::{LocalMs, RegionId, UserId};

use super::Snapshot;
use crate::WarehouseError;
use crate::pg_types::Stamp;

const HOUR_MS: i64 = 3_600_000;

impl Snapshot {
    /// Ranks by energy of the hour, as the pages rank, against the hour before: users among the first of either, and those
    /// who are `watched` because they have an alarm already.
    pub async fn rank_changes(
        &mut self,
        hour: LocalMs,
        regions: &[RegionId],
        watched: &[UserId],
    ) -> Result<Vec<RankChange>, WarehouseError> {
        let rows = sqlx::query!(
            r#"with sums as (
                   select region_id, user_id, consumption_date >= $2 as is_new, sum(consumption_amount) as kwh
                     from dwd_power_consumption_detail
                    where consumption_date >= $1 and consumption_date < $3 and region_id = any($4)
                    group by region_id, user_id, consumption_date >= $2
               ), placed as (
                   select region_id, user_id, is_new,
                          row_number() over (partition by region_id, is_new order by kwh desc, user_id)::int as place
                     from sums
               )
               select n.region_id, n.user_id, n.place as "place!", b.place as "place_before!"
                 from placed n join placed b using (region_id, user_id)
                where n.is_new and not b.is_new
                  and (n.place <= $5 or b.place <= $5 or user_id = any($6))
                order by 1, 2"#,
            Stamp(hour.plus_ms(-HOUR_MS)) as _,
            Stamp(hour) as _,
            Stamp(hour.plus_ms(HOUR_MS)) as _,
            regions,
            RANKS_WATCHED,
            watched
        )
        .fetch_all(self.conn())
        .await?;
        let change = |user_id, region_id, rank, rank_before| RankChange { user_id, region_id, hour, rank, rank_before };
        Ok(rows.into_iter().map(|row| change(row.user_id, row.region_id, row.place, row.place_before)).collect())
    }

    /// Changes refused within the last hour, by region; none: of no region.
    pub async fn dead_letters(&mut self, now: DateTime<Utc>) -> Result<Vec<(Option<RegionId>, i64)>, WarehouseError> {
        let rows = sqlx::query!(
            r#"select region_id, count(*) as "count!" from dead_letters where received_at > $1 group by region_id order by 1"#,
            now - TimeDelta::hours(1)
        )
        .fetch_all(self.conn())
        .await?;
        Ok(rows.into_iter().map(|row| (row.region_id, row.count)).collect())
    }
}
