//! Second question of a chunk: the groups it touches, from the stored roll-ups where they are enough and from
//! the details where they are not.

use domain::effect::{GroupTotals, UserDay};
use domain::loaded::{GroupKeys, LoadedGroups};
use domain::quarter::QuarterSet;
use domain::{Day, LocalMs, RegionId, UserId};
use rustc_hash::FxHashSet;

use super::names::Names;
use crate::pg_types::{DayDate, Hundredths, Stamp};
use crate::{WarehouseError, Work};

impl Work {
    pub async fn load_groups(&mut self, keys: &GroupKeys) -> Result<LoadedGroups, WarehouseError> {
        let removed: FxHashSet<_> = keys.removed.iter().copied().collect();
        Ok(LoadedGroups {
            windows: self.load_windows(&keys.windows, &removed).await?,
            quarters: self.load_rollup("15min", "1 day", &keys.region_days).await?,
            user_days: self.load_user_days(&keys.region_days).await?,
            quarter_repairs: self.repair_quarters(&keys.quarter_repairs, &keys.removed).await?,
            user_repairs: self.repair_user_days(&keys.user_repairs, &keys.removed).await?,
            month_days: days(self.load_rollup("day", "1 month", &keys.months).await?),
            month_users: self.count_users("1 month", &keys.months).await?,
            year_months: days(self.load_rollup("month", "1 year", &keys.years).await?),
            year_users: self.count_users("1 year", &keys.years).await?,
        })
    }

    /// Roll-up rows of one grain within the periods that start at these days.
    async fn load_rollup(
        &mut self,
        grain: &str,
        period: &str,
        keys: &[(RegionId, Day)],
    ) -> Result<Vec<(RegionId, LocalMs, GroupTotals)>, WarehouseError> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let (regions, starts) = region_day_columns(keys);
        let rows = sqlx::query!(
            r#"select r.region_id as "region_id!", r.period_start as "start!: Stamp",
                      r.total_consumption as "energy!: Hundredths", r.total_cost as "cost!: Hundredths",
                      r.record_count as "records!", r.max_consumption as "max_kwh!: Hundredths",
                      r.min_consumption as "min_kwh!: Hundredths", r.last_consumption_id as "last_id!",
                      r.region_name as "region_name!"
                 from (select distinct u.region_id, u.day from unnest($1::int[], $2::date[]) as u(region_id, day)) k
                cross join lateral (
                      select * from dws_region_rollup x
                       where x.region_id = k.region_id and x.grain = $3
                         and x.period_start >= k.day and x.period_start < k.day + $4::text::interval
                      offset 0
                ) r"#,
            &regions,
            &starts as _,
            grain,
            period
        )
        .fetch_all(&mut *self.tx)
        .await?;
        let mut names = Names::default();
        let group = rows.into_iter().map(|row| {
            let totals = GroupTotals {
                energy_kwh: row.energy.0,
                cost_yuan: row.cost.0,
                records: row.records,
                max_kwh: row.max_kwh.0,
                min_kwh: row.min_kwh.0,
                last_consumption_id: row.last_id,
                region_name: names.get(&row.region_name),
            };
            (row.region_id, row.start.0, totals)
        });
        Ok(group.collect())
    }

    async fn load_user_days(
        &mut self,
        keys: &[(RegionId, Day)],
    ) -> Result<Vec<(RegionId, Day, UserId, UserDay)>, WarehouseError> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let (regions, days) = region_day_columns(keys);
        let rows = sqlx::query!(
            r#"select d.region_id as "region_id!", d.stat_day as "day!: DayDate", d.user_id as "user_id!",
                      d.user_name as "user_name!", d.usage_type as "usage_type!", d.record_count as "records!",
                      d.total_consumption as "energy!: Hundredths", d.total_cost as "cost!: Hundredths",
                      d.last_consumption_id as "last_id!", d.quarter_lo as "quarter_lo!", d.quarter_hi as "quarter_hi!"
                 from (select distinct u.region_id, u.day from unnest($1::int[], $2::date[]) as u(region_id, day)) k
                cross join lateral (
                      select * from dws_user_day x where x.stat_day = k.day and x.region_id = k.region_id offset 0
                ) d"#,
            &regions,
            &days as _
        )
        .fetch_all(&mut *self.tx)
        .await?;
        let mut names = Names::default();
        let users = rows.into_iter().map(|row| {
            let user_day = UserDay {
                user_name: names.get(&row.user_name),
                usage_type: names.get(&row.usage_type),
                records: row.records,
                energy_kwh: row.energy.0,
                cost_yuan: row.cost.0,
                last_consumption_id: row.last_id,
                quarters: QuarterSet::from_halves(row.quarter_lo, row.quarter_hi),
            };
            (row.region_id, row.day.0, row.user_id, user_day)
        });
        Ok(users.collect())
    }

    /// Distinct users of the periods that start at these days.
    async fn count_users(&mut self, period: &str, keys: &[(RegionId, Day)]) -> Result<Vec<(RegionId, Day, i64)>, WarehouseError> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let (regions, starts) = region_day_columns(keys);
        let rows = sqlx::query!(
            r#"select k.region_id as "region_id!", k.day as "day!: DayDate", c.users as "users!"
                 from (select distinct u.region_id, u.day from unnest($1::int[], $2::date[]) as u(region_id, day)) k
                cross join lateral (
                      select count(distinct m.user_id) as users from dws_user_month m
                       where m.region_id = k.region_id
                         and m.stat_month >= k.day and m.stat_month < (k.day + $3::text::interval)::date
                ) c
                where c.users > 0"#,
            &regions,
            &starts as _,
            period
        )
        .fetch_all(&mut *self.tx)
        .await?;
        Ok(rows.into_iter().map(|row| (row.region_id, row.day.0, row.users)).collect())
    }
}

fn region_day_columns(keys: &[(RegionId, Day)]) -> (Vec<RegionId>, Vec<DayDate>) {
    keys.iter().map(|(region, day)| (*region, DayDate(*day))).unzip()
}

fn days(rows: Vec<(RegionId, LocalMs, GroupTotals)>) -> Vec<(RegionId, Day, GroupTotals)> {
    rows.into_iter().map(|(region, start, totals)| (region, start.day(), totals)).collect()
}
