//! Days of users and regions, and the months of users.

use domain::effect::{RegionDay, UserDay};
use domain::{Day, RegionId, UserId};
use rust_decimal::Decimal;

use super::SLICE_ROWS;
use crate::pg_types::{DayDate, Hundredths, Stamp};
use crate::{WarehouseError, Work};

type UserDayRow = (Day, RegionId, UserId, Option<UserDay>);
type RegionDayRow = (RegionId, Day, Option<RegionDay>);

impl Work {
    pub(super) async fn write_user_days(&mut self, rows: &[UserDayRow]) -> Result<(), WarehouseError> {
        for slice in rows.chunks(SLICE_ROWS) {
            self.delete_user_days(slice).await?;
            self.upsert_user_days(slice).await?;
        }
        Ok(())
    }

    async fn upsert_user_days(&mut self, rows: &[UserDayRow]) -> Result<(), WarehouseError> {
        let kept: Vec<(Day, RegionId, UserId, &UserDay)> =
            rows.iter().filter_map(|(day, region, user, row)| Some((*day, *region, *user, row.as_ref()?))).collect();
        if kept.is_empty() {
            return Ok(());
        }
        let days: Vec<DayDate> = kept.iter().map(|row| DayDate(row.0)).collect();
        let regions: Vec<RegionId> = kept.iter().map(|row| row.1).collect();
        let users: Vec<UserId> = kept.iter().map(|row| row.2).collect();
        let names: Vec<&str> = kept.iter().map(|row| &*row.3.user_name).collect();
        let usages: Vec<&str> = kept.iter().map(|row| &*row.3.usage_type).collect();
        let records: Vec<i64> = kept.iter().map(|row| row.3.records).collect();
        let energy: Vec<Hundredths> = kept.iter().map(|row| Hundredths(row.3.energy_kwh)).collect();
        let cost: Vec<Hundredths> = kept.iter().map(|row| Hundredths(row.3.cost_yuan)).collect();
        let last_ids: Vec<i64> = kept.iter().map(|row| row.3.last_consumption_id).collect();
        let (low, high): (Vec<i64>, Vec<i64>) = kept.iter().map(|row| row.3.quarters.to_halves()).unzip();
        sqlx::query!(
            "insert into dws_user_day (stat_day, region_id, user_id, user_name, usage_type, record_count, total_consumption,
                    total_cost, last_consumption_id, quarter_lo, quarter_hi)
             select * from unnest($1::date[], $2::int[], $3::bigint[], $4::text[], $5::text[], $6::bigint[], $7::numeric[],
                    $8::numeric[], $9::bigint[], $10::bigint[], $11::bigint[])
             on conflict (stat_day, region_id, user_id) do update
                set user_name = excluded.user_name, usage_type = excluded.usage_type, record_count = excluded.record_count,
                    total_consumption = excluded.total_consumption, total_cost = excluded.total_cost,
                    last_consumption_id = excluded.last_consumption_id, quarter_lo = excluded.quarter_lo,
                    quarter_hi = excluded.quarter_hi",
            &days as _,
            &regions,
            &users,
            &names as _,
            &usages as _,
            &records,
            &energy as _,
            &cost as _,
            &last_ids,
            &low,
            &high
        )
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }

    async fn delete_user_days(&mut self, rows: &[UserDayRow]) -> Result<(), WarehouseError> {
        let gone: Vec<&UserDayRow> = rows.iter().filter(|row| row.3.is_none()).collect();
        if gone.is_empty() {
            return Ok(());
        }
        let days: Vec<DayDate> = gone.iter().map(|row| DayDate(row.0)).collect();
        let regions: Vec<RegionId> = gone.iter().map(|row| row.1).collect();
        let users: Vec<UserId> = gone.iter().map(|row| row.2).collect();
        sqlx::query!(
            "delete from dws_user_day t using unnest($1::date[], $2::int[], $3::bigint[]) as k(day, region_id, user_id)
              where t.stat_day = k.day and t.region_id = k.region_id and t.user_id = k.user_id",
            &days as _,
            &regions,
            &users
        )
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }

    pub(super) async fn write_user_months(&mut self, rows: &[(Day, RegionId, UserId, i32)]) -> Result<(), WarehouseError> {
        for slice in rows.chunks(SLICE_ROWS) {
            let months: Vec<DayDate> = slice.iter().map(|row| DayDate(row.0)).collect();
            let regions: Vec<RegionId> = slice.iter().map(|row| row.1).collect();
            let users: Vec<UserId> = slice.iter().map(|row| row.2).collect();
            let counts: Vec<i32> = slice.iter().map(|row| row.3).collect();
            sqlx::query!(
                "with told as materialized (
                     select * from unnest($1::date[], $2::int[], $3::bigint[], $4::int[]) as m(month, region_id, user_id, days)
                 ), gone as (
                     delete from dws_user_month t using told m
                      where m.days = 0 and t.stat_month = m.month and t.region_id = m.region_id and t.user_id = m.user_id
                 )
                 insert into dws_user_month (stat_month, region_id, user_id, day_count)
                 select m.month, m.region_id, m.user_id, m.days from told m where m.days <> 0
                 on conflict (region_id, user_id, stat_month) do update set day_count = excluded.day_count",
                &months as _,
                &regions,
                &users,
                &counts
            )
            .execute(&mut *self.tx)
            .await?;
        }
        Ok(())
    }

    pub(super) async fn write_region_days(&mut self, rows: &[RegionDayRow]) -> Result<(), WarehouseError> {
        for slice in rows.chunks(SLICE_ROWS) {
            let (regions, days): (Vec<RegionId>, Vec<DayDate>) =
                slice.iter().filter(|row| row.2.is_none()).map(|row| (row.0, DayDate(row.1))).unzip();
            if !regions.is_empty() {
                sqlx::query!(
                    "delete from ads_region_day t using unnest($1::int[], $2::date[]) as k(region_id, day)
                      where t.region_id = k.region_id and t.stat_day = k.day",
                    &regions,
                    &days as _
                )
                .execute(&mut *self.tx)
                .await?;
            }
            self.upsert_region_days(slice).await?;
        }
        Ok(())
    }

    async fn upsert_region_days(&mut self, rows: &[RegionDayRow]) -> Result<(), WarehouseError> {
        let kept: Vec<(RegionId, Day, &RegionDay)> =
            rows.iter().filter_map(|(region, day, row)| Some((*region, *day, row.as_ref()?))).collect();
        if kept.is_empty() {
            return Ok(());
        }
        let regions: Vec<RegionId> = kept.iter().map(|row| row.0).collect();
        let days: Vec<DayDate> = kept.iter().map(|row| DayDate(row.1)).collect();
        let names: Vec<&str> = kept.iter().map(|row| &*row.2.region_name).collect();
        let amounts =
            |of: fn(&RegionDay) -> domain::Fixed2| -> Vec<Hundredths> { kept.iter().map(|row| Hundredths(of(row.2))).collect() };
        let peak_hours: Vec<i32> = kept.iter().map(|row| i32::from(row.2.peak_hour)).collect();
        let peak_quarters: Vec<Stamp> = kept.iter().map(|row| Stamp(row.2.peak_quarter)).collect();
        let factors: Vec<Option<Decimal>> =
            kept.iter().map(|row| row.2.load_factor_e4.map(|factor| Decimal::new(factor, 4))).collect();
        let top_users: Vec<UserId> = kept.iter().map(|row| row.2.top_user.user_id).collect();
        let top_names: Vec<&str> = kept.iter().map(|row| &*row.2.top_user.user_name).collect();
        sqlx::query!(
            "insert into ads_region_day (region_id, stat_day, region_name, total_consumption, total_cost, peak_hour,
                    peak_hour_consumption, peak_quarter, peak_quarter_consumption, mean_kw, peak_kw, load_factor,
                    top_user_id, top_user_name, top_user_consumption)
             select * from unnest($1::int[], $2::date[], $3::text[], $4::numeric[], $5::numeric[], $6::int[], $7::numeric[],
                    $8::timestamp[], $9::numeric[], $10::numeric[], $11::numeric[], $12::numeric[], $13::bigint[],
                    $14::text[], $15::numeric[])
             on conflict (region_id, stat_day) do update
                set region_name = excluded.region_name, total_consumption = excluded.total_consumption,
                    total_cost = excluded.total_cost, peak_hour = excluded.peak_hour,
                    peak_hour_consumption = excluded.peak_hour_consumption, peak_quarter = excluded.peak_quarter,
                    peak_quarter_consumption = excluded.peak_quarter_consumption, mean_kw = excluded.mean_kw,
                    peak_kw = excluded.peak_kw, load_factor = excluded.load_factor, top_user_id = excluded.top_user_id,
                    top_user_name = excluded.top_user_name, top_user_consumption = excluded.top_user_consumption,
                    update_time = now()",
            &regions,
            &days as _,
            &names as _,
            &amounts(|day| day.energy_kwh) as _,
            &amounts(|day| day.cost_yuan) as _,
            &peak_hours,
            &amounts(|day| day.peak_hour_kwh) as _,
            &peak_quarters as _,
            &amounts(|day| day.peak_quarter_kwh) as _,
            &amounts(|day| day.mean_kw) as _,
            &amounts(|day| day.peak_kw) as _,
            &factors as _,
            &top_users,
            &top_names as _,
            &amounts(|day| day.top_user.energy_kwh) as _
        )
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }
}
