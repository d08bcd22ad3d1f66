//! Groups that lose a row are summed again from the details, without the rows that go away: maximum, minimum
//! and names cannot be subtracted.

use domain::effect::{GroupTotals, UserDay};
use domain::quarter::QuarterSet;
use domain::{Day, DetailKey, LocalMs, RegionId, UserId};

use super::names::Names;
use super::{Span, key_columns};
use crate::pg_types::{DayDate, Hundredths, Stamp};
use crate::{WarehouseError, Work};

impl Work {
    pub(super) async fn repair_quarters(
        &mut self,
        keys: &[(RegionId, LocalMs)],
        removed: &[DetailKey],
    ) -> Result<Vec<(RegionId, LocalMs, GroupTotals)>, WarehouseError> {
        let Some(span) = Span::of_days(keys.iter().map(|(_, start)| *start)) else { return Ok(Vec::new()) };
        let (regions, starts): (Vec<RegionId>, Vec<Stamp>) = keys.iter().map(|(region, start)| (*region, Stamp(*start))).unzip();
        let (gone_ids, gone_dates) = key_columns(removed);
        // "not in" with a set that depends on nothing is hashed once for all groups.
        let rows = sqlx::query!(
            r#"select k.region_id as "region_id!", k.start as "start!: Stamp", s.energy as "energy!: Hundredths",
                      s.cost as "cost!: Hundredths", s.records as "records!", s.max_kwh as "max_kwh!: Hundredths",
                      s.min_kwh as "min_kwh!: Hundredths", s.last_id as "last_id!", named.region_name as "region_name!"
                 from (select distinct u.region_id, u.start from unnest($1::int[], $2::timestamp[]) as u(region_id, start)) k
                cross join lateral (
                      select sum(x.consumption_amount) as energy, sum(x.consumption_cost) as cost, count(*) as records,
                             max(x.consumption_amount) as max_kwh, min(x.consumption_amount) as min_kwh,
                             max(x.consumption_id) as last_id
                        from dwd_power_consumption_detail x
                       where x.region_id = k.region_id
                         and x.consumption_date >= k.start and x.consumption_date < k.start + interval '15 minutes'
                         and x.consumption_date >= $3 and x.consumption_date < $4
                         and (x.consumption_id, x.consumption_date)
                             not in (select g.id, g.at from unnest($5::bigint[], $6::timestamp[]) as g(id, at))
                ) s
                cross join lateral (
                      select x.region_name from dwd_power_consumption_detail x
                       where x.consumption_id = s.last_id and x.region_id = k.region_id
                         and x.consumption_date >= k.start and x.consumption_date < k.start + interval '15 minutes'
                         and x.consumption_date >= $3 and x.consumption_date < $4
                       limit 1
                ) named"#,
            &regions,
            &starts as _,
            span.from as _,
            span.to as _,
            &gone_ids,
            &gone_dates as _
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

    pub(super) async fn repair_user_days(
        &mut self,
        keys: &[(RegionId, Day, UserId)],
        removed: &[DetailKey],
    ) -> Result<Vec<(RegionId, Day, UserId, UserDay)>, WarehouseError> {
        let Some(span) = Span::of_days(keys.iter().map(|(_, day, _)| day.start())) else { return Ok(Vec::new()) };
        let regions: Vec<RegionId> = keys.iter().map(|key| key.0).collect();
        let days: Vec<DayDate> = keys.iter().map(|key| DayDate(key.1)).collect();
        let users: Vec<UserId> = keys.iter().map(|key| key.2).collect();
        let (gone_ids, gone_dates) = key_columns(removed);
        let rows = sqlx::query!(
            r#"select k.region_id as "region_id!", k.day as "day!: DayDate", k.user_id as "user_id!",
                      s.energy as "energy!: Hundredths", s.cost as "cost!: Hundredths", s.records as "records!",
                      s.last_id as "last_id!", s.quarter_lo as "quarter_lo!", s.quarter_hi as "quarter_hi!",
                      named.user_name as "user_name!", named.usage_type as "usage_type!"
                 from (select distinct u.region_id, u.day, u.user_id
                         from unnest($1::int[], $2::date[], $3::bigint[]) as u(region_id, day, user_id)) k
                cross join lateral (
                      select sum(y.consumption_amount) as energy, sum(y.consumption_cost) as cost, count(*) as records,
                             max(y.consumption_id) as last_id,
                             coalesce(bit_or(1::bigint << y.quarter) filter (where y.quarter < 48), 0) as quarter_lo,
                             coalesce(bit_or(1::bigint << (y.quarter - 48)) filter (where y.quarter >= 48), 0) as quarter_hi
                        from (select x.*, extract(hour from x.consumption_date)::int * 4
                                          + extract(minute from x.consumption_date)::int / 15 as quarter
                                from dwd_power_consumption_detail x
                               where x.user_id = k.user_id and x.region_id = k.region_id
                                 and x.consumption_date >= k.day and x.consumption_date < k.day + interval '1 day'
                                 and x.consumption_date >= $4 and x.consumption_date < $5
                                 and (x.consumption_id, x.consumption_date)
                                     not in (select g.id, g.at from unnest($6::bigint[], $7::timestamp[]) as g(id, at))) y
                ) s
                cross join lateral (
                      select x.user_name, x.usage_type from dwd_power_consumption_detail x
                       where x.consumption_id = s.last_id and x.user_id = k.user_id and x.region_id = k.region_id
                         and x.consumption_date >= k.day and x.consumption_date < k.day + interval '1 day'
                         and x.consumption_date >= $4 and x.consumption_date < $5
                       limit 1
                ) named"#,
            &regions,
            &days as _,
            &users,
            span.from as _,
            span.to as _,
            &gone_ids,
            &gone_dates as _
        )
        .fetch_all(&mut *self.tx)
        .await?;
        let mut names = Names::default();
        let group = rows.into_iter().map(|row| {
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
        Ok(group.collect())
    }
}
